// Joins every stylesheet below src/ui into .build/generated/daybook.css, which index.html links.
// Trunk runs it before each build. Tokens and base come first, the rest by path, so that the order is stable.
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");
const target = path.join(root, ".build/generated/daybook.css");
const FIRST = ["src/ui/style/tokens.css", "src/ui/style/base.css"];

function stylesheetsBelow(directory) {
  const absolute = path.join(root, directory);
  if (!existsSync(absolute)) return [];
  return readdirSync(absolute, { withFileTypes: true }).flatMap((entry) => {
    const name = `${directory}/${entry.name}`;
    if (entry.isDirectory()) return stylesheetsBelow(name);
    return entry.name.endsWith(".css") ? [name] : [];
  });
}

function inOrder(files) {
  const rest = files.filter((file) => !FIRST.includes(file)).sort();
  return [...FIRST.filter((file) => files.includes(file)), ...rest];
}

/** Imports between our own files are for editors: here they have been joined already. */
function withoutImports(css) {
  return css.replace(/^\s*@import\s[^;]*;[ \t]*\n?/gm, "");
}

const files = inOrder(stylesheetsBelow("src/ui"));
const bundle = files
  .map((file) => `/* ${file} */\n${withoutImports(readFileSync(path.join(root, file), "utf8")).trim()}\n`)
  .join("\n");

// Left alone when it is the same, or a watching Trunk would build again for nothing.
if (!existsSync(target) || readFileSync(target, "utf8") !== bundle) {
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, bundle);
}
