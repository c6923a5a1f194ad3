package dev.flightgate.server;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An engine in this process, asked through its own JDBC driver, that holds what {@code
 * twin/<engine>/make.sql} makes: catalogs, schemas, tables of every type, keys, views whole and
 * broken, names that hurt. The same statements, run through a gateway, make the twin it is compared
 * with. For one thread.
 */
public final class EngineTwin implements AutoCloseable {

  /** An engine, and the database of {@link RunningGateway#start()} that is one. */
  public enum Engine {
    DUCKDB("main", "jdbc:duckdb:"),
    SQLITE("lite", "jdbc:sqlite::memory:");

    private final String database;
    private final String url;

    Engine(String database, String url) {
      this.database = database;
      this.url = url;
    }

    /** The name of the gateway's database. */
    public String database() {
      return database;
    }

    /** The statements that make the twins, with files in a folder of each twin's own. */
    public List<String> script(Path folder) throws IOException {
      Files.createDirectories(folder);
      if (this == SQLITE) {
        Files.createFile(folder.resolve("other.db")); // the gateway attaches only what there is
      }
      return List.of(sql("make").replace("{folder}", folder.toString()).split(";\n"));
    }

    private String sql(String name) throws IOException {
      String resource = "/twin/" + name().toLowerCase(Locale.ROOT) + "/" + name + ".sql";
      try (InputStream file =
          Objects.requireNonNull(EngineTwin.class.getResourceAsStream(resource), resource)) {
        return new String(file.readAllBytes(), StandardCharsets.UTF_8);
      }
    }
  }

  private final Engine engine;
  private final Connection connection;

  public EngineTwin(Engine engine, Path folder) throws SQLException, IOException {
    this.engine = engine;
    connection = DriverManager.getConnection(engine.url);
    try (Statement statement = connection.createStatement()) {
      for (String sql : engine.script(folder)) {
        statement.execute(sql);
      }
    } catch (SQLException | IOException e) {
      connection.close();
      throw e;
    }
  }

  /**
   * The rows that the engine answers to {@code twin/<engine>/<question>.sql}, as text.
   *
   * @param values of the placeholders that the file names
   */
  public List<List<@Nullable String>> ask(String question, @Nullable String... values)
      throws SQLException, IOException {
    return rows(engine.sql(question), values);
  }

  /** All foreign keys, in FlightSql.proto's order for those that a table exports. */
  public List<List<@Nullable String>> foreignKeysByChild() throws SQLException, IOException {
    String order =
        switch (engine) {
          case DUCKDB -> "cc, cs, ct, name, sequence";
          case SQLITE -> "cc, ct, id DESC, sequence";
        };
    return rows(engine.sql("foreign-keys") + " ORDER BY " + order);
  }

  /** All foreign keys, in FlightSql.proto's order for those that a table imports. */
  public List<List<@Nullable String>> foreignKeysByParent() throws SQLException, IOException {
    String order =
        switch (engine) {
          case DUCKDB -> "pc, ps, pt, parent_name, sequence, cc, cs, ct, name";
          case SQLITE -> "pc, pt, cc, ct, id DESC, sequence";
        };
    return rows(engine.sql("foreign-keys") + " ORDER BY " + order);
  }

  private List<List<@Nullable String>> rows(String sql, @Nullable String... values)
      throws SQLException {
    List<List<@Nullable String>> rows = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setString(i + 1, values[i]);
      }
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          @Nullable String[] row = new String[result.getMetaData().getColumnCount()];
          for (int i = 0; i < row.length; i++) {
            row[i] = result.getString(i + 1);
          }
          rows.add(Arrays.asList(row));
        }
      }
    }
    return rows;
  }

  /** Rows as lines, columns apart by {@code |}. */
  public static String print(List<? extends List<?>> rows) {
    StringBuilder text = new StringBuilder();
    for (List<?> row : rows) {
      List<String> cells = new ArrayList<>();
      row.forEach(cell -> cells.add(String.valueOf(cell)));
      text.append(String.join("|", cells)).append('\n');
    }
    return text.toString();
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
