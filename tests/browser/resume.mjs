// SPDX-License-Identifier: Apache-2.0
// A real EventSource against a hub that is killed and comes back. Speaks with test_browser.py in
// JSON lines: on stdout {"listening"}, {"event": {id, data}}, {"reconnecting"}; any line on stdin
// ends it.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const [origin, topic] = process.argv.slice(2);
const say = (message) => process.stdout.write(JSON.stringify(message) + "\n");

const profile = await mkdtemp(join(tmpdir(), "cinnabar-browser-"));
const browser = await chromium.launchPersistentContext(profile, {
  executablePath: "/usr/bin/chromium",
  headless: true,
  args: [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});

try {
  const page = await browser.newPage();
  await page.exposeFunction("say", say);
  // Any page of the hub's own origin will do, a 404 among them: CSP lets it connect to its origin.
  await page.goto(origin + "/");
  await page.evaluate((topic) => {
    const source = new EventSource("/.well-known/mercure?match=" + encodeURIComponent(topic));
    source.onopen = () => say({ listening: true });
    source.onmessage = (event) => say({ event: { id: event.lastEventId, data: event.data } });
    source.onerror = () => say({ reconnecting: source.readyState === EventSource.CONNECTING });
  }, topic);
  await new Promise((resolve) => process.stdin.once("data", resolve).once("end", resolve));
} finally {
  await browser.close();
  await rm(profile, { recursive: true, force: true });
}
process.exit(0);
