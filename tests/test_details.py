# SPDX-License-Identifier: Apache-2.0
"""AD-*, LIM-8 to LIM-10: the authorization details of a token, and what they grant."""

import pytest

from lib import tokens
from lib.doors import assert_invalid, signed, with_entries
from lib.errors import assert_refused

GOOD = tokens.detail("subscribe")
DETAILS_REFUSED = [
    ("AD-1: not an array", {"a": 1}),
    ("AD-1: a string", "x"),
    ("AD-1: null", "null"),
    ("AD-1: entry is a string", [GOOD, "x"]),
    ("AD-1: entry is null", [GOOD, None]),
    ("AD-1: type is a number", [GOOD, {"type": 7}]),
    ("AD-1: type is null", [GOOD, {"type": None}]),
    ("AD-3: no actions", [{k: v for k, v in GOOD.items() if k != "actions"}]),
    ("AD-3: empty actions", [{**GOOD, "actions": []}]),
    ("AD-3: actions is a string", [{**GOOD, "actions": "subscribe"}]),
    ("AD-3: a number among actions", [{**GOOD, "actions": ["subscribe", 1]}]),
    ("AD-5: no topics", [{k: v for k, v in GOOD.items() if k != "topics"}]),
    ("AD-5: empty topics", [{**GOOD, "topics": []}]),
    ("AD-5: topics is an object", [{**GOOD, "topics": {"match": "*"}}]),
    ("AD-6: bare string", [{**GOOD, "topics": ["https://example.com/a"]}]),
    ("AD-6: null", [{**GOOD, "topics": [None]}]),
    ("AD-6: array", [{**GOOD, "topics": [["a"]]}]),
    ("AD-6: no match", [{**GOOD, "topics": [{"match_type": "exact"}]}]),
    ("AD-6: match is a number", [{**GOOD, "topics": [{"match": 7}]}]),
    ("AD-7: Exact", [{**GOOD, "topics": [{"match": "a", "match_type": "Exact"}]}]),
    ("AD-7: URLPattern", [{**GOOD, "topics": [{"match": "a", "match_type": "URLPattern"}]}]),
    ("AD-7: regexp", [{**GOOD, "topics": [{"match": "a", "match_type": "regexp"}]}]),
    ("AD-7: empty match_type", [{**GOOD, "topics": [{"match": "a", "match_type": ""}]}]),
    ("AD-7: null match_type", [{**GOOD, "topics": [{"match": "a", "match_type": None}]}]),
    ("AD-7: number match_type", [{**GOOD, "topics": [{"match": "a", "match_type": 7}]}]),
    ("AD-9, D3: wildcard of an unsupported type", [{**GOOD, "topics": [{"match": "*", "match_type": "foo"}]}]),
    ("AD-8: NUL in match", [{**GOOD, "topics": [{"match": "a\0"}]}]),
    ("AD-8: Cf in match", [{**GOOD, "topics": [{"match": "a\u200b"}]}]),
    ("AD-8: empty match", [{**GOOD, "topics": [{"match": ""}]}]),
    ("TOK-16: Match is not match", [{**GOOD, "topics": [{"Match": "*"}]}]),
    ("AD-10: payload is a string", [{**GOOD, "payload": "x"}]),
    ("AD-10: payload is a number", [{**GOOD, "payload": 1}]),
    ("AD-10: payload is an array", [{**GOOD, "payload": []}]),
    ("AD-10: payload is a boolean", [{**GOOD, "payload": True}]),
    ("AD-10, D5: payload is null", [{**GOOD, "payload": None}]),
    ("AD-12: a bad detail of the other action", [GOOD, {**tokens.detail("publish"), "topics": []}]),
    ("AD-12: a bad detail of an unknown action", [GOOD, {**tokens.detail("archive"), "topics": []}]),
    ("LIM-8: 101 details", [GOOD] * 101),
    ("LIM-9: 101 matchers", [tokens.detail("subscribe", topics=[str(i) for i in range(101)])]),
    (
        "LIM-9: 101 matchers over two details",
        [
            tokens.detail("subscribe", topics=[str(i) for i in range(51)]),
            tokens.detail("publish", topics=[str(i) for i in range(50)]),
        ],
    ),
    ("LIM-10: long pattern", [tokens.detail("subscribe", topics=["x" * 4097])]),
]


@pytest.mark.parametrize("details", [pytest.param(d, id=name) for name, d in DETAILS_REFUSED])
def test_details_refused(wire, details):
    """AD-1 to AD-13: one bad detail sinks the token."""
    claims = tokens.claims(subscribe=["*"])
    claims["authorization_details"] = None if details == "null" else details
    assert_invalid(wire, signed(claims=claims))


def test_details_are_judged_for_publishers_too(wire, topic):
    """AD-12."""
    details = [tokens.detail("publish"), {**GOOD, "payload": None}]
    response = wire.post([("topic", topic)], token=tokens.mint(tokens.PUBLISHER_KEY, details=details))
    assert_refused(wire, response, 401, "invalid_token")


FOREIGN = [
    {"type": "tenant", "topics": "acme", "actions": {"read": True}},
    {"type": tokens.DETAIL_TYPE + "/", "topics": []},
    {"type": "mercure", "payload": 7},
    {"type": "https://bank.example/payment", "amount": 3},
    {"no type": 1},
]
# Details, whether they let the holder read a private update.
DETAILS_ACCEPTED = [
    ("AD-2: foreign details beside", [*FOREIGN, GOOD], True),
    ("AD-2: foreign details alone", FOREIGN, False),
    ("AD-4: unknown action beside", [{**GOOD, "actions": ["subscribe", "archive"]}], True),
    ("AD-4: unknown action alone", [{**GOOD, "actions": ["archive"]}], False),
    ("AD-4: actions are case-sensitive", [{**GOOD, "actions": ["Subscribe"]}], False),
    ("AD-7: exact by name", [tokens.detail("subscribe", topics=[{"match": "*", "match_type": "exact"}])], True),
    ("AD-10: payload object", [{**GOOD, "payload": {"label": "desk-7"}}], True),
    ("AD-11: unknown members", [{**GOOD, "x": 1, "topics": [{"match": "*", "y": None}]}], True),
    ("AD-14: both actions", [tokens.detail("publish", "subscribe")], True),
    ("AD-14: publish alone", [tokens.detail("publish")], False),
    ("AD-14: the second detail", [tokens.detail("subscribe", topics=["none"]), GOOD], True),
    ("LIM-8: 100 details", [GOOD] * 100, True),
    ("LIM-9: 100 matchers", [tokens.detail("subscribe", topics=["*", *map(str, range(99))])], True),
    ("LIM-10: longest pattern", [tokens.detail("subscribe", topics=["x" * 4096])], False),
]


@pytest.mark.parametrize("details, reads", [pytest.param(d, r, id=name) for name, d, r in DETAILS_ACCEPTED])
def test_details_accepted(wire, topic, details, reads):
    """AD-1 to AD-14: what they grant shows in a private update."""
    with wire.subscribe([("match", topic)], token=with_entries(*details)) as stream:
        wire.publish(topic, id=f"{topic}#private", private="on")
        wire.publish(topic, id=f"{topic}#end")
        expected = [f"{topic}#private"] if reads else []
        assert stream.take_until(f"{topic}#end") == [*expected, f"{topic}#end"]
