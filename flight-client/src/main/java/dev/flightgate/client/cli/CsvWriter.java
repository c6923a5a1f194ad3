package dev.flightgate.client.cli;

import java.io.IOException;
import java.io.Writer;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * RFC 4180: a line of column names, then the rows, lines ending in CR LF. NULL is nothing at all,
 * the empty text is {@code ""}.
 */
final class CsvWriter implements ResultWriter {

  private final Writer out;

  CsvWriter(Writer out) {
    this.out = out;
  }

  @Override
  public void begin(Schema schema) throws IOException {
    List<Field> fields = schema.getFields();
    for (int i = 0; i < fields.size(); i++) {
      separate(i);
      cell(fields.get(i).getName());
    }
    out.write("\r\n");
  }

  @Override
  public void write(VectorSchemaRoot batch, int rows) throws IOException {
    List<FieldVector> columns = batch.getFieldVectors();
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < columns.size(); i++) {
        separate(i);
        cell(CellText.of(columns.get(i), row));
      }
      out.write("\r\n");
    }
  }

  @Override
  public void end() throws IOException {
    out.flush();
  }

  private void separate(int column) throws IOException {
    if (column > 0) {
      out.write(',');
    }
  }

  private void cell(@Nullable String text) throws IOException {
    if (text == null) {
      return;
    }
    if (text.isEmpty() || needsQuotes(text)) {
      out.write('"');
      out.write(text.replace("\"", "\"\""));
      out.write('"');
    } else {
      out.write(text);
    }
  }

  private static boolean needsQuotes(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == ',' || c == '\r' || c == '\n') {
        return true;
      }
    }
    return false;
  }
}
