# SPDX-License-Identifier: Apache-2.0
"""What presence costs: announcing who comes and goes, and listing who is there."""

import json
import socket
import threading
import time
from urllib.parse import quote

import jwt

from harness import SUBSCRIBER_KEY, Failure, Hub, median, publisher_claims
from suite import forget_peak, resident

PATH = "/.well-known/mercure/subscriptions"
FORM = "application/x-www-form-urlencoded"


def subscriber_token():
    claims = publisher_claims()
    claims["authorization_details"][0]["actions"] = ["subscribe"]
    return jwt.encode(claims, SUBSCRIBER_KEY, algorithm="HS256", headers={"typ": "at+jwt"})


def request(method, target, *fields, body=""):
    lines = [f"{method} {target} HTTP/1.1", "Host: bench.example", *fields, "", body]
    return "\r\n".join(lines).encode()


class Watcher(threading.Thread):
    """Follows all subscriptions by one stream, and keeps every byte of it."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.sock = socket.create_connection(("127.0.0.1", port))
        target = "/.well-known/mercure?match_urlpattern=" + quote(PATH + "/*", safe="")
        self.sock.sendall(request("GET", target, f"Authorization: Bearer {subscriber_token()}"))
        self.data = bytearray(self.sock.recv(4096))
        if not self.data.startswith(b"HTTP/1.1 200"):
            raise Failure(f"the watcher was answered {bytes(self.data[:200])}")
        self.start()

    def run(self):
        while got := self.sock.recv(1 << 20):
            self.data += got

    def wait_for(self, count, seconds=60):
        """The documents of that many events but for the watcher's own, in order."""
        deadline = time.monotonic() + seconds
        while True:
            lines = bytes(self.data).split(b"\ndata: ")[1:]
            documents = [json.loads(line.partition(b"\n")[0]) for line in lines if b"\n" in line]
            others = [d for d in documents if d["match_type"] == "exact"]
            if len(others) >= count:
                return others
            if time.monotonic() > deadline:
                raise Failure(f"the watcher got {len(others)} of {count} events")
            time.sleep(0.2)

    def close(self):
        self.sock.shutdown(socket.SHUT_RDWR)
        self.join()
        self.sock.close()


def check_order(documents, count):
    """Each subscription began once and then ended once."""
    active, ended = {}, 0
    for document in documents:
        if document["active"] == (document["id"] in active):
            raise Failure(f"{document['id']}: {'began' if document['active'] else 'ended'} out of order")
        if document["active"]:
            active[document["id"]] = True
        else:
            ended += 1
            del active[document["id"]]
    if len(documents) != 2 * count or ended != count:
        raise Failure(f"{len(documents)} events, {ended} of them ends, instead of {2 * count}, {count}")


def publish_cost(bench, journal):
    with Hub(bench, journal=journal, heartbeat="0s") as hub:
        hub.load(publishers=64, events=bench.count(20000))
        got = hub.load(publishers=64, events=bench.count(20000))
        return got["cpu_ns"] / got["published"]


def presence(bench):
    """Hub CPU per connection with subscriptions announced to a watcher, against without; every event in order."""
    count = bench.count(10000)
    in_memory = publish_cost(bench, "memory")
    for journal in ("memory", "rocksdb"):
        append = publish_cost(bench, journal) - in_memory
        costs = {False: [], True: []}
        for _ in range(min(bench.rounds, 3)):
            for on in (False, True):
                keys = ["subscriptions = true"] if on else []
                with Hub(bench, journal=journal, heartbeat="0s", hub_keys=keys) as hub:
                    watcher = Watcher(hub.port) if on else None
                    got = hub.load(subscribers=count, hold=1, publishers=1, events=1, timeout=240)
                    if watcher:
                        check_order(watcher.wait_for(2 * count), count)
                        watcher.close()
                costs[on].append(got["ramp_cpu_ns"] / count)
        off, on = median(costs[False]), median(costs[True])
        bar = 1.5 * off + max(append, 0)
        bench.row("presence", f"{count} connect and leave, {journal}: CPU per connect", f"{on / 1e3:.1f} µs",
                  f"<= {bar / 1e3:.1f} µs", on <= bar)
        bench.row("presence", "  without announcing them; an append, above one in memory",
                  f"{off / 1e3:.1f} µs; {append / 1e3:.1f} µs")


def listing(bench):
    """GET of a large collection: time to the first byte, and what the hub's RSS grows by meanwhile."""
    connections, each = bench.count(190), 100
    form = "&".join(f"match=https%3A%2F%2Fbench.example%2Froom%2F{n}" for n in range(each))
    fields = [f"Content-Type: {FORM}", f"Content-Length: {len(form)}"]
    times, growths = [], []
    with Hub(bench, journal="memory", heartbeat="0s", hub_keys=["subscriptions = true"]) as hub:
        held = []
        for _ in range(connections):
            sock = socket.create_connection(("127.0.0.1", hub.port))
            sock.sendall(request("QUERY", "/.well-known/mercure", *fields, body=form))
            if not sock.recv(4096).startswith(b"HTTP/1.1 200"):
                raise Failure("a subscriber was refused")
            held.append(sock)
        time.sleep(0.5)
        for _ in range(bench.rounds):
            with socket.create_connection(("127.0.0.1", hub.port)) as sock:
                before = resident(hub.pid)
                forget_peak(hub.pid)
                begin = time.monotonic()
                sock.sendall(request("GET", PATH, f"Authorization: Bearer {subscriber_token()}", "Connection: close"))
                data = bytearray(sock.recv(1))
                times.append(time.monotonic() - begin)
                while got := sock.recv(1 << 16):
                    data += got
                growths.append(resident(hub.pid, "VmHWM") - before)
            found = data.count(b'"type":"subscription"')
            if found != connections * each:
                raise Failure(f"the collection has {found} of {connections * each} subscriptions")
        for sock in held:
            sock.close()
    first, growth = median(times), max(growths)
    bench.row("listing", f"GET of {connections * each} subscriptions: first byte after", f"{first * 1e3:.1f} ms",
              "<= 20 ms", first <= 0.020)
    bench.row("listing", "  the hub's RSS grows meanwhile, at most", f"{growth / 1024:.1f} MiB", "< 8 MB",
              growth * 1024 < 8e6)
