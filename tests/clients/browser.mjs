// SPDX-License-Identifier: Apache-2.0
// Clients for browsers, in Chromium, on pages of an application whose origin is not the hub's.
// Arguments: the paths of a certificate and its key. Says {origin} once the application serves;
// then each line on stdin opens a subscription: {name, client, url, token?, cookie?, cursor?}.
// What it says of them is what driver.mjs describes.
import { readFile } from "node:fs/promises";
import { createServer } from "node:https";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";
import { say, types } from "./driver.mjs";

const modules = new URL("./node_modules/", import.meta.url);
const served = {
  "/fetch-event-source/": new URL("@microsoft/fetch-event-source/lib/esm/", modules),
  "/reconnecting-eventsource/": new URL("reconnecting-eventsource/build/esm/", modules),
};

const [certificate, key] = process.argv.slice(2);
const application = createServer(
  { cert: await readFile(certificate), key: await readFile(key) },
  async (request, response) => {
    const prefix = Object.keys(served).find((start) => request.url.startsWith(start));
    if (!prefix) return response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>app</title>");
    // The packages import "./parse", for bundlers.
    const file = request.url.slice(prefix.length).replace(/(\.js)?$/, ".js");
    const text = await readFile(new URL(file, served[prefix])).catch(() => null);
    response.writeHead(text ? 200 : 404, { "content-type": "text/javascript" }).end(text);
  },
);
await new Promise((resolve) => application.listen(0, "127.0.0.1", resolve));
const origin = `https://127.0.0.1:${application.address().port}`;

const browser = await chromium.launch({
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

// Run in the page.
const clients = {
  "fetch-event-source": async ({ name, url, token }) => {
    const { fetchEventSource } = await import("/fetch-event-source/index.js");
    fetchEventSource(url, {
      headers: { Authorization: `Bearer ${token}` },
      openWhenHidden: true,
      onopen: async (response) => {
        if (!response.ok) throw new Error(`status ${response.status}`);
        window.say({ name, open: true });
      },
      onmessage: ({ id, data, event }) => {
        if (id) window.say({ name, id, data, type: event || "message" });
      },
      // As its README says: to be connected again after an orderly end, throw.
      onclose: () => {
        throw new Error("closed");
      },
      onerror: (error) => window.say({ name, error: error.message }),
    });
  },
  "reconnecting-eventsource": async ({ name, url, cursor, types }) => {
    const { default: ReconnectingEventSource } = await import("/reconnecting-eventsource/reconnecting-eventsource.js");
    // After a refusal it makes a new EventSource, with its cursor in the parameter lastEventId.
    class Renaming extends EventSource {
      constructor(target, options) {
        super(cursor ? target.replace("&lastEventId=", `&${cursor}=`) : target, options);
      }
    }
    const source = new ReconnectingEventSource(url, {
      withCredentials: true,
      max_retry_time: 500,
      eventSourceClass: Renaming,
    });
    source.onopen = () => window.say({ name, open: true });
    source.onerror = () => window.say({ name, error: `state ${source.readyState}` });
    for (const type of types) {
      source.addEventListener(type, ({ lastEventId, data }) => window.say({ name, id: lastEventId, data, type }));
    }
  },
};

async function open({ client, cookie, ...subscription }) {
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  if (cookie) await context.addCookies([cookie]);
  const page = await context.newPage();
  await page.exposeFunction("say", say);
  await page.goto(origin + "/");
  await page.evaluate(clients[client], { ...subscription, types });
}

say({ origin });
const lines = createInterface({ input: process.stdin });
lines.on("line", (line) => {
  const subscription = JSON.parse(line);
  open(subscription).catch((error) => say({ name: subscription.name, error: String(error) }));
});
lines.once("close", async () => {
  await browser.close();
  process.exit(0);
});
