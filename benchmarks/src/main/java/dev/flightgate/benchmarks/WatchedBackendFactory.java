package dev.flightgate.benchmarks;

import dev.flightgate.server.backend.Backend;
import dev.flightgate.server.backend.BackendFactory;
import dev.flightgate.server.backend.BackendOptions;
import dev.flightgate.server.backend.BackendSession;
import dev.flightgate.server.backend.BatchStream;
import dev.flightgate.server.backend.PreparedQuery;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ServiceLoader;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Another engine, of which another process can see when it works: its location is {@code
 * FILE:TYPE:LOCATION}, and {@link EngineWatch} reads the file.
 *
 * <p>Public, as {@link java.util.ServiceLoader} wants it.
 */
public final class WatchedBackendFactory implements BackendFactory {

  /** They work on nothing, and come from other threads. */
  private static final Set<String> UNWATCHED =
      Set.of("cancel", "clearCancel", "progress", "keepsWritersWaiting", "root", "info");

  /** A factory for {@link java.util.ServiceLoader}. */
  public WatchedBackendFactory() {}

  @Override
  public String type() {
    return "watched";
  }

  @Override
  public Backend open(BackendOptions options) {
    String[] words = options.location().split(":", 3);
    BackendFactory engine =
        ServiceLoader.load(BackendFactory.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(factory -> factory.type().equals(words[1]))
            .findFirst()
            .orElseThrow();
    Backend backend =
        engine.open(
            new BackendOptions(
                options.name(),
                words[2],
                options.readOnly(),
                options.allocator(),
                options.extensions(),
                options.initialSql(),
                options.settings()));
    return watched(Backend.class, backend, EngineWatch.of(Path.of(words[0])));
  }

  private static <T> T watched(Class<T> type, T target, EngineWatch watch) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> call(target, method, arguments, watch)));
  }

  private static @Nullable Object call(
      Object target, Method method, @Nullable Object @Nullable [] arguments, EngineWatch watch)
      throws Throwable {
    if (UNWATCHED.contains(method.getName())) {
      return invoke(target, method, arguments);
    }
    watch.begin();
    try {
      Object result = invoke(target, method, arguments);
      if (result instanceof BackendSession session) {
        return watched(BackendSession.class, session, watch);
      } else if (result instanceof PreparedQuery query) {
        return watched(PreparedQuery.class, query, watch);
      } else if (result instanceof BatchStream stream) {
        watch.begin(); // an open stream is work under way, until it is closed
        return watched(BatchStream.class, stream, watch);
      }
      return result;
    } finally {
      if (target instanceof BatchStream && method.getName().equals("close")) {
        watch.end();
      }
      watch.end();
    }
  }

  private static @Nullable Object invoke(
      Object target, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException failure) {
      throw failure.getCause();
    }
  }
}
