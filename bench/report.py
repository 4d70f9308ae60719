# SPDX-License-Identifier: Apache-2.0
"""Writes what the shows found as a page: the machine, and the table of bars."""

import datetime
import os
import pathlib
import resource
import subprocess

TITLES = {
    1: "Sparse fan-out, 1,000 subscribers, 200 B, 1 publisher",
    2: "Saturated fan-out, 64 publishers",
    3: "Fan-out of 4 KB",
    4: "Publish, 1,000 to 15,000 distinct patterns",
    5: "Publish, 0 to 15,000 exact subscribers of other topics",
    6: "Memory of an idle subscriber",
    7: "Connect",
    8: "Durable publish",
    9: "Publish with a token, memory journal",
    10: "Replay",
    11: "Delivery latency, 1,000 subscribers, 100 publishes/s",
    12: "A tenth of the readers stalled",
    13: "HTTP/2, 100 connections of 100 streams",
    14: "TLS fan-out, bursts",
    15: "A day of churn in 20 minutes",
}


def cpu_model(cpuinfo):
    """The model's name in the text of /proc/cpuinfo."""
    for line in cpuinfo.splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            return value.strip()
    return "unknown"


def memory_gib(meminfo):
    """GiB of memory in the text of /proc/meminfo."""
    for line in meminfo.splitlines():
        if line.startswith("MemTotal:"):
            return int(line.split()[1]) / (1 << 20)
    return 0


def version(root):
    done = subprocess.run(["git", "describe", "--always", "--tags", "--dirty"], cwd=root, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True, check=False)
    return done.stdout.strip() or "unknown"


def machine():
    """What the figures depend on, as pairs of a name and a value."""
    debian = pathlib.Path("/etc/debian_version")
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return [
        ("CPU", cpu_model(pathlib.Path("/proc/cpuinfo").read_text())),
        ("Cores", str(len(os.sched_getaffinity(0)))),
        ("Memory", f"{memory_gib(pathlib.Path('/proc/meminfo').read_text()):.0f} GiB"),
        ("Kernel", os.uname().release),
        ("Debian", debian.read_text().strip() if debian.exists() else "another system"),
        ("File descriptors", f"{soft:,} a process"),
    ]


def verdict(result):
    return {True: "passed", False: "**missed**", None: ""}[result.passed]


def cell(text):
    return text.replace("|", "\\|")


def table(results):
    """One line a result, by number; bars without any say so."""
    lines = ["| | what | measured | yardstick | ratio | bar | |", "|--:|---|--:|---|--:|---|---|"]
    for number, title in TITLES.items():
        of = [result for result in results if result.number == number]
        if not of:
            lines.append(f"| {number} | **{title}** | not in this run | | | | |")
        for place, result in enumerate(of):
            what = result.what if place else f"**{title}**: {result.what}"
            cells = (what, result.measured, result.yardstick, result.ratio, result.limit,
                     verdict(result))
            lines.append(f"| {number} | " + " | ".join(cell(text) for text in cells) + " |")
    return lines


def page(results, described, what_version, date, rounds, quick=False):
    """The whole page, as text."""
    passed = sum(result.passed is True for result in results)
    missed = sum(result.passed is False for result in results)
    unmeasured = sum(result.passed is None for result in results)
    lines = [
        "# Benchmarks", "",
        "Written by `./dev bench`. Everything runs on one machine over loopback, with the client on the same cores;",
        "each round runs the hub and then its yardsticks, so that both meet the machine in the same mood. Figures are",
        "medians of the rounds; a ratio is the median of the rounds' ratios. Absolute times vary with the machine and",
        "the hour, ratios less. [bench/README.md](../bench/README.md) says how each is taken.", "",
        f"{passed} measures passed their bars, {missed} missed them"
        + (f", {unmeasured} could not be taken." if unmeasured else "."), "",
        "| | |", "|---|---|", f"| Date | {date} |", f"| Version | {what_version} |",
        f"| Rounds | {rounds}{' (quick: a tenth of everything, proves nothing)' if quick else ''} |",
        *[f"| {name} | {value} |" for name, value in described], "",
        *table(results), ""]
    return "\n".join(lines)


def write(path, bench, root):
    text = page(bench.results, machine(), version(root), datetime.date.today().isoformat(), bench.rounds,
                bench.quick)
    pathlib.Path(path).write_text(text)
