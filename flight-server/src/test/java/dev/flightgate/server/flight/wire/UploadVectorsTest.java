package dev.flightgate.server.flight.wire;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VarCharVector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Texts and offsets of an uploaded column. */
class UploadVectorsTest {

  private final BufferAllocator allocator = new RootAllocator();
  private final VarCharVector column = new VarCharVector("t", allocator);

  @BeforeEach
  void open() {
    column.allocateNew();
  }

  @AfterEach
  void close() {
    column.close();
    allocator.close();
  }

  private void fill(Object... values) {
    for (int row = 0; row < values.length; row++) {
      if (values[row] instanceof byte[] bytes) {
        column.setSafe(row, bytes);
      } else {
        column.setSafe(row, ((String) values[row]).getBytes(StandardCharsets.UTF_8));
      }
    }
    column.setValueCount(values.length);
  }

  @Test
  void texts_ofAnyLengthAndAlphabet_pass() {
    fill("", "a", "x".repeat(1_000), "é", "日本".repeat(100), "\uD83D\uDE00", "");

    assertThatCode(() -> UploadVectors.check(column)).doesNotThrowAnyException();
  }

  @Test
  void aByte_thatIsNoText_isFoundWhereverItStands() {
    for (int at : new int[] {0, 1, 127, 128, 200, 255, 256, 299}) {
      byte[] text = "x".repeat(300).getBytes(StandardCharsets.US_ASCII);
      text[at] = (byte) 0xff;
      fill("before", text, "after");

      assertThatThrownBy(() -> UploadVectors.check(column)).hasMessageContaining("not UTF-8");
    }
  }

  @Test
  void aCharacter_overTwoValues_isNoText() {
    byte[] character = "é".getBytes(StandardCharsets.UTF_8);
    fill(new byte[] {character[0]}, new byte[] {character[1]});

    assertThatThrownBy(() -> UploadVectors.check(column)).hasMessageContaining("not UTF-8");
  }

  @Test
  void whatIsBehindANull_isNotLookedAt() {
    fill("é", new byte[] {(byte) 0xff}, "é");
    column.getValidityBuffer().setByte(0, 0b101);

    assertThatCode(() -> UploadVectors.check(column)).doesNotThrowAnyException();
  }

  @Test
  void offsets_thatDescendOrPassTheEnd_areRefused() {
    fill("abc", "def", "ghi");
    column.getOffsetBuffer().setInt(8, 2);
    assertThatThrownBy(() -> UploadVectors.check(column)).hasMessageContaining("descend");

    column.getOffsetBuffer().setInt(8, 6);
    column.getOffsetBuffer().setInt(12, Integer.MAX_VALUE);
    assertThatThrownBy(() -> UploadVectors.check(column)).hasMessageContaining("behind its data");

    column.getOffsetBuffer().setInt(0, -1);
    assertThatThrownBy(() -> UploadVectors.check(column)).hasMessageContaining("descend");
  }
}
