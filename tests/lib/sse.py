# SPDX-License-Identifier: Apache-2.0
"""An event stream parser after the HTML standard, section 9.2.6, that also keeps the raw bytes."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Event:
    """One dispatched event. `id` is the last event ID at the time of dispatch."""

    id: str
    data: str
    type: str = "message"


class SseParser:
    """Fed with bytes as they come; `events` grows, `raw` holds every byte that was fed.

    REQUIRES of the stream: UTF-8; a violation raises, where a browser would replace.
    """

    def __init__(self):
        self.raw = bytearray()
        self.events = []
        self.comments = []
        self.retry = None
        self._line = bytearray()
        self._after_cr = False
        self._first = True
        self._data = []
        self._type = ""
        self._id = ""

    def feed(self, chunk):
        self.raw += chunk
        # A CRLF may be cut in two: its CR has ended the line already.
        if self._after_cr and chunk.startswith(b"\n"):
            chunk = chunk[1:]
            self._after_cr = False
        if chunk:
            self._after_cr = chunk.endswith(b"\r")
        # On bytes, splitlines() splits at CR, LF and CRLF only, as the standard wants.
        for piece in bytes(chunk).splitlines(keepends=True):
            content = piece.rstrip(b"\r\n")
            self._line += content
            if len(content) < len(piece):
                self._end_line()

    def _end_line(self):
        line = self._line.decode("utf-8")
        self._line = bytearray()
        if self._first:
            self._first = False
            line = line.removeprefix("\ufeff")
        if not line:
            self._dispatch()
            return
        if line.startswith(":"):
            self.comments.append(line[1:])
            return
        name, _, value = line.partition(":")
        self._field(name, value.removeprefix(" "))

    def _field(self, name, value):
        if name == "event":
            self._type = value
        elif name == "data":
            self._data.append(value)
        elif name == "id":
            if "\0" not in value:
                self._id = value
        elif name == "retry":
            if value and all(c in "0123456789" for c in value):
                self.retry = int(value)

    def _dispatch(self):
        if self._data:
            self.events.append(Event(self._id, "\n".join(self._data), self._type or "message"))
        self._data = []
        self._type = ""
