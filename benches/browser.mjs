// `make bench`: measures the built app in headless Chromium, and the same core natively, and prints one JSON object,
// also to target/bench.json. What it does meanwhile goes to stderr. The page offers window.daybookBench when its
// address has `?bench`. BENCH_EVENTS=100000 is a quick run: that many events instead of a million.
//
// A key is in the browser, with `_native` natively, and with `_of_native` the browser's speed as a share of the
// native one: 0.5 is half as fast.
import { spawnSync } from "node:child_process";
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
const FEW_EVENTS = 1000;
const MANY_EVENTS = Number(process.env.BENCH_EVENTS ?? 1_000_000);
const BATCHES = [1, 10, 1000];
const STORY_EVENTS = 10_000;
const OPENINGS = 5;
/** Between two commands while the read models are built anew. */
const PAUSE_MS = 50;

const server = await startServer();
const files = mkdtempSync(path.join(tmpdir(), "daybook-bench-"));
let profile = freshProfile();
let context = await launch(profile);

try {
  const results = { ...(await measureWorker()), ...(await measureTaps()), ...(await measureImport()) };
  Object.assign(results, await measureLog(), await measureColdStart(), measureSizes());
  await beginAnew();
  Object.assign(results, await measureAppends(), await measureLoading());
  Object.assign(results, await measureShop(FEW_EVENTS), await measureShop(MANY_EVENTS), await measureProjecting());
  await context.close();
  report(besideNative(results, measureNatively()));
} finally {
  await context.close();
  await server.stop();
  removeProfile(profile);
  rmSync(files, { recursive: true, force: true });
}

/** Another browser, with nothing in it. */
async function beginAnew() {
  await context.close();
  removeProfile(profile);
  profile = freshProfile();
  context = await launch(profile);
}

/** The three ways of making one thing durable, in the same run, so that their ratio means something. */
async function measureWorker() {
  say("flushes, plain commits, commands");
  await openBenchPage();
  const flush_ms = await ask("rawFlush", SAMPLES);
  const plain_ms = await ask("plainCommit", SAMPLES);
  const command_ms = await ask("command", SAMPLES);
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

function ask(method, number = 1) {
  return context.shopPage.evaluate(([name, argument]) => window.daybookBench[name](argument), [method, number]);
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
  await openBenchPage();
  const { events, bytes_per_event } = await ask("stats");
  if (events < EVENTS_AT_COLD_START) throw new Error(`the log has only ${events} events`);
  return { bytes_per_event };
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

async function measureAppends() {
  await openEmptyBenchPage();
  const results = {};
  for (const batch of BATCHES) {
    say(`appends in batches of ${batch}`);
    [results[`append_events_per_s_${batch}`]] = await ask("append", batch);
  }
  return results;
}

/** What has a long story, with a memory that knows nothing of it. */
async function measureLoading() {
  say(`a stream of ${STORY_EVENTS} events`);
  const [fromEvents_ms, fromSnapshot_ms] = await ask("loadAggregate", STORY_EVENTS);
  return { load_aggregate_ms: quantile(fromEvents_ms, 0.5), load_aggregate_snapshot_ms: quantile(fromSnapshot_ms, 0.5) };
}

/** Where nothing was recorded yet. */
async function openEmptyBenchPage() {
  const page = context.shopPage;
  await page.goto(`${server.url}/?bench`);
  await page.waitForFunction(() => window.daybookBench);
}

/** A café's log of that many events. */
async function measureShop(events) {
  say(`a log of ${events} events`);
  await openEmptyBenchPage();
  await fill(events);
  const size = sizeName(events);
  const openings_ms = [];
  while (openings_ms.length < OPENINGS) {
    await reopen();
    openings_ms.push((await ask("stats")).opened_in_ms);
  }
  const plain_ms = await ask("plainCommit", SAMPLES);
  const command_ms = await ask("command", SAMPLES);
  return {
    [`open_ms_${size}`]: quantile(openings_ms, 0.5),
    [`plain_commit_ms_p50_${size}`]: quantile(plain_ms, 0.5),
    [`command_ms_p50_${size}`]: quantile(command_ms, 0.5),
    [`command_ms_p95_${size}`]: quantile(command_ms, 0.95),
    [`command_over_plain_${size}`]: quantile(command_ms, 0.5) / quantile(plain_ms, 0.5),
  };
}

async function fill(events) {
  let said = 0;
  let head = 0;
  while (head < events) {
    head = (await ask("fill", events)).events;
    if (head - said >= 100_000) {
      said = head;
      say(`${head} events`);
    }
  }
}

/** A new worker on the same files. */
async function reopen() {
  const page = context.shopPage;
  await page.goto(`${server.url}/sell?bench`);
  await readyToSell(page);
  await page.waitForFunction(() => window.daybookBench);
}

/** All read models: built anew aside while somebody sells, then in one go. */
async function measureProjecting() {
  say("a rebuild of all read models, with commands meanwhile");
  await reopen();
  const [took_ms, ...command_ms] = await ask("rebuild", PAUSE_MS);
  const health = await ask("health");
  say("projection of the whole log");
  const project_events_per_s = await ask("projectEventsPerS");
  return {
    [`rebuild_${sizeName(MANY_EVENTS)}_s`]: took_ms / 1000,
    command_during_rebuild_ms_p95: quantile(command_ms, 0.95),
    worker_heap_mb_peak: health.memory_bytes / 1024 / 1024,
    longest_slice_ms: health.longest_slice_ms,
    project_events_per_s,
  };
}

function sizeName(events) {
  if (events % 1_000_000 === 0) return `${events / 1_000_000}m`;
  return events % 1000 === 0 ? `${events / 1000}k` : `${events}`;
}

/** The same work by benches/native.rs. */
function measureNatively() {
  const cargo = spawnSync("cargo", ["bench", "--quiet", "--bench", "native"], {
    cwd: ROOT,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (cargo.error) throw cargo.error;
  if (cargo.status !== 0) throw new Error("the native half failed");
  return JSON.parse(cargo.stdout);
}

function besideNative(results, native) {
  const both = {};
  for (const [key, value] of Object.entries(results)) {
    both[key] = value;
    if (!(key in native)) continue;
    both[`${key}_native`] = native[key];
    if (key.includes("_per_s")) both[`${key}_of_native`] = value / native[key];
    else if (/_(m?s)(_|$)/.test(key)) both[`${key}_of_native`] = native[key] / value;
  }
  return both;
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
