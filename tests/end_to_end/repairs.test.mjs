// What screens show is built from the journal, and can be built anew while the shop is open: through a sale, a
// cancellation, a reload and the end of the worker. What cannot be applied is told, and can be tried again or left out.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { until } from "./support/browser.mjs";
import { useBrowser } from "./support/fixture.mjs";
import { readJournal, verifyChain, withEvents } from "./support/journal.mjs";
import { goToBlankPage, replaceDatabase } from "./support/pool.mjs";
import {
  add, charge, DEMO, downloadJournal, goTo, importSales, mounted, nextSale, paymentDialog, receiptNumber,
  rowOf, sellForCash, startingWith, table,
} from "./support/shop.mjs";
import { fullScreen, keepTheWorker } from "./support/worker.mjs";

// Without the service worker, so that a test can have a page in which no app runs.
const shop = useBrowser({ serviceWorkers: "block" });
const folder = mkdtempSync(path.join(tmpdir(), "daybook-tickets-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** So many that a rebuild is still under way when a person has reached for the next button. */
const TICKETS = 6000;
const MOST_ATTEMPTS = 10;
const ITEMS = ["Bread", "Scone", "Brownie", "Flat white"];
const REBUILT = "Order lines";
const DEAD = "Events that could not be applied";

test("a sale is made and shown while everything is rebuilt", async () => {
  const { page } = shop;
  const report = await importSales(page, { file: ticketsFile(), price: "2.50" });
  assert.match(report, /6,000/);
  const before = await screens();
  const numbers = [];
  // A machine may be so fast that the rebuild ends first: then the next sale shall fall into one.
  do {
    assert.ok(numbers.length < MOST_ATTEMPTS, "every rebuild was over before the sale was shown");
    numbers.push(await sellWhileRebuilding());
  } while ((await bars().count()) === 0);
  await allUpToDate();
  const now = await screens();
  for (const number of numbers) assert.ok(now.Orders.includes(number));
  assert.equal(now.Products, before.Products);
  assert.equal(now.Stock, before.Stock);
});

test("a rebuild that is cancelled leaves what was there", async () => {
  const { page } = shop;
  const before = await screens();
  await rebuildAll();
  await projection(REBUILT).getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("status").filter({ hasText: /given up/i }).waitFor();
  await projection(REBUILT).filter({ hasText: "Up to date" }).waitFor();
  await allUpToDate();
  assert.deepEqual(await screens(), before);
});

test("a reload in mid-rebuild loses nothing: it goes on by itself", async () => {
  const { page } = shop;
  const before = await screens();
  await rebuildAll();
  await page.reload();
  await mounted(page);
  await table(page, "Projections").waitFor();
  await allUpToDate();
  assert.deepEqual(await screens(), before);
});

test("a worker that ends in mid-rebuild loses nothing: the next one goes on", async () => {
  const { page } = shop;
  await page.addInitScript(keepTheWorker);
  await page.reload();
  await mounted(page);
  const before = await screens();
  await rebuildAll();
  await page.evaluate(() => window.lastWorker.terminate());
  await fullScreen(page, /had to stop/i);
  await page.getByRole("button", { name: "Restart" }).click();
  await table(page, "Projections").waitFor();
  await allUpToDate();
  assert.deepEqual(await screens(), before);
});

test("an event that cannot be applied is told, found, tried again, and left out only if somebody says so", async () => {
  const { page } = shop;
  const positions = await recordOddProduct();
  await page.goto(`${shop.server.url}/journal`);
  const letter = rowOf(page, DEAD, "Products catalog");
  await letter.waitFor();
  await projection("Products catalog").filter({ hasText: "2 events cannot be applied" }).waitFor();

  await letter.getByRole("link", { name: eventName(positions.created) }).click();
  await page.getByText("product-odd").waitFor();
  assert.match(await page.locator(":focus").innerText(), /Product created/);

  await letter.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("alert").filter({ hasText: "2 events cannot be applied yet" }).waitFor();

  await letter.getByRole("button", { name: "Skip" }).click();
  const question = page.getByRole("dialog", { name: "Skip this event?" });
  await question.getByText(/stays in the journal/).waitFor();
  await question.getByRole("button", { name: "Keep it waiting" }).click();
  await question.waitFor({ state: "hidden" });
  await letter.getByRole("button", { name: "Skip" }).click();
  await question.getByRole("button", { name: "Skip this event" }).click();
  await letter.waitFor({ state: "detached" });
});

test("an event that cannot be applied stops a rebuild until it is left out", async () => {
  const { page } = shop;
  await page.goto(`${shop.server.url}/journal`);
  const stock = projection("Current inventory");
  await stock.getByRole("button", { name: "Rebuild" }).click();
  await stock.filter({ hasText: "Rebuild stopped; the old tables serve" }).waitFor();
  await stock.getByRole("button", { name: "Skip this event" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Skip this event" }).click();
  await stock.filter({ hasText: "Up to date" }).waitFor();
  await goTo(page, "Sell");
  await sellForCash(page, DEMO.tea);
  await nextSale(page);
  verifyChain(await readJournal(await downloadJournal(page)));
});

/** Its receipt's number, with the journal on screen again. */
async function sellWhileRebuilding() {
  const { page } = shop;
  await goTo(page, "Sell");
  await add(page, DEMO.coffee);
  await rebuildAll();
  await goTo(page, "Sell");
  await charge(page);
  await paymentDialog(page).getByRole("button", { name: startingWith("Exact cash") }).click();
  const number = await receiptNumber(page);
  await nextSale(page);
  await goTo(page, "Orders");
  await rowOf(page, "Orders", number).filter({ hasText: /completed/i }).waitFor();
  await goTo(page, "Journal");
  await table(page, "Projections").getByRole("row").nth(1).waitFor();
  return number;
}

function projection(name) {
  return rowOf(shop.page, "Projections", name);
}

function bars() {
  return table(shop.page, "Projections").getByRole("progressbar");
}

/** Begins it; it is under way when this returns. */
async function rebuildAll() {
  await goTo(shop.page, "Journal");
  await shop.page.getByRole("button", { name: "Rebuild all" }).click();
  await shop.page.getByRole("progressbar", { name: `Rebuild of ${REBUILT}` }).waitFor();
}

async function allUpToDate() {
  const rows = table(shop.page, "Projections").getByRole("row");
  const upToDate = rows.filter({ hasText: "Up to date" });
  const isDone = async () => (await upToDate.count()) > 0 && (await upToDate.count()) === (await rows.count()) - 1;
  await until(isDone, "every projection to be up to date", 120_000);
  assert.equal(await bars().count(), 0);
}

/** What three screens show. */
async function screens() {
  const shown = {};
  for (const name of ["Orders", "Products", "Stock"]) {
    await goTo(shop.page, name);
    await table(shop.page, name).getByRole("row").nth(1).waitFor();
    shown[name] = await table(shop.page, name).innerText();
  }
  return shown;
}

function ticketsFile() {
  const file = path.join(folder, "tickets.csv");
  const row = (_, ticket) => {
    const day = String((ticket % 28) + 1).padStart(2, "0");
    const items = [ITEMS[ticket % ITEMS.length], ITEMS[(ticket + 1) % ITEMS.length]];
    return items.map((item) => `2016-11-${day},10:00:00,${ticket + 1},${item}\n`).join("");
  };
  writeFileSync(file, `Date,Time,Transaction,Item\n${Array.from({ length: TICKETS }, row).join("")}`);
  return file;
}

/** What another program might have recorded: a product that cannot be read, and that was renamed since. */
async function recordOddProduct() {
  const { page } = shop;
  const odd = { stream_id: "product-odd", stream_type: "product" };
  const bytes = await withEvents(await downloadJournal(page), [
    { ...odd, event_id: "00000000-0000-7000-8000-000000000001", event_type: "ProductCreated", schema_version: 2,
      payload: '{"name":7}' },
    { ...odd, event_id: "00000000-0000-7000-8000-000000000002", event_type: "ProductNameChanged", schema_version: 1,
      payload: '{"name":"Odd thing"}', version: 2 },
  ]);
  await goToBlankPage(shop);
  await replaceDatabase(page, "events.db", bytes);
  const { events } = await readJournal(bytes);
  return { created: events.length - 1 };
}

function eventName(position) {
  return `Event ${position.toLocaleString("en-GB")}`;
}
