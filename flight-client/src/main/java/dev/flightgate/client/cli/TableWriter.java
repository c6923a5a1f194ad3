package dev.flightgate.client.cli;

import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A table for people. Numbers are at the right; NULL is the word, dimmed where there are colours,
 * and the empty text nothing. The first thousand rows are held back to learn the widths; rows after
 * them use these widths, so a longer result is never held.
 */
final class TableWriter implements ResultWriter {

  static final int ROWS_HELD = 1_000;

  private static final int TEXT_WIDTH_MIN = 12;
  private static final int NAME_WIDTH_MIN = 8;
  private static final String NULL = "NULL";
  private static final String DIM = "\u001b[2m";
  private static final String PLAIN = "\u001b[0m";

  private final Writer out;
  private final int widthMax;
  private final boolean colours;
  private final List<@Nullable String[]> held = new ArrayList<>();
  private String[] names = {};
  private boolean[] numeric = {};
  private @Nullable TableLayout layout;

  /** Cells are cut so that the table fits into {@code widthMax}, or never if that is 0. */
  TableWriter(Writer out, int widthMax, boolean colours) {
    this.out = out;
    this.widthMax = widthMax;
    this.colours = colours;
  }

  @Override
  public void begin(Schema schema) {
    List<Field> fields = schema.getFields();
    names = fields.stream().map(field -> Escapes.visible(field.getName())).toArray(String[]::new);
    numeric = new boolean[names.length];
    for (int i = 0; i < names.length; i++) {
      ArrowType type = fields.get(i).getType();
      numeric[i] =
          type instanceof ArrowType.Int
              || type instanceof ArrowType.FloatingPoint
              || type instanceof ArrowType.Decimal;
    }
  }

  @Override
  public void write(VectorSchemaRoot batch, int rows) throws IOException {
    for (int row = 0; row < rows; row++) {
      @Nullable String[] cells = cells(batch.getFieldVectors(), row);
      TableLayout known = layout;
      if (known != null) {
        line(cells, known);
        continue;
      }
      held.add(cells);
      if (held.size() == ROWS_HELD) {
        layOut();
      }
    }
  }

  @Override
  public void end() throws IOException {
    TableLayout known = layout == null ? layOut() : layout;
    border('└', '┴', '┘', known);
    out.flush();
  }

  private @Nullable String[] cells(List<FieldVector> columns, int row) {
    @Nullable String[] cells = new String[columns.size()];
    for (int i = 0; i < cells.length; i++) {
      String text = CellText.of(columns.get(i), row);
      if (text != null) {
        // Cut at once: what is wider than the terminal is never shown, and need not be held.
        String beginning = widthMax > 0 ? Escapes.beginning(text, widthMax * 4) : text;
        cells[i] = cut(Escapes.visible(beginning), widthMax);
      }
    }
    return cells;
  }

  private TableLayout layOut() throws IOException {
    int[] widths = new int[names.length];
    int[] least = new int[names.length];
    for (int i = 0; i < widths.length; i++) {
      for (@Nullable String[] cells : held) {
        widths[i] = Math.max(widths[i], DisplayWidth.of(shown(cells[i])));
      }
      // Part of a number would be another number; part of a name or a text still tells something.
      least[i] = numeric[i] ? widths[i] : Math.min(widths[i], TEXT_WIDTH_MIN);
      int name = DisplayWidth.of(names[i]);
      widths[i] = Math.max(widths[i], name);
      least[i] = Math.max(least[i], Math.min(name, NAME_WIDTH_MIN));
    }
    TableLayout known =
        widthMax > 0 ? TableLayout.fitted(widths, least, widthMax) : TableLayout.natural(widths);
    layout = known;
    border('┌', '┬', '┐', known);
    line(names, known);
    border('├', '┼', '┤', known);
    for (@Nullable String[] cells : held) {
      line(cells, known);
    }
    held.clear();
    return known;
  }

  private static String shown(@Nullable String cell) {
    return cell == null ? NULL : cell;
  }

  private static String cut(String text, int widthMax) {
    return widthMax > 0 ? DisplayWidth.cut(text, widthMax) : text;
  }

  private void border(char left, char middle, char right, TableLayout known) throws IOException {
    List<Integer> widths = known.widths();
    for (int i = 0; i < widths.size(); i++) {
      out.write(i == 0 ? left : middle);
      out.write("─".repeat(widths.get(i) + 2));
    }
    if (known.hidden() > 0) {
      out.write(middle + "───");
    }
    out.write(widths.isEmpty() ? "\n" : right + "\n");
  }

  private void line(@Nullable String[] cells, TableLayout known) throws IOException {
    List<Integer> widths = known.widths();
    for (int i = 0; i < widths.size(); i++) {
      int width = widths.get(i);
      String text = widthMax > 0 ? cut(shown(cells[i]), width) : shown(cells[i]);
      String padding = " ".repeat(Math.max(0, width - DisplayWidth.of(text)));
      String drawn = cells[i] == null && colours ? DIM + text + PLAIN : text;
      out.write("│ " + (numeric[i] ? padding + drawn : drawn + padding) + " ");
    }
    out.write(known.hidden() > 0 ? "│ … │\n" : "│\n");
  }

  /** How many columns did not fit; known once something was drawn. */
  int hiddenColumns() {
    return layout == null ? 0 : layout.hidden();
  }
}
