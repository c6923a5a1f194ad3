package dev.flightgate.client;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.Buffer;
import java.nio.charset.Charset;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.memory.unsafe.UnsafeAllocationManager;

/** What must be true of the JVM before Arrow and Flight are used in it. */
final class ArrowMemory {

  /** The flag without which Arrow cannot reach its memory. */
  static final String FLAG = "--add-opens=java.base/java.nio=ALL-UNNAMED";

  private static final String WRITABLE_BUFFER = "org.apache.arrow.flight.grpc.AddWritableBuffer";

  static {
    loadQuietly();
  }

  private ArrowMemory() {}

  /**
   * A root allocator over {@code Unsafe}, whatever other allocators are on the class path. The
   * caller closes it.
   *
   * @throws FlightgateException if the JVM was started without {@link #FLAG}
   */
  static BufferAllocator open() {
    if (!Buffer.class.getModule().isOpen("java.nio", RootAllocator.class.getModule())) {
      throw new FlightgateException(
          FlightStatusCode.INTERNAL,
          "this JVM does not let Arrow reach its memory; start Java with " + FLAG,
          null);
    }
    return new RootAllocator(
        RootAllocator.configBuilder()
            .allocationManagerFactory(UnsafeAllocationManager.FACTORY)
            .build());
  }

  /**
   * Initialises flight-core's zero-copy writer here and now. It looks for grpc-netty by reflection
   * and, where there is none, prints a stack trace to {@code System.err} and copies instead. That
   * is what this client wants (its transport is grpc-netty-shaded), and nothing its user should
   * read. There is no switch for it, so while the class initialises, what this one thread prints is
   * dropped; other threads print as ever.
   */
  private static void loadQuietly() {
    PrintStream real = System.err;
    OutputStream others = new ExceptFrom(Thread.currentThread(), real);
    System.setErr(new PrintStream(others, true, Charset.defaultCharset()));
    try {
      Class.forName(WRITABLE_BUFFER);
    } catch (ClassNotFoundException otherFlight) {
      // A flight-core without that class has nothing to print.
    } finally {
      System.setErr(real);
    }
  }

  /** Passes on what any thread but one writes. */
  private static final class ExceptFrom extends OutputStream {

    private final Thread silent;
    private final PrintStream real;

    ExceptFrom(Thread silent, PrintStream real) {
      this.silent = silent;
      this.real = real;
    }

    @Override
    public void write(int b) {
      if (Thread.currentThread() != silent) {
        real.write(b);
      }
    }

    @Override
    public void write(byte[] bytes, int from, int length) {
      if (Thread.currentThread() != silent) {
        real.write(bytes, from, length);
      }
    }

    @Override
    public void flush() {
      real.flush();
    }
  }
}
