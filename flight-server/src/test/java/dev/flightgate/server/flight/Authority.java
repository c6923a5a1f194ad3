package dev.flightgate.server.flight;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A private authority, made by the JDK's keytool in a folder of its own, which signs certificates
 * of servers and clients.
 */
final class Authority {

  private static final String SECRET = "changeit";
  private static final String OWN = "authority";

  private final Path folder;

  private Authority(Path folder) {
    this.folder = folder;
  }

  static Authority make(Path folder) throws Exception {
    Authority authority = new Authority(folder);
    authority.keytool(
        List.of("-alias", OWN, "-dname", "CN=" + folder.getFileName(), "-ext", "bc:c"));
    return authority;
  }

  /** The certificate that those who trust the authority have. */
  Path root() throws Exception {
    return pem("root.pem", "CERTIFICATE", List.of(keys().getCertificate(OWN).getEncoded()));
  }

  /** A certificate that is good now. */
  Certificate sign(String name) throws Exception {
    return sign(name, List.of());
  }

  /** A certificate that was good until yesterday. */
  Certificate signExpired(String name) throws Exception {
    return sign(name, List.of("-startdate", "-3d", "-validity", "2"));
  }

  private Certificate sign(String name, List<String> more) throws Exception {
    List<String> words = new ArrayList<>();
    words.addAll(List.of("-alias", name, "-signer", OWN, "-dname", "CN=" + name));
    words.addAll(List.of("-ext", "SAN=ip:127.0.0.1"));
    words.addAll(more);
    keytool(words);
    List<byte[]> chain = new ArrayList<>();
    for (java.security.cert.Certificate one : keys().getCertificateChain(name)) {
      chain.add(one.getEncoded());
    }
    byte[] key = keys().getKey(name, SECRET.toCharArray()).getEncoded();
    return new Certificate(
        pem(name + "-cert.pem", "CERTIFICATE", chain),
        pem(name + "-key.pem", "PRIVATE KEY", List.of(key)));
  }

  private void keytool(List<String> words) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of("-genkeypair", "-keyalg", "EC", "-storetype", "PKCS12"));
    command.addAll(List.of("-keystore", store().toString(), "-storepass", SECRET));
    command.addAll(words);
    Path log = folder.resolve("keytool.log");
    Process keytool =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
      keytool.destroyForcibly();
      throw new AssertionError(Files.readString(log));
    }
  }

  private Path store() {
    return folder.resolve("keys.p12");
  }

  private KeyStore keys() throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream bytes = Files.newInputStream(store())) {
      keys.load(bytes, SECRET.toCharArray());
    }
    return keys;
  }

  private Path pem(String file, String kind, List<byte[]> parts) throws Exception {
    StringBuilder text = new StringBuilder();
    Base64.Encoder lines = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
    for (byte[] part : parts) {
      text.append("-----BEGIN ").append(kind).append("-----\n");
      text.append(lines.encodeToString(part));
      text.append("\n-----END ").append(kind).append("-----\n");
    }
    return Files.writeString(folder.resolve(file), text);
  }
}
