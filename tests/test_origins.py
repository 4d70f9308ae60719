# SPDX-License-Identifier: Apache-2.0
"""ERR-13, ERR-14: under which names the hub may be addressed, and whom it believes about them."""

import pytest

from lib import tokens
from lib.client import HUB_PATH, form
from lib.errors import assert_common_fields
from lib.hub import base_config

PUBLIC = "https://public.example"
METADATA = "/.well-known/oauth-protected-resource" + HUB_PATH


@pytest.fixture(scope="module")
def config():
    """Behind a proxy on this machine, which is trusted."""
    result = base_config(public_urls=[PUBLIC, "https://other.example:8443"], cors_origins=["https://app.example"])
    del result["hub"]["resource_identifier"]
    result["server"]["trusted_proxies"] = ["127.0.0.1"]
    return result


def forwarded(proto="https", host="public.example", **fields):
    return [("x-forwarded-proto", proto), ("x-forwarded-host", host), *fields.items()]


def test_unknown_names_are_misdirected(wire):
    """ERR-13, ERR-10. Before anything else, on every path."""
    for method, path in (("GET", HUB_PATH + "?match=a"), ("POST", HUB_PATH), ("GET", METADATA), ("GET", "/nothing"),
                         ("DELETE", HUB_PATH), ("OPTIONS", HUB_PATH)):
        for headers in ([], forwarded(host="evil.example"), forwarded(proto="http"), forwarded(host="other.example")):
            response = wire.request(method, path, headers)
            assert response.status == 421, (method, path, headers)
            assert_common_fields(response.headers)
            assert response.header("vary") == "Origin"


def test_public_names_are_served(wire):
    """ERR-13, TOK-12."""
    for headers in (forwarded(), forwarded(host="PUBLIC.example:443"), forwarded(host="other.example:8443"),
                    forwarded(host="other.example", **{"x-forwarded-port": "8443"})):
        assert wire.request("GET", METADATA, headers).status == 200, headers
    with wire.stream("match=a", forwarded()) as stream:
        assert stream.status == 200


def test_a_token_is_for_the_name_that_the_proxy_says(wire, topic):
    """TOK-12, ERR-14, DISC-7."""
    token = tokens.publisher(topic, aud=PUBLIC + HUB_PATH)
    body = [("topic", topic)]
    form_type = ("content-type", "application/x-www-form-urlencoded")
    assert wire.post(body, token, [form_type, *forwarded()]).status == 200
    assert wire.post(body, token, [form_type, *forwarded(host="other.example:8443")]).status == 401


def test_forwarded_of_rfc_7239(wire):
    """ERR-14."""
    for value, status in (
        ("proto=https;host=public.example", 200),
        ('For="[2001:db8::1]:4711"; Proto=HTTPS; Host="public.example"', 200),
        ("for=1.2.3.4;proto=http;host=evil.example, for=5.6.7.8;proto=https;host=public.example", 200),
        ("for=5.6.7.8;proto=https;host=public.example, for=1.2.3.4;proto=http;host=evil.example", 421),
        ("proto=https;host=evil.example", 421),
        ("proto=gopher;host=public.example", 421),
        ('proto=https;host="public.example', 421),
        ("=;;,", 421),
    ):
        assert wire.request("GET", METADATA, [("forwarded", value)]).status == status, value


def test_contradictions_are_not_believed(wire):
    """ERR-14. One of the two then came from the client."""
    evil = ("forwarded", "proto=https;host=evil.example")
    assert wire.request("GET", METADATA, [*forwarded(), evil]).status == 421
    same = ("forwarded", "proto=https;host=public.example")
    assert wire.request("GET", METADATA, [*forwarded(), same]).status == 200


def test_others_are_not_believed(make_hub, connect, topic):
    """ERR-14."""
    config = base_config()
    del config["hub"]["resource_identifier"]
    for proxies in (None, ["10.0.0.0/8", "::1"]):
        if proxies:
            config["server"]["trusted_proxies"] = proxies
        wire = connect(make_hub(config))
        document = wire.request("GET", METADATA, [*forwarded(), ("forwarded", "proto=https;host=public.example")])
        assert b"public.example" not in document.body


def test_the_clients_address_is_logged(wire, hub):
    """ERR-14, OPS-5. The nearest that no trusted proxy vouches for."""
    mark = hub.mark()
    chain = ("x-forwarded-for", "6.6.6.6, 192.0.2.7, 127.0.0.1")
    wire.request("GET", HUB_PATH + "?match=a", [*forwarded(), chain, ("authorization", "Bearer " + "x" * 50)])
    hub.wait_log("peer=192.0.2.7" if "peer=192" in hub.output else 'peer="192.0.2.7"', since=mark)


@pytest.mark.parametrize("key, value", [("trusted_proxies", ["10.0.0.0/33"]), ("trusted_proxies", ["localhost"])])
def test_faulty_networks_stop_the_start(tmp_path, key, value):
    """ERR-14, CFG-2."""
    from lib import toml
    from lib.hub import run_cli

    config = base_config()
    config["server"] = {key: value}
    path = tmp_path / "c.toml"
    path.write_text(toml.dumps(config))
    done = run_cli("check-config", path)
    assert done.returncode == 1
    assert f"server.{key} has the entry" in done.stderr


def test_the_order_of_checks(wire):
    """ERR-10. Origin, preflight, path and method, token, body, fields."""
    assert wire.request("OPTIONS", "/nothing", [("access-control-request-method", "GET")]).status == 421
    preflight = [*forwarded(), ("origin", "https://app.example"), ("access-control-request-method", "GET")]
    assert wire.request("OPTIONS", "/nothing", preflight).status == 204
    assert wire.request("POST", "/nothing", forwarded()).status == 404
    assert wire.request("DELETE", HUB_PATH, forwarded()).status == 405
    assert wire.request("POST", HUB_PATH, forwarded(), form(("topic", "*"))).status == 401
