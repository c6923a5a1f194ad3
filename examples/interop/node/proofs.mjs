// Proofs that a client of grpc-js and apache-arrow works with a gateway: HOST PORT USER PASSWORD.

import assert from 'node:assert/strict';
import grpc from '@grpc/grpc-js';
import { tableFromArrays } from 'apache-arrow';
import { Client, decode, encode, packed } from './client.mjs';

const [host, port, user, password] = process.argv.slice(2);
const table = `node ${process.pid}`;
const quoted = `"${table}"`;
const [COMMIT, ROLLBACK] = [1, 2];
const ENDLESS = {
  main: 'SELECT range AS n FROM range(1000000000000)',
  lite: 'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r',
};
const { status } = grpc;

async function connected(database, work) {
  const client = new Client(`${host}:${port}`, database);
  try {
    await client.logIn(user, password);
    await work(client);
  } finally {
    client.close();
  }
}

async function fails(action, what, ...codes) {
  let answer;
  try {
    answer = await action();
  } catch (error) {
    const name = status[error.code] ?? error;
    assert.ok(codes.includes(error.code), `${what} fails with ${name}: ${error.details}`);
    assert.ok(error.details, `${what} fails without a message`);
    return;
  }
  assert.fail(`${what} does not fail, but answers ${answer}`);
}

const prepared = (kind, handle) => packed(kind, { prepared_statement_handle: handle });

/** Reads until the call ends, with an error or without. */
async function drain(call) {
  for await (const _ of call) {
    // what comes does not matter
  }
}

/** A fetch of rows without end of which the first have come. */
async function endless(client, database) {
  const info = await client.plan(packed('CommandStatementQuery', { query: ENDLESS[database] }));
  const call = client.fetch(info);
  await new Promise((resolve, reject) => {
    call.once('readable', resolve);
    call.once('error', reject);
  });
  return { info, call };
}

const proofs = {
  async connect(client) {
    assert.deepEqual(await client.query('SELECT 1'), [[1]]);
  },

  async 'wrong password is refused'(client) {
    await fails(
      () => client.logIn(user, `${password} not`),
      'a wrong password',
      status.UNAUTHENTICATED,
    );
  },

  async 'query with parameters'(client) {
    const { prepared_statement_handle: handle } = await client.prepare('SELECT ? * 10 AS n');
    const command = prepared('CommandPreparedStatementQuery', handle);
    await client.put(command, tableFromArrays({ x: Int32Array.from([1, 2, 3]) }));
    for (let time = 0; time < 2; time++) {
      const rows = await client.table(command);
      assert.deepEqual([...rows.getChildAt(0)].map(Number), [10, 20, 30]);
    }
    await client.closePrepared(handle);
    await client.closePrepared(handle);
    await fails(() => client.plan(command), 'a closed statement', status.NOT_FOUND);
  },

  async update(client) {
    await client.update(`DROP TABLE IF EXISTS ${quoted}`);
    await client.update(`CREATE TABLE ${quoted} (id INTEGER PRIMARY KEY, name TEXT)`);
    assert.equal(await client.update(`INSERT INTO ${quoted} VALUES (1, 'one'), (2, 'two')`), 2);
    const statement = await client.prepare(`INSERT INTO ${quoted} VALUES (?, ?)`);
    assert.equal(statement.is_update, true);
    const bound = tableFromArrays({ id: Int32Array.from([3, 4]), name: ['three', null] });
    const command = prepared(
      'CommandPreparedStatementUpdate',
      statement.prepared_statement_handle,
    );
    assert.equal(await client.count(command, bound), 2);
    await client.query(`INSERT INTO ${quoted} VALUES (5, 'five')`);
    assert.deepEqual(await client.query(`SELECT id, name FROM ${quoted} ORDER BY id`), [
      [1, 'one'],
      [2, 'two'],
      [3, 'three'],
      [4, null],
      [5, 'five'],
    ]);
  },

  async transaction(client) {
    const count = `SELECT count(*) FROM ${quoted}`;
    let transaction = await client.begin();
    await client.update(`INSERT INTO ${quoted} VALUES (100, 'rolled back')`, transaction);
    assert.deepEqual(await client.query(count, transaction), [[6]], 'its own view');
    assert.deepEqual(await client.query(count), [[5]], "others' view");
    await client.end(transaction, ROLLBACK);
    assert.deepEqual(await client.query(count), [[5]], 'after rollback');
    transaction = await client.begin();
    await client.update(`INSERT INTO ${quoted} VALUES (101, 'committed')`, transaction);
    await client.end(transaction, COMMIT);
    assert.deepEqual(await client.query(count), [[6]], 'after commit');
    await fails(
      () => client.end(transaction, COMMIT),
      'to end a transaction twice',
      status.NOT_FOUND,
    );
  },

  async 'bulk ingest'(client) {
    const into = `${table} ingested`;
    const size = 10_000;
    const data = tableFromArrays({
      id: Int32Array.from({ length: size }, (_, i) => i),
      half: Float64Array.from({ length: size }, (_, i) => i / 2),
    });
    const ingest = (name, missing, exists) =>
      client.count(
        packed('CommandStatementIngest', {
          table_definition_options: { if_not_exist: missing, if_exists: exists },
          table: name,
        }),
        data,
      );
    const [CREATE, MISSING_FAILS, FAIL, APPEND, REPLACE] = [1, 2, 1, 2, 3];
    const counts = `SELECT count(*), max(id), max(half) FROM "${into}"`;
    assert.equal(await ingest(into, CREATE, FAIL), size);
    assert.deepEqual(await client.query(counts), [[size, 9999, 4999.5]]);
    await fails(
      () => ingest(into, CREATE, FAIL),
      'create on an existing table',
      status.ALREADY_EXISTS,
    );
    assert.equal(await ingest(into, MISSING_FAILS, APPEND), size);
    assert.deepEqual(await client.query(counts), [[2 * size, 9999, 4999.5]]);
    await fails(
      () => ingest(`${table} missing`, MISSING_FAILS, APPEND),
      'append to a missing table',
      status.NOT_FOUND,
    );
    assert.equal(await ingest(into, CREATE, REPLACE), size);
    assert.deepEqual(await client.query(counts), [[size, 9999, 4999.5]]);
    await client.update(`DROP TABLE "${into}"`);
  },

  async 'large result'(client, database) {
    // Messages above 4 MiB would be refused by grpc-js.
    const rows = { main: 'range(20000)', lite: 'r' };
    const text = { main: "repeat('x', 1000)", lite: "printf('%.*c', 1000, 'x')" };
    const all =
      'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 20000) ';
    const sql = `${all} SELECT ${text[database]} AS t FROM ${rows[database]}`;
    const result = await client.table(packed('CommandStatementQuery', { query: sql }));
    assert.equal(result.numRows, 20_000);
    assert.equal(result.getChildAt(0).get(19_999).length, 1000);
  },

  async metadata(client) {
    const tables = await client.table(
      packed('CommandGetTables', { table_name_filter_pattern: table, include_schema: true }),
    );
    const [found] = tables.toArray();
    assert.equal(tables.numRows, 1);
    assert.deepEqual([found.table_name, found.table_type], [table, 'TABLE']);
    const keys = await client.table(packed('CommandGetPrimaryKeys', { table }));
    assert.deepEqual(
      keys.toArray().map((key) => key.column_name),
      ['id'],
    );
    const info = await client.table(packed('CommandGetSqlInfo', { info: [0] }));
    assert.equal(info.toArray()[0].value, 'Flightgate');
  },

  async 'error status'(client) {
    for (const [sql, ...codes] of [
      ['SELEC 1', status.INVALID_ARGUMENT],
      [`SELECT nothing FROM ${quoted}`, status.INVALID_ARGUMENT],
      ['', status.INVALID_ARGUMENT],
      [`SELECT * FROM missing_${process.pid}`, status.NOT_FOUND],
      [`CREATE TABLE ${quoted} (id INTEGER)`, status.ALREADY_EXISTS],
      [
        `INSERT INTO ${quoted} VALUES (1, 'again')`,
        status.ALREADY_EXISTS,
        status.INVALID_ARGUMENT,
      ],
    ]) {
      await fails(() => client.query(sql), `"${sql}"`, ...codes);
    }
    await fails(
      () => client.plan(Buffer.from('no command')),
      'what is no command',
      status.INVALID_ARGUMENT,
    );
    assert.deepEqual(await client.query('SELECT 1'), [[1]]);
  },

  async cancel(client, database) {
    // By the FlightInfo's own identity, while its rows are being fetched.
    const byInfo = await endless(client, database);
    const [answer] = await client.action(
      'CancelFlightInfo',
      encode('CancelFlightInfoRequest', { info: byInfo.info }),
    );
    assert.ok([1, 2].includes(decode('CancelFlightInfoResult', answer).status));
    await fails(() => drain(byInfo.call), 'the fetch', status.CANCELLED);
    // By the call.
    const byCall = await endless(client, database);
    byCall.call.cancel();
    await fails(() => drain(byCall.call), 'the fetch of a cancelled call', status.CANCELLED);
    assert.deepEqual(await client.query('SELECT 1'), [[1]]);
  },

  async 'clean up'(client) {
    await client.update(`DROP TABLE ${quoted}`);
  },
};

for (const database of ['main', 'lite']) {
  for (const [name, prove] of Object.entries(proofs)) {
    try {
      await connected(database, (client) => prove(client, database));
    } catch (error) {
      console.log(`FAILED  ${name} (${database}): ${error.details ?? error.message}`);
      if (process.env.INTEROP_TRACE) {
        console.error(error);
      }
      process.exit(1);
    }
    console.log(`ok  ${name} (${database})`);
  }
}
