# SPDX-License-Identifier: Apache-2.0
"""A day of churn compressed into minutes: whatever comes and goes, the hub's memory comes to rest."""

import os
import pathlib
import random
import signal
import threading
import time

from harness import Failure, Hub, median, note
from suite import resident
from targets import sockets_of

SLACK_KIB = 1024


def is_flat(samples):
    """Whether the last quarter is no higher than the second, but for 2 % and 1 MiB; and both medians. The first
    quarter is the warm-up."""
    if len(samples) < 4:
        raise Failure("too few samples to tell whether memory is flat")
    quarter = len(samples) // 4
    second, last = median(samples[quarter:2 * quarter]), median(samples[-quarter:])
    return last <= second * 1.02 + SLACK_KIB, second, last


def catches(pid, number):
    """Whether the process has a handler for that signal, by the mask in /proc/PID/status."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("SigCgt:"):
            return bool(int(line.split()[1], 16) >> (number - 1) & 1)
    return False


class ChurningHub(Hub):
    """With a history that is soon as long as it may get: it is to be turned over, not to grow."""

    def toml(self, *args):
        return super().toml(*args) + 'retention = { count = 20000, bytes = "64MiB", subscriptions = 20000 }\n'


class Churn:
    """What goes on at the same time, each kind in a thread of its own, until stop()."""

    def __init__(self, bench, hub):
        self.bench, self.hub, self.ending = bench, hub, threading.Event()
        self.totals = {"joins": 0, "publishes": 0, "slow readers": 0, "reloads": 0}
        self.failure = None
        kinds = [self.join_and_leave, self.burst, self.read_slowly]
        if catches(hub.pid, signal.SIGHUP):
            kinds.append(self.reload)
        self.threads = [threading.Thread(target=self.repeat, args=(kind, random.Random(number)))
                        for number, kind in enumerate(kinds)]
        for thread in self.threads:
            thread.start()

    def repeat(self, kind, dice):
        try:
            while not self.ending.is_set():
                kind(dice)
        except Exception as failure:  # said by the main thread
            self.failure = self.failure or failure

    def stop(self):
        self.ending.set()
        for thread in self.threads:
            thread.join()

    @staticmethod
    def check(got, subscribers, events=0):
        """What must hold although others publish to the same topics at the same time: the load then sees more
        than it published, and finds fault with that."""
        if got["ready"] != subscribers or got["closed"]:
            raise Failure(f"of {subscribers} subscribers {got['ready']} connected, {got['closed']} were closed")
        if got.get("published", 0) != events or got["subscribers_short"]:
            raise Failure(f"{got.get('published', 0)} of {events} were published, {got['subscribers_short']} "
                          f"subscribers did not get them all: {got['problem']}")

    def join_and_leave(self, dice):
        """A crowd comes, waits and goes, of exact topics or of patterns that repeat only by chance."""
        crowd = dice.randint(20, self.bench.count(1000) + 20)
        got = self.hub.load(subscribers=crowd, hold=round(dice.uniform(0.1, 1), 2), topics="each",
                            topic_count=dice.randint(1, crowd), patterns=dice.random() < 0.5, check=False)
        self.check(got, crowd)
        self.totals["joins"] += crowd

    def burst(self, dice):
        """64 publishers at full speed, to some who read or to topics that are never seen again."""
        events = dice.randint(200, self.bench.count(5000) + 200)
        readers = dice.choice((0, 10, 100))
        options = {"subscribers": readers} if readers else {"fresh": True}
        got = self.hub.load(publishers=64, events=events, size=dice.choice((100, 200, 2000)), check=False, **options)
        self.check(got, readers, events)
        self.totals["publishes"] += events
        self.ending.wait(dice.uniform(0.5, 2))

    def read_slowly(self, dice):
        """Some stop reading, while more comes than the kernel holds for them: the hub gives them up."""
        count = dice.randint(2, 20)
        self.hub.load(subscribers=count, stalled=count // 2, fill=8_000_000, publishers=1, rate=50, events=400,
                      check=False)
        self.totals["slow readers"] += count // 2
        self.ending.wait(dice.uniform(1, 5))

    def reload(self, dice):
        os.kill(self.hub.pid, signal.SIGHUP)
        self.totals["reloads"] += 1
        self.ending.wait(dice.uniform(5, 20))


def sample(hub, work, minutes):
    """RSS in KiB each second; a line a minute."""
    samples, begin = [], time.monotonic()
    while time.monotonic() - begin < minutes * 60:
        time.sleep(max(begin + len(samples) + 1 - time.monotonic(), 0))
        samples.append(resident(hub.pid))
        if work.failure:
            raise Failure(f"after {len(samples)} s: {work.failure}")
        if len(samples) % 60 == 0:
            note(f"churn minute {len(samples) // 60}: RSS {median(samples[-60:]) / 1024:.1f} MiB, "
                 f"{sockets_of(hub.pid)} sockets, "
                 + ", ".join(f"{count:,} {kind}" for kind, count in work.totals.items()))
    return samples


def churn(bench):
    """Joins, leaves, bursts, slow readers and reloads for --minutes: RSS is flat after a quarter; nothing is left."""
    minutes = 1 if bench.quick else bench.minutes
    standing = bench.count(1000)
    with ChurningHub(bench, hub_keys=["subscriptions = true"], dispatch_timeout="3s") as hub:
        before = sockets_of(hub.pid)
        with hub.holding(standing, topics="each", topic_count=standing, patterns=True):
            work = Churn(bench, hub)
            try:
                samples = sample(hub, work, minutes)
            finally:
                work.stop()
        deadline = time.monotonic() + 30
        while (left := sockets_of(hub.pid) - before) > 0 and time.monotonic() < deadline:
            time.sleep(0.2)
    flat, second, last = is_flat(samples)
    bench.bar("churn", 15, f"{minutes:g} minutes: RSS, median of the last quarter", f"{last / 1024:.1f} MiB",
              "<= + 2 % + 1 MiB", flat, f"the second quarter's {second / 1024:.1f} MiB", last / second)
    bench.bar("churn", 15, "sockets left when all have gone", str(left), "0", left == 0)
    for kind, count in work.totals.items():
        bench.row("churn", f"    {kind}", f"{count:,}" if count or kind != "reloads" else "(no SIGHUP)")
