package dev.flightgate.server.flight;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.concurrent.atomic.AtomicInteger;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;

/** A private authority that signs certificates of servers and clients, as PEM files. */
final class Authority {

  private static final AlgorithmIdentifier ECDSA_WITH_SHA256 =
      new AlgorithmIdentifier(new ASN1ObjectIdentifier("1.2.840.10045.4.3.2"));

  private final Path folder;
  private final String name;
  private final KeyPair keys;
  private final AtomicInteger serial = new AtomicInteger();
  private final Path certificate;

  private Authority(Path folder, String name, KeyPair keys) throws Exception {
    this.folder = folder;
    this.name = name;
    this.keys = keys;
    ExtensionsGenerator extensions = new ExtensionsGenerator();
    extensions.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
    this.certificate =
        pem(
            "ca.pem",
            "CERTIFICATE",
            signed(name, keys, Instant.now().plusSeconds(3_600), extensions.generate()));
  }

  static Authority make(Path folder) throws Exception {
    return new Authority(folder, "CN=authority " + folder.getFileName(), newKeys());
  }

  private static KeyPair newKeys() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  /** Its own certificate, for those who trust it. */
  Path certificate() {
    return certificate;
  }

  /** For a server at 127.0.0.1. */
  Certificate server() throws Exception {
    return sign("CN=127.0.0.1", new GeneralName(GeneralName.iPAddress, "127.0.0.1"));
  }

  /** For a subject, with these alternative names. */
  Certificate sign(String subject, GeneralName... alternatives) throws Exception {
    return sign(subject, Instant.now().plusSeconds(3_600), alternatives);
  }

  /** For a subject, with these alternative names; good until a minute ago. */
  Certificate signExpired(String subject, GeneralName... alternatives) throws Exception {
    return sign(subject, Instant.now().minusSeconds(60), alternatives);
  }

  private Certificate sign(String subject, Instant end, GeneralName... alternatives)
      throws Exception {
    KeyPair own = newKeys();
    ExtensionsGenerator extensions = new ExtensionsGenerator();
    extensions.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
    if (alternatives.length > 0) {
      extensions.addExtension(
          Extension.subjectAlternativeName, false, new GeneralNames(alternatives));
    }
    String file = "signed" + serial.get();
    return new Certificate(
        pem(file + ".pem", "CERTIFICATE", signed(subject, own, end, extensions.generate())),
        pem(file + ".key", "PRIVATE KEY", own.getPrivate().getEncoded()));
  }

  private byte[] signed(String subject, KeyPair own, Instant end, Extensions extensions)
      throws Exception {
    V3TBSCertificateGenerator generator = new V3TBSCertificateGenerator();
    generator.setSerialNumber(new ASN1Integer(BigInteger.valueOf(serial.incrementAndGet())));
    generator.setIssuer(new X500Name(name));
    generator.setSubject(new X500Name(subject));
    generator.setStartDate(new Time(Date.from(end.minusSeconds(7_200))));
    generator.setEndDate(new Time(Date.from(end)));
    generator.setSubjectPublicKeyInfo(
        SubjectPublicKeyInfo.getInstance(own.getPublic().getEncoded()));
    generator.setSignature(ECDSA_WITH_SHA256);
    generator.setExtensions(extensions);
    TBSCertificate content = generator.generateTBSCertificate();
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(keys.getPrivate());
    signature.update(content.getEncoded("DER"));
    ASN1EncodableVector parts = new ASN1EncodableVector();
    parts.add(content);
    parts.add(ECDSA_WITH_SHA256);
    parts.add(new DERBitString(signature.sign()));
    return new DERSequence(parts).getEncoded("DER");
  }

  private Path pem(String file, String kind, byte[] bytes) throws Exception {
    Files.createDirectories(folder);
    String body =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(bytes);
    return Files.writeString(
        folder.resolve(file),
        "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n");
  }
}
