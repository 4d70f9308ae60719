# SPDX-License-Identifier: Apache-2.0
"""The bench suite's own sums: verdicts, the page it writes, and its yardsticks in small. Nothing is timed."""

import contextlib
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading

import pytest

from lib.hub import BINARY, ROOT
from lib.timing import scaled

sys.path.insert(0, str(ROOT / "bench"))

import nchan  # noqa: E402
import report  # noqa: E402
import shows  # noqa: E402
import targets  # noqa: E402
from churn_shows import SLACK_KIB, catches, is_flat  # noqa: E402
from harness import Failure, free_port  # noqa: E402
from suite import Result, Suite, cpu_ns, resident  # noqa: E402

TOOLS = BINARY.parent / "bench"


@pytest.fixture
def suite():
    """A suite that has started nothing."""
    bare = object.__new__(Suite)
    bare.results, bare.failed = [], 0
    return bare


@pytest.fixture
def tool():
    def path(name):
        if not (TOOLS / name).exists():
            pytest.skip("sanitized builds have no tools")
        return str(TOOLS / name)

    return path


def page(*results):
    return report.page(list(results), [("CPU", "An|Engine")], "v1-2-gabc", "2026-01-02", 5)


def test_page_has_every_bar_in_order():
    text = page(
        Result("a", 12, "second", "2 ms", "<= 1.2 ×", False, "none 1 ms", "2.00 ×"),
        Result("b", 1, "first", "1 µs", "<= 2 µs", True),
        Result("c", 13, "h2", "not measured: no tool"),
    )
    rows = [line for line in text.splitlines() if line.startswith(tuple(f"| {n} |" for n in report.TITLES))]
    assert [int(row.split("|")[1]) for row in rows] == list(range(1, 16))
    assert "1 measures passed their bars, 1 missed them, 1 could not be taken." in text
    assert "first | 1 µs |  |  | <= 2 µs | passed |" in rows[0]
    assert "second | 2 ms | none 1 ms | 2.00 × | <= 1.2 × | **missed** |" in rows[11]
    assert "not measured: no tool" in rows[12]
    assert rows[1].count("not in this run") == 1
    assert {row.count("|") for row in rows} == {8}
    assert "| Version | v1-2-gabc |" in text


def test_page_says_when_it_proves_nothing():
    assert "proves nothing" not in page()
    assert "proves nothing" in report.page([], [], "v", "d", 1, quick=True)


def test_machine_is_described_by_what_matters():
    described = dict(report.machine())
    assert set(described) == {"CPU", "Cores", "Memory", "Kernel", "Debian", "File descriptors"}
    assert socket.gethostname() not in described.values()
    assert report.cpu_model("processor : 0\nmodel name\t: Some CPU @ 2 GHz\n") == "Some CPU @ 2 GHz"
    assert report.cpu_model("Processor: 0\n") == "unknown"
    assert report.memory_gib("MemFree: 1 kB\nMemTotal:  2097152 kB\n") == 2


def test_bars_are_kept_and_counted(suite, capsys):
    suite.bar("show", 1, "alone", "3 µs", "<= 4 µs", True)
    suite.bar("show", 2, "beside", "3 µs", "<= 1.5 ×", False, "raw 1 µs", 3)
    assert [(r.number, r.passed, r.ratio) for r in suite.results] == [(1, True, ""), (2, False, "3.00 ×")]
    assert suite.failed == 1
    printed = capsys.readouterr().out
    assert "[1] alone" in printed
    assert "against raw 1 µs" in printed


def test_a_failing_show_leaves_the_others_alone(suite, monkeypatch, capsys):
    def half(bench):
        bench.bar("half", 4, "got", "1", "1", True)
        raise Failure("the rest can't be had")

    def broken(bench):
        raise ZeroDivisionError

    monkeypatch.setattr(shows, "SHOWS", {half: (4, 5), broken: (4,)})
    for show in shows.SHOWS:
        shows.run(suite, show)
    assert [(r.number, r.passed) for r in suite.results] == [(4, True), (5, None), (4, None)]
    assert suite.failed == 2
    assert "could not be measured: the rest can't be had" in capsys.readouterr().out


def test_all_is_everything_but_churn():
    everything = shows.chosen(["all"])
    assert shows.churn not in everything
    assert set(everything) | {shows.churn} == set(shows.SHOWS)
    assert shows.chosen(["latency", "fanout"]) == [shows.fanout, shows.latency]
    assert {number for numbers in shows.SHOWS.values() for number in numbers} == set(report.TITLES)
    assert shows.parse_arguments([]).show == ["all"]
    assert shows.parse_arguments(["churn", "--minutes", "3"]).minutes == 3


@pytest.mark.parametrize(
    ("last", "flat"), [(1000, True), (1019, True), (1021 + SLACK_KIB, False), (1018 + SLACK_KIB, True), (5000, False)]
)
def test_flat_is_two_percent_and_a_mebibyte(last, flat):
    """Only the second and the last quarter count; a peak within one does not."""
    samples = [1] * 25 + [1000] * 24 + [9000] + [3000] * 25 + [last] * 25
    verdict, second, at_last = is_flat(samples)
    assert (verdict, second, at_last) == (flat, 1000, last)


def test_flat_needs_samples():
    with pytest.raises(Failure):
        is_flat([1, 2, 3])


def test_peer_is_a_hub_of_this_machine():
    peer = targets.peer(None, "https://localhost:3443", "jwt", 42)
    assert (peer.port, peer.path, peer.tls, peer.pid) == (3443, "/.well-known/mercure", True, 42)
    old = targets.peer(None, "http://127.0.0.1:3000/hub?topic=*", "", 0)
    assert (old.path, old.tls) == ("/hub?topic=*", False)
    for wrong in ("http://192.0.2.1:3000", "127.0.0.1:3000", "ftp://localhost"):
        with pytest.raises(Failure):
            targets.peer(None, wrong, "", 0)


def test_process_is_read():
    assert cpu_ns(os.getpid()) > 0
    assert resident(os.getpid()) > 1000
    before = signal.signal(signal.SIGHUP, lambda *_: None)
    try:
        assert catches(os.getpid(), signal.SIGHUP)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        assert not catches(os.getpid(), signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)


@contextlib.contextmanager
def answering(status):
    """A server of one connection that answers each publish of 30 bytes; yields its port and what it was sent."""
    bodies = []

    def serve(listener):
        peer, _ = listener.accept()
        with peer:
            data = b""
            while got := peer.recv(65536):
                data += got
                while (end := data.find(b"\r\n\r\n")) >= 0 and len(data) >= end + 34:
                    bodies.append(data[end + 4 : end + 34])
                    data = data[end + 34 :]
                    peer.sendall(b"HTTP/1.1 %d X\r\nContent-Length: 0\r\n\r\n" % status)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,))
        thread.start()
        yield listener.getsockname()[1], bodies
        thread.join(scaled(10))


def test_publishes_are_stamped_in_order():
    with answering(201) as (port, bodies):
        targets.publish_steadily(port, lambda mark: targets.post_request("/p", mark, "text/plain"), 5, 200)
    assert [int(body[5:13], 16) for body in bodies] == [1, 2, 3, 4, 5]
    assert all(body[:5] == b"0000-" and int(body[14:], 16) > 0 for body in bodies)


def test_a_refused_publish_is_a_failure():
    with answering(403) as (port, _), pytest.raises(Failure, match="403"):
        targets.publish_steadily(port, lambda mark: targets.post_request("/p", mark, "text/plain"), 2, 200)


def test_nchan_delivers_what_is_posted():
    """An nginx of our own, stopped with what it started."""
    if not nchan.MODULE.exists():
        pytest.skip("needs libnginx-mod-nchan")
    with nchan.Nchan(None) as server, socket.create_connection(("127.0.0.1", server.port), scaled(10)) as stream:
        stream.sendall(b"GET /subscribe?match=x HTTP/1.1\r\nHost: a\r\nAccept: text/event-stream\r\n\r\n")
        text = b""
        while b": hi\n" not in text:
            text += stream.recv(65536)
        targets.publish_steadily(server.port, lambda mark: targets.post_request("/publish", mark, "text/plain"), 3, 100)
        while text.count(b"\ndata: ") < 3:
            text += stream.recv(65536)
        workers = server.worker_pids()
        assert server.pid in workers
        directory = server.directory
    assert server.process.returncode is not None
    assert not directory.exists()


def test_rawlog_appends_and_tidies_up(tool, tmp_path):
    log = tmp_path / "log"
    command = [tool("cinnabar_rawlog"), "--file", str(log), "--size", "300", "--batch", "16", "--seconds", "0.1"]
    got = json.loads(subprocess.run(command, capture_output=True, check=True, timeout=scaled(60)).stdout)
    assert got["records"] == 16 * got["syncs"] > 0
    assert not log.exists()
    log.touch()
    again = subprocess.run(command, capture_output=True, text=True, check=False, timeout=scaled(60))
    assert again.returncode == 1
    assert "create" in again.stderr
    assert subprocess.run([*command, "--batch"], capture_output=True, check=False).returncode == 2


@pytest.mark.parametrize("tls", [False, True])
def test_rawloop_sends_each_event_to_each(tool, tls):
    """Two and three events by turns, stamped without holes."""
    port, events = free_port(), 25
    command = [tool("cinnabar_rawloop"), "--port", str(port), "--subscribers", "2", "--events", str(events),
               "--batch", "2.5", "--delay", "0.01"] + ["--tls"] * tls
    with subprocess.Popen(command, stdout=subprocess.PIPE) as server:
        try:
            streams = [subscribe(port, tls) for _ in range(2)]
            for stream in streams:
                text = b""
                while text.count(b"\ndata: ") < events:
                    got = stream.recv(65536)
                    assert got, "the stream ended early"
                    text += got
                sequences = [int(part[5:13], 16) for part in text.split(b"\ndata: ")[1:]]
                assert sequences == list(range(1, events + 1))
            result = json.loads(server.stdout.readline())
            assert result["deliveries"] == 2 * events
            for stream in streams:
                stream.close()
        finally:
            server.terminate()


def subscribe(port, tls):
    for _ in range(100):
        with contextlib.suppress(ConnectionRefusedError):
            sock = socket.create_connection(("127.0.0.1", port), scaled(10))
            break
        threading.Event().wait(0.05)
    if tls:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        sock = context.wrap_socket(sock)
    sock.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    return sock
