package dev.flightgate.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.auth.configured.PasswordHash;
import dev.flightgate.server.config.GatewayConfig.UserConfig;
import dev.flightgate.server.config.UsersFile;
import dev.flightgate.server.flight.SqlClient;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code flightgate user}. */
final class UserCommandTest {

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private Path users() {
    return folder.resolve("users.yaml");
  }

  private int execute(Map<String, String> environment, String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    CommandLine commandLine = Main.commandLine(environment);
    commandLine.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return commandLine.execute(arguments);
  }

  private int user(String... arguments) {
    List<String> all = new ArrayList<>(List.of("user"));
    all.addAll(List.of(arguments));
    return execute(
        Map.of("FLIGHTGATE_USERS_FILE", users().toString(), "FLIGHTGATE_PASSWORD_FILE", "nowhere"),
        all.toArray(String[]::new));
  }

  private String password(String text) throws Exception {
    return "--password-file=" + Files.writeString(folder.resolve("password"), text + "\n");
  }

  @Test
  void add_writesAHashThatItsOwnerAloneReads_andTheGatewayTakes() throws Exception {
    assertThat(user("add", "olga", "--role", "admin", password("olga secret"))).isZero();
    assertThat(err).hasToString("flightgate: added olga in " + users() + "\n");
    assertThat(user("add", "pia", password("another"))).isZero();

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(users())))
        .isEqualTo("rw-------");
    assertThat(users()).content().contains("$argon2id$").doesNotContain("secret", "another");
    assertThat(UsersFile.read(users())).extracting(UserConfig::name).containsExactly("olga", "pia");
    assertThat(user("list")).isZero();
    assertThat(out).hasToString("olga\tadmin\npia\twriter\n");
    try (RunningGateway gateway =
            RunningGateway.builder()
                .database("lite", "sqlite", ":memory:")
                .set("auth.users-file", users())
                .start();
        SqlClient olga = SqlClient.login(gateway, "olga")) {
      assertThat(olga.query("select 1")).hasSize(1);
    }
  }

  @Test
  void add_ofAUserThatIsThere_needsReplace() throws Exception {
    user("add", "ann", password("one"));
    String before = Files.readString(users());

    assertThat(user("add", "ann", password("two"))).isEqualTo(2);
    assertThat(err.toString()).contains("ann: is already a user of").hasLineCount(1);
    assertThat(users()).content().isEqualTo(before);

    assertThat(user("add", "ann", "--replace", "--role=reader", "--role=x", password("two")))
        .isZero();
    UserConfig ann = UsersFile.read(users()).get(0);
    assertThat(ann.roles()).containsExactly("reader", "x");
    String hash = Objects.requireNonNull(ann.passwordHash()).value();
    assertThat(PasswordHash.parse(hash).matches("two")).isTrue();
  }

  @Test
  void remove_takesTheUserAway_andSaysWhenThereIsNone() throws Exception {
    user("add", "ann", password("one"));
    user("add", "bob", password("one"));

    assertThat(user("remove", "ann")).isZero();
    assertThat(user("remove", "ann")).isEqualTo(2);
    assertThat(err).hasToString("flightgate: ann: is no user of " + users() + "\n");
    user("list");
    assertThat(out).hasToString("bob\twriter\n");
  }

  @Test
  void command_withoutAFile_saysHowToNameIt_andSettingsMayNameIt() throws Exception {
    assertThat(execute(Map.of(), "user", "list")).isEqualTo(2);
    assertThat(err.toString()).contains("--users-file: say which file").hasLineCount(1);
    assertThat(execute(Map.of(), "user")).isEqualTo(2);

    Path config =
        Files.writeString(
            folder.resolve("gateway.yaml"), "auth: {users-file: '" + users() + "'}\n");
    assertThat(execute(Map.of(), "user", "add", "ann", "--config=" + config, password("one")))
        .as(err.toString())
        .isZero();
    assertThat(users()).exists();
    assertThat(execute(Map.of(), "user", "add", "--help")).isZero();
    assertThat(out.toString()).contains("--role", "--password-file", "--users-file");
  }

  @Test
  void add_withAnImpossibleNameOrPassword_writesNothing() throws Exception {
    assertThat(user("add", "a:b", password("one"))).isEqualTo(2);
    assertThat(err.toString()).contains("must not contain a colon").hasLineCount(1);
    assertThat(user("add", "ann", password(""))).isEqualTo(2);
    assertThat(err.toString()).contains("password: must not be empty");
    assertThat(user("add", "ann", "--password-file=nowhere")).isEqualTo(2);
    assertThat(err.toString()).contains("--password-file: cannot read nowhere: no such file");
    assertThat(user("add", "ann", "--password", "secret")).isEqualTo(2);
    assertThat(users()).doesNotExist();
  }
}
