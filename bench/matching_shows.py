# SPDX-License-Identifier: Apache-2.0
"""Matching: what more subscribers of other topics cost a publish, and what a pattern costs by itself."""

import contextlib
import json
import subprocess
import time

from harness import RESOURCE, Hub, median
from suite import us


def matching(bench):
    """Hub CPU per publish to a topic never seen before, with more and more subscribers of other topics; 16
    publishers on kept connections."""
    counts = (0, bench.count(1000), bench.count(5000), bench.count(15000))
    for number_of_bar, kind, first, limit in ((4, "a pattern", 1, 1.5), (5, "an exact topic", 0, 1.3)):
        costs = {count: [] for count in counts}
        with contextlib.ExitStack() as stack:
            hubs = {}
            for count in counts:
                # No heartbeats: they would be paid for by whichever publish they fall upon.
                hubs[count] = stack.enter_context(Hub(bench, journal="memory", heartbeat="0s"))
                stack.enter_context(hubs[count].holding(count, topics="each", topic_count=max(count, 1),
                                                        patterns=kind == "a pattern"))
            for turn in range(bench.rounds + 1):
                for count in counts:
                    got = hubs[count].load(publishers=16, events=bench.count(10000), fresh=True)
                    if turn > 0:  # the first is the warm-up
                        costs[count].append(got["cpu_ns"] / got["published"])
            alone = hubs[counts[-1]].load(publishers=1, events=bench.count(5000), fresh=True)
        medians = {count: median(of) for count, of in costs.items()}
        for count in counts:
            bench.row("matching", f"{count} subscribers, each with {kind} of its own: CPU per publish",
                      us(medians[count]))
        bench.row("matching", f"    {counts[-1]}, by a lone publisher, who pays for every wake-up",
                  us(alone["cpu_ns"] / alone["published"]))
        least, most = counts[first], counts[-1]
        ratio = median([after / max(before, 1) for after, before in zip(costs[most], costs[least])])
        bench.bar("matching", number_of_bar, f"CPU of a publish to a new topic, {most:,} with {kind} each",
                  us(medians[most]), f"<= {limit} ×", ratio <= limit, f"with {least:,} {us(medians[least])}", ratio)
        if kind == "a pattern":
            bench.bar("matching", number_of_bar, f"the same by itself, {most:,}", us(medians[most]), "<= 60 µs",
                      medians[most] <= 60e3)


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
    """Parsing a topic, testing a pattern, encoding an event, finding a known token (Google Benchmark)."""
    command = [bench.tool("cinnabar_micro_bench"), "--benchmark_filter=url_|pattern_|encode_sse/200|find_known_token",
               f"--benchmark_repetitions={bench.rounds}", "--benchmark_format=json",
               "--benchmark_enable_random_interleaving=true"] + ["--benchmark_min_time=0.02"] * bench.quick
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
    "encode_sse/200": None,
    "find_known_token": None,
    "pattern_hostile_regexp": 1_000_000,
    "pattern_hostile/wildcards": 1_000_000,
    "pattern_hostile/optional_texts": 1_000_000,
    "pattern_hostile/repeated_texts": 1_000_000,
    "pattern_hostile_groups/optional": 1_000_000,
    "pattern_hostile_groups/repeated": 1_000_000,
}
