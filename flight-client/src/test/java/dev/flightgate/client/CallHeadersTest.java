package dev.flightgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import org.junit.jupiter.api.Test;

final class CallHeadersTest {

  @Test
  void password_untilTheServerAnswers_isSentAsBasic() {
    CallHeaders headers = new CallHeaders(Credentials.password("Aladdin", "open:sesame"), null);

    assertThat(sent(headers, "authorization"))
        .containsExactly("Basic QWxhZGRpbjpvcGVuOnNlc2FtZQ==");
    assertThat(sent(headers, "database")).isEmpty();
    assertThat(sent(headers, "cookie")).isEmpty();
  }

  @Test
  void bearer_onceReceived_replacesThePassword() {
    CallHeaders headers = new CallHeaders(Credentials.password("me", "secret"), null);

    headers.read(answer("authorization", "Bearer t1"));

    assertThat(sent(headers, "authorization")).containsExactly("Bearer t1");
  }

  @Test
  void token_isSentAsBearer() {
    CallHeaders headers = new CallHeaders(Credentials.token("t0"), "legacy");

    assertThat(sent(headers, "authorization")).containsExactly("Bearer t0");
    assertThat(sent(headers, "database")).containsExactly("legacy");
  }

  @Test
  void cookie_setThenExpired_isSentUntilThen() {
    CallHeaders headers = new CallHeaders(Credentials.none(), null);

    headers.read(answer("set-cookie", "arrow_flight_session_id=abc; HttpOnly"));
    assertThat(sent(headers, "cookie")).containsExactly("arrow_flight_session_id=abc");

    headers.read(answer("set-cookie", "arrow_flight_session_id=; Max-Age=0"));
    assertThat(sent(headers, "cookie")).isEmpty();
  }

  @Test
  void cookie_malformed_isIgnored() {
    CallHeaders headers = new CallHeaders(Credentials.none(), null);

    headers.read(answer("set-cookie", "nonsense"));

    assertThat(sent(headers, "cookie")).isEmpty();
    assertThat(sent(headers, "authorization")).isEmpty();
  }

  @Test
  void secrets_inTexts_areHidden() {
    assertThat(Credentials.password("me", "secret").toString()).doesNotContain("secret");
    assertThat(Credentials.token("secret").toString()).doesNotContain("secret");
  }

  private static Metadata answer(String name, String value) {
    Metadata answer = new Metadata();
    answer.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value);
    return answer;
  }

  private static Iterable<String> sent(CallHeaders headers, String name) {
    Metadata sent = new Metadata();
    headers.write(sent);
    Iterable<String> values = sent.getAll(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
    return values == null ? java.util.List.of() : values;
  }
}
