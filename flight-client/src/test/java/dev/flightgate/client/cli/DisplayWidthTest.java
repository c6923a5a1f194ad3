package dev.flightgate.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class DisplayWidthTest {

  @Test
  void width_ofPlainWideAndCombinedCharacters_isWhatATerminalShows() {
    assertThat(DisplayWidth.of("")).isZero();
    assertThat(DisplayWidth.of("abc")).isEqualTo(3);
    assertThat(DisplayWidth.of("é e\u0301")).isEqualTo(3);
    assertThat(DisplayWidth.of("日本")).isEqualTo(4);
    assertThat(DisplayWidth.of("한국")).isEqualTo(4);
    assertThat(DisplayWidth.of("ｱｲ")).isEqualTo(2);
    assertThat(DisplayWidth.of("ＡＢ")).isEqualTo(4);
    assertThat(DisplayWidth.of("✅")).isEqualTo(2);
    assertThat(DisplayWidth.of("👩‍👩‍👧")).isEqualTo(2);
    assertThat(DisplayWidth.of("🇩🇪")).isEqualTo(2);
    assertThat(DisplayWidth.of("❤️")).isEqualTo(2);
    assertThat(DisplayWidth.of("…─│")).isEqualTo(3);
  }

  @Test
  void cut_leavesRoomForTheEllipsisAndNeverHalfACharacter() {
    assertThat(DisplayWidth.cut("abcdef", 6)).isEqualTo("abcdef");
    assertThat(DisplayWidth.cut("abcdefg", 6)).isEqualTo("abcde…");
    assertThat(DisplayWidth.cut("日本語日本語", 6)).isEqualTo("日本…");
    assertThat(DisplayWidth.cut("👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧", 4)).isEqualTo("👩‍👩‍👧…");
  }

  @Test
  void escapes_showWhatATerminalWouldActOn() {
    assertThat(Escapes.visible("a\n\r\t\u001b[2J\u0000\u202e\u009b"))
        .isEqualTo("a\\n\\r\\t\\x1b[2J\\x00\\u202e\\x9b");
    assertThat(Escapes.visibleLines("one\n\ttwo\u0007"))
        .isEqualToNormalizingNewlines("one\n  two\\x07");
    assertThat(Escapes.beginning("a😀b", 2)).isEqualTo("a");
  }

  @Test
  void progress_saysRowsAndRate() {
    assertThat(Progress.text(0, 1.25)).isEqualTo("waiting for rows, 1.3 s");
    assertThat(Progress.text(1_234_567, 2)).isEqualTo("1,234,567 rows, 617,283 rows/s, 2.0 s");
  }
}
