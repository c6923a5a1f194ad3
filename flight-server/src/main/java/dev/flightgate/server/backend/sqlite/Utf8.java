package dev.flightgate.server.backend.sqlite;

import org.apache.arrow.memory.util.MemoryUtil;

/** Tells UTF-8 from other bytes, in native memory and without allocating. Stateless. */
final class Utf8 {

  private static final long HIGH_BITS = 0x8080808080808080L;

  private Utf8() {}

  /**
   * Whether the bytes are UTF-8 as the Unicode Standard (table 3-7) defines it: no surrogates,
   * nothing longer than need be, nothing above U+10FFFF.
   */
  static boolean isValid(long address, int length) {
    int i = 0;
    while (i + Long.BYTES <= length && (MemoryUtil.getLong(address + i) & HIGH_BITS) == 0) {
      i += Long.BYTES;
    }
    while (i < length) {
      int first = MemoryUtil.getByte(address + i);
      int size = first >= 0 ? 1 : sequence(address + i, first & 0xff, length - i);
      if (size == 0) {
        return false;
      }
      i += size;
    }
    return true;
  }

  /** The bytes of the sequence that begins here, 0 if it is none. */
  private static int sequence(long address, int first, int left) {
    if (first >= 0xc2 && first <= 0xdf) {
      return left > 1 && between(address + 1, 0x80, 0xbf) ? 2 : 0;
    }
    if (first >= 0xe0 && first <= 0xef) {
      int low = first == 0xe0 ? 0xa0 : 0x80;
      int high = first == 0xed ? 0x9f : 0xbf;
      return left > 2 && between(address + 1, low, high) && between(address + 2, 0x80, 0xbf)
          ? 3
          : 0;
    }
    if (first >= 0xf0 && first <= 0xf4) {
      int low = first == 0xf0 ? 0x90 : 0x80;
      int high = first == 0xf4 ? 0x8f : 0xbf;
      return left > 3
              && between(address + 1, low, high)
              && between(address + 2, 0x80, 0xbf)
              && between(address + 3, 0x80, 0xbf)
          ? 4
          : 0;
    }
    return 0;
  }

  private static boolean between(long address, int low, int high) {
    int value = MemoryUtil.getByte(address) & 0xff;
    return value >= low && value <= high;
  }
}
