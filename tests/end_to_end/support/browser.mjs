// Browsers with a profile of their own on disk: Daybook keeps everything there, so a test can kill one browser
// and look at what the next one finds.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { chromium } from "playwright-core";
import { CHROMIUM_FLAGS, findChromium } from "./chromium.mjs";

export const DESKTOP = { width: 1280, height: 800 };

/** An empty profile directory, to be removed with `removeProfile`. */
export function freshProfile() {
  return mkdtempSync(path.join(tmpdir(), "daybook-profile-"));
}

export function removeProfile(profile) {
  // A browser that is just ending may still write; the system clears its temporary files in any case.
  rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

/**
 * Starts Chromium with this profile and returns playwright's context, its first page as `context.shopPage`.
 * Whatever the page logs as an error, and every exception, is collected in `context.complaints`.
 */
export async function launch(profile, options = {}) {
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: findChromium(),
    args: CHROMIUM_FLAGS,
    viewport: DESKTOP,
    locale: "en-GB",
    timezoneId: "Europe/London",
    acceptDownloads: true,
    ...options,
  });
  context.setDefaultTimeout(20_000);
  context.complaints = [];
  context.on("weberror", (event) => context.complaints.push(String(event.error())));
  context.on("console", (message) => {
    if (message.type() === "error") context.complaints.push(message.text());
  });
  context.shopPage = context.pages()[0] ?? (await context.newPage());
  return context;
}

/** Ends the browser of this profile as a power cut would: nothing is asked, nothing is flushed. */
export async function kill(profile) {
  const pids = pidsOf(profile);
  if (pids.length === 0) throw new Error(`no browser runs with the profile ${profile}`);
  for (const pid of pids) killNow(pid);
  await until(() => pidsOf(profile).length === 0, "the killed browser to be gone");
}

/** Whether no browser runs with this profile. */
export function wasStopped(profile) {
  return pidsOf(profile).length === 0;
}

function killNow(pid) {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    // Its parent went first and took it along.
    if (error.code !== "ESRCH") throw error;
  }
}

function pidsOf(profile) {
  return runningCommands()
    .filter(({ pid, command }) => pid !== process.pid && command.includes(`--user-data-dir=${profile}`))
    .map(({ pid }) => pid);
}

function runningCommands() {
  if (existsSync("/proc/self/cmdline")) {
    const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
    return pids.map((pid) => ({ pid: Number(pid), command: commandLine(pid) }));
  }
  const lines = execFileSync("ps", ["-axo", "pid=,args="], { encoding: "utf8" }).trim().split("\n");
  return lines.map((line) => ({ pid: Number.parseInt(line, 10), command: line }));
}

/** Empty for a process that has just ended, or has ended and only waits to be reaped. */
function commandLine(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return "";
  }
}

/** Waits for a condition that lies outside the page; playwright waits for those inside. */
export async function until(condition, what, timeout_ms = 20_000) {
  const deadline_ms = Date.now() + timeout_ms;
  while (!(await condition())) {
    if (Date.now() > deadline_ms) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
