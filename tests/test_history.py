# SPDX-License-Identifier: Apache-2.0
"""HIST-*: cursors, replay, and the seam between history and live."""

import random
import threading

import pytest

from lib import tokens
from lib.client import FORM, Wire, form
from lib.hub import Hub, base_config, disk_config
from lib.timing import scaled, wait_until


@pytest.fixture
def abc(make_hub, connect):
    """A wire to a fresh hub whose history is a, b, c; b is private to readers of `secret`."""
    own = connect(make_hub())
    for event_id in "abc":
        own.publish("t", event_id, id=event_id)
    return own


def resumed(own, query="match=t", **kwargs):
    """The response's cursor, and the IDs that came before a fresh live event."""
    with own.subscribe(query, **kwargs) as stream:
        own.publish("t", id="live")
        return stream.cursor, stream.take_until("live")[:-1]


# -- the table --------------------------------------------------------------------------------


def test_no_cursor(abc):
    """HIST-8: nothing replayed, no field invented."""
    assert resumed(abc) == (None, [])


TABLE = [
    ("header a", "match=t", "a", "a", ["b", "c"]),
    ("query a", "match=t&last_event_id=a", None, "a", ["b", "c"]),
    ("header b, query a", "match=t&last_event_id=a", "b", "b", ["c"]),
    ("earliest", "match=t&last_event_id=earliest", None, "earliest", ["a", "b", "c"]),
    ("header earliest", "match=t", "earliest", "earliest", ["a", "b", "c"]),
    ("newest", "match=t", "c", "c", []),
    ("unknown", "match=t", "zzz", "earliest", []),
    ("Earliest is an ordinary ID", "match=t", "Earliest", "earliest", []),
    ("empty parameter", "match=t&last_event_id=", None, "earliest", []),
    ("parameter without value", "match=t&last_event_id", None, "earliest", []),
    ("empty header", "match=t", "", "earliest", []),
    ("D9: header empty, query a", "match=t&last_event_id=a", "", "a", ["b", "c"]),
    ("repeated parameter", "match=t&last_event_id=b&last_event_id=a", None, "b", ["c"]),
    ("encoded name", "match=t&last%5Fevent%5Fid=b", None, "b", ["c"]),
    ("HIST-12: other topic", "match=other", "a", "a", []),
]


@pytest.mark.parametrize(
    "query, header, cursor, replayed", [pytest.param(*row[1:], id=row[0]) for row in TABLE]
)
def test_table(abc, query, header, cursor, replayed):
    """HIST-2 to HIST-10, HIST-12."""
    if "match=other" in query:
        with abc.subscribe(query, last_event_id=header) as stream:
            abc.publish("other", id="live")
            assert (stream.cursor, stream.take_until("live")) == (cursor, [*replayed, "live"])
    else:
        assert resumed(abc, query, last_event_id=header) == (cursor, replayed)


@pytest.mark.parametrize("name", ["lastEventID", "lastEventId", "Last-Event-ID", "Last_Event_ID"])
def test_other_names_are_no_cursors(abc, name):
    """HIST-2, SUB-11."""
    assert resumed(abc, form(("match", "t"), (name, "a"))) == (None, [])


def test_query_method(abc):
    """HIST-2, SUB-6: the query component wins over the body, the field over both."""
    as_query = {"method": "QUERY", "headers": [("content-type", FORM)]}
    assert resumed(abc, body="last_event_id=a", **as_query) == ("a", ["b", "c"])
    assert resumed(abc, "match=t&last_event_id=b", body="last_event_id=a", **as_query)[0] == "b"
    cursor, _ = resumed(abc, "match=t&last_event_id=b", body="last_event_id=a", last_event_id="c", **as_query)
    assert cursor == "c"


def test_response_field_of_0x_is_not_sent(abc):
    """HIST-13."""
    with abc.subscribe("match=t", last_event_id="a") as stream:
        assert stream.header("last-event-id") is None


def test_empty_history(make_hub, connect):
    """HIST-9, HIST-10."""
    own = connect(make_hub())
    assert resumed(own, last_event_id="a") == ("earliest", [])
    assert resumed(connect(make_hub()), "match=t&last_event_id=earliest") == ("earliest", [])


def test_private_between(make_hub, connect):
    """HIST-5, HIST-12: b is private and not granted: a -> c; b itself is still a cursor."""
    own = connect(make_hub())
    own.publish("t", id="a")
    own.publish("t", id="b", private="on")
    own.publish("t", id="c")
    assert resumed(own, last_event_id="a") == ("a", ["c"])
    assert resumed(own, last_event_id="b") == ("b", ["c"])
    assert resumed(own, last_event_id="a", token=tokens.subscriber("t")) == ("a", ["b", "c"])


def test_duplicate_ids_resolve_to_the_earliest(make_hub, connect):
    """HIST-11: history a1 b a2 c, cursor a -> b, a2, c."""
    own = connect(make_hub())
    for data, event_id in [("a1", "a"), ("b", "b"), ("a2", "a"), ("c", "c")]:
        own.publish("t", data, id=event_id)
    with own.subscribe("match=t", last_event_id="a") as stream:
        assert stream.cursor == "a"
        assert [event.data for event in stream.take(3)] == ["b", "a2", "c"]


@pytest.mark.parametrize(
    "tail",
    ["urn:ex:é", "a b", 'q"\\', "x" * 1024, "%41", "a#b"],
    ids=["non-ASCII", "space", "quotes", "longest", "percent", "hash"],
)
def test_ids_of_all_kinds_are_cursors(wire, topic, tail):
    """HIST-2, HIST-9: through the field and the parameter, byte for byte."""
    unique = (topic + tail)[:1024]
    wire.publish(topic, id=unique)
    after = wire.publish(topic)
    for kwargs in ({"last_event_id": unique}, {}):
        query = [("match", topic)] + ([] if kwargs else [("last_event_id", unique)])
        with wire.subscribe(query, **kwargs) as stream:
            assert stream.cursor == unique
            assert stream.next().id == after


# -- length -----------------------------------------------------------------------------------

MANY = 9000


@pytest.fixture(scope="module")
def long_hub(tmp_path_factory):
    """A hub with 9,000 stored updates, which was restarted since."""
    path = tmp_path_factory.mktemp("long")
    with Hub(path, disk_config(path / "db", sync="never")) as running:
        wire = Wire("h1", running)
        with wire.connection() as connection:
            token = tokens.publisher()
            for number in range(MANY):
                topic = "even" if number % 2 == 0 else "odd"
                wire.publish(topic, f"{number} " + "x" * 100, token, connection, id=f"e{number}")
        running.stop()
        running.start()
        yield running


def test_everything_is_replayed_in_order(connect, long_hub):
    """HIST-6, HIST-15, HIST-16: all of it, right after the restart and before any new publish."""
    with connect(long_hub).subscribe("match=even&match=odd&last_event_id=earliest") as stream:
        assert stream.cursor == "earliest"
        ids = [event.id for event in stream.take(MANY, scaled(30))]
        assert ids == [f"e{number}" for number in range(MANY)]


def test_recent_cursor_in_a_long_history(connect, long_hub):
    """HIST-14: the last three of 9,000."""
    with connect(long_hub).subscribe("match=*", last_event_id=f"e{MANY - 4}") as stream:
        assert stream.cursor == f"e{MANY - 4}"
        assert [event.id for event in stream.take(3)] == [f"e{n}" for n in range(MANY - 3, MANY)]


def test_only_what_the_matchers_select(connect, long_hub):
    """HIST-3: every other one, from the middle."""
    with connect(long_hub).subscribe("match=odd", last_event_id="e4500") as stream:
        ids = [event.id for event in stream.take((MANY - 4500) // 2, scaled(30))]
        assert ids == [f"e{number}" for number in range(4501, MANY, 2)]


def test_long_replay_is_joined_by_live(connect, long_hub, topic):
    """HIST-4: an update published during a replay of thousands comes after them, once."""
    own = connect(long_hub)
    with own.subscribe([("match", "even"), ("match", topic)], last_event_id="e0") as stream:
        live = own.publish(topic)
        assert stream.take_until(live, scaled(30)) == [f"e{n}" for n in range(2, MANY, 2)] + [live]


# -- restart ----------------------------------------------------------------------------------


def test_resume_after_a_restart(make_hub, connect, tmp_path):
    """HIST-15: replay before any new publish; the order goes on afterwards."""
    running = make_hub(disk_config(tmp_path / "db"))
    own = connect(running)
    for number in range(20):
        own.publish("t", id=f"e{number}")
    running.stop()
    running.start()
    with own.subscribe("match=t", last_event_id="e4") as stream:
        assert stream.cursor == "e4"
        assert [event.id for event in stream.take(15)] == [f"e{n}" for n in range(5, 20)]
        own.publish("t", id="new")
        assert stream.next().id == "new"
    assert resumed(own, last_event_id="e18") == ("e18", ["e19", "new"])


def test_memory_history_ends_with_the_process(make_hub, connect):
    """HIST-7, HIST-10: then every cursor is unknown."""
    running = make_hub()
    own = connect(running)
    own.publish("t", id="a")
    running.stop()
    running.start()
    assert resumed(own, last_event_id="a") == ("earliest", [])


# -- retention --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["memory", "rocksdb"])
def test_retention_by_count(make_hub, connect_as, tmp_path, kind):
    """HIST-7, HIST-10: the oldest go; a discarded cursor is an unknown one; what is kept is whole."""
    config = base_config()
    config["journal"] = {"type": kind, "path": str(tmp_path / "db"), "retention": {"count": 50}, "sync": "never"}
    own = connect_as("h1", make_hub(config))
    with own.connection() as connection:
        token = tokens.publisher()
        for number in range(3000):
            own.publish("t", None, token, connection, id=f"e{number}")

    def kept():
        """The first ID of the history, once it holds no more than a little over 50."""
        with own.subscribe("match=t&last_event_id=earliest") as stream:
            ids = stream.take_until("e2999")
            assert ids == [f"e{n}" for n in range(3000 - len(ids), 3000)]
            return ids if len(ids) <= 1000 else None

    assert len(wait_until(kept, scaled(20), "trimmed history", interval=0.1)) >= 50
    with own.subscribe("match=t", last_event_id="e0") as stream:
        assert stream.cursor == "earliest"
        live = own.publish("t")
        assert stream.next().id == live


# -- the seam ---------------------------------------------------------------------------------

BURST = 3000
JOINERS = 20


@pytest.mark.parametrize("journal", ["memory", "rocksdb"])
def test_joining_in_the_middle_of_a_burst(make_hub, connect, tmp_path, journal):
    """HIST-4: 20 subscribers join a publisher at full speed, each after an ID that it chose from
    what was published so far: no gap, no repeat, no reordering."""
    config = base_config() if journal == "memory" else disk_config(tmp_path / "db", sync="interval")
    running = make_hub(config)
    own, fastest = connect(running), Wire("h1", running)
    published = []
    failures = []

    def publish():
        try:
            with fastest.connection() as connection:
                token = tokens.publisher()
                for number in range(BURST):
                    fastest.publish("t", "x" * 50, token, connection, id=f"e{number}")
                    published.append(number)
        except Exception as error:  # reported by the main thread
            failures.append(error)

    publisher = threading.Thread(target=publish)
    publisher.start()
    chance = random.Random(2)
    try:
        for joiner in range(JOINERS):
            due = chance.randrange(BURST * joiner // JOINERS, BURST * (joiner + 1) // JOINERS)
            while len(published) <= due and publisher.is_alive():
                publisher.join(0.001)
            after = chance.randrange(len(published))
            with own.subscribe("match=t", last_event_id=f"e{after}") as stream:
                assert stream.cursor == f"e{after}"
                count = min(BURST - 1 - after, 800)
                ids = [event.id for event in stream.take(count, scaled(20))]
                assert ids == [f"e{n}" for n in range(after + 1, after + 1 + count)]
    finally:
        publisher.join()
    assert not failures


def test_subscribers_that_stay_see_the_whole_burst(make_hub, connect):
    """HIST-4, SUB-17: subscribers of all ages end with the same sequence."""
    running = make_hub()
    own, fastest = connect(running), Wire("h1", running)
    token = tokens.publisher()
    streams = []
    with fastest.connection() as connection:
        for number in range(1000):
            fastest.publish("t", None, token, connection, id=f"e{number}")
            if number % 50 == 0:
                streams.append((number, own.subscribe("match=t", last_event_id=f"e{number}")))
    for joined, stream in streams:
        ids = [event.id for event in stream.take(999 - joined)]
        assert ids == [f"e{n}" for n in range(joined + 1, 1000)]
