package dev.flightgate.server.backend.duckdb;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BatchStream;
import dev.flightgate.server.backend.Parameters;
import dev.flightgate.server.backend.PreparedQuery;
import dev.flightgate.server.backend.SessionContext;
import dev.flightgate.server.backend.StatementKind;
import dev.flightgate.server.sql.SqlDialect;
import dev.flightgate.server.sql.SqlTokens;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBPreparedStatement;
import org.duckdb.DuckDBResultSet;
import org.jspecify.annotations.Nullable;

/**
 * A statement of one session. It has a plan that knows nothing of what is bound, and, where that
 * matters, another for the types bound last.
 */
final class DuckDbQuery implements PreparedQuery {

  private static final Schema NOTHING = new Schema(List.of());

  /** What DuckDB takes for constant once a statement is planned. */
  private static final Set<String> FOLDED =
      Set.of(
          "localtimestamp",
          "localtime",
          "current_localtimestamp",
          "current_localtime",
          "current_date",
          "current_time",
          "today",
          "age");

  private final GuardedConnection connection;
  private final SessionContext context;
  private final String sql;
  private final DuckDbKinds kinds;
  private final Placeholders placeholders;
  private final @Nullable DuckDbPlan plan;
  private @Nullable DuckDbPlan boundPlan;
  private List<@Nullable String> boundCasts = List.of();
  private boolean closed;

  DuckDbQuery(GuardedConnection connection, SessionContext context, String sql, DuckDbKinds kinds) {
    this.connection = connection;
    this.context = context;
    this.sql = sql;
    this.kinds = kinds;
    this.placeholders = new Placeholders(kinds.prepared() ? sql : "");
    this.plan =
        kinds.prepared()
            ? connection.run(
                open ->
                    DuckDbPlan.of(open, placeholders, kinds, i -> null, connection.inTransaction()))
            : null;
  }

  @Override
  public StatementKind kind() {
    return kinds.kind();
  }

  @Override
  public Schema resultSchema() {
    return plan == null ? NOTHING : plan.schema();
  }

  @Override
  public Schema resultSchema(Schema boundTypes) {
    if (plan == null || boundTypes.getFields().size() != parameterCount()) {
      return resultSchema();
    }
    DuckDbPlan base = plan;
    List<@Nullable String> casts = casts(base, boundTypes);
    DuckDbPlan known = known(base, casts);
    return (known != null ? known : connection.run(open -> planFor(open, base, casts))).schema();
  }

  @Override
  public Schema parameterSchema() {
    if (plan == null) {
      return NOTHING;
    }
    List<Field> fields = new ArrayList<>();
    for (int i = 0; i < parameterCount(); i++) {
      String type = plan.likelyTypes().get(i);
      String name = placeholders.count() == parameterCount() ? placeholders.name(i) : "" + (i + 1);
      fields.add(
          type.equals(DuckDbTypes.UNKNOWN)
              ? new Field(name, FieldType.nullable(ArrowType.Utf8.INSTANCE), null)
              : DuckDbTypes.field(name, type));
    }
    return new Schema(fields);
  }

  @Override
  public boolean repeatable() {
    return SqlTokens.of(sql, SqlDialect.POSTGRESQL).stream()
        .noneMatch(token -> FOLDED.contains(token.text().toLowerCase(Locale.ROOT)));
  }

  private int parameterCount() {
    return plan == null ? 0 : plan.parameterTypes().size();
  }

  /** What the values must be cast to so that the statement has types; null for what has one. */
  private static List<@Nullable String> casts(DuckDbPlan base, Schema boundTypes) {
    List<@Nullable String> casts = new ArrayList<>();
    List<Field> fields = boundTypes.getFields();
    for (int i = 0; i < fields.size(); i++) {
      boolean untyped =
          !base.isResolved() && base.parameterTypes().get(i).equals(DuckDbTypes.UNKNOWN);
      Field field = fields.get(i);
      casts.add(untyped ? DuckDbParameters.typeOf(field) : DuckDbParameters.castFor(field));
    }
    return casts;
  }

  private @Nullable DuckDbPlan known(DuckDbPlan base, List<@Nullable String> casts) {
    if (casts.stream().allMatch(cast -> cast == null)) {
      return base;
    }
    return boundCasts.equals(casts) ? boundPlan : null;
  }

  private DuckDbPlan planFor(DuckDBConnection open, DuckDbPlan base, List<@Nullable String> casts)
      throws SQLException {
    DuckDbPlan known = known(base, casts);
    if (known != null) {
      return known;
    }
    DuckDbPlan last = boundPlan;
    if (last != null) {
      boundPlan = null;
      last.close();
    }
    DuckDbPlan made =
        DuckDbPlan.of(open, placeholders, kinds, casts::get, connection.inTransaction());
    boundPlan = made;
    boundCasts = Collections.unmodifiableList(casts);
    return made;
  }

  @Override
  public BatchStream openStream(Parameters parameters, int row, BufferAllocator allocator) {
    connection.requireIdle();
    parameters.requireColumns(parameterCount());
    DuckDbPlan base = plan;
    if (base == null || !base.yieldsRows()) {
      updateRow(parameters, row);
      return DuckDbStream.empty(connection, allocator);
    }
    boolean streamed = kind() == StatementKind.READS;
    boolean own = streamed && connection.isReadOnly() && !connection.inTransaction();
    if (own) {
      connection.begin();
    }
    Runnable afterwards = own ? this::endRead : () -> {};
    try {
      return connection.run(
          open -> {
            DuckDbPlan bound = planFor(open, base, casts(base, parameters.schema()));
            DuckDBPreparedStatement statement;
            try {
              statement = execute(open, bound, parameters, row, streamed);
            } catch (SQLException failure) {
              BackendException translated = connection.translate(failure);
              if (streamed && translated.kind() == BackendException.Kind.INVALID_DATA) {
                return DuckDbStream.failed(connection, bound, translated, allocator, afterwards);
              }
              throw translated;
            }
            return DuckDbStream.open(connection, bound, statement, context, allocator, afterwards);
          });
    } catch (RuntimeException failure) {
      if (own) {
        connection.rollback();
      }
      throw failure;
    }
  }

  /** Ends the transaction that kept a read-only user's statement from writing. */
  private void endRead() {
    connection.rollback();
  }

  private DuckDBPreparedStatement execute(
      DuckDBConnection open, DuckDbPlan bound, Parameters parameters, int row, boolean streamed)
      throws SQLException {
    DuckDBPreparedStatement statement = bound.statement(open);
    DuckDbParameters.bind(open, statement, parameters, row);
    try {
      connection.execute(statement, streamed);
      return statement;
    } catch (SQLException failure) {
      // Only a statement that reads may be run again for the text of its failure.
      if (!streamed || !DuckDbErrors.isLost(failure)) {
        throw failure;
      }
      throw connection.reason(
          failure,
          other -> {
            DuckDBPreparedStatement again = bound.again(other);
            DuckDbParameters.bind(other, again, parameters, row);
            return again;
          });
    }
  }

  @Override
  public long update(Parameters parameters) {
    connection.requireIdle();
    parameters.requireColumns(parameterCount());
    long changed = 0;
    for (int row = 0; row < parameters.rowCount(); row++) {
      changed += updateRow(parameters, row);
    }
    return changed;
  }

  private long updateRow(Parameters parameters, int row) {
    switch (kind()) {
      case BEGINS -> connection.begin(sql);
      case COMMITS -> connection.commit();
      case ROLLS_BACK -> connection.rollbackByText();
      case READS, WRITES, DEFINES, CONTROLS -> {
        DuckDbPlan base = plan;
        if (base != null) {
          return connection.run(open -> change(open, base, parameters, row));
        }
        connection.execute(sql);
      }
    }
    return 0;
  }

  private long change(DuckDBConnection open, DuckDbPlan base, Parameters parameters, int row)
      throws SQLException {
    DuckDbPlan bound = planFor(open, base, casts(base, parameters.schema()));
    DuckDBPreparedStatement statement = execute(open, bound, parameters, row, false);
    boolean counts = kind() == StatementKind.WRITES;
    if (!bound.yieldsRows()) {
      return kind() == StatementKind.READS ? 0 : Math.max(0, statement.getLargeUpdateCount());
    }
    long rows = 0;
    try (DuckDBResultSet result = (DuckDBResultSet) statement.getResultSet()) {
      while (counts && result.next()) {
        rows++;
      }
    }
    return rows;
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      if (boundPlan != null) {
        boundPlan.close();
      }
      if (plan != null) {
        plan.close();
      }
    } catch (SQLException failure) {
      throw translated(failure);
    }
  }

  private static BackendException translated(SQLException failure) {
    return DuckDbErrors.translate(failure);
  }
}
