# SPDX-License-Identifier: Apache-2.0
"""What stands beside the hub: another hub (`--peer`), and one way to drain any of them."""

import json
import os
import pathlib
import socket
import ssl
import subprocess
import time
import urllib.parse

from harness import Failure, Hub, run_tool, stop

FORM = "application/x-www-form-urlencoded"
TOPIC = "https%3A%2F%2Fbench.example%2Ft%2F0"  # what the load's subscribers ask for


class Target:
    """A server on this machine that `cinnabar bench` can subscribe to, and that somebody else started."""

    load_command = Hub.load_command

    def __init__(self, bench, name, port, path, pid=0, token="", tls=False):
        self.bench, self.name, self.path, self.pid, self.token, self.tls = bench, name, path, pid, token, tls
        self.port = self.tls_port = port

    def load(self, **options):
        got = run_tool(self.load_command(self.tls, path=self.path, **options))
        if got["problem"]:
            raise Failure(f"{self.name}: {got['problem']}")
        return got


def peer(bench, url, token, pid):
    """The hub of --peer. One of protocol 0.x needs its topic in the URL: `…/mercure?topic=*`."""
    parts = urllib.parse.urlsplit(url)
    if parts.scheme not in ("http", "https") or parts.hostname not in ("127.0.0.1", "localhost"):
        raise Failure("--peer takes the URL of a hub on this machine, such as http://127.0.0.1:3000")
    path = parts.path if parts.path not in ("", "/") else "/.well-known/mercure"
    if parts.query:
        path += f"?{parts.query}"  # the load adds to it: what such a hub does not know it ignores
    tls = parts.scheme == "https"
    return Target(bench, "the peer", parts.port or (443 if tls else 80), path, pid, token, tls)


def post_request(path, body, content_type=FORM, token=""):
    """A publish, in the bytes before its data and the data's own place at the end."""
    fields = [f"POST {path} HTTP/1.1", "Host: bench.example", f"Content-Type: {content_type}",
              f"Content-Length: {len(body)}"]
    if token:
        fields.append(f"Authorization: Bearer {token}")
    return ("\r\n".join(fields) + "\r\n\r\n").encode() + body


def stamp(sequence, now_ns):
    """How bench/payload.h begins the data of publisher 0."""
    return b"0000-%08x-%016x" % (sequence, now_ns)


def publish_steadily(port, make_request, events, rate, tls=False):
    """Publishes at that rate over one connection, without waiting for answers in between: a server that is
    late gets the next one on time all the same."""
    with open_connection(port, tls) as sock:
        answers = bytearray()
        begin = time.monotonic()
        for number in range(events):
            time.sleep(max(begin + number / rate - time.monotonic(), 0))
            sock.sendall(make_request(stamp(number + 1, time.monotonic_ns())))
            answers += available(sock)
        deadline = time.monotonic() + 30
        while answers.count(b"HTTP/1.1 2") < events:
            if b"HTTP/1.1 4" in answers or b"HTTP/1.1 5" in answers:
                at = answers.find(b"HTTP/1.1 4") if b"HTTP/1.1 4" in answers else answers.find(b"HTTP/1.1 5")
                raise Failure(f"a publish was answered {bytes(answers[at:at + 60])}")
            if time.monotonic() > deadline:
                raise Failure(f"{answers.count(b'HTTP/1.1 2')} of {events} publishes were answered")
            time.sleep(0.005)
            answers += available(sock)


def open_connection(port, tls):
    sock = socket.create_connection(("127.0.0.1", port), 5)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if not tls:
        return sock
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # trusts anybody: it measures, on loopback
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context.wrap_socket(sock, server_hostname="localhost")


def available(sock):
    """What has come by now."""
    sock.settimeout(0)
    try:
        return sock.recv(1 << 16)
    except (BlockingIOError, ssl.SSLWantReadError):
        return b""
    finally:
        sock.settimeout(5)


def sockets_of(pid):
    count = 0
    for entry in pathlib.Path(f"/proc/{pid}/fd").iterdir():
        try:
            count += os.readlink(entry).startswith("socket:")
        except OSError:
            pass  # closed meanwhile
    return count


def drain(target, make_request, subscribers, events, rate, **options):
    """Subscribers by `cinnabar bench`, publishes by `publish_steadily`; the former's JSON. The same for all."""
    command = target.load_command(target.tls, subscribers=subscribers, expect=events, timeout=events / rate + 60,
                                  **options)
    client = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        deadline = time.monotonic() + 60
        while client.poll() is None and sockets_of(client.pid) < subscribers:
            if time.monotonic() > deadline:
                raise Failure(f"{subscribers} subscribers did not connect within a minute")
            time.sleep(0.05)
        time.sleep(0.7)  # the last of them get their heads
        publish_steadily(target.tls_port if target.tls else target.port, make_request, events, rate, target.tls)
        out, err = client.communicate(timeout=120)
    finally:
        stop(client)
    try:
        got = json.loads(out)
    except ValueError:
        raise Failure(f"bench: {err.strip() or out!r}") from None
    if got["problem"]:
        raise Failure(f"draining: {got['problem']}")
    return got


def drain_hub(hub, subscribers, events, rate, size=200):
    """`drain` of a Mercure hub: the stamp is in the form's data."""
    path = getattr(hub, "path", "/.well-known/mercure")
    prefix, fill = f"topic={TOPIC}&data=".encode(), b"x" * (size - 30)
    options = {"path": path} if path != "/.well-known/mercure" else {}
    return drain(hub, lambda mark: post_request(path, prefix + mark + fill, token=hub.token), subscribers, events,
                 rate, **options)
