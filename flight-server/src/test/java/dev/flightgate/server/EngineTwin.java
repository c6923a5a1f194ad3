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
 * twin/<engine>.sql} makes: catalogs, schemas, tables of every type, keys, views whole and broken,
 * names that hurt. The same statements, run through a gateway, make the twin it is compared with.
 * For one thread.
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
      String resource = "/twin/" + name().toLowerCase(Locale.ROOT) + ".sql";
      try (InputStream file =
          Objects.requireNonNull(EngineTwin.class.getResourceAsStream(resource), resource)) {
        String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
        return List.of(text.replace("{folder}", folder.toString()).split(";\n"));
      }
    }
  }

  private final Connection connection;

  public EngineTwin(Engine engine, Path folder) throws SQLException, IOException {
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

  /** The rows of a query as text, NULL as null. Values are bound in order. */
  public List<List<@Nullable String>> rows(String sql, @Nullable String... values)
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
