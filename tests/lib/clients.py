# SPDX-License-Identifier: Apache-2.0
"""Other people's clients as processes that speak JSON lines, and the tokens of their era."""

import fcntl
import json
import queue
import shutil
import subprocess
import threading
import time
from pathlib import Path

import pytest

from lib import tokens
from lib.hub import environment
from lib.timing import Deadline, scaled

FOLDER = Path(__file__).resolve().parents[1] / "clients"
MODULES = FOLDER / "node_modules"


def install_npm_packages():
    """Installs what package-lock.json pins, once, whoever comes first; skips where that cannot be."""
    if not shutil.which("node") or not shutil.which("npm"):
        pytest.skip("needs Debian's nodejs and npm")
    lock_text = (FOLDER / "package-lock.json").read_text()
    installed = MODULES / ".installed-lock.json"
    with (FOLDER / "package-lock.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if installed.exists() and installed.read_text() == lock_text:
            return
        done = subprocess.run(
            ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
            cwd=FOLDER,
            capture_output=True,
            text=True,
            timeout=scaled(120),
            check=False,
        )
        if done.returncode != 0:
            pytest.skip(f"npm cannot install the clients that {FOLDER}/package-lock.json pins: {done.stderr[-500:]}")
        installed.write_text(lock_text)


def version_of(package):
    return json.loads((MODULES / package / "package.json").read_text())["version"]


class JsonProcess:
    """A program that takes JSON objects, one a line, on stdin, and says such on stdout.

    Threads: one asks; what comes in meanwhile is kept. Its stderr goes into failures' messages.
    """

    def __init__(self, command, env=None):
        self._process = subprocess.Popen(
            [str(word) for word in command],
            cwd=FOLDER,
            env=environment(env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.subscribers = {}
        self._complaints = []
        self._said = queue.Queue()
        self._readers = [
            threading.Thread(target=self._read_stdout, daemon=True),
            threading.Thread(target=self._read_stderr, daemon=True),
        ]
        for reader in self._readers:
            reader.start()

    def _read_stdout(self):
        for line in self._process.stdout:
            self._said.put(json.loads(line))
        self._said.put(None)

    def _read_stderr(self):
        for line in self._process.stderr:
            self._complaints.append(line)

    @property
    def complaints(self):
        return "".join(self._complaints[-20:])

    def tell(self, message):
        self._process.stdin.write(json.dumps(message) + "\n")
        self._process.stdin.flush()

    def hear(self, timeout):
        """The next message."""
        try:
            message = self._said.get(timeout=timeout or 0.001)
        except queue.Empty:
            raise AssertionError(f"the client said nothing within {timeout:g} s; {self.complaints}") from None
        if message is None:
            raise AssertionError(f"the client ended; {self.complaints}")
        return message

    def drain(self):
        """All that it said and nobody heard yet, without waiting."""
        messages = []
        while True:
            try:
                message = self._said.get_nowait()
            except queue.Empty:
                return messages
            if message is not None:
                messages.append(message)

    def ask(self, message, timeout=None):
        self.tell(message)
        return self.hear(timeout or scaled(30))

    def close(self):
        """The end of its stdin is its end."""
        try:
            self._process.stdin.close()
            self._process.wait(scaled(20))
        except (BrokenPipeError, subprocess.TimeoutExpired):
            self._process.kill()
            self._process.wait()
        for reader in self._readers:
            reader.join(scaled(5))
        self._process.stdout.close()
        self._process.stderr.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Subscriber:
    """One subscription of such a process: its events, and how often it opened."""

    def __init__(self, name, process):
        self.name = name
        self.process = process
        process.subscribers[name] = self
        self.opened = 0
        self.events = []
        self.failures = []

    def take(self, message):
        if "open" in message:
            self.opened += 1
        elif "id" in message:
            self.events.append(message)
        else:
            self.failures.append(message)

    def __str__(self):
        return f"{self.name}: opened {self.opened} times, failures {self.failures[-3:]}; {self.process.complaints}"


def pump(subscribers, condition, timeout):
    """Lets the processes speak until the condition holds for all subscribers; those for whom it came to hold."""
    deadline = Deadline(timeout)
    while True:
        for process in {subscriber.process for subscriber in subscribers}:
            for message in process.drain():
                process.subscribers[message.pop("name")].take(message)
        done = [subscriber for subscriber in subscribers if condition(subscriber)]
        if len(done) == len(subscribers) or deadline.passed():
            return done
        time.sleep(0.01)


def legacy_token(key, publish=None, subscribe=None, **members):
    """A token as 0.x libraries make them: typ JWT, no iss, no aud; without exp unless given."""
    granted = {"publish": publish, "subscribe": subscribe}
    mercure = {role: list(selectors) for role, selectors in granted.items() if selectors is not None}
    return tokens.sign_text({"typ": "JWT", "alg": "HS256"}, {"mercure": mercure, **members}, key)
