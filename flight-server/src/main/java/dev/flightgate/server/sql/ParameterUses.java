package dev.flightgate.server.sql;

import dev.flightgate.server.sql.SqlTokens.Kind;
import dev.flightgate.server.sql.SqlTokens.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the placeholders of a statement stand for, told from the words around them: for engines that
 * cannot tell a placeholder's type. Stateless.
 */
public final class ParameterUses {

  /** What one placeholder stands for. */
  public sealed interface Use {

    /** Compared with a column, or assigned to it; the name as it stands in the statement. */
    record OfColumn(String column) implements Use {}

    /** A row's value for INSERT without a list of columns; the position is counted from 0. */
    record Inserted(String table, int position) implements Use {}

    /** {@code CAST(? AS type)}. */
    record Cast(String type) implements Use {}

    /** The number of LIMIT or OFFSET. */
    record Counted() implements Use {}

    /** An operand of arithmetic; the column is the other operand, null if that is none. */
    record Calculated(@Nullable String column) implements Use {}

    /** Anything else. */
    record Unknown() implements Use {}
  }

  private static final Set<String> COMPARISONS = Set.of("=", "<", ">", "!");
  private static final Set<String> ARITHMETIC = Set.of("+", "-", "*", "/", "%");

  private final List<Token> tokens;

  private ParameterUses(List<Token> tokens) {
    this.tokens = tokens;
  }

  /** The use of each PARAMETER token, in the order of the text. */
  public static List<Use> of(List<Token> tokens) {
    ParameterUses uses = new ParameterUses(tokens);
    List<Use> found = new ArrayList<>();
    for (int i = 0; i < tokens.size(); i++) {
      if (tokens.get(i).kind() == Kind.PARAMETER) {
        found.add(uses.use(i));
      }
    }
    return found;
  }

  private Use use(int at) {
    if (is(at - 1, "LIMIT") || is(at - 1, "OFFSET")) {
      return new Use.Counted();
    }
    if (is(at + 1, "AS") && symbol(at - 1, "(") && is(at - 2, "CAST")) {
      return new Use.Cast(castType(at + 2));
    }
    String column = compared(at);
    if (column != null) {
      return new Use.OfColumn(column);
    }
    if (symbol(at - 1, ARITHMETIC)) {
      return new Use.Calculated(name(at - 2));
    }
    if (symbol(at + 1, ARITHMETIC)) {
      return new Use.Calculated(nameFrom(at + 2));
    }
    return inserted(at);
  }

  private String castType(int from) {
    int depth = tokens.get(from - 1).depth();
    return tokens.subList(from, tokens.size()).stream()
        .takeWhile(token -> token.depth() >= depth)
        .map(Token::text)
        .collect(Collectors.joining(" "));
  }

  /** The column of {@code c = ?}, {@code ? = c}, {@code c BETWEEN ? AND ?}, {@code c IN (?, ?)}. */
  private @Nullable String compared(int at) {
    int before = at - 1;
    while (symbol(before, COMPARISONS)) {
      before--;
    }
    if (before < at - 1) {
      return name(before);
    }
    int after = at + 1;
    while (symbol(after, COMPARISONS)) {
      after++;
    }
    if (after > at + 1) {
      return nameFrom(after);
    }
    if (is(at - 1, "BETWEEN")) {
      return beforeNot(at - 2);
    }
    if (is(at - 1, "AND") && is(at - 3, "BETWEEN")) {
      return beforeNot(at - 4);
    }
    if (is(at - 1, "LIKE") || is(at - 1, "IS")) {
      return beforeNot(at - 2);
    }
    return listed(at);
  }

  private @Nullable String listed(int at) {
    int open = at - 1;
    while (open >= 0 && tokens.get(open).depth() == tokens.get(at).depth()) {
      open--;
    }
    return symbol(open, "(") && is(open - 1, "IN") ? beforeNot(open - 2) : null;
  }

  private @Nullable String beforeNot(int at) {
    return name(is(at, "NOT") ? at - 1 : at);
  }

  /** A name that begins here, perhaps qualified, and no function's. */
  private @Nullable String nameFrom(int at) {
    int last = at;
    while (symbol(last + 1, ".")) {
      last += 2;
    }
    return symbol(last + 1, "(") ? null : name(last);
  }

  private @Nullable String name(int at) {
    if (at < 0 || at >= tokens.size()) {
      return null;
    }
    Token token = tokens.get(at);
    return token.kind() == Kind.WORD || token.kind() == Kind.QUOTED_NAME ? token.text() : null;
  }

  /** A whole value of {@code INSERT INTO t (…) VALUES (…), (…)}. */
  private Use inserted(int at) {
    int into = 0;
    while (into < at && !is(into, "INTO")) {
      into++;
    }
    boolean whole =
        (symbol(at - 1, "(") || symbol(at - 1, ","))
            && (symbol(at + 1, ")") || symbol(at + 1, ","));
    if (into == at || !whole || tokens.get(at).depth() != 1) {
      return new Use.Unknown();
    }
    int position = 0;
    int open = at - 1;
    while (tokens.get(open).depth() > 0) {
      position += tokens.get(open).depth() == 1 && symbol(open, ",") ? 1 : 0;
      open--;
    }
    if (!is(open - 1, "VALUES") && !symbol(open - 1, ",")) {
      return new Use.Unknown();
    }
    int table = symbol(into + 2, ".") ? into + 3 : into + 1;
    int list = is(table + 1, "AS") ? table + 3 : table + 1;
    String column = symbol(list, "(") ? listedColumn(list, position) : null;
    String name = name(table);
    if (column != null) {
      return new Use.OfColumn(column);
    }
    return name == null || symbol(list, "(") ? new Use.Unknown() : new Use.Inserted(name, position);
  }

  private @Nullable String listedColumn(int open, int position) {
    int at = open + 1 + 2 * position;
    boolean inList =
        tokens.subList(open + 1, Math.min(at + 1, tokens.size())).stream()
            .allMatch(token -> token.depth() == 1);
    return inList ? name(at) : null;
  }

  private boolean is(int at, String keyword) {
    return at >= 0
        && at < tokens.size()
        && tokens.get(at).kind() == Kind.WORD
        && tokens.get(at).text().toUpperCase(Locale.ROOT).equals(keyword);
  }

  private boolean symbol(int at, String text) {
    return symbol(at, Set.of(text));
  }

  private boolean symbol(int at, Set<String> texts) {
    return at >= 0
        && at < tokens.size()
        && tokens.get(at).kind() == Kind.SYMBOL
        && texts.contains(tokens.get(at).text());
  }
}
