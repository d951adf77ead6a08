// Products and their stock.
import assert from "node:assert/strict";
import { test } from "node:test";
import { useBrowser } from "./support/fixture.mjs";
import {
  adjustStock, allSaved, cartTotal, changePrice, createProduct, add, charge, goTo, nextSale, payByCard, receiveStock, rowOf,
  sellForCash, stockIs, tile,
} from "./support/shop.mjs";

const shop = useBrowser();
const NAME = "Test marmalade";

test("a product that is created can be sold at once", async () => {
  const { page } = shop;
  await createProduct(page, { name: NAME, price: "5.25", stock: 10 });
  await stockIs(page, NAME, 10);
  await goTo(page, "Sell");
  await tile(page, NAME).waitFor();
});

test("a sale takes its goods from the stock", async () => {
  const { page } = shop;
  await goTo(page, "Sell");
  await sellForCash(page, NAME);
  await nextSale(page);
  await stockIs(page, NAME, 9);
});

test("goods that are received and adjusted change the stock", async () => {
  const { page } = shop;
  await receiveStock(page, NAME, 6);
  await stockIs(page, NAME, 15);
  await adjustStock(page, NAME, -2, "Broken jars");
  await stockIs(page, NAME, 13);
  await allSaved(page);
});

test("a changed price holds from the next sale on", async () => {
  const { page } = shop;
  await changePrice(page, NAME, "6.40");
  await goTo(page, "Sell");
  await tile(page, NAME).filter({ hasText: "6.40" }).waitFor();
  await add(page, NAME);
  assert.equal(await cartTotal(page), 640);
  await charge(page);
  await payByCard(page);
  await nextSale(page);
});

test("products and stock are the same after a reload", async () => {
  const { page } = shop;
  await stockIs(page, NAME, 12);
  await page.reload();
  await stockIs(page, NAME, 12);
  await goTo(page, "Products");
  await rowOf(page, "Products", NAME).filter({ hasText: "6.40" }).waitFor();
});
