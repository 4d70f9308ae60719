# SPDX-License-Identifier: Apache-2.0
"""The durable journal: publishing into it, and finding the place to go on from."""

import pathlib
import tempfile

from harness import Failure, Hub, median, note, run_tool
from suite import ms, us


def rawlog(bench, size, batch, seconds):
    """The yardstick: records of that size in a file beside the journals, `batch` of them a write and a sync."""
    with tempfile.TemporaryDirectory(prefix="rawlog-", dir=bench.directory) as directory:
        return run_tool([str(bench.tool("cinnabar_rawlog")), "--file", f"{directory}/log", "--size", str(round(size)),
                         "--batch", str(batch), "--seconds", str(seconds)])


def written(pid):
    """Bytes that the hub has given to write() so far: to its journal, as sockets are written by sendmsg()."""
    for line in pathlib.Path(f"/proc/{pid}/io").read_text().splitlines():
        if line.startswith("wchar:"):
            return int(line.split()[1])
    raise Failure(f"/proc/{pid}/io has no wchar")


def durable(bench):
    """Acknowledged publishes per second with sync = "always", against a raw log; publishes that one sync serves."""
    seconds = 1 if bench.quick else 4
    speeds = {1: [], 64: []}
    raws = {1: [], 64: []}
    peers = {1: [], 64: []}
    with Hub(bench) as hub:
        hub.load(publishers=64, duration=1)  # warm-up
        for number in range(bench.rounds):
            for publishers, of in speeds.items():
                before = written(hub.pid)
                got = hub.load(publishers=publishers, duration=seconds)
                size = max((written(hub.pid) - before) / max(got["published"], 1), 1)
                of.append(got["publishes_per_second"])
                raws[publishers].append(rawlog(bench, size, publishers, seconds)["records_per_second"])
                if bench.peer:
                    peers[publishers].append(
                        bench.peer.load(publishers=publishers, duration=seconds)["publishes_per_second"])
                note(f"durable round {number + 1}, {publishers} publishers, {size:.0f} bytes each: {of[-1]:,.0f}/s, "
                     f"p99 {ms(got['publish_p99_ns'])}, {us(got['cpu_ns'] / max(got['published'], 1))} hub CPU each; "
                     f"raw log {raws[publishers][-1]:,.0f}/s")
    ratios = {many: median([ours / raw for ours, raw in zip(speeds[many], raws[many])]) for many in speeds}
    bench.bar("durable", 8, "acknowledged a second, 1 publisher", f"{median(speeds[1]):,.0f}", ">= 0.8 ×",
              ratios[1] >= 0.8, f"raw log {median(raws[1]):,.0f}", ratios[1])
    many = median(speeds[64])
    bench.bar("durable", 8, "acknowledged a second, 64 publishers", f"{many:,.0f}", ">= 30,000", many >= 30000)
    bench.row("durable", f"    raw log of 64 a sync: {median(raws[64]):,.0f} a second", f"{ratios[64]:.2f} ×")
    if bench.peer:
        bench.row("durable", "    the peer, 1 and 64 publishers",
                  f"{median(peers[1]):,.0f}; {median(peers[64]):,.0f}")
    with Hub(bench, trace=True) as hub:
        hub.load(publishers=64, duration=1)
        before = hub.syncs()
        got = hub.load(publishers=64, duration=seconds)
        syncs = hub.syncs() - before
    each = got["published"] / max(syncs, 1)
    bench.bar("durable", 8, "publishes that one sync serves, 64 publishers", f"{each:.1f}", ">= 16",
              syncs > 0 and each >= 16)
    bench.row("durable", f"    {got['published']:,} publishes by {syncs:,} traced calls", "")


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
