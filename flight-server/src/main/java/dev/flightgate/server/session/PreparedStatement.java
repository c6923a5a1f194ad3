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
  private volatile long lastUsedNanos = System.nanoTime();
  private Preparation preparation;
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
   * A description, and what it was found with.
   *
   * @param plan kept for the statement's runs; owned, or null
   * @param definitions of the database before the statement was planned
   */
  public record Preparation(Description description, @Nullable Plan plan, long definitions) {}

  /**
   * @param statements the text, split
   * @param transaction in which it was prepared, or null
   * @param preparation owned
   */
  PreparedStatement(
      Handle handle,
      Session session,
      List<String> statements,
      @Nullable Transaction transaction,
      Preparation preparation) {
    this.handle = handle;
    this.session = session;
    this.statements = statements;
    this.transaction = transaction;
    this.preparation = preparation;
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

  /**
   * The transaction it runs in: the one it was prepared in, or the session's next one after that
   * was committed or rolled back. ADBC's DB-API keeps a cursor's statement and begins the next
   * transaction with every commit.
   */
  public @Nullable Transaction transaction() {
    return transaction == null ? null : session.current(transaction);
  }

  /** What is known of it; its plan may be in use. */
  public synchronized Preparation preparation() {
    return preparation;
  }

  /** Puts a newer preparation in the place of the old one. Owns it. */
  public void replace(Preparation newer) {
    Plan old;
    synchronized (this) {
      if (discarded) {
        old = newer.plan();
      } else {
        old = preparation.plan();
        preparation = newer;
      }
    }
    if (old != null) {
      old.retire();
    }
  }

  /** What is known of it. */
  public Description description() {
    return preparation().description();
  }

  /** The kept plan, which may be in use. */
  public @Nullable Plan plan() {
    return preparation().plan();
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

  /** A share for rows to be bound in place of those bound now. The caller owns it. */
  public synchronized HeldMemory.Share shareForRows() {
    return session.holdMemory(bound.bytes());
  }

  /** The bound rows; the caller releases them. */
  public synchronized SharedParameters bound() {
    return discarded ? SharedParameters.none() : bound.retain();
  }

  void touch() {
    lastUsedNanos = System.nanoTime();
  }

  long idleNanos() {
    return isInUse() ? 0 : System.nanoTime() - lastUsedNanos;
  }

  boolean isInUse() {
    Plan plan = plan();
    return plan != null && plan.connection().inUse();
  }

  /** Frees what it holds; a fetch that runs on its plan goes on. */
  @Override
  public void discard() {
    Plan plan;
    synchronized (this) {
      if (discarded) {
        return;
      }
      discarded = true;
      bound.release();
      plan = preparation.plan();
    }
    if (plan != null) {
      plan.retire();
    }
  }
}
