// `make build`: a release build into dist/, or nothing if dist/ is already one of exactly these sources.
// Trunk itself would bind and optimise the same WebAssembly again each time.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { releaseStamp } from "./build_id.mjs";

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");
const stampFile = path.join(root, ".build/generated/release_stamp");
// Taken before the build: what is edited meanwhile must lead to another one.
const stamp = releaseStamp(root);

function isBuilt() {
  const finished = ["dist/index.html", "dist/service-worker.js"].every((file) => existsSync(path.join(root, file)));
  return finished && existsSync(stampFile) && readFileSync(stampFile, "utf8") === stamp;
}

if (isBuilt()) {
  console.error("dist/ is up to date.");
} else {
  const result = spawnSync("trunk", ["build", "--release", "--offline"], { cwd: root, stdio: "inherit" });
  if (result.error) throw result.error;
  if (result.status !== 0) process.exit(result.status ?? 1);
  writeFileSync(stampFile, stamp);
}
