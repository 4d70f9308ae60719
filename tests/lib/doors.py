# SPDX-License-Identifier: Apache-2.0
"""Trying a token at the subscriber's door."""

from lib import tokens
from lib.errors import assert_refused
from lib.http import Response

GOOD_HEADER = {"alg": "HS256", "typ": "at+jwt"}


def subscribe(wire, token=None, headers=None):
    """The response to a subscribe request: refused, or the head of the stream."""
    fields = headers if headers is not None else [tokens.bearer(token)]
    with wire.stream("match=a", fields) as stream:
        if stream.status != 200:
            stream.wait_end()
        return stream


def assert_accepted(wire, token):
    assert subscribe(wire, token).status == 200


def assert_stream_refused(wire, stream, status, error):
    assert_refused(wire, Response(stream.status, stream.headers, stream.raw), status, error)


def assert_invalid(wire, token):
    assert_stream_refused(wire, subscribe(wire, token), 401, "invalid_token")


def signed(header=None, claims=None, key=tokens.SUBSCRIBER_KEY, algorithm="HS256"):
    """A token with a header and claims of the caller's, correctly signed."""
    payload = tokens.claims(subscribe=["*"]) if claims is None else claims
    return tokens.sign_text(GOOD_HEADER if header is None else header, payload, key, algorithm)


def with_entries(*entries):
    """A subscriber's token with these authorization_details."""
    return signed(claims=tokens.claims(details=list(entries)))
