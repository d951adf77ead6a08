// `make bench`: measures the built app in headless Chromium and prints one JSON object, also to target/bench.json.
// What it does meanwhile goes to stderr. The page offers window.daybookBench when its address has `?bench`.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { freshProfile, launch, removeProfile } from "../tests/end_to_end/support/browser.mjs";
import { DIST, ROOT, startServer } from "../tests/end_to_end/support/server.mjs";
import {
  cart, charge, DEMO, importSales, nextSale, openShop, paymentDialog, readyToSell, receiptNumber, tile,
} from "../tests/end_to_end/support/shop.mjs";

const SAMPLES = 200;
const TAPS = 120;
const TAPS_A_CART = 20;
const COLD_STARTS = 5;
const TICKETS = 9_500;
const ROWS = 21_000;
const EVENTS_AT_COLD_START = 10_000;

const server = await startServer();
const profile = freshProfile();
const files = mkdtempSync(path.join(tmpdir(), "daybook-bench-"));
let context = await launch(profile);

try {
  const results = { ...(await measureWorker()), ...(await measureTaps()), ...(await measureImport()) };
  Object.assign(results, await measureLog(), await measureColdStart(), measureSizes());
  report(results);
} finally {
  await context.close();
  await server.stop();
  removeProfile(profile);
  rmSync(files, { recursive: true, force: true });
}

/** The three ways of making one thing durable, in the same run, so that their ratio means something. */
async function measureWorker() {
  say("flushes, plain commits, commands");
  const page = await openBenchPage();
  const ask = (method) => page.evaluate(([name, times]) => window.daybookBench[name](times), [method, SAMPLES]);
  const flush_ms = await ask("rawFlush");
  const plain_ms = await ask("plainCommit");
  const command_ms = await ask("command");
  return {
    raw_flush_ms_p50: quantile(flush_ms, 0.5),
    raw_flush_ms_p95: quantile(flush_ms, 0.95),
    plain_commit_ms_p50: quantile(plain_ms, 0.5),
    plain_commit_ms_p95: quantile(plain_ms, 0.95),
    command_ms_p50: quantile(command_ms, 0.5),
    command_ms_p95: quantile(command_ms, 0.95),
    command_over_plain: quantile(command_ms, 0.5) / quantile(plain_ms, 0.5),
  };
}

async function openBenchPage() {
  const page = context.shopPage;
  await openShop(page, server.url);
  await page.goto(`${server.url}/sell?bench`);
  await readyToSell(page);
  await page.waitForFunction(() => window.daybookBench);
  return page;
}

/** From the tap on a tile until the cart that shows it is painted. */
async function measureTaps() {
  say(`${TAPS} taps`);
  const page = context.shopPage;
  const names = Object.values(DEMO);
  const taps_ms = [];
  while (taps_ms.length < TAPS) {
    const handle = await tile(page, names[taps_ms.length % names.length]).elementHandle();
    const region = await cart(page).elementHandle();
    taps_ms.push(await page.evaluate(tapAndWaitForPaint, [handle, region]));
    if (taps_ms.length % TAPS_A_CART === 0) await emptyCart(page);
  }
  return { tap_to_line_ms_p95: quantile(taps_ms, 0.95) };
}

/** Runs in the page. The second animation frame begins after the first one's changes are painted. */
function tapAndWaitForPaint([button, cart]) {
  const before = cart.textContent;
  return new Promise((resolve, reject) => {
    const begin_ms = performance.now();
    const tooLate = setTimeout(() => reject(new Error("the cart did not change")), 10_000);
    const observer = new MutationObserver(() => {
      // Something else of the cart may change too; a tap always changes what it comes to.
      if (cart.textContent === before) return;
      observer.disconnect();
      clearTimeout(tooLate);
      requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - begin_ms)));
    });
    observer.observe(cart, { childList: true, characterData: true, subtree: true });
    button.click();
  });
}

async function emptyCart(page) {
  await charge(page);
  await paymentDialog(page).getByRole("button", { name: /^Exact cash/ }).click();
  await receiptNumber(page);
  await nextSale(page);
}

async function measureImport() {
  const file = path.join(files, "tickets.csv");
  writeFileSync(file, ticketsCsv());
  say(`import of ${TICKETS} tickets`);
  const page = context.shopPage;
  await openShop(page, server.url);
  const begin_ms = Date.now();
  await importSales(page, { file, price: "2.50" });
  return { import_tickets_s: (Date.now() - begin_ms) / 1000 };
}

/** The shape of a bakery's half year: mostly one to four rows a ticket, a few items far more than the others. */
function ticketsCsv() {
  const items = ["Coffee", "Bread", "Tea", "Cake", "Pastry", "Sandwich", "Medialuna", "Hot chocolate", "Cookies", "Brownie"];
  const lines = ["Date,Time,Transaction,Item"];
  const random = seededRandom(7);
  const start_ms = Date.UTC(2016, 9, 30, 9);
  for (let ticket = 0; ticket < TICKETS; ticket += 1) {
    const rows = rowsOf(ticket, lines.length - 1, random);
    const time = new Date(start_ms + ticket * 24 * 60_000).toISOString();
    for (let row = 0; row < rows; row += 1) {
      const item = items[Math.floor(random() ** 2 * items.length)];
      lines.push(`${time.slice(0, 10)},${time.slice(11, 19)},${ticket + 1},${item}`);
    }
  }
  return `${lines.join("\n")}\n`;
}

/** Between one and four, such that all rows are used up by the last ticket. */
function rowsOf(ticket, used, random) {
  const ticketsAfter = TICKETS - ticket - 1;
  const least = Math.max(1, ROWS - used - ticketsAfter * 4);
  const most = Math.min(4, ROWS - used - ticketsAfter);
  const wanted = Math.round((ROWS - used) / (ticketsAfter + 1) + random() * 2 - 1);
  return Math.min(most, Math.max(least, wanted));
}

/** The same numbers in every run. */
function seededRandom(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

async function measureLog() {
  say("projection of the whole log");
  const page = await openBenchPage();
  const project_events_per_s = await page.evaluate(() => window.daybookBench.projectEventsPerS());
  const { events, bytes_per_event } = await page.evaluate(() => window.daybookBench.stats());
  if (events < EVENTS_AT_COLD_START) throw new Error(`the log has only ${events} events`);
  return { project_events_per_s, bytes_per_event };
}

/** From navigation in a new browser process, files from the service worker, until a tile can be tapped. */
async function measureColdStart() {
  say(`${COLD_STARTS} cold starts`);
  await context.shopPage.waitForFunction(() => window.daybookUpdate?.offlineReady);
  const starts_ms = [];
  while (starts_ms.length < COLD_STARTS) {
    await context.close();
    context = await launch(profile);
    const page = context.shopPage;
    await page.addInitScript(noteFirstTile, DEMO.coffee);
    await page.goto(`${server.url}/sell`);
    starts_ms.push(await (await page.waitForFunction(() => window.firstTile_ms)).jsonValue());
  }
  return { cold_start_ms: quantile(starts_ms, 0.5) };
}

/** Runs in the page before anything else. performance.now() counts from the navigation. */
function noteFirstTile(name) {
  const isUsable = (button) => button.textContent.trim().startsWith(name) && !button.disabled && button.offsetHeight > 0;
  const look = () => {
    if ([...document.querySelectorAll("button")].some(isUsable)) window.firstTile_ms = performance.now();
    else requestAnimationFrame(look);
  };
  look();
}

function measureSizes() {
  return {
    page_wasm_gz_bytes: gzippedSize(/^app-.*\.wasm$/),
    worker_wasm_gz_bytes: gzippedSize(/^worker.*\.wasm$/),
  };
}

function gzippedSize(pattern) {
  const name = readdirSync(DIST).find((file) => pattern.test(file));
  return gzipSync(readFileSync(path.join(DIST, name)), { level: 9 }).length;
}

function quantile(samples, share) {
  const sorted = [...samples].sort((a, b) => a - b);
  if (sorted.length === 0) throw new Error("nothing was measured");
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

function report(results) {
  const rounded = Object.fromEntries(Object.entries(results).map(([key, value]) => [key, Math.round(value * 1000) / 1000]));
  const text = JSON.stringify(rounded, null, 2);
  const target = path.join(ROOT, "target");
  if (!existsSync(target)) mkdirSync(target);
  writeFileSync(path.join(target, "bench.json"), `${text}\n`);
  console.log(text);
}

function say(what) {
  console.error(`bench: ${what}`);
}
