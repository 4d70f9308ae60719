// SPDX-License-Identifier: Apache-2.0
// The npm package eventsource, version 4: header fields go through a fetch of one's own.
import { EventSource } from "eventsource";
import { report, run } from "./driver.mjs";

run(({ name, url, token }) => {
  const withToken = (input, init) =>
    fetch(input, { ...init, headers: { ...init.headers, Authorization: `Bearer ${token}` } });
  report(name, new EventSource(url, token ? { fetch: withToken } : {}));
});
