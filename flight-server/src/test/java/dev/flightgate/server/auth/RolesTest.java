package dev.flightgate.server.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flightgate.server.backend.Right;
import dev.flightgate.server.config.GatewayConfig.GrantConfig;
import dev.flightgate.server.config.GatewayConfig.RoleConfig;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What roles give, alone and together. */
class RolesTest {

  private final Roles roles =
      new Roles(
          List.of(
              role("sales", new GrantConfig("main", "*", "sales", "fact_*", Set.of(Right.READ))),
              role("loader", new GrantConfig("main", "*", "sales", "fact_?", Set.of(Right.WRITE))),
              role("owner", new GrantConfig("lite", "*", "*", "*", Set.of(Right.values())))));

  private static RoleConfig role(String name, GrantConfig grant) {
    return new RoleConfig(name, List.of(grant), false, false, false);
  }

  @Test
  void builtInRoles_allowWhatTheirNamesSay() {
    Grants admin = roles.grants(List.of("admin"));
    assertThat(admin.admin()).isTrue();
    assertThat(admin.mayAttach() && admin.mayReadFiles() && admin.mayLoadExtensions()).isTrue();
    Grants writer = roles.grants(List.of("writer"));
    assertThat(writer.allowsEverywhere(Right.DEFINE, "any")).isTrue();
    assertThat(writer.mayAttach() || writer.mayReadFiles() || writer.mayLoadExtensions()).isFalse();
    assertThat(writer.readOnly()).isFalse();
    Grants reader = roles.grants(List.of("reader"));
    assertThat(reader.allowsEverywhere(Right.READ, "any")).isTrue();
    assertThat(reader.readOnly()).isTrue();
    Grants nobody = roles.grants(List.of());
    assertThat(nobody.mayUse("main")).isFalse();
    assertThat(nobody.readOnly()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "READ, main, sales, fact_1, true",
    "READ, main, SALES, FACT_one, true",
    "READ, main, sales, dim_1, false",
    "READ, main, other, fact_1, false",
    "READ, lite, sales, fact_1, false",
    "WRITE, main, sales, fact_1, true",
    "WRITE, main, sales, fact_10, false",
    "WRITE, main, sales, '', false",
    "DEFINE, main, sales, fact_1, false",
  })
  void grants_ofTwoRoles_addUp(
      Right right, String database, String schema, String table, boolean allowed) {
    Grants both = roles.grants(List.of("sales", "loader"));
    assertThat(both.allows(right, database, "memory", schema, table)).isEqualTo(allowed);
  }

  @Test
  void grants_inOneDatabase_areNoneInAnother() {
    Grants owner = roles.grants(List.of("owner"));
    assertThat(owner.allowsEverywhere(Right.READ, "lite")).isTrue();
    assertThat(owner.allowsEverywhere(Right.READ, "main")).isFalse();
    assertThat(owner.readOnly("lite")).isFalse();
    assertThat(owner.readOnly("main")).isTrue();
    assertThat(owner.mayUse("main")).isFalse();
    assertThat(owner.allows(Right.READ, "lite", "main", null, "t")).isTrue();
  }

  @Test
  void grants_ofTheSameRoles_areEqual() {
    assertThat(roles.grants(List.of("sales", "reader")))
        .isEqualTo(roles.grants(List.of("reader", "sales")))
        .hasSameHashCodeAs(roles.grants(List.of("reader", "sales")))
        .isNotEqualTo(roles.grants(List.of("reader")))
        .hasToString("reader, sales");
  }

  @Test
  void anUnknownRole_isRefusedWithThoseThereAre() {
    assertThatThrownBy(() -> roles.grants(List.of("boss")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "there is no role \"boss\"; there are: admin, loader, owner, reader, sales, writer");
  }
}
