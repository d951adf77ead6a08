// What a person does in the shop, found as a person finds it: by role and name.

/** Waits until the app has taken the place of the boot screen. */
export async function mounted(page) {
  await page.locator("#boot").waitFor({ state: "detached" });
}

/** Waits until this build is stored and starts without a network. */
export async function offlineReady(page) {
  await page.waitForFunction(() => window.daybookUpdate?.offlineReady === true);
}
