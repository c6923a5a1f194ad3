package dev.flightgate.benchmarks;

import dev.flightgate.benchmarks.Client.Fetch;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What encryption costs: the same queries to two gateways, one with TLS and one without. */
final class Tls implements Benchmark {

  private static final double GIGABYTE = 1e9;
  private static final String PASSWORD = "changeit";

  @Override
  public String name() {
    return "tls";
  }

  @Override
  public String question() {
    return "what does TLS cost?";
  }

  /** No target is judged by it. */
  @Override
  public boolean inShortForm() {
    return false;
  }

  /** A certificate for this machine that signs itself, and its key. */
  private record Identity(Path certificate, Path key) {

    static Identity make(Path folder) throws Exception {
      Path store = folder.resolve("tls.p12");
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
      command.addAll(List.of("-genkeypair", "-alias", "server", "-keyalg", "RSA"));
      command.addAll(List.of("-keysize", "2048", "-dname", "CN=localhost", "-validity", "2"));
      command.addAll(List.of("-ext", "san=ip:127.0.0.1,dns:localhost"));
      command.addAll(List.of("-storetype", "PKCS12", "-storepass", PASSWORD));
      command.addAll(List.of("-keystore", store.toString()));
      Process keytool =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("keytool.log").toFile())
              .start();
      if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
        throw new IllegalStateException("keytool made no certificate");
      }
      KeyStore keys = KeyStore.getInstance("PKCS12");
      try (InputStream in = Files.newInputStream(store)) {
        keys.load(in, PASSWORD.toCharArray());
      }
      return new Identity(
          pem(folder, "CERTIFICATE", keys.getCertificate("server").getEncoded()),
          pem(folder, "PRIVATE KEY", key(keys)));
    }

    private static byte[] key(KeyStore keys) throws GeneralSecurityException {
      return keys.getKey("server", PASSWORD.toCharArray()).getEncoded();
    }

    private static Path pem(Path folder, String what, byte[] bytes) throws IOException {
      byte[] newLine = {'\n'};
      String lines =
          "-----BEGIN %1$s-----%n%2$s%n-----END %1$s-----%n"
              .formatted(what, Base64.getMimeEncoder(64, newLine).encodeToString(bytes));
      return Files.writeString(
          folder.resolve(what.replace(' ', '-') + ".pem"), lines, StandardCharsets.US_ASCII);
    }
  }

  @Override
  public void run(Setup setup, Report report) throws Exception {
    Identity identity = Identity.make(setup.work());
    try (ServerProcess plain = ServerProcess.gateway(setup);
        ServerProcess secure =
            ServerProcess.gateway(
                setup,
                "--tls-cert",
                identity.certificate().toString(),
                "--tls-key",
                identity.key().toString());
        Client open = new Client(plain);
        Client encrypted = Client.overTls(secure, identity.certificate())) {
      Workload table = Workload.lineitem(setup.pick(4_000_000, 400_000));
      open.update(table.setup());
      encrypted.update(table.setup());
      List<Side> sides = List.of(new Side(plain, open), new Side(secure, encrypted));
      doGet(table.query(), sides, setup, report);
      selectOne(sides, setup, report);
    }
  }

  private record Side(ServerProcess server, Client client) {

    /** Gigabytes per second, and the CPU seconds per gigabyte of the server and of the client. */
    double[] fetch(String query) throws Exception {
      double serverBefore = server.figures().cpuSeconds();
      double clientBefore = ProcessFigures.own().cpuSeconds();
      Fetch fetch = client.fetch(Client.ticket(client.plan(query)));
      double gigabytes = fetch.bytes() / GIGABYTE;
      return new double[] {
        gigabytes / fetch.seconds(),
        (server.figures().cpuSeconds() - serverBefore) / gigabytes,
        (ProcessFigures.own().cpuSeconds() - clientBefore) / gigabytes
      };
    }

    double median(int times) throws Exception {
      double[] milliseconds = new double[times];
      for (int i = 0; i < times; i++) {
        long begin = System.nanoTime();
        client.fetch(Client.ticket(client.plan("SELECT 1")));
        milliseconds[i] = (System.nanoTime() - begin) / 1e6;
      }
      return new Samples(milliseconds).median();
    }
  }

  private static void doGet(String query, List<Side> sides, Setup setup, Report report)
      throws Exception {
    List<List<double[]>> runs = List.of(new ArrayList<>(), new ArrayList<>());
    int warmUp = 4;
    for (int i = -warmUp; i < setup.repetitions(); i++) {
      for (int turn = 0; turn < 2; turn++) {
        int side = (turn + i + warmUp) % 2;
        double[] figures = sides.get(side).fetch(query);
        if (i >= 0) {
          runs.get(side).add(figures);
        }
      }
    }
    List<String> titles = List.of("lineitem, plain", "lineitem, TLS");
    for (int side = 0; side < 2; side++) {
      List<double[]> run = runs.get(side);
      report.figure(titles.get(side), "GB/s", Samples.of(run, f -> f[0]));
      report.figure(titles.get(side) + ", server CPU", "s/GB", Samples.of(run, f -> f[1]));
      report.figure(titles.get(side) + ", client CPU", "s/GB", Samples.of(run, f -> f[2]));
    }
    report.figure(
        "lineitem, TLS / plain",
        "",
        Samples.of(runs.get(1), f -> f[0]).dividedBy(Samples.of(runs.get(0), f -> f[0])));
  }

  private static void selectOne(List<Side> sides, Setup setup, Report report) throws Exception {
    int times = setup.pick(3_000, 300);
    List<List<Double>> medians = List.of(new ArrayList<>(), new ArrayList<>());
    for (int i = -2; i < setup.repetitions(); i++) {
      for (int turn = 0; turn < 2; turn++) {
        int side = (turn + i + 2) % 2;
        double median = sides.get(side).median(times);
        if (i >= 0) {
          medians.get(side).add(median);
        }
      }
    }
    Samples plain = Samples.of(medians.get(0), Double::doubleValue);
    Samples secure = Samples.of(medians.get(1), Double::doubleValue);
    report.figure("SELECT 1, plain, p50", "ms", plain);
    report.figure("SELECT 1, TLS, p50", "ms", secure);
    report.figure("SELECT 1, TLS / plain", "", secure.dividedBy(plain));
  }
}
