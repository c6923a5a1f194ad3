package dev.flightgate.server.backend;

import org.jspecify.annotations.Nullable;

/**
 * Why a backend could not do what it was asked. The message is meant for the user: the engine's own
 * words where the mistake is the user's. Each backend makes these in one class only, which
 * translates its engine's exceptions.
 */
public final class BackendException extends RuntimeException {

  /** What went wrong, so that every door can say it in its own protocol. */
  public enum Kind {
    /**
     * The statement is wrong: syntax, binding, a missing column, a transaction in a wrong state.
     */
    INVALID_SQL,
    /** The values are wrong: conversion, constraint, overflow, a schema that does not fit. */
    INVALID_DATA,
    /** A table, schema, catalog, function, file or handle is missing. */
    NOT_FOUND,
    /** What is to be created exists. */
    ALREADY_EXISTS,
    /** The engine cannot do this at all. */
    UNSUPPORTED,
    /** The user may not, or the database is read-only. */
    PERMISSION_DENIED,
    /** Another transaction or process is in the way; the same may succeed later. */
    CONFLICT,
    /** Interrupted on purpose. */
    CANCELLED,
    /** A deadline passed. */
    TIMED_OUT,
    /** Memory, disk or a limit is used up. */
    EXHAUSTED,
    /** Shutting down or not reachable; nothing was done. */
    UNAVAILABLE,
    /** A fault of ours or of the engine; the message is for the log, not for the user. */
    INTERNAL
  }

  private final Kind kind;

  /** A failure that no other exception explains. */
  public BackendException(Kind kind, String message) {
    this(kind, message, null);
  }

  /** A failure translated from another exception. */
  public BackendException(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** What went wrong. */
  public Kind kind() {
    return kind;
  }
}
