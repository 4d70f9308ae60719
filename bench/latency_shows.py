# SPDX-License-Identifier: Apache-2.0
"""Latency: how soon an event is with everybody, and whether slow readers delay the others."""

import collections

from harness import Hub, median, note
from nchan import Nchan
from suite import ms
from targets import drain_hub


def latency(bench):
    """p99 from publish to delivery to 1,000 at 100 publishes a second, beside nchan's."""
    subscribers, events, rate = bench.count(1000), bench.count(1000), 100
    p99, p50 = collections.defaultdict(list), collections.defaultdict(list)
    with Hub(bench) as hub, Hub(bench, journal="memory") as in_memory, Nchan(bench) as nchan:
        hubs = {"hub": hub, "hub in memory": in_memory} | ({"peer": bench.peer} if bench.peer else {})
        for each in hubs.values():
            drain_hub(each, subscribers, 20, rate)  # warm-up
        nchan.drain(subscribers, 20, rate)
        for number in range(bench.rounds):
            of = {name: drain_hub(each, subscribers, events, rate) for name, each in hubs.items()}
            of["nchan"] = nchan.drain(subscribers, events, rate)
            for name, got in of.items():
                p99[name].append(got["latency_p99_ns"])
                p50[name].append(got["latency_p50_ns"])
            note(f"latency round {number + 1}: " + "; ".join(
                f"{name} p50 {ms(got['latency_p50_ns'])}, p99 {ms(got['latency_p99_ns'])}" for name, got in of.items()))
    ratio = median([ours / theirs for ours, theirs in zip(p99["hub"], p99["nchan"])])
    bench.bar("latency", 11, f"p99 delivery to {subscribers:,}, durable, {rate} publishes/s", ms(median(p99["hub"])),
              "<= 1.0 ×", ratio <= 1, f"nchan, in memory, {ms(median(p99['nchan']))}", ratio)
    for name in p99:
        bench.row("latency", f"    p50 and p99, {name}", f"{ms(median(p50[name]))}; {ms(median(p99[name]))}")


def closed_by_hub(got):
    """Subscribers that the hub has closed during a run with one publisher."""
    return got["sockets_ready"] + 1 - got["sockets_end"]


def stalled(bench):
    """A tenth of the subscribers stops reading: the others must not notice, nor the hub's memory."""
    subscribers, stalling = bench.count(1000), bench.count(100)
    # 8 MB to the stalled alone, first: the kernel buffers up to 4 MB of each before the hub notices.
    load = {"subscribers": subscribers, "publishers": 1, "rate": 30, "events": bench.count(400), "size": 200,
            "fill": 8_000_000}
    p99 = {0: [], stalling: []}
    growth = {0: [], stalling: []}
    kept = []
    with Hub(bench, dispatch_timeout="600s") as hub:
        hub.load(**load)  # fills the ring and whatever else is bounded
        for number in range(bench.rounds):
            # Alternate who goes first: the machine's mood must not favour one side.
            for stalls in sorted(p99, reverse=number % 2 == 1):
                got = hub.load(**load, stalled=stalls)
                p99[stalls].append(got["latency_p99_ns"])
                growth[stalls].append(got["rss_max_kib"] - got["rss_before_kib"])
                if stalls:
                    kept.append(stalls - closed_by_hub(got))
                note(f"stalled round {number + 1}, {stalls} stalled: p99 {ms(got['latency_p99_ns'])}, "
                     f"RSS {got['rss_before_kib']} to {got['rss_end_kib']} KiB, "
                     f"sockets {got['sockets_ready']} to {got['sockets_end']}")
    ratio = median([with_them / max(without, 1) for with_them, without in zip(p99[stalling], p99[0])])
    extra = (median(growth[stalling]) - median(growth[0])) / 1024
    bench.bar("stalled", 12, f"p99 delivery of the others, {stalling} of {subscribers:,} stalled",
              ms(median(p99[stalling])), "<= 1.2 ×", ratio <= 1.2, f"none stalled {ms(median(p99[0]))}", ratio)
    bench.row("stalled", "    of the stalled, those that the hub still holds at the end", min(kept))
    bench.row("stalled", "    hub RSS growth in a run: more than with none stalled", f"{extra:.1f} MiB",
              "<= 2 MiB", extra <= 2)
    with Hub(bench) as hub:
        hub.load(**load)
        # Long enough for the stalled to be given up after 5 s, also with --quick.
        got = hub.load(**load | {"events": 240}, stalled=stalling)
    gone = closed_by_hub(got)
    bench.row("stalled", "default dispatch_timeout: stalled subscribers closed by the end", gone,
              f">= {stalling}", gone >= stalling)
    bench.row("stalled", "    p99 delivery of the others", ms(got["latency_p99_ns"]))
