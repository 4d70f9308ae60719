# SPDX-License-Identifier: Apache-2.0
"""PRES-*: how a token is presented."""

import pytest

from lib import tokens
from lib.doors import assert_invalid, assert_stream_refused, signed, subscribe


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "bEaReR"])
def test_scheme_case(wire, scheme):
    """PRES-1."""
    assert subscribe(wire, headers=[("authorization", f"{scheme} {signed()}")]).status == 200


PRESENTATIONS = [
    ("Basic", ["Basic dXNlcjpwYXNzd29yZHBhc3N3b3JkcGFzc3dvcmRwYXNzd29yZA=="]),
    ("another scheme", ["Greater " + signed()]),
    ("a longer scheme", ["Bearerx " + signed()]),
    ("no token", ["Bearer"]),
    ("empty field", [""]),
    ("short token", ["Bearer x"]),
    ("40 characters", ["Bearer " + "x" * 40]),
    ("no space", ["Bearer" + signed()]),
    ("space inside", ["Bearer " + signed() + " x"]),
    ("illegal character", ["Bearer " + signed() + "!"]),
    ("comma list", ["Bearer " + signed() + ", Bearer " + signed()]),
    ("non-ASCII", ["Bearer " + signed() + "é"]),
    ("two fields", ["Bearer " + signed(), "Bearer " + signed()]),
    ("two fields, one bad", ["Bearer " + signed(), "Basic x"]),
]


@pytest.mark.parametrize("fields", [pytest.param(f, id=name) for name, f in PRESENTATIONS])
def test_malformed_presentation(wire, fields):
    """PRES-7, ERR-5: 400 with a challenge, for every role."""
    headers = [("authorization", value) for value in fields]
    assert_stream_refused(wire, subscribe(wire, headers=headers), 400, "invalid_request")


def test_41_characters_are_a_token(wire):
    """PRES-7, D6: long enough and legal, so it is a bad token."""
    assert_invalid(wire, "x" * 41)


def test_header_hides_the_cookie(wire):
    """PRES-4: a bad field is not saved by anything in a cookie."""
    cookie = ("cookie", f"__Secure-mercure_access_token={signed()}")
    assert_stream_refused(wire, subscribe(wire, headers=[tokens.bearer("x" * 50), cookie]), 401, "invalid_token")
    stream = subscribe(wire, headers=[("authorization", "Basic x"), cookie])
    assert_stream_refused(wire, stream, 400, "invalid_request")
