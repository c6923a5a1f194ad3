package dev.flightgate.server.flight;

import dev.flightgate.server.RunningGateway;
import dev.flightgate.server.backend.Right;
import dev.flightgate.server.config.GatewayConfig.AuthConfig;
import dev.flightgate.server.config.GatewayConfig.DatabaseConfig;
import dev.flightgate.server.config.GatewayConfig.GrantConfig;
import dev.flightgate.server.config.GatewayConfig.RoleConfig;
import dev.flightgate.server.config.GatewayConfig.Secret;
import dev.flightgate.server.config.GatewayConfig.UserConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A gateway with a user of each role, who is called as the role. Databases: "main" in DuckDB,
 * "lite" in SQLite, and "elsewhere". What the role LIMITED may use is DuckDB's schema {@code open},
 * and SQLite's tables {@code open_…}. Files are in the folder, whose name stands for {@code %s} in
 * a statement.
 */
final class PermissionFixture implements AutoCloseable {

  /** The roles, and what is special about each. */
  enum Role {
    ADMIN,
    WRITER,
    READER,
    /** Reads, writes and defines some tables of "main" and "lite". */
    LIMITED,
    /** Does what it likes in "elsewhere". */
    STRANGER;

    String user() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final List<String> DUCKDB =
      List.of(
          "create schema open",
          "create table open.t(x int)",
          "create table open.scratch(x int)",
          "create table secret(x int)",
          "create table spare(x int)",
          "insert into secret values (42)",
          "create view open.v as select * from open.t",
          "create view open.peek as select * from secret",
          "create view open.filed as from '%s/given.csv'",
          "create macro open.look() as table select * from secret");

  private static final List<String> SQLITE =
      List.of(
          "create table open_t(x int)",
          "create table open_scratch(x int)",
          "create table secret(x int)",
          "create table spare(x int)",
          "insert into secret values (42)",
          "create view open_v as select * from open_t",
          "create view open_peek as select * from secret",
          "create table open_watched(x int)",
          "create trigger seen after insert on open_watched begin"
              + " insert into secret values (new.x); end");

  private final Path folder;
  private final RunningGateway gateway;
  private final Map<String, Map<Role, SqlClient>> clients = new HashMap<>();

  PermissionFixture(Path folder) throws IOException {
    this.folder = folder;
    Files.writeString(folder.resolve("given.csv"), "x\n1\n");
    RunningGateway.Builder builder = RunningGateway.builder().auth(PermissionFixture::withRoles);
    for (String[] one :
        new String[][] {{"main", "duckdb"}, {"lite", "sqlite"}, {"elsewhere", "duckdb"}}) {
      builder.database(
          new DatabaseConfig(one[0], one[1], ":memory:", false, List.of(), null, Map.of()));
    }
    gateway = builder.start();
    DUCKDB.forEach(sql -> client("main", Role.ADMIN).update(in(sql)));
    SQLITE.forEach(sql -> client("lite", Role.ADMIN).update(sql));
  }

  private static AuthConfig withRoles(AuthConfig auth) {
    Set<Right> all = Set.of(Right.READ, Right.WRITE, Right.DEFINE);
    RoleConfig limited =
        new RoleConfig(
            "limited",
            List.of(
                new GrantConfig("main", "*", "open", "*", all),
                new GrantConfig("lite", "main", "*", "open_*", all)),
            false,
            false,
            false);
    RoleConfig stranger =
        new RoleConfig(
            "stranger",
            List.of(new GrantConfig("elsewhere", "*", "*", "*", all)),
            true,
            true,
            true);
    List<UserConfig> users = new ArrayList<>();
    for (Role role : Role.values()) {
      String name = role.user();
      Secret password = new Secret(RunningGateway.password(name));
      users.add(new UserConfig(name, password, null, false, List.of(name)));
    }
    return new AuthConfig(
        false,
        users,
        List.of(),
        auth.tokenLifetime(),
        List.of(limited, stranger),
        auth.usersFile(),
        auth.signingKeyFile(),
        auth.jwt(),
        auth.oidc());
  }

  RunningGateway gateway() {
    return gateway;
  }

  /** The statement with the folder's name in it. */
  String in(String sql) {
    return sql.replace("%s", folder.toString());
  }

  /** A client that tests share, and that leave nothing in its session. */
  SqlClient client(String database, Role role) {
    return clients
        .computeIfAbsent(database, name -> new EnumMap<>(Role.class))
        .computeIfAbsent(role, who -> login(database, who));
  }

  /** A client of its own, closed by the caller. */
  SqlClient login(String database, Role role) {
    return SqlClient.login(gateway, role.user(), database);
  }

  @Override
  public void close() throws Exception {
    for (Map<Role, SqlClient> ofDatabase : clients.values()) {
      for (SqlClient client : ofDatabase.values()) {
        client.close();
      }
    }
    gateway.close();
  }
}
