package dev.flightgate.server.types;

import java.util.List;
import java.util.Map;

/**
 * What getObject gives for structs and maps (driver 18.3.0, JsonStringHashMap): members that are
 * NULL are left out, a map inside of another value is a list of its entries, and dates and times
 * inside are numbers.
 */
final class JdbcNested {

  static final Map<String, List<String>> OBJECTS =
      Map.of(
          "STRUCT(a INTEGER, \"b c\" VARCHAR)", List.of("{a=1, b c=}", "{}", "NULL"),
          "STRUCT(s STRUCT(t STRUCT(l INTEGER[], h HUGEINT)))",
              List.of("{s={t={l=[1], h=2}}}", "{s={}}", "{}", "NULL"),
          "MAP(INTEGER, STRUCT(m MAP(VARCHAR, DATE[])))",
              List.of("{1={m=[{key=k, value=[19782, NULL]}]}, 2=NULL}", "{1={m=[]}}", "NULL"),
          "STRUCT(e ENUM('x', 'y')[], u UUID, t TIMESTAMPTZ)",
              List.of(
                  "{e=[y, NULL], u=00000000-0000-0000-0000-00000000000a, t=1709164800000000}",
                  "NULL"));

  private JdbcNested() {}
}
