package dev.flightgate.server.query;

import dev.flightgate.server.auth.Principal;

/**
 * What an administrator did, or tried to, or a user with what is theirs.
 *
 * @param principal who
 * @param origin by which call
 * @param name what: cancel, end_session
 * @param target to what, as the administrator named it; a session by its number, never by its
 *     secret
 * @param done whether it came to that
 */
public record AdminAction(
    Principal principal, CallOrigin origin, String name, String target, boolean done) {}
