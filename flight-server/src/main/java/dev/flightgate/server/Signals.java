package dev.flightgate.server;

import java.lang.reflect.Proxy;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signals that come while the process ends already. The JVM itself takes the first SIGTERM or
 * SIGINT and lets further ones wait until it is gone; the JDK's only way to hear of them is {@code
 * sun.misc.Signal}. It is reached by reflection, since javac warns of its use and cannot be told
 * not to. Without it, as under {@code -Xrs}, only the first signal counts.
 */
final class Signals {

  private static final Logger log = LoggerFactory.getLogger(Signals.class);

  private Signals() {}

  /** Runs the action, on a thread of its own, at each SIGTERM and SIGINT from now on. */
  static void onEach(Runnable action) {
    for (String name : List.of("TERM", "INT")) {
      try {
        handle(name, action);
      } catch (ReflectiveOperationException | IllegalArgumentException e) {
        log.debug("SIG{} cannot be heard", name, e);
      }
    }
  }

  private static void handle(String name, Runnable action) throws ReflectiveOperationException {
    Class<?> signal = Class.forName("sun.misc.Signal");
    Class<?> handler = Class.forName("sun.misc.SignalHandler");
    Object ours =
        Proxy.newProxyInstance(
            Signals.class.getClassLoader(),
            new Class<?>[] {handler},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "handle" -> {
                    action.run();
                    yield null;
                  }
                  case "hashCode" -> System.identityHashCode(proxy);
                  case "equals" -> proxy == arguments[0];
                  default -> "a handler of SIG" + name;
                });
    signal
        .getMethod("handle", signal, handler)
        .invoke(null, signal.getConstructor(String.class).newInstance(name), ours);
  }
}
