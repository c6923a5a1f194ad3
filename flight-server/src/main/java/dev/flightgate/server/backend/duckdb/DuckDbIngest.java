package dev.flightgate.server.backend.duckdb;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.BatchStream;
import dev.flightgate.server.backend.IngestTarget;
import java.io.IOException;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.arrow.c.ArrowArrayStream;
import org.apache.arrow.c.Data;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBPreparedStatement;
import org.jspecify.annotations.Nullable;

/**
 * Writes batches into a table, column by column: DuckDB scans them through the C data interface in
 * one statement, so a failure leaves the table as it was. DuckDB aborts a transaction in which that
 * statement fails; only a rollback is possible then.
 */
final class DuckDbIngest {

  private static final int DECIMAL_PRECISION_MAX = 38;
  private static final int DECIMAL_BITS_MAX = 128;
  private static final AtomicLong NEXT = new AtomicLong();

  private final GuardedConnection connection;
  private final BufferAllocator allocator;
  private final IngestTarget target;
  private final String source = "flightgate_upload_" + NEXT.incrementAndGet();

  DuckDbIngest(GuardedConnection connection, BufferAllocator allocator, IngestTarget target) {
    this.connection = connection;
    this.allocator = allocator;
    this.target = target;
  }

  /** Pulls the batches to their end and answers how many rows were written. */
  long write(BatchStream batches) {
    requireColumns(batches.root().getSchema());
    boolean create =
        switch (target.mode()) {
          case CREATE, REPLACE -> true;
          case APPEND -> false;
          case CREATE_APPEND -> !exists();
        };
    String sql = create ? createAs() : "INSERT INTO " + table() + " BY NAME FROM " + source;
    try (UploadReader reader = new UploadReader(allocator, batches, connection);
        ArrowArrayStream stream = ArrowArrayStream.allocateNew(allocator)) {
      Data.exportArrayStream(allocator, reader, stream);
      try {
        return connection.run(open -> write(open, stream, sql));
      } catch (BackendException failure) {
        throw cause(reader, failure);
      } finally {
        stream.release();
      }
    } catch (IOException failure) {
      throw DuckDbErrors.translate(failure);
    }
  }

  private long write(DuckDBConnection open, ArrowArrayStream stream, String sql)
      throws SQLException {
    open.registerArrowStream(source, stream);
    try (DuckDBPreparedStatement statement = open.prepare(sql)) {
      statement.execute();
      return statement.getLargeUpdateCount();
    } finally {
      forget(open);
    }
  }

  /**
   * Drops the name of the stream, which is a view; an aborted transaction takes it along itself.
   */
  private void forget(DuckDBConnection open) {
    try (Statement statement = open.createStatement()) {
      statement.execute("DROP VIEW IF EXISTS temp." + source);
    } catch (SQLException aborted) {
      // The transaction is aborted, and its rollback drops the view.
    }
  }

  private static RuntimeException cause(UploadReader reader, BackendException failure) {
    if (failure.kind() == Kind.CANCELLED) {
      return failure;
    }
    RuntimeException upload = reader.failure;
    if (upload != null) {
      return upload;
    }
    // Columns that the table lacks are wrong data here: the user has written no SQL.
    return failure.kind() == Kind.INVALID_SQL
        ? new BackendException(Kind.INVALID_DATA, String.valueOf(failure.getMessage()), failure)
        : failure;
  }

  private static void requireColumns(Schema schema) {
    Set<String> names = new HashSet<>();
    if (schema.getFields().isEmpty()) {
      throw new BackendException(Kind.INVALID_DATA, "the rows have no columns");
    }
    for (Field field : schema.getFields()) {
      if (!names.add(field.getName().toLowerCase(Locale.ROOT))) {
        throw new BackendException(
            Kind.INVALID_DATA,
            "two columns are called " + field.getName() + "; DuckDB ignores the case of names");
      }
      requireReadable(field);
    }
  }

  /**
   * DuckDB reads the days of an interval of days and milliseconds as milliseconds, takes half
   * floats and decimals that it cannot have for a failure of its own, and makes of lists of size 0
   * a type that it cannot read again.
   */
  private static void requireReadable(Field field) {
    ArrowType type = field.getType();
    boolean dayTime =
        type instanceof ArrowType.Interval interval && interval.getUnit() == IntervalUnit.DAY_TIME;
    boolean noDecimal =
        type instanceof ArrowType.Decimal decimal
            && (decimal.getBitWidth() > DECIMAL_BITS_MAX
                || decimal.getPrecision() < 1
                || decimal.getPrecision() > DECIMAL_PRECISION_MAX
                || decimal.getScale() < 0
                || decimal.getScale() > decimal.getPrecision());
    boolean half =
        type instanceof ArrowType.FloatingPoint real
            && real.getPrecision() == FloatingPointPrecision.HALF;
    boolean noSize = type instanceof ArrowType.FixedSizeList list && list.getListSize() == 0;
    if (dayTime || noDecimal || half || noSize) {
      throw new BackendException(
          Kind.UNSUPPORTED, "column \"" + field.getName() + "\": DuckDB cannot take " + type);
    }
    field.getChildren().forEach(DuckDbIngest::requireReadable);
  }

  private boolean exists() {
    return connection.run(
        open -> {
          try (DuckDBPreparedStatement statement = open.prepare("FROM " + table() + " LIMIT 0")) {
            return true;
          } catch (SQLException failure) {
            BackendException translated = DuckDbErrors.translate(failure);
            if (translated.kind() == Kind.NOT_FOUND) {
              return false;
            }
            throw translated;
          }
        });
  }

  private String createAs() {
    return (target.mode() == IngestTarget.Mode.REPLACE ? "CREATE OR REPLACE " : "CREATE ")
        + (target.temporary() ? "TEMPORARY TABLE " : "TABLE ")
        + table()
        + " AS FROM "
        + source;
  }

  /** The qualified name; a temporary table has a catalog of its own. */
  private String table() {
    String table = DuckDbType.quoted(target.table());
    if (target.temporary()) {
      return "temp.main." + table;
    }
    String schema = target.schema();
    String catalog = target.catalog();
    return (catalog == null ? "" : DuckDbType.quoted(catalog) + ".")
        + (schema != null ? DuckDbType.quoted(schema) + "." : catalog == null ? "" : "main.")
        + table;
  }

  /** The batches as the C data interface wants them. Pulled on DuckDB's threads, one at a time. */
  private static final class UploadReader extends ArrowReader {

    private final BatchStream batches;
    private final GuardedConnection connection;
    private final UploadValues values;
    private volatile @Nullable RuntimeException failure;

    UploadReader(BufferAllocator allocator, BatchStream batches, GuardedConnection connection) {
      super(allocator);
      this.batches = batches;
      this.connection = connection;
      this.values = new UploadValues(batches.root().getSchema());
    }

    @Override
    public boolean loadNextBatch() throws IOException {
      prepareLoadNextBatch();
      try {
        connection.throwIfCancelled();
        if (!batches.next()) {
          return false;
        }
        values.require(batches.root());
        loadRecordBatch(new VectorUnloader(batches.root()).getRecordBatch());
        return true;
      } catch (RuntimeException cause) {
        failure = cause;
        throw new IOException("the upload failed", cause);
      }
    }

    @Override
    public long bytesRead() {
      return 0;
    }

    @Override
    protected void closeReadSource() {
      // The stream belongs to the caller.
    }

    @Override
    protected Schema readSchema() {
      return batches.root().getSchema();
    }
  }
}
