# SPDX-License-Identifier: Apache-2.0
"""The numbered bars: what each show found, and what it is held against."""

import dataclasses
import pathlib
import time

from harness import Bench, Failure


def us(ns, digits=2):
    return f"{ns / 1e3:.{digits}f} µs"


def ms(ns):
    return f"{ns / 1e6:.2f} ms"


def cpu_ns(pid):
    """CPU time of a process so far, all its threads, by its own clock."""
    cpu_clock = (~pid << 3) | 2  # what clock_getcpuclockid() answers
    try:
        return time.clock_gettime_ns(cpu_clock)
    except OSError:
        raise Failure(f"process {pid} has ended") from None


def resident(pid, field="VmRSS"):
    """KiB of a field of /proc/PID/status: VmRSS, or VmHWM for its peak since forget_peak()."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1])
    raise Failure(f"process {pid} has no {field}")


def forget_peak(pid):
    pathlib.Path(f"/proc/{pid}/clear_refs").write_text("5")


@dataclasses.dataclass
class Result:
    """One bar: `passed` is None when it could not be measured, and `measured` says why."""
    show: str
    number: int
    what: str
    measured: str
    limit: str = ""
    passed: bool | None = None
    yardstick: str = ""
    ratio: str = ""


class Suite(Bench):
    """The bench, what it has found so far, and the hub to compare with, if any."""

    def __init__(self, args):
        super().__init__(args)
        self.results = []
        self.peer = None
        self.minutes = args.minutes

    def bar(self, show, number, what, measured, limit, passed, yardstick="", ratio=None):
        """Prints and keeps a numbered bar. `ratio`: of the measured to the yardstick, if that is the bar."""
        ratio = "" if ratio is None else f"{ratio:.2f} ×"
        if ratio:
            self.row(show, f"[{number}] {what}", measured)
            self.row(show, f"    against {yardstick}", ratio, limit, passed)
        else:
            self.row(show, f"[{number}] {what}", measured, limit, passed)
        self.results.append(Result(show, number, what, measured, limit, passed, yardstick, ratio))

    def unmeasured(self, show, numbers, why):
        """A show that failed: all bars of its own that have no result yet."""
        why = " ".join(why.split())[:300]
        self.row(show, f"could not be measured: {why}", "", "", False)
        found = {result.number for result in self.results if result.show == show}
        self.results += [Result(show, number, show, f"not measured: {why}") for number in numbers
                         if number not in found]
