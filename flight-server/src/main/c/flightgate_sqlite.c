/*
 * Reads rows from, and binds values to, statements of the SQLite inside of sqlite-jdbc: a whole row by
 * one call, where the driver needs one or two calls through JNI for each value.
 *
 * That SQLite exports none of its functions, and a second SQLite in the same process would break the
 * locks of the first (sqlite.org/howtocorrupt.html, section 2.2.1). But an extension is handed all of
 * them. So this library is loaded twice, which yields one image: by SQLite as an extension, for the
 * functions, and by Java, for the two functions that are called from there.
 *
 * Values travel as cells, an array in memory that Java owns. See NativeLibrary.java.
 */
#include <sqlite3ext.h>
#include <stdint.h>
SQLITE_EXTENSION_INIT1

#ifdef _WIN32
#define EXPORTED __declspec(dllexport)
#else
#define EXPORTED __attribute__((visibility("default")))
#endif

typedef struct {
  int32_t type;   /* SQLITE_INTEGER, _FLOAT, _TEXT, _BLOB or _NULL */
  int32_t length; /* of text and blobs, in bytes */
  union {
    int64_t integer;
    double real;
    int64_t address; /* of text and blobs */
  } value;
} cell;

static void *pointer(int64_t address) { return (void *)(intptr_t)address; }

EXPORTED int sqlite3_flightgatesqlite_init(sqlite3 *db, char **message,
                                           const sqlite3_api_routines *api) {
  (void)db;
  (void)message;
  SQLITE_EXTENSION_INIT2(api);
  return SQLITE_OK;
}

/* Whether SQLite has handed its functions over. */
EXPORTED int32_t Java_dev_flightgate_server_backend_sqlite_NativeLibrary_ready(void *env,
                                                                              void *class) {
  (void)env;
  (void)class;
  return sqlite3_api != 0;
}

/*
 * Steps if asked to, and fills a cell for each column; answers what sqlite3_step answers. Text is told
 * as it is stored; its address is good until the statement is used again.
 */
EXPORTED int32_t Java_dev_flightgate_server_backend_sqlite_NativeLibrary_row(
    void *env, void *class, int64_t statement, int32_t step, int32_t columns, int64_t cells) {
  (void)env;
  (void)class;
  sqlite3_stmt *from = pointer(statement);
  cell *to = pointer(cells);
  if (step) {
    int code = sqlite3_step(from);
    if (code != SQLITE_ROW) return code;
  }
  for (int32_t i = 0; i < columns; i++, to++) {
    to->type = sqlite3_column_type(from, i);
    switch (to->type) {
      case SQLITE_INTEGER:
        to->value.integer = sqlite3_column_int64(from, i);
        break;
      case SQLITE_FLOAT:
        to->value.real = sqlite3_column_double(from, i);
        break;
      case SQLITE_TEXT:
      case SQLITE_BLOB:
        to->value.address = (intptr_t)sqlite3_column_blob(from, i);
        to->length = sqlite3_column_bytes(from, i);
        break;
    }
  }
  return SQLITE_ROW;
}

static int bind(sqlite3_stmt *to, int32_t parameter, const cell *from) {
  switch (from->type) {
    case SQLITE_INTEGER:
      return sqlite3_bind_int64(to, parameter, from->value.integer);
    case SQLITE_FLOAT:
      return sqlite3_bind_double(to, parameter, from->value.real);
    case SQLITE_TEXT:
      return sqlite3_bind_text(to, parameter, pointer(from->value.address), from->length,
                               SQLITE_STATIC);
    case SQLITE_BLOB:
      return sqlite3_bind_blob(to, parameter, pointer(from->value.address), from->length,
                               SQLITE_STATIC);
    default:
      return sqlite3_bind_null(to, parameter);
  }
}

/*
 * Binds all parameters, runs a statement that yields no rows, resets it and forgets the values, whose
 * memory is Java's again. Answers what sqlite3_step or a binding answered; the connection's message
 * still tells of it.
 */
EXPORTED int32_t Java_dev_flightgate_server_backend_sqlite_NativeLibrary_run(
    void *env, void *class, int64_t statement, int32_t parameters, int64_t cells) {
  (void)env;
  (void)class;
  sqlite3_stmt *to = pointer(statement);
  const cell *from = pointer(cells);
  int code = SQLITE_OK;
  for (int32_t i = 0; i < parameters && code == SQLITE_OK; i++) code = bind(to, i + 1, from + i);
  if (code == SQLITE_OK) code = sqlite3_step(to);
  if (code == SQLITE_DONE) sqlite3_reset(to);
  return code;
}
