# SPDX-License-Identifier: Apache-2.0
"""What both HTTP clients share: a whole response, and the encoding of texts on the wire."""

from dataclasses import dataclass


def encode(text):
    """Texts go out as UTF-8; surrogate escapes smuggle raw bytes."""
    return text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape")


def field(headers, name):
    """The value of the only field of this name; None without one. Twice is an error."""
    values = [value for key, value in headers if key == name.lower()]
    assert len(values) <= 1, f"field {name} sent {len(values)} times: {values}"
    return values[0] if values else None


@dataclass
class Response:
    status: int
    headers: list
    body: bytes

    def header(self, name):
        return field(self.headers, name)
