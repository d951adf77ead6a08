// The screens that have to look right and be usable by everyone, and how to get to each.
import { add, cartLine, charge, DEMO, goTo, mounted, nextSale, paymentDialog, receiptNumber, rowOf, tile } from "./shop.mjs";

export const SIZES = {
  desktop: { width: 1280, height: 800 },
  tablet: { width: 1024, height: 768 },
  phone: { width: 390, height: 844 },
};

/** Visits each screen with something on it and calls `look(name)` there. Leaves the till ready to sell. */
export async function visitScreens(page, url, look) {
  await page.goto(`${url}/sell`);
  await mounted(page);
  await tile(page, DEMO.coffee).waitFor();
  await look("sell-empty");
  await fillCart(page);
  await look("sell");
  await visitPayment(page, look);
  const tables = { Orders: "Orders", Products: "Products", Stock: "Stock", Journal: "Projections", Settings: null };
  for (const [name, table] of Object.entries(tables)) {
    await goTo(page, name);
    await page.getByRole("main").waitFor();
    if (table) await page.getByRole("table", { name: table }).getByRole("row").nth(1).waitFor();
    await look(name.toLowerCase());
  }
  await visitOrder(page, look);
}

/** On a phone the cart is a sheet that shows its lines only when it is drawn up: taps are counted on the tile's side. */
async function fillCart(page) {
  for (const name of [DEMO.coffee, DEMO.coffee, DEMO.tea, DEMO.pastry]) await tile(page, name).click();
  await cartLine(page, DEMO.pastry).first().waitFor({ state: "attached" });
}

async function visitPayment(page, look) {
  await charge(page);
  await look("payment");
  await paymentDialog(page).getByRole("button", { name: /^Exact cash/ }).click();
  await receiptNumber(page);
  await look("receipt");
  await nextSale(page);
}

async function visitOrder(page, look) {
  await goTo(page, "Orders");
  const row = rowOf(page, "Orders", /completed/i).first();
  await row.getByRole("link").or(row.getByRole("button")).first().click();
  await page.waitForURL(/\/orders\/.+/);
  await look("order");
}
