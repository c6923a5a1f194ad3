package dev.flightgate.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.util.stream.LongStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ResultWriterTest {

  private final Columns columns = new Columns();
  private final StringWriter out = new StringWriter();

  @AfterEach
  void close() {
    columns.close();
  }

  @Test
  void csv_quotesWhatMustBe_andTellsNullFromEmpty() throws IOException {
    columns.texts("a,b", "plain", "with,comma", "with \"quotes\"", "two\nlines", "", null);
    columns.numbers("n", 1L, 2L, 3L, 4L, null, 6L);

    assertThat(written(new CsvWriter(out), 6))
        .isEqualTo(
            "\"a,b\",n\r\n"
                + "plain,1\r\n"
                + "\"with,comma\",2\r\n"
                + "\"with \"\"quotes\"\"\",3\r\n"
                + "\"two\nlines\",4\r\n"
                + "\"\",\r\n"
                + ",6\r\n");
  }

  @Test
  void json_isOneObjectALine_withExactNumbersAndUniqueNames() throws IOException {
    columns.numbers("n", Long.MAX_VALUE, null).texts("n", "\u0001\"é", "").numbers("n", 1L, 2L);

    assertThat(written(new JsonWriter(out), 2))
        .isEqualTo(
            """
            {"n":9223372036854775807,"n_2":"\\u0001\\"é","n_3":1}
            {"n":null,"n_2":"","n_3":2}
            """);
  }

  @Test
  void table_alignsNumbersRight_andShowsNullApartFromEmpty() throws IOException {
    columns.texts("name", "日本", "", null, "tab\tesc\u001b").numbers("count", 1L, -20L, null, 300L);

    assertThat(written(new TableWriter(out, 0, false), 4))
        .isEqualTo(
            """
            ┌──────────────┬───────┐
            │ name         │ count │
            ├──────────────┼───────┤
            │ 日本         │     1 │
            │              │   -20 │
            │ NULL         │  NULL │
            │ tab\\tesc\\x1b │   300 │
            └──────────────┴───────┘
            """);
  }

  @Test
  void table_withColours_dimsNull() throws IOException {
    columns.texts("t", "NULL", null);

    assertThat(written(new TableWriter(out, 0, true), 2))
        .contains("│ NULL │\n")
        .contains("│ \u001b[2mNULL\u001b[0m │\n");
  }

  @Test
  void table_widerThanTheTerminal_cutsTheWidestColumn() throws IOException {
    columns.texts("long", "x".repeat(10_000), "日本語日本語日本語日本語").numbers("n", 12345L, 6L);

    String table = written(new TableWriter(out, 30, false), 2);

    assertThat(table)
        .isEqualTo(
            """
            ┌────────────────────┬───────┐
            │ long               │     n │
            ├────────────────────┼───────┤
            │ xxxxxxxxxxxxxxxxx… │ 12345 │
            │ 日本語日本語日本…  │     6 │
            └────────────────────┴───────┘
            """);
  }

  @Test
  void table_ofMoreColumnsThanFit_hidesTheLastAndSaysSo() throws IOException {
    for (int i = 0; i < 20; i++) {
      columns.numbers("column" + i, 1_000_000L);
    }
    TableWriter writer = new TableWriter(out, 40, false);

    String table = written(writer, 1);

    assertThat(table.lines().map(DisplayWidth::of)).allMatch(width -> width <= 40);
    assertThat(table).contains("│ … │");
    assertThat(writer.hiddenColumns()).isEqualTo(17);
  }

  @Test
  void table_narrowerThanItsNumbers_hidesRatherThanCutsThem() throws IOException {
    columns.texts("a_long_name", "short").numbers("amount", 123_456_789_012L).numbers("n", 12_345L);

    assertThat(written(new TableWriter(out, 34, false), 1))
        .isEqualTo(
            """
            ┌─────────────┬──────────────┬───┐
            │ a_long_name │       amount │ … │
            ├─────────────┼──────────────┼───┤
            │ short       │ 123456789012 │ … │
            └─────────────┴──────────────┴───┘
            """);
  }

  @Test
  void table_ofNoRows_showsTheColumns() throws IOException {
    columns.texts("name");

    assertThat(written(new TableWriter(out, 80, false), 0))
        .isEqualTo(
            """
            ┌──────┐
            │ name │
            ├──────┤
            └──────┘
            """);
  }

  @Test
  void table_longerThanWhatIsHeld_streamsTheRestWithTheSameWidths() throws IOException {
    columns.numbers("n", LongStream.range(0, TableWriter.ROWS_HELD).boxed().toArray(Long[]::new));
    TableWriter writer = new TableWriter(out, 80, false);
    try (VectorSchemaRoot batch = columns.batch()) {
      writer.begin(batch.getSchema());
      writer.write(batch, TableWriter.ROWS_HELD - 1);
      assertThat(out.toString()).isEmpty();

      writer.write(batch, 2);
      assertThat(out.toString()).endsWith("│   0 │\n│   1 │\n");
      writer.end();
    }
    assertThat(out.toString()).endsWith("│   1 │\n└─────┘\n");
  }

  @Test
  void arrow_isAnIpcStream_cutWhereAsked() throws IOException {
    columns.texts("t", "a", null, "c").numbers("n", 1L, 2L, 3L);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    written(new ArrowWriter(bytes), 2);

    try (BufferAllocator allocator = new RootAllocator();
        ArrowStreamReader reader =
            new ArrowStreamReader(new ByteArrayInputStream(bytes.toByteArray()), allocator)) {
      assertThat(reader.loadNextBatch()).isTrue();
      assertThat(reader.getVectorSchemaRoot().contentToTSVString())
          .isEqualTo("t\tn\na\t1\nnull\t2\n");
      assertThat(reader.loadNextBatch()).isFalse();
    }
  }

  private String written(ResultWriter writer, int rows) throws IOException {
    try (VectorSchemaRoot batch = columns.batch()) {
      writer.begin(batch.getSchema());
      writer.write(batch, rows);
      writer.end();
    }
    return out.toString();
  }
}
