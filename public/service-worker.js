// Keeps one whole build of Daybook in one cache, so that it starts with the network gone and page and worker
// always come from the same build. .build/finish_dist.mjs fills in the build and its files.
//
// A new build is fetched as a whole or not at all, and then waits: it takes over when the last page is closed,
// or when the page asks for it, never in the middle of a sale.

const BUILD = "BUILD_ID";
/** Pairs of address and integrity hash. Empty in debug builds, which are never cached. */
const FILES = [/* FILES */];

const CACHE_PREFIX = "daybook-";
const CACHE = CACHE_PREFIX + BUILD;

self.addEventListener("install", (event) => {
  if (FILES.length > 0) event.waitUntil(fetchWholeBuild());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(deleteOtherBuilds());
});

self.addEventListener("message", (event) => {
  if (event.data?.type === "apply-update") self.skipWaiting();
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const isOurs = new URL(request.url).origin === self.location.origin;
  if (FILES.length > 0 && request.method === "GET" && isOurs) event.respondWith(answer(request));
});

/** The hash makes a half-deployed server fail the installation, and the old build stays. */
async function fetchWholeBuild() {
  const cache = await caches.open(CACHE);
  const requests = FILES.map(([address, integrity]) => new Request(address, { cache: "reload", integrity }));
  try {
    await cache.addAll(requests);
  } catch (error) {
    await caches.delete(CACHE);
    throw error;
  }
}

async function deleteOtherBuilds() {
  const others = (await caches.keys()).filter((name) => name.startsWith(CACHE_PREFIX) && name !== CACHE);
  await Promise.all(others.map((name) => caches.delete(name)));
  // The page that installed the first build is not controlled yet; with later builds every page is.
  if (others.length === 0) await self.clients.claim();
}

async function answer(request) {
  const cache = await caches.open(CACHE);
  const stored = await cache.match(request, { ignoreSearch: true, ignoreVary: true });
  if (stored) return stored;
  // Every other address is a route of the app, drawn by the page itself.
  const page = request.mode === "navigate" && (await cache.match("/"));
  return page || fetch(request);
}
