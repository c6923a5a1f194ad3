package dev.flightgate.server.backend;

import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A planned statement of one {@link BackendSession}, run any number of times, one at a time.
 *
 * <p>Belongs to its session's thread. {@link #close()} is idempotent and implied by the session's.
 */
public interface PreparedQuery extends AutoCloseable {

  /** What running it does. */
  StatementKind kind();

  /**
   * The columns of the result; no fields for a statement that yields no rows (INSERT without
   * RETURNING, CREATE TABLE). Where types depend on parameters not bound yet, the engine's best
   * guess; see {@link #resultSchema(Schema)}.
   *
   * <p>Every stream of this query has exactly this schema, to the last bit: names, types,
   * nullability, metadata. Fields carry the engine's type name under {@code
   * ARROW:FLIGHT:SQL:TYPE_NAME}. No field has a view, run-end-encoded, half-float, extension or
   * dictionary type.
   */
  Schema resultSchema();

  /**
   * The columns of the result once parameters of these types are bound. Defaults to {@link
   * #resultSchema()}, for engines and statements where that does not matter.
   *
   * @param boundTypes one field for each parameter, in order
   */
  default Schema resultSchema(Schema boundTypes) {
    return resultSchema();
  }

  /**
   * One field for each parameter, in order, nullable, named "1", "2", … or by the parameter's name
   * ("name" for {@code $name} and {@code :name}); Utf8 where the engine cannot say a type.
   */
  Schema parameterSchema();

  /**
   * Runs the statement with one row of parameters and streams what it yields. Exactly one stream of
   * a session may be open.
   *
   * @param parameters the values; {@link Parameters#NONE} for a statement without placeholders
   * @param row which row of the parameters to bind
   * @param allocator what every batch is allocated from; owned by the caller, which closes it after
   *     the stream
   * @return the stream, owned by the caller; before the first {@link BatchStream#next()} its root
   *     has no rows
   * @throws BackendException INVALID_DATA for a wrong number of parameters or a value that does not
   *     convert, CONFLICT if the table changed so that the schema is no longer the promised one
   */
  BatchStream openStream(Parameters parameters, int row, BufferAllocator allocator);

  /**
   * Runs the statement once for each row of parameters ({@link Parameters#NONE} is one row) and
   * answers how many rows were changed in all; 0 for a statement that changes none (CREATE), -1
   * where the engine does not know. Rows a RETURNING clause yields are discarded. Not atomic by
   * itself: the caller wraps several rows in a transaction.
   *
   * @throws BackendException as {@link #openStream}
   */
  long update(Parameters parameters);

  /**
   * Whether running this once more is the same as preparing the text once more and running that;
   * not for what the engine works out while it plans, such as the time of day.
   */
  default boolean repeatable() {
    return true;
  }

  @Override
  void close();
}
