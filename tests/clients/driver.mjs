// SPDX-License-Identifier: Apache-2.0
// What the drivers of the clients share. A driver is started with its subscriptions as one JSON
// argument, [{name, url, token?, cursor?}], and says, one JSON object a line, {name, open: true},
// {name, id, data, type} and {name, error}. The end of its stdin ends it.
export const say = (message) => process.stdout.write(JSON.stringify(message) + "\n");

/** The event names that the scenarios publish with; an EventSource has to be asked for each. */
export const types = ["message", "book"];

/** Reports everything that happens on this EventSource. */
export function report(name, source) {
  source.addEventListener("open", () => say({ name, open: true }));
  source.addEventListener("error", (event) => say({ name, error: event.message ?? `state ${source.readyState}` }));
  for (const type of types) {
    source.addEventListener(type, (event) => say({ name, id: event.lastEventId, data: event.data, type }));
  }
}

/** Calls open(subscription) for each subscription, and ends with stdin. */
export function run(open) {
  for (const subscription of JSON.parse(process.argv[2])) open(subscription);
  process.stdin.resume().once("end", () => process.exit(0));
}
