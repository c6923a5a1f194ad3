package dev.flightgate.server.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** What strangers may send for headers, so that nobody known is among them. */
final class Garbage {

  /** In each credential, and so to be seen nowhere else. */
  static final String MARK = "s3cr3t";

  private static final String FLIGHT = "/arrow.flight.protocol.FlightService/";
  private static final List<String> METHODS =
      List.of(
          "Handshake",
          "Handshake",
          "ListFlights",
          "GetFlightInfo",
          "PollFlightInfo",
          "GetSchema",
          "DoGet",
          "DoPut",
          "DoExchange",
          "DoAction",
          "ListActions",
          "Nothing");
  private static final List<String> CLAIMS =
      List.of(
          "{'iss':'flightgate','sub':'alice','exp':99999999999,'note':'" + MARK + "'}",
          "{'iss':'flightgate','sub':['alice'],'exp':'never','note':'" + MARK + "'}",
          "{'iss':'flightgate','sub':'alice','exp':1e400,'ro':7,'note':'" + MARK + "'}",
          "{'iss':{'a':{'b':{}}},'sub':null,'note':'" + MARK + "'}",
          "'" + MARK + "'",
          "[".repeat(20_000),
          "");
  private static final List<String> ALGORITHMS =
      List.of("none", "HS256", "RS256", "ES256", "HS512", "dir", "", "\u00e9", "A256GCMKW");

  private final Random random;
  private final Mutation mutation;

  Garbage(Random random) {
    this.random = random;
    this.mutation = new Mutation(random);
  }

  /** The headers of a call. */
  List<Map.Entry<String, String>> headers() {
    List<Map.Entry<String, String>> all = new ArrayList<>();
    all.add(Map.entry(":method", "POST"));
    all.add(Map.entry(":scheme", "http"));
    all.add(Map.entry(":path", FLIGHT + METHODS.get(random.nextInt(METHODS.size()))));
    all.add(Map.entry(":authority", "localhost"));
    all.add(Map.entry("content-type", "application/grpc"));
    all.add(Map.entry("te", "trailers"));
    for (int i = random.nextInt(3); i >= 0; i--) {
      all.add(Map.entry("authorization", authorization()));
    }
    if (random.nextInt(4) == 0) {
      all.add(Map.entry("auth-token-bin", maybeSpoilt(base64(MARK + random.nextInt()))));
    }
    for (int i = random.nextInt(3); i > 0; i--) {
      all.add(Map.entry("cookie", value("a=b; arrow_flight_session_id=0123456789; c=\"d\"")));
    }
    if (random.nextBoolean()) {
      all.add(Map.entry("database", value("main")));
    }
    if (random.nextBoolean()) {
      all.add(Map.entry("schema", value("main")));
    }
    if (random.nextInt(4) == 0) {
      all.add(Map.entry("x-anything-" + random.nextInt(100), value("at all")));
    }
    return all;
  }

  private String authorization() {
    return switch (random.nextInt(8)) {
      case 0 -> maybeSpoilt("Basic " + base64("alice:" + MARK + random.nextInt()));
      case 1 -> "Basic " + bytes(random.nextInt(200));
      case 2 -> "Basic " + base64(bytes(random.nextInt(200)));
      case 3 -> "Bearer " + MARK + bytes(random.nextInt(200));
      case 4 -> "Bearer " + MARK + "x".repeat(random.nextInt(70_000));
      case 5, 6 -> maybeSpoilt("Bearer " + jwt());
      default -> value("Digest " + MARK);
    };
  }

  private String jwt() {
    String header =
        "{'alg':'" + ALGORITHMS.get(random.nextInt(ALGORITHMS.size())) + "'" + parameter() + "}";
    String claims = CLAIMS.get(random.nextInt(CLAIMS.size()));
    String signature = random.nextBoolean() ? "" : base64(bytes(32));
    String token =
        base64(header.replace('\'', '"'))
            + "."
            + base64(claims.replace('\'', '"'))
            + "."
            + signature;
    return random.nextInt(6) == 0 ? token + "." + base64("iv") + "." + base64("tag") : token;
  }

  private String parameter() {
    return switch (random.nextInt(6)) {
      case 0 -> ",'crit':['exp']";
      case 1 -> ",'zip':'DEF','enc':'A128GCM'";
      case 2 -> ",'jku':'http://127.0.0.1:1/" + MARK + "'";
      case 3 -> ",'kid':'../../" + MARK + "'";
      case 4 -> ",'alg':'none'";
      default -> "";
    };
  }

  /** A text, spoilt or of any bytes or far too long or as it should be. */
  private String value(String right) {
    return switch (random.nextInt(5)) {
      case 0 -> bytes(random.nextInt(100));
      case 1 -> right.repeat(1 + random.nextInt(1_000));
      case 2 -> right;
      default -> maybeSpoilt(right);
    };
  }

  private String maybeSpoilt(String right) {
    return random.nextBoolean() ? right : mutation.of(right);
  }

  /** Bytes that HTTP allows in values, and others that clients send all the same. */
  private String bytes(int count) {
    StringBuilder text = new StringBuilder();
    boolean printable = random.nextBoolean();
    for (int i = 0; i < count; i++) {
      text.append((char) (printable ? 32 + random.nextInt(95) : 32 + random.nextInt(224)));
    }
    return text.toString();
  }

  /** A message, such as a handshake's. */
  byte[] message() {
    byte[] payload = {10, 8, 10, 3, 'b', 'o', 'b', 18, 1, 'x'};
    return random.nextBoolean() ? mutation.of(payload) : payload;
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.ISO_8859_1));
  }
}
