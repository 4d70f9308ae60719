# SPDX-License-Identifier: Apache-2.0
"""SUB-*: the subscribe request, its answer to the byte, and the methods of the hub's path."""

import pytest

from lib import tokens
from lib.client import FORM, HUB_PATH, form
from lib.errors import assert_common_fields, assert_refused
from lib.hub import Hub, base_config

STREAM_FIELDS = {
    "content-type": "text/event-stream",
    "cache-control": "private, no-cache, no-store, must-revalidate, max-age=0",
    "pragma": "no-cache",
    "expires": "0",
    "x-accel-buffering": "no",
}
QUERY_FORM = [("content-type", FORM)]


@pytest.fixture(scope="module")
def closed_hub(tmp_path_factory):
    """A hub that wants a token of every subscriber."""
    with Hub(tmp_path_factory.mktemp("closed"), base_config(anonymous=False)) as running:
        yield running


# -- the answer -------------------------------------------------------------------------------


def test_response_fields(wire):
    """SUB-24, HIST-8: these fields and no invented cursor; Connection on HTTP/1.1 alone."""
    with wire.stream("match=a") as stream:
        assert stream.status == 200
        for name, value in STREAM_FIELDS.items():
            assert stream.header(name) == value
        assert_common_fields(stream.headers)
        assert stream.header("connection") == (None if wire.h2 else "keep-alive")
        assert stream.header("transfer-encoding") == (None if wire.h2 else "chunked")
        for absent in ("mercure-last-event-id", "last-event-id", "content-length", "content-encoding", "expire"):
            assert stream.header(absent) is None
        assert not [name for name, _ in stream.headers if name.startswith("access-control-")]  # CORS-1


def test_opening_comment(wire):
    """SUB-25: at once, before any event."""
    with wire.subscribe("match=a") as stream:
        stream.wait_raw(b":\n")


def test_registered_before_the_head(wire, topic):
    """SUB-26: what is published as soon as the head is there is not missed; 30 times."""
    for number in range(30):
        with wire.subscribe([("match", topic)]) as stream:
            event_id = wire.publish(topic, str(number))
            assert stream.next().id == event_id


def test_no_accept_field_is_needed(wire):
    """SUB-23."""
    with wire.stream("match=a", [("accept", "application/json")]) as stream:
        assert stream.status == 200


# -- routing ----------------------------------------------------------------------------------


def test_exact_matching_is_bytes(wire, topic):
    """MATCH-4: no case folding, no normalisation, no resolution, no template."""
    patterns = ["/É", "/E\u0301", "/%2f", "/%2F", "/{id}"]
    streams = [wire.subscribe([("match", topic + p)]) for p in patterns]
    for number, pattern in enumerate(patterns):
        wire.publish(topic + pattern, id=f"{topic}#{number}")
    wire.publish(topic + "/1", id="no template")
    wire.publish([topic + p for p in patterns], id=f"{topic}#end")
    for number, stream in enumerate(streams):
        assert stream.take_until(f"{topic}#end") == [f"{topic}#{number}", f"{topic}#end"]


@pytest.mark.parametrize("query", ["match=*", "match_exact=*", "match=%2A", "match=*&match=nothing"])
def test_wildcard(wire, topic, query):
    """MATCH-3: `*` selects every topic, once."""
    with wire.subscribe(query) as stream:
        wire.publish(topic, id=topic + query)
        wire.publish("x", id=topic + query + "#end")
        seen = [i for i in stream.take_until(topic + query + "#end") if i.startswith(topic + query)]
        assert seen == [topic + query, topic + query + "#end"]


@pytest.mark.parametrize("literal", ["**", "a*", " *"])
def test_only_the_lone_star_is_a_wildcard(wire, topic, literal):
    """MATCH-3."""
    with wire.subscribe([("match", literal)]) as stream:
        wire.publish(topic)
        wire.publish(literal, id=f"{topic}#end")
        assert stream.take_until(f"{topic}#end") == [f"{topic}#end"]


def test_one_delivery_however_many_matchers(wire, topic):
    """SUB-16, SUB-17: equal and different matchers, several topics of one update."""
    query = [("match", topic), ("match_exact", topic), ("match", topic), ("match", topic + "/2"), ("match", "*")]
    with wire.subscribe(query) as stream:
        wire.publish([topic, topic + "/2"], id=f"{topic}#1")
        wire.publish([topic + "/2", topic], id=f"{topic}#2")
        wire.publish(topic, id=f"{topic}#end")
        seen = [i for i in stream.take_until(f"{topic}#end") if i.startswith(topic + "#")]
        assert seen == [f"{topic}#1", f"{topic}#2", f"{topic}#end"]


def test_any_matcher_suffices(wire, topic):
    """SUB-9, SUB-17: there is no AND."""
    with wire.subscribe([("match", topic + "/1"), ("match_exact", topic + "/2")]) as stream:
        ids = [wire.publish(topic + "/1"), wire.publish(topic + "/2"), wire.publish([topic + "/2", topic])]
        assert [event.id for event in stream.take(3)] == ids


@pytest.mark.parametrize(
    "query, selected",
    [
        ("%6Datch=foo", "foo"),
        ("match=a;b", "a;b"),
        ("match=100%", "100%"),
        ("match=%zz", "%zz"),
        ("match=a+b", "a b"),
        ("match=a%2Bb", "a+b"),
        ("&&match=plain&", "plain"),
        ("match=a=b", "a=b"),
        ("match=d&utm=1&topic=x&access_token=y&authorization=z", "d"),
    ],
)
def test_query_parsing(wire, topic, query, selected):
    """SUB-7, SUB-11: form parsing, and names outside of `match...` are ignored."""
    with wire.subscribe(query) as stream:
        wire.publish(selected, id=topic + query)
        assert stream.next().id == topic + query


@pytest.mark.parametrize("query", ["match", "match=", "match_exact="])
def test_empty_pattern(wire, query):
    """SUB-13: accepted; no empty topic exists without a URL parser to judge it."""
    with wire.stream(query) as stream:
        assert stream.status == 200


# -- refusals ---------------------------------------------------------------------------------

NO_MATCHER = ["", "utm=1", "topic=a", "Topic=a", "last_event_id=earliest", "&", "atch=x"]
BAD_NAMES = [
    "Match=x",
    "MATCH_exact=x",
    "matchURLPattern=x",
    "match_URLPattern=x",
    "match_=x",
    "match_regexp=x",
    "match[]=x",
    "matchmaker=x",
    "match_urltemplate=x",
    "match_Exact=x",
    "match_foo=*",
    "%4Datch=x",
    "match%20=x",
]
BAD_VALUES = ["%00", "a%0Ab", "%7F", "%C2%85", "%E2%80%AE", "%EF%BB%BF", "%FF", "%C0%80", "%ED%A0%80", "%C2%AD"]


@pytest.mark.parametrize("query", NO_MATCHER)
def test_no_matcher(wire, query):
    """SUB-12, D2."""
    assert_refused(wire, wire.request("GET", HUB_PATH + "?" + query), 400)


def test_topic_alone_is_told_about_match(wire):
    """D2: a 0.x subscriber is pointed to the parameter's new name."""
    response = wire.request("GET", HUB_PATH + "?topic=a")
    assert response.status == 400
    assert b"match" in response.body


@pytest.mark.parametrize("query", BAD_NAMES)
@pytest.mark.parametrize("beside", ["", "match=good&"], ids=["alone", "beside"])
def test_bad_names(wire, query, beside):
    """SUB-10: 400 whatever else the request holds."""
    assert_refused(wire, wire.request("GET", HUB_PATH + "?" + beside + query), 400)


@pytest.mark.parametrize("value", BAD_VALUES)
@pytest.mark.parametrize("name", ["match", "match_exact"])
def test_bad_values(wire, name, value):
    """SUB-14."""
    assert_refused(wire, wire.request("GET", f"{HUB_PATH}?match=good&{name}={value}"), 400)


def test_matcher_count_limit(wire):
    """LIM-1, SUB-19: counted before equal matchers are merged."""
    with wire.stream("&".join(f"match={i}" for i in range(100))) as stream:
        assert stream.status == 200
    for query in ("&".join(f"match={i}" for i in range(101)), "&".join(["match=same"] * 101)):
        assert_refused(wire, wire.request("GET", HUB_PATH + "?" + query), 400)


def test_pattern_length_limit(wire):
    """LIM-2: bytes, after decoding."""
    with wire.stream("match=" + "%C3%A9" * 2048) as stream:
        assert stream.status == 200
    assert_refused(wire, wire.request("GET", HUB_PATH + "?match=" + "x" * 4097), 400)


# -- HEAD and QUERY ---------------------------------------------------------------------------


@pytest.mark.parametrize("cursor", [[], [("last-event-id", "nobody knows it")]], ids=["fresh", "resuming"])
def test_head(wire, topic, cursor):
    """SUB-3: the fields of GET, no body, closed at once, nobody subscribed."""
    query = form(("match", topic))
    head = wire.request("HEAD", HUB_PATH + "?" + query, cursor)
    with wire.stream(query, cursor) as stream:
        framing = ("date", "transfer-encoding", "content-length", "connection")
        kept = [(n, v) for n, v in stream.headers if n not in framing]
        assert head.status == 200
        assert [(n, v) for n, v in head.headers if n not in framing] == kept
        assert head.body == b""
        wire.hub.wait_log(f'"exact:{topic}"')
    connected = [line for line in wire.hub.output.splitlines() if f'"exact:{topic}"' in line]
    assert len(connected) == 1


def test_head_refusals(wire):
    """SUB-3: the statuses of GET, without a body."""
    response = wire.request("HEAD", HUB_PATH)
    assert (response.status, response.body) == (400, b"")


def test_query_takes_the_union(wire, topic):
    """SUB-2, SUB-4, SUB-5: pairs of the query and of the body."""
    body = form(("match", topic + "/body"), ("match_exact", topic + "/exact"))
    with wire.subscribe([("match", topic)], headers=QUERY_FORM, method="QUERY", body=body) as stream:
        ids = [wire.publish(t) for t in (topic, topic + "/body", topic + "/exact")]
        assert [event.id for event in stream.take(3)] == ids


def test_query_with_a_body_alone(wire, topic):
    """SUB-5: an empty query component; also D1, no content type at all: read as a form."""
    for headers in (QUERY_FORM, []):
        with wire.subscribe("", headers=headers, method="QUERY", body=form(("match", topic))) as stream:
            event_id = wire.publish(topic)
            assert stream.next().id == event_id


def test_query_with_an_empty_body_ignores_the_type(wire):
    """D1."""
    with wire.stream("match=a", [("content-type", "application/json")], method="QUERY") as stream:
        assert stream.status == 200


def test_query_with_another_type(wire):
    """D1: 415 says what would do."""
    response = wire.request("QUERY", HUB_PATH + "?match=a", [("content-type", "application/json")], b"{}")
    assert_refused(wire, response, 415)
    assert response.header("accept-query") == '"application/x-www-form-urlencoded"'


@pytest.mark.parametrize("body", ["matchmaker=x", "Match=x", "match=%00", "match=%FF", ""])
def test_query_rules_hold_for_the_body(wire, body):
    """SUB-4, SUB-10, SUB-14."""
    assert_refused(wire, wire.request("QUERY", HUB_PATH, QUERY_FORM, body.encode()), 400)


def test_query_limits(wire):
    """LIM-1 over query and body together; LIM-3 for the body."""
    body = "&".join(f"match={i}" for i in range(50))
    with wire.stream(body, QUERY_FORM, method="QUERY", body=body) as stream:
        assert stream.status == 200
    response = wire.request("QUERY", HUB_PATH + "?match=a&" + body, QUERY_FORM, body.encode())
    assert_refused(wire, response, 400)
    big = b"match=a&x=".ljust((1 << 20) + 1, b"x")
    assert_refused(wire, wire.request("QUERY", HUB_PATH, QUERY_FORM, big), 413)


# -- who may subscribe ------------------------------------------------------------------------


def test_anonymous_gets_public_updates(wire, topic):
    """SUB-21."""
    with wire.subscribe([("match", topic)]) as stream:
        wire.publish(topic, id="hidden", private="on")
        wire.publish(topic, id="seen")
        assert stream.next().id == "seen"


@pytest.mark.parametrize("method", ["GET", "HEAD", "QUERY"])
def test_bad_token_is_not_anonymous(wire, method):
    """SUB-22: refused even where anonymous access is on."""
    headers = [tokens.bearer(tokens.publisher())]
    response = wire.request(method, HUB_PATH + "?match=a", headers)
    if method == "HEAD":
        assert response.status == 401
    else:
        assert_refused(wire, response, 401, "invalid_token")


@pytest.mark.parametrize("query", ["match=a", "matchmaker=x", ""], ids=["good", "bad matcher", "no matcher"])
def test_token_required(wire, closed_hub, query):
    """SUB-21, ERR-10: 401 with a bare challenge, before the syntax is judged."""
    closed = wire.to(closed_hub)
    assert_refused(closed, closed.request("GET", HUB_PATH + "?" + query), 401, "")


def test_url_is_no_place_for_a_token(wire, closed_hub):
    """PRES-2: parameters do not count as a token."""
    closed = wire.to(closed_hub)
    for name in ("access_token", "authorization"):
        query = form(("match", "a"), (name, tokens.subscriber()))
        assert_refused(closed, closed.request("GET", HUB_PATH + "?" + query), 401, "")


def test_token_opens(wire, closed_hub, topic):
    """SUB-21: with a token the closed hub serves."""
    closed = wire.to(closed_hub)
    with closed.subscribe([("match", topic)], token=tokens.subscriber(topic)) as stream:
        event_id = closed.publish(topic, private="on")
        assert stream.next().id == event_id


def test_hub_without_subscriber_keys_examines_no_token(make_hub, connect, topic):
    """SUB-22: a purely anonymous hub ignores even garbage."""
    config = base_config()
    del config["issuer"][0]["subscriber"]
    own = connect(make_hub(config))
    with own.stream([("match", topic)], [("authorization", "Basic x")]) as stream:
        assert stream.status == 200
        event_id = own.publish(topic)
        assert stream.next().id == event_id


# -- methods and paths ------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "get", "TRACE"])
def test_other_methods(wire, method):
    """ERR-11: 405 with Allow."""
    response = wire.request(method, HUB_PATH + "?match=a")
    assert_refused(wire, response, 405)
    allowed = {name.strip() for name in response.header("allow").split(",")}
    assert {"GET", "HEAD", "POST", "QUERY"} <= allowed
    assert method not in allowed


def test_options(wire):
    """OPTIONS says what the path can do."""
    response = wire.request("OPTIONS", HUB_PATH)
    assert response.status in (200, 204)
    allowed = {name.strip() for name in response.header("allow").split(",")}
    assert {"GET", "HEAD", "POST", "QUERY"} <= allowed
    assert not [name for name, _ in response.headers if name.startswith("access-control-")]


@pytest.mark.parametrize(
    "path", ["/", "/.well-known/mercure/", "/.well-known/Mercure", "/.well-known", "/.well-known/%6Dercure", "//"]
)
def test_unknown_paths(wire, path):
    """ERR-11."""
    for method in ("GET", "POST"):
        assert_refused(wire, wire.request(method, path + "?match=a"), 404)


def test_configured_path(make_hub, connect, topic):
    """DISC-1, PUB-10: the hub works under another path, and only there."""
    own = connect(make_hub(base_config(path="/x/hub")))
    with own.stream("", target="/x/hub?" + form(("match", topic))) as stream:
        assert stream.status == 200
        assert own.post([("topic", topic), ("id", "1")], target="/x/hub").status == 200
        assert stream.next().id == "1"
    assert own.request("GET", HUB_PATH + "?match=a").status == 404
