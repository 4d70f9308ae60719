# SPDX-License-Identifier: Apache-2.0
"""One interface over the four wires: HTTP/1.1 and HTTP/2, each in clear text and over TLS."""

import re
import socket
from urllib.parse import quote_plus

from lib import certs, tokens
from lib.http import encode, field
from lib.http1 import Body, Http1Connection, Http1Error
from lib.http2 import Http2Connection
from lib.sse import SseParser
from lib.timing import DEFAULT, Deadline

HUB_PATH = "/.well-known/mercure"
FORM = "application/x-www-form-urlencoded"
WIRES = ("h1", "h2", "h1+tls", "h2+tls")


def form(*pairs):
    """Pairs as a form or a query; bytes are percent-encoded as they are."""
    return "&".join(quote_plus(encode(name)) + "=" + quote_plus(encode(value)) for name, value in pairs)


def connect(port, timeout=DEFAULT, receive_buffer=None):
    sock = socket.socket()
    if receive_buffer:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    sock.settimeout(timeout)
    sock.connect(("127.0.0.1", port))
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


class EventStream:
    """A subscriber. Status, headers, raw bytes, and events one after the other."""

    def __init__(self):
        self.status = None
        self.headers = []
        self.parser = SseParser()
        self.end = None  # "clean": last chunk or END_STREAM came; else "reset" or "broken"
        self._next = 0

    def header(self, name):
        return field(self.headers, name)

    @property
    def raw(self):
        return bytes(self.parser.raw)

    @property
    def cursor(self):
        """The response field of HIST-8."""
        return self.header("mercure-last-event-id")

    def pump(self, timeout):
        """Reads once; sets `end` when there is no more."""
        raise NotImplementedError

    def wait(self, condition, timeout=DEFAULT, what="condition"):
        deadline = Deadline(timeout)
        while not condition():
            if self.end:
                raise AssertionError(f"{what}: stream ended ({self.end}); last bytes {self.raw[-300:]!r}")
            if deadline.passed():
                raise AssertionError(f"{what}: not within {timeout:g} s; last bytes {self.raw[-300:]!r}")
            self.pump(deadline.left())

    def next(self, timeout=DEFAULT):
        self.wait(lambda: len(self.parser.events) > self._next, timeout, "next event")
        event = self.parser.events[self._next]
        self._next += 1
        return event

    def take(self, count, timeout=DEFAULT):
        """The next `count` events."""
        deadline = Deadline(timeout)
        return [self.next(deadline.left()) for _ in range(count)]

    def take_until(self, event_id, timeout=DEFAULT):
        """The IDs of all events up to and with this one."""
        deadline = Deadline(timeout)
        ids = []
        while not ids or ids[-1] != event_id:
            ids.append(self.next(deadline.left()).id)
        return ids

    def wait_raw(self, expected, timeout=DEFAULT):
        """Waits until as many bytes are there, and compares all of them."""
        self.wait(lambda: len(self.parser.raw) >= len(expected), timeout, f"{len(expected)} bytes")
        assert self.raw == expected

    def wait_end(self, timeout=DEFAULT):
        """How the stream ended."""
        deadline = Deadline(timeout)
        while not self.end:
            if deadline.passed():
                raise AssertionError(f"stream still open after {timeout:g} s")
            self.pump(deadline.left())
        return self.end

    def close(self):
        raise NotImplementedError

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Http1EventStream(EventStream):
    def __init__(self, connection, head_request=False, timeout=DEFAULT):
        super().__init__()
        self.connection = connection
        self.status, self.headers = connection.read_head(timeout)
        self.body = Body(self.status, self.headers, head_request)
        self._take()

    def _take(self):
        self.parser.feed(self.body.feed(self.connection.buffer))
        if self.body.ended:
            self.end = "clean" if self.body.clean else "reset" if self.connection.reset else "broken"

    def pump(self, timeout):
        if self.end:
            return
        self.connection.fill(timeout)
        self._take()
        if self.connection.eof and not self.body.ended:
            self.body.eof()
            self._take()

    def close(self):
        self.connection.close()


class Http2EventStream(EventStream):
    def __init__(self, connection, stream, owns_connection=True, timeout=DEFAULT):
        super().__init__()
        self.connection = connection
        self.stream = stream
        self._owns = owns_connection
        connection.wait_head(stream, timeout)
        self.status, self.headers = stream.status, stream.headers
        self._take()

    def _take(self):
        """Takes over what came in; true if there was anything."""
        fresh = bytes(self.stream.data)
        self.stream.data.clear()
        self.parser.feed(fresh)
        self.end = self.stream.end
        return bool(fresh or self.end)

    def pump(self, timeout):
        # A neighbour on the same connection may have read our data already.
        if not self._take():
            self.connection.pump(timeout)
            self._take()

    def close(self):
        if self._owns:
            self.connection.close()
        elif not self.stream.end:
            self.connection.reset(self.stream)


class Wire:
    """A way to speak to one hub. Threads: safe, as each request has a connection of its own."""

    def __init__(self, kind, hub):
        self.kind = kind
        self.hub = hub
        self.h2 = kind.startswith("h2")
        self.tls = kind.endswith("+tls")
        self._open = []

    def to(self, hub):
        """The same kind of wire to another hub."""
        other = Wire(self.kind, hub)
        other._open = self._open
        return other

    # -- connections --------------------------------------------------------------------------

    def socket(self, receive_buffer=None, alpn=None, server_name="localhost"):
        """A connected socket, after the TLS handshake if the wire has one."""
        sock = connect(self.hub.https_port if self.tls else self.hub.http_port, DEFAULT, receive_buffer)
        if self.tls:
            protocols = alpn or (["h2", "http/1.1"] if self.h2 else ["http/1.1"])
            context = certs.client_context(self.hub.certificate, protocols)
            sock = context.wrap_socket(sock, server_hostname=server_name)
            assert sock.selected_alpn_protocol() == ("h2" if self.h2 else "http/1.1")
        self._open.append(sock)
        return sock

    def connection(self, receive_buffer=None, **kwargs):
        sock = self.socket(receive_buffer)
        if self.h2:
            return Http2Connection(sock, scheme="https" if self.tls else "http", **kwargs)
        return Http1Connection(sock)

    def close_all(self):
        while self._open:
            self._open.pop().close()

    # -- requests -----------------------------------------------------------------------------

    def request(self, method, target=HUB_PATH, headers=(), body=b"", timeout=DEFAULT):
        with self.connection() as connection:
            return connection.request(method, target, headers, encode(body), timeout)

    def post(self, body, token=None, headers=None, target=HUB_PATH, connection=None):
        """Posts a form (text, bytes or pairs), by default with a token for every topic."""
        fields = [("content-type", FORM)] if headers is None else list(headers)
        if token != "":
            fields.append(tokens.bearer(token or tokens.publisher()))
        content = encode(form(*body)) if isinstance(body, (list, tuple)) else encode(body)
        sender = connection or self
        return sender.request("POST", target, fields, content)

    def publish(self, topic, data=None, token=None, connection=None, **fields):
        """Publishes, insists on success, returns the ID. Several topics: a list."""
        pairs = [("topic", t) for t in ([topic] if isinstance(topic, str) else topic)]
        if data is not None:
            pairs.append(("data", data))
        pairs += [(name, str(value)) for name, value in fields.items()]
        response = self.post(pairs, token, connection=connection)
        assert response.status == 200, f"publish: {response.status} {response.body!r}"
        return response.body.decode()

    # -- subscribers --------------------------------------------------------------------------

    def stream(self, query, headers=(), method="GET", body=b"", target=None, receive_buffer=None, **kwargs):
        """A subscriber, whatever the status it got. `query`: text without '?', or pairs."""
        text = query if isinstance(query, str) else form(*query)
        target = target or (HUB_PATH + ("?" + text if text else ""))
        connection = self.connection(receive_buffer, **kwargs)
        if self.h2:
            started = connection.start(method, target, headers, encode(body))
            return Http2EventStream(connection, started)
        connection.send_request(method, target, headers, encode(body))
        return Http1EventStream(connection, head_request=method == "HEAD")

    def subscribe(self, query, token=None, last_event_id=None, headers=(), **kwargs):
        """A subscriber that must be accepted; `last_event_id` goes into the request field."""
        fields = list(headers)
        if token:
            fields.append(tokens.bearer(token))
        if last_event_id is not None:
            fields.append(("last-event-id", last_event_id))
        stream = self.stream(query, fields, **kwargs)
        if stream.status != 200:
            raise AssertionError(f"subscribe: {stream.status} {stream.raw!r}")
        return stream


def challenge_error(value):
    """The error code of a Bearer challenge; None for a bare one. Fails if it is no challenge."""
    assert value is not None, "no WWW-Authenticate field"
    assert re.fullmatch(r'Bearer( error="[a-z_]+",?)?( resource_metadata="[^"]+")?', value), value
    found = re.search(r'error="([a-z_]+)"', value)
    return found.group(1) if found else None


__all__ = [
    "FORM",
    "HUB_PATH",
    "WIRES",
    "EventStream",
    "Http1Error",
    "Wire",
    "challenge_error",
    "connect",
    "form",
]
