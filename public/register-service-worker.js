// Registers the service worker and tells the app what comes of it, as events on window:
//   daybook-offline-ready      this build is stored and starts without a network
//   daybook-update-available   a newer build is stored and waits for window.daybookUpdate.apply()
// The app may be mounted later than either: window.daybookUpdate says both at any time.
(() => {
  const CHECK_INTERVAL_MS = 60 * 60 * 1000;

  let registration = null;
  let applying = false;
  let lastCheck_ms = Date.now();

  const update = {
    offlineReady: false,
    available: false,

    /** Switches to the newer build and loads it. To be called only when nothing would be interrupted. */
    apply() {
      if (!registration?.waiting) return;
      applying = true;
      registration.waiting.postMessage({ type: "apply-update" });
    },

    /** Looks for a newer build now. Without a network there is none, and that is no error. */
    async check() {
      lastCheck_ms = Date.now();
      await registration?.update().catch(() => {});
    },
  };
  window.daybookUpdate = update;

  const announce = (name) => window.dispatchEvent(new Event(name));

  function noteState() {
    if (registration.active && !update.offlineReady) {
      update.offlineReady = true;
      announce("daybook-offline-ready");
    }
    const available = Boolean(registration.waiting && registration.active);
    if (available && !update.available) announce("daybook-update-available");
    update.available = available;
  }

  function follow(worker) {
    worker?.addEventListener("statechange", noteState);
  }

  async function register() {
    registration = await navigator.serviceWorker.register("/service-worker.js", { updateViaCache: "none" });
    registration.addEventListener("updatefound", () => follow(registration.installing));
    [registration.installing, registration.waiting, registration.active].forEach(follow);
    noteState();
  }

  // Only the page that asked for the update loads again; the first build's taking over changes nothing.
  function onControllerChange() {
    if (applying) window.location.reload();
  }

  function onVisible() {
    const isDue = Date.now() - lastCheck_ms > CHECK_INTERVAL_MS;
    if (document.visibilityState === "visible" && isDue) update.check();
  }

  if (!("serviceWorker" in navigator)) return;
  navigator.serviceWorker.addEventListener("controllerchange", onControllerChange);
  document.addEventListener("visibilitychange", onVisible);
  // After everything the first screen needs: storing the build must not slow its first start.
  window.addEventListener("load", () => register().catch((error) => console.warn("No service worker:", error)));
})();
