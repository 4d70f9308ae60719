# SPDX-License-Identifier: Apache-2.0
"""The deny list: good tokens that are refused all the same, and streams that end."""

import pytest

from lib import tokens, toml
from lib.client import form
from lib.doors import assert_stream_refused
from lib.errors import assert_refused
from lib.hub import base_config, run_cli
from lib.timing import scaled


@pytest.fixture
def deny(tmp_path):
    path = tmp_path / "deny"
    path.write_text("# nobody yet\n")
    return path


@pytest.fixture
def wire(make_hub, connect, deny):
    return connect(make_hub(base_config(deny=str(deny))))


def refuse(wire, deny, text):
    mark = wire.hub.mark()
    deny.write_text(text)
    wire.hub.wait_log("deny list read", since=mark, timeout=scaled(10))


@pytest.mark.parametrize("rule", ["jti=urn:banned", "sub=user%2042", "iss=https://example.com sub=user%2042"])
def test_a_revoked_token(wire, deny, topic, rule):
    """TOK-17, AUTHZ-10. Its streams end cleanly, its requests are refused; others don't notice."""
    banned = {"jti": "urn:banned", "sub": "user 42"}
    with (
        wire.subscribe(form(("match", topic)), tokens.subscriber(topic, **banned)) as ends,
        wire.subscribe(form(("match", topic)), tokens.subscriber(topic)) as stays,
        wire.subscribe(form(("match", topic))) as nobody,
    ):
        assert wire.post([("topic", topic)], tokens.publisher(**banned)).status == 200
        refuse(wire, deny, rule)
        assert ends.wait_end() == "clean"
        with wire.stream(form(("match", topic)), [tokens.bearer(tokens.subscriber(topic, **banned))]) as stream:
            assert_stream_refused(wire, stream, 401, "invalid_token")
        assert_refused(wire, wire.post([("topic", topic)], tokens.publisher(**banned)), 401, "invalid_token")
        wire.publish(topic, "still here", id=f"{topic}#1")
        assert stays.take_until(f"{topic}#1")
        assert nobody.take_until(f"{topic}#1")
        refuse(wire, deny, "# forgiven\n")
        assert wire.post([("topic", topic)], tokens.publisher(**banned)).status == 200


def test_a_subscription(wire, deny, topic):
    """AUTHZ-11. By what is subscribed to; anonymous readers too."""
    with (
        wire.subscribe(form(("match", topic), ("match", "other"))) as ends,
        wire.subscribe(form(("match_urlpattern", topic.replace("[", "").replace("]", "").replace("+", "")))) as stays,
    ):
        refuse(wire, deny, f"match={topic}\n".replace("%", "%25"))
        assert ends.wait_end() == "clean"
        with wire.stream(form(("match", topic))) as stream:
            assert stream.status == 403
        wire.publish("other", "x")
        assert stays.end is None
        assert wire.post([("topic", topic)]).status == 200, "publishing is another matter"


def test_a_faulty_file(wire, deny, topic):
    """A mistake leaves the list of before in force, and says where."""
    refuse(wire, deny, "sub=banned\n")
    mark = wire.hub.mark()
    deny.write_text("sub=banned\nwhat is this\n")
    line = wire.hub.wait_log("the deny list of before stays in force", since=mark, timeout=scaled(10))
    assert f"{deny}:2: the rule has" in line
    assert wire.post([("topic", topic)], tokens.publisher(sub="banned")).status == 401


def test_a_faulty_file_stops_the_start(tmp_path):
    """A hub that was told to deny must not start as if it was not."""
    for text in (None, "nonsense\n"):
        path = tmp_path / "deny"
        if text:
            path.write_text(text)
        config = base_config(deny=str(path))
        config["server"] = {"listen": ["http://127.0.0.1:0"]}
        file = tmp_path / "c.toml"
        file.write_text(toml.dumps(config))
        done = run_cli("run", "--config", file)
        assert done.returncode == 1
        assert str(path) in done.stderr
