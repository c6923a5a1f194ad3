package dev.flightgate.server.backend.sqlite;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.Savepoint;
import dev.flightgate.server.sql.SqlTokens.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The savepoints of one open transaction, outermost first, set by call or by text, as SQLite has
 * them. Belongs to the session's thread.
 */
final class SavepointStack {

  private final List<Savepoint> open = new ArrayList<>();

  /** Forgets all, as the transaction is over. */
  void clear() {
    open.clear();
  }

  /** Notes that one was set. */
  Savepoint push(String name) {
    Savepoint set = new Savepoint(name);
    open.add(set);
    return set;
  }

  /** Throws NOT_FOUND if the savepoint has ended. */
  void require(Savepoint savepoint) {
    if (!open.contains(savepoint)) {
      throw new BackendException(
          Kind.NOT_FOUND,
          "savepoint '" + savepoint.name() + "' has ended, with an outer one or the transaction");
    }
  }

  /** The one that SQLite finds under the name: the innermost. There must be one. */
  Savepoint find(String name) {
    for (int i = open.size() - 1; i >= 0; i--) {
      if (sameName(open.get(i).name(), name)) {
        return open.get(i);
      }
    }
    throw new IllegalStateException("SQLite knows a savepoint that was not set here: " + name);
  }

  /** Forgets the savepoint and those inside it. */
  void release(Savepoint savepoint) {
    open.subList(open.indexOf(savepoint), open.size()).clear();
  }

  /** Forgets those inside the savepoint. */
  void rollBackTo(Savepoint savepoint) {
    open.subList(open.indexOf(savepoint) + 1, open.size()).clear();
  }

  /** Notes what SAVEPOINT, RELEASE or ROLLBACK TO as text has done. */
  void ran(List<Token> tokens) {
    String name = unquoted(tokens.get(tokens.size() - 1).text());
    switch (tokens.get(0).text().toUpperCase(Locale.ROOT)) {
      case "SAVEPOINT" -> push(name);
      case "RELEASE" -> release(find(name));
      default -> rollBackTo(find(name));
    }
  }

  /** SQLite takes any of its quotes around a name. */
  private static String unquoted(String text) {
    char first = text.charAt(0);
    if (first == '[') {
      return text.substring(1, text.length() - 1);
    }
    if (first != '"' && first != '`' && first != '\'') {
      return text;
    }
    String quote = String.valueOf(first);
    return text.substring(1, text.length() - 1).replace(quote + quote, quote);
  }

  /** SQLite ignores the case of ASCII letters, and of no others. */
  private static boolean sameName(String one, String other) {
    return folded(one).equals(folded(other));
  }

  private static String folded(String name) {
    StringBuilder folded = new StringBuilder(name);
    for (int i = 0; i < folded.length(); i++) {
      char c = folded.charAt(i);
      folded.setCharAt(i, c >= 'A' && c <= 'Z' ? (char) (c + 'a' - 'A') : c);
    }
    return folded.toString();
  }
}
