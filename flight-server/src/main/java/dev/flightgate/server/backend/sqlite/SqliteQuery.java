package dev.flightgate.server.backend.sqlite;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.BatchStream;
import dev.flightgate.server.backend.Parameters;
import dev.flightgate.server.backend.PreparedQuery;
import dev.flightgate.server.backend.StatementKind;
import dev.flightgate.server.backend.sqlite.ColumnReader.Misfits;
import dev.flightgate.server.backend.sqlite.ResultColumns.LookAhead;
import dev.flightgate.server.backend.sqlite.SqliteStream.EmptyStream;
import dev.flightgate.server.backend.sqlite.SqliteTypes.ColumnType;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A compiled statement that yields or changes rows. Belongs to its session's thread; owns the
 * driver's statement.
 *
 * <p>Types that depend on values are told by a look-ahead: once when prepared, and once for each
 * combination of bound types, with sample values of those types, because a schema may depend on the
 * types of parameters but not on their values.
 */
final class SqliteQuery implements PreparedQuery {

  private static final int STEP_ROW = 100;
  private static final int STEP_DONE = 101;

  private final SqliteSession session;
  private final String sql;
  private final StatementKind kind;
  private final ResultColumns columns;
  private final List<@Nullable ColumnType> knownTypes;
  private final Schema parameterSchema;
  private final Map<Schema, List<ColumnType>> typesByParameters = new HashMap<>();
  private PreparedStatement statement;

  /**
   * A query; if this throws, the statement is still the caller's.
   *
   * @param statement compiled from the SQL
   * @param parameterSchema one field for each placeholder
   * @param knownTypes of the columns, null where only values can tell
   */
  SqliteQuery(
      SqliteSession session,
      String sql,
      PreparedStatement statement,
      StatementKind kind,
      ResultColumns columns,
      List<@Nullable ColumnType> knownTypes,
      Schema parameterSchema) {
    this.session = session;
    this.sql = sql;
    this.statement = statement;
    this.kind = kind;
    this.columns = columns;
    this.knownTypes = knownTypes;
    this.parameterSchema = parameterSchema;
    types(new Schema(List.of()));
  }

  @Override
  public StatementKind kind() {
    return kind;
  }

  @Override
  public Schema resultSchema() {
    return schema(types(new Schema(List.of())));
  }

  @Override
  public Schema resultSchema(Schema boundTypes) {
    return schema(types(boundTypes));
  }

  @Override
  public Schema parameterSchema() {
    return parameterSchema;
  }

  private Schema schema(List<ColumnType> types) {
    List<Field> fields = new ArrayList<>();
    for (int i = 0; i < types.size(); i++) {
      fields.add(types.get(i).field(columns.columns().get(i).name()));
    }
    return new Schema(fields);
  }

  private List<ColumnType> types(Schema bound) {
    Schema key = knownTypes.contains(null) ? bound : new Schema(List.of());
    List<ColumnType> types = typesByParameters.get(key);
    if (types == null) {
      types = lookAhead(key);
      typesByParameters.put(key, types);
    }
    return types;
  }

  private List<ColumnType> lookAhead(Schema bound) {
    List<ColumnType> types = new ArrayList<>();
    for (ColumnType type : valueTypes(bound)) {
      ColumnType known = type == null ? SqliteTypes.unknown() : type;
      boolean sent = session.misfit() != SqliteSettings.Misfit.TEXT;
      types.add(sent || known.arrow() instanceof ArrowType.Binary ? known : known.asText());
    }
    return types;
  }

  private List<@Nullable ColumnType> valueTypes(Schema bound) {
    if (kind != StatementKind.READS || !knownTypes.contains(null)) {
      return knownTypes;
    }
    session.requireIdle();
    EngineConnection connection = session.connection();
    try {
      connection.requireNotCancelled();
      compileAgainIfClosed();
      for (int i = 0; i < parameterSchema.getFields().size(); i++) {
        if (i < bound.getFields().size()) {
          ValueBinder.bindSample(statement, i + 1, bound.getFields().get(i).getType());
        } else {
          statement.setNull(i + 1, java.sql.Types.NULL);
        }
      }
      return LookAhead.fill(statement, knownTypes);
    } catch (SQLException e) {
      connection.requireNotCancelled();
      return knownTypes; // a failure of the values: whoever runs the statement meets it again
    }
  }

  @Override
  public BatchStream openStream(Parameters parameters, int row, BufferAllocator allocator) {
    if (columns.columns().isEmpty()) {
      update(parameters, row, row + 1);
      return session.track(new EmptyStream(session::streamClosed));
    }
    List<ColumnType> types = types(parameters.schema());
    before(parameters);
    VectorSchemaRoot root = VectorSchemaRoot.create(schema(types), allocator);
    try {
      bind(parameters, row);
      ResultSet result = statement.executeQuery();
      requireSameColumns(result);
      List<ColumnReader> readers = readers(root, types);
      return session.track(
          new SqliteStream(
              session.connection(),
              ResultColumns.pointer(statement),
              result,
              root,
              readers,
              session.batchSize(),
              session.rows(),
              this::streamClosed));
    } catch (SQLException e) {
      root.close();
      throw failed(e);
    } catch (RuntimeException e) {
      root.close();
      session.transaction().afterFailure();
      throw e;
    }
  }

  private void streamClosed() {
    session.streamClosed();
    after();
  }

  private List<ColumnReader> readers(VectorSchemaRoot root, List<ColumnType> types) {
    List<ColumnReader> readers = new ArrayList<>();
    for (int i = 0; i < types.size(); i++) {
      ResultColumns.ResultColumn column = columns.columns().get(i);
      Misfits misfits = new Misfits(session.misfit(), column.name(), column.table(), types.get(i));
      readers.add(ColumnReader.of(i, root.getVector(i), misfits));
    }
    return readers;
  }

  private void requireSameColumns(ResultSet result) throws SQLException {
    if (!ResultColumns.of(statement).equals(columns)) {
      result.close();
      throw new BackendException(
          Kind.CONFLICT,
          "a table of the query has been changed since it was planned; send the query again");
    }
  }

  @Override
  public long update(Parameters parameters) {
    return update(parameters, 0, parameters.rowCount());
  }

  private long update(Parameters parameters, int from, int to) {
    before(parameters);
    long changed = 0;
    try {
      for (int row = from; row < to; row++) {
        session.connection().requireNotCancelled();
        bind(parameters, row);
        changed += run();
      }
      session.connection().requireNotCancelled();
      return changed;
    } catch (SQLException e) {
      throw failed(e);
    } finally {
      after();
    }
  }

  private BackendException failed(SQLException exception) {
    BackendException translated = session.connection().translate(exception);
    if (SqliteErrors.isBusy(exception)) {
      session.transaction().afterConflict();
    }
    session.transaction().afterFailure();
    return translated;
  }

  /** Runs the statement to its end, and counts what it changed. */
  private long run() throws SQLException {
    if (statement.execute()) {
      try (ResultSet discarded = statement.getResultSet()) {
        if (discarded.next()) {
          ResultColumns.pointer(statement).safeRunConsume(SqliteQuery::runToEnd);
        }
      }
    }
    return kind == StatementKind.WRITES ? session.connection().engine().changes() : 0;
  }

  private static void runToEnd(org.sqlite.core.DB engine, long pointer) throws SQLException {
    int code = STEP_ROW;
    while (code == STEP_ROW) {
      code = engine.step(pointer);
    }
    if (code != STEP_DONE) {
      engine.throwex(code);
    }
  }

  private void before(Parameters parameters) {
    session.requireIdle();
    parameters.requireColumns(parameterSchema.getFields().size());
    session.connection().requireNotCancelled();
    session.before(kind);
  }

  private void after() {
    if (kind == StatementKind.READS) {
      session.transaction().afterStatement();
    } else {
      session.transaction().afterFailure();
    }
  }

  private void bind(Parameters parameters, int row) throws SQLException {
    compileAgainIfClosed();
    for (int i = 0; i < parameters.columnCount(); i++) {
      ValueBinder.bind(statement, i + 1, parameters.column(i), row);
    }
  }

  /** The driver throws a statement away when its first step fails. */
  private void compileAgainIfClosed() throws SQLException {
    if (ResultColumns.pointer(statement).isClosed()) {
      statement.close();
      statement = session.connection().prepare(sql);
    }
  }

  @Override
  public void close() {
    session.forget(this);
    try {
      statement.close();
    } catch (SQLException e) {
      throw SqliteErrors.translate(e);
    }
  }
}
