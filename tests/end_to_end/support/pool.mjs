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
