package dev.flightgate.server.backend;

import org.jspecify.annotations.Nullable;

/** Something that a statement touches when it runs, as its engine tells. */
public sealed interface Touch {

  /**
   * A table or view of the database.
   *
   * @param right what is done with it
   * @param catalog null where the engine has none
   * @param schema null where the engine has none
   * @param table as the engine spells it; "" for all tables of the schema, those to come included
   * @param named whether the statement itself names it; otherwise a view, a trigger or a key does
   */
  record Table(
      Right right, @Nullable String catalog, @Nullable String schema, String table, boolean named)
      implements Touch {

    /** The name as people write it, the catalog and schema before it. */
    public String display() {
      String place = (catalog == null ? "" : catalog + ".") + (schema == null ? "" : schema + ".");
      return place + (table.isEmpty() ? "*" : table);
    }
  }

  /**
   * Something that is no table of the database.
   *
   * @param what the statement does there, as the subject and verb of a sentence: "the function
   *     read_csv reads files of the server"
   */
  record Beyond(Reach reach, String what) implements Touch {}

  /** What lies beyond the tables of a database. */
  enum Reach {
    /** Reads files of the server, or what an address names. */
    READS_FILES,
    /** Writes files of the server, or to where an address points. */
    WRITES_FILES,
    /** Attaches or detaches another database. */
    ATTACHES,
    /** Installs or loads an extension of the engine. */
    LOADS_EXTENSIONS,
    /** Sets what holds for other sessions too, or for the server. */
    CONFIGURES,
    /** Tells what tables there are, whoever may read them. */
    TELLS_DEFINITIONS,
    /** The engine cannot say. */
    UNKNOWN
  }

  /** Something that nobody can tell. */
  static Touch unknown(String what) {
    return new Beyond(Reach.UNKNOWN, what);
  }
}
