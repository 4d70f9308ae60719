# SPDX-License-Identifier: Apache-2.0
"""Starts and stops what shows.py measures: a hub with a configuration of its own, the tools, the table."""

import contextlib
import json
import os
import pathlib
import resource
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

import jwt

ISSUER = "https://bench.example"
RESOURCE = "https://bench.example/.well-known/mercure"
PUBLISHER_KEY = "p" * 64
SUBSCRIBER_KEY = "s" * 64
DETAIL = "https://mercure.rocks/authorization-detail"


class Failure(Exception):
    """A measurement that could not be taken, in one sentence."""


def publisher_claims():
    now = int(time.time())
    return {
        "iss": ISSUER,
        "aud": RESOURCE,
        "sub": "urn:uuid:5ca1ab1e-0000-4000-8000-000000000000",
        "client_id": ISSUER,
        "iat": now,
        "exp": now + 6 * 3600,
        "jti": "urn:uuid:5ca1ab1e-0000-4000-8000-000000000001",
        "authorization_details": [{"type": DETAIL, "actions": ["publish"], "topics": [{"match": "*"}]}],
    }


def publisher_token():
    return jwt.encode(publisher_claims(), PUBLISHER_KEY, algorithm="HS256", headers={"typ": "at+jwt"})


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def stop(process, seconds=15):
    """Ends one process that we started, by its id."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Hub:
    """A hub on free loopback ports; use as a context. `restart()` keeps its journal."""

    def __init__(self, bench, journal="rocksdb", sync="always", tls=False, dispatch_timeout="5s",
                 trace=False, heartbeat="40s", issuers=None, token=None, hub_keys=()):
        self.bench = bench
        self.token = token or bench.token
        self.issuers = issuers or "\n".join(["[[issuer]]", f'id = "{ISSUER}"',
                                             f'publisher = {{ jwt = "{PUBLISHER_KEY}", alg = "HS256" }}',
                                             f'subscriber = {{ jwt = "{SUBSCRIBER_KEY}", alg = "HS256" }}'])
        self.hub_keys = hub_keys
        self.tls = tls
        self.trace = trace
        self.port = free_port()
        self.tls_port = free_port() if tls else None
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="show-", dir=bench.directory))
        self.log = self.directory / "hub.log"
        self.trace_file = self.directory / "syncs.txt"
        self.config = self.directory / "cinnabar.toml"
        self.config.write_text(self.toml(journal, sync, dispatch_timeout, heartbeat))
        self.process = None
        self.pid = None

    def toml(self, journal, sync, dispatch_timeout, heartbeat):
        listen = [f"http://127.0.0.1:{self.port}"]
        lines = ["[server]"]
        if self.tls:
            listen.append(f"https://127.0.0.1:{self.tls_port}")
            lines.append('tls = "self-signed"')
        lines.append(f"listen = {json.dumps(listen)}")
        lines += [
            "[hub]",
            "anonymous = true",
            f'resource_identifier = "{RESOURCE}"',
            f'dispatch_timeout = "{dispatch_timeout}"',
            f'heartbeat = "{heartbeat}"',
            *self.hub_keys,
            self.issuers,
            "[journal]",
            f'type = "{journal}"',
        ]
        if journal != "memory":
            lines += [f'path = "{self.directory / "journal"}"', f'sync = "{sync}"']
        return "\n".join(lines) + "\n"

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.stop()
        if not self.bench.keep:
            shutil.rmtree(self.directory, ignore_errors=True)

    def start(self):
        command = [str(self.bench.hub), "run", "--config", str(self.config)]
        if self.trace:
            # seccomp: only these calls stop the hub, all others run at full speed.
            command = ["strace", "-f", "--seccomp-bpf", "-qq", "-e", "signal=none",
                       "-e", "trace=fdatasync,fsync,sync_file_range,msync",
                       "-o", str(self.trace_file)] + command
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(command, cwd=self.directory, stdout=log, stderr=log)
        deadline = time.monotonic() + 60
        for port in filter(None, (self.port, self.tls_port)):
            while not self.answers(port):
                if self.process.poll() is not None or time.monotonic() > deadline:
                    self.stop()
                    raise Failure(f"the hub does not listen on port {port}; it said: {self.last_words()}")
                time.sleep(0.02)
        self.pid = self.child_of(self.process.pid) if self.trace else self.process.pid
        time.sleep(0.3)

    @staticmethod
    def answers(port):
        try:
            with socket.create_connection(("127.0.0.1", port), 1):
                return True
        except OSError:
            return False

    @staticmethod
    def child_of(pid):
        children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        if not children:
            raise Failure("strace has no child: may this user trace processes?")
        return int(children[0])

    def last_words(self):
        return self.log.read_text(errors="replace")[-600:] if self.log.exists() else "(none)"

    def stop(self):
        if self.process is None:
            return
        if self.trace and self.pid and self.process.poll() is None:
            os.kill(self.pid, signal.SIGTERM)  # strace ends with it
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                os.kill(self.pid, signal.SIGKILL)
        stop(self.process)
        self.process = None

    def restart(self):
        self.stop()
        self.start()

    def syncs(self):
        """Syncs so far, when traced. A call that another thread's cut in two counts once."""
        lines = self.trace_file.read_text(errors="replace").splitlines()
        return sum("(" in line and "resumed>" not in line and "+++" not in line for line in lines)

    def load_command(self, tls=False, path="/.well-known/mercure", **options):
        """last_event_id=X becomes --last-event-id X; fresh=True becomes --fresh."""
        url = (f"https://127.0.0.1:{self.tls_port}" if tls else f"http://127.0.0.1:{self.port}") + path
        command = [str(self.bench.hub), "bench", "custom", url, "--insecure", "--json",
                   "--pid", str(self.pid), "--token", self.token]
        for name, value in options.items():
            if value is not False:
                command += ["--" + name.replace("_", "-")] + ([] if value is True else [str(value)])
        return command

    @contextlib.contextmanager
    def holding(self, subscribers, **options):
        """Keeps that many subscribers connected meanwhile, by a load of their own."""
        if subscribers == 0:
            yield
            return
        before = self.sockets()
        command = self.load_command(subscribers=subscribers, expect=1, timeout=3600, **options)
        holder = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            deadline = time.monotonic() + 120
            while self.sockets() < before + subscribers:
                if holder.poll() is not None or time.monotonic() > deadline:
                    raise Failure(f"{subscribers} subscribers did not connect")
                time.sleep(0.05)
            time.sleep(0.5)
            yield
        finally:
            stop(holder)

    def sockets(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def load(self, tls=False, check=True, **options):
        """Runs `cinnabar bench custom` against this hub; its JSON."""
        result = run_tool(self.load_command(tls, **options))
        if self.process.poll() is not None:
            raise Failure(f"the hub ended under load; it said: {self.last_words()}")
        if check and result["problem"]:
            raise Failure(f"bench: {result['problem']}")
        return result


def run_tool(command, timeout=900):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=timeout, text=True)
    try:
        return json.loads(done.stdout)
    except ValueError:
        raise Failure(f"{pathlib.Path(command[0]).name}: {done.stderr.strip() or done.stdout!r}") from None


class Bench:
    """Where the tools are, how large the runs are, and the table."""

    def __init__(self, args):
        self.hub = pathlib.Path(args.hub).resolve()
        self.tools = pathlib.Path(args.tools).resolve() if args.tools else self.hub.parent / "bench"
        self.quick = args.quick
        self.keep = args.keep
        self.rounds = 1 if args.quick else args.rounds
        # Beside the hub and not in /tmp, which may be memory: there, syncing costs nothing.
        self.directory = pathlib.Path(args.directory or self.hub.parent).resolve()
        self.token = publisher_token()
        self.failed = 0
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if soft < hard:
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        for needed in (self.hub, self.tool("cinnabar_rawloop")):
            if not os.access(needed, os.X_OK):
                raise Failure(f"{needed} is missing: build the release preset first")

    def tool(self, name):
        return self.tools / name

    def count(self, full):
        """A count, or a tenth of it with --quick."""
        return max(full // 10, 1) if self.quick else full

    def raw(self, subscribers, events, bytes_per_delivery, rate=0, batch=1, tls=False):
        """The yardstick: raw send() or SSL_write() of the same bytes, drained by the same client."""
        port = free_port()
        command = [str(self.tool("cinnabar_rawloop")), "--port", str(port), "--subscribers", str(subscribers),
                   "--events", str(events), "--bytes", str(round(bytes_per_delivery)), "--rate", str(rate),
                   "--batch", str(batch)] + ["--tls"] * tls
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            try:
                while not Hub.answers(port):
                    if server.poll() is not None:
                        raise Failure("the raw loop does not listen")
                    time.sleep(0.02)
                url = f"{'https' if tls else 'http'}://127.0.0.1:{port}"
                drained = run_tool([str(self.hub), "bench", "custom", url, "--insecure", "--json",
                                    "--subscribers", str(subscribers), "--expect", str(events)])
                if drained["problem"]:
                    raise Failure(f"draining the raw loop: {drained['problem']}")
                result = json.loads(server.stdout.readline())
            finally:
                stop(server)
        return result | {"latency_p99_ns": drained["latency_p99_ns"]}

    def row(self, show, measure, value, bar="", passed=None):
        verdict = "" if passed is None else "PASS" if passed else "FAIL"
        self.failed += passed is False
        print(f"{show:<10} {measure:<62} {value:>14}  {bar:<12} {verdict}".rstrip(), flush=True)


def median(values):
    return statistics.median(values)


def note(text):
    print(f"# {text}", file=sys.stderr, flush=True)
