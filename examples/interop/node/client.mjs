// A Flight SQL client of grpc-js and apache-arrow, as far as the proofs need one.

import { fileURLToPath } from 'node:url';
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';
import { tableFromIPC, tableToIPC } from 'apache-arrow';

const definitions = loader.loadSync(
  ['flight.proto', 'flight_sql.proto'].map((name) =>
    fileURLToPath(new URL(name, import.meta.url)),
  ),
  { keepCase: true, defaults: true, longs: Number },
);
const { FlightService } = grpc.loadPackageDefinition(definitions).arrow.flight.protocol;
const TYPE = 'type.googleapis.com/arrow.flight.protocol.sql.';
const END = Buffer.from([0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]);

export const encode = (name, fields) =>
  definitions[`arrow.flight.protocol.${name}`].serialize(fields);
export const decode = (name, bytes) =>
  definitions[`arrow.flight.protocol.${name}`].deserialize(bytes);

/** A message of Flight SQL in a google.protobuf.Any, as commands and actions travel. */
export const packed = (name, fields) =>
  encode('sql.Packed', { type_url: TYPE + name, value: encode(`sql.${name}`, fields) });

function unpacked(name, bytes) {
  const { type_url: type, value } = decode('sql.Packed', bytes);
  if (type !== TYPE + name) {
    throw new Error(`${type} is not ${name}`);
  }
  return decode(`sql.${name}`, value);
}

/** All messages of a streaming call. */
const all = async (call) => {
  const messages = [];
  for await (const message of call) {
    messages.push(message);
  }
  return messages;
};

/** Messages of Flight as the stream format of Arrow's IPC, which has the same parts, framed. */
function toTable(messages) {
  const parts = [];
  for (const { data_header: header, data_body: body } of messages) {
    const padding = (8 - (header.length % 8)) % 8;
    const frame = Buffer.alloc(8);
    frame.writeUInt32LE(0xffffffff, 0);
    frame.writeUInt32LE(header.length + padding, 4);
    parts.push(frame, header, Buffer.alloc(padding), body);
  }
  return tableFromIPC(Buffer.concat([...parts, END]));
}

/** The length of the body that follows the header: field 3 of the flatbuffer Message. */
function bodyLength(header) {
  const table = header.readUInt32LE(0);
  const vtable = table - header.readInt32LE(table);
  const entry = 4 + 2 * 3;
  const offset = entry < header.readUInt16LE(vtable) ? header.readUInt16LE(vtable + entry) : 0;
  return offset === 0 ? 0 : Number(header.readBigInt64LE(table + offset));
}

/** The stream format of Arrow's IPC as messages of Flight. */
function* toMessages(table) {
  const stream = Buffer.from(tableToIPC(table, 'stream'));
  let at = 0;
  while (at + 8 <= stream.length) {
    const length = stream.readUInt32LE(at + 4);
    if (length === 0) {
      return;
    }
    const header = stream.subarray(at + 8, at + 8 + length);
    at += 8 + length;
    const body = stream.subarray(at, at + bodyLength(header));
    at += body.length;
    yield { data_header: header, data_body: body };
  }
}

export class Client {
  constructor(address, database) {
    // Messages beyond gRPC's usual 4 MiB are refused, as grpc-js does unless told otherwise.
    this.stub = new FlightService(address, grpc.credentials.createInsecure());
    this.metadata = new grpc.Metadata();
    this.metadata.set('database', database);
  }

  close() {
    this.stub.close();
  }

  options() {
    return { deadline: Date.now() + 60_000 };
  }

  async logIn(user, password) {
    const basic = new grpc.Metadata();
    basic.set('authorization', `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`);
    const call = this.stub.Handshake(basic, this.options());
    call.on('metadata', (headers) => {
      for (const value of headers.get('authorization')) {
        this.metadata.set('authorization', value);
      }
    });
    call.end();
    await all(call);
  }

  plan(command) {
    return new Promise((resolve, reject) => {
      this.stub.GetFlightInfo(
        { type: 'CMD', cmd: command },
        this.metadata,
        this.options(),
        (error, info) => (error ? reject(error) : resolve(info)),
      );
    });
  }

  /** The call that fetches the rows. */
  fetch(info) {
    return this.stub.DoGet(info.endpoint[0].ticket, this.metadata, this.options());
  }

  async table(command) {
    return toTable(await all(this.fetch(await this.plan(command))));
  }

  async query(sql, transaction) {
    const table = await this.table(
      packed('CommandStatementQuery', { query: sql, transaction_id: transaction }),
    );
    return table.toArray().map((row) => row.toArray().map((v) => (typeof v === 'bigint' ? Number(v) : v)));
  }

  /** Sends a command with rows, or without; the gateway's answer. */
  async put(command, table) {
    const call = this.stub.DoPut(this.metadata, this.options());
    let descriptor = { type: 'CMD', cmd: command };
    for (const message of table ? toMessages(table) : [{}]) {
      call.write({ flight_descriptor: descriptor, ...message });
      descriptor = undefined;
    }
    call.end();
    const answers = await all(call);
    if (answers.length !== 1) {
      throw new Error(`${answers.length} answers to a DoPut`);
    }
    return answers[0].app_metadata;
  }

  async count(command, table) {
    return decode('sql.DoPutUpdateResult', await this.put(command, table)).record_count;
  }

  update(sql, transaction) {
    return this.count(
      packed('CommandStatementUpdate', { query: sql, transaction_id: transaction }),
    );
  }

  async action(type, body) {
    return (await all(this.stub.DoAction({ type, body }, this.metadata, this.options()))).map(
      (result) => result.body,
    );
  }

  async prepare(sql) {
    const [answer] = await this.action(
      'CreatePreparedStatement',
      packed('ActionCreatePreparedStatementRequest', { query: sql }),
    );
    return unpacked('ActionCreatePreparedStatementResult', answer);
  }

  closePrepared(handle) {
    return this.action(
      'ClosePreparedStatement',
      packed('ActionClosePreparedStatementRequest', { prepared_statement_handle: handle }),
    );
  }

  async begin() {
    const [answer] = await this.action(
      'BeginTransaction',
      packed('ActionBeginTransactionRequest', {}),
    );
    return unpacked('ActionBeginTransactionResult', answer).transaction_id;
  }

  /** @param how 1 commits, 2 rolls back */
  end(transaction, how) {
    return this.action(
      'EndTransaction',
      packed('ActionEndTransactionRequest', { transaction_id: transaction, action: how }),
    );
  }
}
