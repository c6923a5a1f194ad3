package dev.flightgate.server.flight;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.flight.Calls.Call;
import dev.flightgate.server.session.Database;
import dev.flightgate.server.session.Session;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.flight.NoOpSessionOptionValueVisitor;
import org.apache.arrow.flight.SessionOptionValue;
import org.apache.arrow.flight.SessionOptionValueFactory;
import org.apache.arrow.flight.SetSessionOptionsResult;
import org.apache.arrow.flight.SetSessionOptionsResult.ErrorValue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The options of SetSessionOptions and GetSessionOptions (Flight.proto): {@code database}, one of
 * the server's; {@code catalog} and {@code schema}, what unqualified names mean in it. Strings, or
 * without a value to go back to the default.
 */
final class SessionOptions {

  private static final Logger log = LoggerFactory.getLogger(SessionOptions.class);

  private static final String DATABASE = "database";
  private static final String CATALOG = "catalog";
  private static final String SCHEMA = "schema";

  /** In the order in which they are set, each one within the one before. */
  private static final List<String> NAMES = List.of(DATABASE, CATALOG, SCHEMA);

  private SessionOptions() {}

  /** Sets what can be set; answers an error for each of the others, by name. */
  static Map<String, SetSessionOptionsResult.Error> set(
      Call call, Map<String, SessionOptionValue> options) {
    Map<String, SetSessionOptionsResult.Error> errors = new HashMap<>();
    call.session();
    for (String name : NAMES) {
      SessionOptionValue value = options.get(name);
      if (value == null) {
        continue;
      }
      // A catalog and schema that come with a database are meant for that one.
      ErrorValue error = errors.containsKey(DATABASE) ? ErrorValue.ERROR : set(call, name, value);
      if (error != null) {
        errors.put(name, new SetSessionOptionsResult.Error(error));
      }
    }
    for (String name : options.keySet()) {
      if (!NAMES.contains(name)) {
        errors.put(name, new SetSessionOptionsResult.Error(ErrorValue.INVALID_NAME));
      }
    }
    return errors;
  }

  private static @Nullable ErrorValue set(Call call, String name, SessionOptionValue value) {
    if (!value.acceptVisitor(new IsTextOrEmpty())) {
      return ErrorValue.INVALID_VALUE;
    }
    String text = value.acceptVisitor(new Text());
    try {
      switch (name) {
        case DATABASE -> call.chooseDatabase(text);
        case CATALOG -> call.session().setNamespace(text, null);
        default -> call.session().setNamespace(call.session().catalog().orElse(null), text);
      }
      return null;
    } catch (BackendException e) {
      log.info("session option {} refused: {}", name, e.kind());
      return e.kind() == Kind.NOT_FOUND ? ErrorValue.INVALID_VALUE : ErrorValue.ERROR;
    }
  }

  /** What is set. */
  static Map<String, SessionOptionValue> get(Call call) {
    Map<String, SessionOptionValue> options = new HashMap<>();
    put(options, DATABASE, call.chosenDatabase().map(Database::name));
    Optional<Session> session = call.existingSession();
    put(options, CATALOG, session.flatMap(Session::catalog));
    put(options, SCHEMA, session.flatMap(Session::schema));
    return options;
  }

  private static void put(
      Map<String, SessionOptionValue> options, String name, Optional<String> value) {
    value.ifPresent(
        text -> options.put(name, SessionOptionValueFactory.makeSessionOptionValue(text)));
  }

  private static final class Text extends NoOpSessionOptionValueVisitor<@Nullable String> {
    @Override
    public @Nullable String visit(String value) {
      return value;
    }
  }

  private static final class IsTextOrEmpty extends NoOpSessionOptionValueVisitor<Boolean> {
    @Override
    public Boolean visit(String value) {
      return true;
    }

    @Override
    public Boolean visit(boolean value) {
      return false;
    }

    @Override
    public Boolean visit(long value) {
      return false;
    }

    @Override
    public Boolean visit(double value) {
      return false;
    }

    @Override
    public Boolean visit(String[] value) {
      return false;
    }

    @Override
    public Boolean visit(Void value) {
      return true;
    }
  }
}
