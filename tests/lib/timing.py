# SPDX-License-Identifier: Apache-2.0
"""Timeouts that know how slow the binary under test is, and waiting on conditions."""

import os
import time

SCALE = float(os.environ.get("CINNABAR_TIME_SCALE", "1"))


def scaled(seconds):
    """A timeout of so many seconds for a release build; longer for a sanitizer build."""
    return seconds * SCALE


DEFAULT = scaled(10)


class Deadline:
    """A moment by which something has to have happened."""

    def __init__(self, seconds):
        self._end = time.monotonic() + seconds

    def left(self):
        return max(0.0, self._end - time.monotonic())

    def passed(self):
        return self.left() == 0


def wait_until(condition, timeout=DEFAULT, what="condition", interval=0.01):
    """Returns the first true value of condition(); fails when there was none in time."""
    deadline = Deadline(timeout)
    while True:
        value = condition()
        if value:
            return value
        if deadline.passed():
            raise AssertionError(f"{what}: not within {timeout:g} s")
        time.sleep(interval)
