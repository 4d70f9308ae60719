# SPDX-License-Identifier: Apache-2.0
"""Fan-out: what a delivery costs the hub, in clear text and over TLS."""

import contextlib

from harness import Failure, Hub, median, note
from nchan import Nchan
from suite import ms, us


def compare(bench, show, size, journal="rocksdb", events=300, nchan=False):
    """Rounds of events one at a time: the hub, raw send() of the same bytes, and whoever else is there.
    Answers the medians of the costs and of the ratios to the hub's, by name."""
    subscribers, events, rate = bench.count(1000), bench.count(events), 50
    load = {"subscribers": subscribers, "publishers": 1, "rate": rate, "size": size}
    costs = {"hub": [], "raw": []}
    with contextlib.ExitStack() as stack:
        hub = stack.enter_context(Hub(bench, journal=journal))
        other = stack.enter_context(Nchan(bench)) if nchan else None
        hub.load(**load, events=20)  # warm-up
        for number in range(bench.rounds):
            ours = hub.load(**load, events=events)
            of = {"hub": ours, "raw": bench.raw(subscribers, events, ours["bytes_per_delivery"], rate)}
            if other:
                of["nchan"] = other.drain(subscribers, events, rate, size)
            if bench.peer:
                of["peer"] = bench.peer.load(**load, events=events)
            for name, got in of.items():
                costs.setdefault(name, []).append(got["cpu_ns_per_delivery"])
            note(f"{show} round {number + 1}, {ours['bytes_per_delivery']:.0f} bytes each: " +
                 "; ".join(f"{name} {us(got['cpu_ns_per_delivery'])}, p99 {ms(got['latency_p99_ns'])}"
                           for name, got in of.items()))
    ratios = {name: median([theirs / ours for theirs, ours in zip(of, costs["hub"])]) for name, of in costs.items()}
    return subscribers, {name: median(of) for name, of in costs.items()}, ratios


def peer_row(bench, show, costs):
    if bench.peer:
        cost = us(costs["peer"]) if bench.peer.pid else "needs --peer-pid"
        bench.row(show, "    the peer", cost)


def fanout(bench):
    """Hub CPU per delivery, one event at a time, against raw send() of the same bytes, and against nchan."""
    subscribers, costs, ratios = compare(bench, "fanout", 200, nchan=True)
    what = f"CPU per delivery to {subscribers:,}, 200 B, 50 events/s"
    ratio = 1 / ratios["raw"]
    bench.bar("fanout", 1, what, us(costs["hub"]), "<= 1.3 ×", ratio <= 1.3, f"raw send() {us(costs['raw'])}", ratio)
    bench.bar("fanout", 1, "nchan's CPU per delivery", us(costs["nchan"]), ">= 1.4 ×", ratios["nchan"] >= 1.4,
              f"the hub's {us(costs['hub'])}", ratios["nchan"])
    peer_row(bench, "fanout", costs)


def payload(bench):
    """Hub CPU per delivery of 4 KB, one event at a time, against raw send() of the same bytes."""
    subscribers, costs, ratios = compare(bench, "payload", 4096)
    ratio = 1 / ratios["raw"]
    bench.bar("payload", 3, f"CPU per delivery to {subscribers:,}, 4 KB, 50 events/s", us(costs["hub"]), "<= 1.5 ×",
              ratio <= 1.5, f"raw send() {us(costs['raw'])}", ratio)
    peer_row(bench, "payload", costs)


def saturate(bench, target, events):
    """One run of 64 publishers at full speed; its JSON, with the cost and the speed of a delivery. What the
    hub loses is a finding, what a peer loses ends its part."""
    strictness = {} if target is bench.peer else {"check": False}
    got = target.load(subscribers=bench.count(1000), publishers=64, events=events, size=200, timeout=180, **strictness)
    if "cpu_ns_per_delivery" not in got:
        raise Failure(f"bench: {got['problem']}")
    got["cost"] = got["cpu_ns"] / max(got["deliveries"], 1)
    got["speed"] = got["deliveries"] / max(got["load_seconds"], 1e-9)
    return got


def saturated(bench):
    """Hub CPU per delivery with 64 publishers at full speed; nothing may be lost."""
    subscribers, events = bench.count(1000), bench.count(20000)
    for journal in ("memory", "rocksdb"):
        costs, speeds, raws, problems, peers = [], [], [], [], []
        with Hub(bench, journal=journal) as hub:
            for number in range(bench.rounds):
                got = saturate(bench, hub, events)
                raw = bench.raw(subscribers, bench.count(4000), got["bytes_per_delivery"] or 265, batch=16)
                costs.append(got["cost"])
                speeds.append(got["speed"])
                raws.append(raw["cpu_ns_per_delivery"])
                if got["problem"]:
                    problems.append(got["problem"])
                if bench.peer:
                    peers.append(saturate(bench, bench.peer, events))
                note(f"saturated round {number + 1}, {journal}: {us(costs[-1])} per delivery (raw {us(raws[-1])}), "
                     f"{speeds[-1]:,.0f} deliveries/s, {got['publishes_per_second']:,.0f} publishes/s; "
                     f"lost {got['lost']}, repeated {got['repeated']}, closed {got['closed']}, "
                     f"short {got['subscribers_short']} {got['problem']}")
        bench.bar("saturated", 2, f"CPU per delivery to {subscribers:,}, 200 B, {journal} journal", us(median(costs)),
                  "<= 0.6 µs", median(costs) <= 600)
        bench.bar("saturated", 2, f"each of {events:,} events once, in one order, {journal} journal",
                  "no" if problems else "yes", "yes", not problems)
        bench.row("saturated", "    deliveries per second, median", f"{median(speeds):,.0f}")
        bench.row("saturated", "    raw send() of 16 events each, per event", us(median(raws)))
        if peers:
            bench.row("saturated", "    the peer: deliveries per second", f"{median([p['speed'] for p in peers]):,.0f}")
            peer_row(bench, "saturated", {"peer": median([p["cost"] for p in peers])})


def tls(bench):
    """Hub CPU per delivery over TLS, in bursts of 64 publishers, against SSL_write() of as many events each."""
    subscribers, events = bench.count(1000), bench.count(8000)
    costs, raws, ratios, bunches = [], [], [], []
    with Hub(bench, journal="memory", tls=True) as hub:
        load = {"subscribers": subscribers, "publishers": 64, "size": 200, "timeout": 180, "tls": True}
        hub.load(**load, events=max(events // 4, 64))  # warm-up
        for number in range(bench.rounds):
            ours = hub.load(**load, events=events)
            # A read of the client is a record, and a record one call of the hub's.
            bunches.append(max(ours["events_per_read"], 1))
            raw = bench.raw(subscribers, events, ours["bytes_per_delivery"], batch=bunches[-1], tls=True)
            costs.append(ours["cpu_ns_per_delivery"])
            raws.append(raw["cpu_ns_per_delivery"])
            ratios.append(costs[-1] / raws[-1])
            note(f"tls round {number + 1}, {bunches[-1]:.1f} events a record: hub {us(costs[-1])}, raw {us(raws[-1])}")
    ratio = median(ratios)
    bench.bar("tls", 14, f"CPU per delivery to {subscribers:,}, 64 publishers, {median(bunches):.1f} events a record",
              us(median(costs)), "<= 1.3 ×", ratio <= 1.3, f"raw SSL_write() of as many {us(median(raws))}", ratio)
