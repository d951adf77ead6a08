// `make screenshots`: every screen in every size and both schemes, to target/screenshots.
import { mkdirSync } from "node:fs";
import path from "node:path";
import { freshProfile, launch, removeProfile } from "./support/browser.mjs";
import { ROOT, startServer } from "./support/server.mjs";
import { mounted, openShop } from "./support/shop.mjs";
import { SIZES, visitScreens } from "./support/screens.mjs";

const target = path.join(ROOT, "target/screenshots");
mkdirSync(target, { recursive: true });
const server = await startServer();
const profile = freshProfile();
const context = await launch(profile);
const page = context.shopPage;

async function take(name, size, scheme) {
  await page.evaluate(() => document.fonts.ready);
  const { width, height } = SIZES[size];
  const file = path.join(target, `${name}-${width}x${height}-${scheme}.png`);
  await page.screenshot({ path: file, animations: "disabled" });
  console.log(path.relative(ROOT, file));
}

async function inEveryLook(run) {
  for (const scheme of ["light", "dark"]) {
    for (const size of Object.keys(SIZES)) {
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
      await page.setViewportSize(SIZES[size]);
      await run((name) => take(name, size, scheme));
    }
  }
}

try {
  await page.goto(`${server.url}/`);
  await mounted(page);
  await page.getByRole("button", { name: "Open a demo shop" }).waitFor();
  await inEveryLook((look) => look("first-run"));
  await page.setViewportSize(SIZES.desktop);
  await openShop(page, server.url);
  await inEveryLook((look) => visitScreens(page, server.url, look));
} finally {
  await context.close();
  await server.stop();
  removeProfile(profile);
}
