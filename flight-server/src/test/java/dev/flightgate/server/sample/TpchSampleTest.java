package dev.flightgate.server.sample;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.backend.Backend;
import dev.flightgate.server.backend.BackendFactory;
import dev.flightgate.server.backend.BackendOptions;
import dev.flightgate.server.backend.BackendSession;
import dev.flightgate.server.backend.BatchStream;
import dev.flightgate.server.backend.Metadata.PrimaryKeyColumn;
import dev.flightgate.server.backend.Parameters;
import dev.flightgate.server.backend.PreparedQuery;
import dev.flightgate.server.backend.SessionContext;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The sample in every engine on the class path. */
class TpchSampleTest {

  private static final double SCALE = 0.01;

  @TestFactory
  Stream<DynamicTest> fill_everyEngine_createsTheTablesOnce() {
    return ServiceLoader.load(BackendFactory.class).stream()
        .map(ServiceLoader.Provider::get)
        .map(factory -> DynamicTest.dynamicTest(factory.type(), () -> fillsOnce(factory)));
  }

  private static void fillsOnce(BackendFactory factory) {
    try (BufferAllocator allocator = new RootAllocator();
        Backend backend = factory.open(memory(allocator));
        BackendSession session =
            backend.openSession(SessionContext.of("sample", /* readOnly= */ false, allocator))) {
      assertThat(TpchSample.fill(session, allocator, SCALE)).isEqualTo(86_805);
      assertThat(TpchSample.fill(session, allocator, SCALE)).isZero();
      assertThat(count(session, allocator, "lineitem")).isEqualTo(60_175);
      assertThat(count(session, allocator, "nation")).isEqualTo(25);
      assertThat(session.metadata().primaryKeys(null, null, "lineitem"))
          .extracting(PrimaryKeyColumn::column)
          .containsExactly("l_orderkey", "l_linenumber");
      assertThat(session.metadata().tables(null, null, "orders", List.of(), true))
          .singleElement()
          .satisfies(
              orders ->
                  assertThat(orders.columns())
                      .extracting(column -> column.field().getName() + " " + column.typeName())
                      .contains("o_orderkey BIGINT", "o_totalprice DECIMAL(15,2)"));
    }
  }

  private static BackendOptions memory(BufferAllocator allocator) {
    return new BackendOptions(
        "sample",
        BackendOptions.IN_MEMORY,
        /* readOnly= */ false,
        allocator,
        List.of(),
        null,
        Map.of());
  }

  private static long count(BackendSession session, BufferAllocator allocator, String table) {
    try (PreparedQuery query = session.prepare("SELECT count(*) AS n FROM " + table);
        BatchStream stream = query.openStream(Parameters.NONE, 0, allocator)) {
      assertThat(stream.next()).isTrue();
      return ((Number) stream.root().getVector(0).getObject(0)).longValue();
    }
  }
}
