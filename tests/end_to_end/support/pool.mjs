// The files that the worker keeps in the browser's private file system, as they are on disk.

/** Each file of the pool begins with its name; SQLite's bytes come after this. */
export const POOL_HEADER_BYTES = 4096;

/** The files by name, each with its slot, its size on disk and the hash of what SQLite sees of it. */
export function poolFiles(page) {
  return page.evaluate(async (headerBytes) => {
    const root = await navigator.storage.getDirectory();
    const slots = await (await root.getDirectoryHandle("daybook")).getDirectoryHandle(".opaque");
    const files = {};
    for await (const slot of slots.values()) {
      const bytes = new Uint8Array(await (await slot.getFile()).arrayBuffer());
      const [name] = new TextDecoder().decode(bytes.subarray(0, 512)).split("\0");
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes.subarray(headerBytes)));
      const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
      if (name) files[name] = { size: bytes.length, sha256, slot: slot.name };
    }
    return files;
  }, POOL_HEADER_BYTES);
}

/** How large a slot's file is by now. Only looks: a file that is being written cannot be read. */
export function slotSize(page, name) {
  return page.evaluate(async (slot) => {
    const root = await navigator.storage.getDirectory();
    const slots = await (await root.getDirectoryHandle("daybook")).getDirectoryHandle(".opaque");
    return (await (await slots.getFileHandle(slot)).getFile()).size;
  }, name);
}

/**
 * A page of the same origin in which no app runs, so that nobody holds the files. Only with `serviceWorkers: "block"`:
 * a service worker would show the app.
 */
export async function goToBlankPage({ context, page, server }) {
  const blank = "**/blank.html";
  await context.route(blank, (route) => route.fulfill({ body: "<title>blank</title>", contentType: "text/html" }));
  await page.goto(`${server.url}/blank.html`);
  await context.unroute(blank);
  // A worker lives a moment longer than its page, and holds this lock as long as it lives.
  await page.evaluate(() => navigator.locks.request("daybook", () => {}));
}

/** Puts another database in the place of the one with this name, whose write-ahead log is of no use any more. */
export async function replaceDatabase(page, name, bytes) {
  const files = await poolFiles(page);
  await replaceBytes(page, files[name].slot, bytes);
  const log = files[`${name}-wal`];
  if (log) await replaceBytes(page, log.slot, Buffer.alloc(0));
}

function replaceBytes(page, slot, bytes) {
  return page.evaluate(
    async ({ slot, headerBytes, base64 }) => {
      const root = await navigator.storage.getDirectory();
      const slots = await (await root.getDirectoryHandle("daybook")).getDirectoryHandle(".opaque");
      const data = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const file = await (await slots.getFileHandle(slot)).createWritable({ keepExistingData: true });
      await file.write({ type: "write", position: headerBytes, data });
      await file.truncate(headerBytes + data.length);
      await file.close();
    },
    { slot, headerBytes: POOL_HEADER_BYTES, base64: Buffer.from(bytes).toString("base64") },
  );
}
