package dev.flightgate.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is shown of the settings in force: everything but secrets. */
final class ShownSettingsTest {

  @TempDir Path folder;

  @Test
  void settings_ofAFile_areShownByName_andSecretsAreNot() throws IOException {
    ServeOptions options = new ServeOptions();
    options.config =
        Files.writeString(
            folder.resolve("gateway.yaml"),
            """
            databases:
              - name: lake
                type: duckdb
                location: ":memory:"
                settings: {duckdb.threads: 2, duckdb.s3_secret_access_key: buried}
            auth:
              users: [{name: ann, password: hunter2}]
              tokens: [{token: abcdef, user: ci}]
              token-lifetime: 90m
            queries: {timeout: 5m}
            """);

    Map<String, String> shown =
        ShownSettings.of(new ConfigLoader(Map.of("HOME", "~")).load(options));

    assertThat(shown)
        .containsEntry("databases[0].name", "lake")
        .containsEntry("databases[0].settings.duckdb.threads", "2")
        .containsEntry("databases[0].settings.duckdb.s3_secret_access_key", "***")
        .containsEntry("auth.users[0].name", "ann")
        .containsEntry("auth.users[0].password", "***")
        .containsEntry("auth.tokens[0].token", "***")
        .containsEntry("auth.token-lifetime", "PT1H30M")
        .containsEntry("queries.timeout", "PT5M")
        .containsEntry("sessions.max", "1000");
    assertThat(shown.toString()).doesNotContain("hunter2", "abcdef", "buried");
  }
}
