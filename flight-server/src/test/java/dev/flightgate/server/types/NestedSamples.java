package dev.flightgate.server.types;

import static dev.flightgate.server.types.ArrowSamples.duckDb;
import static dev.flightgate.server.types.ArrowSamples.extension;
import static dev.flightgate.server.types.ArrowSamples.field;
import static dev.flightgate.server.types.ArrowSamples.integer;
import static dev.flightgate.server.types.ArrowSamples.required;
import static dev.flightgate.server.types.ArrowSamples.sample;
import static dev.flightgate.server.types.ArrowSamples.sqlite;
import static dev.flightgate.server.types.ArrowSamples.values;
import static org.apache.arrow.vector.types.TimeUnit.NANOSECOND;

import java.util.Arrays;
import java.util.List;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** Lists, structs, maps, what is encoded and what is extended, sent to both engines. */
final class NestedSamples {

  private static final Field ITEM = Field.nullable("item", integer(32, true));
  private static final Field RUN_ENDS = required("run_ends", integer(32, true));
  private static final Field ENTRIES =
      required(
          "entries", ArrowType.Struct.INSTANCE, required("key", ArrowType.Utf8.INSTANCE), ITEM);

  static final List<ArrowSample> ALL =
      List.of(
          sample(
              field(ArrowType.List.INSTANCE, ITEM),
              values(List.of(), Arrays.asList(1L, null)),
              duckDb("INTEGER[]"),
              sqlite(
                  "UNIMPLEMENTED: SQLite has no value for List (\"v\")",
                  "UNIMPLEMENTED: SQLite has no type for column \"v\": List")),
          sample(
              field(ArrowType.LargeList.INSTANCE, ITEM),
              values(List.of(), Arrays.asList(1L, null)),
              duckDb(
                  "UNIMPLEMENTED: a parameter of type LargeList cannot be bound: send a List, or use bulk ingest",
                  "INTEGER[]"),
              sqlite(
                  "UNIMPLEMENTED: a parameter of type LargeList cannot be bound: send a List, or use bulk ingest",
                  "UNIMPLEMENTED: SQLite has no type for column \"v\": LargeList")),
          sample(
              field(new ArrowType.FixedSizeList(2), ITEM),
              values(Arrays.asList(1L, null)),
              duckDb("INTEGER[2]"),
              sqlite(
                  "UNIMPLEMENTED: SQLite has no value for FixedSizeList(2) (\"v\")",
                  "UNIMPLEMENTED: SQLite has no type for column \"v\": FixedSizeList(2)")),
          sample(
              field(ArrowType.ListView.INSTANCE, ITEM),
              values(),
              duckDb("UNIMPLEMENTED: column \"v\": values of ListView cannot be uploaded"),
              sqlite("UNIMPLEMENTED: column \"v\": values of ListView cannot be uploaded")),
          sample(
              field(ArrowType.LargeListView.INSTANCE, ITEM),
              values(),
              duckDb("UNIMPLEMENTED: column \"v\": values of LargeListView cannot be uploaded"),
              sqlite("UNIMPLEMENTED: column \"v\": values of LargeListView cannot be uploaded")),
          sample(
              field(
                  ArrowType.List.INSTANCE,
                  Field.nullable("item", new ArrowType.Time(NANOSECOND, 64))),
              values(List.of(1L)),
              duckDb(
                  "UNIMPLEMENTED: a parameter of type Time(NANOSECOND, 64) cannot be bound; cast it before it is sent",
                  "TIME_NS[]"),
              sqlite(
                  "UNIMPLEMENTED: SQLite has no value for List (\"v\")",
                  "UNIMPLEMENTED: SQLite has no type for column \"v\": List")),
          sample(
              field(ArrowType.List.INSTANCE, Field.nullable("item", ArrowType.Utf8View.INSTANCE)),
              values(List.of("a")),
              duckDb("VARCHAR[]"),
              sqlite(
                  "UNIMPLEMENTED: SQLite has no value for List (\"v\")",
                  "UNIMPLEMENTED: SQLite has no type for column \"v\": List")),
          sample(
              field(
                  ArrowType.Struct.INSTANCE,
                  Field.nullable("a", integer(32, true)),
                  Field.nullable("b", ArrowType.Utf8.INSTANCE)),
              values(Arrays.asList(1L, null)),
              duckDb("STRUCT(a INTEGER, b VARCHAR)"),
              sqlite(
                  "UNIMPLEMENTED: SQLite has no value for Struct (\"v\")",
                  "UNIMPLEMENTED: SQLite has no type for column \"v\": Struct")),
          sample(
              field(ArrowType.Struct.INSTANCE),
              values(),
              duckDb("UNIMPLEMENTED: a struct without members cannot be bound", "STRUCT"),
              sqlite(
                  "UNIMPLEMENTED: a struct without members cannot be bound",
                  "UNIMPLEMENTED: SQLite has no type for column \"v\": Struct")),
          sample(
              field(new ArrowType.Map(false), ENTRIES),
              values(List.of(), List.of(Arrays.asList("k", 1L))),
              duckDb("MAP(VARCHAR, INTEGER)"),
              sqlite(
                  "UNIMPLEMENTED: SQLite has no value for Map(false) (\"v\")",
                  "UNIMPLEMENTED: SQLite has no type for column \"v\": Map(false)")),
          sample(
              field(new ArrowType.Union(UnionMode.Sparse, new int[] {0}), ITEM),
              values(),
              duckDb(
                  "UNIMPLEMENTED: column \"v\": values of Union(Sparse, [4]) cannot be uploaded"),
              sqlite(
                  "UNIMPLEMENTED: column \"v\": values of Union(Sparse, [4]) cannot be uploaded")),
          sample(
              field(new ArrowType.Union(UnionMode.Dense, new int[] {0}), ITEM),
              values(),
              duckDb("UNIMPLEMENTED: column \"v\": values of Union(Dense, [0]) cannot be uploaded"),
              sqlite(
                  "UNIMPLEMENTED: column \"v\": values of Union(Dense, [0]) cannot be uploaded")),
          sample(
              field(ArrowType.RunEndEncoded.INSTANCE, RUN_ENDS, ITEM),
              values(),
              duckDb("UNIMPLEMENTED: column \"v\": values of RunEndEncoded cannot be uploaded"),
              sqlite("UNIMPLEMENTED: column \"v\": values of RunEndEncoded cannot be uploaded")),
          sample(
              extension("arrow.uuid", new ArrowType.FixedSizeBinary(16)),
              values(new byte[16]),
              duckDb("BLOB", "UUID = [00000000-0000-0000-0000-000000000000, NULL]"),
              sqlite("BLOB")),
          sample(
              extension("arrow.json", ArrowType.Utf8.INSTANCE),
              values("{}"),
              duckDb("VARCHAR", "JSON"),
              sqlite("TEXT")),
          sample(
              extension("arrow.bool8", integer(8, true)),
              values(1L),
              duckDb("TINYINT", "BOOLEAN = [true, NULL]"),
              sqlite("INTEGER", "BIGINT")),
          sample(
              extension("example.unknown", ArrowType.Utf8.INSTANCE),
              values("x"),
              duckDb("VARCHAR"),
              sqlite("TEXT")));

  private NestedSamples() {}
}
