package dev.flightgate.server.session;

import java.time.Duration;
import java.time.Instant;

/**
 * A session as it was when somebody looked.
 *
 * @param number what administrators call it; no secret, unlike the name that its client knows
 * @param user the name of its principal
 * @param database the name of the database it is in
 * @param began when it was made
 * @param idle how long ago its last call ended; zero while one is under way
 * @param calls how many calls are under way
 * @param statements how many prepared statements it holds
 * @param transactions how many transactions are open in it, begun as text or by call
 * @param results how many results it holds
 * @param bytes the memory of what it holds
 */
public record SessionSummary(
    long number,
    String user,
    String database,
    Instant began,
    Duration idle,
    int calls,
    int statements,
    int transactions,
    int results,
    long bytes) {}
