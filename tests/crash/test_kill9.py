# SPDX-License-Identifier: Apache-2.0
"""Every acknowledged update survives kill -9: in history, in order, without gap or repeat."""

import os
import random
import threading

from lib import tokens
from lib.client import Wire
from lib.hub import Hub, disk_config
from lib.timing import scaled

ROUNDS = int(os.environ.get("CINNABAR_CRASH_ROUNDS", "30"))
PUBLISHERS = 8
KINDS = ["h1", "h2", "h1+tls", "h2+tls"]


class Publisher(threading.Thread):
    """Publishes as fast as it can until the hub is gone. `tried`: all IDs, in order; `acknowledged`:
    those that were answered with 200."""

    def __init__(self, hub, number, round_number):
        super().__init__()
        self.wire = Wire(KINDS[number % len(KINDS)], hub)
        self.prefix = f"r{round_number}p{number}-"
        self.tried = []
        self.acknowledged = []
        self.failure = None

    def run(self):
        token = tokens.publisher()
        try:
            with self.wire.connection() as connection:
                while True:
                    event_id = f"{self.prefix}{len(self.tried)}"
                    self.tried.append(event_id)
                    response = self.wire.post(
                        [("topic", "t"), ("id", event_id), ("data", "x" * 100)], token, connection=connection
                    )
                    if response.status != 200:
                        self.failure = f"{response.status} for {event_id}"
                        return
                    self.acknowledged.append(event_id)
        except (AssertionError, OSError):
            pass  # the hub was killed
        finally:
            self.wire.close_all()


def history(wire, cursor="earliest"):
    """All IDs after the cursor, ended by an update of our own."""
    end = wire.publish("end")
    with wire.subscribe("match=t&match=end", last_event_id=cursor) as stream:
        assert stream.cursor == cursor
        return stream.take_until(end, scaled(60))


def assert_in_order(ids, prefix):
    """A publisher waits for each answer, so its updates stand in its order, without holes."""
    numbers = [int(event_id.removeprefix(prefix)) for event_id in ids if event_id.startswith(prefix)]
    assert numbers == list(range(len(numbers))), f"{prefix}: {numbers[:50]}"
    return len(numbers)


def test_kill9(tmp_path):
    chance = random.Random()
    hub = Hub(tmp_path, disk_config(tmp_path / "db", sync="always"))
    last_seen = "earliest"
    before = []
    total = 0
    try:
        for round_number in range(ROUNDS):
            hub.start()
            wire = Wire("h1", hub)
            publishers = [Publisher(hub, number, round_number) for number in range(PUBLISHERS)]
            with wire.subscribe("match=t", last_event_id=last_seen) as witness:
                for publisher in publishers:
                    publisher.start()
                # A random moment, measured in events so that it is in the middle of the work.
                for _ in range(chance.randrange(1, 400)):
                    witness.next(scaled(30))
                hub.kill()
                for publisher in publishers:
                    publisher.join()
                witness.wait_end()
            assert not [publisher.failure for publisher in publishers if publisher.failure]

            hub.start()
            kept = history(Wire("h1", hub))
            assert len(set(kept)) == len(kept), "an update was stored twice"
            assert kept[: len(before)] == before, "what an earlier round left has changed"
            for publisher in publishers:
                count = assert_in_order(kept, publisher.prefix)
                assert count >= len(publisher.acknowledged), "an acknowledged update is lost"
                assert count <= len(publisher.tried)
                total += len(publisher.acknowledged)

            # The witness saw a prefix of what is stored, nothing else; it resumes where it was.
            seen = [event.id for event in witness.parser.events]
            start = 0 if last_seen == "earliest" else kept.index(last_seen) + 1
            expected = [event_id for event_id in kept[start:] if event_id.startswith("r")]
            assert seen == expected[: len(seen)], "an update was delivered that is not stored, or out of order"
            if seen:
                resumed = [event_id for event_id in history(Wire("h1", hub), seen[-1]) if event_id.startswith("r")]
                assert seen + resumed == expected
                last_seen = seen[-1]
            before = history(Wire("h1", hub))
            hub.kill()
    finally:
        hub.kill()
    assert total > 0
