# SPDX-License-Identifier: Apache-2.0
"""Subscribers that only are there: the memory of an idle one, the CPU of a new one, and many on one connection."""

import time

from harness import Failure, Hub, median, note
from suite import us

STREAMS = 100  # on each HTTP/2 connection


def idle_kb(got, count, field="rss_ready_kib"):
    """KB of 1,000 bytes that the hub's RSS has grown by for each."""
    return (got[field] - got["rss_start_kib"]) * 1.024 / count


def idle(bench):
    """RSS of the hub per idle HTTP/1.1 subscriber, in clear text and over TLS; then all of them get one event."""
    count = bench.count(10000)
    for tls, limit in ((False, 1.5), (True, 16)):
        with Hub(bench, tls=tls) as hub:
            got = hub.load(subscribers=count, hold=2, publishers=1, events=1, timeout=240, tls=tls)
        each = idle_kb(got, count)
        kind = "TLS" if tls else "plaintext"
        bench.bar("idle", 6, f"RSS of each of {count:,}, {kind}", f"{each:.2f} KB", f"<= {limit} KB", each <= limit)
        if not tls:
            bench.row("idle", "    the stretch: 1 KB", "reached" if each <= 1 else "not reached")
        bench.row("idle", "    at most, one event to all included", f"{idle_kb(got, count, 'rss_max_kib'):.2f} KB")


def connect(bench):
    """Hub CPU from accept to the head of the answer, in clear text and, for information, over TLS."""
    count = bench.count(10000)
    costs = {False: [], True: []}
    with Hub(bench, tls=True) as hub:
        for number in range(bench.rounds):
            for tls, of in costs.items():
                got = hub.load(subscribers=count // 5 if tls else count, hold=0.5, timeout=240, tls=tls)
                of.append(got["ramp_cpu_ns"] / got["ready"])
                note(f"connect round {number + 1}, {'TLS' if tls else 'plaintext'}: {us(of[-1])}")
                time.sleep(1)  # so that those who left cost nothing of the next
    cost = median(costs[False])
    bench.bar("connect", 7, f"CPU of one of {count:,}, plaintext", us(cost), "<= 40 µs", cost <= 40e3)
    bench.row("connect", "    over TLS", us(median(costs[True])))


def http2(hub, **options):
    """hub.load with many streams a connection, or the reason why that can't be."""
    try:
        return hub.load(http2=True, streams_per_connection=STREAMS, **options)
    except Failure as failure:
        if "--http2" in str(failure):
            raise Failure("needs cinnabar bench with --http2") from None
        raise


def h2(bench):
    """10,000 subscribers as streams, 100 on a connection: RSS of an idle one, CPU per delivery against HTTP/1.1."""
    count, events = bench.count(100) * STREAMS, bench.count(100)
    with Hub(bench) as hub:
        got = http2(hub, subscribers=count, hold=2, publishers=1, events=1, timeout=240)
        each = idle_kb(got, count)
        bench.bar("h2", 6, f"RSS of each of {count:,}, HTTP/2, {STREAMS} on a connection", f"{each:.2f} KB",
                  "<= 3 KB", each <= 3)
    costs = {"h1": [], "h2": []}
    load = {"subscribers": count, "publishers": 1, "rate": 5, "events": events, "size": 200, "timeout": 240}
    with Hub(bench) as hub:
        for number in range(bench.rounds):
            costs["h1"].append(hub.load(**load)["cpu_ns_per_delivery"])
            costs["h2"].append(http2(hub, **load)["cpu_ns_per_delivery"])
            note(f"h2 round {number + 1}: h1 {us(costs['h1'][-1])}, h2 {us(costs['h2'][-1])}")
    ratio = median([two / one for two, one in zip(costs["h2"], costs["h1"])])
    bench.bar("h2", 13, f"CPU per delivery to {count:,} streams, 200 B", us(median(costs["h2"])), "<= 1.5 ×",
              ratio <= 1.5, f"HTTP/1.1 {us(median(costs['h1']))}", ratio)
