// What can fail does: the device is full, the browser keeps nothing, the worker dies, the journal is damaged. Each
// time the app says so in plain words, and what it said was saved is there afterwards.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { until } from "./support/browser.mjs";
import { useBrowser } from "./support/fixture.mjs";
import { assertGapFree, readJournal, receiptNumbers, sha256, verifyChain } from "./support/journal.mjs";
import { goToBlankPage, POOL_HEADER_BYTES, poolFiles } from "./support/pool.mjs";
import { DIST } from "./support/server.mjs";
import {
  add, allSaved, cartLine, cartTotal, charge, DEMO, downloadJournal, goTo, nextSale, paymentDialog, priceOf,
  readyToSell, receipt, receiptNumber, rowOf, sellForCash, startingWith, tile,
} from "./support/shop.mjs";
import { fullScreen, keepTheWorker, recover } from "./support/worker.mjs";

// Without the service worker, so that a test can put something else in the place of a file.
const shop = useBrowser({ serviceWorkers: "block" });

const MOST_TAPS_BEFORE_FULL = 400;

test("a full device is told in plain words, and nothing that was saved is lost", async () => {
  const { page } = shop;
  const before = [await sale(DEMO.coffee), await sale(DEMO.pastry)];
  const price_minor = await priceOf(page, DEMO.coffee);
  const liftQuota = await setQuota(1);

  const shown_minor = await tapUntilRefused();
  for (const name of [DEMO.coffee, DEMO.tea]) {
    await tile(page, name).click();
    await allSaved(page);
    assert.equal(await cartTotal(page), shown_minor, "a refused tap changed the figure");
  }
  await charge(page);
  await exactCash(page).click();
  await outOfStorage(paymentDialog(page)).waitFor();
  assert.equal(await receipt(page).count(), 0, "a payment that was refused has no receipt");
  await page.keyboard.press("Escape");
  await goTo(page, "Orders");
  for (const number of before) await rowOf(page, "Orders", number).filter({ hasText: /completed/i }).waitFor();
  const exported = await readJournal(await downloadJournal(page));
  verifyChain(exported);
  assert.deepEqual([...receiptNumbers(exported).values()].flat(), before, "the journal that a full device hands out");
  await goTo(page, "Sell");

  await liftQuota();
  await charge(page);
  await exactCash(page).click();
  const after = [await receiptNumber(page)];
  await nextSale(page);
  after.push(await sale(DEMO.tea));
  const { journal, numbers } = await soundJournal();
  assert.deepEqual(numbers, [...before, ...after]);
  const sold = journal.events.filter(({ event_type }) => event_type === "OrderCompleted").at(-2);
  const units = journal.events.filter(({ stream_id, event_type }) => stream_id === sold.stream_id && event_type === "ItemAddedToCart");
  // What is recorded and cannot be shown any more is the last that is taken.
  const unshown = units.length - shown_minor / price_minor;
  assert.ok(unshown === 0 || unshown === 1, `${unshown} taps were recorded and not shown`);
});

test("messages that mean nothing do not stop the worker", async () => {
  const { page } = shop;
  await page.addInitScript(keepTheWorker);
  await page.reload();
  await readyToSell(page);
  await page.evaluate(postGarbage);
  await sale(DEMO.coffee);
  await page.evaluate(postGarbage);
  await sale(DEMO.tea);
  await soundJournal();
  await goTo(page, "Sell");
});

test("a worker that fails leads to the recovery screen, and from there back to the sale", async () => {
  const { page } = shop;
  await add(page, DEMO.coffee);
  await allSaved(page);
  await page.workers()[0].evaluate(() => {
    setTimeout(() => {
      throw new Error("a fault of the test");
    });
  });
  await recover(page);
  await cartLine(page, DEMO.coffee).waitFor();
  await sellWhatIsInTheCart();
});

test("a worker that vanishes without a word is noticed, and the command under way is carried out once", async () => {
  const { page } = shop;
  await add(page, DEMO.coffee);
  await allSaved(page);
  await tile(page, DEMO.tea).evaluate((button) => {
    window.lastWorker.terminate();
    button.click();
  });
  await recover(page);
  await cartLine(page, DEMO.coffee).waitFor();
  await cartLine(page, DEMO.tea).waitFor();
  const number = await sellWhatIsInTheCart();
  const { journal, numbers } = await soundJournal();
  assert.equal(numbers.at(-1), number);
  const order = journal.events.findLast(({ event_type }) => event_type === "OrderCompleted").stream_id;
  const added = journal.events.filter((event) => event.stream_id === order && event.event_type === "ItemAddedToCart");
  assert.equal(added.length, 2);
});

test("a worker of another build is not talked to: the page offers to reload", async () => {
  const { page } = shop;
  const wasm = readFileSync(path.join(DIST, "worker_bg.wasm"));
  const other = Buffer.from(wasm.toString("latin1").replaceAll(/(0\.\d+\.\d+-)[0-9a-f]{8,}/g, sameLength), "latin1");
  assert.ok(!other.equals(wasm), "the worker does not hold its build id");
  await shop.context.route("**/worker_bg.wasm", (route) => route.fulfill({ body: other, contentType: "application/wasm" }));
  await page.reload();
  await fullScreen(page, /updated/i);
  await shop.context.unroute("**/worker_bg.wasm");
  await page.getByRole("button", { name: "Reload" }).click();
  await readyToSell(page);
});

const MISSING = {
  "no private file system": "delete StorageManager.prototype.getDirectory;",
  "a private file system that is refused":
    "StorageManager.prototype.getDirectory = async () => { throw new DOMException('denied', 'SecurityError'); };",
  "no web locks": "delete WorkerNavigator.prototype.locks;",
};
for (const [what, script] of Object.entries(MISSING)) {
  test(`with ${what} it says that this window keeps no sales, and shows no shop`, async () => {
    const { page } = shop;
    await shop.context.route("**/worker_loader.js", async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: script + (await response.text()) });
    });
    await page.reload();
    await fullScreen(page, /cannot keep your sales/i);
    await shop.context.unroute("**/worker_loader.js");
    await page.getByRole("button", { name: "Try again" }).click();
    await readyToSell(page);
  });
}

test("damaged views are thrown away and built anew, and no sale is lost", async () => {
  const { page } = shop;
  const before = await sale(DEMO.coffee);
  await goToBlankPage(shop);
  const { slot, size } = (await poolFiles(shop.page))["views.db"];
  // All but the first page, which makes it a database.
  const position = POOL_HEADER_BYTES + 8192;
  await page.evaluate(overwrite, { slot, position, length: size - position });
  await forgetLog("views.db-wal");

  await page.goto(`${shop.server.url}/sell`);
  await readyToSell(page);
  const after = await sale(DEMO.pastry);
  await goTo(page, "Orders");
  for (const number of [before, after]) await rowOf(page, "Orders", number).filter({ hasText: /completed/i }).waitFor();
  await goTo(page, "Sell");
});

test("a damaged journal is left as it is, byte for byte, and can be downloaded", async () => {
  const { page } = shop;
  await sale(DEMO.coffee);
  await goToBlankPage(shop);
  const { slot } = (await poolFiles(shop.page))["events.db"];
  await page.evaluate(overwrite, { slot, position: POOL_HEADER_BYTES, length: 100 });
  await forgetLog("events.db-wal");
  const before = (await poolFiles(shop.page))["events.db"];

  await page.goto(`${shop.server.url}/sell`);
  await fullScreen(page, /journal cannot be opened/i);
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download journal" }).click();
  const file = readFileSync(await (await download).path());
  assert.equal(file.length, before.size - POOL_HEADER_BYTES);
  assert.equal(sha256(file).toString("hex"), before.sha256);

  await goToBlankPage(shop);
  assert.deepEqual((await poolFiles(shop.page))["events.db"], before);
});

function sameLength(match, version) {
  return version + "f".repeat(match.length - version.length);
}

/** What lies in a write-ahead log that SQLite does not take for one is not in the database. */
async function forgetLog(name) {
  const log = (await poolFiles(shop.page))[name];
  if (log) await shop.page.evaluate(overwrite, { slot: log.slot, position: POOL_HEADER_BYTES, length: 32 });
}

async function overwrite({ slot, position, length }) {
  const root = await navigator.storage.getDirectory();
  const slots = await (await root.getDirectoryHandle("daybook")).getDirectoryHandle(".opaque");
  const file = await (await slots.getFileHandle(slot)).createWritable({ keepExistingData: true });
  await file.write({ type: "write", position, data: new Uint8Array(length).fill(0x5a) });
  await file.close();
}

function postGarbage() {
  const messages = [
    crypto.getRandomValues(new Uint8Array(64)).fill(255, 0, 8),
    new Uint8Array(0),
    new Uint8Array(65 * 1024 * 1024),
    [],
    new Array(1_000_000).fill(7),
    { length: 2 ** 40 },
    "a string",
    "99999999999999",
    2 ** 45,
    12n,
    null,
    undefined,
  ];
  for (const message of messages) window.lastWorker.postMessage(message);
}

async function sale(name) {
  const number = await sellForCash(shop.page, name);
  await nextSale(shop.page);
  return number;
}

function exactCash(page) {
  return paymentDialog(page).getByRole("button", { name: startingWith("Exact cash") });
}

function outOfStorage(scope) {
  return scope.getByText(/out of storage/i);
}

async function setQuota(bytes) {
  const session = await shop.context.newCDPSession(shop.page);
  const origin = new URL(shop.server.url).origin;
  await session.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: bytes });
  return () => session.send("Storage.overrideQuotaForOrigin", { origin });
}

/** What the files have taken already can still be written to. Each tap is shown, or refused in words. */
async function tapUntilRefused() {
  const { page } = shop;
  await add(page, DEMO.coffee);
  for (let taps = 1; taps < MOST_TAPS_BEFORE_FULL; taps += 1) {
    const shown_minor = await cartTotal(page);
    await tile(page, DEMO.coffee).click();
    const isRefused = async () => (await outOfStorage(page).count()) > 0;
    await until(async () => (await isRefused()) || (await cartTotal(page)) > shown_minor, "a tap to be shown or refused");
    await allSaved(page);
    if (await isRefused()) {
      assert.match(await outOfStorage(page).first().innerText(), /free some space/i);
      return shown_minor;
    }
  }
  throw new Error("it was never refused");
}

async function sellWhatIsInTheCart() {
  const { page } = shop;
  await charge(page);
  await exactCash(page).click();
  const number = await receiptNumber(page);
  await nextSale(page);
  return number;
}

async function soundJournal() {
  const journal = await readJournal(await downloadJournal(shop.page));
  verifyChain(journal);
  const registers = [...receiptNumbers(journal).values()];
  for (const numbers of registers) assertGapFree(numbers);
  await goTo(shop.page, "Sell");
  return { journal, numbers: registers.flat() };
}
