// The build id, as .build/build_id.rs computes it for page and worker. Change both together.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";

const SOURCES = ["Cargo.lock", "index.html", "public", "src"];

/** The id of the sources under `root`, for example `0.1.0-9f31c2aa`. */
export function buildId(root) {
  return `${crateVersion(root)}-${hashOfSources(root).toString(16).padStart(8, "0")}`;
}

/** Says what a release build is made of, the way of building it included. The same text, the same dist/. */
export function releaseStamp(root) {
  const files = ["Cargo.toml", "Trunk.toml", ...filesBelow(root, ".build").filter((file) => !file.includes("/generated/"))];
  return `${buildId(root)}-${hashOf(root, files).toString(16).padStart(8, "0")}`;
}

function crateVersion(root) {
  const manifest = readFileSync(path.join(root, "Cargo.toml"), "utf8");
  const version = manifest.match(/^\[package\][^[]*?^version\s*=\s*"([^"]+)"/ms);
  if (!version) throw new Error("Cargo.toml has no version in [package]");
  return version[1];
}

function hashOfSources(root) {
  return hashOf(root, SOURCES.flatMap((source) => filesBelow(root, source)));
}

function hashOf(root, files) {
  // By bytes, as Rust sorts strings; JavaScript would sort by UTF-16 units.
  files.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const zero = Buffer.from([0]);
  let hash = 0x811c9dc5;
  for (const file of files) {
    const parts = [Buffer.from(file), zero, readFileSync(path.join(root, file)), zero];
    for (const part of parts) hash = fnv1a(hash, part);
  }
  return hash;
}

function filesBelow(root, name) {
  const absolute = path.join(root, name);
  if (!existsSync(absolute)) return [];
  if (!statSync(absolute).isDirectory()) return [name];
  return readdirSync(absolute)
    .filter((entry) => !entry.startsWith(".") && !entry.endsWith("~"))
    .flatMap((entry) => filesBelow(root, `${name}/${entry}`));
}

function fnv1a(hash, bytes) {
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}
