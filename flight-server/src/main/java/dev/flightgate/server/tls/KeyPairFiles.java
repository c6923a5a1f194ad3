package dev.flightgate.server.tls;

import dev.flightgate.server.config.FileProblem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.PSSParameterSpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/**
 * A certificate chain and its private key, as PEM files have them.
 *
 * @param certificates the server's own first
 */
record KeyPairFiles(List<X509Certificate> certificates, PrivateKey key) {

  private static final Pattern PRIVATE_KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]*)-----END PRIVATE KEY-----");
  private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA", "RSASSA-PSS", "DSA");
  private static final PSSParameterSpec PSS =
      new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1);

  /**
   * Reads both.
   *
   * @throws SSLException if one cannot be read, or they do not belong together
   */
  static KeyPairFiles read(Path certificate, Path key) throws SSLException {
    KeyPairFiles pair = new KeyPairFiles(certificates(certificate), privateKey(key));
    if (!pair.belongTogether()) {
      throw new SSLException(key + " is not the key of the first certificate in " + certificate);
    }
    return pair;
  }

  /** All certificates of a file; at least one. */
  static List<X509Certificate> certificates(Path file) throws SSLException {
    try {
      List<X509Certificate> found = new ArrayList<>();
      for (Certificate one :
          CertificateFactory.getInstance("X.509")
              .generateCertificates(
                  new ByteArrayInputStream(text(file).getBytes(StandardCharsets.UTF_8)))) {
        found.add((X509Certificate) one);
      }
      if (!found.isEmpty()) {
        return List.copyOf(found);
      }
    } catch (GeneralSecurityException e) {
      throw new SSLException(file + " holds a certificate that cannot be read", e);
    }
    throw new SSLException(file + " holds no certificate in PEM");
  }

  private static PrivateKey privateKey(Path file) throws SSLException {
    Matcher pem = PRIVATE_KEY.matcher(text(file));
    if (!pem.find()) {
      throw new SSLException(
          file
              + " holds no PRIVATE KEY in PEM (PKCS #8; 'openssl pkcs8 -topk8 -nocrypt' makes it)");
    }
    PKCS8EncodedKeySpec encoded;
    try {
      encoded = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem.group(1)));
    } catch (IllegalArgumentException e) {
      throw new SSLException(file + " holds a key that is not base64");
    }
    for (String algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
      } catch (GeneralSecurityException e) {
        // The key is of another algorithm, or of none that is known.
      }
    }
    throw new SSLException(file + " holds a key that is none of " + ALGORITHMS);
  }

  private static String text(Path file) throws SSLException {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new SSLException("cannot read " + file + FileProblem.of(e), e);
    }
  }

  /** What one signs the other confirms. */
  private boolean belongTogether() {
    PublicKey open = certificates.get(0).getPublicKey();
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          case "DSA" -> "SHA256withDSA";
          default -> key.getAlgorithm();
        };
    byte[] text = "flightgate".getBytes(StandardCharsets.US_ASCII);
    try {
      Signature signature = Signature.getInstance(algorithm);
      if (algorithm.equals("RSASSA-PSS")) {
        signature.setParameter(PSS);
      }
      signature.initSign(key);
      signature.update(text);
      byte[] signed = signature.sign();
      signature.initVerify(open);
      signature.update(text);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false; // keys of two kinds
    }
  }
}
