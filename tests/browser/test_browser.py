# SPDX-License-Identifier: Apache-2.0
"""End to end: an EventSource in Chromium receives, the hub is killed and started, it misses nothing."""

import fcntl
import json
import queue
import shutil
import subprocess
import threading
from pathlib import Path

import pytest

from lib.client import Wire
from lib.hub import Hub, disk_config, environment
from lib.timing import Deadline, scaled

HERE = Path(__file__).resolve().parent


@pytest.fixture(scope="module")
def playwright():
    """Installs what package-lock.json pins, once."""
    if not Path("/usr/bin/chromium").exists() or not shutil.which("node"):
        pytest.skip("needs Debian's chromium and nodejs")
    with (HERE / "package-lock.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (HERE / "node_modules" / "playwright-core").exists():
            subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=HERE, check=True, timeout=300)


class Browser:
    """The script resume.mjs as a process."""

    def __init__(self, origin, topic):
        self._process = subprocess.Popen(
            ["node", str(HERE / "resume.mjs"), origin, topic],
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._messages = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self._process.stdout:
            self._messages.put(json.loads(line))
        self._messages.put(None)

    def wait(self, kind, timeout):
        """The next message of this kind; the state messages before it are dropped, events never are."""
        deadline = Deadline(timeout)
        while True:
            try:
                message = self._messages.get(timeout=deadline.left() or 0.001)
            except queue.Empty:
                raise AssertionError(f"no {kind!r} from the browser within {timeout:g} s") from None
            assert message is not None, "the browser ended"
            if kind in message:
                return message[kind]
            assert "event" not in message, f"an event while waiting for {kind!r}: {message}"

    def events(self, count, timeout):
        return [self.wait("event", timeout) for _ in range(count)]

    def close(self):
        if self._process.poll() is None:
            self._process.communicate("\n", timeout=scaled(30))
        assert self._process.returncode == 0


@pytest.mark.parametrize("stop", ["kill", "stop"])
def test_eventsource_survives_a_restart(tmp_path, playwright, stop):
    """HIST-2 to HIST-4, HIST-15 with a real client: it resumes by itself from its last ID."""
    hub = Hub(tmp_path, disk_config(tmp_path / "db")).start()
    browser = None
    try:
        wire = Wire("h1", hub)
        topic = "https://example.com/é/1"
        browser = Browser(f"http://127.0.0.1:{hub.http_port}", topic)
        assert browser.wait("listening", scaled(60))

        published = [wire.publish(topic, f"first {number}\nsecond line") for number in range(5)]
        seen = browser.events(5, scaled(20))
        assert [event["id"] for event in seen] == published
        assert seen[0]["data"] == "first 0\nsecond line"

        getattr(hub, stop)()
        assert browser.wait("reconnecting", scaled(20)) is True
        hub.start()
        # Chromium waits some seconds before it connects again: meanwhile updates are published.
        missed = [wire.publish(topic, f"missed {number}") for number in range(20)]
        wire.publish("https://example.com/other", "for nobody here")
        assert [event["id"] for event in browser.events(20, scaled(60))] == missed

        last = wire.publish(topic, "live again")
        assert browser.wait("event", scaled(20)) == {"id": last, "data": "live again"}
    finally:
        try:
            if browser:
                browser.close()
        finally:
            hub.stop()
