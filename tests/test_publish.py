# SPDX-License-Identifier: Apache-2.0
"""PUB-*, LIM-3 to LIM-7, ERR-10: what a publish request may hold, and what it is answered."""

import re

import pytest

from lib import tokens
from lib.client import FORM, HUB_PATH, form
from lib.errors import assert_common_fields, assert_refused
from lib.hub import base_config

MEBIBYTE = 1 << 20
UUID_ID = re.compile(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


# -- success ----------------------------------------------------------------------------------


def test_answer_is_200_and_the_id(wire, topic):
    """PUB-22: 200, plain text, the ID without a newline."""
    response = wire.post([("topic", topic), ("id", "urn:ex:1"), ("data", "x")])
    assert response.status == 200
    assert response.body == b"urn:ex:1"
    assert response.header("content-type") == "text/plain; charset=utf-8"
    assert_common_fields(response.headers)
    if not wire.h2:
        assert response.header("content-length") == "8"


@pytest.mark.parametrize("pairs", [[], [("id", "")]], ids=["absent", "empty"])
def test_generated_id(wire, topic, pairs):
    """PUB-13: an absent or empty id gets a fresh urn:uuid:, which is the event's."""
    with wire.subscribe([("match", topic)]) as stream:
        response = wire.post([("topic", topic), *pairs])
        assert response.status == 200
        assert UUID_ID.fullmatch(response.body.decode())
        assert stream.next().id == response.body.decode()
    assert wire.post([("topic", topic), *pairs]).body != response.body


@pytest.mark.parametrize("event_id", ["Earliest", "a#", 'id-["x"]', "urn:ex:é", "EARLIEST", "a b"])
def test_accepted_ids(wire, topic, event_id):
    """PUB-14, PUB-15: kept and echoed."""
    response = wire.post([("topic", topic), ("id", event_id)])
    assert (response.status, response.body.decode()) == (200, event_id)


def test_id_with_outer_spaces_stays_usable(wire, topic):
    """PUB-16: kept or replaced; either way the answer names the event."""
    with wire.subscribe([("match", topic)]) as stream:
        response = wire.post([("topic", topic), ("id", " x ")])
        assert response.status == 200
        stream.next()
        assert f"\nid: {response.body.decode()}\n".encode() in stream.raw


@pytest.mark.parametrize("content_type", [FORM, FORM + "; charset=utf-8", "Application/X-WWW-Form-URLencoded"])
def test_content_types_accepted(wire, topic, content_type):
    """PUB-1: parameters and case do not matter."""
    response = wire.post([("topic", topic)], headers=[("content-type", content_type)])
    assert response.status == 200


@pytest.mark.parametrize("value", ["private", "private=", "private=on", "private=0", "private=false"])
def test_private_whatever_its_value(wire, topic, value):
    """PUB-12: the name alone makes the update private."""
    with wire.subscribe([("match", topic)]) as anonymous:
        assert wire.post(form(("topic", topic), ("id", "hidden")) + "&" + value).status == 200
        wire.publish(topic, id="seen")
        assert anonymous.next().id == "seen"


def test_form_parsing(wire, topic):
    """Section 2 and PUB-2: '+' is a space, stray '%' stays, ';' is ordinary, empty pieces go."""
    with wire.subscribe([("match", topic)]) as stream:
        body = "&&" + form(("topic", topic)) + "&data=a+b%2Bc%zz%;d=e&ignored&=x"
        assert wire.post(body).status == 200
        assert stream.next().data == "a b+c%zz%;d=e"


def test_first_occurrence_wins(wire, topic):
    """PUB-21."""
    with wire.subscribe([("match", topic)]) as stream:
        pairs = [("data", "1"), ("id", "first"), ("type", "t1"), ("retry", "1")]
        again = [("data", "2"), ("id", "second"), ("type", "t2"), ("retry", "2")]
        assert wire.post([("topic", topic), *pairs, *again]).body == b"first"
        stream.wait_raw(b":\nevent: t1\nretry: 1\nid: first\ndata: 1\n\n")


def test_unknown_fields_and_query_are_ignored(wire, topic):
    """PUB-20, PUB-2: neither unknown fields nor the target's query make up the update."""
    with wire.subscribe([("match", topic)]) as stream:
        response = wire.post(
            [("topic", topic), ("x", "y"), ("Data", "no"), ("match", "*")],
            target=HUB_PATH + "?data=no&id=no&private&topic=no",
        )
        assert response.status == 200
        assert stream.next().data == ""
    assert wire.post([("data", "x")], target=HUB_PATH + "?topic=a").status == 400


def test_alternate_topics(wire, topic):
    """PUB-4: subscribers of any of the topics get it, once each."""
    with wire.subscribe([("match", topic + "/a")]) as one, wire.subscribe([("match", topic + "/b")]) as two:
        event_id = wire.publish([topic, topic + "/a", topic + "/b"])
        assert one.next().id == event_id
        assert two.next().id == event_id


@pytest.mark.parametrize("name", ["**", " *", "* "])
def test_topics_that_only_look_like_the_wildcard(wire, name):
    """PUB-6."""
    with wire.subscribe([("match", name)]) as stream:
        wire.publish(name, id="x")
        assert stream.next().id == "x"


@pytest.mark.parametrize("kind", ["Mercure", "mercure2", "MERCURE", " mercure"])
def test_types_near_the_reserved_one(wire, topic, kind):
    """PUB-18: byte-exact."""
    assert wire.post([("topic", topic), ("type", kind)]).status == 200


def test_empty_type_and_retry_count_as_absent(wire, topic):
    """PUB-17, PUB-19."""
    with wire.subscribe([("match", topic)]) as stream:
        assert wire.post([("topic", topic), ("id", "e"), ("type", ""), ("retry", "")]).status == 200
        stream.wait_raw(b":\nid: e\ndata: \n\n")


# -- refusals: 400 ----------------------------------------------------------------------------

BAD_FIELDS = [
    ("PUB-3: no topic", "data=x"),
    ("PUB-3: empty body", ""),
    ("PUB-5: NUL in topic", "topic=a%00b"),
    ("PUB-5: LF in topic", "topic=a%0Ab"),
    ("PUB-5: DEL in topic", "topic=a%7F"),
    ("PUB-5: C1 in topic", "topic=a%C2%85"),
    ("PUB-5: zero width space in topic", "topic=%E2%80%8B"),
    ("PUB-5: bidi override in topic", "topic=%E2%80%AE"),
    ("PUB-5: BOM in topic", "topic=%EF%BB%BF"),
    ("PUB-5: tag character in topic", "topic=%F3%A0%80%A1"),
    ("PUB-5: bad alternate", "topic=a&topic=b%00"),
    ("PUB-5: invalid UTF-8 in topic", "topic=%FF"),
    ("PUB-2: overlong form", "topic=%C0%80"),
    ("PUB-2: surrogate", "topic=%ED%A0%80"),
    ("PUB-2: beyond U+10FFFF", "topic=%F4%90%80%80"),
    ("PUB-2: truncated sequence", "topic=a&data=%E2%82"),
    ("PUB-2: invalid UTF-8 in a name", "topic=a&%FF=x"),
    ("PUB-2: invalid UTF-8 in an unknown field", "topic=a&x=%FF"),
    ("PUB-11: invalid UTF-8 in data", "topic=a&data=%FF"),
    ("PUB-6: wildcard", "topic=*"),
    ("PUB-6: alternate wildcard", "topic=a&topic=*"),
    ("PUB-14: fragment id", "topic=a&id=%23x"),
    ("PUB-14: earliest", "topic=a&id=earliest"),
    ("PUB-14: LF in id", "topic=a&id=a%0Ab"),
    ("PUB-14: DEL in id", "topic=a&id=a%7F"),
    ("PUB-14: NUL in id", "topic=a&id=a%00b"),
    ("PUB-14: Cf in id", "topic=a&id=%C2%AD"),
    ("PUB-17: LF in type", "topic=a&type=a%0Ab"),
    ("PUB-17: NUL in type", "topic=a&type=%00"),
    ("PUB-18: type mercure", "topic=a&type=mercure"),
    ("PUB-19: negative retry", "topic=a&retry=-1"),
    ("PUB-19: plus sign", "topic=a&retry=%2B5"),
    ("PUB-19: fraction", "topic=a&retry=1.5"),
    ("PUB-19: hexadecimal", "topic=a&retry=0x10"),
    ("PUB-19: unit", "topic=a&retry=5s"),
    ("PUB-19: leading space", "topic=a&retry=+5"),
    ("PUB-19: trailing space", "topic=a&retry=5+"),
    ("PUB-19: Arabic digit", "topic=a&retry=%D9%A3"),
]


@pytest.mark.parametrize("body", [pytest.param(body, id=name) for name, body in BAD_FIELDS])
def test_bad_fields(wire, body):
    """ERR-6: 400 without a challenge."""
    assert_refused(wire, wire.post(body), 400)


@pytest.mark.parametrize(
    "content_type",
    [None, "text/plain", "application/json", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded2"],
)
def test_other_content_types(wire, topic, content_type):
    """PUB-1: any other or a missing type is 400."""
    headers = [("content-type", content_type)] if content_type else []
    assert_refused(wire, wire.post([("topic", topic)], headers=headers), 400)


@pytest.mark.parametrize("retry", ["5000", "0", "007", "9" * 18])
def test_accepted_retries(wire, topic, retry):
    """PUB-19, LIM-6."""
    assert wire.post([("topic", topic), ("retry", retry)]).status == 200


def test_nothing_is_dispatched_by_a_refused_request(wire, topic):
    """A refused update leaves no trace, not even of its good topics."""
    with wire.subscribe([("match", topic)]) as stream:
        assert wire.post([("topic", topic), ("topic", "*")]).status == 400
        assert wire.post([("topic", topic), ("retry", "x")]).status == 400
        assert wire.post([("topic", topic), ("topic", "other")], token=tokens.publisher(topic)).status == 403
        wire.publish(topic, id="good")
        assert stream.next().id == "good"


# -- limits: 413 ------------------------------------------------------------------------------

AT_LIMIT = [
    ("LIM-3: body", lambda n: "topic=a&data=".ljust(MEBIBYTE + n, "x")),
    ("LIM-4: topics", lambda n: "&".join(f"topic=t{i}" for i in range(1000 + n))),
    ("LIM-5: topic", lambda n: "topic=" + "t" * (4096 + n)),
    ("LIM-5: alternate", lambda n: "topic=a&topic=" + "t" * (4096 + n)),
    ("LIM-5: bytes, not characters", lambda n: form(("topic", "é" * 2048 + "x" * n))),
    ("LIM-6: id", lambda n: "topic=a&id=" + "i" * (1024 + n)),
    ("LIM-6: type", lambda n: "topic=a&type=" + "t" * (256 + n)),
    ("LIM-6: retry", lambda n: "topic=a&retry=" + "1" * (18 + n)),
]


@pytest.mark.parametrize("body", [pytest.param(make, id=name) for name, make in AT_LIMIT])
def test_limits(wire, body):
    """Section 16: exactly the limit passes, one more is 413."""
    assert wire.post(body(0)).status == 200
    assert_refused(wire, wire.post(body(1)), 413)


def test_configured_body_limit(make_hub, connect):
    """LIM-3 by configuration."""
    own = connect(make_hub(base_config(max_request_body_size="1KiB")))
    assert own.post("topic=a&data=".ljust(1024, "x")).status == 200
    assert own.post("topic=a&data=".ljust(1025, "x")).status == 413


# -- tokens and order of checks ---------------------------------------------------------------


def test_no_token(wire, topic):
    """ERR-2: 401 with a bare challenge, though the hub admits anonymous subscribers."""
    assert_refused(wire, wire.post([("topic", topic)], token=""), 401, "")


def test_malformed_presentation(wire, topic):
    """ERR-5."""
    headers = [("content-type", FORM), ("authorization", "Basic dXNlcjpwYXNz")]
    assert_refused(wire, wire.post([("topic", topic)], token="", headers=headers), 400, "invalid_request")


def test_invalid_token(wire, topic):
    """ERR-3, TOK-8: the subscriber key does not open the publisher's door."""
    wrong = tokens.mint(tokens.SUBSCRIBER_KEY, publish=["*"])
    assert_refused(wire, wire.post([("topic", topic)], token=wrong), 401, "invalid_token")


def test_missing_grant(wire, topic):
    """ERR-4, AUTHZ-1."""
    token = tokens.publisher("https://example.com/other")
    assert_refused(wire, wire.post([("topic", topic)], token=token), 403, "insufficient_scope")


BIG = "topic=a&data=".ljust(2 * MEBIBYTE, "x")
ORDER = [
    ("404 before 401", "POST", "/nowhere", BIG, "", 404, None),
    ("405 before 401", "PUT", HUB_PATH, BIG, "", 405, None),
    ("401 before 413", "POST", HUB_PATH, BIG, "", 401, ""),
    ("401 before 400", "POST", HUB_PATH, "retry=x", "", 401, ""),
    ("401 before wildcard", "POST", HUB_PATH, "topic=*", "", 401, ""),
    ("413 before 403", "POST", HUB_PATH, BIG, tokens.publisher("none"), 413, None),
    ("PUB-9: 400 before 403", "POST", HUB_PATH, "topic=*", tokens.publisher("none"), 400, None),
    ("field 400 before 403", "POST", HUB_PATH, "topic=a&type=mercure", tokens.publisher("none"), 400, None),
    ("limit 413 before 403", "POST", HUB_PATH, "topic=" + "t" * 4097, tokens.publisher("none"), 413, None),
]


@pytest.mark.parametrize(
    "method, target, body, token, status, error", [pytest.param(*row[1:], id=row[0]) for row in ORDER]
)
def test_order_of_checks(wire, method, target, body, token, status, error):
    """ERR-10."""
    headers = [("content-type", FORM)] + ([tokens.bearer(token)] if token else [])
    response = wire.request(method, target, headers, body)
    assert_refused(wire, response, status, error)


def test_bad_token_hides_a_big_body(wire):
    """ERR-10: 401 with a code, before the size is looked at."""
    wrong = tokens.publisher()[:-4] + "AAAA"
    assert_refused(wire, wire.post(BIG, token=wrong), 401, "invalid_token")
