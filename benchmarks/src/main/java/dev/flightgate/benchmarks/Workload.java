package dev.flightgate.benchmarks;

/**
 * Rows of one shape, made by DuckDB itself, and so the same in every process.
 *
 * @param setup the statement that makes the table, empty if there is none
 * @param query what is read
 */
record Workload(String name, String setup, String query) {

  static Workload numbers(long rows) {
    return new Workload(
        "two numbers", "", "select range as a, range * 2 as b from range(" + rows + ")");
  }

  /** The sixteen columns of TPC-H's lineitem. */
  static Workload lineitem(long rows) {
    return table(
        "lineitem",
        rows,
        """
        range // 4 + 1 as l_orderkey,
        (hash(range) % 200000)::bigint as l_partkey,
        (hash(range + 1) % 10000)::bigint as l_suppkey,
        (range % 4 + 1)::integer as l_linenumber,
        (range % 50 + 1)::decimal(15, 2) as l_quantity,
        (hash(range) % 10000000 / 100)::decimal(15, 2) as l_extendedprice,
        (range % 11 / 100)::decimal(15, 2) as l_discount,
        (range % 9 / 100)::decimal(15, 2) as l_tax,
        ['A', 'N', 'R'][range % 3 + 1] as l_returnflag,
        ['F', 'O'][range % 2 + 1] as l_linestatus,
        date '1992-01-01' + (range % 2500)::integer as l_shipdate,
        date '1992-02-01' + (range % 2500)::integer as l_commitdate,
        date '1992-03-01' + (range % 2500)::integer as l_receiptdate,
        ['DELIVER IN PERSON', 'COLLECT COD', 'NONE'][range % 3 + 1] as l_shipinstruct,
        ['AIR', 'RAIL', 'SHIP', 'TRUCK', 'MAIL'][range % 5 + 1] as l_shipmode,
        'carefully final deposits ' || hash(range) % 1000000 as l_comment""");
  }

  static Workload shortStrings(long rows) {
    return table("short strings", rows, "'k' || range % 100000 as k, 'v' || range as v");
  }

  static Workload longStrings(long rows) {
    return table("long strings", rows, "range as i, repeat('longer text ', 20) || range as s");
  }

  static Workload decimals(long rows) {
    return table(
        "decimals",
        rows,
        "(range / 7)::decimal(18, 4) as d, (range / 3)::decimal(38, 10) as e,"
            + " timestamp '2024-01-01' + to_seconds(range) as t, date '2024-01-01' as u");
  }

  /** A list of numbers, a struct and a map in each row. */
  static Workload nested(long rows) {
    return table(
        "nested",
        rows,
        """
        [range::integer, (range + 1)::integer, (range % 7)::integer] as l,
        {'a': range, 'b': 'text ' || range % 1000} as s,
        map {'k' || range % 10: range, 'z': range + 1} as m""");
  }

  private static Workload table(String name, long rows, String columns) {
    return new Workload(
        name,
        "create or replace table workload as select "
            + columns.replace('\n', ' ')
            + " from range("
            + rows
            + ")",
        "select * from workload");
  }
}
