package dev.flightgate.server.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The flags as settings, laid over those of file and defaults. */
final class FlagSettings {

  private static final Pattern DATABASE = Pattern.compile("([^=]+)=([a-z][a-z0-9-]*):(.+)");

  private final ServeOptions options;
  private final Map<String, String> environment;

  FlagSettings(ServeOptions options, Map<String, String> environment) {
    this.options = options;
    this.environment = environment;
  }

  void applyTo(ObjectNode settings) {
    put(settings, "log-format", options.logFormat);
    put(settings, "state-dir", options.stateDir);
    put(settings, "sample", options.sample);
    if (settings.get("flight") instanceof ObjectNode flight) {
      applyToFlight(flight);
    }
    if (settings.get("http") instanceof ObjectNode http) {
      put(http, "port", options.httpPort);
    }
    if (settings.get("shutdown") instanceof ObjectNode shutdown) {
      put(shutdown, "grace", options.grace);
    }
    if (settings.get("auth") instanceof ObjectNode auth) {
      applyToAuth(auth);
    }
    applyToDatabases(settings);
  }

  private void applyToFlight(ObjectNode flight) {
    put(flight, "host", options.host);
    put(flight, "port", options.port);
    put(flight, "insecure", options.insecure);
    if (options.tlsCertificate != null || options.tlsKey != null || options.tlsClientCa != null) {
      ObjectNode tls =
          flight.get("tls") instanceof ObjectNode given ? given : flight.putObject("tls");
      put(tls, "certificate", options.tlsCertificate);
      put(tls, "key", options.tlsKey);
      put(tls, "client-ca", options.tlsClientCa);
    }
  }

  private void applyToAuth(ObjectNode auth) {
    put(auth, "disabled", options.noAuth);
    put(auth, "users-file", options.usersFile);
    if (options.user != null) {
      ObjectNode user = auth.putArray("users").addObject().put("name", options.user);
      user.putArray("roles").add("admin");
      String password = environment.getOrDefault("FLIGHTGATE_PASSWORD", "");
      if (options.passwordFile != null) {
        user.put("password-file", options.passwordFile);
      } else if (!password.isEmpty()) {
        user.put("password", password);
      } else {
        throw new ConfigException(
            "--user", "needs a password: give --password-file, or set FLIGHTGATE_PASSWORD");
      }
    } else if (options.passwordFile != null) {
      throw new ConfigException("--password-file", "needs --user");
    }
    String token = options.authToken;
    if (token != null) {
      boolean file = token.startsWith("@");
      ObjectNode entry = auth.putArray("tokens").addObject();
      entry.putArray("roles").add("admin");
      entry
          .put(file ? "token-file" : "token", file ? token.substring(1) : token)
          .put("user", options.user == null ? GeneratedCredentials.USER : options.user);
    }
  }

  private void applyToDatabases(ObjectNode settings) {
    List<String> given = new ArrayList<>();
    if (options.dbPath != null) {
      given.add("main=duckdb:" + options.dbPath);
    }
    given.addAll(options.databases);
    if (!given.isEmpty()) {
      ArrayNode databases = settings.putArray("databases");
      given.forEach(text -> addDatabase(databases, text));
    }
    List<ObjectNode> databases = new ArrayList<>();
    for (JsonNode database : settings.path("databases")) {
      if (database instanceof ObjectNode group) {
        databases.add(group);
      }
    }
    if (Boolean.TRUE.equals(options.readOnly)) {
      databases.forEach(database -> database.put("read-only", true));
    }
    if (!options.extensions.isEmpty()) {
      applyExtensions(databases);
    }
    if (options.initSql != null && !databases.isEmpty()) {
      databases.get(0).put("init-sql", options.initSql);
    }
  }

  private void applyExtensions(List<ObjectNode> databases) {
    boolean any = false;
    for (ObjectNode database : databases) {
      if (database.path("type").asText().equals("duckdb")) {
        ArrayNode extensions = database.putArray("extensions");
        options.extensions.forEach(extensions::add);
        any = true;
      }
    }
    Require.that(any, "--extensions", "needs a duckdb database, and none is served");
  }

  private static void addDatabase(ArrayNode databases, String text) {
    Matcher matcher = DATABASE.matcher(text);
    Require.that(
        matcher.matches(),
        "--database",
        "must be NAME=duckdb:PATH or NAME=sqlite:PATH, was \"" + text + "\"");
    databases
        .addObject()
        .put("name", matcher.group(1))
        .put("type", matcher.group(2))
        .put("location", matcher.group(3));
  }

  private static void put(ObjectNode group, String name, @Nullable String value) {
    if (value != null) {
      group.put(name, value);
    }
  }

  private static void put(ObjectNode group, String name, @Nullable Boolean value) {
    if (value != null) {
      group.put(name, value);
    }
  }
}
