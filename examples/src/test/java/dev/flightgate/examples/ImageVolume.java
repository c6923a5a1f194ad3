package dev.flightgate.examples;

import com.github.dockerjava.api.model.Bind;
import java.util.UUID;
import org.testcontainers.DockerClientFactory;

/** A volume of the Docker engine's, removed when it is closed. */
final class ImageVolume implements AutoCloseable {

  private final String name = "flightgate-test-" + UUID.randomUUID();

  ImageVolume() {
    DockerClientFactory.instance().client().createVolumeCmd().withName(name).exec();
  }

  Bind at(String path) {
    return Bind.parse(name + ":" + path);
  }

  @Override
  public void close() {
    DockerClientFactory.instance().client().removeVolumeCmd(name).exec();
  }
}
