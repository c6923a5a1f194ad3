package dev.flightgate.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sizes and durations as texts. */
final class UnitsTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0B",
    "65537, 65537, 65537B",
    "1b, 1, 1B",
    "64MiB, 67108864, 64MiB",
    "1 gb, 1000000000, 1000000000B",
    "2KIB, 2048, 2KiB",
    "3TiB, 3298534883328, 3TiB",
    "-1kB, -1000, -1000B"
  })
  void size_readAndWritten_sameNumber(String text, long bytes, String written) {
    assertThat(Size.parse(text)).isEqualTo(bytes);
    assertThat(Size.format(bytes)).isEqualTo(written);
    assertThat(Size.parse(written)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "MiB", "1.5MiB", "64Mi", "99999999TiB", "9999999999999999999"})
  void size_nonsense_refused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Size.parse(text));
  }

  @ParameterizedTest
  @CsvSource({
    "500ms, PT0.5S, 500ms",
    "1500ms, PT1.5S, 1500ms",
    "30s, PT30S, 30s",
    "60s, PT1M, 1m",
    "90m, PT1H30M, 90m",
    "24h, P1D, 1d",
    "PT1M30S, PT1M30S, 90s",
    "-5s, PT-5S, -5s",
    "0s, PT0S, 0s",
    "PT0.000001S, PT0.000001S, PT0.000001S",
    "P9999999D, PT239999976H, PT239999976H"
  })
  void span_readAndWritten_sameDuration(String text, Duration duration, String written) {
    assertThat(Span.parse(text)).isEqualTo(duration);
    assertThat(Span.format(duration)).isEqualTo(written);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "s", "5 minutes", "PT", "1h30m"})
  void span_nonsense_refused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Span.parse(text));
  }
}
