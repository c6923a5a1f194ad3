"""A peer of the gateway: pyarrow.flight over the duckdb package, C++ from the engine to the wire.

A command or ticket is rows per batch, a space and a query. The action "sql" runs a statement; DoPut
to a path replaces the table of that name. As little as a server can do: no login, no sessions, no
schema in its FlightInfo.
"""

import collections

import duckdb
import pyarrow
import pyarrow.flight as flight

STREAMS_MAX = 1000


class Server(flight.FlightServerBase):
    def __init__(self):
        super().__init__("grpc://127.0.0.1:0")
        self.database = duckdb.connect()
        # A stream outlives the call that opens it and ends with its cursor.
        self.cursors = collections.deque(maxlen=STREAMS_MAX)

    def cursor(self):
        cursor = self.database.cursor()
        self.cursors.append(cursor)
        return cursor

    def get_flight_info(self, context, descriptor):
        endpoint = flight.FlightEndpoint(descriptor.command, [])
        return flight.FlightInfo(pyarrow.schema([]), descriptor, [endpoint], -1, -1)

    def do_get(self, context, ticket):
        rows, query = ticket.ticket.decode().split(" ", 1)
        result = self.cursor().execute(query)
        return flight.RecordBatchStream(result.to_arrow_reader(int(rows)))

    def do_put(self, context, descriptor, reader, writer):
        upload = reader.to_reader()  # duckdb finds it by this name
        table = descriptor.path[0].decode()
        self.database.cursor().execute(f"create or replace table {table} as select * from upload")

    def do_action(self, context, action):
        if action.type != "sql":
            raise KeyError(f"unknown action {action.type}")
        self.database.cursor().execute(action.body.to_pybytes().decode())
        yield flight.Result(b"0")


if __name__ == "__main__":
    server = Server()
    print(f"peer ready on grpc://127.0.0.1:{server.port}", flush=True)
    server.serve()
