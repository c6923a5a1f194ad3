package dev.flightgate.server.flight.wire;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import org.apache.arrow.flight.impl.Flight.FlightDescriptor;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.ipc.message.MessageMetadataResult;
import org.jspecify.annotations.Nullable;

/**
 * Makes flight-core's form of a message of its parts. That class, ArrowMessage, is package-private,
 * as is its constructor; no other way leads to a message whose body was read here. Stateless.
 */
final class FlightCoreMessages {

  private static final Constructor<?> CONSTRUCTOR = constructor();

  private FlightCoreMessages() {}

  private static Constructor<?> constructor() {
    try {
      Constructor<?> constructor =
          Class.forName("org.apache.arrow.flight.ArrowMessage")
              .getDeclaredConstructor(
                  FlightDescriptor.class,
                  MessageMetadataResult.class,
                  ArrowBuf.class,
                  ArrowBuf.class);
      constructor.setAccessible(true);
      return constructor;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this flight-core's ArrowMessage is another one", e);
    }
  }

  /**
   * A message that owns its buffers.
   *
   * @param header the Arrow IPC message in data_header
   * @param metadata app_metadata
   * @param body data_body; an empty one, not null, where a batch has none
   */
  static AutoCloseable of(
      @Nullable FlightDescriptor descriptor,
      @Nullable MessageMetadataResult header,
      @Nullable ArrowBuf metadata,
      @Nullable ArrowBuf body) {
    try {
      return (AutoCloseable) CONSTRUCTOR.newInstance(descriptor, header, metadata, body);
    } catch (InvocationTargetException | InstantiationException | IllegalAccessException e) {
      throw new IllegalStateException("this flight-core's ArrowMessage is another one", e);
    }
  }
}
