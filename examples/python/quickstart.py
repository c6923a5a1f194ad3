"""Connects with ADBC, the Python DB-API over Arrow: asks, changes a table, and ingests."""

import os

import adbc_driver_flightsql.dbapi
import pyarrow

uri = os.environ.get("FLIGHTGATE_URI", "grpc://127.0.0.1:31337")
user = os.environ.get("FLIGHTGATE_USER", "flightgate")
password = os.environ.get("FLIGHTGATE_PASSWORD", "")

# region readme
login = {"username": user, "password": password}
with adbc_driver_flightsql.dbapi.connect(uri, db_kwargs=login, autocommit=True) as connection:
    with connection.cursor() as cursor:
        cursor.execute("SELECT n_name, n_nationkey FROM nation WHERE n_regionkey = ?", (3,))
        table = cursor.fetch_arrow_table()  # a pyarrow.Table
        print(table.column("n_name").to_pylist())
# endregion

# region guide
with adbc_driver_flightsql.dbapi.connect(uri, db_kwargs=login) as connection:
    with connection.cursor() as cursor:
        rows = pyarrow.table({"id": [1, 2, 3], "name": ["a", "b", None]})
        cursor.adbc_ingest("letters", rows, mode="replace")
        connection.commit()
        cursor.execute("DELETE FROM letters")
        connection.rollback()
        cursor.execute("SELECT count(*), count(name) FROM letters")
        print(cursor.fetchone())
# endregion
