# SPDX-License-Identifier: Apache-2.0
"""HTTP/2: many streams on one connection, flow control, and connections that mean harm."""

import h2.errors
import h2.events
import h2.exceptions
import hpack
import hyperframe.frame
import pytest

from lib import tokens
from lib.client import FORM, HUB_PATH, Http2EventStream, form
from lib.http2 import Setting
from lib.hub import base_config
from lib.timing import Deadline, scaled


@pytest.fixture(params=["h2", "h2+tls"])
def wire_kind(request):
    """These scenarios are about HTTP/2 alone."""
    return request.param


def open_stream(connection, topic, **kwargs):
    started = connection.start("GET", HUB_PATH + "?" + form(("match", topic)))
    stream = Http2EventStream(connection, started, owns_connection=False, **kwargs)
    assert stream.status == 200
    return stream


def test_many_streams_on_one_connection(wire, topic):
    """SUB-1: 100 subscribers share a connection; each gets its own and the common events."""
    with wire.connection() as connection:
        streams = []
        for number in range(100):
            query = form(("match", topic), ("match", f"{topic}/{number}"))
            started = connection.start("GET", HUB_PATH + "?" + query)
            streams.append(Http2EventStream(connection, started, owns_connection=False))
        for number in range(100):
            wire.publish(f"{topic}/{number}", id=f"own {number}")
        wire.publish(topic, id="common")
        for number, stream in enumerate(streams):
            assert [event.id for event in stream.take(2)] == [f"own {number}", "common"]


def test_publishing_beside_streams(wire, topic):
    """Streams and publishes take turns on one connection."""
    with wire.connection() as connection:
        stream = open_stream(connection, topic)
        for number in range(50):
            event_id = wire.publish(topic, "x" * 1000, connection=connection, id=str(number))
            assert stream.next().id == event_id


def test_concurrent_publishes(wire, topic):
    """All at once: each is answered on its own stream with its own ID."""
    with wire.connection() as connection:
        headers = [("content-type", FORM), tokens.bearer(tokens.publisher())]
        started = [
            connection.start("POST", HUB_PATH, headers, form(("topic", topic), ("id", str(n))).encode())
            for n in range(100)
        ]
        for number, stream in enumerate(started):
            assert connection.wait_response(stream).body == b"%d" % number


def test_stream_window_is_respected(wire, topic):
    """RFC 9113, 5.2: a stream without window waits; its neighbours do not; then it goes on."""
    window = 1000
    with wire.connection(window=window) as connection:
        tight = open_stream(connection, topic)
        tight.stream.paused = True
        free = open_stream(connection, topic)
        ids = [wire.publish(topic, "x" * 700) for _ in range(20)]
        assert [event.id for event in free.take(20)] == ids
        tight.pump(0.01)
        got = len(tight.parser.raw)
        assert got <= window
        tight.stream.paused = False
        connection.h2.increment_flow_control_window(2**20, tight.stream.id)
        connection.flush()
        assert [event.id for event in tight.take(20)] == ids


def test_connection_window_is_respected(wire, topic):
    """RFC 9113, 6.9: with the connection's window closed nothing comes, and nothing is lost."""
    with wire.connection() as connection:
        # What is left of the connection's window is not opened again by hand.
        stream = open_stream(connection, topic)
        ids = [wire.publish(topic, "x" * 60000) for _ in range(40)]
        assert [event.id for event in stream.take(40, scaled(20))] == ids


def test_ping(wire):
    """RFC 9113, 6.7."""
    with wire.connection() as connection:
        connection.h2.ping(b"12345678")
        connection.flush()

        def answered():
            return [e for e in connection.events if isinstance(e, h2.events.PingAckReceived)]

        connection.wait(answered, what="PING ACK")
        assert answered()[0].ping_data == b"12345678"


def test_ping_beside_a_stream(wire, topic):
    """A stream does not keep the connection from being read."""
    with wire.connection() as connection:
        stream = open_stream(connection, topic)
        for number in range(10):
            connection.h2.ping(b"%8d" % number)
        connection.flush()
        connection.wait(
            lambda: sum(isinstance(e, h2.events.PingAckReceived) for e in connection.events) == 10, what="PING ACKs"
        )
        event_id = wire.publish(topic)
        assert stream.next().id == event_id


def test_reset_stream_is_noticed(make_hub, connect, topic):
    """CONN-7: RST_STREAM ends that subscriber at once, and that one alone."""
    running = make_hub(base_config(heartbeat="0s"))
    own = connect(running)
    with own.connection() as connection:
        gone, stays = open_stream(connection, topic), open_stream(connection, topic)
        mark = running.mark()
        gone.close()
        running.wait_log("subscriber disconnected", mark, scaled(2))
        event_id = own.publish(topic)
        assert stays.next().id == event_id
        assert sum("subscriber disconnected" in line for line in running.output.splitlines()) == 1


def test_settings(wire):
    """RFC 9113, 6.5.2: a useful number of streams, a bound on header lists."""
    with wire.connection() as connection:
        connection.request("GET", "/nowhere")
        settings = connection.h2.remote_settings
        assert 100 <= settings.max_concurrent_streams <= 10000
        assert settings.get(Setting.MAX_HEADER_LIST_SIZE) in (None, *range(16384, 1 << 20))


def test_stream_quota(wire, topic):
    """RFC 9113, 5.1.2: the announced number is served; one more is an error of that stream, or of
    the connection (5.4.1)."""
    with wire.connection() as connection:
        connection.request("GET", "/nowhere")
        quota = connection.h2.remote_settings.max_concurrent_streams
        streams = [open_stream(connection, topic) for _ in range(quota)]
        # python-h2 would not send one more; it goes out as a bare frame.
        fields = [(":method", "GET"), (":scheme", "http"), (":authority", "a"), (":path", "/")]
        frame = hyperframe.frame.HeadersFrame(streams[-1].stream.id + 2)
        frame.data = hpack.Encoder().encode(fields)
        frame.flags |= {"END_HEADERS", "END_STREAM"}
        connection.sock.sendall(frame.serialize())
        event_id = wire.publish(topic)
        connection.wait(lambda: connection.goaway or streams[0].parser.events or streams[0].pump(0.1))
        if not connection.goaway:
            assert streams[0].next().id == event_id
    assert wire.request("GET", "/nowhere").status == 404


# -- malformed requests -----------------------------------------------------------------------

MALFORMED = [
    ("connection field", [("connection", "keep-alive")]),
    ("transfer-encoding field", [("transfer-encoding", "chunked")]),
    ("te other than trailers", [("te", "gzip")]),
    ("NUL in a value", [("x", "a\0b")]),
    ("CR LF in a value", [("x", "a\r\ny: z")]),
]


@pytest.mark.parametrize("headers", [pytest.param(h, id=name) for name, h in MALFORMED])
def test_malformed_fields(wire, headers):
    """RFC 9113, 8.1.1, 8.2: a stream error (or 400); the connection may go on."""
    with wire.connection() as connection:
        stream = connection.start("GET", HUB_PATH + "?match=a", headers)
        connection.wait(lambda: stream.end or stream.status, what="refusal")
        assert stream.status in (None, 400)
    assert wire.request("GET", "/nowhere").status == 404


def test_body_longer_than_announced(wire, topic):
    """RFC 9113, 8.1.1: content-length has to fit the DATA frames; nothing is published."""
    with wire.subscribe([("match", topic)]) as stream:
        body = form(("topic", topic), ("id", "smuggled")).encode()
        headers = [("content-type", FORM), tokens.bearer(tokens.publisher()), ("content-length", "5")]
        with wire.connection() as connection:
            request = connection.start("POST", HUB_PATH, headers, body)
            connection.wait(lambda: request.end, what="refusal")
            assert request.status in (None, 400)
        wire.publish(topic, id="good")
        assert stream.next().id == "good"


def test_large_field_section(wire):
    """LIM-17: 431, or the stream or the connection is refused."""
    with wire.connection() as connection:
        stream = connection.start("GET", "/nowhere", [(f"x-{i}", "y" * 1000) for i in range(100)])
        connection.wait(lambda: stream.end, what="refusal")
        assert stream.status in (None, 431)
    assert wire.request("GET", "/nowhere").status == 404


def test_uri_limit(wire):
    """414 beyond 16 KiB."""
    assert wire.request("GET", HUB_PATH + "?match=" + "x" * 20000).status == 414


def test_body_limit_without_length(wire):
    """LIM-3: DATA frames without a content-length."""
    with wire.connection() as connection:
        headers = [("content-type", FORM), tokens.bearer(tokens.publisher())]
        stream = connection.start("POST", HUB_PATH, headers, end=False)
        connection._send_body(stream, b"topic=a&data=".ljust(3 << 20, b"x"), end=True)
        assert connection.wait_response(stream).status == 413


# -- floods -----------------------------------------------------------------------------------


def assert_turned_away(connection):
    """GOAWAY with an error, or the connection is dropped."""
    assert connection.goaway or connection.eof
    if connection.goaway:
        assert connection.goaway.error_code != h2.errors.ErrorCodes.NO_ERROR


def test_rapid_reset(wire, topic):
    """CVE-2023-44487: opening and resetting streams in bulk ends the connection, not the hub."""
    with wire.subscribe([("match", topic)]) as bystander:
        with wire.connection() as connection:
            deadline = Deadline(scaled(30))
            while not (connection.goaway or connection.eof):
                assert not deadline.passed(), "no end to rapid resets"
                try:
                    for _ in range(200):
                        number = connection.h2.get_next_available_stream_id()
                        fields = [(b":method", b"GET"), (b":scheme", b"http"), (b":authority", b"a")]
                        fields.append((b":path", (HUB_PATH + "?match=a").encode()))
                        connection.h2.send_headers(number, fields, end_stream=True)
                        connection.h2.reset_stream(number, h2.errors.ErrorCodes.CANCEL)
                    connection.flush()
                    connection.pump(0.001)
                except h2.exceptions.ProtocolError:
                    break  # python-h2 has seen the GOAWAY
            assert_turned_away(connection)
        event_id = wire.publish(topic)
        assert bystander.next().id == event_id


def test_continuation_flood(wire, topic):
    """CVE-2024-27316 and kin: header blocks without an end are cut off."""
    with wire.subscribe([("match", topic)]) as bystander:
        with wire.connection() as connection:
            before = wire.hub.rss_bytes()
            frame = hyperframe.frame.HeadersFrame(1)
            frame.data = b"\x82\x87\x84"
            frame.flags.add("END_STREAM")
            more = hyperframe.frame.ContinuationFrame(1)
            more.data = b"\x00\x01x\x7f\x81\x7e" + b"y" * 254 + b"\x00\x01x\x03zzz" * 2000
            connection.sock.settimeout(scaled(5))
            try:
                connection.sock.sendall(frame.serialize())
                for _ in range(2000):  # 32 MB
                    connection.sock.sendall(more.serialize())
                    if connection.goaway or connection.eof:
                        break
                    connection.pump(0.0001)
            except OSError:
                connection.eof = True
            connection.wait_closed(scaled(5))
            assert_turned_away(connection)
            assert wire.hub.rss_bytes() - before < 16 << 20
        event_id = wire.publish(topic)
        assert bystander.next().id == event_id


def test_settings_and_ping_floods_are_bounded(wire, topic):
    """CVE-2019-9512, -9515: a peer that asks for answers and reads none fills no memory."""
    with wire.connection(receive_buffer=4096) as connection:
        before = wire.hub.rss_bytes()
        ping = hyperframe.frame.PingFrame(0, b"x" * 8).serialize() * 1000
        connection.sock.settimeout(scaled(1))
        try:
            for _ in range(1000):  # 17 MB of PINGs
                connection.sock.sendall(ping)
        except OSError:
            pass  # refused, or left unread: both bound it
        assert wire.hub.rss_bytes() - before < 16 << 20
    assert wire.publish(topic)
