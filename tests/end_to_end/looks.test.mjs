// Every screen at a phone's width, and every screen with the eyes of a screen reader.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { useBrowser } from "./support/fixture.mjs";
import { openShop } from "./support/shop.mjs";
import { SIZES, visitScreens } from "./support/screens.mjs";

const shop = useBrowser();
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** Runs axe from outside the page, past its content security policy. Returns one line a violation. */
async function violations(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("Runtime.evaluate", { expression: AXE });
  const expression = `axe.run(document, { runOnly: ${JSON.stringify(RULES)} })`;
  const { result, exceptionDetails } = await session.send("Runtime.evaluate", {
    expression: `${expression}.then((results) => results.violations.map((violation) =>
      violation.id + ": " + violation.nodes.map((node) => node.target.join(" ")).join(", ")))`,
    awaitPromise: true,
    returnByValue: true,
  });
  await session.detach();
  assert.equal(exceptionDetails, undefined);
  return result.value;
}

for (const scheme of ["light", "dark"]) {
  test(`axe finds nothing in the ${scheme} scheme`, async () => {
    const found = [];
    await shop.page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
    await visitScreens(shop.page, shop.server.url, async (name) => {
      for (const violation of await violations(shop.page)) found.push(`${name}: ${violation}`);
    });
    assert.deepEqual(found, []);
  });
}

test("nothing scrolls sideways on a phone", async () => {
  const wide = [];
  await shop.page.setViewportSize(SIZES.phone);
  await visitScreens(shop.page, shop.server.url, async (name) => {
    const over_px = await shop.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (over_px > 0) wide.push(`${name} by ${over_px} px`);
  });
  assert.deepEqual(wide, []);
  await shop.page.setViewportSize(SIZES.desktop);
  await openShop(shop.page, shop.server.url);
});

test("no screen has anything to complain about", () => {
  assert.deepEqual(shop.context.complaints, []);
});
