# SPDX-License-Identifier: Apache-2.0
"""COMPAT-*: protocol 1.0 and 0.x on one hub, strict towards the one and lenient towards the other."""

import time
from urllib.parse import quote

import jwt
import pytest

from lib import tokens
from lib.client import FORM, HUB_PATH, form
from lib.doors import assert_stream_refused
from lib.errors import assert_refused
from lib.hub import base_config

OLD_ISSUER = "https://old.example"
OLD_KEY = "the secret of the issuer that speaks protocol 0.x"
COOKIE = "mercureAuthorization"


def dialect_config(version=None, protocol="0.x"):
    """An issuer of 1.0 as ever, and one of 0.x beside it."""
    config = base_config()
    config["issuer"].append(
        {
            "id": OLD_ISSUER,
            "protocol": protocol,
            "publisher": {"jwt": OLD_KEY},
            "subscriber": {"jwt": OLD_KEY},
        }
    )
    config["issuer"][0]["protocol"] = "1.0"
    if version:
        config["hub"]["protocol_version_compatibility"] = version
    return config


@pytest.fixture(scope="module")
def config():
    return dialect_config()


def old_token(publish=None, subscribe=None, key=OLD_KEY, header=None, **claims):
    """What Symfony and its like make: no iss, no aud, no exp, `typ` JWT."""
    claim = {}
    if publish is not None:
        claim["publish"] = publish
    if subscribe is not None:
        claim["subscribe"] = subscribe
    return jwt.encode({"mercure": claim, **claims}, key, algorithm="HS256", headers=header)


def old_publish(wire, pairs, token):
    return wire.post(pairs, token)


def cookie(token, name=COOKIE):
    return [("cookie", f"{name}={token}")]


# -- across the dialects ----------------------------------------------------------------------


def test_private_updates_cross_the_dialects(wire, topic):
    """COMPAT-1, COMPAT-23, COMPAT-25. Each side publishes privately, and both receive both."""
    old_query = form(("topic", topic))
    with (
        wire.stream(old_query, cookie(old_token(subscribe=[topic]))) as old,
        wire.subscribe(form(("match", topic)), tokens.subscriber(topic)) as modern,
        wire.subscribe(form(("match", topic))) as nobody,
    ):
        assert old.status == 200, old.raw
        by_old = old_publish(wire, [("topic", topic), ("data", "from 0.x"), ("private", "on")], old_token(publish=["*"]))
        assert by_old.status == 200, by_old
        by_new = wire.publish(topic, "from 1.0", private="on")
        wire.publish(topic, "public", id=f"{topic}#public")
        for stream in (old, modern):
            assert [(e.id, e.data) for e in stream.take(3)] == [
                (by_old.body.decode(), "from 0.x"),
                (by_new, "from 1.0"),
                (f"{topic}#public", "public"),
            ]
        assert nobody.next().data == "public"


def test_a_modern_token_without_audience_is_refused_meanwhile(wire, topic):
    """COMPAT-3, TOK-11. Leniency is the other issuer's alone."""
    for claims in ({"aud": None}, {"exp": None}):
        with wire.stream("match=a", [tokens.bearer(tokens.subscriber(topic, **claims))]) as stream:
            assert_stream_refused(wire, stream, 401, "invalid_token")
        assert_refused(wire, wire.post([("topic", topic)], tokens.publisher(**claims)), 401, "invalid_token")
    legacy_by_modern = tokens.sign_text(
        {"alg": "HS256", "typ": "JWT"}, {"iss": tokens.ISSUER, "mercure": {"publish": ["*"]}}, tokens.PUBLISHER_KEY
    )
    assert_refused(wire, wire.post([("topic", topic)], legacy_by_modern), 401, "invalid_token")
    no_issuer = tokens.sign_text({"alg": "HS256", "typ": "JWT"}, {"mercure": {"publish": ["*"]}}, tokens.PUBLISHER_KEY)
    assert_refused(wire, wire.post([("topic", topic)], no_issuer), 401, "invalid_token")


def test_nothing_without_a_token_gains_a_right(wire, topic):
    """COMPAT-2, AUTHZ-5. An anonymous reader by `topic` gets what is public, and may not publish."""
    with wire.stream(form(("topic", topic))) as stream:
        assert stream.status == 200
        wire.publish(topic, "secret", private="on")
        wire.publish(topic, "public")
        assert stream.next().data == "public"
    assert_refused(wire, wire.post([("topic", topic)], ""), 401, "")


def test_the_mode_is_off_by_default(make_hub, connect):
    """COMPAT-1, SUB-11, PRES-2, PRES-3."""
    wire = connect(make_hub())
    old = old_token(subscribe=["*"], publish=["*"], key=tokens.SUBSCRIBER_KEY)
    assert wire.stream("topic=a").wait_end() and wire.stream("topic=a").status == 400
    with wire.stream("match=a", [tokens.bearer(old)]) as stream:
        assert_stream_refused(wire, stream, 401, "invalid_token")
    for ignored in (
        wire.stream(f"match=a&authorization={old}"),
        wire.stream("match=a", cookie(old)),
    ):
        assert ignored.status == 200, "as if there were no token"
        ignored.close()
    with wire.subscribe("match=a&lastEventID=x") as stream:
        assert stream.cursor is None
        assert stream.header("last-event-id") is None


# -- subscribing ------------------------------------------------------------------------------


def test_topic_selectors(wire, topic):
    """COMPAT-4, COMPAT-5, COMPAT-6, COMPAT-7. Exact, template, raw string, wildcard, mixed with match."""
    with (
        wire.stream(form(("topic", topic + "/{id}"))) as template,
        wire.stream(form(("topic", topic + "/1"), ("topic", topic + "/2"))) as exact,
        wire.stream(form(("topic", topic + "/{unclosed"))) as raw,
        wire.stream(form(("topic", topic + "/1"), ("match", topic + "/9/9"))) as mixed,
        wire.stream(form(("topic", "*"))) as everything,
    ):
        for tail in ("/1", "/2", "/9/9", "/{id}", "/{unclosed", "/end"):
            wire.publish(topic + tail, tail)
        assert [e.data for e in template.take(4)] == ["/1", "/2", "/{id}", "/end"]
        assert [e.data for e in exact.take(2)] == ["/1", "/2"]
        assert raw.next().data == "/{unclosed"
        assert [e.data for e in mixed.take(2)] == ["/1", "/9/9"]
        seen = []
        while seen[-1:] != ["/end"]:
            event = everything.next()
            seen += [event.data] if event.data.startswith("/") else []
        assert seen == ["/1", "/2", "/9/9", "/{id}", "/{unclosed", "/end"]


def test_selectors_are_protocol_strings_within_limits(wire):
    """COMPAT-4, COMPAT-8, SUB-12, SUB-14."""
    for query in ("", "utm=1", "topic=%00", "topic=" + "a" * 4097):
        with wire.stream(query) as stream:
            assert stream.status == 400, query[:40]
    many = "&".join(f"topic={n}" for n in range(1000))
    with wire.stream(many) as stream:
        assert stream.status == 200
    with wire.stream(many + "&topic=x") as stream:
        assert stream.status == 400


@pytest.fixture
def history(make_hub, connect):
    """history(version): a wire to a hub of that version whose history is a, b, c."""

    def make(version):
        own = connect(make_hub(dialect_config(version)))
        for event_id in "abc":
            own.publish("t", event_id, id=event_id)
        return own

    return make


@pytest.mark.parametrize("name", ["lastEventID", "lastEventId", "last_event_id"])
@pytest.mark.parametrize("version", [7, 8])
def test_cursors_of_both_versions(history, version, name):
    """COMPAT-9, COMPAT-10, HIST-9."""
    own = history(version)
    with own.stream(form(("topic", "t"), (name, "b"))) as stream:
        assert (stream.cursor, stream.header("last-event-id")) == ("b", "b")
        assert stream.next().id == "c"


@pytest.mark.parametrize("version, replayed", [(7, True), (8, False)])
def test_the_field_name_as_parameter_is_of_version_7(history, version, replayed):
    """COMPAT-9, COMPAT-10."""
    own = history(version)
    with own.stream(form(("topic", "t"), ("Last-Event-ID", "b"))) as stream:
        assert stream.cursor == ("b" if replayed else None)
        own.publish("t", id="live")
        assert stream.take_until("live") == (["c", "live"] if replayed else ["live"])


def test_order_of_cursors(history):
    """COMPAT-9, SUB-6. What symfony sends, and the field before all."""
    own = history(7)
    with own.stream(form(("topic", "t"), ("lastEventID", "b"), ("Last-Event-ID", "b"))) as stream:
        assert stream.next().id == "c"
    with own.stream(form(("topic", "t"), ("lastEventID", "a"), ("last_event_id", "b"))) as stream:
        assert stream.next().id == "c"
    with own.stream(form(("topic", "t"), ("lastEventID", "a")), [("last-event-id", "b")]) as stream:
        assert stream.cursor == "b"
    with own.stream(form(("topic", "t"), ("lastEventID", ""))) as stream:
        assert stream.cursor is None, "an empty legacy cursor counts as none"


def test_modern_requests_get_no_old_field(history):
    """COMPAT-10, HIST-13."""
    own = history(8)
    with own.subscribe("match=t&last_event_id=b") as stream:
        assert (stream.cursor, stream.header("last-event-id")) == ("b", None)


# -- presenting -------------------------------------------------------------------------------


def private_reaches(wire, topic, stream):
    with stream:
        assert stream.status == 200, stream.raw
        wire.publish(topic, "secret", private="on")
        wire.publish(topic, "public")
        return stream.next().data == "secret"


def test_ways_to_present_a_token(wire, topic):
    """COMPAT-12, COMPAT-13, COMPAT-15. Field, query, cookies; each hides the later ones."""
    query = form(("topic", topic))
    good, weak = old_token(subscribe=[topic]), old_token(subscribe=["other"])
    by_query = query + "&authorization="
    assert private_reaches(wire, topic, wire.stream(query, [tokens.bearer(good)]))
    assert private_reaches(wire, topic, wire.stream(by_query + good))
    assert private_reaches(wire, topic, wire.stream(query, cookie(good)))
    assert private_reaches(wire, topic, wire.stream(query, cookie(good, "__Secure-mercure_access_token")))
    assert not private_reaches(wire, topic, wire.stream(by_query + good, [tokens.bearer(weak)]))
    assert not private_reaches(wire, topic, wire.stream(by_query + weak, cookie(good)))
    both = [("cookie", f"{COOKIE}={good}; __Secure-mercure_access_token={weak}")]
    assert not private_reaches(wire, topic, wire.stream(query, both))
    bad_then_good = wire.stream(by_query + good[:-4] + "AAAA", cookie(good))
    assert_stream_refused(wire, bad_then_good, 401, "invalid_token")


def test_a_token_in_the_query_is_one_of_full_length(wire, topic):
    """COMPAT-13."""
    good = old_token(subscribe=[topic])
    for query in ("authorization=short", f"authorization={good}&authorization={good}"):
        with wire.stream(form(("topic", topic)) + "&" + query) as stream:
            assert_stream_refused(wire, stream, 400, "invalid_request")
    response = wire.request(
        "POST",
        f"{HUB_PATH}?authorization={old_token(publish=['*'])}",
        [("content-type", FORM)],
        form(("topic", topic)),
    )
    assert response.status == 200


def test_a_modern_token_does_not_travel_by_ways_of_0x(wire, topic):
    """PRES-2, PRES-3. The query and the old cookie are for tokens of issuers that speak 0.x."""
    token = tokens.subscriber(topic)
    for stream in (
        wire.stream(form(("match", topic)) + "&authorization=" + token),
        wire.stream(form(("match", topic)), cookie(token)),
    ):
        assert_stream_refused(wire, stream, 401, "invalid_token")
        stream.close()


def test_tokens_are_logged_nowhere(make_hub, connect):
    """COMPAT-14, OPS-5. Neither good nor bad ones, from the field, the query or a cookie."""
    config = dialect_config()
    config["log"] = {"level": "debug"}
    running = make_hub(config)
    wire = connect(running)
    good = old_token(subscribe=["a"], publish=["a"])
    bad = old_token(subscribe=["a"], publish=["a"], key="another secret, which the hub does not know")
    for token in (good, bad):
        for stream in (
            wire.stream("topic=a&authorization=" + token),
            wire.stream("topic=a", cookie(token)),
            wire.stream("topic=a", [tokens.bearer(token)]),
        ):
            stream.close()
        wire.post([("topic", "a")], token)
    running.wait_log("token refused")
    for token in (good, bad):
        header, payload, signature = token.split(".")
        assert signature not in running.output
        assert payload not in running.output
    assert OLD_KEY not in running.output


# -- tokens -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "claims",
    [
        {"mercure": "x"},
        {"mercure": {"publish": "*"}},
        {"mercure": {"publish": [1]}},
        {"mercure": {"publish": [None]}},
        {"mercure": {"publish": [{"match_type": "exact"}]}},
        {"mercure": {"publish": [{"match": "a", "match_type": "Exact"}]}},
        {"mercure": {"publish": ["a\u0000"]}},
        {"mercure": {"publish": ["a" * 4097]}},
        {"mercure": {"publish": ["a"] * 1001}},
        {"mercure": {"publish": ["*"]}, "exp": 1},
        {"mercure": {"publish": ["*"]}, "exp": "soon"},
        {"mercure": {"publish": ["*"]}, "nbf": 4102444800},
    ],
)
def test_faulty_claims(wire, claims):
    """COMPAT-16, COMPAT-18, COMPAT-19, COMPAT-23, COMPAT-26."""
    token = tokens.sign_text({"alg": "HS256", "typ": "JWT"}, claims, OLD_KEY)
    assert_refused(wire, wire.post([("topic", "a")], token), 401, "invalid_token")


def publishes(wire, token, topic, **fields):
    return wire.post([("topic", topic), *fields.items()], token).status


def test_the_claim(wire, topic):
    """COMPAT-16, COMPAT-17, COMPAT-18, COMPAT-21, COMPAT-25."""
    good = {"alg": "HS256", "typ": "JWT"}

    def token(claims):
        return tokens.sign_text(good, claims, OLD_KEY)

    assert publishes(wire, token({"mercure": {"publish": [topic], "other": 1, "payload": "any"}}), topic) == 200
    assert publishes(wire, token({"mercure": {"publish": [topic + "/{id}"]}}), topic + "/1") == 200
    assert publishes(wire, token({"mercure": {"publish": [topic + "/{id}"]}}), topic + "/1/2") == 403
    assert publishes(wire, token({"mercure": {"publish": [{"match": topic}]}}), topic) == 200
    pattern = {"match": "https://example.com/patterns/:id", "match_type": "urlpattern"}
    assert publishes(wire, token({"mercure": {"publish": [pattern]}}), "https://example.com/patterns/1") == 200
    assert publishes(wire, token({"mercure": {"publish": []}}), topic) == 403
    assert publishes(wire, token({"mercure": {}}), topic) == 403
    assert publishes(wire, token({}), topic) == 403
    namespaced = {"mercure": {"publish": ["*"]}, "https://mercure.rocks/": {"subscribe": ["a"]}}
    assert publishes(wire, token(namespaced), topic) == 403
    assert publishes(wire, token({"https://mercure.rocks/": {"publish": [topic]}}), topic) == 200
    two = [("topic", topic), ("topic", topic + "/x")]
    assert wire.post(two, token({"mercure": {"publish": [topic]}})).status == 403


def test_rules_of_publications_stay(wire):
    """COMPAT-28, PUB-6, PUB-7, PUB-18."""
    token = old_token(publish=["*"])
    for pairs in ([("topic", "*")], [("topic", f"{HUB_PATH}/x")], [("topic", "a"), ("type", "mercure")], []):
        assert wire.post(pairs, token).status == 400


@pytest.mark.parametrize("version, public, private", [(7, 200, 403), (8, 403, 403)])
def test_public_updates_of_version_7(make_hub, connect, version, public, private):
    """COMPAT-27."""
    wire = connect(make_hub(dialect_config(version)))
    for publish in ([], ["other"]):
        assert publishes(wire, old_token(publish=publish), "a") == public
        assert publishes(wire, old_token(publish=publish), "a", private="on") == private
    assert publishes(wire, old_token(subscribe=["a"]), "a") == 403
    assert publishes(wire, tokens.publisher("other"), "a") == 403, "a modern token"


def test_a_stream_ends_with_its_token(wire, topic):
    """COMPAT-23, CONN-3. With `exp` at that time; without, it stays."""
    with (
        wire.stream(form(("topic", topic)), cookie(old_token(subscribe=["*"], exp=time.time() + 2.5))) as ends,
        wire.stream(form(("topic", topic)), cookie(old_token(subscribe=["*"]))) as stays,
    ):
        assert ends.wait_end() == "clean"
        wire.publish(topic, "still here")
        assert stays.next().data == "still here"


def test_payload_of_any_type(wire, topic):
    """COMPAT-22, COMPAT-16."""
    for payload in ("text", 7, [1], {"a": 1}, None):
        token = tokens.sign_text(
            {"alg": "HS256", "typ": "JWT"}, {"mercure": {"subscribe": ["*"], "payload": payload}}, OLD_KEY
        )
        with wire.stream(form(("topic", topic)), [tokens.bearer(token)]) as stream:
            assert stream.status == 200


def test_version_7_and_8_as_the_reference_configures_them(make_hub, connect):
    """COMPAT-24, COMPAT-1. An issuer that says nothing speaks both, once the hub is compatible."""
    config = base_config()
    config["hub"]["protocol_version_compatibility"] = 8
    wire = connect(make_hub(config))
    assert publishes(wire, old_token(publish=["*"], key=tokens.PUBLISHER_KEY), "a") == 200
    assert publishes(wire, tokens.publisher(), "a") == 200
    # By its `typ` it is one of 1.0, to which no leniency applies.
    strict = jwt.encode({"mercure": {"publish": ["*"]}}, tokens.PUBLISHER_KEY, headers={"typ": "at+jwt"})
    assert_refused(wire, wire.post([("topic", "a")], strict), 401, "invalid_token")


def test_two_issuers_of_0x_are_told_apart_by_iss_alone(make_hub, connect):
    """COMPAT-24."""
    config = dialect_config()
    config["issuer"].append(
        {"id": "https://older.example", "protocol": "both", "publisher": {"jwt": OLD_KEY + "!"}}
    )
    wire = connect(make_hub(config))
    assert publishes(wire, old_token(publish=["*"]), "a") == 401
    assert publishes(wire, old_token(publish=["*"], iss=OLD_ISSUER), "a") == 200
    assert publishes(wire, old_token(publish=["*"], iss="https://older.example"), "a") == 401
    assert publishes(wire, old_token(publish=["*"], iss="https://older.example", key=OLD_KEY + "!"), "a") == 200


def test_the_vector_of_0x(make_hub, connect):
    """COMPAT-23. The token of section 25: refused in modern mode, accepted in 7 and 8."""
    for version, status in ((None, 401), (7, 200), (8, 200)):
        config = base_config()
        config["issuer"] = [{"id": tokens.VECTOR_ISSUER, "publisher": {"jwt": tokens.VECTOR_SECRET}}]
        if version:
            config["hub"]["protocol_version_compatibility"] = version
        assert publishes(connect(make_hub(config)), tokens.LEGACY_TOKEN, "a") == status


def test_starting_says_that_the_mode_is_on(make_hub):
    """COMPAT-2."""
    running = make_hub(dialect_config())
    assert f'issuer "{OLD_ISSUER}" speaks protocol 0.x' in running.output.replace('\\"', '"')


def test_discovery_is_the_same(wire, topic):
    """COMPAT-37. Old clients find the hub by the same link; what they add to the URL is percent-encoded."""
    with wire.stream("topic=" + quote(topic + "?a=b&c", safe="")) as stream:
        wire.publish(topic + "?a=b&c", "found")
        assert stream.next().data == "found"
