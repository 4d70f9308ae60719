#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Measures the hub against the bars it promises; one table line per measure. See bench/README.md."""

import argparse
import contextlib
import json
import pathlib
import subprocess
import sys
import time
import traceback

from harness import RESOURCE, Bench, Failure, Hub, median, note
from presence_shows import listing, presence
from token_shows import forged, tokens


def us(ns, digits=2):
    return f"{ns / 1e3:.{digits}f} µs"


def ms(ns):
    return f"{ns / 1e6:.2f} ms"


def seed(hub, total):
    """Stores `total` more updates; answers the last few ids, in order."""
    tail = 10
    if total > tail:
        hub.load(publishers=64 if total > 6400 else 1, events=total - tail)
    return hub.load(publishers=1, events=min(total, tail))["last_ids"]


def history(bench):
    """One subscriber reads the whole history, right after publishing and after a restart."""
    stored = bench.count(5000)
    with Hub(bench) as hub:
        hub.load(publishers=1, events=stored)
        for when in ("", ", after a restart"):
            if when:
                hub.restart()
            got = hub.load(subscribers=1, last_event_id="earliest", expect=stored, check=False)
            if got["problem"]:
                note(f"history: {got['problem']}")
            seconds = got["ramp_seconds"] + got.get("load_seconds", 0)
            bench.row("history", f"of {stored} stored, received from earliest, in order{when}",
                      got["deliveries"], f"= {stored}", not got["problem"] and got["deliveries"] == stored)
            bench.row("history", f"  events per second of the replay{when}", f"{stored / seconds:,.0f}")


def resume(bench):
    """CPU of the hub for resuming at the last 3 events, with a short and a long history."""
    times = bench.count(200)
    costs = []
    with Hub(bench) as hub:
        stored = 0
        for size in (bench.count(9000), bench.count(90000)):
            ids = seed(hub, size - stored)
            stored = size
            plain = hub.load(resumes=times)
            got = hub.load(resumes=times, last_event_id=ids[-4], expect=3)
            if got["resumed_after"] != ids[-4]:
                raise Failure(f"Mercure-Last-Event-ID is {got['resumed_after']!r}, not {ids[-4]!r}")
            cost = got["cpu_median_ns"]
            costs.append(cost)
            bench.row("resume", f"hub CPU to resume at the last 3 of {size}, median of {times}",
                      us(cost, 0), "< 1000 µs", cost < 1e6)
            bench.row("resume", "  mean", us(got["cpu_mean_ns"], 0))
            bench.row("resume", "  a subscriber that does not resume, median", us(plain["cpu_median_ns"], 0))
    ratio = costs[1] / max(costs[0], 1)
    bench.row("resume", "ratio of the medians, long history to short", f"{ratio:.2f}", "<= 1.5", ratio <= 1.5)


def idle(bench):
    """RSS of the hub per idle HTTP/1.1 subscriber; then all of them get one event."""
    count = bench.count(10000)
    for tls, bar in ((False, 2.0), (True, 20.0)):
        with Hub(bench, tls=tls) as hub:
            got = hub.load(subscribers=count, hold=2, publishers=1, events=1, timeout=240, tls=tls)
        each = (got["rss_ready_kib"] - got["rss_start_kib"]) / count
        after = (got["rss_max_kib"] - got["rss_start_kib"]) / count
        kind = "TLS" if tls else "plaintext"
        bench.row("idle", f"{count} subscribers, {kind}: hub RSS each", f"{each:.2f} KiB",
                  f"<= {bar:.0f} KiB", each <= bar)
        bench.row("idle", "  at most, one event to all included", f"{after:.2f} KiB")
        bench.row("idle", "  hub CPU to accept one", us(got["ramp_cpu_ns"] / count, 0))


def fanout(bench):
    """Hub CPU per delivery, one event at a time, against raw send() of the same bytes."""
    subscribers, events, rate = bench.count(1000), bench.count(300), 50
    load = {"subscribers": subscribers, "publishers": 1, "rate": rate, "size": 200}
    hub_costs, raw_costs, ratios = [], [], []
    with Hub(bench) as hub:
        hub.load(**load, events=20)  # warm-up
        for number in range(bench.rounds):
            ours = hub.load(**load, events=events)
            raw = bench.raw(subscribers, events, ours["bytes_per_delivery"], rate)
            hub_costs.append(ours["cpu_ns_per_delivery"])
            raw_costs.append(raw["cpu_ns_per_delivery"])
            ratios.append(hub_costs[-1] / raw_costs[-1])
            note(f"fanout round {number + 1}, {ours['bytes_per_delivery']:.0f} bytes each: "
                 f"hub {us(hub_costs[-1])}, p99 latency {ms(ours['latency_p99_ns'])}; "
                 f"raw {us(raw_costs[-1])}, p99 latency {ms(raw['latency_p99_ns'])}")
    ratio = median(ratios)
    bench.row("fanout", f"{subscribers} subscribers, {rate} events/s: hub CPU per delivery, median",
              us(median(hub_costs)))
    bench.row("fanout", "  raw send() of the same bytes, median", us(median(raw_costs)))
    bench.row("fanout", "  ratio, median of the rounds", f"{ratio:.2f}", "<= 1.5", ratio <= 1.5)


def saturated(bench):
    """Hub CPU per delivery with 64 publishers at full speed; nothing may be lost."""
    subscribers, events = bench.count(1000), bench.count(20000)
    wire_bytes = 265
    for journal in ("memory", "rocksdb"):
        costs, speeds, problems = [], [], []
        with Hub(bench, journal=journal) as hub:
            for number in range(max(bench.rounds * 3 // 5, 1)):
                got = hub.load(subscribers=subscribers, publishers=64, events=events, size=200, timeout=180,
                               check=False)
                if "cpu_ns_per_delivery" not in got:
                    raise Failure(f"loadgen: {got['problem']}")
                if got["problem"]:
                    problems.append(got["problem"])
                wire_bytes = got["bytes_per_delivery"] or wire_bytes
                costs.append(got["cpu_ns"] / max(got["deliveries"], 1))
                speeds.append(got["deliveries"] / max(got["load_seconds"], 1e-9))
                note(f"saturated round {number + 1}, {journal}: {us(costs[-1])} per delivery, "
                     f"{speeds[-1]:,.0f} deliveries/s, {got['publishes_per_second']:,.0f} publishes/s; "
                     f"lost {got['lost']}, repeated {got['repeated']}, closed {got['closed']}, "
                     f"short {got['subscribers_short']} {got['problem']}")
        bench.row("saturated", f"64 publishers, {subscribers} subscribers, {journal}: hub CPU per delivery",
                  us(median(costs)), "<= 0.8 µs", median(costs) <= 800)
        bench.row("saturated", f"  every one of {events} events to each, once, in one order",
                  "no" if problems else "yes", "yes", not problems)
        bench.row("saturated", "  deliveries per second, median", f"{median(speeds):,.0f}")
    raw = bench.raw(subscribers, bench.count(4000), wire_bytes, batch=16)
    bench.row("saturated", "  raw send() of 16 events each, per event", us(raw["cpu_ns_per_delivery"]))


def durable(bench):
    """Acknowledged publishes per second with sync = "always", and how many one sync serves."""
    seconds = 1 if bench.quick else 4
    speeds = {1: [], 64: []}
    with Hub(bench) as hub:
        hub.load(publishers=64, duration=1)  # warm-up
        for number in range(bench.rounds):
            for publishers, of in speeds.items():
                got = hub.load(publishers=publishers, duration=seconds)
                of.append(got["publishes_per_second"])
                note(f"durable round {number + 1}, {publishers} publishers: {of[-1]:,.0f}/s, "
                     f"p99 {ms(got['publish_p99_ns'])}, "
                     f"{us(got['cpu_ns'] / max(got['published'], 1))} hub CPU each")
    ratio = median([many / one for one, many in zip(speeds[1], speeds[64])])
    bench.row("durable", "1 publisher, sync always: acknowledged per second", f"{median(speeds[1]):,.0f}")
    bench.row("durable", "64 publishers", f"{median(speeds[64]):,.0f}")
    bench.row("durable", "  ratio, median of the rounds", f"{ratio:.1f}", ">= 6", ratio >= 6)
    with Hub(bench, trace=True) as hub:
        hub.load(publishers=64, duration=1)
        before = hub.syncs()
        got = hub.load(publishers=64, duration=seconds)
        syncs = hub.syncs() - before
    each = got["published"] / max(syncs, 1)
    bench.row("durable", f"publishes per sync ({got['published']} by {syncs} traced calls)", f"{each:.1f}",
              ">= 8", syncs > 0 and each >= 8)


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
    ratio = median(p99[stalling]) / max(median(p99[0]), 1)
    extra = (median(growth[stalling]) - median(growth[0])) / 1024
    bench.row("stalled", f"p99 delivery of {subscribers}, none stalled, median", ms(median(p99[0])))
    bench.row("stalled", f"p99 delivery of the others, {stalling} stalled, median", ms(median(p99[stalling])))
    bench.row("stalled", "  ratio of the medians", f"{ratio:.2f}", "<= 1.3", ratio <= 1.3)
    bench.row("stalled", "  of the stalled, those that the hub still holds at the end", min(kept))
    bench.row("stalled", "  hub RSS growth in a run: more than with none stalled", f"{extra:.1f} MiB",
              "<= 2 MiB", extra <= 2)
    with Hub(bench) as hub:
        hub.load(**load)
        # Long enough for the stalled to be given up, also with --quick.
        got = hub.load(**load | {"events": 400}, stalled=stalling)
    gone = closed_by_hub(got)
    bench.row("stalled", "default dispatch_timeout: stalled subscribers closed by the end", gone,
              f">= {stalling}", gone >= stalling)
    bench.row("stalled", "  p99 delivery of the others", ms(got["latency_p99_ns"]))


def matching(bench):
    """Hub CPU per publish to a topic never seen before, with more and more subscribers of other topics; 16
    publishers on kept connections."""
    counts = (0, bench.count(1000), bench.count(5000), bench.count(15000))
    for kind, first, bar in (("pattern", 1, 1.5), ("exact topic", 0, 1.3)):
        costs = {count: [] for count in counts}
        with contextlib.ExitStack() as stack:
            hubs = {}
            for count in counts:
                # No heartbeats: they would be paid for by whichever publish they fall upon.
                hubs[count] = stack.enter_context(Hub(bench, journal="memory", heartbeat="0s"))
                stack.enter_context(hubs[count].holding(count, topics="each", topic_count=max(count, 1),
                                                        patterns=kind == "pattern"))
            for number in range(bench.rounds + 1):
                for count in counts:
                    got = hubs[count].load(publishers=16, events=bench.count(10000), fresh=True)
                    if number > 0:  # the first is the warm-up
                        costs[count].append(got["cpu_ns"] / got["published"])
            alone = hubs[counts[-1]].load(publishers=1, events=bench.count(5000), fresh=True)
        medians = {count: median(of) for count, of in costs.items()}
        for count in counts:
            last = count == counts[-1] and kind == "pattern"
            bench.row("matching", f"{count} subscribers, each with a {kind} of its own: CPU per publish",
                      us(medians[count]), "<= 60 µs" if last else "", medians[count] <= 60e3 if last else None)
        bench.row("matching", f"  {counts[-1]}, by one publisher instead of 16, who pays for every wake-up alone",
                  us(alone["cpu_ns"] / alone["published"]))
        ratio = medians[counts[-1]] / medians[counts[first]]
        bench.row("matching", f"  ratio, {counts[-1]} to {counts[first]}", f"{ratio:.2f}", f"<= {bar}", ratio <= bar)


def patterns(bench):
    """RSS of the hub per subscriber with a pattern of its own, above one with a topic of its own."""
    count = bench.count(10000)
    each = {}
    for of_patterns in (False, True):
        with Hub(bench, journal="memory") as hub:
            got = hub.load(subscribers=count, topics="each", topic_count=count, patterns=of_patterns, hold=2,
                           timeout=240)
        each[of_patterns] = (got["rss_ready_kib"] - got["rss_start_kib"]) / count
        kind = "pattern" if of_patterns else "exact topic"
        bench.row("patterns", f"{count} subscribers, each with a {kind} of its own: hub RSS each",
                  f"{each[of_patterns]:.2f} KiB")
    extra = each[True] - each[False]
    bench.row("patterns", "  a pattern above an exact topic", f"{extra:.2f} KiB", "<= 4 KiB", extra <= 4)


def batch(bench):
    """Seconds that `cinnabar match --batch` takes for 100,000 lines."""
    count = bench.count(100000)
    lines = [json.dumps({"pattern": f"https://example.com/users/{n}/:name", "base": RESOURCE,
                         "topics": [f"https://example.com/users/{n}/a", f"https://example.com/users/{n + 1}/a"]})
             for n in range(count)]
    seconds = []
    for _ in range(bench.rounds):
        begin = time.monotonic()
        done = subprocess.run([bench.hub, "match", "--batch"], input="\n".join(lines), text=True,
                              stdout=subprocess.PIPE, check=True)
        seconds.append(time.monotonic() - begin)
    answers = done.stdout.splitlines()
    right = [json.loads(answer)["matches"] == [True, False] for answer in answers]
    bench.row("batch", f"{count} lines, one pattern and two topics each, median", f"{median(seconds):.2f} s", "< 2 s",
              median(seconds) < 2)
    bench.row("batch", "  answered, and rightly", f"{sum(right)}", f"= {count}", len(right) == count and all(right))


def micro(bench):
    """Parsing a topic and testing a pattern, beside the same by hand (Google Benchmark)."""
    command = [bench.tool("cinnabar_micro_bench"), "--benchmark_filter=url_|pattern_",
               f"--benchmark_repetitions={bench.rounds}", "--benchmark_format=json",
               "--benchmark_enable_random_interleaving=true"]
    report = json.loads(subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout)
    times = {row["run_name"]: row["cpu_time"] for row in report["benchmarks"] if row.get("aggregate_name") == "median"}
    if bench.rounds == 1:
        times = {row["run_name"]: row["cpu_time"] for row in report["benchmarks"]}
    for name, bar in MICRO.items():
        bench.row("micro", name, f"{times[name]:,.0f} ns", f"< {bar:,} ns" if bar else "",
                  times[name] < bar if bar else None)
    for name, baseline in (("url_parse/topic", "url_by_hand/topic"), ("pattern_test/named", "pattern_by_hand")):
        bench.row("micro", f"  ratio of {name} to the same by hand", f"{times[name] / times[baseline]:.1f}")


# Benchmarks of `micro`, and how many nanoseconds they may take; None: for information.
MICRO = {
    "url_parse/topic": 250,
    "url_by_hand/topic": None,
    "pattern_test/named": 150,
    "pattern_parse_and_test/named": None,
    "pattern_by_hand": None,
    "pattern_hostile_regexp": 1_000_000,
    "pattern_hostile/wildcards": 1_000_000,
    "pattern_hostile/optional_texts": 1_000_000,
    "pattern_hostile/repeated_texts": 1_000_000,
    "pattern_hostile_groups/optional": 1_000_000,
    "pattern_hostile_groups/repeated": 1_000_000,
}

SHOWS = {show.__name__: show for show in (history, resume, idle, fanout, saturated, durable, stalled, matching,
                                          patterns, batch, micro, tokens, forged, presence, listing)}


def parse_arguments():
    root = pathlib.Path(__file__).resolve().parent.parent
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="\n".join(f"{name}: {show.__doc__}" for name, show in SHOWS.items()))
    parser.add_argument("show", nargs="+", choices=[*SHOWS, "all"])
    parser.add_argument("--hub", default=root / "build/release/cinnabar", help="the binary to measure")
    parser.add_argument("--tools", help="directory of the tools; default: bench/ beside the hub")
    parser.add_argument("--directory", help="where journals go, on a real disk; default: beside the hub")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true",
                        help="a tenth of everything: tries the tools, proves nothing")
    parser.add_argument("--keep", action="store_true", help="leave configurations, logs and journals behind")
    return parser.parse_args()


def main():
    args = parse_arguments()
    try:
        bench = Bench(args)
    except Failure as failure:
        print(f"shows.py: {failure}", file=sys.stderr)
        return 2
    for name in SHOWS if "all" in args.show else args.show:
        try:
            SHOWS[name](bench)
        except Failure as failure:
            bench.row(name, f"could not be measured: {failure}", "", "", False)
        except Exception:  # one show must not take the others with it
            traceback.print_exc()
            bench.row(name, "could not be measured: see the traceback", "", "", False)
    return 1 if bench.failed else 0


if __name__ == "__main__":
    sys.exit(main())
