// The verifier that the other tests rely on must itself notice what it is there to notice.
import assert from "node:assert/strict";
import { test } from "node:test";
import initSqlJs from "sql.js";
import { assertGapFree, firstHash, readJournal, record, receiptNumbers, sha256, verifyChain } from "./support/journal.mjs";

const LOG_ID = new Uint8Array(16).map((_, index) => index);

function event(position, previousHash, payload) {
  const made = {
    global_position: position,
    event_id: `event-${position}`,
    stream_id: "register-T1",
    stream_type: "register",
    version: position,
    event_type: "ReceiptNumberIssued",
    schema_version: 1,
    payload: JSON.stringify(payload),
    metadata: "{}",
    timestamp: 1_700_000_000_000 + position,
    origin: "T1",
    origin_position: position,
  };
  return { ...made, hash: sha256(previousHash, record(made)) };
}

function journal(count) {
  const events = [];
  for (let position = 1; position <= count; position += 1) {
    const previous = events.at(-1)?.hash ?? firstHash(LOG_ID, "T1");
    events.push(event(position, previous, { number: `T1-${String(position).padStart(6, "0")}`, name: "Café ☕" }));
  }
  return { logId: LOG_ID, events };
}

async function asFile({ logId, events }) {
  const SQL = await initSqlJs();
  const database = new SQL.Database();
  database.run("CREATE TABLE log (log_id BLOB)");
  database.run("INSERT INTO log VALUES (?)", [logId]);
  const columns = Object.keys(events[0]);
  database.run(`CREATE TABLE events (${columns.join(", ")})`);
  const places = columns.map(() => "?").join(", ");
  for (const one of events) database.run(`INSERT INTO events VALUES (${places})`, Object.values(one));
  return database.export();
}

test("a whole journal verifies", async () => {
  const read = await readJournal(await asFile(journal(5)));
  assert.equal(verifyChain(read), 5);
  for (const numbers of receiptNumbers(read).values()) assertGapFree(numbers);
});

test("a changed payload breaks the chain where it was changed", async () => {
  const changed = journal(5);
  changed.events[2].payload = changed.events[2].payload.replace("Café", "Cafe");
  assert.throws(() => verifyChain(changed), /breaks at 3/);
});

test("a removed event is missed", () => {
  const shorter = journal(5);
  shorter.events.splice(1, 1);
  assert.throws(() => verifyChain(shorter), /position 2 is missing/);
});

test("a journal under another id is another journal", () => {
  assert.throws(() => verifyChain({ ...journal(2), logId: new Uint8Array(16) }), /breaks at 1/);
});

test("a gap and a double in receipt numbers are noticed", () => {
  assert.throws(() => assertGapFree(["T1-000001", "T1-000003"]), /receipt 2 has the number T1-000003/);
  assert.throws(() => assertGapFree(["T1-000001", "T1-000001"]), /receipt 2/);
});
