package dev.flightgate.server.query;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.Parameters;
import dev.flightgate.server.backend.PreparedQuery;
import dev.flightgate.server.backend.StatementKind;
import dev.flightgate.server.query.EagerStatements.Outcome;
import dev.flightgate.server.session.HeldResult;
import dev.flightgate.server.session.KeptBatches;
import dev.flightgate.server.session.Plan;
import dev.flightgate.server.session.PreparedStatement;
import dev.flightgate.server.session.PreparedStatement.Description;
import dev.flightgate.server.session.PreparedStatement.Preparation;
import dev.flightgate.server.session.Session;
import dev.flightgate.server.session.SharedParameters;
import dev.flightgate.server.session.Transaction;
import dev.flightgate.server.sql.SqlDialect;
import java.util.List;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Turns statements into results: a statement that only reads is planned and run when it is fetched;
 * everything else runs here, once, and its outcome is kept for the ticket.
 */
final class Planner {

  private static final Schema NOTHING = new Schema(List.of());

  private final ResultKeeper keeper;
  private final EagerStatements eager;
  private final Places places;

  /** Where statements are admitted, in a transaction and outside of one. */
  record Places(Admission outside, Admission inside) {
    Admission of(@Nullable Transaction transaction) {
      return transaction == null ? outside : inside;
    }
  }

  Planner(ResultKeeper keeper, EagerStatements eager, Places places) {
    this.keeper = keeper;
    this.eager = eager;
    this.places = places;
  }

  private StatementRun begin(
      Session session, @Nullable Transaction transaction, Cancellation call) {
    return StatementRun.begin(
        session, transaction, call, StatementRun.WAIT, places.of(transaction));
  }

  HeldResult plan(
      Session session,
      List<String> statements,
      @Nullable Transaction transaction,
      Cancellation call) {
    try (StatementRun run = begin(session, transaction, call)) {
      if (statements.size() > 1) {
        return keep(
            session,
            String.join("; ", statements),
            eager.runAll(run, statements, dialect(session), true));
      }
      String sql = statements.get(0);
      PreparedQuery query = run.prepare(sql);
      if (query.kind().isEager()) {
        try (query) {
          return keep(session, sql, eager.run(run, query, sql, Parameters.NONE, true));
        }
      }
      Schema schema = query.resultSchema();
      Plan plan = keepPlan(run, query);
      return session.hold(
          schema, new HeldResult.Deferred(sql, SharedParameters.none(), transaction, null), plan);
    }
  }

  Schema describe(
      Session session,
      List<String> statements,
      @Nullable Transaction transaction,
      Cancellation call) {
    // Of several statements only the last one's result is seen, and only it is planned.
    String sql = statements.get(statements.size() - 1);
    try (StatementRun run = begin(session, transaction, call);
        PreparedQuery query = run.prepare(sql)) {
      return resultSchema(query.resultSchema());
    }
  }

  long update(
      Session session,
      List<String> statements,
      @Nullable Transaction transaction,
      Cancellation call) {
    try (StatementRun run = begin(session, transaction, call)) {
      if (statements.size() > 1) {
        return eager.runAll(run, statements, dialect(session), false).count();
      }
      String sql = statements.get(0);
      try (PreparedQuery query = run.prepare(sql)) {
        return eager.run(run, query, sql, Parameters.NONE, false).count();
      }
    }
  }

  PreparedStatement prepare(
      Session session,
      List<String> statements,
      @Nullable Transaction transaction,
      Cancellation call) {
    return session.prepare(
        statements, transaction, prepareNow(session, statements, transaction, call));
  }

  private Preparation prepareNow(
      Session session,
      List<String> statements,
      @Nullable Transaction transaction,
      Cancellation call) {
    long definitions = session.database().definitions();
    if (statements.size() > 1) {
      Schema last = lastSchema(session, statements, call);
      return new Preparation(
          new Description(StatementKind.WRITES, last, NOTHING), null, definitions);
    }
    try (StatementRun run = begin(session, transaction, call)) {
      PreparedQuery query = run.prepare(statements.get(0));
      Description description =
          new Description(query.kind(), query.resultSchema(), query.parameterSchema());
      boolean keep =
          switch (query.kind()) {
            case READS, WRITES -> query.repeatable();
            case DEFINES, CONTROLS, BEGINS, COMMITS, ROLLS_BACK -> false;
          };
      Plan plan = null;
      if (keep) {
        plan = keepPlan(run, query);
      } else {
        query.close();
      }
      return new Preparation(description, plan, definitions);
    }
  }

  /**
   * The schema of what the last of several statements will yield, as far as that can be told: they
   * are planned for good one by one as they run, and one that needs what an earlier one makes
   * cannot be planned before. Asked outside of any transaction, which a failure would end. No
   * fields if it yields nothing or nobody knows.
   */
  private Schema lastSchema(Session session, List<String> statements, Cancellation call) {
    try (StatementRun run = begin(session, null, call)) {
      if (run.inTransaction()) {
        return NOTHING;
      }
      try (PreparedQuery query = run.prepare(statements.get(statements.size() - 1))) {
        return query.parameterSchema().getFields().isEmpty() ? query.resultSchema() : NOTHING;
      }
    } catch (BackendException e) {
      return switch (e.kind()) {
        case INVALID_SQL, INVALID_DATA, NOT_FOUND, ALREADY_EXISTS, UNSUPPORTED -> NOTHING;
        case PERMISSION_DENIED, CONFLICT, CANCELLED, TIMED_OUT, EXHAUSTED, UNAVAILABLE, INTERNAL ->
            throw e;
      };
    }
  }

  /** Plans the statement again if something has been defined or dropped since it was planned. */
  private void refresh(PreparedStatement statement, Cancellation call) {
    Session session = statement.session();
    if (statement.statements().size() == 1
        && statement.preparation().definitions() != session.database().definitions()) {
      statement.replace(prepareNow(session, statement.statements(), statement.transaction(), call));
    }
  }

  Schema describe(PreparedStatement statement, Cancellation call) {
    refresh(statement, call);
    SharedParameters bound = statement.bound();
    try {
      return describe(statement, bound, call);
    } finally {
      bound.release();
    }
  }

  private Schema describe(PreparedStatement statement, SharedParameters bound, Cancellation call) {
    if (bound.parameters().columnCount() == 0) {
      return resultSchema(statement.description().resultSchema());
    }
    try (StatementRun run = begin(statement, call)) {
      return boundSchema(statement, run, bound.parameters());
    }
  }

  private static Schema boundSchema(
      PreparedStatement statement, StatementRun run, Parameters parameters) {
    PreparedQuery planned = plannedQuery(statement, run);
    PreparedQuery query = planned != null ? planned : run.prepare(onlyStatement(statement));
    try {
      parameters.requireColumns(query.parameterSchema().getFields().size());
      return resultSchema(query.resultSchema(parameters.schema()));
    } finally {
      if (planned == null) {
        query.close();
      }
    }
  }

  /**
   * Plans with these parameters.
   *
   * @param bound owned
   */
  HeldResult plan(PreparedStatement statement, SharedParameters bound, Cancellation call) {
    boolean handedOver = false;
    try {
      refresh(statement, call);
      if (statement.description().kind().isEager()) {
        return keep(
            statement.session(),
            String.join("; ", statement.statements()),
            run(statement, bound.parameters(), true, call));
      }
      bound
          .parameters()
          .requireColumns(statement.description().parameterSchema().getFields().size());
      Schema schema = describe(statement, bound, call);
      handedOver = true;
      return statement
          .session()
          .hold(
              schema,
              new HeldResult.Deferred(
                  onlyStatement(statement), bound, statement.transaction(), statement),
              null);
    } finally {
      if (!handedOver) {
        bound.release();
      }
    }
  }

  long update(PreparedStatement statement, @Nullable Parameters parameters, Cancellation call) {
    refresh(statement, call);
    if (parameters != null) {
      return run(statement, parameters, false, call).count();
    }
    SharedParameters bound = statement.bound();
    try {
      return run(statement, bound.parameters(), false, call).count();
    } finally {
      bound.release();
    }
  }

  private Outcome run(
      PreparedStatement statement, Parameters parameters, boolean keepRows, Cancellation call) {
    try (StatementRun run = begin(statement, call)) {
      if (statement.statements().size() > 1) {
        parameters.requireColumns(0);
        return eager.runAll(run, statement.statements(), dialect(statement.session()), keepRows);
      }
      String sql = onlyStatement(statement);
      PreparedQuery planned = plannedQuery(statement, run);
      if (planned != null) {
        return eager.run(run, planned, sql, parameters, keepRows);
      }
      try (PreparedQuery query = run.prepare(sql)) {
        return eager.run(run, query, sql, parameters, keepRows);
      }
    }
  }

  /** Begins on the statement's own plan if that is free and the session is not pinned elsewhere. */
  private StatementRun begin(PreparedStatement statement, Cancellation call) {
    Session session = statement.session();
    Plan plan = statement.plan();
    if (plan != null
        && statement.transaction() == null
        && !session.isPinned()
        && plan.connection().tryAcquire()) {
      return StatementRun.on(plan, session, call, places.outside());
    }
    return begin(session, statement.transaction(), call);
  }

  /** The statement's kept query, if the run is on its connection. */
  private static @Nullable PreparedQuery plannedQuery(
      PreparedStatement statement, StatementRun run) {
    Plan plan = statement.plan();
    return plan != null && plan.connection().backend() == run.backend() ? plan.query() : null;
  }

  private static String onlyStatement(PreparedStatement statement) {
    if (statement.statements().size() > 1) {
      throw new BackendException(Kind.INVALID_DATA, "several statements take no parameters");
    }
    return statement.statements().get(0);
  }

  private HeldResult keep(Session session, String sql, Outcome outcome) {
    KeptBatches rows = outcome.rows();
    if (rows != null) {
      long yielded = rows.batches().stream().mapToLong(ArrowRecordBatch::getLength).sum();
      return session.hold(outcome.schema(), new HeldResult.Kept(sql, rows, yielded), null);
    }
    KeptBatches count = keeper.keepCount(outcome.count());
    return session.hold(ResultKeeper.COUNT, new HeldResult.Kept(sql, count, outcome.count()), null);
  }

  private static Schema resultSchema(Schema schema) {
    return schema.getFields().isEmpty() ? ResultKeeper.COUNT : schema;
  }

  /**
   * Keeps the plan if the connection is the run's own; elsewhere it is planned again. So it is for
   * a principal who may not touch every table: a view may be another one when the plan is run.
   */
  private static @Nullable Plan keepPlan(StatementRun run, PreparedQuery query) {
    if (run.isOwn() && !run.checksTables()) {
      return run.keep(query);
    }
    query.close();
    return null;
  }

  private static SqlDialect dialect(Session session) {
    return session.database().backend().info().dialect();
  }
}
