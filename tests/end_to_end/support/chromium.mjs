// Where Chromium is, and how to start it so that it behaves the same on every machine.
import { accessSync, constants } from "node:fs";
import path from "node:path";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const FIXED_PLACES = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

export const CHROMIUM_FLAGS = [
  "--headless=new",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--disable-dev-shm-usage",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The path of Chromium: DAYBOOK_CHROMIUM, or the first one found. */
export function findChromium() {
  const directories = (process.env.PATH ?? "").split(path.delimiter);
  const candidates = NAMES.flatMap((name) => directories.map((directory) => path.join(directory, name)));
  const found = [process.env.DAYBOOK_CHROMIUM, ...candidates, ...FIXED_PLACES].find(isExecutable);
  if (!found) throw new Error("no Chromium found: run `make setup`, or set DAYBOOK_CHROMIUM to its path");
  return found;
}

function isExecutable(file) {
  if (!file) return false;
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
