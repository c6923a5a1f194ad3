package dev.flightgate.server;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import dev.flightgate.server.config.GatewayConfig.LogFormat;
import dev.flightgate.server.query.LogContext;
import java.util.List;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * Logs of a serving process: one line per event on stderr, and nothing of what the libraries tell
 * below a warning. Embedded gateways leave logging to their host.
 */
final class Logging {

  /** The call's name and its user, for a line of a call; the user is not known of all. */
  private static final String CALL =
      "%replace([%X{"
          + LogContext.REQUEST
          + "} %X{"
          + LogContext.USER
          + "}] )"
          + "{'^\\[ \\] | (?=\\] $)', ''}";

  /** Line ends within an event become bars, so that nothing a client sends can look like a line. */
  private static final String LINE =
      "%date{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %logger{0} - %replace(%replace("
          + CALL
          + "%msg%n%ex){'[\\s]+$', ''}){'\\s*[\\r\\n]+\\s*', ' | '}%nopex%n";

  private static final List<String> CHATTY = List.of("io.grpc", "io.netty", "org.apache.arrow");

  private Logging() {}

  /** Replaces whatever was configured before, for the whole process. */
  static void configure(LogFormat format) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    ConsoleAppender<ILoggingEvent> stderr = new ConsoleAppender<>();
    stderr.setContext(context);
    stderr.setTarget("System.err");
    stderr.setEncoder(encoder(format, context));
    stderr.start();
    Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.INFO);
    root.addAppender(stderr);
    CHATTY.forEach(name -> context.getLogger(name).setLevel(Level.WARN));
    // It warns, with a stack trace, of every client that goes away while it is sent something.
    context.getLogger("io.grpc.netty.NettyServerHandler").setLevel(Level.ERROR);
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
  }

  /** What makes one line of one event. */
  static Encoder<ILoggingEvent> encoder(LogFormat format, LoggerContext context) {
    Encoder<ILoggingEvent> encoder =
        switch (format) {
          case TEXT -> text();
          case JSON -> json();
        };
    encoder.setContext(context);
    encoder.start();
    return encoder;
  }

  private static Encoder<ILoggingEvent> text() {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setPattern(LINE);
    return encoder;
  }

  private static Encoder<ILoggingEvent> json() {
    JsonEncoder encoder = new JsonEncoder();
    encoder.setWithSequenceNumber(false);
    encoder.setWithNanoseconds(false);
    encoder.setWithContext(false);
    encoder.setWithArguments(false);
    encoder.setWithMessage(false);
    encoder.setWithFormattedMessage(true);
    return encoder;
  }
}
