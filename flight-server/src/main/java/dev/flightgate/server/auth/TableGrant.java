package dev.flightgate.server.auth;

import dev.flightgate.server.backend.Right;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What may be done to the tables whose names fit. In a pattern {@code *} is any text and {@code ?}
 * any character; letters of ASCII are compared without regard to case, as both engines do.
 */
record TableGrant(Glob database, Glob catalog, Glob schema, Glob table, Set<Right> rights)
    implements Comparable<TableGrant> {

  private static final Comparator<TableGrant> ORDER = Comparator.comparing(TableGrant::toString);

  TableGrant {
    rights = Set.copyOf(rights);
  }

  /** The rights in every table of every database. */
  static TableGrant everywhere(Set<Right> rights) {
    return new TableGrant(Glob.ALL, Glob.ALL, Glob.ALL, Glob.ALL, rights);
  }

  boolean changes() {
    return rights.contains(Right.WRITE) || rights.contains(Right.DEFINE);
  }

  boolean isIn(String name) {
    return database.fits(name);
  }

  /** Whether it gives the right for every table of the database. */
  boolean covers(Right right, String name) {
    return rights.contains(right)
        && database.fits(name)
        && catalog.fitsAll()
        && schema.fitsAll()
        && table.fitsAll();
  }

  boolean allows(
      Right right,
      String databaseName,
      @Nullable String catalogName,
      @Nullable String schemaName,
      String tableName) {
    return rights.contains(right)
        && database.fits(databaseName)
        && catalog.fits(catalogName == null ? "" : catalogName)
        && schema.fits(schemaName == null ? "" : schemaName)
        && table.fits(tableName);
  }

  /** Whether some table there may be read; a null schema is any. */
  boolean reachesInto(
      String databaseName, @Nullable String catalogName, @Nullable String schemaName) {
    return rights.contains(Right.READ)
        && database.fits(databaseName)
        && catalog.fits(catalogName == null ? "" : catalogName)
        && (schemaName == null || schema.fits(schemaName));
  }

  @Override
  public int compareTo(TableGrant other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    String names = String.join(".", database.text, catalog.text, schema.text, table.text);
    return names + ":" + (rights.isEmpty() ? rights : EnumSet.copyOf(rights));
  }

  /** A pattern of a name. Immutable; two of the same text are equal. */
  static final class Glob {

    static final Glob ALL = new Glob("*");

    private final String text;
    private final Pattern pattern;

    Glob(String text) {
      this.text = text;
      StringBuilder regex = new StringBuilder();
      text.codePoints()
          .forEach(
              c -> {
                switch (c) {
                  case '*' -> regex.append(".*");
                  case '?' -> regex.append('.');
                  default -> regex.append(Pattern.quote(Character.toString(c)));
                }
              });
      this.pattern = Pattern.compile(regex.toString(), Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    }

    boolean fits(String name) {
      return fitsAll() || pattern.matcher(name).matches();
    }

    boolean fitsAll() {
      return text.chars().allMatch(c -> c == '*') && !text.isEmpty();
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Glob that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
      return text.hashCode();
    }

    @Override
    public String toString() {
      return text.toLowerCase(Locale.ROOT);
    }
  }
}
