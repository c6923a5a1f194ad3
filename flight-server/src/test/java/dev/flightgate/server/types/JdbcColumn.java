package dev.flightgate.server.types;

import java.lang.reflect.InvocationTargetException;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.JDBCType;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Time;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The JDBC driver's way of reading and writing one column, by whatever method it has for it. */
final class JdbcColumn {

  private final Connection connection;
  private final JdbcType expected;

  JdbcColumn(Connection connection, JdbcType expected) {
    this.connection = connection;
    this.expected = expected;
  }

  /**
   * A column as it was read.
   *
   * @param name of its JDBC type
   * @param object the class of its first value
   * @param objects every value as getObject gives it
   * @param values every value by each of the getters
   */
  record Reading(
      String name, String object, List<String> objects, Map<String, List<String>> values) {}

  /** Reads the only column of a query; its first value must not be NULL. */
  Reading read(String query) throws Exception {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      String name = JDBCType.valueOf(rows.getMetaData().getColumnType(1)).getName();
      String first = "";
      List<String> objects = new ArrayList<>();
      Map<String, List<String>> values = new TreeMap<>();
      expected.getters().forEach(getter -> values.put(getter, new ArrayList<>()));
      while (rows.next()) {
        Object object = object(rows, 1);
        first = objects.isEmpty() ? className(object) : first;
        objects.add(rows.wasNull() ? "NULL" : zoned(Cell.of(object)));
        for (Map.Entry<String, List<String>> one : values.entrySet()) {
          one.getValue().add(value(rows, one.getKey()));
        }
      }
      return new Reading(name, first, objects, values);
    }
  }

  private static String className(Object object) {
    if (object instanceof Map) {
      return "Map";
    } else if (object instanceof java.sql.Array) {
      return "Array";
    }
    return object instanceof Time ? "Time" : object.getClass().getSimpleName();
  }

  private String value(ResultSet rows, String getter) throws Exception {
    Object value;
    try {
      value = ResultSet.class.getMethod(getter, int.class).invoke(rows, 1);
    } catch (InvocationTargetException e) {
      throw new AssertionError(getter, e.getCause());
    }
    if (rows.wasNull()) {
      return "NULL";
    }
    boolean scientific = expected.object().equals("BigDecimal") && value instanceof String;
    return zoned(Cell.of(scientific ? new BigDecimal(value.toString()) : value));
  }

  /** Gets what the query answers and sets it as parameters. */
  void write(String query, String insert) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query);
        PreparedStatement prepared = connection.prepareStatement(insert)) {
      while (rows.next()) {
        prepared.setInt(1, rows.getInt(1));
        Object object = object(rows, 2);
        int type = prepared.getParameterMetaData().getParameterType(2);
        if (object instanceof Time time) {
          prepared.setTime(2, time); // setObject does not take the driver's own class
        } else if (object != null && type == Types.VARCHAR) {
          prepared.setString(2, Cell.of(object)); // a column without a type takes text
        } else {
          prepared.setObject(2, object);
        }
        prepared.addBatch();
      }
      prepared.executeBatch();
    }
  }

  /** The driver has no getObject for a timestamp with a zone. */
  private Object object(ResultSet rows, int column) throws SQLException {
    return expected.limit() == JdbcLimit.ZONED ? rows.getTimestamp(column) : rows.getObject(column);
  }

  private String zoned(String text) {
    return expected.limit() == JdbcLimit.ZONED ? text + "Z" : text;
  }
}
