package dev.flightgate.server.flight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.backend.StatementKind;
import dev.flightgate.server.flight.PermissionFixture.Role;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.sql.FlightSqlClient.PreparedStatement;
import org.apache.arrow.flight.sql.FlightSqlProducer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each command of Flight SQL and each form of statement, by each role, has the status that its row
 * says. A command, a kind of statement or a verb without a row fails.
 */
class PermissionMatrixTest {

  private static final String STRANGER = "-";

  @TempDir private static Path folder;
  private static PermissionFixture fixture;

  @BeforeAll
  static void start() throws IOException {
    fixture = new PermissionFixture(folder);
  }

  @AfterAll
  static void stop() throws Exception {
    fixture.close();
  }

  static Stream<PermissionStatements.Row> statements() {
    return PermissionStatements.rows().stream();
  }

  static Stream<String> commands() {
    return PermissionCommands.rows().keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("statements")
  void aStatement_byEachRole_hasTheStatusOfItsRow(PermissionStatements.Row row) throws Exception {
    String sql = fixture.in(row.sql());
    boolean leavesState =
        switch (EngineVerbs.kind(row.database(), sql)) {
          case READS, WRITES, DEFINES -> false;
          case CONTROLS, BEGINS, COMMITS, ROLLS_BACK -> true;
        };
    for (Role role : Role.values()) {
      char sign = sign(row.signs() + STRANGER, role);
      if (leavesState) {
        try (SqlClient client = fixture.login(row.database(), role)) {
          requireStatuses(sign, role, statuses(client, sql));
        }
      } else {
        requireStatuses(sign, role, statuses(fixture.client(row.database(), role), sql));
      }
    }
  }

  private static void requireStatuses(
      char sign, Role role, Map<String, FlightStatusCode> statuses) {
    switch (sign) {
      case '-' ->
          assertThat(statuses.values())
              .as("%s: %s", role, statuses)
              .containsOnly(FlightStatusCode.UNAUTHORIZED);
      case '*' -> assertThat(statuses).containsEntry("query", FlightStatusCode.UNAUTHORIZED);
      case '~' ->
          assertThat(statuses.get("query"))
              .as("%s: %s", role, statuses)
              .isNotIn(FlightStatusCode.UNAUTHORIZED, FlightStatusCode.OK);
      default -> {
        assertThat(statuses.values())
            .as("%s: %s", role, statuses)
            .doesNotContain(FlightStatusCode.UNAUTHORIZED);
        assertThat(statuses).as("%s", role).containsEntry("query", FlightStatusCode.OK);
      }
    }
  }

  private static char sign(String signs, Role role) {
    return signs.charAt(List.of(Role.values()).indexOf(role));
  }

  /** Each way of sending it, one after the other in one session. */
  private static Map<String, FlightStatusCode> statuses(SqlClient client, String sql) {
    Map<String, FlightStatusCode> statuses = new TreeMap<>();
    statuses.put("query", status(() -> client.query(sql)));
    statuses.put("update", status(() -> client.update(sql)));
    statuses.put("schema", status(() -> client.sql().getExecuteSchema(sql, client.options())));
    statuses.put("prepare", status(() -> prepared(client, sql)));
    statuses.put("poll", status(() -> client.rows(Poll.result(client, sql))));
    statuses.put("several", status(() -> client.query("select 1; " + sql)));
    return statuses;
  }

  private static void prepared(SqlClient client, String sql) throws Exception {
    PreparedStatement statement = client.sql().prepare(sql, client.options());
    try {
      FlightInfo info = statement.execute(client.options());
      client.rows(info);
    } finally {
      statement.close(client.options());
    }
  }

  /** A call whose status is asked. */
  private interface Attempt {
    void run() throws Exception;
  }

  private static FlightStatusCode status(Attempt attempt) {
    try {
      attempt.run();
      return FlightStatusCode.OK;
    } catch (FlightRuntimeException e) {
      return e.status().code();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("commands")
  void aCommand_byEachRole_hasTheStatusOfItsRow(String command) throws Exception {
    PermissionCommands.Row row = PermissionCommands.rows().get(command);
    for (Role role : Role.values()) {
      try (SqlClient client = fixture.login("lite", role)) {
        FlightStatusCode expected =
            switch (sign(row.signs(), role)) {
              case '-' -> FlightStatusCode.UNAUTHORIZED;
              case 'u' -> FlightStatusCode.UNIMPLEMENTED;
              case 'i' -> FlightStatusCode.INVALID_ARGUMENT;
              default -> FlightStatusCode.OK;
            };
        assertThat(status(() -> row.call().by(client))).as("%s", role).isEqualTo(expected);
      }
    }
  }

  @Test
  void everyMethodOfTheProducer_hasARow() {
    Set<String> methods =
        Stream.of(FlightSqlProducer.class, FlightSqlDispatcher.class)
            .flatMap(type -> Arrays.stream(type.getMethods()))
            .filter(method -> !Modifier.isStatic(method.getModifiers()))
            .filter(method -> method.getDeclaringClass() != Object.class)
            .map(Method::getName)
            .filter(name -> !name.equals("close"))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(PermissionCommands.rows().keySet()).containsExactlyInAnyOrderElementsOf(methods);
  }

  @Test
  void everyKindOfStatement_hasARowOnEachEngine() throws Exception {
    assertThat(kinds("main")).isEqualTo(EnumSet.allOf(StatementKind.class));
    assertThat(kinds("lite")).isEqualTo(EnumSet.allOf(StatementKind.class));
  }

  private static Set<StatementKind> kinds(String database) throws Exception {
    Set<StatementKind> kinds = EnumSet.noneOf(StatementKind.class);
    for (String sql : sql(database)) {
      kinds.add(EngineVerbs.kind(database, sql));
    }
    return kinds;
  }

  @Test
  void everyVerbThatAnEngineKnows_hasARow() throws Exception {
    for (String database : List.of("main", "lite")) {
      Set<String> verbs = new TreeSet<>();
      for (String sql : sql(database)) {
        verbs.add(EngineVerbs.verb(database, sql));
      }
      assertThat(verbs).as(database).containsAll(EngineVerbs.verbs(database));
    }
  }

  private static List<String> sql(String database) {
    return PermissionStatements.rows().stream()
        .filter(row -> row.database().equals(database))
        .map(row -> fixture.in(row.sql()))
        .toList();
  }
}
