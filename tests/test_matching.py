# SPDX-License-Identifier: Apache-2.0
"""MATCH-*, PUB-7 to PUB-10: URL patterns in queries and in tokens, and the reserved namespace."""

import re

import pytest

from lib import tokens
from lib.client import HUB_PATH, form
from lib.errors import assert_refused
from lib.hub import base_config



@pytest.fixture
def topic(request):
    """As everywhere, but without characters that mean something in a pattern."""
    return "https://example.com/" + re.sub(r"\W+", "-", request.node.name)


BOOKS = "https://example.com/books/:id"
BOOKS_YES = [
    "https://example.com/books/1",
    "https://EXAMPLE.com:443/books/1",
    "https://example.com/books/1?x=1",
    "https://example.com/books/1#f",
    "https://u:p@example.com/books/1",
    "https://example.com/books/a%2Fb",
    "https://example.com/books/:id",
]
BOOKS_NO = [
    "http://example.com/books/1",
    "https://example.com/BOOKS/1",
    "https://example.com/books/1/",
    "https://example.com/books/",
    "https://exa mple.com/books/1",
]

# protocol.md section 5: the pattern, what it selects, what it does not.
VECTORS = [
    (BOOKS, BOOKS_YES, BOOKS_NO),
    (r"https://example.com/books/:id(\d+)", ["https://example.com/books/12"], ["https://example.com/books/abc"]),
    ("https://example.com/items{/:tail}?", ["https://example.com/items", "https://example.com/items/1"], []),
    ("https://example.com/*", ["https://example.com/a/b/c"], ["https://example.org/a"]),
    ("https://*.example.com/a", ["https://x.y.example.com/a"], ["https://example.com/a"]),
    ("*://example.com/a", ["http://example.com/a", "https://example.com/a"], ["https://example.com/b"]),
    ("https://example.com", ["https://example.com/foo", "https://example.com"], ["https://www.example.com"]),
    ("https://example.com/a/../b", ["https://example.com/b"], ["https://example.com/a/b"]),
    ("https://example.com/:name?foo", [], ["https://example.com/bar?foo"]),
    (r"https://example.com/:name\?foo", ["https://example.com/bar?foo"], ["https://example.com/bar"]),
    (
        "/books/:id",
        ["/books/1", "../books/1", "https://hub.example.com/books/1", "//hub.example.com/books/1"],
        ["https://other.example.com/books/1", "//other.example.com/books/1", "http://hub.example.com/books/1"],
    ),
    ("foo", ["foo", "/.well-known/foo"], ["/foo"]),
    (r"data\:foobar", ["data:foobar"], ["data:foo"]),
    ("https://*/*", ["https://a/b"], ["https://[::1/x", "https://"]),
]


@pytest.mark.parametrize("pattern, yes, no", VECTORS, ids=[row[0] for row in VECTORS])
def test_vectors(wire, pattern, yes, no):
    """MATCH-5, MATCH-7: with the hub's URL as the base of pattern and topic."""
    end = "urn:example:end"
    with wire.subscribe([("match_urlpattern", pattern), ("match", end)]) as stream:
        for number, topic in enumerate(no + yes):
            wire.publish(topic, id=f"{pattern} {number}")
        wire.publish(end, id="end " + pattern)
        expected = [f"{pattern} {number}" for number in range(len(no), len(no + yes))]
        assert stream.take_until("end " + pattern) == [*expected, "end " + pattern]


@pytest.mark.parametrize("pattern", ["{unclosed", "/(unclosed", "https://example.com/:a/:a", "/((?=a)b)"])
def test_invalid_patterns(wire, pattern):
    """SUB-15, AD-8, MATCH-2: 400 in a query; in a token, 401."""
    response = wire.request("GET", HUB_PATH + "?" + form(("match", "a"), ("match_urlpattern", pattern)))
    assert_refused(wire, response, 400)
    assert b"match_urlpattern" in response.body
    grant = {"match": pattern, "match_type": "urlpattern"}
    assert_refused(wire, wire.post([("topic", "a")], token=tokens.publisher(grant)), 401, "invalid_token")


def test_wildcard_under_the_type(wire, topic):
    """MATCH-3: everything, what is no URL too."""
    with wire.subscribe("match_urlpattern=*") as stream:
        for number, name in enumerate([topic, "https://[::1/x", "urn:x"]):
            wire.publish(name, id=f"{topic}#{number}")
            assert f"{topic}#{number}" in stream.take_until(f"{topic}#{number}")


def test_one_delivery_however_many_patterns(wire, topic):
    """SUB-17, PUB-4: several matchers, several topics, one event."""
    query = [("match_urlpattern", topic + "/*"), ("match_urlpattern", topic + "/:a"), ("match", topic + "/1")]
    with wire.subscribe(query) as stream:
        wire.publish([topic + "/1", topic + "/2", topic + "/1/2"], id=f"{topic}#1")
        wire.publish(topic + "/1", id=f"{topic}#end")
        assert stream.take_until(f"{topic}#end") == [f"{topic}#1", f"{topic}#end"]


def test_patterns_select_from_history(wire, topic):
    """HIST-5: a replay is filtered by the same matchers and the same rights."""
    for number in range(6):
        wire.publish(f"{topic}/{number % 2}/x", id=f"{topic}#{number}", private="on")
    token = tokens.subscriber({"match": topic + "/1/*", "match_type": "urlpattern"})
    query = [("match_urlpattern", topic + "/:n/x"), ("last_event_id", "earliest")]
    with wire.subscribe(query, token=token) as stream:
        assert stream.take_until(f"{topic}#5") == [f"{topic}#{number}" for number in (1, 3, 5)]


def test_pattern_grants_publish(wire, topic):
    """AUTHZ-1, AD-7."""
    token = tokens.publisher({"match": topic + "/:id", "match_type": "urlpattern"})
    wire.publish(topic + "/1", token=token)
    wire.publish([topic + "/1", topic + "/2"], token=token)
    for refused in ([topic + "/1/2"], [topic + "/1", topic], ["https://[::1/x"]):
        response = wire.post([("topic", name) for name in refused], token=token)
        assert_refused(wire, response, 403, "insufficient_scope")


def test_relative_grants_are_relative_to_the_hub(wire):
    """MATCH-5, D4: pattern and topic have the same base."""
    token = tokens.publisher({"match": "/books/:id", "match_type": "urlpattern"})
    for name in ("/books/1", "../books/1", "https://hub.example.com/books/1"):
        wire.publish(name, token=token)
    assert wire.post([("topic", "https://example.com/books/1")], token=token).status == 403


def test_private_update_by_alternate_topic(wire, topic):
    """AUTHZ-4: selected by one topic, granted by another."""
    token = tokens.subscriber({"match": topic + "/users/42/*", "match_type": "urlpattern"})
    with wire.subscribe([("match_urlpattern", topic + "/books/:id")], token=token) as stream:
        wire.publish(topic + "/books/1", id=f"{topic}#1", private="on")
        wire.publish([topic + "/books/1", topic + "/users/42/books/1"], id=f"{topic}#2", private="on")
        wire.publish([topic + "/books/1", topic + "/users/43/books/1"], id=f"{topic}#3", private="on")
        wire.publish(topic + "/books/2", id=f"{topic}#end")
        assert stream.take_until(f"{topic}#end") == [f"{topic}#2", f"{topic}#end"]


def test_hostile_pattern(wire):
    """MATCH-8: a pattern that makes a backtracking engine explode costs nothing here."""
    pattern = "https://example.com/hostile/:x((?:a+)+b)"
    with wire.subscribe([("match_urlpattern", pattern), ("match", "urn:example:end")]) as stream:
        wire.publish("https://example.com/hostile/" + "a" * 4000, id="hostile")
        wire.publish("urn:example:end", id="hostile end")
        assert stream.take_until("hostile end") == ["hostile end"]


def test_base_is_the_contacted_origin(make_hub, connect):
    """D4: without a pinned identifier, relative patterns are relative to what the client contacted."""
    config = base_config()
    del config["hub"]["resource_identifier"]
    wire = connect(make_hub(config))
    resource = f"{'https' if wire.tls else 'http'}://hub.example.com{HUB_PATH}"
    token = tokens.mint(tokens.PUBLISHER_KEY, publish=["*"], aud=resource)
    with wire.subscribe([("match_urlpattern", "/books/:id"), ("match", "urn:example:end")]) as stream:
        wire.publish(resource.replace(HUB_PATH, "/books/1"), id="absolute", token=token)
        wire.publish("/books/2", id="relative", token=token)
        wire.publish("https://elsewhere.example/books/3", id="elsewhere", token=token)
        wire.publish("urn:example:end", id="end", token=token)
        assert stream.take_until("end") == ["absolute", "relative", "end"]


RESERVED = [
    "", "?x", "#x", "mercure", "./mercure", "mercure?x", "mercure/subscriptions/a", "/.well-known/mercure",
    "/.well-known/mercure/", "/.well-known/mercure?a", "https://any.example/.well-known/mercure/subscriptions/x",
    "//any.example/.well-known/mercure/x", "/.well-known/%6Dercure/x", "/.%77ell-known/mercure",
    "/.well-known/mercure/../mercure/x", "/.well-known/x/%2e%2e/mercure", "/.well-known/x/.%2E/mercure",
    "https://x\\.well-known\\mercure\\y", "\\.well-known\\mercure", " /.well-known/mercure ",
    "javascript:/.well-known/mercure", "foo:/.well-known/mercure/x", "foo://h/a/../.well-known/mercure",
    "https:mercure",
]  # fmt: skip
FREE = [
    ".", "foo", "subscriptions/foo", "../mercure/x", "/.well-known/mercureX", "/.well-known/mercure;x",
    "/foo/.well-known/mercure/x", "/.well-known/%256Dercure", "/.well-known/mercure%2Fsubscriptions",
    "/.well-known//mercure", "/.WELL-KNOWN/mercure", "urn:example:mercure", "foo:.well-known/mercure",
    "https://[::1/x",
]  # fmt: skip


@pytest.mark.parametrize("name", RESERVED)
def test_reserved_namespace(wire, name):
    """PUB-7, PUB-9: refused, whatever the token grants, also as an alternate topic."""
    assert_refused(wire, wire.post([("topic", name)]), 400)
    assert_refused(wire, wire.post([("topic", "ok"), ("topic", name)], token=tokens.publisher("none")), 400)


def test_beside_the_reserved_namespace(wire):
    """PUB-7, PUB-8."""
    for name in FREE:
        wire.publish(name)
