package dev.flightgate.server.types;

/** Where the Flight SQL JDBC driver 18.3.0 falls short, with the class of its that does. */
enum JdbcLimit {
  NONE(0, ""),
  UNSIGNED(
      1,
      "Numbers without a sign are taken for signed ones (`ArrowFlightJdbcBaseIntVectorAccessor`):"
          + " 255 arrives as -1. Of `uint16` getInt and getLong are right, of `uint64` getString;"
          + " cast the others to the next wider type."),
  GAP(
      2,
      "`java.sql.Date` has no days from 1582-10-05 to 1582-10-14 and takes them for later ones;"
          + " getString is right."),
  MILLISECONDS(3, "Times have milliseconds, read or set (`ArrowFlightJdbcTime`)."),
  PARAMETER_MILLISECONDS(
      4, "Read exactly, set in milliseconds (`TimestampAvaticaParameterConverter`)."),
  ZONED(
      5,
      "getObject fails (`AvaticaSite`: not implemented); getTimestamp is right. Set in"
          + " milliseconds."),
  NO_PARAMETER(6, "Cannot be set (`AvaticaParameterBinder`: not yet supported)."),
  NESTED(
      7,
      "Members that are NULL are left out, maps inside are lists of entries, dates and times inside"
          + " are numbers (`JsonStringHashMap`). Cannot be set.");

  private final int number;
  private final String sentence;

  JdbcLimit(int number, String sentence) {
    this.number = number;
    this.sentence = sentence;
  }

  /** Its number in the guide. */
  int number() {
    return number;
  }

  String sentence() {
    return sentence;
  }
}
