// Selling: the main job.
import assert from "node:assert/strict";
import { test } from "node:test";
import { useBrowser } from "./support/fixture.mjs";
import {
  add, allSaved, cart, cartComesTo, cartLine, cartTotal, changeDue, charge, DEMO, goTo, moneyIn, nextSale, payByCard,
  paymentDialog, priceOf, receipt, receiptNumber, rowOf, searchBox, sellForCash, tile,
} from "./support/shop.mjs";

const shop = useBrowser();

test("a cash sale takes three taps and shows receipt, change due and the way on", async () => {
  const { page } = shop;
  await tile(page, DEMO.coffee).click();
  await cart(page).getByRole("button", { name: /^Charge/ }).click();
  await paymentDialog(page).getByRole("button", { name: /^Exact cash/ }).click();

  assert.match(await receiptNumber(page), /\d{6}$/);
  assert.equal(await changeDue(page), 0);
  await nextSale(page);
  assert.equal(await cartLine(page, DEMO.coffee).count(), 0);
  await allSaved(page);
});

test("receipt numbers count up by one", async () => {
  const { page } = shop;
  const first = await sellForCash(page, DEMO.coffee);
  await nextSale(page);
  const second = await sellForCash(page, DEMO.pastry);
  await nextSale(page);
  assert.equal(counter(second), counter(first) + 1);
});

test("more cash than is due gives change", async () => {
  const { page } = shop;
  await add(page, DEMO.coffee);
  const due_minor = await cartTotal(page);
  await charge(page);
  const keys = paymentDialog(page).getByRole("button", { name: /^\D{0,4}\d[\d.,]*$/ });
  const amounts = (await keys.allInnerTexts()).map((label) => ({ label, minor: quickCash(label) }));
  const note = amounts.find(({ minor }) => minor > due_minor);
  assert.ok(note, `no key for more than is due among ${amounts.map(({ label }) => label).join(" ")}`);
  await paymentDialog(page).getByRole("button", { name: note.label, exact: true }).click();
  await receiptNumber(page);
  assert.equal(await changeDue(page), note.minor - due_minor);
  await nextSale(page);
});

test("a card sale is recorded as one", async () => {
  const { page } = shop;
  await add(page, DEMO.tea);
  await charge(page);
  const number = await payByCard(page);
  assert.match(await receipt(page).innerText(), /card/i);
  await nextSale(page);
  await goTo(page, "Orders");
  await rowOf(page, "Orders", number).filter({ hasText: /completed/i }).waitFor();
  await goTo(page, "Sell");
});

test("several items add up, and a quantity can be changed and taken away", async () => {
  const { page } = shop;
  const coffee_minor = await priceOf(page, DEMO.coffee);
  const pastry_minor = await priceOf(page, DEMO.pastry);
  await add(page, DEMO.coffee);
  await tile(page, DEMO.coffee).click();
  await tile(page, DEMO.coffee).click();
  await cartComesTo(page, 3 * coffee_minor);
  assert.equal(await cartLine(page, DEMO.coffee).count(), 1, "the same product is one line");
  await add(page, DEMO.pastry);
  await cartComesTo(page, 3 * coffee_minor + pastry_minor);

  const line = cartLine(page, DEMO.coffee);
  const less = line.getByRole("button", { name: /(fewer|less|decrease|minus|remove one|one off)/i });
  if (!(await less.isVisible())) await line.getByRole("button").first().click();
  await less.click();
  await cartComesTo(page, 2 * coffee_minor + pastry_minor);
  await less.click();
  await less.click();
  await cartComesTo(page, pastry_minor);
  assert.equal(await cartLine(page, DEMO.coffee).count(), 0);

  await charge(page);
  await paymentDialog(page).getByRole("button", { name: /^Exact cash/ }).click();
  await receiptNumber(page);
  await nextSale(page);
});

test("the search finds a product by a part of its name", async () => {
  const { page } = shop;
  await searchBox(page).fill(DEMO.bottle.slice(0, 5));
  await tile(page, DEMO.bottle).waitFor();
  await tile(page, DEMO.pastry).waitFor({ state: "hidden" });
  await searchBox(page).fill("");
  await tile(page, DEMO.pastry).waitFor();
});

test("a cancelled order stays in the list as cancelled", async () => {
  const { page } = shop;
  await add(page, DEMO.tea);
  await allSaved(page);
  await goTo(page, "Orders");
  const open = rowOf(page, "Orders", /open|pending/i).first();
  await open.getByRole("link").or(open.getByRole("button")).first().click();
  await page.waitForURL(/\/orders\/.+/);
  const address = page.url();
  await page.getByRole("button", { name: /^cancel (order|sale)/i }).click();
  const reason = page.getByLabel(/reason/i);
  const confirm = page.getByRole("dialog").getByRole("button", { name: /^cancel (the |this )?(order|sale)/i });
  await confirm.or(page.getByText(/cancelled/i)).first().waitFor();
  if (await confirm.isVisible()) {
    if (await reason.isVisible()) await reason.fill("Customer changed their mind");
    await confirm.click();
  }
  await page.getByText(/cancelled/i).first().waitFor();
  assert.equal(page.url(), address);
  await goTo(page, "Sell");
  await cart(page).waitFor();
  assert.equal(await cartLine(page, DEMO.tea).count(), 0);
});

function counter(receiptNumber) {
  return Number(/(\d+)$/.exec(receiptNumber)[1]);
}

/** A quick-cash key may leave out the cents: `€20`. */
function quickCash(label) {
  return /\.\d{2}$/.test(label) ? moneyIn(label) : Number(label.replace(/[^\d]/g, "")) * 100;
}
