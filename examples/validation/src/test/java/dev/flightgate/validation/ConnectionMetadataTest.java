package dev.flightgate.validation;

import org.apache.arrow.adbc.driver.testsuite.AbstractConnectionMetadataTest;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(KnownLimits.class)
class ConnectionMetadataTest extends AbstractConnectionMetadataTest {

  @BeforeAll
  static void useTheGateway() {
    quirks = new Gateway();
  }
}
