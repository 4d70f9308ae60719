# SPDX-License-Identifier: Apache-2.0
"""ACT-*: events on subscriptions, and the API that lists them."""

import json
import re

import pytest

from lib import tokens
from lib.client import FORM, HUB_PATH, challenge_error, form
from lib.errors import assert_common_fields, assert_refused
from lib.presence import (
    PATH,
    WATCH,
    Watcher,
    cursor_of,
    get,
    links,
    presence_config,
    segment,
    snapshot,
    subscription_path,
)
from lib.timing import scaled, wait_until

UUID = re.compile(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


@pytest.fixture(scope="module")
def config():
    return presence_config(cors_origins=["https://app.example"])


def watch(wire, topic, match_type="exact", token=None):
    """A watcher of the subscriptions of one topic alone, as scenarios share their hub."""
    pattern = subscription_path(match_type, topic) + "/:subscriber"
    return wire.subscribe([("match_urlpattern", pattern)], token or tokens.subscriber())


def document(event):
    return json.loads(event.data)


def test_a_subscription_is_announced_when_it_begins_and_when_it_ends(wire, topic):
    """ACT-1 ACT-2 ACT-4 ACT-5 ACT-6 ACT-10"""
    with watch(wire, topic) as watcher:
        stream = wire.subscribe([("match", topic)])
        started = watcher.next()
        subscriber = document(started)["subscriber"]
        stream.close()
        ended = watcher.next()
    assert UUID.fullmatch(subscriber)
    expected = {
        "id": subscription_path("exact", topic, subscriber),
        "type": "subscription",
        "match_type": "exact",
        "match": topic,
        "subscriber": subscriber,
        "active": True,
    }
    assert document(started) == expected
    assert document(ended) == {**expected, "active": False}
    assert started.type == ended.type == "mercure"
    assert UUID.fullmatch(started.id) and UUID.fullmatch(ended.id) and started.id != ended.id


def test_one_event_for_each_matcher(wire, topic):
    """ACT-1 ACT-5 SUB-16 SUB-27"""
    token = tokens.subscriber()
    topic = "https://example.com/each/" + wire.kind.replace("+", "-")  # "+" means something in a pattern
    pattern = topic + "/:id"
    with wire.subscribe(WATCH, token) as watcher:
        query = [("match_urlpattern", pattern), ("match", topic), ("match_exact", topic), ("match", topic + "/x")]
        stream = wire.subscribe(query)
        own = lambda: [d for d in map(document, watcher.parser.events) if d.get("match", "").startswith(topic)]
        watcher.wait(lambda: len(own()) >= 3)
        stream.close()
        watcher.wait(lambda: len(own()) >= 6)
    kinds = [(d["match_type"], d["match"], d["active"]) for d in own()]
    assert kinds[:3] == [("exact", topic, True), ("exact", topic + "/x", True), ("urlpattern", pattern, True)]
    assert sorted(kinds[3:]) == sorted((t, m, False) for t, m, _ in kinds[:3])
    assert len({d["subscriber"] for d in own()}) == 1


@pytest.mark.parametrize(
    "text, encoded",
    [
        ("a b", "a%20b"),
        ("a%2Fb", "a%252Fb"),
        ("a+b", "a%2Bb"),
        ("é~-._", "%C3%A9~-._"),
        ("*", "%2A"),
        ('"quoted\\', "%22quoted%5C"),
        ("..", ".."),
        (".", "."),
    ],
)
def test_variables_are_encoded_once(make_hub, connect, text, encoded):
    """ACT-3 ACT-12"""
    wire = connect(make_hub(presence_config()))
    with wire.subscribe(WATCH, tokens.subscriber()) as watcher:
        assert document(watcher.next())["match_type"] == "urlpattern"  # itself
        with wire.subscribe([("match", text)]):
            found = document(watcher.next())
            assert found["match"] == text
            assert found["id"] == f"{PATH}/exact/{encoded}/{segment(found['subscriber'])}"
            assert [found["id"]] == list(snapshot(wire, subscription_path("exact", text))[0])
            assert json.loads(get(wire, found["id"]).body) == found


def test_a_subscriber_hears_of_itself(make_hub, connect):
    """ACT-7"""
    wire = connect(make_hub(presence_config()))
    with wire.subscribe(WATCH, tokens.subscriber()) as stream:
        assert document(stream.next())["match_type"] == "urlpattern"
    with wire.subscribe("match=*", tokens.subscriber()) as stream:
        # The one before may end later than this one begins.
        stream.wait(lambda: any(document(e)["match"] == "*" for e in stream.parser.events))


def test_events_are_private(wire, topic):
    """ACT-6 AUTHZ-5"""
    other = tokens.subscriber("https://example.com/other")
    with wire.subscribe([("match", "*")]) as anonymous, wire.subscribe([("match", "*")], other) as unrelated:
        with watch(wire, topic) as watcher, wire.subscribe([("match", topic)]):
            watcher.next()
            end = wire.publish(topic, "after")
            for stream in (anonymous, unrelated):
                stream.take_until(end)
                assert all(e.type != "mercure" for e in stream.parser.events)


def test_a_head_request_is_no_subscription(wire, topic):
    """SUB-3"""
    with watch(wire, topic) as watcher:
        assert wire.request("HEAD", HUB_PATH + "?match=" + segment(topic)).status == 200
        with wire.subscribe([("match", topic)]):
            watcher.next()
        watcher.next()
        assert len(watcher.parser.events) == 2


PAYLOADS = [
    tokens.detail("subscribe", topics=["https://example.com/foo"], payload={"n": 1}),
    tokens.detail(
        "subscribe", topics=[{"match": "https://example.com/bar/:id", "match_type": "urlpattern"}], payload={"n": 2}
    ),
    tokens.detail("subscribe", topics=["https://example.com/none"]),
    tokens.detail("subscribe", topics=["*"], payload={"n": 3, "active": True, "text": "é\"\\\n"}),
]


@pytest.mark.parametrize(
    "name, pattern, payload",
    [
        ("match", "https://example.com/foo", {"n": 1}),
        ("match_urlpattern", "https://example.com/bar/:id", {"n": 2}),
        ("match", "https://example.com/bar/9", {"n": 2}),
        ("match", "x", PAYLOADS[3]["payload"]),
        ("match", "https://example.com/none", None),
    ],
)
def test_the_payload_is_that_of_the_first_detail_that_matches(wire, name, pattern, payload):
    """ACT-8"""
    token = tokens.subscriber(details=PAYLOADS)
    with watch(wire, pattern, "urlpattern" if name == "match_urlpattern" else "exact") as watcher:
        with wire.subscribe([(name, pattern)], token):
            assert document(watcher.next()).get("payload") == payload
        ended = document(watcher.next())
        assert ended["active"] is False and ended.get("payload") == payload


def test_publishers_cannot_forge_events(wire):
    """ACT-11 PUB-7 PUB-18"""
    assert wire.post([("topic", PATH + "/exact/a/b"), ("data", "{}")]).status == 400
    assert wire.post([("topic", "https://example.com/x"), ("type", "mercure")]).status == 400


# ---- the API


def test_collections_and_the_single_document(wire, topic):
    """ACT-13 ACT-17 ACT-18 ACT-19 ACT-20"""
    with wire.subscribe([("match", topic)]), wire.subscribe([("match", topic), ("match", topic + "/2")]):
        collection = subscription_path("exact", topic)
        wait_until(lambda: len(snapshot(wire, collection)[0]) == 2)
        response = get(wire, collection)
        assert response.status == 200
        assert response.header("content-type") == "application/json"
        found = json.loads(response.body)
        assert (found["id"], found["type"]) == (collection, "subscriptions")
        assert [d["match"] for d in found["subscriptions"]] == [topic, topic]
        assert response.header("mercure-total-count") == "2"
        for each in found["subscriptions"]:
            single = get(wire, each["id"])
            assert (single.status, json.loads(single.body)) == (200, each)
            assert single.header("content-type") == "application/json"
            assert cursor_of(single)
        everything = snapshot(wire)[0]
        assert {d["id"] for d in found["subscriptions"]} <= set(everything)
    wait_until(lambda: not snapshot(wire, collection)[0])
    empty = get(wire, collection)
    assert (empty.status, json.loads(empty.body)["subscriptions"]) == (200, [])
    assert get(wire, found["subscriptions"][0]["id"]).status == 404


def test_the_cursor_goes_on_where_the_snapshot_ends(wire, topic):
    """ACT-19 ACT-20"""
    collection = subscription_path("exact", topic)
    with wire.subscribe([("match", topic)]):
        wait_until(lambda: snapshot(wire, collection)[0])
        before, cursor = snapshot(wire, collection)
        stream = wire.subscribe([("match", topic)])
        wait_until(lambda: len(snapshot(wire, collection)[0]) == 2)
        stream.close()
        wait_until(lambda: len(snapshot(wire, collection)[0]) == 1)
        pattern = collection + "/:subscriber"
        with wire.subscribe([("match_urlpattern", pattern)], tokens.subscriber(), last_event_id=cursor) as watcher:
            assert watcher.cursor == cursor
            events = [document(e) for e in watcher.take(2)]
    assert [e["active"] for e in events] == [True, False]
    assert events[0]["id"] == events[1]["id"] not in before


def test_the_link_names_the_hub(wire):
    """ACT-19 ACT-22 CORS-5"""
    response = get(wire, headers=[("origin", "https://app.example")])
    (link,) = links(response)
    assert re.fullmatch(
        r'</\.well-known/mercure>; rel="mercure"; last-event-id="[^"]+"; type="mercure"; '
        r'content-type="application/json"',
        link,
    )
    exposed = ", ".join(v for n, v in response.headers if n == "access-control-expose-headers")
    assert {"Link", "Mercure-Total-Count"} <= set(exposed.split(", "))
    assert_common_fields(response.headers)


def test_an_id_is_quoted_in_the_link_and_encoded_in_the_tag(make_hub, connect):
    """ACT-19 ACT-21"""
    wire = connect(make_hub(presence_config()))
    assert cursor_of(get(wire)) == "earliest"
    assert get(wire).header("etag") == '"earliest"'
    wire.publish("https://example.com/a", "x", id='a "b\\%')
    response = get(wire)
    assert cursor_of(response) == 'a "b\\%'
    assert response.header("etag") == '"a%20%22b\\%25"'


def test_not_modified(wire, topic):
    """ACT-21 COMPAT-35"""
    with wire.subscribe([("match", topic)]):
        path = subscription_path("exact", topic)
        wait_until(lambda: snapshot(wire, path)[0])
        published = wire.publish(topic, "x")
        response = get(wire, path)
        tag = response.header("etag")
        assert tag == f'"{published}"'
        assert response.header("cache-control") == "private, must-revalidate"
        for value in (tag, "W/" + tag, f'"a, b", {tag}', "*", published):
            cached = get(wire, path, headers=[("if-none-match", value)])
            assert (cached.status, cached.body) == (304, b""), value
            assert cached.header("etag") == tag
            assert cursor_of(cached) == published
        for value in ('"other"', f'"x{tag[1:]}', ""):
            assert get(wire, path, headers=[("if-none-match", value)]).status == 200, value
        wire.publish(topic, "y")
        assert get(wire, path, headers=[("if-none-match", tag)]).status == 200


def test_head(wire, topic):
    """ACT-13"""
    with wire.subscribe([("match", topic)]):
        path = subscription_path("exact", topic)
        wait_until(lambda: snapshot(wire, path)[0])
        for target in (PATH, path, next(iter(snapshot(wire, path)[0]))):
            head, full = get(wire, target, method="HEAD"), get(wire, target)
            assert (head.status, head.body) == (200, b"")
            for name in ("content-type", "etag", "link", "cache-control", "mercure-total-count"):
                assert head.header(name) == full.header(name), name


def test_a_token_is_required(wire):
    """ACT-14"""
    for path in (PATH, PATH + "/exact/a", PATH + "/exact/a/b"):
        response = wire.request("GET", path)
        assert response.status == 401
        assert challenge_error(response.header("www-authenticate")) is None
        assert_refused(wire, wire.request("GET", path, [tokens.bearer("x" * 60)]), 401, "invalid_token")


ITEM = PATH + "/exact/a/b"


@pytest.mark.parametrize(
    "grant, path, allowed",
    [
        ("*", ITEM, True),
        (ITEM, ITEM, True),
        ({"match": PATH + "/*", "match_type": "urlpattern"}, ITEM, True),
        ({"match": PATH + "/:t/:m/:s", "match_type": "urlpattern"}, ITEM, True),
        ({"match": tokens.RESOURCE + "/subscriptions/*", "match_type": "urlpattern"}, ITEM, True),
        ("*", PATH, True),
        (PATH, PATH, True),
        ({"match": PATH + "/*", "match_type": "urlpattern"}, PATH, False),
        ({"match": PATH + "/:t/:m/:s", "match_type": "urlpattern"}, PATH, False),
        (PATH, ITEM, False),
        (PATH + "/exact/%61/b", ITEM, False),
        ("https://example.com/a", ITEM, False),
        (tokens.RESOURCE + "/subscriptions/exact/a/b", ITEM, False),
    ],
)
def test_the_token_must_grant_the_path(wire, grant, path, allowed):
    """ACT-15"""
    for query in ("", "?last_event_id=x"):
        response = get(wire, path + query, tokens.subscriber(grant))
        if allowed:
            assert response.status in (200, 404)
        else:
            assert_refused(wire, response, 403, "insufficient_scope")


@pytest.mark.parametrize(
    "path, status",
    [
        ("/exact/a%2Gb", 400),
        ("/exact/a%2", 400),
        ("/exact/%", 400),
        ("/regexp/a", 400),
        ("/regexp/a/b", 400),
        ("/Exact/a", 400),
        ("//a", 400),
        ("/", 404),
        ("/exact", 404),
        ("/exact/a/b/c", 404),
        ("/exact/a/b/", 404),
        ("/exact/a/../b", 404),
        ("s", 404),
        ("/exact/", 200),
        ("/exact/a%2Fb", 200),
        ("/%65xact/a", 200),
    ],
)
def test_paths_are_split_before_they_are_decoded(wire, path, status):
    """ACT-16"""
    response = get(wire, PATH + path)
    assert response.status == status
    if status == 200:
        assert json.loads(response.body)["id"] == PATH + path


def test_a_plus_is_a_plus(wire, topic):
    """ACT-16"""
    with wire.subscribe([("match", topic + "+1")]):
        wait_until(lambda: snapshot(wire, subscription_path("exact", topic + "+1"))[0])
        raw = subscription_path("exact", topic) + "+1"
        assert len(snapshot(wire, raw)[0]) == 1
        assert not snapshot(wire, subscription_path("exact", topic + " 1"))[0]


def test_other_methods(wire):
    """ERR-11"""
    response = get(wire, method="POST")
    assert (response.status, response.header("allow")) == (405, "GET, HEAD, OPTIONS")


def test_pages(wire, topic):
    """Pages are ours: the documents stay as they are, the rest is in the header (ACT-18)."""
    path = subscription_path("exact", topic)
    streams = [wire.subscribe([("match", topic)]) for _ in range(7)]
    wait_until(lambda: len(snapshot(wire, path)[0]) == 7)
    found, target, sizes = [], path + "?limit=3", []
    while target:
        response = get(wire, target)
        assert response.header("mercure-total-count") == "7"
        page = json.loads(response.body)
        assert page["id"] == path
        sizes.append(len(page["subscriptions"]))
        found += [d["id"] for d in page["subscriptions"]]
        following = [link for link in links(response) if link.endswith('rel="next"')]
        target = following[0].partition(">")[0].lstrip("<") if following else None
    assert sizes == [3, 3, 1]
    assert found == sorted(found) == sorted(snapshot(wire, path)[0])
    for stream in streams:
        stream.close()
    for bad in ("0", "-1", "x", ""):
        assert get(wire, path + "?limit=" + bad).status == 400


def test_a_large_collection_comes_whole(make_hub, connect):
    """ACT-17: more than one piece, to a slow reader too."""
    wire = connect(make_hub(presence_config()))
    matchers = form(*[("match", f"https://example.com/{n}/" + "x" * 900) for n in range(100)])
    streams = [
        wire.stream("", [("content-type", FORM)], method="QUERY", body=matchers) for _ in range(10)
    ]
    wait_until(lambda: get(wire, method="HEAD").header("mercure-total-count") == "1000", scaled(20))
    found = snapshot(wire)[0]
    assert len(found) == 1000
    for stream in streams:
        stream.close()
    watcher = Watcher(wire).connect()
    watcher.wait(lambda w: not [t for t in w.active if "/exact/" in t], scaled(20), "all ended")


# ---- off


def test_the_feature_is_off_by_default(make_hub, connect):
    """ACT-13 ACT-24"""
    wire = connect(make_hub())
    for path in (PATH, PATH + "/exact/a", PATH + "/exact/a/b"):
        assert get(wire, path).status == 404
    with wire.subscribe(WATCH, tokens.subscriber()) as watcher, wire.subscribe("match=a"):
        watcher.wait_raw(b":\n")
    metadata = json.loads(wire.request("GET", "/.well-known/oauth-protected-resource" + HUB_PATH).body)
    assert "mercure_subscriptions" not in metadata


def test_the_metadata_tells_of_it(wire):
    """ACT-24 DISC-9"""
    metadata = json.loads(wire.request("GET", "/.well-known/oauth-protected-resource" + HUB_PATH).body)
    assert metadata["mercure_subscriptions"] is True


def test_a_hub_without_keys_of_subscribers_lists_nothing(make_hub, connect):
    """ACT-14"""
    config = presence_config()
    del config["issuer"][0]["subscriber"]
    wire = connect(make_hub(config))
    assert get(wire).status == 404
