# SPDX-License-Identifier: Apache-2.0
"""CONN-*: how long a subscriber's connection lives, how it ends, and that the hub notices an end."""

import socket
import struct
import threading
import time

import pytest

from lib import tokens
from lib.client import WIRES
from lib.hub import base_config
from lib.timing import SCALE, scaled, wait_until


def end_times(streams):
    """Waits for all streams at once: the moment and the manner of each end."""
    results = [None] * len(streams)

    def wait(number, stream):
        how = stream.wait_end(scaled(30))
        results[number] = (time.monotonic(), time.time(), how)

    threads = [threading.Thread(target=wait, args=item) for item in enumerate(streams)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert None not in results
    return results


# -- heartbeat --------------------------------------------------------------------------------


def test_heartbeat(make_hub, connect):
    """CONN-1: a comment after each idle period, and nothing else."""
    with connect(make_hub(base_config(heartbeat="100ms"))).subscribe("match=a") as stream:
        stream.wait_raw(b":\n:\n:\n:\n")


def test_events_restart_the_heartbeat(make_hub, connect_as, topic):
    """CONN-1: no comment while events come more often than it is due."""
    own = connect_as("h1", make_hub(base_config(heartbeat=f"{int(500 * SCALE)}ms")))
    with own.subscribe([("match", topic)]) as stream, own.connection() as connection:
        end = time.monotonic() + scaled(1.5)
        while time.monotonic() < end:
            own.publish(topic, connection=connection)
        own.publish(topic, id="end")
        stream.take_until("end")
        assert stream.parser.comments == [""]


# -- planned ends -----------------------------------------------------------------------------


def test_write_timeout_with_jitter(make_hub, connect_as):
    """CONN-2, CONN-4: a life of 80 to 100 % of write_timeout, not the same for all, cleanly ended."""
    running = make_hub(base_config(write_timeout="2s", heartbeat="0s", dispatch_timeout="60s"))
    started, streams = [], []
    for kind in WIRES * 3:
        started.append(time.monotonic())
        streams.append(connect_as(kind, running).subscribe("match=a"))
    ends = end_times(streams)
    lives = [end[0] - start for end, start in zip(ends, started)]
    assert {end[2] for end in ends} == {"clean"}
    assert min(lives) >= 1.6
    assert max(lives) <= 2.0 + scaled(0.5)
    assert max(lives) - min(lives) > 0.02


def test_token_expiry_ends_the_stream(make_hub, connect_as):
    """CONN-3, AUTHZ-10: never after exp, with write_timeout and heartbeat off."""
    # With less than dispatch_timeout to go the close is at the deadline itself (CONN-4).
    running = make_hub(base_config(write_timeout="0s", heartbeat="0s", dispatch_timeout="60s"))
    expiry = time.time() + scaled(2)
    token = tokens.subscriber(exp=expiry)
    streams = [connect_as(kind, running).subscribe("match=a", token=token) for kind in WIRES]
    assert time.time() < expiry, "machine too slow for this scenario: raise CINNABAR_TIME_SCALE"
    for _, moment, how in end_times(streams):
        assert how == "clean"
        assert expiry - scaled(1) < moment <= expiry + scaled(0.2)


def test_planned_end_leaves_time_to_write(make_hub, connect_as):
    """CONN-4: `dispatch_timeout` before the deadline."""
    running = make_hub(base_config(dispatch_timeout="1s"))
    expiry = time.time() + scaled(3)
    streams = [connect_as(k, running).subscribe("match=a", token=tokens.subscriber(exp=expiry)) for k in WIRES]
    for _, moment, how in end_times(streams):
        assert how == "clean"
        assert moment <= expiry - 1 + scaled(0.3)


def test_stop_ends_streams_cleanly(make_hub, connect_as, topic):
    """CONN-9: SIGTERM: what was published is delivered, the streams end whole, the exit is 0."""
    running = make_hub(base_config(drain_timeout="1s"))
    streams = [connect_as(kind, running).subscribe([("match", topic)]) for kind in WIRES * 2]
    last = connect_as("h1", running).publish(topic, "x" * 1000)
    stopping = threading.Thread(target=running.stop)
    stopping.start()
    ends = end_times(streams)
    stopping.join()
    assert [how for _, _, how in ends] == ["clean"] * len(streams)
    assert [stream.next().id for stream in streams] == [last] * len(streams)
    assert running.exit_code == 0


# -- ends by the client -----------------------------------------------------------------------


def reset(stream):
    """Closes with RST instead of FIN."""
    sock = stream.connection.sock
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


@pytest.mark.parametrize("end", [lambda stream: stream.close(), reset], ids=["FIN", "RST"])
def test_client_gone_is_noticed(make_hub, connect, end):
    """CONN-7: at once, without anything to write: heartbeats are off."""
    running = make_hub(base_config(heartbeat="0s", write_timeout="0s"))
    stream = connect(running).subscribe("match=a")
    mark = running.mark()
    end(stream)
    running.wait_log("subscriber disconnected", mark, scaled(2))


# -- slow readers -----------------------------------------------------------------------------

BLOCK = "x" * 65536


def test_stalled_reader(make_hub, connect, topic):
    """CONN-5, CONN-6, CONN-8: one that reads nothing is closed after dispatch_timeout, never with a
    clean end; others get everything meanwhile; the place of the closed one is kept by its ID."""
    running = make_hub(base_config(dispatch_timeout=f"{int(500 * SCALE)}ms"))
    own = connect(running)
    slow = own.subscribe([("match", topic)], receive_buffer=4096)
    fast = own.subscribe([("match", topic)])
    fast_ids, stop = [], threading.Event()

    def read():
        while not stop.is_set():
            fast_ids.append(fast.next(scaled(20)).id)
            if fast_ids[-1] == "end":
                return

    reader = threading.Thread(target=read)
    reader.start()
    mark = running.mark()
    published = []
    try:
        with own.connection() as connection:

            def closed():
                if len(published) < 400:  # 26 MB: more than the buffers of a socket hold
                    published.append(f"e{len(published)}")
                    own.publish(topic, BLOCK, connection=connection, id=published[-1])
                return any("subscriber disconnected" in line for line in running.output.splitlines()[mark:])

            wait_until(closed, scaled(30), "stalled subscriber closed")
            own.publish(topic, connection=connection, id="end")
        reader.join(scaled(30))
    finally:
        stop.set()
    assert fast_ids == [*published, "end"]

    assert slow.wait_end(scaled(20)) != "clean"
    seen = [event.id for event in slow.parser.events]
    assert seen == published[: len(seen)]
    assert len(seen) < len(published)
    if seen:
        with own.subscribe([("match", topic)], last_event_id=seen[-1]) as resumed:
            assert resumed.take_until("end", scaled(30)) == [*published[len(seen) :], "end"]


def test_slow_reader_that_goes_on_is_kept(make_hub, connect, topic):
    """CONN-5: progress, however slow, keeps the connection, and nothing is lost. Backpressure holds
    what is due in the journal, not in the hub's memory."""
    running = make_hub(base_config(dispatch_timeout=f"{int(2000 * SCALE)}ms"))
    own = connect(running)
    slow = own.subscribe([("match", topic)], receive_buffer=4096)
    with own.connection() as connection:
        for number in range(150):
            own.publish(topic, BLOCK, connection=connection, id=f"e{number}")
    # Ten megabytes through a small buffer, with breaks that are shorter than dispatch_timeout.
    for number in range(150):
        if number % 50 == 25:
            time.sleep(scaled(0.2))
        assert slow.next().id == f"e{number}"
