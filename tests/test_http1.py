# SPDX-License-Identifier: Apache-2.0
"""HTTP/1.1 to the letter: framing, keep-alive, pipelining, limits, and requests that smuggle."""

import socket
import time

import pytest

from lib import tokens
from lib.client import FORM, HUB_PATH, form
from lib.errors import assert_common_fields
from lib.http1 import Http1Error, serialise
from lib.hub import base_config
from lib.timing import scaled

KINDS = ["h1", "h1+tls"]


@pytest.fixture(params=KINDS)
def wire_kind(request):
    """These scenarios are about HTTP/1.1 alone."""
    return request.param


def post_headers(*extra):
    return [("content-type", FORM), tokens.bearer(tokens.publisher()), *extra]


def post_bytes(body, *extra):
    return serialise("POST", HUB_PATH, post_headers(*extra), body)


# -- connections ------------------------------------------------------------------------------


def test_keep_alive(wire, topic):
    """RFC 9112, 9.3: many requests on one connection, refused ones among them."""
    with wire.connection() as connection:
        for number in range(5):
            assert wire.post([("topic", topic), ("id", str(number))], connection=connection).body == b"%d" % number
            assert connection.request("GET", "/nowhere").status == 404
            assert connection.request("HEAD", HUB_PATH + "?match=a").status == 200
            assert wire.post("topic=*", connection=connection).status == 400


def test_pipelining(wire, topic):
    """RFC 9112, 9.3.2: answers come in the order of the requests."""
    requests = []
    for number in range(20):
        requests.append(post_bytes(form(("topic", topic), ("id", f"{topic}#{number}")).encode()))
        requests.append(serialise("GET", f"/nowhere/{number}"))
    with wire.connection() as connection:
        connection.send_raw(b"".join(requests))
        for number in range(20):
            assert connection.read_response().body.decode() == f"{topic}#{number}"
            assert connection.read_response().status == 404


def test_pipelined_in_single_bytes(wire, topic):
    """A request may arrive in any pieces."""
    data = post_bytes(form(("topic", topic), ("id", "1")).encode()) * 2
    with wire.connection() as connection:
        for offset in range(len(data)):
            connection.send_raw(data[offset : offset + 1])
        assert connection.read_response().body == b"1"
        assert connection.read_response().body == b"1"


def test_connection_close(wire, topic):
    """RFC 9112, 9.6."""
    with wire.connection() as connection:
        connection.send_raw(post_bytes(form(("topic", topic)).encode(), ("connection", "close")))
        assert connection.read_response().status == 200
        assert connection.wait_closed()


def test_http_1_0(wire, topic):
    """HTTP/1.0: closed after the answer; a stream has neither chunks nor Connection: keep-alive."""
    with wire.connection() as connection:
        connection.send_raw(b"GET /nowhere HTTP/1.0\r\n\r\n")
        assert connection.read_response().status == 404
        assert connection.wait_closed()
    with wire.connection() as connection:
        target = HUB_PATH + "?" + form(("match", topic))
        connection.send_raw(f"GET {target} HTTP/1.0\r\nHost: hub.example.com\r\n\r\n".encode())
        status, headers = connection.read_head()
        assert status == 200
        names = {name for name, _ in headers}
        assert "transfer-encoding" not in names
        wire.publish(topic, "x", id="1")
        expected = b":\nid: 1\ndata: x\n\n"
        while len(connection.buffer) < len(expected):
            assert connection.fill(scaled(10))
        assert bytes(connection.buffer) == expected


def test_absolute_form(wire, topic):
    """RFC 9112, 3.2.2: a server accepts the absolute form too."""
    scheme = "https" if wire.tls else "http"
    with wire.connection() as connection:
        connection.send_request("GET", f"{scheme}://hub.example.com{HUB_PATH}?match=a")
        assert connection.read_head()[0] == 200


def test_empty_lines_before_a_request(wire):
    """RFC 9112, 2.2: at least one CRLF before the request line is ignored."""
    with wire.connection() as connection:
        connection.send_raw(b"\r\n" + serialise("GET", "/nowhere"))
        assert connection.read_response().status == 404


# -- bodies -----------------------------------------------------------------------------------


def chunked(*pieces):
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def test_chunked_request(wire, topic):
    """RFC 9112, 7.1: chunks of all sizes, extensions, trailers."""
    body = form(("topic", topic), ("id", "1"), ("data", "x" * 5000)).encode()
    bodies = [
        chunked(body),
        chunked(*[body[i : i + 7] for i in range(0, len(body), 7)]),
        b"%X;name=value\r\n%s\r\n0\r\nTrailer: x\r\n\r\n" % (len(body), body),
    ]
    with wire.connection() as connection:
        for each in bodies:
            connection.send_raw(post_bytes(each, ("transfer-encoding", "chunked")))
            assert connection.read_response().body == b"1"


def test_chunked_body_limit(wire):
    """LIM-3: also without a Content-Length."""
    body = b"topic=a&data=".ljust((1 << 20) + 1, b"x")
    response = wire.request("POST", HUB_PATH, post_headers(("transfer-encoding", "chunked")), chunked(body))
    assert response.status == 413


def test_expect_continue(wire, topic):
    """RFC 9110, 10.1.1: 100 before the body is sent, then the answer."""
    body = form(("topic", topic), ("id", "1")).encode()
    with wire.connection() as connection:
        extra = [("expect", "100-continue"), ("content-length", str(len(body)))]
        connection.send_raw(serialise("POST", HUB_PATH, post_headers(*extra)))
        assert connection.read_head(informational=True) == (100, [])
        connection.send_raw(body)
        assert connection.read_response().body == b"1"


def test_expect_continue_is_refused_early(wire):
    """RFC 9110, 10.1.1, ERR-10: without a token there is no need for the body."""
    with wire.connection() as connection:
        extra = [("content-type", FORM), ("expect", "100-continue"), ("content-length", "1000")]
        connection.send_raw(serialise("POST", HUB_PATH, extra))
        assert connection.read_head(informational=True)[0] == 401


def test_answer_before_the_body_is_sent(wire):
    """ERR-10: 413 by the announced length, while the body is still under way."""
    with wire.connection() as connection:
        connection.send_raw(serialise("POST", HUB_PATH, post_headers(("content-length", str(1 << 30)))))
        assert connection.read_response().status == 413
        assert connection.wait_closed()


def test_body_cut_off(wire, topic):
    """A body that ends early publishes nothing."""
    with wire.subscribe([("match", topic)]) as stream:
        body = form(("topic", topic), ("id", "half")).encode()
        with wire.connection() as connection:
            connection.send_raw(serialise("POST", HUB_PATH, post_headers(("content-length", "1000")), body))
        wire.publish(topic, id="whole")
        assert stream.next().id == "whole"


# -- smuggling --------------------------------------------------------------------------------

GET = f"GET {HUB_PATH}?match=a HTTP/1.1\r\nHost: hub.example.com\r\n".encode()
POST = f"POST {HUB_PATH} HTTP/1.1\r\nHost: hub.example.com\r\n".encode()
BODY = b"\r\n0\r\n\r\n"
SMUGGLING = [
    ("length and chunked", POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n" + BODY),
    ("chunked and length", POST + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n" + BODY),
    ("two different lengths", POST + b"Content-Length: 5\r\nContent-Length: 6\r\n" + BODY),
    ("a list of lengths", POST + b"Content-Length: 5, 6\r\n" + BODY),
    ("negative length", POST + b"Content-Length: -5\r\n" + BODY),
    ("signed length", POST + b"Content-Length: +5\r\n" + BODY),
    ("hexadecimal length", POST + b"Content-Length: 0x5\r\n" + BODY),
    ("empty length", POST + b"Content-Length: \r\n" + BODY),
    ("length with a letter", POST + b"Content-Length: 5a\r\n" + BODY),
    ("length beyond 64 bits", POST + b"Content-Length: 99999999999999999999999\r\n" + BODY),
    ("space before the colon", POST + b"Content-Length : 5\r\n" + BODY),
    ("tab before the colon", POST + b"Transfer-Encoding\t: chunked\r\n" + BODY),
    ("unknown coding", POST + b"Transfer-Encoding: xchunked\r\n" + BODY),
    ("coding after chunked", POST + b"Transfer-Encoding: chunked, identity\r\n" + BODY),
    ("chunked twice", POST + b"Transfer-Encoding: chunked, chunked\r\n" + BODY),
    ("chunked in two fields", POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n" + BODY),
    ("gzip before chunked", POST + b"Transfer-Encoding: gzip, chunked\r\n" + BODY),
    ("folded field", POST + b"X: a\r\n b\r\nContent-Length: 5\r\n" + BODY),
    ("space before the first field", f"GET {HUB_PATH} HTTP/1.1\r\n Host: a\r\n\r\n".encode()),
    ("NUL in a value", GET + b"X: a\0b\r\n\r\n"),
    ("no colon", GET + b"nonsense\r\n\r\n"),
    ("empty field name", GET + b": x\r\n\r\n"),
    ("no version", f"GET {HUB_PATH}\r\nHost: a\r\n\r\n".encode()),
    ("no Host", f"GET {HUB_PATH}?match=a HTTP/1.1\r\n\r\n".encode()),
    ("two Hosts", GET + b"Host: other.example\r\n\r\n"),
]


@pytest.mark.parametrize("data", [pytest.param(data, id=name) for name, data in SMUGGLING])
def test_smuggling(wire, data):
    """RFC 9112, 3.2, 5.1, 6.1, 6.3: 400 and close; what follows is not taken for a request."""
    with wire.connection() as connection:
        connection.send_raw(data + serialise("GET", "/smuggled"))
        response = connection.read_response()
        assert response.status == 400
        assert connection.wait_closed(scaled(5))
        assert b"404" not in bytes(connection.buffer)


def test_space_in_the_target(wire):
    """RFC 9112, 3: refused as malformed, or for the version that it seems to name; closed."""
    with wire.connection() as connection:
        connection.send_raw(f"GET {HUB_PATH}?a b HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        assert connection.read_response().status in (400, 505)
        assert connection.wait_closed(scaled(5))


BAD_CHUNKS = [
    ("no size", b"x\r\nabc\r\n0\r\n\r\n"),
    ("negative size", b"-1\r\n\r\n"),
    ("size beyond 64 bits", b"fffffffffffffffff\r\nabc\r\n0\r\n\r\n"),
    ("data longer than the size", b"3\r\nabcdef\r\n0\r\n\r\n"),
    ("0x size", b"0x3\r\nabc\r\n0\r\n\r\n"),
]


@pytest.mark.parametrize("body", [pytest.param(body, id=name) for name, body in BAD_CHUNKS])
def test_bad_chunks(wire, body):
    """RFC 9112, 7.1."""
    with wire.connection() as connection:
        connection.send_raw(post_bytes(body, ("transfer-encoding", "chunked")) + serialise("GET", "/smuggled"))
        assert connection.read_response().status == 400
        assert connection.wait_closed(scaled(5))
        assert b"404" not in bytes(connection.buffer)


def test_equal_lengths_do_not_confuse(wire, topic):
    """RFC 9112, 6.3: repeated equal lengths may be one or be refused; never anything else."""
    body = form(("topic", topic), ("id", "1")).encode()
    length = ("content-length", str(len(body)))
    with wire.connection() as connection:
        connection.send_raw(serialise("POST", HUB_PATH, post_headers(length, length), body))
        assert connection.read_response().status in (200, 400)


@pytest.mark.parametrize("data", [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc", b"\0" * 100, b"hello\r\n\r\n", b"\xff" * 50])
def test_no_http_at_all(wire, data):
    """Noise is refused or dropped, and hurts nobody."""
    with wire.connection() as connection:
        connection.send_raw(data + b"\r\n\r\n")
        try:
            assert connection.read_response().status == 400
        except Http1Error:
            assert connection.eof
    assert wire.request("GET", "/nowhere").status == 404


# -- limits -----------------------------------------------------------------------------------


def test_header_section_limit(wire):
    """LIM-17: 431, and an ordinary large section passes."""
    fine = [(f"x-{i}", "y" * 1000) for i in range(50)]
    assert wire.request("GET", "/nowhere", fine).status == 404
    for headers in ([("x", "y" * 70000)], [(f"x-{i}", "y" * 1000) for i in range(80)]):
        response = wire.request("GET", "/nowhere", headers)
        assert response.status == 431
        assert_common_fields(response.headers)


def test_uri_limit(wire):
    """414 beyond 16 KiB."""
    response = wire.request("GET", HUB_PATH + "?match=" + "x" * 20000)
    assert response.status == 414
    assert_common_fields(response.headers)


def drip(connection, data, seconds):
    """Sends a byte every 50 ms until the peer has had enough; returns after how long that was."""
    started = time.monotonic()
    while time.monotonic() - started < seconds:
        try:
            connection.send_raw(data)
        except (ConnectionError, socket.timeout):
            break
        connection.fill(0.05)
        if connection.eof:
            break
    return time.monotonic() - started


@pytest.fixture
def impatient(make_hub, connect):
    config = base_config()
    config["server"].update(header_timeout="500ms", body_timeout="500ms", idle_timeout="500ms")
    return connect(make_hub(config))


def test_dripping_head(impatient):
    """LIM-17: bytes that trickle in do not hold a slot."""
    with impatient.connection() as connection:
        connection.send_raw(b"GET /nowhere HTTP/1.1\r\nHost: a\r\nX: ")
        assert drip(connection, b"y", scaled(10)) < scaled(5)
        assert connection.eof
        assert connection.buffer == b"" or connection.read_response().status == 408


def test_dripping_body(impatient):
    """A body that trickles in is 408."""
    with impatient.connection() as connection:
        connection.send_raw(serialise("POST", HUB_PATH, post_headers(("content-length", "1000"))))
        assert drip(connection, b"y", scaled(10)) < scaled(5)
        assert connection.read_response().status == 408
        assert connection.wait_closed()


def test_idle_connection(impatient):
    """A kept-alive connection without a request is closed."""
    with impatient.connection() as connection:
        assert connection.request("GET", "/nowhere").status == 404
        assert connection.wait_closed(scaled(5))
    with impatient.connection() as connection:
        assert connection.wait_closed(scaled(5))


def test_timeouts_do_not_touch_streams(impatient, topic):
    """A stream outlives the timeouts of requests."""
    with impatient.subscribe([("match", topic)]) as stream:
        with impatient.connection() as idle:
            assert idle.wait_closed(scaled(5))  # an idle timeout after the stream began
        event_id = impatient.publish(topic)
        assert stream.next().id == event_id
