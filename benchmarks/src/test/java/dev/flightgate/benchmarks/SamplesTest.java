package dev.flightgate.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class SamplesTest {

  @Test
  void median_ofAnOddCount_isTheOneInTheMiddle() {
    assertThat(new Samples(5, 1, 3).median()).isEqualTo(3);
  }

  @Test
  void median_ofAnEvenCount_isBetweenTheTwoInTheMiddle() {
    assertThat(new Samples(4, 1, 2, 9).median()).isEqualTo(3);
  }

  @Test
  void quantile_betweenTwoSamples_isInterpolated() {
    assertThat(new Samples(0, 10, 20).quantile(0.75)).isEqualTo(15);
  }

  @Test
  void dividedBy_pairsRepetitions() {
    assertThat(new Samples(2, 9).dividedBy(new Samples(4, 3))).isEqualTo(new Samples(0.5, 3));
  }

  @Test
  void dividedBy_anotherCountOfRepetitions_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Samples(1).dividedBy(new Samples(1, 2)))
        .withMessage("1 repetitions against 2");
  }

  @Test
  void toString_showsMedianAndRangeWithThreeDigits() {
    assertThat(new Samples(1234.5, 0.5, 12.345)).hasToString("12.3 (0.500 to 1235)");
    assertThat(new Samples(2)).hasToString("2.00");
  }
}
