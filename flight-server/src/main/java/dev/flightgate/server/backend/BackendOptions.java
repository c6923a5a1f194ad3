package dev.flightgate.server.backend;

import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * What a database is opened with.
 *
 * @param name the name under which clients pick the database
 * @param location a path, or {@code :memory:} for a database that vanishes when the backend closes
 * @param readOnly whether the engine itself must refuse every change
 * @param allocator parent of whatever the backend allocates outside its sessions; owned by the
 *     caller, which closes it after the backend
 * @param extensions engine extensions to load, each {@code name} or {@code name@repository}
 * @param initialSql statements to run once, before the first session opens; null for none
 * @param settings the engine's own settings by name, such as {@code sqlite.misfit}
 * @param memoryBytes what an engine that {@link BackendFactory#takesMemory() takes memory} of its
 *     own may have of it, unless its settings say otherwise; 0 leaves it to the engine
 */
public record BackendOptions(
    String name,
    String location,
    boolean readOnly,
    BufferAllocator allocator,
    List<String> extensions,
    @Nullable String initialSql,
    Map<String, String> settings,
    long memoryBytes) {

  /** The location that stands for a database in memory. */
  public static final String IN_MEMORY = ":memory:";

  /** Copies the collections. */
  public BackendOptions {
    extensions = List.copyOf(extensions);
    settings = Map.copyOf(settings);
  }

  /** Options that leave the memory to the engine. */
  public BackendOptions(
      String name,
      String location,
      boolean readOnly,
      BufferAllocator allocator,
      List<String> extensions,
      @Nullable String initialSql,
      Map<String, String> settings) {
    this(name, location, readOnly, allocator, extensions, initialSql, settings, 0);
  }

  /** Whether the database lives in memory only. */
  public boolean inMemory() {
    return location.equals(IN_MEMORY);
  }
}
