# SPDX-License-Identifier: Apache-2.0
"""A full disk is not the end: publishes answer 503, subscribers stay, and all goes on when space returns."""

import json

import pytest

from lib.client import Wire
from lib.disk import fill, small_disk  # noqa: F401 - a fixture
from lib.hub import Hub, disk_config
from lib.timing import scaled, wait_until

BLOCK = "x" * 100_000


def assert_says_full(response):
    """503 and an RFC 9457 document about the disk."""
    assert response.status == 503
    assert response.header("content-type") == "application/problem+json"
    problem = json.loads(response.body)
    assert problem["status"] == 503
    words = (problem["title"] + " " + problem.get("detail", "")).lower()
    assert "disk" in words
    assert "full" in words


@pytest.mark.parametrize("kind", ["h1", "h2+tls"])
def test_disk_full(tmp_path, small_disk, kind):
    """503 with a problem document that says so; nothing is lost, repeated or dropped."""
    with Hub(tmp_path, disk_config(small_disk / "db")) as hub:
        wire = Wire(kind, hub)
        with wire.subscribe("match=t") as stream:
            first = wire.publish("t", "before")
            assert stream.next().id == first
            accepted = []

            def refused():
                """Publishes once; the answer if it is not 200. Room may turn up while the store tidies."""
                response = wire.post([("topic", "t"), ("id", f"e{len(accepted)}"), ("data", BLOCK)])
                if response.status == 200:
                    accepted.append(response.body.decode())
                    return None
                return response

            ballast = fill(small_disk)
            assert_says_full(wait_until(refused, scaled(60), "a publish refused for want of space"))

            # Subscribers stay, and new ones are served with the history that there is.
            assert [stream.next().id for _ in accepted] == accepted
            with wire.subscribe("match=t", last_event_id=first) as late:
                assert [late.next().id for _ in accepted] == accepted
            assert_says_full(wait_until(refused, scaled(60), "publishes refused as long as the disk is full"))

            ballast.unlink()
            wait_until(
                lambda: wire.post([("topic", "t"), ("id", "mended")]).status == 200, scaled(30), "publishing again"
            )
            # What was refused is not delivered after all.
            wanted = [event_id for event_id in stream.take_until("mended") if event_id not in accepted]
            assert wanted == ["mended"]
        hub.stop()
        hub.start()
        with wire.subscribe("match=t", last_event_id=first) as stream:
            assert stream.take_until("mended") == [*accepted, "mended"]
