package dev.flightgate.server.backend.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.apache.arrow.memory.util.MemoryUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8Test {

  private static final int SIZE_MAX = 40;

  private final long memory = MemoryUtil.allocateMemory(SIZE_MAX);

  @AfterEach
  void free() {
    MemoryUtil.freeMemory(memory);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "plain",
        "exactly8",
        "nine byte",
        "\u007f\u0080\u07ff\u0800\ud7ff\ue000\uffff",
        "12345678ä",
        "\ud800\udc00\udbff\udfff"
      })
  void isValid_whatJavaEncodes_is(String text) {
    assertThat(isValid(text.getBytes(StandardCharsets.UTF_8))).isTrue();
  }

  @Test
  void isValid_randomBytes_agreesWithJava() {
    Random random = new Random(20_261_120);
    int[] leads = {0x41, 0x80, 0xbf, 0xc1, 0xc2, 0xdf, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0xff};
    int[] others = {0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0};
    int valid = 0;
    for (int i = 0; i < 100_000; i++) {
      byte[] bytes = new byte[random.nextInt(12)];
      for (int b = 0; b < bytes.length; b++) {
        int[] from = random.nextInt(3) == 0 ? leads : others;
        bytes[b] = (byte) from[random.nextInt(from.length)];
      }
      boolean expected = decodes(bytes);
      valid += expected && bytes.length > 0 ? 1 : 0;
      if (isValid(bytes) != expected) {
        assertThat(HexFormat.of().formatHex(bytes))
            .as("told wrong: valid is %s", expected)
            .isNull();
      }
    }
    assertThat(valid).isGreaterThan(1_000);
  }

  private boolean isValid(byte[] bytes) {
    MemoryUtil.copyToMemory(bytes, 0, memory, bytes.length);
    return Utf8.isValid(memory, bytes.length);
  }

  private static boolean decodes(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
