// SPDX-License-Identifier: Apache-2.0
// The npm package eventsource, version 2, which most Node.js programs of the 0.x era have.
import EventSource from "eventsource-2";
import { report, run } from "./driver.mjs";

run(({ name, url, token }) => {
  report(name, new EventSource(url, token ? { headers: { Authorization: `Bearer ${token}` } } : {}));
});
