package dev.flightgate.server.flight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.flightgate.server.RunningGateway;
import dev.flightgate.server.property.Cells;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Dictionaries inside of lists, structs, maps and other dictionaries are taken for their values.
 */
class NestedDictionaryTest {

  private static final ArrowType.Int INDEX = new ArrowType.Int(16, true);
  private static final DictionaryEncoding WORDS = new DictionaryEncoding(1, false, INDEX);
  private static final DictionaryEncoding LISTS = new DictionaryEncoding(2, false, INDEX);

  private static final CommandStatementIngest INGEST =
      CommandStatementIngest.newBuilder()
          .setTable("nested")
          .setTableDefinitionOptions(Ingest.REPLACE)
          .build();

  private static RunningGateway gateway;

  @BeforeAll
  static void start() {
    gateway = RunningGateway.start();
  }

  /** Fails if an upload left memory behind. */
  @AfterAll
  static void stop() {
    gateway.close();
  }

  /** A column of indices, what is written to it, and what it stands for, row by row. */
  static Stream<Arguments> columns() {
    Field number = Field.nullable("n", new ArrowType.Int(32, true));
    Field key = encoded("key", WORDS, false);
    Field entries =
        new Field(
            "entries", FieldType.notNullable(ArrowType.Struct.INSTANCE), List.of(key, number));
    return Stream.of(
        Arguments.of(
            column(ArrowType.List.INSTANCE, word("item")),
            rows(List.of(1L, 0L), null, List.of(), Arrays.asList(null, 2L)),
            "[[[\"blue\",\"red\"]], [null], [[]], [[null,null]]]"),
        Arguments.of(
            column(new ArrowType.FixedSizeList(2), word("item")),
            rows(List.of(1L, 0L), null, Arrays.asList(null, 1L)),
            "[[[\"blue\",\"red\"]], [null], [[null,\"blue\"]]]"),
        Arguments.of(
            column(ArrowType.Struct.INSTANCE, word("w"), number),
            rows(List.of(1L, 7L), null, Arrays.asList(2L, 8L)),
            "[[{\"w\":\"blue\",\"n\":7}], [null], [{\"n\":8}]]"),
        Arguments.of(
            column(new ArrowType.Map(false), entries),
            rows(List.of(List.of(0L, 5L), List.of(1L, 6L)), null),
            "[[[{\"key\":\"red\",\"value\":5},{\"key\":\"blue\",\"value\":6}]], [null]]"),
        Arguments.of(
            column(
                ArrowType.List.INSTANCE,
                new Field(
                    "item", FieldType.nullable(ArrowType.Struct.INSTANCE), List.of(word("w")))),
            rows(List.of(List.of(1L)), List.of()),
            "[[[{\"w\":\"blue\"}]], [[]]]"),
        Arguments.of(
            encoded("v", LISTS, true),
            rows(1L, null, 0L, 1L),
            "[[[\"red\",null,\"blue\"]], [null], [[]], [[\"red\",null,\"blue\"]]]"));
  }

  @ParameterizedTest
  @MethodSource("columns")
  void aNestedDictionary_ingestedAndBound_isItsValues(
      Field column, List<@Nullable Object> indices, String values) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", "main");
        MapDictionaryProvider dictionaries = dictionaries(client.allocator());
        VectorSchemaRoot rows = VectorSchemaRoot.of(written(column, indices, client.allocator()))) {
      new Upload(INGEST, rows, dictionaries).count(client, 2);
      List<List<Object>> twice = client.query("select v from nested");
      assertThat(twice.subList(0, indices.size()).toString()).isEqualTo(values);
      assertThat(twice.subList(indices.size(), twice.size()).toString()).isEqualTo(values);

      ByteString handle = Prepared.handle(client, "select ? as v");
      new Upload(Prepared.queryOf(handle), rows, dictionaries).send(client, 1);
      assertThat(client.rows(Prepared.execute(client, handle)).toString()).isEqualTo(values);
    }
  }

  @ParameterizedTest
  @MethodSource("columns")
  void aNestedDictionary_inSqlite_isRefusedLikeItsValues(
      Field column, List<@Nullable Object> indices, String values) throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "alice", "lite");
        MapDictionaryProvider dictionaries = dictionaries(client.allocator());
        VectorSchemaRoot rows = VectorSchemaRoot.of(written(column, indices, client.allocator()))) {
      assertThat(values).isNotEmpty();
      assertThatThrownBy(() -> new Upload(INGEST, rows, dictionaries).count(client, 1))
          .hasStackTraceContaining("UNIMPLEMENTED")
          .hasStackTraceContaining("SQLite has no type for column \"v\"");
    }
  }

  @Test
  void anIndex_outsideOfANestedDictionary_isInvalid() throws Exception {
    Field column = column(ArrowType.List.INSTANCE, word("item"));
    try (SqlClient client = SqlClient.login(gateway, "alice", "main");
        MapDictionaryProvider dictionaries = dictionaries(client.allocator());
        VectorSchemaRoot rows =
            VectorSchemaRoot.of(written(column, rows(List.of(0L, 3L)), client.allocator()))) {
      assertThatThrownBy(() -> new Upload(INGEST, rows, dictionaries).count(client, 1))
          .hasStackTraceContaining("INVALID_ARGUMENT")
          .hasStackTraceContaining("index 3 at place 2");
    }
  }

  /** 5 levels of lists of 200 references each would be 320,000,000,000 values. */
  @Test
  void dictionaries_thatStandForMoreThanFits_areExhausted() throws Exception {
    List<Object> references = List.copyOf(Collections.nCopies(200, 0L));
    try (SqlClient client = SqlClient.login(gateway, "alice", "main");
        MapDictionaryProvider dictionaries = dictionaries(client.allocator())) {
      DictionaryEncoding inner = LISTS;
      for (int level = 3; level < 8; level++) {
        DictionaryEncoding outer = new DictionaryEncoding(level, false, INDEX);
        Field lists = column(ArrowType.List.INSTANCE, encoded("item", inner, true));
        dictionaries.put(
            new Dictionary(written(lists, rows(references), client.allocator()), outer));
        inner = outer;
      }
      try (VectorSchemaRoot rows =
          VectorSchemaRoot.of(written(encoded("v", inner, true), rows(0L), client.allocator()))) {
        assertThatThrownBy(() -> new Upload(INGEST, rows, dictionaries).count(client, 1))
            .hasStackTraceContaining("RESOURCE_EXHAUSTED");
      }
    }
  }

  private static Field column(ArrowType type, Field... children) {
    return new Field("v", FieldType.nullable(type), List.of(children));
  }

  private static Field word(String name) {
    return encoded(name, WORDS, true);
  }

  private static Field encoded(String name, DictionaryEncoding dictionary, boolean nullable) {
    return new Field(name, new FieldType(nullable, INDEX, dictionary), null);
  }

  private static List<@Nullable Object> rows(@Nullable Object... rows) {
    return Arrays.asList(rows);
  }

  private static FieldVector written(
      Field column, List<@Nullable Object> rows, BufferAllocator allocator) {
    FieldVector vector = column.createVector(allocator);
    vector.allocateNew();
    for (int row = 0; row < rows.size(); row++) {
      Cells.write(vector, row, rows.get(row));
    }
    vector.setValueCount(rows.size());
    return vector;
  }

  /** The words red, blue and NULL, and of them the lists [] and [red, NULL, blue]. */
  private static MapDictionaryProvider dictionaries(BufferAllocator allocator) {
    return new MapDictionaryProvider(
        new Dictionary(Columns.utf8(allocator, "words", "red", "blue", null), WORDS),
        new Dictionary(
            written(
                column(ArrowType.List.INSTANCE, word("item")),
                rows(List.of(), Arrays.asList(0L, null, 1L)),
                allocator),
            LISTS));
  }
}
