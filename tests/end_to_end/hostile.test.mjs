// Text that means harm is text.
import assert from "node:assert/strict";
import { test } from "node:test";
import { useBrowser } from "./support/fixture.mjs";
import { readJournal, verifyChain } from "./support/journal.mjs";
import {
  add, allSaved, cartLine, charge, createProduct, downloadJournal, goTo, nextSale, payByCard, rowOf, searchBox, tile,
} from "./support/shop.mjs";

const shop = useBrowser();

const NAMES = [
  "<script>window.harm = 1</script>",
  "<img src=x onerror='window.harm = 1'>",
  "Robert'); DROP TABLE events; --",
  "قهوة عربية 250",
  "👩‍🍳 Chef’s ☕ naïve Ångström",
  "{{7*7}} ${7*7} %s %00",
];

for (const name of NAMES) {
  test(`a product named ${JSON.stringify(name)} shows its name and sells`, async () => {
    const { page } = shop;
    await createProduct(page, { name, price: "1.50" });
    await goTo(page, "Sell");
    await searchBox(page).fill(name.slice(0, 12));
    await tile(page, name).waitFor();
    await add(page, name);
    await charge(page);
    await payByCard(page);
    await nextSale(page);
    await searchBox(page).fill("");
    assert.equal(await page.evaluate(() => window.harm), undefined);
  });
}

test("a search may be any text at all", async () => {
  const { page } = shop;
  await goTo(page, "Sell");
  for (const text of ['"', "'", "*", "a OR b", "NEAR(", "%", "_", "\\", "-", "x".repeat(5_000)]) {
    await searchBox(page).fill(text);
    await allSaved(page);
  }
  await searchBox(page).fill("");
  await tile(page, NAMES[3]).waitFor();
  assert.deepEqual(shop.context.complaints, []);
});

test("out-of-range numbers are refused and nothing is recorded", async () => {
  const { page } = shop;
  await goTo(page, "Products");
  const before = (await readJournal(await downloadJournal(page))).events.length;
  await goTo(page, "Products");
  await page.getByRole("button", { name: /^(new|add) product/i }).or(page.getByRole("link", { name: /^(new|add) product/i })).first().click();
  await page.getByRole("textbox", { name: /^name/i }).fill("Too dear");
  await page.getByLabel(/^price/i).fill("99999999999999999999");
  await page.getByRole("button", { name: /^(save|create|add product)/i }).last().click();
  await page.locator(":invalid, [aria-invalid=true], [role=alert]").first().waitFor();
  await page.reload();
  const journal = await readJournal(await downloadJournal(page));
  assert.equal(journal.events.filter(({ payload }) => payload.includes("Too dear")).length, 0);
  assert.ok(journal.events.length >= before);
  verifyChain(journal);
});

test("the names are in the journal exactly as they were typed", async () => {
  const journal = await readJournal(await downloadJournal(shop.page));
  const created = journal.events
    .filter(({ event_type }) => event_type === "ProductCreated")
    .map(({ payload }) => JSON.parse(payload).name);
  for (const name of NAMES) assert.ok(created.includes(name), `${name} is not there as typed`);
  await goTo(shop.page, "Products");
  for (const name of NAMES) await rowOf(shop.page, "Products", name).waitFor();
  assert.equal(await cartLine(shop.page, NAMES[0]).count(), 0);
});
