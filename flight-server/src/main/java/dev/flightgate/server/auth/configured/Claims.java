package dev.flightgate.server.auth.configured;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.flightgate.server.auth.AuthenticationException;
import dev.flightgate.server.auth.AuthenticationException.Reason;
import dev.flightgate.server.auth.Principal;
import dev.flightgate.server.auth.Roles;
import dev.flightgate.server.config.IssuerConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What the claims of an issuer's tokens, once they are proven, say of their bearers. Immutable. */
final class Claims {

  private static final int NAME_CHARACTERS_MAX = 256;

  private final IssuerConfig config;
  private final Roles roles;

  Claims(IssuerConfig config, Roles roles) {
    this.config = config;
    this.roles = roles;
  }

  /**
   * Who bears a token of these claims.
   *
   * @throws AuthenticationException if they name nobody, or nobody who has a role here
   */
  Principal principal(JWTClaimsSet claims) throws AuthenticationException {
    String claim = config.userClaim();
    if (!(find(claims, claim) instanceof String name) || !isName(name)) {
      throw new AuthenticationException(
          "the token names no user in its claim '" + claim + "'", Reason.REFUSED);
    }
    Set<String> granted = new TreeSet<>(config.roles());
    for (String value : values(find(claims, config.rolesClaim()))) {
      String role =
          config.roleMapping().isEmpty() ? value : config.roleMapping().getOrDefault(value, "");
      if (roles.names().contains(role)) {
        granted.add(role);
      }
    }
    if (granted.isEmpty()) {
      throw new AuthenticationException(
          "the token's user has no role here: none is in its claim '" + config.rolesClaim() + "'",
          Reason.REFUSED);
    }
    return new Principal(name, roles.grants(granted));
  }

  /** It is shown in logs and errors. */
  private static boolean isName(String name) {
    return !name.isBlank()
        && name.length() <= NAME_CHARACTERS_MAX
        && name.chars().noneMatch(Character::isISOControl);
  }

  /** A claim of that name, or the one at that path. */
  private static @Nullable Object find(JWTClaimsSet claims, @Nullable String path) {
    if (path == null) {
      return null;
    }
    Object whole = claims.getClaim(path);
    if (whole != null) {
      return whole;
    }
    Object at = claims.getClaims();
    for (String step : path.split("\\.", -1)) {
      at = at instanceof Map<?, ?> group ? group.get(step) : null;
    }
    return at;
  }

  /** Of a list its texts, of a text its words, as in the claim {@code scope}. */
  private static List<String> values(@Nullable Object claim) {
    List<String> values = new ArrayList<>();
    if (claim instanceof String text) {
      values.addAll(Arrays.asList(text.split(" ", -1)));
    } else if (claim instanceof List<?> list) {
      for (Object value : list) {
        if (value instanceof String text) {
          values.add(text);
        }
      }
    }
    return values;
  }
}
