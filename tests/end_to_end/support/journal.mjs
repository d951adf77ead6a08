// Reads a journal as anyone could: with any SQLite, any SHA-256 and docs/log-format.md, none of Daybook's code.
import { createHash } from "node:crypto";
import initSqlJs from "sql.js";

const CHAIN_SEED = "daybook/1";

/** Opens a downloaded events.db and returns its log id and its events in the order of arrival. */
export async function readJournal(bytes) {
  const SQL = await initSqlJs();
  const database = new SQL.Database(readableInMemory(bytes));
  try {
    const check = rows(database, "PRAGMA integrity_check");
    if (check.length !== 1 || check[0].integrity_check !== "ok") throw new Error("the file is damaged");
    return {
      logId: rows(database, "SELECT log_id FROM log")[0].log_id,
      events: rows(database, "SELECT * FROM events ORDER BY global_position"),
    };
  } finally {
    database.close();
  }
}

/** A copy of a journal with more events at its end, which need not make sense: the chain holds all the same. */
export async function withEvents(bytes, added) {
  const SQL = await initSqlJs();
  const database = new SQL.Database(readableInMemory(bytes));
  try {
    for (const event of added) {
      const [last] = rows(database, "SELECT * FROM events ORDER BY global_position DESC LIMIT 1");
      const next = {
        ...last,
        version: 1,
        ...event,
        global_position: last.global_position + 1,
        origin_position: last.origin_position + 1,
      };
      const row = { ...next, hash: sha256(last.hash, record(next)) };
      const columns = Object.keys(row);
      const places = columns.map(() => "?").join(", ");
      database.run(`INSERT INTO events (${columns.join(", ")}) VALUES (${places})`, Object.values(row));
    }
    return database.export();
  } finally {
    database.close();
  }
}

/** Throws at the first event that is missing, out of order or changed; returns how many there are. */
export function verifyChain({ logId, events }) {
  const chains = new Map();
  events.forEach((event, index) => {
    if (event.global_position !== index + 1) throw new Error(`position ${index + 1} is missing`);
    const chain = chains.get(event.origin) ?? { position: 0, hash: firstHash(logId, event.origin) };
    if (event.origin_position !== chain.position + 1) {
      throw new Error(`position ${chain.position + 1} of ${event.origin} is missing`);
    }
    const hash = sha256(chain.hash, record(event));
    if (!hash.equals(Buffer.from(event.hash))) throw new Error(`the chain breaks at ${event.global_position}`);
    chains.set(event.origin, { position: event.origin_position, hash });
  });
  return events.length;
}

/** Receipt numbers in the order of their issue, per register stream. */
export function receiptNumbers({ events }) {
  const byRegister = new Map();
  for (const event of events.filter(({ event_type }) => event_type === "ReceiptNumberIssued")) {
    const numbers = byRegister.get(event.stream_id) ?? [];
    numbers.push(JSON.parse(event.payload).number);
    byRegister.set(event.stream_id, numbers);
  }
  return byRegister;
}

/** Throws unless the numbers count 1, 2, 3, ... without a gap or a double. */
export function assertGapFree(numbers) {
  numbers.forEach((number, index) => {
    const counted = Number(/(\d+)$/.exec(number)[1]);
    if (counted !== index + 1) throw new Error(`receipt ${index + 1} has the number ${number}`);
  });
}

export function firstHash(logId, origin) {
  return sha256(Buffer.from(CHAIN_SEED), logIdBytes(logId), Buffer.from(origin));
}

/** What one event adds to the hash of the one before. */
export function record(event) {
  return Buffer.concat([
    integer(event.origin_position, 8),
    text(event.event_id),
    text(event.stream_id),
    text(event.stream_type),
    integer(event.version, 8),
    text(event.event_type),
    integer(event.schema_version, 4),
    integer(event.timestamp, 8),
    text(event.payload),
    text(event.metadata),
  ]);
}

export function sha256(...parts) {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** A UUID's 16 bytes, whether the file holds them as they are or as text. */
function logIdBytes(logId) {
  return typeof logId === "string" ? Buffer.from(logId.replaceAll("-", ""), "hex") : Buffer.from(logId);
}

function integer(value, bytes) {
  const buffer = Buffer.alloc(8);
  buffer.writeBigInt64BE(BigInt(value));
  return buffer.subarray(8 - bytes);
}

function text(value) {
  const bytes = Buffer.from(value, "utf8");
  return Buffer.concat([integer(bytes.length, 4), bytes]);
}

/**
 * A copy of a database in WAL mode still says so in bytes 18 and 19, and SQLite in memory then asks for shared
 * memory that it does not have. The copy is complete without a WAL file, so 1 (rollback journal) is true of it.
 */
function readableInMemory(bytes) {
  const copy = new Uint8Array(bytes);
  copy.fill(1, 18, 20);
  return copy;
}

function rows(database, sql) {
  const statement = database.prepare(sql);
  const found = [];
  while (statement.step()) found.push(statement.getAsObject());
  statement.free();
  return found;
}
