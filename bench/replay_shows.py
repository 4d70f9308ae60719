# SPDX-License-Identifier: Apache-2.0
"""Replay: a long history to one subscriber, and a short one to many at the same time."""

from durable_shows import seed
from harness import Failure, Hub, median, note
from suite import cpu_ns, forget_peak, resident


def replayed(hub, subscribers, events, after):
    """One replay of `events` to each: events a second of the hub's CPU, a second of time, and the MB it grew by.

    The CPU is all that the hub uses meanwhile: also to accept the subscribers and to see them go."""
    forget_peak(hub.pid)
    memory, cpu = resident(hub.pid), cpu_ns(hub.pid)
    # What came from 64 publishers is not counted by publisher here: so the load has its complaints.
    got = hub.load(subscribers=subscribers, last_event_id=after, expect=events, check=False, timeout=240)
    cpu = cpu_ns(hub.pid) - cpu
    if got["deliveries"] != subscribers * events or got["subscribers_short"] or got["orders"] != 1:
        raise Failure(f"{got['deliveries']:,} of {subscribers * events:,} events were replayed: {got['problem']}")
    seconds = got["ramp_seconds"] + got["load_seconds"]
    growth = (resident(hub.pid, "VmHWM") - memory) * 1024 / 1e6
    return got["deliveries"] * 1e9 / cpu, got["deliveries"] / seconds, growth


def replay(bench):
    """100,000 events to one subscriber, and the last 1,000 to 1,000, out of both journals."""
    stored, last, many = bench.count(100000), bench.count(1000), bench.count(1000)
    for journal in ("memory", "rocksdb"):
        with Hub(bench, journal=journal) as hub:
            cursor = seed(hub, stored - last)[-1]
            hub.load(publishers=64 if last > 100 else 1, events=last)
            kinds = {f"{stored:,} events to one": (1, stored, "earliest"),
                     f"{last:,} events to {many:,}": (many, last, cursor)}
            found = {kind: [] for kind in kinds}
            growth = dict.fromkeys(kinds, 0.0)
            for number in range(bench.rounds + 1):
                for kind, options in kinds.items():
                    got = replayed(hub, *options)
                    note(f"replay round {number}, {journal}, {kind}: {got[0]:,.0f} events/s/core, {got[1]:,.0f} "
                         f"events/s, RSS + {got[2]:.1f} MB")
                    growth[kind] = max(growth[kind], got[2])
                    if number > 0:  # the first is the warm-up, but memory is taken then if ever
                        found[kind].append(got)
        for kind, of in found.items():
            speed = median([each[0] for each in of])
            bench.bar("replay", 10, f"{kind}, {journal} journal: events a second of CPU", f"{speed:,.0f}",
                      ">= 500,000", speed >= 500000)
            bench.bar("replay", 10, f"{kind}, {journal} journal: hub RSS grows by, at most",
                      f"{growth[kind]:.1f} MB", "< 16 MB", growth[kind] < 16)
            bench.row("replay", "    events per second, median", f"{median([each[1] for each in of]):,.0f}")
