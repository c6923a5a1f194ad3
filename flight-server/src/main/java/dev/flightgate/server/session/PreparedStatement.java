package dev.flightgate.server.session;

import dev.flightgate.server.backend.StatementKind;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A prepared statement of a client: its text, what is known of it, its bound parameters, and,
 * outside of transactions, a plan on a connection of its own.
 *
 * <p>Thread-safe; a client that binds and runs one handle from several threads at once gets one
 * binding or the other, whole.
 */
public final class PreparedStatement implements Held {

  private final Handle handle;
  private final Session session;
  private final List<String> statements;
  private final @Nullable Transaction transaction;
  private final Description description;
  private final @Nullable Plan plan;
  private SharedParameters bound = SharedParameters.none();
  private boolean discarded;

  /**
   * What is known of the statement.
   *
   * @param kind of the statement, or of the last of several
   * @param resultSchema without fields if it yields no rows
   * @param parameterSchema one field for each placeholder
   */
  public record Description(StatementKind kind, Schema resultSchema, Schema parameterSchema) {}

  /**
   * @param statements the text, split
   * @param transaction in which it was prepared, or null
   * @param plan kept for its runs; owned, or null
   */
  PreparedStatement(
      Handle handle,
      Session session,
      List<String> statements,
      @Nullable Transaction transaction,
      Description description,
      @Nullable Plan plan) {
    this.handle = handle;
    this.session = session;
    this.statements = statements;
    this.transaction = transaction;
    this.description = description;
    this.plan = plan;
  }

  @Override
  public Handle handle() {
    return handle;
  }

  @Override
  public Session session() {
    return session;
  }

  /** The text, split into statements. */
  public List<String> statements() {
    return statements;
  }

  /** The transaction it was prepared in. */
  public @Nullable Transaction transaction() {
    return transaction;
  }

  /** What is known of it. */
  public Description description() {
    return description;
  }

  /** The kept plan, which may be in use. */
  public @Nullable Plan plan() {
    return plan;
  }

  /** Takes ownership of the rows, in place of those bound before. */
  public synchronized void bind(SharedParameters rows) {
    if (discarded) {
      rows.release();
      return;
    }
    bound.release();
    bound = rows;
  }

  /** The bound rows; the caller releases them. */
  public synchronized SharedParameters bound() {
    return discarded ? SharedParameters.none() : bound.retain();
  }

  @Override
  public void discard() {
    synchronized (this) {
      if (discarded) {
        return;
      }
      discarded = true;
      bound.release();
    }
    if (plan != null) {
      plan.close();
    }
  }
}
