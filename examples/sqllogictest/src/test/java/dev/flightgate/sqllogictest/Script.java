package dev.flightgate.sqllogictest;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import net.hydromatic.sqllogictest.ISqlTestOperation;
import net.hydromatic.sqllogictest.OptionsParser;
import net.hydromatic.sqllogictest.SltSqlStatement;
import net.hydromatic.sqllogictest.SltTestFile;
import net.hydromatic.sqllogictest.SqlTestQuery;
import net.hydromatic.sqllogictest.TestStatistics;
import net.hydromatic.sqllogictest.executors.JdbcExecutor;

/** One file of the suite: statements that make a table, and queries with what they must answer. */
record Script(String file) {

  /** Which of the queries passed, by their number, on an empty database of this URL. */
  Map<Integer, Boolean> run(String url)
      throws IOException, SQLException, NoSuchAlgorithmException {
    PrintStream nowhere = new PrintStream(new ByteArrayOutputStream());
    OptionsParser.SuppliedOptions options =
        new OptionsParser(false, nowhere, nowhere).parse("-e", "none");
    SltTestFile content = new SltTestFile(file);
    content.parse(options);
    Map<Integer, Boolean> passed = new LinkedHashMap<>();
    Judge judge = new Judge(options, url);
    try (Connection connection = DriverManager.getConnection(url)) {
      for (ISqlTestOperation operation : content.fileContents) {
        if (operation instanceof SltSqlStatement change) {
          execute(connection, change.statement);
        } else if (operation instanceof SqlTestQuery query) {
          passed.put(passed.size() + 1, judge.passes(connection, query));
        }
      }
      execute(connection, "DROP TABLE t1");
    }
    return passed;
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The suite's own comparison of a result with what was expected. */
  private static final class Judge extends JdbcExecutor {

    Judge(OptionsParser.SuppliedOptions options, String url) {
      super(options, url, "", "");
    }

    /** With a statement of its own: the Flight SQL driver leaks the handles of one used again. */
    boolean passes(Connection connection, SqlTestQuery query) throws NoSuchAlgorithmException {
      TestStatistics statistics = new TestStatistics(false, 0);
      try (Statement statement = connection.createStatement();
          ResultSet result = statement.executeQuery(query.getQuery())) {
        validate(query, nullsAreNumbers(result), query.outputDescription, statistics);
        return statistics.getPassedTestCount() == 1;
      } catch (SQLException e) {
        return false;
      }
    }

    /**
     * The same result, whose getLong and getDouble of NULL are 0. The Flight SQL driver fails
     * there to parse the NULL of a text column, and text is what a column of SQLite is in which
     * nothing but NULL was found.
     */
    private static ResultSet nullsAreNumbers(ResultSet result) {
      return (ResultSet)
          Proxy.newProxyInstance(
              Judge.class.getClassLoader(),
              new Class<?>[] {ResultSet.class},
              (proxy, method, arguments) -> {
                boolean number =
                    method.getName().equals("getLong") || method.getName().equals("getDouble");
                try {
                  if (number && result.getObject((Integer) arguments[0]) == null) {
                    return method.getName().equals("getLong") ? (Object) 0L : (Object) 0.0;
                  }
                  return method.invoke(result, arguments);
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              });
    }
  }
}
