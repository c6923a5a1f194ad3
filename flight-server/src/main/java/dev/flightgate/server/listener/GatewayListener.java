package dev.flightgate.server.listener;

import dev.flightgate.server.auth.Principal;
import dev.flightgate.server.query.AdminAction;
import dev.flightgate.server.query.StatementRecord;

/**
 * Is told what happens at a gateway: for programs that start one, and for jars on the class path of
 * {@code flightgate serve}, which are found by ServiceLoader.
 *
 * <p>Events nest: a connection is told before its calls and ends after them; a call begins, its
 * client is authenticated or refused, its statements begin and end, the answer begins before or in
 * the midst of that, and the call ends, however it ends: answered, failed, cancelled by its client,
 * past its deadline, or its connection lost. Only a statement that is polled may outlive the call
 * that began it. Events come on threads that serve clients, those of different calls at the same
 * time: so a listener is thread-safe and does not block.
 *
 * <p>Whatever a listener throws is logged, the first and then one a minute, and changes nothing for
 * the client; {@link InternalError} and {@link UnknownError} alone, with which a JVM gives up, pass
 * through. A gateway without listeners does not pay for them.
 */
public interface GatewayListener extends AutoCloseable {

  /** A client has connected, TLS included; nothing is known of it but its address. */
  default void connected(ClientConnection connection) {}

  /** A call has come; nobody has looked at its credentials yet. */
  default void callBegan(ClientCall call) {}

  /** The client showed who it is; {@link ClientCall#principal()} says so from here on. */
  default void authenticated(ClientCall call, Principal principal, LoginAttempt attempt) {}

  /**
   * The client did not show who it is, and the call is refused.
   *
   * @param reason what the client is told
   */
  default void authenticationFailed(ClientCall call, LoginAttempt attempt, String reason) {}

  /** A statement of the call has come, and may have to wait for its turn. */
  default void statementBegan(StatementRecord statement) {}

  /** It is over, and {@link StatementRecord#outcome()} says what came of it. */
  default void statementEnded(StatementRecord statement) {}

  /**
   * The answer's headers are about to go out, or its trailers if it has no headers. Not told for a
   * call that ends without either.
   */
  default void responding(ClientCall call, ResponseHeaders headers) {}

  /** Nothing more is done for the call, and nothing more is sent. */
  default void callEnded(ClientCall call, CallEnd end) {}

  /** An administrator has done something to the gateway, its sessions or its statements. */
  default void administered(AdminAction action) {}

  /** The connection and all calls that came by it are over. */
  default void disconnected(ClientConnection connection) {}

  /** The gateway has closed, and nothing more is told. */
  @Override
  default void close() {}
}
