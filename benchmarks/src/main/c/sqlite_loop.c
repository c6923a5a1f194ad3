/*
 * Reads a result of SQLite's into memory as Arrow lays it out: the least that a reader of any
 * language has to do. A value's type is asked for only where the value itself does not tell: after a
 * zero, to know it from NULL.
 *
 *   sqlite_loop FILE ROWS_PER_BATCH TYPES QUERY
 *
 * TYPES has a letter for each column: i for integers, r for real numbers, t for text. Prints the rows,
 * a sum over all batches, and the nanoseconds from before the query is prepared until after it is
 * finalized.
 *
 * Compiled with -DEXTENSION it is an extension of SQLite, which reads through the SQLite that loads it:
 * SELECT sqlite_loop(ROWS_PER_BATCH, TYPES, QUERY) answers the same line.
 */
#ifdef EXTENSION
#include <sqlite3ext.h>
SQLITE_EXTENSION_INIT1
#else
#include <sqlite3.h>
#endif
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct {
  char type;
  uint8_t *validity;
  int64_t *integers;
  double *reals;
  int32_t *offsets;
  char *data;
  size_t room;
} column;

static void fail(sqlite3 *db, const char *what) {
  fprintf(stderr, "sqlite_loop: %s: %s\n", what, db ? sqlite3_errmsg(db) : "");
  exit(1);
}

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

static void *allocate(size_t bytes) {
  void *memory = malloc(bytes);
  if (!memory) fail(NULL, "out of memory");
  return memory;
}

static int put_text(sqlite3_stmt *statement, column *to, int index, int row) {
  const void *text = sqlite3_column_text(statement, index);
  int32_t begin = to->offsets[row];
  if (!text) {
    to->offsets[row + 1] = begin;
    return 0;
  }
  int length = sqlite3_column_bytes(statement, index);
  if ((size_t)begin + (size_t)length > to->room) {
    to->room = 2 * to->room + (size_t)length;
    to->data = realloc(to->data, to->room);
    if (!to->data) fail(NULL, "out of memory");
  }
  memcpy(to->data + begin, text, (size_t)length);
  to->offsets[row + 1] = begin + length;
  return 1;
}

static int put(sqlite3_stmt *statement, column *to, int index, int row) {
  switch (to->type) {
    case 'i':
      to->integers[row] = sqlite3_column_int64(statement, index);
      return to->integers[row] || sqlite3_column_type(statement, index) != SQLITE_NULL;
    case 'r':
      to->reals[row] = sqlite3_column_double(statement, index);
      return to->reals[row] != 0 || sqlite3_column_type(statement, index) != SQLITE_NULL;
    default:
      return put_text(statement, to, index, row);
  }
}

static void read_all(sqlite3 *db, int capacity, const char *types, const char *query, char *line,
                     size_t room) {
  int columns = (int)strlen(types);
  column *all = allocate(sizeof(column) * (size_t)columns);
  for (int i = 0; i < columns; i++) {
    all[i].type = types[i];
    all[i].validity = allocate((size_t)capacity / 8 + 1);
    all[i].integers = allocate((size_t)capacity * 8);
    all[i].reals = allocate((size_t)capacity * 8);
    all[i].offsets = allocate((size_t)(capacity + 1) * 4);
    all[i].room = (size_t)capacity * 8;
    all[i].data = allocate(all[i].room);
  }
  int64_t begin = now();
  sqlite3_stmt *statement;
  if (sqlite3_prepare_v2(db, query, -1, &statement, NULL)) fail(db, "prepare");
  if (sqlite3_column_count(statement) != columns) fail(NULL, "TYPES are not as many as columns");
  int64_t rows = 0;
  int64_t sum = 0;
  int code = SQLITE_ROW;
  while (code == SQLITE_ROW) {
    int row = 0;
    for (int i = 0; i < columns; i++) {
      memset(all[i].validity, 0, (size_t)capacity / 8 + 1);
      all[i].offsets[0] = 0;
    }
    while (row < capacity && (code = sqlite3_step(statement)) == SQLITE_ROW) {
      for (int i = 0; i < columns; i++) {
        if (put(statement, &all[i], i, row)) all[i].validity[row / 8] |= (uint8_t)(1 << row % 8);
      }
      row++;
    }
    for (int i = 0; i < columns && row > 0; i++) {
      if (all[i].type == 'i') sum += all[i].integers[row - 1];
      if (all[i].type == 't') sum += all[i].offsets[row];
    }
    rows += row;
  }
  if (code != SQLITE_DONE) fail(db, "step");
  sqlite3_finalize(statement);
  snprintf(line, room, "%lld %lld %lld", (long long)rows, (long long)sum,
           (long long)(now() - begin));
  for (int i = 0; i < columns; i++) {
    free(all[i].validity);
    free(all[i].integers);
    free(all[i].reals);
    free(all[i].offsets);
    free(all[i].data);
  }
  free(all);
}

#ifdef EXTENSION

static void loop(sqlite3_context *context, int count, sqlite3_value **values) {
  char line[100];
  (void)count;
  read_all(sqlite3_context_db_handle(context), sqlite3_value_int(values[0]),
           (const char *)sqlite3_value_text(values[1]), (const char *)sqlite3_value_text(values[2]),
           line, sizeof line);
  sqlite3_result_text(context, line, -1, SQLITE_TRANSIENT);
}

int sqlite3_sqliteloop_init(sqlite3 *db, char **message, const sqlite3_api_routines *api) {
  (void)message;
  SQLITE_EXTENSION_INIT2(api);
  return sqlite3_create_function(db, "sqlite_loop", 3, SQLITE_UTF8, NULL, loop, NULL, NULL);
}

#else

int main(int count, char **words) {
  char line[100];
  sqlite3 *db;
  if (count != 5) fail(NULL, "wants FILE ROWS_PER_BATCH TYPES QUERY");
  if (sqlite3_open_v2(words[1], &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL))
    fail(db, "open");
  read_all(db, atoi(words[2]), words[3], words[4], line, sizeof line);
  puts(line);
  sqlite3_close(db);
  return 0;
}

#endif
