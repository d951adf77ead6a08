// Renders public/icons/*.png from the SVG drawings beside them, with the Chromium that the tests use.
import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { createRequire } from "node:module";
import { CHROMIUM_FLAGS, findChromium } from "../tests/end_to_end/support/chromium.mjs";

const require = createRequire(new URL("../tests/end_to_end/package.json", import.meta.url));
const { chromium } = require("playwright-core");
const icons = path.join(path.dirname(fileURLToPath(import.meta.url)), "../public/icons");

const PICTURES = [
  { drawing: "icon.svg", picture: "icon-192.png", size_px: 192 },
  { drawing: "icon.svg", picture: "icon-512.png", size_px: 512 },
  { drawing: "icon-maskable.svg", picture: "icon-maskable-192.png", size_px: 192 },
  { drawing: "icon-maskable.svg", picture: "icon-maskable-512.png", size_px: 512 },
  // iOS rounds the corners itself.
  { drawing: "icon-maskable.svg", picture: "apple-touch-icon.png", size_px: 180 },
];

const browser = await chromium.launch({ executablePath: findChromium(), args: CHROMIUM_FLAGS });
for (const { drawing, picture, size_px } of PICTURES) {
  const page = await browser.newPage({ viewport: { width: size_px, height: size_px } });
  const svg = readFileSync(path.join(icons, drawing), "utf8");
  await page.setContent(`<style>body{margin:0}svg{display:block;width:100vw;height:100vh}</style>${svg}`);
  await page.screenshot({ path: path.join(icons, picture), omitBackground: true });
  await page.close();
}
await browser.close();
