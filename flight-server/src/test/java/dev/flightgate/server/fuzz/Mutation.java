package dev.flightgate.server.fuzz;

import java.util.Arrays;
import java.util.Random;

/** Spoils bytes: some are changed, left out, doubled, or cut off. */
record Mutation(Random random) {

  private static final int[] TELLING = {0, 1, 0x7f, 0x80, 0xff, 0x40, 4, 8};

  byte[] of(byte[] good) {
    byte[] bytes = good.clone();
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      bytes = once(bytes);
    }
    return bytes;
  }

  private byte[] once(byte[] good) {
    if (good.length == 0) {
      return new byte[] {(byte) random.nextInt(256)};
    }
    byte[] bytes = good.clone();
    int at = random.nextInt(bytes.length);
    switch (random.nextInt(8)) {
      case 0 -> bytes[at] = (byte) random.nextInt(256);
      case 1, 2 -> bytes[at] = (byte) TELLING[random.nextInt(TELLING.length)];
      case 3 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 4 -> {
        return Arrays.copyOf(bytes, at);
      }
      case 5 -> {
        System.arraycopy(good, at, bytes, 0, bytes.length - at);
        return Arrays.copyOf(bytes, bytes.length - random.nextInt(at + 1));
      }
      case 6 -> {
        for (int i = at; i < Math.min(bytes.length, at + 4); i++) {
          bytes[i] = (byte) 0xff;
        }
      }
      default -> {
        bytes = Arrays.copyOf(good, good.length + 1 + random.nextInt(8));
        System.arraycopy(good, at, bytes, bytes.length - (good.length - at), good.length - at);
      }
    }
    return bytes;
  }

  /** Spoils a text, which stays printable ASCII, as headers are. */
  String of(String good) {
    StringBuilder text = new StringBuilder();
    for (byte one : of(good.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1))) {
      text.append((char) (32 + (one & 0xff) % 95));
    }
    return text.toString();
  }
}
