package dev.flightgate.server.auth;

import org.jspecify.annotations.Nullable;

/**
 * A principal and the session that the credential belongs to.
 *
 * @param sessionId the session a bearer token was issued for; null for a credential that outlives
 *     sessions (a password or static token on every call)
 */
public record Identity(Principal principal, @Nullable String sessionId) {}
