# SPDX-License-Identifier: Apache-2.0
"""An HTTP/2 client on python3-h2: one connection, many streams, pumped by whoever waits."""

import socket

import h2.config
import h2.connection
import h2.errors
import h2.events
import h2.exceptions
import h2.settings

from lib.http import Response, encode
from lib.timing import DEFAULT, Deadline

Setting = h2.settings.SettingCodes


class Http2Error(AssertionError):
    pass


class Http2Stream:
    """What has come in on one stream."""

    def __init__(self, stream_id):
        self.id = stream_id
        self.status = None
        self.headers = []
        self.data = bytearray()
        self.end = None  # "clean" (END_STREAM), "reset" or "broken"
        self.reset_code = None
        self.paused = False  # its window is not opened again while this is set


class Http2Connection:
    """Single-threaded. `window`: initial window of each stream, in bytes."""

    def __init__(self, sock, window=None, authority="hub.example.com", scheme="http"):
        self.sock = sock
        self.authority = authority
        self.scheme = scheme
        self.streams = {}
        self.events = []  # everything h2 reported but data
        self.goaway = None
        self.eof = False
        config = h2.config.H2Configuration(
            client_side=True,
            header_encoding=None,
            validate_outbound_headers=False,
            normalize_outbound_headers=False,
        )
        self.h2 = h2.connection.H2Connection(config=config)
        values = {Setting.ENABLE_PUSH: 0}
        if window is not None:
            values[Setting.INITIAL_WINDOW_SIZE] = window
        self.h2.local_settings = h2.settings.Settings(client=True, initial_values=values)
        self.h2.initiate_connection()
        self.h2.increment_flow_control_window(2**24)
        self.flush()

    # -- sending ------------------------------------------------------------------------------

    def flush(self):
        data = self.h2.data_to_send()
        if not data or self.eof:
            return
        self.sock.settimeout(DEFAULT)
        try:
            self.sock.sendall(data)
        except ConnectionError:
            self.eof = True

    def start(self, method, target, headers=(), body=b"", end=True):
        """Opens a stream; `end=False` leaves our side open. Returns an Http2Stream."""
        stream = Http2Stream(self.h2.get_next_available_stream_id())
        self.streams[stream.id] = stream
        fields = [
            (b":method", encode(method)),
            (b":scheme", encode(self.scheme)),
            (b":authority", encode(self.authority)),
            (b":path", encode(target)),
        ]
        fields += [(encode(name.lower()), encode(value)) for name, value in headers]
        if body and not any(name.lower() == "content-length" for name, _ in headers):
            fields.append((b"content-length", str(len(body)).encode()))
        self.h2.send_headers(stream.id, fields, end_stream=end and not body)
        self.flush()
        if body:
            self._send_body(stream, body, end)
        return stream

    def _send_body(self, stream, body, end):
        view = memoryview(body)
        deadline = Deadline(DEFAULT)
        while view:
            if stream.end or self.eof:
                return  # answered without being read to its end
            room = min(self.h2.local_flow_control_window(stream.id), self.h2.max_outbound_frame_size)
            if room == 0:
                if deadline.passed():
                    raise Http2Error("the peer opened no window for a request body")
                self.pump(deadline.left())
                continue
            piece, view = view[:room], view[room:]
            try:
                self.h2.send_data(stream.id, bytes(piece), end_stream=end and not view)
            except h2.exceptions.StreamClosedError:
                return
            self.flush()

    def reset(self, stream, code=h2.errors.ErrorCodes.CANCEL):
        self.h2.reset_stream(stream.id, code)
        stream.end = "reset"
        self.flush()

    # -- receiving ----------------------------------------------------------------------------

    def pump(self, timeout):
        """Reads once and takes in what came. False: nothing came in time, or it has ended."""
        if self.eof:
            self._break_streams()
            return False
        self.sock.settimeout(max(timeout, 0.0001))
        try:
            data = self.sock.recv(262144)
        except (socket.timeout, BlockingIOError):
            return False
        except ConnectionError:
            data = b""
        if not data:
            self.eof = True
            self._break_streams()
            return False
        for event in self.h2.receive_data(data):
            self._take(event)
        self.flush()
        return True

    def _break_streams(self):
        for stream in self.streams.values():
            stream.end = stream.end or "broken"

    def _take(self, event):
        stream = self.streams.get(getattr(event, "stream_id", None))
        if isinstance(event, h2.events.DataReceived):
            if stream:
                stream.data += event.data
            self._reopen_windows(event, stream)
            return
        self.events.append(event)
        if isinstance(event, h2.events.ConnectionTerminated):
            self.goaway = event
        elif stream is None:
            return
        elif isinstance(event, h2.events.ResponseReceived):
            decoded = [(n.decode(), v.decode("utf-8", "surrogateescape")) for n, v in event.headers]
            stream.status = int(dict(decoded)[":status"])
            stream.headers = [(n, v) for n, v in decoded if not n.startswith(":")]
        elif isinstance(event, h2.events.StreamEnded):
            stream.end = "clean"
        elif isinstance(event, h2.events.StreamReset):
            stream.end = stream.end or "reset"
            stream.reset_code = event.error_code

    def _reopen_windows(self, event, stream):
        length = event.flow_controlled_length
        if not length:
            return
        if stream is not None and stream.paused:
            self.h2.increment_flow_control_window(length)  # of the connection alone
            return
        try:
            self.h2.acknowledge_received_data(length, event.stream_id)
        except h2.exceptions.StreamClosedError:
            self.h2.increment_flow_control_window(length)

    def wait(self, condition, timeout=DEFAULT, what="condition"):
        deadline = Deadline(timeout)
        while not condition():
            if not self.pump(deadline.left()) and (self.eof or deadline.passed()):
                if condition():
                    return
                ended = f"; GOAWAY {self.goaway.error_code!r}" if self.goaway else ""
                state = "connection ended" + ended if self.eof else f"not within {timeout:g} s"
                raise Http2Error(f"{what}: {state}")

    def wait_head(self, stream, timeout=DEFAULT):
        self.wait(lambda: stream.status is not None or stream.end, timeout, "response head")
        if stream.status is None:
            raise Http2Error(f"stream {stream.end} before a response, code {stream.reset_code!r}")

    def wait_response(self, stream, timeout=DEFAULT):
        self.wait(lambda: stream.end, timeout, "response")
        # A reset with NO_ERROR after a whole response asks us to stop sending (RFC 9113, 8.1).
        if stream.status is None or stream.end == "broken":
            raise Http2Error(f"stream {stream.end}, code {stream.reset_code!r}, no whole response")
        return Response(stream.status, stream.headers, bytes(stream.data))

    def request(self, method, target, headers=(), body=b"", timeout=DEFAULT):
        return self.wait_response(self.start(method, target, headers, body), timeout)

    def wait_closed(self, timeout=DEFAULT):
        deadline = Deadline(timeout)
        while not self.eof and not deadline.passed():
            self.pump(deadline.left())
        return self.eof

    def close(self):
        self.sock.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
