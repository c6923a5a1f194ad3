package dev.flightgate.validation;

import java.lang.reflect.Method;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

/**
 * The tests of the suite that no server can make pass with this driver, each with the failure by
 * which it is known and the reason. They run all the same: one that fails otherwise, or passes,
 * fails the build. Those known are reported as skipped, with the reason.
 */
final class KnownLimits implements InvocationInterceptor {

  private record Limit(String failure, String reason) {}

  private static final Limit NO_TRANSACTIONS =
      new Limit(
          "Transaction methods are not supported",
          "driver: commit, rollback and setAutoCommit throw NOT_IMPLEMENTED");
  private static final Limit NO_TABLE_SCHEMA =
      new Limit(
          "Connection does not support getTableSchema", "driver: getTableSchema is not implemented");
  private static final Map<String, Limit> LIMITS =
      Map.ofEntries(
          Map.entry("autoCommitByDefault", NO_TRANSACTIONS),
          Map.entry("toggleAutoCommit", NO_TRANSACTIONS),
          Map.entry("commit", NO_TRANSACTIONS),
          Map.entry("rollback", NO_TRANSACTIONS),
          Map.entry("enableAutoCommitAlsoCommits", NO_TRANSACTIONS),
          Map.entry("getTableSchema", NO_TABLE_SCHEMA),
          Map.entry("getTableSchemaDoesNotExist", NO_TABLE_SCHEMA),
          Map.entry(
              "getTableTypes",
              new Limit(
                  "Connection does not support getTableTypes",
                  "driver: getTableTypes is not implemented")),
          Map.entry(
              "getObjectsColumns",
              new Limit(
                  "not all nodes, buffers and variadicBufferCounts were consumed",
                  "driver: writes xdbc_auto_increment where its schema has xdbc_is_autoincrement,"
                      + " whenever a server tells IS_AUTO_INCREMENT")),
          Map.entry(
              "getObjectsConstraints",
              new Limit(
                  "No support for adding FOREIGN_KEY constraints with ALTER TABLE",
                  "DuckDB: foreign keys cannot be added to a table; and the driver's getObjects"
                      + " answers no constraints")),
          Map.entry(
              "prepareQueryWithParameters",
              new Limit(
                  "expected: \"Schema<INTS",
                  "suite: compares the fields' metadata as well, where a Flight SQL server tells the"
                      + " type's name")));

  @Override
  public void interceptTestMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    Limit limit = LIMITS.get(method.getExecutable().getName());
    if (limit == null) {
      invocation.proceed();
      return;
    }
    try {
      invocation.proceed();
    } catch (Throwable failure) {
      if (String.valueOf(failure.getMessage()).contains(limit.failure())) {
        throw new TestAbortedException(limit.reason(), failure);
      }
      throw failure;
    }
    throw new AssertionFailedError("passes now, and is no known limit: " + limit.reason());
  }
}
