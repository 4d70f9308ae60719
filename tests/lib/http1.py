# SPDX-License-Identifier: Apache-2.0
"""An HTTP/1.1 client on a raw socket: sends what it is told, however wrong, and hides nothing."""

import socket
import ssl

from lib.http import Response, encode
from lib.timing import DEFAULT, Deadline


class Http1Error(AssertionError):
    """The peer sent what is not HTTP/1.1, or ended too early."""


class Body:
    """Takes a body out of the bytes of a connection, by its framing (RFC 9112, section 6.3)."""

    def __init__(self, status, headers, head_request):
        fields = dict(headers)
        self.ended = False
        self.clean = False
        self.trailer = None
        self._left = 0
        self._chunks = bytearray()
        if head_request or status in (204, 304) or status < 200:
            self.framing = "none"
            self._finish()
        elif fields.get("transfer-encoding") == "chunked":
            self.framing = "chunked"
            self._state = "size"
        elif "content-length" in fields:
            self.framing = "length"
            self._left = int(fields["content-length"])
            if self._left == 0:
                self._finish()
        else:
            self.framing = "close"

    def _finish(self):
        self.ended = True
        self.clean = True

    def feed(self, buffer):
        """Consumes from the front of the bytearray; returns content."""
        if self.ended:
            return b""
        if self.framing == "chunked":
            return self._feed_chunked(buffer)
        if self.framing == "length":
            taken = bytes(buffer[: self._left])
            del buffer[: len(taken)]
            self._left -= len(taken)
            if self._left == 0:
                self._finish()
            return taken
        taken = bytes(buffer)
        buffer.clear()
        return taken

    def eof(self):
        """The connection ended: only a body delimited by that is complete."""
        if not self.ended:
            self.ended = True
            self.clean = self.framing == "close"

    def _feed_chunked(self, buffer):
        content = bytearray()
        while not self.ended:
            if self._state == "data":
                if not buffer:
                    break
                taken = buffer[: self._left]
                content += taken
                self._left -= len(taken)
                del buffer[: len(taken)]
                if self._left == 0:
                    self._state = "after"
                continue
            end = buffer.find(b"\r\n")
            if end < 0:
                break
            line = bytes(buffer[:end])
            del buffer[: end + 2]
            if self._state == "after":
                if line:
                    raise Http1Error(f"no CRLF after a chunk, but {line!r}")
                self._state = "size"
            elif self._state == "size":
                self._left = int(line.split(b";")[0], 16)
                self._state = "data" if self._left else "trailer"
            elif not line:  # the trailer section ends
                self._finish()
        return bytes(content)


class Http1Connection:
    def __init__(self, sock):
        self.sock = sock
        self.buffer = bytearray()
        self.eof = False
        self.reset = False

    # -- sending ------------------------------------------------------------------------------

    def send_raw(self, data):
        self.sock.settimeout(DEFAULT)
        self.sock.sendall(data)

    def send_request(self, method, target, headers=(), body=b"", host="hub.example.com"):
        self.send_raw(serialise(method, target, headers, body, host))

    # -- receiving ----------------------------------------------------------------------------

    def fill(self, timeout):
        """Reads once. False: nothing came in time, or the connection has ended."""
        if self.eof:
            return False
        self.sock.settimeout(max(timeout, 0.0001))
        try:
            data = self.sock.recv(262144)
        except (socket.timeout, BlockingIOError):
            return False
        except ConnectionError:
            self.reset = True
            data = b""
        if not data:
            self.eof = True
            return False
        self.buffer += data
        return True

    def read_head(self, timeout=DEFAULT, informational=False):
        """Status and fields of the next response; 1xx ones are skipped unless wanted."""
        deadline = Deadline(timeout)
        while True:
            end = self.buffer.find(b"\r\n\r\n")
            if end >= 0:
                head = bytes(self.buffer[:end])
                del self.buffer[: end + 4]
                status, headers = parse_head(head)
                if status < 200 and not informational:
                    continue
                return status, headers
            if not self.fill(deadline.left()):
                if self.eof:
                    raise Http1Error(f"connection ended before a response: {bytes(self.buffer)!r}")
                if deadline.passed():
                    raise Http1Error(f"no response within {timeout:g} s: {bytes(self.buffer)!r}")

    def read_response(self, timeout=DEFAULT, head_request=False):
        deadline = Deadline(timeout)
        status, headers = self.read_head(timeout)
        body = Body(status, headers, head_request)
        content = bytearray(body.feed(self.buffer))
        while not body.ended:
            if not self.fill(deadline.left()):
                if self.eof:
                    body.eof()
                elif deadline.passed():
                    raise Http1Error(f"body incomplete after {timeout:g} s: {bytes(content)!r}")
            content += body.feed(self.buffer)
        if not body.clean:
            raise Http1Error(f"body cut off: {bytes(content)!r}")
        return Response(status, headers, bytes(content))

    def request(self, method, target, headers=(), body=b"", timeout=DEFAULT):
        try:
            self.send_request(method, target, headers, body)
        except (ConnectionError, ssl.SSLError):
            pass  # refused while we were still sending: the answer is on its way
        return self.read_response(timeout, head_request=method == "HEAD")

    def wait_closed(self, timeout=DEFAULT):
        """True when the peer ends the connection in time; what it sends before is kept."""
        deadline = Deadline(timeout)
        while not self.eof and not deadline.passed():
            self.fill(deadline.left())
        return self.eof

    def close(self):
        self.sock.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def serialise(method, target, headers=(), body=b"", host="hub.example.com"):
    lines = [encode(method) + b" " + encode(target) + b" HTTP/1.1"]
    names = {name.lower() for name, _ in headers}
    if "host" not in names:
        lines.append(b"Host: " + encode(host))
    if (body or method in ("POST", "QUERY")) and not names & {"content-length", "transfer-encoding"}:
        lines.append(b"Content-Length: " + str(len(body)).encode())
    lines += [encode(name) + b": " + encode(value) for name, value in headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def parse_head(head):
    lines = head.decode("utf-8", "surrogateescape").split("\r\n")
    version, _, rest = lines[0].partition(" ")
    if version not in ("HTTP/1.1", "HTTP/1.0"):
        raise Http1Error(f"not a status line: {lines[0]!r}")
    headers = []
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if not colon or name != name.strip():
            raise Http1Error(f"not a field: {line!r}")
        headers.append((name.lower(), value.strip(" \t")))
    return int(rest[:3]), headers
