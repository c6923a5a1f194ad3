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

  /** A blank on either side of a cell and a border, one border being shared. */
  private static final int BORDERS = 3;

  /** Every column as wide as its widest cell. */
  static TableLayout natural(int[] widths) {
    return of(widths, 0);
  }

  /**
   * Fits a table into a width. The widest columns give first, none below its own least width; what
   * does not fit then is hidden from the right, and takes one narrow column that says so. The first
   * column is always shown, cut if it must be.
   *
   * @param natural what each column would take
   * @param least what each column needs to be of use, at most its natural width
   */
  static TableLayout fitted(int[] natural, int[] least, int widthMax) {
    int all = natural.length;
    int shown = all;
    while (shown > 1 && sum(natural, least, shown, 0) > room(all, shown, widthMax)) {
      shown--;
    }
    int room = Math.max(1, room(all, shown, widthMax));
    if (shown == 1) {
      return of(new int[] {Math.min(natural[0], room)}, all - shown);
    }
    int cap = Arrays.stream(natural).limit(shown).max().orElse(0);
    while (sum(natural, least, shown, cap) > room) {
      cap--;
    }
    int spare = room - sum(natural, least, shown, cap);
    int[] widths = new int[shown];
    for (int i = 0; i < shown; i++) {
      widths[i] = width(natural[i], least[i], cap);
      if (widths[i] < natural[i] && spare > 0) {
        widths[i]++;
        spare--;
      }
    }
    return of(widths, all - shown);
  }

  private static TableLayout of(int[] widths, int hidden) {
    return new TableLayout(Arrays.stream(widths).boxed().toList(), hidden);
  }

  private static int room(int all, int shown, int widthMax) {
    int ellipsis = shown < all ? BORDERS + 1 : 0;
    return widthMax - 1 - BORDERS * shown - ellipsis;
  }

  private static int sum(int[] natural, int[] least, int shown, int cap) {
    int sum = 0;
    for (int i = 0; i < shown; i++) {
      sum += width(natural[i], least[i], cap);
    }
    return sum;
  }

  private static int width(int natural, int least, int cap) {
    return Math.max(least, Math.min(natural, cap));
  }
}
