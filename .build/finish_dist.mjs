// Finishes what Trunk has built, before it becomes dist/: Trunk runs it after each build.
//   1. Inline scripts become files, for the content security policy allows none.
//   2. The service worker learns the build's id and every file with its hash.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { buildId } from "./build_id.mjs";

const root = process.env.TRUNK_SOURCE_DIR ?? process.cwd();
const staging = process.env.TRUNK_STAGING_DIR;
if (!staging) throw new Error("to be run by Trunk, which sets TRUNK_STAGING_DIR");
const isRelease = process.env.TRUNK_PROFILE === "release";

/** What Subresource Integrity calls the hash of these bytes. */
function integrityOf(bytes) {
  return `sha256-${createHash("sha256").update(bytes).digest("base64")}`;
}

function shortHash(text) {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}

function moveInlineScriptsToFiles() {
  const page = path.join(staging, "index.html");
  const html = readFileSync(page, "utf8");
  // Comments are not part of what is served; they would only slow the first paint.
  const moved = html.replace(/<!--[\s\S]*?-->\s*/g, "").replace(
    /<script((?:\s(?!src=)[\w-]+(?:="[^"]*")?)*)\s*>([\s\S]*?)<\/script>/g,
    (element, attributes, script) => {
      if (!script.trim()) return element;
      const name = `start-${shortHash(script)}.js`;
      writeFileSync(path.join(staging, name), `${script.trim()}\n`);
      return `<script${attributes} src="/${name}" integrity="${integrityOf(`${script.trim()}\n`)}"></script>`;
    },
  );
  writeFileSync(page, moved);
}

function filesBelow(directory, prefix = "") {
  return readdirSync(path.join(directory, prefix), { withFileTypes: true })
    .flatMap((entry) => {
      const name = prefix ? `${prefix}/${entry.name}` : entry.name;
      return entry.isDirectory() ? filesBelow(directory, name) : [name];
    })
    .sort();
}

/** Pairs of address and hash. The page goes by the address that people open, which no server redirects. */
function precacheList() {
  return filesBelow(staging)
    .filter((file) => file !== "service-worker.js")
    .map((file) => {
      const address = file === "index.html" ? "/" : `/${file}`;
      return [encodeURI(address), integrityOf(readFileSync(path.join(staging, file)))];
    });
}

function finishServiceWorker(id) {
  const target = path.join(staging, "service-worker.js");
  // While someone works on it, a page from the cache is the last thing they want.
  const files = isRelease ? precacheList() : [];
  const list = `[\n${files.map((entry) => `  ${JSON.stringify(entry)},\n`).join("")}]`;
  const finished = readFileSync(target, "utf8")
    .replace('"BUILD_ID"', () => JSON.stringify(`${id}-${shortHash(list)}`))
    .replace("[/* FILES */]", () => list);
  writeFileSync(target, finished);
}

/**
 * The id that page and worker were compiled with. They refuse to work together unless it is the same one, so a
 * build during which the sources were edited fails here and not in the shop.
 */
function carriedId(expected) {
  const files = readdirSync(staging).filter((name) => name.endsWith(".wasm"));
  const ids = new Set(files.flatMap((file) => idsIn(path.join(staging, file), expected)));
  if (ids.size > 1) throw new Error(`page and worker are of different builds (${[...ids].join(", ")}): build again`);
  if (ids.size === 0) console.warn("finish_dist: neither page nor worker carries a build id");
  const [id = expected] = ids;
  if (id !== expected) console.warn(`finish_dist: built from other sources than are here now (${expected})`);
  return id;
}

/** Whatever looks like an id of this version in a binary. */
function idsIn(file, like) {
  const version = like.slice(0, like.lastIndexOf("-")).replaceAll(".", "\\.");
  return readFileSync(file, "latin1").match(new RegExp(`${version}-[0-9a-f]{8}`, "g")) ?? [];
}

// Whatever dist/ becomes, it is no longer what `make build` left there.
rmSync(path.join(root, ".build/generated/release_stamp"), { force: true });
moveInlineScriptsToFiles();
finishServiceWorker(carriedId(buildId(root)));
