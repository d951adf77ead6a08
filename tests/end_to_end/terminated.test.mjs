// A worker that is terminated in the middle of a transaction, when more of it is on the disk than in memory, leaves
// nothing of it: neither what was sold before nor the chain is touched.
import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "./support/browser.mjs";
import { useBrowser } from "./support/fixture.mjs";
import { assertGapFree, readJournal, receiptNumbers, verifyChain } from "./support/journal.mjs";
import { poolFiles, slotSize } from "./support/pool.mjs";
import { add, allSaved, cartLine, DEMO, downloadJournal, goTo, nextSale, readyToSell, sellForCash } from "./support/shop.mjs";
import { keepTheWorker, recover } from "./support/worker.mjs";

const shop = useBrowser({ serviceWorkers: "block" });

/** So much of the transaction is in the WAL when the worker is terminated: at once, and after a while. */
const SPILLED_BYTES = [200_000, 2_000_000, 8_000_000];

test("a transaction whose worker is terminated never happened", async () => {
  const { page, server } = shop;
  await page.addInitScript(keepTheWorker);
  await page.goto(`${server.url}/sell?bench`);
  await readyToSell(page);
  for (const spilled_bytes of SPILLED_BYTES) {
    await sellForCash(page, DEMO.coffee);
    await nextSale(page);
    const before = await journal();

    await terminateInMidTransaction(spilled_bytes);
    await recover(page);

    await verifyInTheApp(before.events.length);
    const after = await journal();
    assert.equal(after.events.length, before.events.length);
    assert.deepEqual(after.events.at(-1).hash, before.events.at(-1).hash);
  }
  const number = await sellForCash(page, DEMO.tea);
  await nextSale(page);
  assert.equal([...receiptNumbers(await journal()).values()].flat().at(-1), number);
});

test("what is in the cart survives a transaction that was terminated behind it", async () => {
  const { page } = shop;
  await add(page, DEMO.pastry);
  await allSaved(page);
  await terminateInMidTransaction(SPILLED_BYTES[1]);
  await recover(page);
  await goTo(page, "Sell");
  await cartLine(page, DEMO.pastry).waitFor();
});

/** It does nothing else meanwhile, so that nobody but the browser can end it. */
async function terminateInMidTransaction(spilled_bytes) {
  const { page } = shop;
  const { slot, size: before } = (await poolFiles(page))["events.db-wal"];
  await page.evaluate(() => {
    window.daybookBench.writeUntilEnded().catch(() => {});
  });
  const spilled = async () => (await slotSize(page, slot)) >= before + spilled_bytes;
  await until(spilled, "the transaction to spill into the WAL");
  await page.evaluate(() => window.lastWorker.terminate());
}

async function verifyInTheApp(events) {
  const { page } = shop;
  await goTo(page, "Journal");
  await page.getByRole("button", { name: "Verify chain" }).click();
  const verdict = page.getByRole("status").filter({ hasText: /chain verified to/i });
  const text = await verdict.innerText();
  assert.equal(Number(text.replace(/\D/g, "")), events);
}

/** The journal as it is handed out, checked without any of Daybook's code. */
async function journal() {
  const { page } = shop;
  const read = await readJournal(await downloadJournal(page));
  verifyChain(read);
  for (const numbers of receiptNumbers(read).values()) assertGapFree(numbers);
  await goTo(page, "Sell");
  return read;
}
