package dev.flightgate.server.backend.duckdb;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One of DuckDB's types, read from the way DuckDB writes it: {@code DECIMAL(18,3)}, {@code
 * STRUCT("a b" INTEGER, c VARCHAR[])}, {@code MAP(VARCHAR, ENUM('x', 'y'))[2]}.
 *
 * @param base the name in upper case: "DECIMAL", "STRUCT", "LIST" for {@code T[]}, "ARRAY" for
 *     {@code T[n]}, "TIMESTAMP WITH TIME ZONE"
 * @param members what a STRUCT, TUPLE, UNION, MAP, LIST or ARRAY is made of; empty otherwise
 * @param arguments the words in parentheses of any other type, and the size of an ARRAY
 */
record DuckDbType(String base, List<Member> members, List<String> arguments) {

  /** A named part of a type; the name is "" where the parts have none. */
  record Member(String name, DuckDbType type) {}

  DuckDbType {
    members = List.copyOf(members);
    arguments = List.copyOf(arguments);
  }

  /** A type without parts. */
  static DuckDbType of(String base) {
    return new DuckDbType(base, List.of(), List.of());
  }

  /**
   * Reads a type.
   *
   * @throws IllegalArgumentException if the text is no type
   */
  static DuckDbType parse(String text) {
    Parser parser = new Parser(text);
    DuckDbType type = parser.type();
    parser.end();
    return type;
  }

  /** An argument as a number. */
  int number(int index, int otherwise) {
    return index < arguments.size() ? Integer.parseInt(arguments.get(index)) : otherwise;
  }

  /** The type as DuckDB reads it. */
  String sql() {
    return switch (base) {
      case "LIST" -> members.get(0).type.sql() + "[]";
      case "ARRAY" -> members.get(0).type.sql() + "[" + arguments.get(0) + "]";
      case "STRUCT", "UNION" ->
          inParentheses(members.stream().map(m -> quoted(m.name) + " " + m.type.sql()).toList());
      case "TUPLE", "MAP" -> inParentheses(members.stream().map(m -> m.type.sql()).toList());
      case "NULL" -> "\"NULL\"";
      default -> arguments.isEmpty() ? base : inParentheses(arguments);
    };
  }

  private String inParentheses(List<String> parts) {
    return base + "(" + String.join(", ", parts) + ")";
  }

  /** A name as a quoted identifier. */
  static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  /** A recursive descent over the text. */
  private static final class Parser {
    private final String text;
    private int at;

    Parser(String text) {
      this.text = text;
    }

    DuckDbType type() {
      skipSpace();
      boolean quoted = peek() == '"';
      String word = quoted ? quotedName() : words();
      String base = quoted && !word.equals("NULL") ? word : word.toUpperCase(Locale.ROOT);
      DuckDbType type = peek() == '(' ? withArguments(base) : of(base);
      skipSpace();
      while (peek() == '[') {
        int close = text.indexOf(']', at);
        require(close > 0);
        String size = text.substring(at + 1, close).strip();
        at = close + 1;
        List<Member> element = List.of(new Member("", type));
        type =
            size.isEmpty()
                ? new DuckDbType("LIST", element, List.of())
                : new DuckDbType("ARRAY", element, List.of(size));
      }
      return type;
    }

    private DuckDbType withArguments(String base) {
      List<Member> members = new ArrayList<>();
      List<String> arguments = new ArrayList<>();
      do {
        at++;
        skipSpace();
        switch (base) {
          case "STRUCT", "UNION" -> {
            String name = peek() == '"' ? quotedName() : word();
            members.add(new Member(name, type()));
          }
          case "TUPLE", "MAP" -> members.add(new Member("", type()));
          default -> arguments.add(argument());
        }
        skipSpace();
      } while (peek() == ',');
      require(peek() == ')');
      at++;
      return new DuckDbType(base, members, arguments);
    }

    private String argument() {
      int start = at;
      boolean inString = false;
      while (at < text.length() && (inString || (peek() != ',' && peek() != ')'))) {
        if (peek() == '\'') {
          inString = !inString;
        }
        at++;
      }
      return text.substring(start, at).strip();
    }

    private String words() {
      int start = at;
      while (at < text.length() && "([,)]".indexOf(peek()) < 0) {
        at++;
      }
      require(at > start);
      return text.substring(start, at).strip();
    }

    private String word() {
      int start = at;
      while (at < text.length() && !Character.isWhitespace(peek())) {
        at++;
      }
      return text.substring(start, at);
    }

    private String quotedName() {
      StringBuilder name = new StringBuilder();
      at++;
      while (at < text.length()) {
        char c = text.charAt(at++);
        if (c == '"') {
          if (peek() != '"') {
            return name.toString();
          }
          at++;
        }
        name.append(c);
      }
      throw new IllegalArgumentException("unterminated name in the type " + text);
    }

    void end() {
      skipSpace();
      require(at == text.length());
    }

    private void skipSpace() {
      while (at < text.length() && Character.isWhitespace(peek())) {
        at++;
      }
    }

    private char peek() {
      return at < text.length() ? text.charAt(at) : '\0';
    }

    private void require(boolean condition) {
      if (!condition) {
        throw new IllegalArgumentException("not a DuckDB type at " + at + ": " + text);
      }
    }
  }
}
