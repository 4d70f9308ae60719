# SPDX-License-Identifier: Apache-2.0
"""PRES-*: tokens in cookies, and who may publish with one."""

import pytest

from lib import tokens
from lib.client import FORM, HUB_PATH, form
from lib.doors import assert_stream_refused
from lib.errors import assert_refused
from lib.hub import base_config

NAME = "__Secure-mercure_access_token"
ORIGIN = "https://hub.example.com"
APP = "https://app.example.com"


@pytest.fixture(scope="module")
def config():
    return base_config(publish_origins=[APP, "https://*.trusted.example"])


def cookie(token, name=NAME):
    return ("cookie", f"{name}={token}")


def reads_secrets(wire, topic, headers):
    with wire.stream(form(("match", topic)), headers) as stream:
        assert stream.status == 200, stream.raw
        wire.publish(topic, "secret", private="on")
        wire.publish(topic, "public")
        return stream.next().data == "secret"


def publish(wire, headers, method="POST"):
    return wire.request(method, HUB_PATH, [("content-type", FORM), *headers], form(("topic", "a")))


def test_a_subscribers_cookie(wire, topic):
    """PRES-3, PRES-5, PRES-14. EventSource can send nothing else; scripts need not see the token."""
    token = tokens.subscriber(topic)
    assert reads_secrets(wire, topic, [cookie(token)])
    assert reads_secrets(wire, topic, [("cookie", f"theme=dark; {NAME}={token}; lang=en")])
    assert reads_secrets(wire, topic, [("cookie", "theme=dark"), cookie(token)])
    first = tokens.subscriber("other")
    assert not reads_secrets(wire, topic, [("cookie", f"{NAME}={first}; {NAME}={token}")])


def test_other_cookies_are_ignored(wire, topic):
    """PRES-3. The name of 0.x included."""
    for name in ("mercureAuthorization", "mercure_access_token", "__secure-mercure_access_token"):
        assert not reads_secrets(wire, topic, [cookie(tokens.subscriber(topic), name)])


def test_a_name_of_ones_own(make_hub, connect, topic):
    """PRES-3."""
    wire = connect(make_hub(base_config(cookie_name="own")))
    assert reads_secrets(wire, topic, [cookie(tokens.subscriber(topic), "own")])
    assert not reads_secrets(wire, topic, [cookie(tokens.subscriber(topic))])


def test_the_header_hides_the_cookie(wire, topic):
    """PRES-4, PRES-6."""
    good, weak = tokens.subscriber(topic), tokens.subscriber("other")
    assert not reads_secrets(wire, topic, [tokens.bearer(weak), cookie(good)])
    assert reads_secrets(wire, topic, [tokens.bearer(good), cookie("garbage")])
    with wire.stream("match=a", [tokens.bearer(good[:-4] + "AAAA"), cookie(good)]) as stream:
        assert_stream_refused(wire, stream, 401, "invalid_token")
    for malformed in ("Bearer x", "Basic " + good, "Bearer"):
        with wire.stream("match=a", [("authorization", malformed), cookie(good)]) as stream:
            assert_stream_refused(wire, stream, 400, "invalid_request")


def test_a_bad_cookie_is_an_invalid_token(wire):
    """PRES-8, SUB-22. Never anonymous."""
    for value in ("", "x", "garbage of legal length but no token at all", '""', "%00"):
        with wire.stream("match=a", [cookie(value)]) as stream:
            assert_stream_refused(wire, stream, 401, "invalid_token")


def test_publishing_from_the_hubs_own_pages(wire):
    """PRES-10."""
    token = cookie(tokens.publisher())
    assert publish(wire, [token, ("origin", ORIGIN)]).status == 200
    assert publish(wire, [token, ("origin", ORIGIN.upper())]).status == 200
    assert publish(wire, [token, ("referer", f"{ORIGIN}/page?x=y")]).status == 200


def test_publishing_from_listed_origins(wire):
    """PRES-12."""
    token = cookie(tokens.publisher())
    for origin in (APP, "https://a.trusted.example", "https://a.b.trusted.example"):
        assert publish(wire, [token, ("origin", origin)]).status == 200, origin
    assert publish(wire, [token, ("referer", APP + "/a/b")]).status == 200


FOREIGN = [
    [],
    [("origin", "https://evil.example")],
    [("origin", "https://hub.example.com:8443")],
    [("origin", "https://hub.example.com.evil.example")],
    [("origin", "https://trusted.example")],
    [("origin", "null")],
    [("origin", "")],
    [("referer", "https://evil.example/https://app.example.com")],
    [("referer", "not a URL")],
    [("origin", "https://evil.example"), ("referer", APP + "/")],
]


@pytest.mark.parametrize("source", FOREIGN)
def test_publishing_from_elsewhere(wire, source):
    """PRES-10, PRES-12, CORS-8. The token is not even looked at."""
    for token in (tokens.publisher(), "garbage"):
        assert_refused(wire, publish(wire, [cookie(token), *source]), 400, "invalid_request")


def test_the_check_is_for_cookies_and_unsafe_methods(wire, topic):
    """PRES-11."""
    assert publish(wire, [tokens.bearer(tokens.publisher()), ("origin", "https://evil.example")]).status == 200
    token = cookie(tokens.subscriber(topic))
    assert reads_secrets(wire, topic, [token, ("origin", "https://evil.example")])
    query = wire.stream(
        "", [token, ("content-type", FORM), ("origin", "https://evil.example")], "QUERY", form(("match", topic))
    )
    with query as stream:
        assert stream.status == 200


def test_the_cookie_that_applications_set(wire, topic):
    """PRES-13. Whatever its attributes were, browsers send name and value, perhaps among others."""
    assert reads_secrets(wire, topic, [("cookie", f"{NAME}={tokens.subscriber(topic)}")])


def test_tokens_travel_over_tls_or_the_hub_warns(make_hub):
    """PRES-9."""
    config = base_config()
    config["server"]["listen"] = ["http://0.0.0.0:0", "https://127.0.0.1:0"]
    running = make_hub(config)
    assert "tokens would travel in clear text" in running.output
    assert "tokens would travel" not in make_hub(base_config()).output
