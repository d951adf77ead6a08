// From an empty browser to the first sale.
import assert from "node:assert/strict";
import { test } from "node:test";
import { freshProfile, launch, removeProfile } from "./support/browser.mjs";
import { useBrowser } from "./support/fixture.mjs";
import { allSaved, createProduct, DEMO, goTo, openShop, sellForCash, startNewShop, tile } from "./support/shop.mjs";

const shop = useBrowser({ demo: false });

/** A second browser that has never seen the shop. */
async function inEmptyBrowser(run) {
  const profile = freshProfile();
  const context = await launch(profile);
  try {
    await run(context.shopPage);
  } finally {
    await context.close();
    removeProfile(profile);
  }
}

test("an empty browser offers a demo shop and a new one", async () => {
  await shop.page.goto(`${shop.server.url}/`);
  await shop.page.getByRole("button", { name: "Open a demo shop" }).waitFor();
  await shop.page.getByRole("button", { name: "Start a new shop" }).waitFor();
});

test("the demo shop is ready to sell", async () => {
  await openShop(shop.page, shop.server.url);
  for (const name of Object.values(DEMO)) await tile(shop.page, name).waitFor();
  assert.match(await sellForCash(shop.page, DEMO.coffee), /\d{6}$/);
  await allSaved(shop.page);
});

test("a shop that is there is never offered again", async () => {
  await shop.page.goto(`${shop.server.url}/`);
  await shop.page.getByRole("navigation", { name: "Main" }).waitFor();
  assert.equal(await shop.page.getByRole("button", { name: "Open a demo shop" }).count(), 0);
});

test("a new shop sells its first product", async () => {
  await inEmptyBrowser(async (page) => {
    await startNewShop(page, shop.server.url, "Corner Books");
    await createProduct(page, { name: "Notebook", price: "4.50" });
    await goTo(page, "Sell");
    assert.match(await sellForCash(page, "Notebook"), /000001$/);
    await allSaved(page);
  });
});
