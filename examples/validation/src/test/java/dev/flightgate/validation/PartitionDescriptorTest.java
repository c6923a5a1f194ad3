package dev.flightgate.validation;

import org.apache.arrow.adbc.driver.testsuite.AbstractPartitionDescriptorTest;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(KnownLimits.class)
class PartitionDescriptorTest extends AbstractPartitionDescriptorTest {

  @BeforeAll
  static void useTheGateway() {
    quirks = new Gateway();
  }
}
