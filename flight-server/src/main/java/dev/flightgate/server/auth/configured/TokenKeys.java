package dev.flightgate.server.auth.configured;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.proc.JWSKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import dev.flightgate.server.config.ConfigException;
import dev.flightgate.server.config.FileProblem;
import dev.flightgate.server.config.IssuerConfig.JwtConfig;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.spec.SecretKeySpec;

/**
 * Keys of issuers that are known by the configuration, each with the algorithms it may be used
 * with: a token says which algorithm it was signed with, and one that is not for the key, or none,
 * is never tried.
 */
final class TokenKeys {

  /** The signatures that only who has the private key can make. */
  static final Set<JWSAlgorithm> WITH_PUBLIC_KEYS =
      Set.of(
          JWSAlgorithm.RS256,
          JWSAlgorithm.RS384,
          JWSAlgorithm.RS512,
          JWSAlgorithm.PS256,
          JWSAlgorithm.PS384,
          JWSAlgorithm.PS512,
          JWSAlgorithm.ES256,
          JWSAlgorithm.ES384,
          JWSAlgorithm.ES512);

  private static final int RSA_BITS_MIN = 2_048;
  private static final Pattern PEM =
      Pattern.compile("-----BEGIN (PUBLIC KEY|CERTIFICATE)-----([^-]*)-----END \\1-----");

  private TokenKeys() {}

  /**
   * The key of an issuer.
   *
   * @param place of the issuer in the configuration
   * @throws ConfigException if its file cannot be read, or is not such a key
   */
  static JWSKeySelector<SecurityContext> of(JwtConfig issuer, String place) {
    Path secretFile = issuer.secretFile();
    if (secretFile != null) {
      return secret(secretFile, place + ".secret-file");
    }
    Path file = Objects.requireNonNull(issuer.publicKeyFile());
    String setting = place + ".public-key-file";
    Matcher pem = PEM.matcher(read(file, setting));
    if (!pem.find()) {
      throw new ConfigException(
          setting, file + " must be a PEM file with a PUBLIC KEY or a CERTIFICATE");
    }
    try {
      byte[] bytes = Base64.getMimeDecoder().decode(pem.group(2));
      PublicKey key = pem.group(1).equals("CERTIFICATE") ? ofCertificate(bytes) : ofKey(bytes);
      return only(key, algorithms(key, file, setting));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new ConfigException(setting, file + " holds no RSA or EC key that can be read", e);
    }
  }

  private static JWSKeySelector<SecurityContext> only(Key key, Set<JWSAlgorithm> algorithms) {
    return (header, context) ->
        algorithms.contains(header.getAlgorithm()) ? List.of(key) : List.of();
  }

  private static JWSKeySelector<SecurityContext> secret(Path file, String setting) {
    byte[] bytes =
        read(file, setting).lines().findFirst().orElse("").getBytes(StandardCharsets.UTF_8);
    Set<JWSAlgorithm> algorithms = new HashSet<>();
    if (bytes.length >= 32) {
      algorithms.add(JWSAlgorithm.HS256);
    }
    if (bytes.length >= 48) {
      algorithms.add(JWSAlgorithm.HS384);
    }
    if (bytes.length >= 64) {
      algorithms.add(JWSAlgorithm.HS512);
    }
    if (algorithms.isEmpty()) {
      throw new ConfigException(
          setting, "the first line of " + file + " must be 32 bytes or more, was " + bytes.length);
    }
    return only(new SecretKeySpec(bytes, "HMAC"), algorithms);
  }

  private static Set<JWSAlgorithm> algorithms(PublicKey key, Path file, String setting) {
    if (key instanceof RSAPublicKey rsa) {
      int bits = rsa.getModulus().bitLength();
      if (bits < RSA_BITS_MIN) {
        throw new ConfigException(
            setting, file + " must have " + RSA_BITS_MIN + " bits or more, has " + bits);
      }
      return Set.of(
          JWSAlgorithm.RS256,
          JWSAlgorithm.RS384,
          JWSAlgorithm.RS512,
          JWSAlgorithm.PS256,
          JWSAlgorithm.PS384,
          JWSAlgorithm.PS512);
    }
    int bits = ((ECPublicKey) key).getParams().getCurve().getField().getFieldSize();
    return switch (bits) {
      case 256 -> Set.of(JWSAlgorithm.ES256);
      case 384 -> Set.of(JWSAlgorithm.ES384);
      case 521 -> Set.of(JWSAlgorithm.ES512);
      default -> throw new ConfigException(setting, file + " has a curve that JWT does not know");
    };
  }

  private static PublicKey ofCertificate(byte[] bytes) throws GeneralSecurityException {
    PublicKey key =
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(bytes))
            .getPublicKey();
    if (key instanceof RSAPublicKey || key instanceof ECPublicKey) {
      return key;
    }
    throw new GeneralSecurityException("neither RSA nor EC: " + key.getAlgorithm());
  }

  private static PublicKey ofKey(byte[] bytes) throws GeneralSecurityException {
    X509EncodedKeySpec encoded = new X509EncodedKeySpec(bytes);
    try {
      return KeyFactory.getInstance("RSA").generatePublic(encoded);
    } catch (GeneralSecurityException notRsa) {
      return KeyFactory.getInstance("EC").generatePublic(encoded);
    }
  }

  private static String read(Path file, String setting) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new ConfigException(setting, "cannot read " + file + FileProblem.of(e), e);
    }
  }
}
