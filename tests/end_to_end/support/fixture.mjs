// One server and one browser for the tests of a file, started before and stopped after them.
import { after, before } from "node:test";
import { freshProfile, launch, removeProfile, wasStopped } from "./browser.mjs";
import { startServer } from "./server.mjs";
import { openShop } from "./shop.mjs";

/**
 * Returns an object whose `server`, `profile`, `context` and `page` are there once the tests run.
 * With `demo`, the demo shop is open then.
 */
export function useBrowser({ demo = true, ...options } = {}) {
  const fixture = {
    /** Starts the browser again on the same profile, after it was closed or killed. */
    async relaunch() {
      fixture.context = await launch(fixture.profile, options);
      fixture.page = fixture.context.shopPage;
    },
  };
  before(async () => {
    fixture.server = await startServer();
    fixture.profile = freshProfile();
    await fixture.relaunch();
    if (demo) await openShop(fixture.page, fixture.server.url);
  });
  after(async () => {
    if (fixture.profile && !wasStopped(fixture.profile)) await fixture.context?.close();
    await fixture.server?.stop();
    if (fixture.profile) removeProfile(fixture.profile);
  });
  return fixture;
}
