// What a person does in the shop, found as a person finds it: by role and name. All names that the tests rely on
// are in this file. They are read without regard to case where a screen reader would not care either.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

/** Products of the demo shop: stock is kept of the last two only. */
export const DEMO = { coffee: "Espresso", tea: "Green tea", pastry: "Croissant", bottle: "Sparkling water" };

const RECEIPT_NUMBER = /[A-Z0-9][A-Z0-9._-]*-\d{6}/i;

// Start

/** Waits until the app has taken the place of the boot screen. */
export async function mounted(page) {
  await page.locator("#boot").waitFor({ state: "detached" });
}

/** Waits until this build is stored and starts without a network. */
export async function offlineReady(page) {
  await page.waitForFunction(() => window.daybookUpdate?.offlineReady === true);
}

/** Opens the demo shop in an empty profile, and the till in one that has a shop already. */
export async function openShop(page, url) {
  await page.goto(`${url}/sell`);
  await mounted(page);
  const demo = page.getByRole("button", { name: "Open a demo shop" });
  await demo.or(searchBox(page)).first().waitFor();
  if (await demo.isVisible()) await demo.click();
  await readyToSell(page);
}

/** Goes through the first run by hand. It has at most three screens, each with a name or its own defaults. */
export async function startNewShop(page, url, name) {
  await page.goto(`${url}/`);
  await mounted(page);
  await page.getByRole("button", { name: "Start a new shop" }).click();
  const shopName = page.getByRole("textbox", { name: /name/i }).first();
  await shopName.fill(name);
  const forward = page.getByRole("button", { name: /^(next|continue|open|create|start|begin|done)/i });
  for (let screen = 0; screen < 3 && !(await searchBox(page).isVisible()); screen += 1) {
    const heading = await page.locator("h1").first().textContent();
    await forward.last().click();
    await page.waitForFunction(
      (before) => document.querySelector("h1")?.textContent !== before || document.querySelector("nav"),
      heading,
    );
  }
  await searchBox(page).waitFor();
}

export async function readyToSell(page) {
  await searchBox(page).waitFor();
  await cart(page).waitFor();
}

/** Goes to a screen as a person does, by the navigation. */
export async function goTo(page, name) {
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name, exact: true }).click();
}

/** Waits until everything is committed. */
export async function allSaved(page) {
  await page.getByRole("status", { name: "Storage" }).filter({ hasText: "Saved" }).waitFor();
}

// Sell

export function searchBox(page) {
  return page.getByRole("searchbox", { name: "Search products" });
}

/** The button that begins with the product's name and goes on with its price. */
export function tile(page, name) {
  return page.getByRole("button", { name: startingWith(name) }).first();
}

export function cart(page) {
  return page.getByRole("region", { name: "Cart" });
}

export function receipt(page) {
  return page.getByRole("region", { name: "Receipt" });
}

export function paymentDialog(page) {
  return page.getByRole("dialog", { name: "Payment" });
}

export function cartLine(page, name) {
  return cart(page).getByRole("listitem").filter({ hasText: name });
}

/** The cart's total in minor units. */
export async function cartTotal(page) {
  return moneyIn(await cart(page).getByLabel("Total", { exact: true }).innerText());
}

/** Waits until the cart comes to this, in minor units. */
export async function cartComesTo(page, expected_minor) {
  const total = cart(page).getByLabel("Total", { exact: true });
  await total.filter({ hasText: new RegExp(`(^|\\D)${decimal(expected_minor)}`) }).waitFor();
}

/** What one of this product costs, in minor units, as its tile says. */
export async function priceOf(page, name) {
  const label = (await tile(page, name).innerText()).replace(/\s+/g, " ");
  return moneyIn(label.replace(name, ""));
}

/** Taps a product and waits for its line. */
export async function add(page, name) {
  await tile(page, name).click();
  await cartLine(page, name).first().waitFor();
}

export async function charge(page) {
  await cart(page).getByRole("button", { name: startingWith("Charge") }).click();
  await paymentDialog(page).waitFor();
}

/** Product, Charge, Exact cash: three taps, and the receipt's number. */
export async function sellForCash(page, name) {
  await add(page, name);
  await charge(page);
  await paymentDialog(page).getByRole("button", { name: startingWith("Exact cash") }).click();
  return receiptNumber(page);
}

export async function payByCard(page) {
  const dialog = paymentDialog(page);
  await dialog.getByRole("button", { name: startingWith("Card") }).or(dialog.getByRole("radio", { name: "Card" })).or(
    dialog.getByRole("tab", { name: "Card" })).first().click();
  const complete = dialog.getByRole("button", { name: "Complete sale" });
  await complete.or(receipt(page)).first().waitFor();
  if (await complete.isVisible()) await complete.click();
  return receiptNumber(page);
}

/** The number on the receipt that is shown. */
export async function receiptNumber(page) {
  await receipt(page).filter({ hasText: RECEIPT_NUMBER }).waitFor();
  return RECEIPT_NUMBER.exec(await receipt(page).innerText())[0];
}

export async function changeDue(page) {
  const labelled = receipt(page).getByLabel("Change due", { exact: true });
  if (await labelled.count()) return moneyIn(await labelled.first().innerText());
  return moneyIn(/Change due\s*(.*)/i.exec(await receipt(page).innerText())[1]);
}

export async function nextSale(page) {
  await receipt(page).getByRole("button", { name: "New sale" }).click();
  await receipt(page).waitFor({ state: "hidden" });
}

// The other screens

export function table(page, name) {
  return page.getByRole("table", { name });
}

export function rowOf(page, tableName, text) {
  return table(page, tableName).getByRole("row").filter({ hasText: text });
}

/** Creates a product on its screen. `stock` is the quantity to receive, kept only if it is given. */
export async function createProduct(page, { name, price, stock }) {
  await goTo(page, "Products");
  await page.getByRole("button", { name: /^(new|add) product/i }).or(page.getByRole("link", { name: /^(new|add) product/i })).first().click();
  await page.getByRole("textbox", { name: /^name/i }).fill(name);
  await page.getByLabel(/^price/i).fill(price);
  if (stock) await keepStock(page);
  await page.getByRole("button", { name: /^(save|create|add product)/i }).last().click();
  await rowOf(page, "Products", name).first().waitFor();
  if (stock) await receiveStock(page, name, stock);
}

async function keepStock(page) {
  const choice = page.getByLabel(/stock/i).first();
  const isList = (await choice.evaluate((element) => element.tagName)) === "SELECT";
  if (!isList) return choice.check();
  const options = await choice.locator("option").allInnerTexts();
  return choice.selectOption({ label: options.find((option) => /refuse|warn|allow/i.test(option)) });
}

export async function changePrice(page, name, price) {
  await goTo(page, "Products");
  await rowOf(page, "Products", name).getByRole("button").or(rowOf(page, "Products", name).getByRole("link")).first().click();
  await page.getByLabel(/^price/i).fill(price);
  await page.getByRole("button", { name: /^save/i }).last().click();
  await rowOf(page, "Products", name).filter({ hasText: price }).waitFor();
}

export async function receiveStock(page, name, quantity) {
  await openStockForm(page, name, "Receive");
  await page.getByLabel(/quantity/i).last().fill(String(quantity));
  await page.getByRole("button", { name: /^(receive|save)/i }).last().click();
}

export async function adjustStock(page, name, change, reason) {
  await openStockForm(page, name, "Adjust");
  await page.getByLabel(/quantity|change/i).last().fill(String(change));
  await page.getByLabel(/reason/i).last().fill(reason);
  await page.getByRole("button", { name: /^(adjust|save)/i }).last().click();
}

async function openStockForm(page, name, action) {
  await goTo(page, "Stock");
  await rowOf(page, "Stock", name).getByRole("button", { name: startingWith(action) }).click();
}

/** Waits until the table Stock shows this quantity on hand. */
export async function stockIs(page, name, quantity) {
  await goTo(page, "Stock");
  await rowOf(page, "Stock", name).getByRole("cell").filter({ hasText: new RegExp(`^\\s*${quantity}(\\s|$)`) }).first().waitFor();
}

/** The journal's bytes, as Settings hands them out. */
export async function downloadJournal(page) {
  await goTo(page, "Settings");
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download journal" }).click();
  return readFileSync(await (await download).path());
}

/**
 * Imports a CSV of tickets, with one price for all rows that have none. Resolves with what the app says of the
 * result, once the last ticket is recorded.
 */
export async function importSales(page, { file, price }) {
  await goTo(page, "Settings");
  await chooseFile(page, page.getByRole("button", { name: "Import sales history" }), file);
  const start = page.getByRole("button", { name: /^(start )?import( \d.*| tickets)?$/i }).last();
  await start.waitFor();
  const priceForAll = page.getByLabel(/price for all|one price/i).first();
  if (price && (await priceForAll.isVisible())) await priceForAll.fill(price);
  if (await start.isEnabled()) await start.click();
  const result = page.getByRole("region", { name: "Import result" });
  await result.waitFor({ timeout: 300_000 });
  return result.innerText();
}

/** The button opens the system's file dialog at once, or a form with a file field in it. */
async function chooseFile(page, button, file) {
  const field = page.locator("input[type=file]");
  if (!(await field.count())) {
    const chooser = page.waitForEvent("filechooser").then((event) => ({ event }));
    const form = field.first().waitFor({ state: "attached" }).then(() => ({}));
    form.catch(() => {});
    chooser.catch(() => {});
    await button.click();
    const { event } = await Promise.race([chooser, form]);
    if (event) return event.setFiles(file);
  }
  return field.first().setInputFiles(file);
}

// Words and figures

/** Matches what begins with this text, whatever characters it is made of. */
export function startingWith(text) {
  return new RegExp(`^\\s*${text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}`, "i");
}

/** The last amount in a text such as `Total €1,234.50`, in minor units. */
export function moneyIn(text) {
  const amounts = [...text.matchAll(/(-|−)?\D?(\d[\d,]*)\.(\d{2})\b/g)];
  assert.ok(amounts.length > 0, `no amount in ${JSON.stringify(text)}`);
  const [, sign, whole, cents] = amounts.at(-1);
  const amount_minor = Number(whole.replaceAll(",", "")) * 100 + Number(cents);
  return sign ? -amount_minor : amount_minor;
}

function decimal(amount_minor) {
  const whole = Math.trunc(amount_minor / 100).toLocaleString("en-GB");
  return `${whole}\\.${String(amount_minor % 100).padStart(2, "0")}`;
}
