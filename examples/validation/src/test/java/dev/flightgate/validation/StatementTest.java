package dev.flightgate.validation;

import org.apache.arrow.adbc.driver.testsuite.AbstractStatementTest;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(KnownLimits.class)
class StatementTest extends AbstractStatementTest {

  @BeforeAll
  static void useTheGateway() {
    quirks = new Gateway();
  }
}
