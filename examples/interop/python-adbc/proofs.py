"""Proofs that Python's ADBC Flight SQL driver works with a gateway: proofs.py HOST PORT USER PASSWORD."""

import datetime
import decimal
import faulthandler
import os
import sys
import threading

import adbc_driver_flightsql
import adbc_driver_flightsql.dbapi
import adbc_driver_manager
import pandas
import polars
import pyarrow
from adbc_driver_flightsql import DatabaseOptions
from adbc_driver_manager import AdbcStatusCode, dbapi

HOST, PORT, USER, PASSWORD = sys.argv[1:5]
URI = f"grpc://{HOST}:{PORT}"
TABLE = f"python adbc {os.getpid()}"
QUOTED = f'"{TABLE}"'
ENDLESS = {
    "main": "SELECT range AS n FROM range(1000000000000)",
    "lite": "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r",
}
NEVER_A_ROW = {
    "main": "SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE a.range + b.range < 0",
    "lite": "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r",
}


def options(database, password=PASSWORD):
    return {
        "username": USER,
        "password": password,
        DatabaseOptions.RPC_CALL_HEADER_PREFIX.value + "database": database,
    }


def connect(database, autocommit=False):
    return adbc_driver_flightsql.dbapi.connect(
        URI, db_kwargs=options(database), autocommit=autocommit
    )


def equal(actual, expected, what="the answer"):
    if actual != expected:
        raise AssertionError(f"{what} should be {expected!r} and is {actual!r}")


def status_of(action):
    """The ADBC status that the action fails with."""
    try:
        answer = action()
    except dbapi.Error as error:
        if not str(error):
            raise AssertionError("the error has no message") from error
        return error.status_code
    raise AssertionError(f"no error, but {answer!r}")


def rows(cursor, sql, parameters=None):
    cursor.execute(sql, parameters)
    return cursor.fetchall()


def proof_connect(database):
    with connect(database) as connection, connection.cursor() as cursor:
        equal(rows(cursor, "SELECT 1"), [(1,)])
        equal(connection.adbc_get_info()["vendor_name"], "Flightgate")


def proof_wrong_password_is_refused(database):
    def log_in():
        with adbc_driver_flightsql.dbapi.connect(
            URI, db_kwargs=options(database, PASSWORD + " not")
        ) as connection, connection.cursor() as cursor:
            return rows(cursor, "SELECT 1")

    equal(status_of(log_in), AdbcStatusCode.UNAUTHENTICATED, "the status")


def proof_query_with_parameters(database):
    with connect(database) as connection, connection.cursor() as cursor:
        equal(rows(cursor, "SELECT ? + 1 AS n", (41,)), [(42,)])
        equal(rows(cursor, "SELECT ? AS t", ("it's",)), [("it's",)])
        equal(rows(cursor, "SELECT ? AS t", (None,)), [(None,)])
        cursor.execute("SELECT 1 WHERE 1 = ?", (2,))
        equal(cursor.fetchone(), None)
        # One execution for each row bound, the results one after the other.
        bound = pyarrow.record_batch({"x": [1, 2, 3]})
        cursor.execute("SELECT ? * 10 AS n", bound)
        equal(cursor.fetch_arrow_table().column(0).to_pylist(), [10, 20, 30])


def proof_update(database):
    with connect(database, autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {QUOTED}")
        cursor.execute(f"CREATE TABLE {QUOTED} (id INTEGER PRIMARY KEY, name TEXT)")
        cursor.execute(f"INSERT INTO {QUOTED} VALUES (1, 'one'), (2, 'two')")
        # Sent as a query, so that the count comes as a row or as a number, and runs once.
        cursor.executemany(f"INSERT INTO {QUOTED} VALUES (?, ?)", [(3, "three"), (4, None)])
        equal(cursor.rowcount, 2, "rows changed by executemany")
        equal(
            rows(cursor, f"SELECT id, name FROM {QUOTED} ORDER BY id"),
            [(1, "one"), (2, "two"), (3, "three"), (4, None)],
        )
        if database == "main":
            equal(
                rows(cursor, f"INSERT INTO {QUOTED} VALUES (5, 'five') RETURNING id"), [(5,)]
            )
            equal(rows(cursor, f"SELECT count(*) FROM {QUOTED}"), [(5,)])


def proof_transaction(database):
    with connect(database) as connection, connection.cursor() as cursor:
        before = rows(cursor, f"SELECT count(*) FROM {QUOTED}")[0][0]
        cursor.execute(f"INSERT INTO {QUOTED} VALUES (100, 'rolled back')")
        equal(rows(cursor, f"SELECT count(*) FROM {QUOTED}"), [(before + 1,)])
        with connect(database, autocommit=True) as other, other.cursor() as watcher:
            equal(rows(watcher, f"SELECT count(*) FROM {QUOTED}"), [(before,)], "others' view")
        connection.rollback()
        equal(rows(cursor, f"SELECT count(*) FROM {QUOTED}"), [(before,)], "after rollback")
        cursor.execute(f"INSERT INTO {QUOTED} VALUES (101, 'committed')")
        connection.commit()
        with connect(database, autocommit=True) as other, other.cursor() as watcher:
            equal(rows(watcher, f"SELECT count(*) FROM {QUOTED}"), [(before + 1,)], "committed")


def sample():
    return pyarrow.table(
        {
            "id": pyarrow.array(range(10_000), pyarrow.int64()),
            "name": pyarrow.array([None if i % 7 == 0 else f"n{i}" for i in range(10_000)]),
            "half": pyarrow.array([i / 2 for i in range(10_000)], pyarrow.float64()),
        }
    )


def proof_bulk_ingest(database):
    # The driver sends no transaction's id with an ingest (as of 1.13.0), so each is its own one.
    table = f"{TABLE} ingested"
    data = sample()
    with connect(database, autocommit=True) as connection, connection.cursor() as cursor:
        equal(cursor.adbc_ingest(table, data, mode="create"), 10_000, "rows of create")
        cursor.execute(f'SELECT * FROM "{table}" ORDER BY id')
        equal(cursor.fetch_arrow_table().equals(data), True, "what is read equals what was sent")
        equal(
            status_of(lambda: cursor.adbc_ingest(table, data, mode="create")),
            AdbcStatusCode.ALREADY_EXISTS,
            "the status of create on existing",
        )
        reader = data.to_reader(max_chunksize=1_000)
        equal(cursor.adbc_ingest(table, reader, mode="append"), 10_000, "rows of append")
        equal(rows(cursor, f'SELECT count(*) FROM "{table}"'), [(20_000,)])
        equal(
            status_of(lambda: cursor.adbc_ingest(f"{TABLE} missing", data, mode="append")),
            AdbcStatusCode.NOT_FOUND,
            "the status of append to missing",
        )
        equal(cursor.adbc_ingest(table, data.slice(0, 5), mode="replace"), 5, "rows of replace")
        equal(cursor.adbc_ingest(table, data.slice(5, 5), mode="create_append"), 5)
        equal(rows(cursor, f'SELECT count(*), max(id) FROM "{table}"'), [(10, 9)])
        cursor.execute(f'DROP TABLE "{table}"')


def proof_metadata(database):
    with connect(database) as connection:
        equal(set(connection.adbc_get_table_types()) >= {"TABLE", "VIEW"}, True, "table types")
        schema = connection.adbc_get_table_schema(TABLE)
        equal(schema.names, ["id", "name"], "columns of get_table_schema")
        objects = connection.adbc_get_objects(depth="all", table_name_filter=TABLE)
        tables = [
            table
            for catalog in objects.read_all().to_pylist()
            for one in catalog["catalog_db_schemas"]
            for table in one["db_schema_tables"]
        ]
        equal([table["table_name"] for table in tables], [TABLE])
        equal(tables[0]["table_type"], "TABLE")
        equal([c["column_name"] for c in tables[0]["table_columns"]], ["id", "name"])
        with connection.cursor() as cursor:
            equal(cursor.adbc_execute_schema(f"SELECT id FROM {QUOTED}").names, ["id"])


def proof_error_status(database):
    with connect(database, autocommit=True) as connection, connection.cursor() as cursor:
        for sql, status in (
            ("SELEC 1", AdbcStatusCode.INVALID_ARGUMENT),
            (f"SELECT nothing FROM {QUOTED}", AdbcStatusCode.INVALID_ARGUMENT),
            (f"SELECT * FROM missing_{os.getpid()}", AdbcStatusCode.NOT_FOUND),
            (f"CREATE TABLE {QUOTED} (id INTEGER)", AdbcStatusCode.ALREADY_EXISTS),
        ):
            equal(status_of(lambda: rows(cursor, sql)), status, f"the status of {sql}")
        duplicate = status_of(lambda: rows(cursor, f"INSERT INTO {QUOTED} VALUES (1, 'again')"))
        equal(
            duplicate in (AdbcStatusCode.ALREADY_EXISTS, AdbcStatusCode.INVALID_ARGUMENT),
            True,
            f"a duplicate is refused as such, with status {duplicate}",
        )
        equal(
            status_of(lambda: rows(cursor, "SELECT ? + ?", (1,))),
            AdbcStatusCode.INVALID_ARGUMENT,
            "the status of a wrong count of parameters",
        )
        equal(rows(cursor, "SELECT 1"), [(1,)], "the connection afterwards")


def cancelled(cursor, action):
    timer = threading.Timer(0.5, cursor.adbc_cancel)
    timer.start()
    try:
        equal(status_of(action), AdbcStatusCode.CANCELLED, "the status of what was cancelled")
    finally:
        timer.join()


def proof_cancel(database):
    with connect(database, autocommit=True) as connection:
        with connection.cursor() as cursor:  # while the engine works, before a row is there
            cancelled(cursor, lambda: rows(cursor, NEVER_A_ROW[database]))
        with connection.cursor() as cursor:  # while rows are being fetched
            cursor.execute(ENDLESS[database])
            cursor.fetchone()

            def fetch():
                while cursor.fetchone() is not None:
                    pass

            cancelled(cursor, fetch)
        with connection.cursor() as cursor:
            equal(rows(cursor, "SELECT 1"), [(1,)], "the connection afterwards")


def proof_low_level(database):
    with adbc_driver_flightsql.connect(
        URI, db_kwargs=options(database)
    ) as low, adbc_driver_manager.AdbcConnection(low) as connection:
        with adbc_driver_manager.AdbcStatement(connection) as statement:
            statement.set_sql_query(f"UPDATE {QUOTED} SET name = 'ONE' WHERE id = 1")
            equal(statement.execute_update(), 1, "rows updated")
        with adbc_driver_manager.AdbcStatement(connection) as statement:
            statement.set_sql_query(f"UPDATE {QUOTED} SET name = ? WHERE id = ?")
            statement.prepare()
            bound = pyarrow.table({"name": ["a", "b"], "id": [1, 2]})
            statement.bind_stream(bound.to_reader())
            equal(statement.execute_update(), 2, "rows updated by a prepared statement")
        with adbc_driver_manager.AdbcStatement(connection) as statement:
            statement.set_sql_query(f"SELECT name FROM {QUOTED} WHERE id < 3 ORDER BY id")
            partitions, schema, _ = statement.execute_partitions()
            equal(len(partitions), 1, "partitions")
            handle = connection.read_partition(partitions[0])
            table = pyarrow.RecordBatchReader._import_from_c(handle.address).read_all()
            equal(table.column(0).to_pylist(), ["a", "b"])


def proof_values(database):
    if database != "main":
        return
    values = (
        ("SELECT 99999999999999999999999999999999999999::HUGEINT", decimal.Decimal(10**38 - 1)),
        ("SELECT 1.25::DECIMAL(18, 2)", decimal.Decimal("1.25")),
        ("SELECT DATE '2024-02-29'", datetime.date(2024, 2, 29)),
        ("SELECT TIMESTAMP '2024-02-29 12:34:56.789'",
         datetime.datetime(2024, 2, 29, 12, 34, 56, 789000)),
        ("SELECT [1, NULL, 3]", [1, None, 3]),
        ("SELECT {'a': 1, 'b': ['x']}", {"a": 1, "b": ["x"]}),
        ("SELECT 'abc'::BLOB", b"abc"),
    )
    with connect(database) as connection, connection.cursor() as cursor:
        for sql, value in values:
            equal(rows(cursor, sql), [(value,)], sql)


def proof_data_frames(database):
    with connect(database) as connection:
        sql = f"SELECT id, name FROM {QUOTED} WHERE id < 3 ORDER BY id"
        equal(pandas.read_sql(sql, connection)["id"].tolist(), [1, 2], "pandas.read_sql")
        frame = polars.read_database(sql, connection)
        equal(frame["name"].to_list(), ["a", "b"], "polars.read_database")


def proof_clean_up(database):
    with connect(database, autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {QUOTED}")


PROOFS = (
    proof_connect,
    proof_wrong_password_is_refused,
    proof_query_with_parameters,
    proof_update,
    proof_transaction,
    proof_bulk_ingest,
    proof_metadata,
    proof_error_status,
    proof_cancel,
    proof_low_level,
    proof_values,
    proof_data_frames,
    proof_clean_up,
)


def main():
    for database in ("main", "lite"):
        for proof in PROOFS:
            name = f"{proof.__name__.removeprefix('proof_').replace('_', ' ')} ({database})"
            faulthandler.dump_traceback_later(60, exit=True)
            try:
                proof(database)
            except Exception as error:
                print(f"FAILED  {name}: {type(error).__name__}: {error}", flush=True)
                if os.environ.get("INTEROP_TRACE"):
                    raise
                return 1
            print(f"ok  {name}", flush=True)
    faulthandler.cancel_dump_traceback_later()
    return 0


if __name__ == "__main__":
    sys.exit(main())
