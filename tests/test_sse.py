# SPDX-License-Identifier: Apache-2.0
"""SSE-*: the bytes of an event stream."""

import pytest

# Fields of the update besides its ID, and the event's bytes ("{id}" stands for the ID).
TABLE = [
    pytest.param({"data": "Hello World"}, "id: {id}\ndata: Hello World\n\n", id="plain"),
    pytest.param(
        {"data": "a", "type": "t", "retry": "5000"},
        "event: t\nretry: 5000\nid: {id}\ndata: a\n\n",
        id="field order",
    ),
    pytest.param(
        {"data": "l1\r\nl2\rl3\nl4"},
        "id: {id}\ndata: l1\ndata: l2\ndata: l3\ndata: l4\n\n",
        id="three line breaks",
    ),
    pytest.param({"data": "a\n"}, "id: {id}\ndata: a\ndata: \n\n", id="trailing LF"),
    pytest.param({"data": "a\n\nb"}, "id: {id}\ndata: a\ndata: \ndata: b\n\n", id="empty line"),
    pytest.param({"data": "\r\n"}, "id: {id}\ndata: \ndata: \n\n", id="CRLF alone"),
    pytest.param({"data": "\n\r"}, "id: {id}\ndata: \ndata: \ndata: \n\n", id="LF CR is two breaks"),
    pytest.param({}, "id: {id}\ndata: \n\n", id="no data"),
    pytest.param({"data": ""}, "id: {id}\ndata: \n\n", id="empty data"),
    pytest.param({"data": " x"}, "id: {id}\ndata:  x\n\n", id="leading space"),
    pytest.param(
        {"data": "x\nevent: evil"}, "id: {id}\ndata: x\ndata: event: evil\n\n", id="no injected event"
    ),
    pytest.param({"data": "x\nid: 9"}, "id: {id}\ndata: x\ndata: id: 9\n\n", id="no injected id"),
    pytest.param(
        {"data": "a\u2028b\u2029c\vd\fe\u0085f"},
        "id: {id}\ndata: a\u2028b\u2029c\vd\fe\u0085f\n\n",
        id="SSE-3: no other breaks",
    ),
    pytest.param({"data": "a\0b"}, "id: {id}\ndata: a\0b\n\n", id="SSE-10: NUL in data"),
    pytest.param({"data": "\ufeffé🙂"}, "id: {id}\ndata: \ufeffé🙂\n\n", id="BOM and emoji"),
    pytest.param({"retry": "0"}, "retry: 0\nid: {id}\ndata: \n\n", id="SSE-6: retry 0"),
    pytest.param({"retry": "007"}, "retry: 007\nid: {id}\ndata: \n\n", id="SSE-6: retry verbatim"),
    pytest.param({"type": "é ü"}, "event: é ü\nid: {id}\ndata: \n\n", id="type with space"),
]


@pytest.mark.parametrize("fields, expected", TABLE)
def test_event_bytes(wire, topic, fields, expected):
    """SSE-1 to SSE-7: after the opening comment, exactly these bytes."""
    with wire.subscribe([("match", topic)]) as stream:
        event_id = wire.publish(topic, id=topic, **fields)
        stream.wait_raw((":\n" + expected.format(id=event_id)).encode())


def test_replayed_bytes_are_the_live_bytes(wire, topic):
    """SSE-2: history gives the same bytes as the live stream, for every row of the table."""
    with wire.subscribe([("match", topic)]) as live:
        for number, row in enumerate(TABLE):
            wire.publish(topic, id=f"{topic}/{number}", **row.values[0])
        live.take(len(TABLE))
        with wire.subscribe([("match", topic), ("last_event_id", "earliest")]) as replay:
            replay.wait_raw(live.raw)


def test_a_parser_sees_what_was_published(wire, topic):
    """SSE-8: a standard parser rejoins the lines with LF."""
    with wire.subscribe([("match", topic)]) as stream:
        wire.publish(topic, "a\r\nb\rc\n", id=topic, type="news", retry=1234)
        event = stream.next()
        assert (event.id, event.type, event.data) == (topic, "news", "a\nb\nc\n")
        assert stream.parser.retry == 1234


def test_a_large_event_arrives_whole(wire, topic):
    """SSE-7: half a mebibyte in one event, in many lines."""
    data = "\n".join(f"{number:06d} " + "x" * 90 for number in range(5000))
    with wire.subscribe([("match", topic)]) as stream:
        wire.publish(topic, data)
        assert stream.next().data == data
