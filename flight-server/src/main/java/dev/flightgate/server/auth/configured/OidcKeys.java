package dev.flightgate.server.auth.configured;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import com.nimbusds.jose.jwk.source.JWKSetSource;
import com.nimbusds.jose.jwk.source.JWKSetUnavailableException;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jose.util.JSONObjectUtils;
import dev.flightgate.server.config.IssuerConfig;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.text.ParseException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of an OpenID provider, fetched when they are needed: first the provider's metadata
 * (OpenID Connect Discovery 1.0, section 4), then the keys that it names (RFC 7517). Fetching
 * blocks for {@link #TIMEOUT} at most, each of connecting and of waiting for bytes.
 */
final class OidcKeys implements JWKSetSource<SecurityContext> {

  private static final Logger log = LoggerFactory.getLogger(OidcKeys.class);

  private static final Duration TIMEOUT = Duration.ofSeconds(3);
  private static final int BYTES_MAX = 1 << 20;

  /** How long keys are used without asking for newer ones. */
  private static final Duration KEPT = Duration.ofMinutes(5);

  /** How long keys go on being used while the provider does not answer. */
  private static final Duration KEPT_IN_OUTAGE = Duration.ofHours(12);

  /** Who waits for another call to fetch the keys. */
  private static final Duration WAIT = Duration.ofSeconds(15);

  private final String issuer;
  private final DefaultResourceRetriever retriever =
      new DefaultResourceRetriever((int) TIMEOUT.toMillis(), (int) TIMEOUT.toMillis(), BYTES_MAX);

  private volatile boolean fetched;

  OidcKeys(String issuer) {
    this.issuer = issuer;
  }

  /**
   * The provider's keys: kept, and fetched again when they get old or a token names one that is not
   * among them, but then twice in this interval at most, whatever tokens are shown.
   */
  JWKSource<SecurityContext> kept(Duration interval) {
    return JWKSourceBuilder.create(this)
        .retrying(false)
        .outageTolerant(KEPT_IN_OUTAGE.toMillis())
        .rateLimited(interval.toMillis())
        .cache(KEPT.toMillis(), WAIT.toMillis())
        .refreshAheadCache(false)
        .build();
  }

  /** Whether the provider ever answered. */
  boolean wereFetched() {
    return fetched;
  }

  @Override
  public JWKSet getJWKSet(
      JWKSetCacheRefreshEvaluator evaluator, long currentTime, @Nullable SecurityContext context)
      throws JWKSetUnavailableException {
    try {
      String slash = issuer.endsWith("/") ? "" : "/";
      String found = read(new URI(issuer + slash + ".well-known/openid-configuration"));
      var metadata = JSONObjectUtils.parse(found);
      if (!issuer.equals(metadata.get("issuer"))) {
        throw new IOException("it says that its issuer is " + metadata.get("issuer"));
      }
      JWKSet keys = JWKSet.parse(read(new URI(JSONObjectUtils.getString(metadata, "jwks_uri"))));
      fetched = true;
      return keys;
    } catch (IOException | ParseException | URISyntaxException | RuntimeException e) {
      log.warn("the keys of {} cannot be fetched: {}", issuer, e.toString());
      throw new JWKSetUnavailableException("the keys of " + issuer + " cannot be fetched", e);
    }
  }

  private String read(URI place) throws IOException {
    if (!IssuerConfig.isSafe(place)) {
      throw new IOException(place + " must begin with https://, or be at this machine");
    }
    URL url = place.toURL();
    return retriever.retrieveResource(url).getContent();
  }

  @Override
  public void close() {}
}
