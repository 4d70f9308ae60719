# SPDX-License-Identifier: Apache-2.0
"""Presence that is right: whatever comes, goes, dies or comes back, snapshot and events are the truth."""

import json
import random
import time

import pytest

from lib import netns, tokens
from lib.hub import base_config
from lib.presence import PATH, WATCH, Watcher, get, presence_config, segment, snapshot, subscription_path
from lib.timing import scaled, wait_until


def durable_config(path, **hub_keys):
    config = presence_config(**hub_keys)
    config["journal"] = {"type": "rocksdb", "path": str(path)}
    return config


class Crowd:
    """Subscribers that come and go in every way, and who of them is there."""

    def __init__(self, wire, dice):
        self.wire, self.dice = wire, dice
        self.there = {}  # the stream -> its matchers

    def act(self):
        if not self.there or self.dice.random() < 0.55:
            matchers = {f"https://example.com/{self.dice.randrange(20)}" for _ in range(self.dice.randint(1, 3))}
            stream = self.wire.subscribe([("match", m) for m in matchers])
            self.there[stream] = matchers
        else:
            stream = self.dice.choice(list(self.there))
            del self.there[stream]
            if self.dice.random() < 0.5:
                stream.close()
            else:  # without a word of the protocol
                stream.connection.close()

    def truth(self):
        return sorted(m for matchers in self.there.values() for m in matchers)


def seen_by(active):
    """What a watcher takes for true of the crowd: itself and its like left out."""
    return sorted(d["match"] for d in active.values() if d["match_type"] == "exact")


@pytest.mark.parametrize("seed", range(3))
def test_snapshot_and_events_are_the_truth(make_hub, connect, seed):
    """ACT-1 ACT-20: at every quiet moment, for watchers that come, go and resume as they like."""
    wire = connect(make_hub(presence_config()))
    dice = random.Random(seed * 1000 + sum(map(ord, wire.kind)))
    crowd = Crowd(wire, dice)
    watchers = [Watcher(wire) for _ in range(4)]
    for _ in range(6):
        for _ in range(dice.randint(3, 12)):
            crowd.act()
            watcher = dice.choice(watchers)
            if watcher.stream:
                watcher.read(0)
                if dice.random() < 0.3:
                    watcher.disconnect()
            elif dice.random() < 0.5:
                watcher.connect()
        truth = crowd.truth()
        wait_until(lambda: seen_by(snapshot(wire)[0]) == truth, what=f"snapshot {truth}")
        for watcher in watchers:
            if not watcher.stream:
                watcher.connect()
            watcher.wait(lambda w: seen_by(w.active) == truth, scaled(10), f"events {truth}")
        fresh = Watcher(wire).connect(expect=False)
        assert seen_by(fresh.active) == truth
        fresh.disconnect()


def test_a_restart_keeps_the_cursor(make_hub, connect, tmp_path):
    """ACT-20 HIST-15: the table is made anew from the journal."""
    hub = make_hub(durable_config(tmp_path / "db"))
    wire = connect(hub)
    streams = [wire.subscribe([("match", f"https://example.com/{n}")]) for n in range(5)]
    wait_until(lambda: len(snapshot(wire)[0]) == 5)
    watcher = Watcher(wire)
    hub.stop()
    hub.start()
    assert snapshot(wire)[0] == {}
    watcher.connect()
    watcher.wait(lambda w: not seen_by(w.active), scaled(10), "all ended")
    assert [active for topic, active in watcher.seen if "/exact/" in topic] == [False] * 5
    for stream in streams:
        stream.connection.close()


def test_subscriptions_of_a_killed_hub_are_ended(make_hub, connect, tmp_path):
    """ACT-1: whatever the cause, the death of the hub too; every watcher that resumes sees all of them go."""
    hub = make_hub(durable_config(tmp_path / "db"))
    wire = connect(hub)
    streams = [wire.subscribe([("match", f"https://example.com/{n}")]) for n in range(100)]
    wait_until(lambda: len(snapshot(wire)[0]) == 100, scaled(20))
    watchers = [Watcher(wire) for _ in range(3)]
    watchers[0].connect().read(0)
    before = set(watchers[0].active)
    watchers[0].disconnect()
    hub.kill()
    hub.start()
    for watcher in watchers:
        watcher.connect()
        # Its own subscription begins too.
        watcher.wait(lambda w: sum(not on for _, on in w.seen) >= 100, scaled(20), "100 ends")
        gone = [topic for topic, on in watcher.seen if not on and "/exact/" in topic]
        assert len(gone) == len(set(gone)) == 100
    assert not seen_by(snapshot(wire)[0])
    assert len(before) >= 100
    for stream in streams:
        stream.connection.close()


def test_a_hub_killed_again_and_again_leaves_no_ghosts(make_hub, connect_as, tmp_path):
    """ACT-1: also when it dies before it has ended what the one before had left."""
    hub = make_hub(durable_config(tmp_path / "db"))
    wire = connect_as("h1", hub)
    for round_ in range(3):
        streams = [wire.subscribe([("match", f"https://example.com/{round_}/{n}")]) for n in range(20)]
        hub.kill()
        hub.start()
        for stream in streams:
            stream.connection.close()
    wait_until(lambda: snapshot(wire)[0] == {}, what="nobody there")


@pytest.mark.parametrize("protocol", ["h1", "h2"])
@pytest.mark.parametrize("heartbeat", ["0s", "1s"])
def test_a_peer_whose_network_is_cut_is_gone_in_time(make_hub, connect_as, protocol, heartbeat):
    """CONN-7: packets are dropped, and nobody says so."""
    if reason := netns.unavailable():
        pytest.skip(reason)
    timeout = 4
    with netns.Network() as network:
        config = presence_config(heartbeat=heartbeat)
        config["server"]["listen"].append(f"http://{network.address}:0")
        config["server"]["peer_timeout"] = f"{timeout}s"
        hub = make_hub(config)
        wire = connect_as("h1", hub)
        port = hub.ports["http", network.address]
        network.subscribe(port, "/.well-known/mercure?match=far", protocol)
        wait_until(lambda: snapshot(wire, subscription_path("exact", "far"))[0])
        time.sleep(1)  # a heartbeat, acknowledged
        network.cut()
        cut = time.monotonic()
        wait_until(lambda: not snapshot(wire, subscription_path("exact", "far"))[0], scaled(20), "gone")
        assert time.monotonic() - cut < scaled(timeout + 2)


# ---- presence_grace


def grace_config(grace, **hub_keys):
    return presence_config(presence_grace=grace, **hub_keys)


def user(sub):
    return tokens.subscriber(sub=sub, jti=f"urn:uuid:{random.getrandbits(64):x}")


def watch_exact(wire):
    pattern = PATH + "/exact/:match/:subscriber"
    return wire.subscribe([("match_urlpattern", pattern)], tokens.subscriber(sub=None))


def test_who_comes_back_in_time_has_never_left(make_hub, connect):
    """presence_grace: the same `sub` and the same matchers, whatever their order."""
    hub = make_hub(grace_config("30s"))
    wire = connect(hub)
    with watch_exact(wire) as watcher:
        first = wire.subscribe("match=a&match=b", user("ada"))
        watcher.take(2)
        before = snapshot(wire)[0]
        first.close()
        hub.wait_log("subscriber disconnected")  # or there would be two of them for a moment
        second = wire.subscribe("match=b&match=a", user("ada"))
        with wire.subscribe("match=end", user("eve")):
            assert json.loads(watcher.next().data)["match"] == "end"
        assert {t for t in before if "/exact/" in t} == {
            t for t in snapshot(wire)[0] if "/exact/" in t and "/end/" not in t
        }
        second.close()


@pytest.mark.parametrize(
    "query, sub", [("match=a", "ada"), ("match=a&match=c", "ada"), ("match=a&match=b", "eve"), ("match=a&match=b", None)]
)
def test_somebody_else_is_somebody_else(make_hub, connect_as, query, sub):
    """presence_grace: neither another user, nor other matchers, nor one without a `sub`."""
    wire = connect_as("h1", make_hub(grace_config("1500ms")))
    with watch_exact(wire) as watcher:
        first = wire.subscribe("match=a&match=b", user("ada"))
        events = [json.loads(e.data) for e in watcher.take(2)]
        first.close()
        with wire.subscribe(query, tokens.subscriber(sub=sub)):
            count = query.count("match")
            events += [json.loads(e.data) for e in watcher.take(2 + count, scaled(10))]
    begun = [e["subscriber"] for e in events if e["active"]]
    assert begun.count(begun[0]) == 2 and len(begun) == 2 + count
    assert [e["subscriber"] for e in events if not e["active"]] == [begun[0]] * 2


def test_the_grace_ends(make_hub, connect):
    """presence_grace, ACT-1"""
    wire = connect(make_hub(grace_config("500ms")))
    with watch_exact(wire) as watcher:
        wire.subscribe("match=a", user("ada")).close()
        assert json.loads(watcher.next().data)["active"] is True
        left = time.monotonic()
        assert json.loads(watcher.next().data)["active"] is False
        assert time.monotonic() - left > 0.3
    assert not [t for t in snapshot(wire)[0] if "/exact/" in t]


def test_rotation_causes_no_events(make_hub, connect_as):
    """presence_grace: connections that `write_timeout` ends come back unseen."""
    hub = make_hub(grace_config("20s", write_timeout="2s", dispatch_timeout="100ms"))
    wire = connect_as("h1", hub)
    with watch_exact(wire) as watcher:
        token = user("ada")
        first = wire.subscribe("match=a", token)
        assert json.loads(watcher.next().data)["active"] is True
        assert first.wait_end(scaled(5)) == "clean"
        hub.wait_log("subscriber disconnected")
        with wire.subscribe("match=a", token):
            with wire.subscribe("match=end"):
                pass
    resumed = wire.subscribe([("match_urlpattern", PATH + "/exact/:m/:s")], tokens.subscriber(), "earliest")
    resumed.wait(lambda: len(resumed.parser.events) >= 2)
    assert [json.loads(e.data)["match"] for e in resumed.parser.events[:2]] == ["a", "end"]


def test_another_payload_is_told(make_hub, connect_as):
    """presence_grace, ACT-8: who comes back with something new to say, says it, under the old name."""
    hub = make_hub(grace_config("30s"))
    wire = connect_as("h1", hub)
    details = lambda n: [tokens.detail("subscribe", topics=["*"], payload={"n": n})]
    with watch_exact(wire) as watcher:
        stream = wire.subscribe("match=a", tokens.subscriber(details=details(1), sub="ada"))
        first = json.loads(watcher.next().data)
        stream.close()
        hub.wait_log("subscriber disconnected")
        with wire.subscribe("match=a", tokens.subscriber(details=details(2), sub="ada")):
            again = json.loads(watcher.next().data)
    assert again == {**first, "payload": {"n": 2}}


def test_a_stop_ends_who_lingers(make_hub, connect_as, tmp_path):
    """presence_grace: the journal of a stopped hub says that nobody is there."""
    config = durable_config(tmp_path / "db", presence_grace="60s")
    hub = make_hub(config)
    wire = connect_as("h1", hub)
    wire.subscribe("match=a", user("ada")).close()
    wait_until(lambda: snapshot(wire)[0])
    watcher = Watcher(wire)
    wait_until(lambda: "subscriber disconnected" in hub.output)
    hub.stop()
    assert "left open" not in hub.start().output
    watcher.connect()
    watcher.wait(lambda w: ("/exact/a/" in w.seen[0][0]) if w.seen else False, scaled(10), "the end")
    assert watcher.seen[0][1] is False


def test_who_is_denied_does_not_linger(make_hub, connect_as, tmp_path):
    """ACT-1, presence_grace: revocation shows at once."""
    config = grace_config("60s")
    config["hub"]["deny"] = str(tmp_path / "deny.txt")
    (tmp_path / "deny.txt").write_text("# nobody\n")
    wire = connect_as("h1", make_hub(config))
    with watch_exact(wire) as watcher:
        stream = wire.subscribe("match=a", tokens.subscriber(sub="ada"))
        assert json.loads(watcher.next().data)["active"] is True
        (tmp_path / "deny.txt").write_text("sub=ada\n")
        assert stream.wait_end(scaled(10)) == "clean"
        assert json.loads(watcher.next().data)["active"] is False


# ---- retention


@pytest.mark.parametrize("kind", ["memory", "rocksdb"])
def test_presence_evicts_no_updates(make_hub, connect_as, tmp_path, kind):
    """HIST-7, journal.retention: events on subscriptions are counted apart."""
    config = presence_config()
    config["journal"] = {"type": kind, "retention": {"count": 10, "bytes": 1 << 20, "subscriptions": 40}}
    if kind == "rocksdb":
        config["journal"]["path"] = str(tmp_path / "db")
    hub = make_hub(config)
    wire = connect_as("h1", hub)
    ids = [wire.publish("https://example.com/a", str(n)) for n in range(10)]
    for _ in range(60):
        wire.subscribe("match=x").close()
    wait_until(lambda: not snapshot(wire)[0])
    time.sleep(1.5)  # retention on disk looks once a second
    with wire.subscribe([("match", "https://example.com/a")], last_event_id="earliest") as stream:
        assert stream.take_until(ids[-1]) == ids
    with wire.subscribe([("match", "https://example.com/a")], last_event_id=ids[4]) as stream:
        assert stream.cursor == ids[4]
        assert stream.take_until(ids[-1]) == ids[5:]
    if kind == "rocksdb":  # what the new process holds in memory has gaps as well
        ids.append(wire.publish("https://example.com/a", "one more"))
        ids = ids[1:]
        hub.stop()
        hub.start()
        with wire.subscribe([("match", "https://example.com/a")], last_event_id=ids[3]) as stream:
            assert stream.cursor == ids[3]
            assert stream.take_until(ids[-1]) == ids[4:]
    # Who watches presence cannot go on from before what is gone, and is told so.
    with wire.subscribe(WATCH, tokens.subscriber(), last_event_id=ids[4]) as stream:
        assert stream.cursor == "earliest"
    # Who cannot see it, can.
    other = tokens.subscriber("https://example.com/{id}", "https://example.com/a")
    with wire.subscribe(WATCH + "&match=https://example.com/a", other, last_event_id=ids[4]) as stream:
        assert stream.cursor == ids[4]
