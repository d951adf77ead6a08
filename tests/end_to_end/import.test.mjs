// Sales history from another till, with the dirt that such files have.
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { useBrowser } from "./support/fixture.mjs";
import { readJournal, verifyChain } from "./support/journal.mjs";
import { DEMO, downloadJournal, goTo, importSales, sellForCash } from "./support/shop.mjs";

const shop = useBrowser();
const TICKETS = path.join(path.dirname(fileURLToPath(import.meta.url)), "fixtures/tickets.csv");

// Tickets 1, 2, 3, six, 7 and 10 have something that can be sold: a ticket's number may be any text.
const GOOD_TICKETS = 6;
const GOOD_UNITS = 9;
/** Lines of the file, from 1, the header's: NONE, an empty item, a bad date, a bad time, NONE. */
const BAD_LINES = [6, 8, 9, 13, 14];

let firstReport;

/** Orders and units that the journal holds of the imported register. */
async function imported() {
  const journal = await readJournal(await downloadJournal(shop.page));
  verifyChain(journal);
  const events = journal.events.map((event) => ({ ...event, payload: JSON.parse(event.payload) }));
  const started = events.filter(({ event_type, payload }) => event_type === "OrderStarted" && payload.imported);
  const streams = new Set(started.map(({ stream_id }) => stream_id));
  const of = (type) => events.filter(({ event_type, stream_id }) => event_type === type && streams.has(stream_id));
  const units_milli = of("ItemAddedToCart").reduce((sum, { payload }) => sum + payload.quantityMilli, 0);
  return { orders: of("OrderCompleted").length, units: units_milli / 1000, events: journal.events.length };
}

test("good tickets become orders, bad rows are named by their line", async () => {
  firstReport = await importSales(shop.page, { file: TICKETS, price: "2.50" });
  for (const line of BAD_LINES) assert.match(firstReport, new RegExp(`\\b${line}\\b`), `line ${line} is not named`);
  const { orders, units } = await imported();
  assert.equal(orders, GOOD_TICKETS);
  assert.equal(units, GOOD_UNITS);
});

test("the same file again changes nothing", async () => {
  const before = await imported();
  await goTo(shop.page, "Sell");
  await importSales(shop.page, { file: TICKETS, price: "2.50" });
  assert.deepEqual(await imported(), before);
});

test("the till's own receipt numbers go on as if nothing had been imported", async () => {
  await goTo(shop.page, "Sell");
  const number = await sellForCash(shop.page, DEMO.coffee);
  assert.doesNotMatch(number, /^imp/i);
});
