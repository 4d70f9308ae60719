# SPDX-License-Identifier: Apache-2.0
"""AUTHZ-* for exact matchers: who may publish, and who is given private updates."""

import pytest

from lib import tokens
from lib.errors import assert_refused


def sentinel(wire, topic):
    """A public update after the others: what did not arrive before it was withheld."""
    return wire.publish(topic, id=f"{topic}#end")


# -- publishing -------------------------------------------------------------------------------


@pytest.mark.parametrize("private", [{}, {"private": "on"}], ids=["public", "private"])
def test_grant_on_every_topic(wire, topic, private):
    """AUTHZ-1, AUTHZ-2: one topic without a grant and nothing is dispatched."""
    one, two = topic + "/1", topic + "/2"
    with wire.subscribe([("match", one)], token=tokens.subscriber(one)) as stream:
        body = [("topic", one), ("topic", two), *private.items()]
        response = wire.post(body, token=tokens.publisher(one))
        assert_refused(wire, response, 403, "insufficient_scope")
        assert stream.take_until(sentinel(wire, one)) == [f"{one}#end"]


def test_grants_add_up_over_details(wire, topic):
    """AUTHZ-1: the grants may come from different details."""
    details = [tokens.detail("publish", topics=[topic + "/1"]), tokens.detail("publish", topics=[topic + "/2"])]
    token = tokens.mint(tokens.PUBLISHER_KEY, details=details)
    wire.publish([topic + "/1", topic + "/2"], token=token)


def test_exact_grants_are_bytes(wire, topic):
    """MATCH-4: no normalisation, no prefix, no case folding."""
    token = tokens.publisher(topic + "/%2f", "/relative", topic + "/e\u0301")
    wire.publish(topic + "/%2f", token=token)
    wire.publish("/relative", token=token)
    for other in (topic + "/%2F", "https://hub.example.com/relative", topic + "/\u00e9", topic):
        assert wire.post([("topic", other)], token=token).status == 403


@pytest.mark.parametrize("grant", ["**", "a*", " *"])
def test_only_the_lone_star_is_a_wildcard(wire, grant):
    """MATCH-3."""
    assert wire.post([("topic", "abc")], token=tokens.publisher(grant)).status == 403


def test_subscribe_grant_does_not_publish(wire, topic):
    """AD-14."""
    token = tokens.mint(tokens.PUBLISHER_KEY, subscribe=["*"])
    assert_refused(wire, wire.post([("topic", topic)], token=token), 403, "insufficient_scope")


# -- receiving --------------------------------------------------------------------------------


def test_private_needs_a_grant(wire, topic):
    """AUTHZ-3, AUTHZ-5, AUTHZ-7: four subscribers of one topic, two private updates, one public."""
    other = tokens.subscriber("https://example.com/other")
    empty = tokens.mint(tokens.SUBSCRIBER_KEY, details=[])
    readers = [(None, False), (other, False), (empty, False), (tokens.subscriber(topic), True)]
    readers.append((tokens.subscriber(), True))
    streams = [(wire.subscribe([("match", topic)], token=token), reads) for token, reads in readers]
    wire.publish(topic, id="p1", private="on")
    wire.publish(topic, id="public")
    wire.publish(topic, id="p2", private="on")
    end = sentinel(wire, topic)
    for stream, reads in streams:
        expected = ["p1", "public", "p2", end] if reads else ["public", end]
        assert stream.take_until(end) == expected


def test_matched_topic_and_granted_topic_may_differ(wire, topic):
    """AUTHZ-3, AUTHZ-4, AUTHZ-6: routed by one topic, authorised by another."""
    book, user = topic + "/books/1", topic + "/users/42"
    with wire.subscribe([("match", book)], token=tokens.subscriber(user)) as stream:
        wire.publish(book, id="alone", private="on")
        wire.publish([book, user], "secret", id="both", private="on")
        wire.publish(user, id="not routed", private="on")
        assert stream.take_until(sentinel(wire, book)) == ["both", f"{book}#end"]


def test_a_grant_does_not_route(wire, topic):
    """SUB-18's counterpart: a grant for everything delivers nothing that no matcher selects."""
    with wire.subscribe([("match", topic)], token=tokens.subscriber()) as stream:
        wire.publish(topic + "/other", private="on")
        wire.publish(topic + "/other")
        assert stream.take_until(sentinel(wire, topic)) == [f"{topic}#end"]


def test_a_wildcard_matcher_does_not_widen(wire, topic):
    """SUB-18: match=* without a grant shows no private update."""
    with wire.subscribe("match=*", token=tokens.subscriber(topic + "/mine")) as stream:
        wire.publish(topic, id=f"{topic}#hidden", private="on")
        wire.publish(topic + "/mine", id=f"{topic}#mine", private="on")
        end = sentinel(wire, topic)
        seen = [event_id for event_id in stream.take_until(end) if event_id.startswith(topic + "#")]
        assert seen == [f"{topic}#mine", end]


def test_publish_grant_does_not_read(wire, topic):
    """AD-14: only `subscribe` reads."""
    token = tokens.mint(tokens.SUBSCRIBER_KEY, publish=["*"])
    with wire.subscribe([("match", topic)], token=token) as stream:
        wire.publish(topic, private="on")
        assert stream.take_until(sentinel(wire, topic)) == [f"{topic}#end"]


def test_no_grant_is_no_error(wire, topic):
    """AUTHZ-8: the stream opens all the same."""
    with wire.subscribe([("match", topic)], token=tokens.mint(tokens.SUBSCRIBER_KEY, details=[])) as stream:
        assert stream.status == 200


@pytest.mark.parametrize("target", ["https://example.com/users/42", "user", "/private/1"])
def test_private_is_never_inferred(wire, topic, target):
    """AUTHZ-9."""
    with wire.subscribe([("match", target)]) as stream:
        event_id = wire.publish(target)
        assert stream.next().id == event_id


# -- replay -----------------------------------------------------------------------------------


def test_replay_is_authorised_by_the_token_of_now(wire, topic):
    """HIST-5: what the present token does not cover is not replayed; order is kept."""
    secret, open_ = topic + "/secret", topic + "/open"
    first = wire.publish(open_, id=f"{topic}#0")
    wire.publish(secret, id=f"{topic}#1", private="on")
    wire.publish(open_, id=f"{topic}#2")
    wire.publish(secret, id=f"{topic}#3", private="on")
    end = wire.publish(open_, id=f"{topic}#4")
    query = [("match", secret), ("match", open_)]
    without = [f"{topic}#2", end]
    everything = [f"{topic}#{n}" for n in range(1, 5)]
    for token, expected in [
        (tokens.subscriber(secret), everything),
        (tokens.subscriber(open_), without),
        (None, without),
    ]:
        with wire.subscribe(query, token=token, last_event_id=first) as stream:
            assert stream.cursor == first
            assert stream.take_until(end) == expected
