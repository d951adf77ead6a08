// The worker seen from outside: how a test gets hold of it, and what the page does when it is gone.
import assert from "node:assert/strict";
import { readyToSell } from "./shop.mjs";

/** For `addInitScript`: keeps the worker that the app starts, as `window.lastWorker`. */
export function keepTheWorker() {
  window.Worker = class extends window.Worker {
    constructor(...given) {
      super(...given);
      window.lastWorker = this;
    }
  };
}

/** Waits for a screen that shows nothing but a message, and no shop behind it. */
export async function fullScreen(page, title) {
  await page.getByRole("heading", { level: 1, name: title }).waitFor();
  assert.equal(await page.getByRole("navigation", { name: "Main" }).count(), 0, "a shop is shown");
  assert.equal(await page.getByRole("button", { name: "Open a demo shop" }).count(), 0, "the first run is shown");
}

/** Waits until the page has noticed that its worker is gone, and starts another one. */
export async function recover(page) {
  await fullScreen(page, /had to stop/i);
  await page.getByRole("button", { name: "Restart" }).click();
  await readyToSell(page);
}
