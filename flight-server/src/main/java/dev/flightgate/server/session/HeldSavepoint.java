package dev.flightgate.server.session;

import dev.flightgate.server.backend.Savepoint;

/**
 * A savepoint of a client's transaction, under a handle; gone with the transaction at the latest.
 *
 * @param transaction whose it is
 * @param savepoint in the transaction's backend session, which may have ended it meanwhile
 */
public record HeldSavepoint(Handle handle, Transaction transaction, Savepoint savepoint)
    implements Held {

  @Override
  public Session session() {
    return transaction.session();
  }

  /** Frees nothing: the transaction holds what there is. */
  @Override
  public void discard() {}
}
