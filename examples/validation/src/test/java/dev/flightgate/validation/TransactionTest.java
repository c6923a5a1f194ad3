package dev.flightgate.validation;

import org.apache.arrow.adbc.driver.testsuite.AbstractTransactionTest;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(KnownLimits.class)
class TransactionTest extends AbstractTransactionTest {

  @BeforeAll
  static void useTheGateway() {
    quirks = new Gateway();
  }
}
