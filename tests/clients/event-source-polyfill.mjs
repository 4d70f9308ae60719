// SPDX-License-Identifier: Apache-2.0
// The polyfill that Mercure's documentation recommended for tokens in the Authorization field. It
// sends no Last-Event-ID field: its cursor is a query parameter, lastEventId unless one says otherwise.
import polyfill from "event-source-polyfill";
import { report, run } from "./driver.mjs";

run(({ name, url, token, cursor }) => {
  const options = { headers: { Authorization: `Bearer ${token}` }, lastEventIdQueryParameterName: cursor };
  report(name, new polyfill.EventSourcePolyfill(url, options));
});
