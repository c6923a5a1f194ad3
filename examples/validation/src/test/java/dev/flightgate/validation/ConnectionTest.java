package dev.flightgate.validation;

import org.apache.arrow.adbc.driver.testsuite.AbstractConnectionTest;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(KnownLimits.class)
class ConnectionTest extends AbstractConnectionTest {

  @BeforeAll
  static void useTheGateway() {
    quirks = new Gateway();
  }
}
