// Serves dist/ on 127.0.0.1, as any plain web server would: no isolation headers, unknown routes get the page.
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";
import { fileURLToPath } from "node:url";
import sirv from "sirv";

export const ROOT = path.join(path.dirname(fileURLToPath(import.meta.url)), "../../..");
/** What is served: the build of this repository, or another one to be tried with the same tests. */
export const DIST = process.env.DAYBOOK_DIST ?? path.join(ROOT, "dist");

/**
 * Starts a server. Port 0 takes a free one. `stop()` also cuts the connections that browsers keep open,
 * so that afterwards the network is really gone.
 */
export async function startServer({ directory = DIST, port = 0 } = {}) {
  if (!existsSync(path.join(directory, "index.html"))) throw new Error(`${directory} is not built: run make build`);
  const files = sirv(directory, { single: true, dev: true, etag: true, setHeaders: neverStale });
  const server = createServer(files);
  await new Promise((resolve, reject) => server.once("error", reject).listen(port, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    port: server.address().port,
    stop: () => stop(server),
  };
}

/** The browser asks each time whether a file is still the same: the worker's names carry no hash. */
function neverStale(response) {
  response.setHeader("Cache-Control", "no-cache");
}

function stop(server) {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections?.();
  return closed;
}
