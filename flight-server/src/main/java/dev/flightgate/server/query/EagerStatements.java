package dev.flightgate.server.query;

import dev.flightgate.server.backend.Parameters;
import dev.flightgate.server.backend.PreparedQuery;
import dev.flightgate.server.backend.StatementKind;
import dev.flightgate.server.session.KeptBatches;
import dev.flightgate.server.sql.SqlDialect;
import dev.flightgate.server.sql.StatementShape;
import dev.flightgate.server.sql.StatementShape.TransactionControl;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** Runs statements at once, each exactly one time. */
final class EagerStatements {

  /**
   * What came of a statement.
   *
   * @param count rows changed; -1 if not known
   * @param schema of the rows it yielded; without fields if it yields none
   * @param rows the rows, owned by the caller; null if not asked for
   */
  record Outcome(long count, Schema schema, @Nullable KeptBatches rows) {}

  private final ResultKeeper keeper;

  EagerStatements(ResultKeeper keeper) {
    this.keeper = keeper;
  }

  /**
   * Runs the statements in order; the last one's outcome is answered. Outside of a transaction
   * several are one transaction, unless they control transactions themselves.
   *
   * @param keepRows whether the rows of the last one are wanted
   */
  Outcome runAll(StatementRun run, List<String> statements, SqlDialect dialect, boolean keepRows) {
    boolean controls =
        statements.stream()
            .anyMatch(s -> StatementShape.of(s, dialect).control() != TransactionControl.NONE);
    if (controls) {
      return runInOrder(run, statements, keepRows);
    }
    return run.atomically(() -> runInOrder(run, statements, keepRows));
  }

  private Outcome runInOrder(StatementRun run, List<String> statements, boolean keepRows) {
    for (String statement : statements.subList(0, statements.size() - 1)) {
      runOne(run, statement, false);
    }
    return runOne(run, statements.get(statements.size() - 1), keepRows);
  }

  private Outcome runOne(StatementRun run, String statement, boolean keepRows) {
    try (PreparedQuery query = run.prepare(statement)) {
      if (query.kind().isEager()) {
        return run(run, query, statement, Parameters.NONE, keepRows);
      }
      // A reading statement among several runs with them, in their transaction.
      return rows(run, query, Parameters.NONE, keepRows);
    }
  }

  /** Runs one planned statement that is to run once, with all its rows of parameters. */
  Outcome run(
      StatementRun run, PreparedQuery query, String sql, Parameters parameters, boolean keepRows) {
    StatementKind kind = query.kind();
    try {
      return run(run, query, kind, sql, parameters, keepRows);
    } finally {
      if (kind != StatementKind.WRITES) {
        run.definitionsChanged();
      }
    }
  }

  private Outcome run(
      StatementRun run,
      PreparedQuery query,
      StatementKind kind,
      String sql,
      Parameters parameters,
      boolean keepRows) {
    if (kind.endsOrBegins()) {
      run.control(kind);
      return new Outcome(0, new Schema(List.of()), null);
    }
    if (kind == StatementKind.CONTROLS) {
      return runControlling(run, query, sql, parameters, keepRows);
    }
    return execute(run, query, parameters, keepRows);
  }

  private Outcome runControlling(
      StatementRun run, PreparedQuery query, String sql, Parameters parameters, boolean keepRows) {
    if (run.isSavepoint(sql)) {
      // Nothing of it outlives its transaction.
      return execute(run, query, parameters, keepRows);
    }
    boolean yieldsRows = !query.resultSchema().getFields().isEmpty();
    if (yieldsRows && run.isProvisional()) {
      // PRAGMA or CALL for its rows, of a client to whom nothing that it may leave can matter.
      return execute(run, query, parameters, keepRows);
    }
    Outcome outcome;
    if (run.pin()) {
      try (PreparedQuery again = run.prepare(sql)) {
        outcome = execute(run, again, parameters, keepRows);
      }
    } else {
      outcome = execute(run, query, parameters, keepRows);
    }
    run.madeState();
    return outcome;
  }

  private Outcome execute(
      StatementRun run, PreparedQuery query, Parameters parameters, boolean keepRows) {
    boolean yieldsRows = !query.resultSchema().getFields().isEmpty();
    boolean several = parameters.rowCount() > 1;
    if (yieldsRows && keepRows) {
      return query.kind() == StatementKind.WRITES
          ? run.atomically(() -> rows(run, query, parameters, true))
          : rows(run, query, parameters, true);
    }
    return several ? run.atomically(() -> count(query, parameters)) : count(query, parameters);
  }

  private static Outcome count(PreparedQuery query, Parameters parameters) {
    return new Outcome(query.update(parameters), new Schema(List.of()), null);
  }

  private Outcome rows(StatementRun run, PreparedQuery query, Parameters parameters, boolean keep) {
    if (!keep) {
      return count(query, parameters);
    }
    KeptBatches kept =
        keeper.keep(allocator -> new RowwiseStream(query, parameters, allocator), run.holdMemory());
    return new Outcome(-1, query.resultSchema(), kept);
  }
}
