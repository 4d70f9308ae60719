# SPDX-License-Identifier: Apache-2.0
"""COMPAT-29 to COMPAT-36: what clients of protocol 0.x see of subscriptions."""

import json

import jwt
import pytest

from lib import tokens
from lib.presence import PATH, WATCH, cursor_of, get, presence_config, segment, snapshot, subscription_path
from lib.timing import wait_until

OLD_KEY = "the secret of the issuer that speaks protocol 0.x"
CONTEXT = "https://mercure.rocks/"


@pytest.fixture(scope="module")
def config():
    config = presence_config(protocol_version_compatibility=8)
    config["issuer"][0]["protocol"] = "1.0"
    config["issuer"].append(
        {"id": "https://old.example", "protocol": "0.x", "subscriber": {"jwt": OLD_KEY}}
    )
    return config


def old_token(*selectors, payload=None):
    claim = {"subscribe": list(selectors or ("*",))}
    if payload is not None:
        claim["payload"] = payload
    return jwt.encode({"mercure": claim}, OLD_KEY, algorithm="HS256")


def selector_of(wire, request):
    return f"https://example.com/{request.node.originalname}-{wire.kind.replace('+', '-')}/{{id}}"


@pytest.fixture
def selector(wire, request):
    return selector_of(wire, request)


def test_events_of_selectors_have_the_old_form(wire, selector):
    """COMPAT-29 COMPAT-30 COMPAT-31 COMPAT-22"""
    watched = PATH + "/" + segment(selector) + "/{subscriber}"
    with wire.subscribe([("topic", watched)], old_token(PATH + "/{topic}/{subscriber}")) as watcher:
        with wire.subscribe([("topic", selector)], old_token(payload={"foo": "bar"})):
            started = watcher.next()
        ended = watcher.next()
    found = json.loads(started.data)
    subscriber = found["subscriber"]
    expected = {
        "@context": CONTEXT,
        "id": f"{PATH}/{segment(selector)}/{segment(subscriber)}",
        "type": "Subscription",
        "subscriber": subscriber,
        "topic": selector,
        "active": True,
        "payload": {"foo": "bar"},
    }
    assert found == expected
    assert list(found) == list(expected)
    assert json.loads(ended.data) == {**expected, "active": False}
    assert b"event:" not in watcher.raw
    assert started.type == "message"


def test_matchers_keep_the_modern_form(wire, selector):
    """COMPAT-29"""
    with wire.subscribe(WATCH, tokens.subscriber()) as watcher:
        with wire.subscribe([("match", selector), ("topic", selector)], old_token()):
            mine = lambda: [
                e for e in watcher.parser.events if segment(selector) in json.loads(e.data)["id"].split("/")
            ]
            watcher.wait(lambda: len(mine()) == 2)
    modern, old = sorted(mine(), key=lambda e: "@context" in e.data)
    assert (modern.type, json.loads(modern.data)["type"]) == ("mercure", "subscription")
    assert (old.type, json.loads(old.data)["type"]) == ("message", "Subscription")
    assert json.loads(modern.data)["subscriber"] == json.loads(old.data)["subscriber"]


def test_routes_of_selectors(wire, selector):
    """COMPAT-32 COMPAT-33 COMPAT-35"""
    path = PATH + "/" + segment(selector)
    with wire.subscribe([("topic", selector)]), wire.subscribe([("match", selector)]):
        wait_until(lambda: snapshot(wire, path)[0])
        wait_until(lambda: snapshot(wire, subscription_path("exact", selector))[0])
        response = get(wire, path, old_token(path))
        assert response.header("content-type") == "application/ld+json"
        document = json.loads(response.body)
        assert list(document) == ["@context", "id", "type", "lastEventID", "subscriptions"]
        (member,) = document["subscriptions"]
        assert (document["@context"], document["id"], document["type"]) == (CONTEXT, path, "Subscriptions")
        assert document["lastEventID"] == cursor_of(response)
        assert "@context" not in member and member["topic"] == selector

        single = get(wire, member["id"], old_token(PATH + "{/topic}{/subscriber}"))
        assert single.header("content-type") == "application/ld+json"
        assert json.loads(single.body) == {
            "@context": CONTEXT, **member, "lastEventID": cursor_of(single)
        }
        bare = single.header("etag").strip('"')
        assert get(wire, member["id"], headers=[("if-none-match", bare)]).status == 304
        # The modern collection of the same text is another one.
        modern = json.loads(get(wire, subscription_path("exact", selector)).body)
        assert [d["type"] for d in modern["subscriptions"]] == ["subscription"]
    assert get(wire, PATH + "/" + segment(selector) + "/urn%3Auuid%3Anobody").status == 404


def test_a_selector_named_like_a_type_has_no_single(wire):
    """COMPAT-32"""
    with wire.subscribe("topic=exact"):
        wait_until(lambda: snapshot(wire, PATH + "/exact")[0])
        (member,) = snapshot(wire, PATH + "/exact")[0].values()
        response = get(wire, member["id"])  # the collection of matchers on the subscriber's id
        assert json.loads(response.body)["type"] == "subscriptions"


def test_the_shared_collection_has_the_form_of_the_token(wire, selector):
    """COMPAT-34"""
    with wire.subscribe([("topic", selector)]), wire.subscribe([("match", selector)]):
        for token, headers, legacy in [
            (tokens.subscriber(), [], False),
            (old_token(), [], True),
            (tokens.subscriber(), [("accept", "application/ld+json, */*")], True),
            (tokens.subscriber(), [("accept", "application/json")], False),
        ]:
            response = get(wire, PATH, token, headers)
            document = json.loads(response.body)
            assert document["type"] == ("Subscriptions" if legacy else "subscriptions")
            assert response.header("content-type") == ("application/ld+json" if legacy else "application/json")
            types = {d["type"] for d in document["subscriptions"]}
            assert types == {"Subscription", "subscription"}
            assert response.header("vary") == "Accept"


def test_selectors_grant_the_raw_path(wire):
    """COMPAT-36"""
    raw = PATH + "/a%20b"
    for selector, status in [
        (raw, 200),
        (PATH + "/{topic}", 200),
        (PATH + "{/topic}{/subscriber}", 200),
        (PATH + "/a+b", 403),
        (PATH + "/a b", 403),
        (PATH + "/{topic}/{subscriber}", 403),
        ("https://example.com/{x}", 403),
    ]:
        assert get(wire, raw + "?last_event_id=x", old_token(selector)).status == status, selector


def test_without_compatibility_the_old_routes_are_not_there(make_hub, connect):
    """COMPAT-32 COMPAT-1"""
    wire = connect(make_hub(presence_config()))
    assert get(wire, PATH + "/a").status == 404
    assert get(wire, PATH + "/a/b").status == 400
    assert json.loads(get(wire, headers=[("accept", "application/ld+json")]).body)["type"] == "subscriptions"
