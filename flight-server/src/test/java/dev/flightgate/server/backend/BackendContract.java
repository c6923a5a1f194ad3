package dev.flightgate.server.backend;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every behaviour of the SPI, tested once and run for every engine by a subclass that names the
 * engine's factory and its spellings. Engines may differ where {@link Capability} says so, and
 * nowhere else. Each part of the contract is an interface whose tests JUnit finds through this
 * class.
 */
@SuppressWarnings("NullAway.Init") // JUnit fills the fields before each test
public abstract class BackendContract
    implements LifecycleContract,
        StatementContract,
        StreamContract,
        ParameterContract,
        TransactionContract,
        SavepointContract,
        CancelContract,
        ProgressContract,
        IngestContract,
        MetadataContract,
        ErrorContract {

  @TempDir Path folder;
  private RootAllocator allocator;
  private Backend backend;
  private BackendSession session;
  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  @BeforeEach
  final void openBackend() {
    allocator = closing(new RootAllocator());
    backend = open(options(location(folder), false, null));
    session = openSession();
  }

  /** Closes all that is open; an allocator that still holds a byte fails the test here. */
  @AfterEach
  final void closeAll() throws Exception {
    Throwable first = null;
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (Exception | AssertionError failure) {
        if (first == null) {
          first = failure;
        } else {
          first.addSuppressed(failure);
        }
      }
    }
    if (first != null) {
      throw new AssertionError("closing failed, or something leaked: " + first.getMessage(), first);
    }
  }

  @Override
  public final <T extends AutoCloseable> T closing(T resource) {
    open.push(resource);
    return resource;
  }

  @Override
  public final Path folder() {
    return folder;
  }

  @Override
  public final BufferAllocator allocator() {
    return allocator;
  }

  @Override
  public final Backend backend() {
    return backend;
  }

  @Override
  public final BackendSession session() {
    return session;
  }
}
