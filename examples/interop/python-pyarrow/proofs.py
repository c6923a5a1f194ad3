"""Proofs that pyarrow.flight works with a gateway: proofs.py HOST PORT USER PASSWORD.

pyarrow knows Flight and not Flight SQL, so the commands are made here, by flight_sql.py.
"""

import faulthandler
import os
import sys

import pyarrow
from flight_sql import decode, encode, packed, unpacked
from pyarrow import flight

HOST, PORT, USER, PASSWORD = sys.argv[1:5]
TABLE = f"python pyarrow {os.getpid()}"
QUOTED = f'"{TABLE}"'
ENDLESS = {
    "main": "SELECT range AS n FROM range(1000000000000)",
    "lite": "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r",
}
COMMIT, ROLLBACK = 1, 2
CANCELLED, CANCELLING = 1, 2


def equal(actual, expected, what="the answer"):
    if actual != expected:
        raise AssertionError(f"{what} should be {expected!r} and is {actual!r}")


def fails(kind, action, what):
    try:
        answer = action()
    except (pyarrow.ArrowException, KeyError) as error:
        if not isinstance(error, kind):
            raise AssertionError(f"{what} fails with {type(error).__name__}: {error}") from error
        return str(error)
    raise AssertionError(f"{what} does not fail, but answers {answer!r}")


class Client:
    """A login, and one method for each command of Flight SQL that is proved."""

    def __init__(self, database):
        self.flight = flight.connect(f"grpc://{HOST}:{PORT}")
        bearer = self.flight.authenticate_basic_token(USER, PASSWORD)
        headers = [bearer, (b"database", database.encode())]
        self.options = flight.FlightCallOptions(timeout=60, headers=headers)

    def __enter__(self):
        return self

    def __exit__(self, *ignored):
        self.flight.close()

    def info(self, name, **fields):
        return self.info_of(packed(name, {int(k[1:]): v for k, v in fields.items()}))

    def info_of(self, command):
        return self.flight.get_flight_info(
            flight.FlightDescriptor.for_command(command), self.options
        )

    def reader(self, info):
        equal(len(info.endpoints), 1, "the endpoints of a result")
        equal(info.endpoints[0].locations, [], "the locations of an endpoint")
        return self.flight.do_get(info.endpoints[0].ticket, self.options)

    def read(self, info):
        table = self.reader(info).read_all()
        equal(table.schema.equals(info.schema, check_metadata=True), True, "one and the same schema")
        return table

    def query(self, sql, transaction=None):
        table = self.read(self.info("CommandStatementQuery", _1=sql, _2=transaction))
        return [tuple(row.values()) for row in table.to_pylist()]

    def put(self, command, table):
        """Sends a command with rows; what the gateway answers."""
        descriptor = flight.FlightDescriptor.for_command(command)
        writer, reader = self.flight.do_put(descriptor, table.schema, self.options)
        with writer:
            writer.write_table(table)
            writer.done_writing()
            answer = reader.read()
            equal(reader.read(), None, "a second answer")
        return decode(answer.to_pybytes())

    def count(self, command, table=None):
        answer = self.put(command, pyarrow.table({}) if table is None else table)
        return answer.get(1, 0)

    def update(self, sql, transaction=None):
        return self.count(packed("CommandStatementUpdate", {1: sql, 2: transaction}))

    def ingest(self, table, data, *, missing, exists, transaction=None):
        ways = encode({1: missing, 2: exists})
        return self.count(
            packed("CommandStatementIngest", {1: ways, 2: table, 6: transaction}), data
        )

    def action(self, name, body):
        return [
            result.body.to_pybytes()
            for result in self.flight.do_action(flight.Action(name, body), self.options)
        ]

    def prepare(self, sql, transaction=None):
        request = packed("ActionCreatePreparedStatementRequest", {1: sql, 2: transaction})
        (answer,) = self.action("CreatePreparedStatement", request)
        return unpacked(answer, "ActionCreatePreparedStatementResult")

    def close_prepared(self, handle):
        request = packed("ActionClosePreparedStatementRequest", {1: handle})
        self.action("ClosePreparedStatement", request)

    def begin(self):
        (answer,) = self.action("BeginTransaction", packed("ActionBeginTransactionRequest", {}))
        return unpacked(answer, "ActionBeginTransactionResult")[1]

    def end(self, transaction, how):
        request = packed("ActionEndTransactionRequest", {1: transaction, 2: how})
        self.action("EndTransaction", request)


class BasicAuth(flight.ClientAuthHandler):
    """The older way to log in: a BasicAuth message in the Handshake."""

    def authenticate(self, outgoing, incoming):
        outgoing.write(flight.BasicAuth(USER, PASSWORD).serialize())
        self.token = incoming.read()

    def get_token(self):
        return self.token


def proof_connect(database):
    with Client(database) as client:
        equal(client.query("SELECT 1"), [(1,)])
        equal("CancelFlightInfo" in {a.type for a in client.flight.list_actions(client.options)}, True)
    older = flight.connect(f"grpc://{HOST}:{PORT}")
    older.authenticate(BasicAuth())
    with older:
        descriptor = flight.FlightDescriptor.for_command(packed("CommandGetTableTypes", {}))
        equal(older.get_schema(descriptor).schema.names, ["table_type"], "after BasicAuth")


def proof_wrong_password_is_refused(database):
    with flight.connect(f"grpc://{HOST}:{PORT}") as client:
        fails(
            flight.FlightUnauthenticatedError,
            lambda: client.authenticate_basic_token(USER, PASSWORD + " not"),
            "a wrong password",
        )


def proof_query_with_parameters(database):
    with Client(database) as client:
        prepared = client.prepare("SELECT ? * 10 AS n")
        handle = prepared[1]
        bound = pyarrow.table({"x": pyarrow.array([1, 2, 3], pyarrow.int64())})
        command = packed("CommandPreparedStatementQuery", {1: handle})
        handle = client.put(command, bound).get(1, handle)
        command = packed("CommandPreparedStatementQuery", {1: handle})
        for _ in range(2):
            table = client.read(client.info_of(command))
            equal(table.column(0).to_pylist(), [10, 20, 30])
        client.close_prepared(handle)
        client.close_prepared(handle)
        fails(KeyError, lambda: client.info_of(command), "a closed statement")


def proof_update(database):
    with Client(database) as client:
        client.update(f"DROP TABLE IF EXISTS {QUOTED}")
        client.update(f"CREATE TABLE {QUOTED} (id INTEGER PRIMARY KEY, name TEXT)")
        equal(client.update(f"INSERT INTO {QUOTED} VALUES (1, 'one'), (2, 'two')"), 2, "the count")
        prepared = client.prepare(f"INSERT INTO {QUOTED} VALUES (?, ?)")
        equal(prepared.get(2, b""), b"", "dataset_schema of an update")
        equal(prepared.get(4), 1, "is_update")
        command = packed("CommandPreparedStatementUpdate", {1: prepared[1]})
        batch = pyarrow.table({"1": [3, 4], "2": ["three", None]})
        equal(client.count(command, batch), 2, "the count of a prepared update")
        # As a query it runs once too, however often its ticket is read.
        info = client.info("CommandStatementQuery", _1=f"INSERT INTO {QUOTED} VALUES (5, 'five')")
        client.read(info)
        client.read(info)
        equal(
            client.query(f"SELECT id, name FROM {QUOTED} ORDER BY id"),
            [(1, "one"), (2, "two"), (3, "three"), (4, None), (5, "five")],
        )


def proof_transaction(database):
    select = f"SELECT count(*) FROM {QUOTED}"
    with Client(database) as client:
        before = client.query(select)[0][0]
        transaction = client.begin()
        client.update(f"INSERT INTO {QUOTED} VALUES (100, 'rolled back')", transaction)
        equal(client.query(select, transaction), [(before + 1,)], "its own view")
        equal(client.query(select), [(before,)], "others' view")
        client.end(transaction, ROLLBACK)
        equal(client.query(select), [(before,)], "after rollback")
        transaction = client.begin()
        client.update(f"INSERT INTO {QUOTED} VALUES (101, 'committed')", transaction)
        client.end(transaction, COMMIT)
        equal(client.query(select), [(before + 1,)], "after commit")
        fails(KeyError, lambda: client.end(transaction, COMMIT), "to end a transaction twice")


def proof_bulk_ingest(database):
    table = f"{TABLE} ingested"
    data = pyarrow.table(
        {
            "id": pyarrow.array(range(10_000), pyarrow.int64()),
            "name": pyarrow.array([None if i % 7 == 0 else f"n{i}" for i in range(10_000)]),
        }
    )
    create = {"missing": 1, "exists": 1}
    append = {"missing": 2, "exists": 2}
    replace = {"missing": 1, "exists": 3}
    with Client(database) as client:
        equal(client.ingest(table, data, **create), 10_000, "rows of create")
        text = fails(
            pyarrow.ArrowException,
            lambda: client.ingest(table, data, **create),
            "create on an existing table",
        )
        equal("exists" in text, True, f"the message says so: {text}")
        fails(KeyError, lambda: client.ingest(f"{TABLE} none", data, **append), "append to missing")
        transaction = client.begin()
        equal(client.ingest(table, data, **append, transaction=transaction), 10_000)
        select = f'SELECT count(*) FROM "{table}"'
        equal(client.query(select, transaction), [(20_000,)], "in the transaction")
        client.end(transaction, ROLLBACK)
        info = client.info("CommandStatementQuery", _1=f'SELECT * FROM "{table}" ORDER BY id')
        equal(client.read(info).equals(data), True, "what is read equals what was sent")
        equal(client.ingest(table, data.slice(0, 5), **replace), 5, "rows of replace")
        equal(client.query(select), [(5,)])
        client.update(f'DROP TABLE "{table}"')


def proof_metadata(database):
    with Client(database) as client:
        tables = client.read(client.info("CommandGetTables", _3=TABLE, _5=True)).to_pylist()
        equal([(t["table_name"], t["table_type"]) for t in tables], [(TABLE, "TABLE")])
        schema = pyarrow.ipc.read_schema(pyarrow.py_buffer(tables[0]["table_schema"]))
        equal(schema.names, ["id", "name"], "the columns")
        keys = client.read(client.info("CommandGetPrimaryKeys", _3=TABLE)).to_pylist()
        equal([(k["table_name"], k["column_name"]) for k in keys], [(TABLE, "id")], "the key")
        info = client.read(client.info("CommandGetSqlInfo", _1=[0]))
        equal(info.column("value").to_pylist(), ["Flightgate"], "FLIGHT_SQL_SERVER_NAME")
        equal(client.read(client.info("CommandGetSqlInfo")).num_rows > 50, True, "all SqlInfo")
        equal(client.read(client.info("CommandGetCatalogs")).num_rows >= 1, True, "catalogs")
        equal(client.read(client.info("CommandGetXdbcTypeInfo")).num_rows > 3, True, "types")


def proof_error_status(database):
    with Client(database) as client:
        for kind, sql in (
            (pyarrow.ArrowInvalid, "SELEC 1"),
            (pyarrow.ArrowInvalid, f"SELECT nothing FROM {QUOTED}"),
            (pyarrow.ArrowInvalid, ""),
            (KeyError, f"SELECT * FROM missing_{os.getpid()}"),
            (pyarrow.ArrowException, f"CREATE TABLE {QUOTED} (id INTEGER)"),
            (pyarrow.ArrowException, f"INSERT INTO {QUOTED} VALUES (1, 'again')"),
        ):
            text = fails(kind, lambda: client.query(sql), sql)
            equal("internal" in text.lower(), False, f"{text}: an internal error")
        descriptor = flight.FlightDescriptor.for_command(b"no command at all")
        fails(
            pyarrow.ArrowInvalid,
            lambda: client.flight.get_flight_info(descriptor, client.options),
            "bytes that are no command",
        )
        equal(client.query("SELECT 1"), [(1,)], "the session afterwards")


def drain(reader):
    while True:
        reader.read_chunk()


def proof_cancel(database):
    with Client(database) as client:
        # By the FlightInfo's own identity, while its rows are being fetched.
        info = client.info("CommandStatementQuery", _1=ENDLESS[database])
        reader = client.reader(info)
        reader.read_chunk()
        (answer,) = client.action("CancelFlightInfo", encode({1: info.serialize()}))
        equal(decode(answer).get(1) in (CANCELLED, CANCELLING), True, "the status of the cancel")
        fails(flight.FlightCancelledError, lambda: drain(reader), "the fetch")
        # By the call.
        reader = client.reader(client.info("CommandStatementQuery", _1=ENDLESS[database]))
        reader.read_chunk()
        reader.cancel()
        fails(flight.FlightCancelledError, lambda: drain(reader), "the fetch of a cancelled call")
        # By its deadline.
        endless = client.info("CommandStatementQuery", _1=ENDLESS[database])
        soon = flight.FlightCallOptions(
            timeout=0.5, headers=[(b"database", database.encode()), bearer_of(client)]
        )
        reader = client.flight.do_get(endless.endpoints[0].ticket, soon)
        # The gateway ends the call at the deadline too, and its word may come before the client's.
        ended = (flight.FlightTimedOutError, flight.FlightCancelledError)
        fails(ended, lambda: drain(reader), "a fetch past its deadline")
        equal(client.query("SELECT 1"), [(1,)], "the session afterwards")


def bearer_of(client):
    return client.flight.authenticate_basic_token(USER, PASSWORD)


def proof_clean_up(database):
    with Client(database) as client:
        client.update(f"DROP TABLE {QUOTED}")


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
