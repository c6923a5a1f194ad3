package dev.flightgate.client.cli;

import java.util.Arrays;
import java.util.List;

/**
 * How wide each column of a table is.
 *
 * @param widths of the columns shown, in terminal columns, borders not counted
 * @param hidden how many columns at the right are left out because they do not fit
 */
record TableLayout(List<Integer> widths, int hidden) {

  private static final int WIDTH_MIN = 4;

  /** A blank and a border on either side of a cell, one border shared. */
  private static final int BORDERS = 3;

  /** Every column as wide as its widest cell. */
  static TableLayout natural(int[] widths) {
    return of(widths, 0);
  }

  /**
   * Fits a table into a width: the widest columns give first, down to four; what does not fit then
   * is hidden from the right, and takes one narrow column that says so.
   */
  static TableLayout fitted(int[] natural, int widthMax) {
    int shown = natural.length;
    while (shown > 1 && narrowest(natural, shown) > room(natural.length, shown, widthMax)) {
      shown--;
    }
    int[] widths = Arrays.copyOf(natural, shown);
    int room = Math.max(WIDTH_MIN, room(natural.length, shown, widthMax));
    int cap = Arrays.stream(widths).max().orElse(0);
    while (sum(widths, cap) > room && cap > WIDTH_MIN) {
      cap--;
    }
    int spare = room - sum(widths, cap);
    for (int i = 0; i < shown; i++) {
      if (widths[i] > cap) {
        widths[i] = cap + (spare-- > 0 ? 1 : 0);
      }
    }
    return of(widths, natural.length - shown);
  }

  private static TableLayout of(int[] widths, int hidden) {
    return new TableLayout(Arrays.stream(widths).boxed().toList(), hidden);
  }

  private static int room(int all, int shown, int widthMax) {
    int ellipsis = shown < all ? BORDERS + 1 : 0;
    return widthMax - 1 - BORDERS * shown - ellipsis;
  }

  private static int narrowest(int[] natural, int shown) {
    return sum(Arrays.copyOf(natural, shown), WIDTH_MIN);
  }

  private static int sum(int[] widths, int cap) {
    return Arrays.stream(widths).map(width -> Math.min(width, cap)).sum();
  }
}
