// The shell around the app: what makes it installable, independent of the network, and updatable as a whole.
import assert from "node:assert/strict";
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { freshProfile, launch, removeProfile } from "./support/browser.mjs";
import { mounted, offlineReady } from "./support/shop.mjs";
import { DIST, startServer } from "./support/server.mjs";

let server, profile, context;

before(async () => {
  server = await startServer();
  profile = freshProfile();
  context = await launch(profile);
});

after(async () => {
  await context?.close();
  await server?.stop();
  removeProfile(profile);
});

test("starts within its content security policy and takes the boot screen away", async () => {
  const page = context.shopPage;
  await page.goto(`${server.url}/`);
  await mounted(page);
  const inline = await page.locator("script:not([src])").count();
  assert.equal(inline, 0, "an inline script is left in the page");
  assert.deepEqual(context.complaints, []);
});

test("can be installed", async () => {
  const session = await context.newCDPSession(context.shopPage);
  const { errors, data } = await session.send("Page.getAppManifest");
  assert.deepEqual(errors, []);
  const manifest = JSON.parse(data);
  assert.equal(manifest.name, "Daybook");
  for (const { src, sizes, type } of manifest.icons) {
    const response = await context.request.get(server.url + src);
    assert.equal(response.headers()["content-type"], type);
    if (type === "image/png") assert.equal(pngSize(await response.body()), sizes);
  }
  const { installabilityErrors } = await session.send("Page.getInstallabilityErrors");
  const left = installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== "in-incognito");
  assert.deepEqual(left, []);
});

test("serves WebAssembly so that it compiles while it loads", async () => {
  const response = await context.request.get(`${server.url}/worker_bg.wasm`);
  assert.equal(response.headers()["content-type"], "application/wasm");
});

test("starts at any address with the server gone, in a new browser", async () => {
  await offlineReady(context.shopPage);
  await context.close();
  const { port } = server;
  await server.stop();
  context = await launch(profile);
  await context.shopPage.goto(`http://127.0.0.1:${port}/products`);
  await mounted(context.shopPage);
  assert.equal(new URL(context.shopPage.url()).pathname, "/products");
  server = await startServer({ port });
});

test("a newer build waits until it is asked for, then replaces the old one as a whole", async () => {
  const { port } = server;
  const newer = newerBuild();
  const page = context.shopPage;
  await page.reload();
  await mounted(page);
  await server.stop();
  server = await startServer({ directory: newer, port });

  await page.evaluate(() => window.daybookUpdate.check());
  await page.waitForFunction(() => window.daybookUpdate.available);
  assert.equal(await page.locator("meta[name=newer-build]").count(), 0);
  const before = await page.evaluate(() => caches.keys());
  assert.equal(before.length, 2, "the old build must stay until the new one is applied");

  await Promise.all([page.waitForEvent("load"), page.evaluate(() => window.daybookUpdate.apply())]);
  await page.locator("meta[name=newer-build]").waitFor({ state: "attached" });
  await mounted(page);
  await page.waitForFunction(async () => (await caches.keys()).length === 1);
  rmSync(newer, { recursive: true });
});

test("a build that arrives incomplete is not taken", async () => {
  const { port } = server;
  const broken = newerBuild();
  appendFileSync(path.join(broken, "worker.js"), "// not what the service worker was told\n");
  const page = context.shopPage;
  const before = await page.evaluate(() => caches.keys());
  await server.stop();
  server = await startServer({ directory: broken, port });

  const outcome = await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    const found = new Promise((resolve) => {
      registration.addEventListener("updatefound", () => {
        const { installing } = registration;
        installing.addEventListener("statechange", () => resolve(installing.state));
      });
    });
    await registration.update();
    return found;
  });
  assert.equal(outcome, "redundant");
  assert.deepEqual(await page.evaluate(() => caches.keys()), before);
  assert.equal(await page.evaluate(() => window.daybookUpdate.available), false);
  rmSync(broken, { recursive: true });
});

/** A copy of dist/ whose page differs, with a service worker that knows so. */
function newerBuild() {
  const directory = mkdtempSync(path.join(tmpdir(), "daybook-newer-"));
  cpSync(DIST, directory, { recursive: true });
  const page = path.join(directory, "index.html");
  const html = readFileSync(page, "utf8").replace("<title>", `<meta name="newer-build" content="${directory}" /><title>`);
  writeFileSync(page, html);
  const integrity = `sha256-${createHash("sha256").update(html).digest("base64")}`;
  const worker = path.join(directory, "service-worker.js");
  const script = readFileSync(worker, "utf8")
    .replace(/const BUILD = "(.*)"/, `const BUILD = "$1-${path.basename(directory)}"`)
    .replace(/\["\/","[^"]*"\]/, JSON.stringify(["/", integrity]));
  writeFileSync(worker, script);
  return directory;
}

function pngSize(bytes) {
  return `${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`;
}
