# SPDX-License-Identifier: Apache-2.0
"""The binary under test as a process: started with a configuration of its own, watched, stopped."""

import copy
import os
import re
import signal
import subprocess
import threading
from pathlib import Path

from lib import certs, tokens, toml
from lib.timing import scaled, wait_until

ROOT = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get("CINNABAR_BIN") or "build/release/cinnabar")
if not BINARY.is_absolute():
    BINARY = ROOT / BINARY

_LISTENING = re.compile(r'listening.*\baddress="?(https?)://([^"\s]+):(\d+)"?')
_SANITIZER = re.compile(
    r"ERROR: (Address|Leak)Sanitizer|WARNING: ThreadSanitizer|runtime error: |Sanitizer:DEADLYSIGNAL"
)


def environment(extra=None):
    """Ours without what would configure the hub (CINNABAR_*, MERCURE_*)."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("CINNABAR_", "MERCURE_"))}
    clean.update(extra or {})
    return clean


def run_cli(*args, env=None, cwd=None, stdin=None, timeout=None):
    """Runs the binary to its end; returns the finished process with text output."""
    return subprocess.run(
        [str(BINARY), *map(str, args)],
        env=environment(env),
        cwd=cwd,
        input=stdin,
        stdin=subprocess.DEVNULL if stdin is None else None,
        capture_output=True,
        text=True,
        errors="surrogateescape",
        timeout=timeout or scaled(20),
        check=False,
    )


def base_config(**hub_keys):
    """A hub in memory with both listeners on free ports and one issuer with a key for each role."""
    return {
        "server": {
            "listen": ["http://127.0.0.1:0", "https://127.0.0.1:0"],
            "tls": {"certificate": "cert.pem", "key": "cert-key.pem"},
        },
        "hub": {
            "anonymous": True,
            "resource_identifier": tokens.RESOURCE,
            "drain_timeout": "0s",  # a stop need not wait for streams that a scenario left open
            **hub_keys,
        },
        "issuer": [
            {
                "id": tokens.ISSUER,
                "publisher": {"jwt": tokens.PUBLISHER_KEY, "alg": "HS256"},
                "subscriber": {"jwt": tokens.SUBSCRIBER_KEY, "alg": "HS256"},
            }
        ],
        "journal": {"type": "memory"},
        "admin": {"listen": "off"},  # else hubs of scenarios that run together want the same port
    }


def disk_config(path, **journal_keys):
    """As base_config(), with the durable journal at this path."""
    config = base_config()
    config["journal"] = {"type": "rocksdb", "path": str(path), **journal_keys}
    return config


class Hub:
    """One process at a time; start() again after stop() or kill(), on the same ports.

    `config`: a dict for lib.toml, or the text of a file. `args`: appended to the command line.
    """

    def __init__(self, directory, config=None, env=None, args=(), command="run"):
        self.directory = Path(directory)
        self.config = copy.deepcopy(config) if config is not None else base_config()
        self.env = env
        self.args = list(args)
        self.command = command
        self.process = None
        self.exit_code = None
        self.certificate = self.directory / "cert.pem"
        self.http_port = None
        self.https_port = None
        self.ports = {}  # by scheme and host
        self._lines = []
        self._reader = None

    # -- life ---------------------------------------------------------------------------------

    def start(self):
        assert self.process is None, "the hub runs already"
        if not self.certificate.exists():
            certs.make_certificate(self.directory)
        command = [str(BINARY), self.command]
        if self.config:
            text = self.config if isinstance(self.config, str) else toml.dumps(self.config)
            path = self.directory / "cinnabar.toml"
            path.write_text(text)
            command += ["--config", str(path)]
        self._lines = []
        self.process = subprocess.Popen(
            command + self.args,
            cwd=self.directory,
            env=environment(self.env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self._reader = threading.Thread(target=self._read, args=(self.process,), daemon=True)
        self._reader.start()
        try:
            self._wait_listening()
        except BaseException:
            self._reap(signal.SIGKILL)
            raise
        return self

    def _read(self, process):
        for line in process.stdout:
            self._lines.append(line.decode("utf-8", "replace").rstrip("\n"))

    def _wait_listening(self):
        expected = len(self.config["server"]["listen"]) if isinstance(self.config, dict) else 1

        def bound():
            if self.process.poll() is not None:
                raise AssertionError(f"the hub ended with {self.process.returncode} at start:\n{self.output}")
            found = [m for m in map(_LISTENING.search, list(self._lines)) if m]
            return found if len(found) >= expected else None

        for match in wait_until(bound, scaled(30), "hub listening"):
            self.ports[match.group(1), match.group(2)] = int(match.group(3))
        self.http_port = self._local_port("http")
        self.https_port = self._local_port("https")
        self._pin_ports()

    def _local_port(self, scheme):
        """That of the loopback, if the hub listens there."""
        local = [self.ports[scheme, host] for host in ("127.0.0.1", "localhost", "[::1]") if (scheme, host) in self.ports]
        return local[0] if local else None

    def _pin_ports(self):
        """The next start listens on the ports that this one got."""
        if not isinstance(self.config, dict):
            return
        ports = {"http": self.http_port, "https": self.https_port}
        listen = self.config["server"]["listen"]
        self.config["server"]["listen"] = [
            re.sub(r":0$", f":{ports[address.partition(':')[0]]}", address) for address in listen
        ]

    def stop(self):
        """SIGTERM: has to end by itself, with 0, in peace with the sanitizers."""
        self._reap(signal.SIGTERM)
        return self

    def kill(self):
        """kill -9."""
        self._reap(signal.SIGKILL)
        return self

    def _reap(self, how):
        process, self.process = self.process, None
        if process is None:
            return
        was_running = process.poll() is None
        if was_running:
            process.send_signal(how)
        try:
            code = process.wait(scaled(30))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            code = None
        self.exit_code = code
        self._reader.join(scaled(10))
        process.stdout.close()
        assert not _SANITIZER.search(self.output), f"sanitizer report:\n{self.output}"
        if how == signal.SIGTERM:
            assert was_running, f"the hub had ended with {code} before it was stopped:\n{self.output}"
            assert code is not None, f"the hub did not end within {scaled(30):g} s of SIGTERM:\n{self.output}"
            assert code == 0, f"the hub ended with {code}:\n{self.output}"

    def __enter__(self):
        return self.start()

    def __exit__(self, kind, *_):
        if kind is None:
            self.stop()
        else:
            self.kill()

    # -- what it says -------------------------------------------------------------------------

    @property
    def output(self):
        return "\n".join(self._lines)

    def mark(self):
        """A place in the output, for wait_log()."""
        return len(self._lines)

    def wait_log(self, text, since=0, timeout=None):
        """The first line after `since` that holds the text."""

        def found():
            return next((line for line in self._lines[since:] if text in line), None)

        return wait_until(found, timeout or scaled(10), f"log line with {text!r}")

    # -- what it costs ------------------------------------------------------------------------

    def rss_bytes(self):
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", status).group(1)) * 1024
