// What was told to the cashier as saved is saved: through reload, lost network, killed browser and second tab.
import assert from "node:assert/strict";
import { test } from "node:test";
import { kill, until } from "./support/browser.mjs";
import { useBrowser } from "./support/fixture.mjs";
import { assertGapFree, readJournal, receiptNumbers, verifyChain } from "./support/journal.mjs";
import {
  add, allSaved, cartLine, cartTotal, DEMO, downloadJournal, goTo, mounted, nextSale, offlineReady, openShop, readyToSell,
  rowOf, sellForCash, tile,
} from "./support/shop.mjs";
import { startServer } from "./support/server.mjs";

const shop = useBrowser();
const SALES_BEFORE_KILL = 12;

test("a reload keeps everything, the open cart included", async () => {
  const { page } = shop;
  const number = await sellForCash(page, DEMO.coffee);
  await nextSale(page);
  await add(page, DEMO.pastry);
  await tile(page, DEMO.pastry).click();
  await allSaved(page);
  const total_minor = await cartTotal(page);

  await page.reload();
  await readyToSell(page);
  await cartLine(page, DEMO.pastry).waitFor();
  assert.equal(await cartTotal(page), total_minor);
  await goTo(page, "Orders");
  await rowOf(page, "Orders", number).waitFor();
});

test("a second tab says that Daybook is open elsewhere, and the first goes on", async () => {
  const second = await shop.context.newPage();
  await second.goto(`${shop.server.url}/sell`);
  await second.getByText(/open (elsewhere|in another)/i).first().waitFor();
  assert.equal(await second.getByRole("button", { name: "Open a demo shop" }).count(), 0, "never an empty shop");
  await second.close();
  await goTo(shop.page, "Sell");
  await sellForCash(shop.page, DEMO.coffee);
  await nextSale(shop.page);
});

test("it starts and sells with the server gone", async () => {
  await offlineReady(shop.page);
  await allSaved(shop.page);
  await shop.context.close();
  const { port } = shop.server;
  await shop.server.stop();

  await shop.relaunch();
  await shop.page.goto(`http://127.0.0.1:${port}/sell`);
  await mounted(shop.page);
  await readyToSell(shop.page);
  const number = await sellForCash(shop.page, DEMO.tea);
  await nextSale(shop.page);
  await goTo(shop.page, "Orders");
  await rowOf(shop.page, "Orders", number).waitFor();
  shop.server = await startServer({ port });
});

test("a browser killed in a burst of sales has every sale that it acknowledged", async () => {
  const acknowledged = [];
  await openShop(shop.page, shop.server.url);
  const burst = sellUntilTheEnd(shop.page, acknowledged);
  await until(() => acknowledged.length >= SALES_BEFORE_KILL, "a burst of sales", 120_000);
  await kill(shop.profile);
  await burst;

  await shop.relaunch();
  await openShop(shop.page, shop.server.url);
  const journal = await readJournal(await downloadJournal(shop.page));
  assert.ok(verifyChain(journal) > 0);
  const issued = receiptNumbers(journal);
  for (const numbers of issued.values()) assertGapFree(numbers);
  const all = [...issued.values()].flat();
  assert.deepEqual(acknowledged.filter((number) => !all.includes(number)), [], "acknowledged, and lost");
  assert.equal(new Set(acknowledged).size, acknowledged.length, "a number was given twice");
});

test("selling goes on after that, with the next number", async () => {
  await goTo(shop.page, "Sell");
  const number = await sellForCash(shop.page, DEMO.coffee);
  await nextSale(shop.page);
  const journal = await readJournal(await downloadJournal(shop.page));
  verifyChain(journal);
  for (const numbers of receiptNumbers(journal).values()) assertGapFree(numbers);
  assert.ok([...receiptNumbers(journal).values()].flat().includes(number));
});

/** Sells until the browser is gone. The error that ends it is the kill. */
async function sellUntilTheEnd(page, acknowledged) {
  try {
    for (;;) {
      acknowledged.push(await sellForCash(page, DEMO.coffee));
      await nextSale(page);
    }
  } catch (error) {
    if (!/closed|crash|disconnected/i.test(error.message)) throw error;
  }
}
