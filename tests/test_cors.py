# SPDX-License-Identifier: Apache-2.0
"""CORS-*: what pages of other sites may do, and learn."""

import pytest

from lib import tokens
from lib.client import HUB_PATH, form
from lib.hub import base_config

APP = "https://app.example.com"
METHOD, HEADERS = "access-control-request-method", "access-control-request-headers"


@pytest.fixture(scope="module")
def config():
    return base_config(cors_origins=[APP, "https://*.apps.example", "http://localhost:3000"])


def cors_fields(response):
    return {n: v for n, v in response.headers if n.startswith("access-control-") or n == "vary"}


ALLOWED = {
    "access-control-allow-origin": APP,
    "access-control-allow-credentials": "true",
    "access-control-expose-headers": "Link, Mercure-Last-Event-ID, WWW-Authenticate",
    "vary": "Origin",
}


def test_off_until_configured(make_hub, connect):
    """CORS-1. Then there is no CORS field at all."""
    wire = connect(make_hub())
    for response in (
        wire.request("GET", HUB_PATH, [("origin", APP)]),
        wire.request("OPTIONS", HUB_PATH, [("origin", APP), (METHOD, "POST")]),
        wire.post("topic=a", headers=[("origin", APP), ("content-type", "application/x-www-form-urlencoded")]),
    ):
        assert cors_fields(response) == {}


def test_actual_responses(wire, topic):
    """CORS-2, CORS-5, CORS-7."""
    with wire.stream(form(("match", topic)), [("origin", APP)]) as stream:
        assert stream.status == 200
        assert cors_fields(stream) == ALLOWED
    response = wire.post(
        [("topic", topic)], headers=[("origin", APP), ("content-type", "application/x-www-form-urlencoded")]
    )
    assert response.status == 200
    assert cors_fields(response) == ALLOWED


@pytest.mark.parametrize("origin", ["https://a.apps.example", "https://a.b.apps.example", "http://localhost:3000"])
def test_wildcards_and_ports(wire, origin):
    """CORS-4."""
    response = wire.request("GET", HUB_PATH, [("origin", origin)])
    assert cors_fields(response)["access-control-allow-origin"] == origin


@pytest.mark.parametrize(
    "origin",
    [None, "https://evil.example", "http://app.example.com", "https://app.example.com:8443", "null", "",
     "https://apps.example", "https://app.example.com.evil.example", "https://evil.example/.apps.example"],
)
def test_other_origins_get_nothing_but_are_not_refused(wire, topic, origin):
    """CORS-2, CORS-7, CORS-8."""
    headers = [("origin", origin)] if origin is not None else []
    with wire.stream(form(("match", topic)), headers) as stream:
        assert stream.status == 200
        assert cors_fields(stream) == {"vary": "Origin"}
    preflight = wire.request("OPTIONS", HUB_PATH, [*headers, (METHOD, "POST")])
    assert preflight.status == 204
    assert set(cors_fields(preflight)) == {"vary"}


def test_errors_are_readable(wire):
    """CORS-9."""
    for response, status in (
        (wire.request("GET", HUB_PATH, [("origin", APP)]), 400),
        (wire.request("GET", HUB_PATH + "?match=a", [("origin", APP), ("authorization", "Bearer " + "x" * 50)]), 401),
        (wire.request("POST", HUB_PATH, [("origin", APP)]), 401),
        (wire.request("GET", "/nothing", [("origin", APP)]), 404),
        (wire.request("DELETE", HUB_PATH, [("origin", APP)]), 405),
        (wire.post("topic=b", tokens.publisher("a"),
                   [("origin", APP), ("content-type", "application/x-www-form-urlencoded")]), 403),
    ):
        assert response.status == status
        assert cors_fields(response) == ALLOWED


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "QUERY"])
@pytest.mark.parametrize(
    "headers", [None, "authorization", "Authorization, Content-Type,cache-control , last-event-id"]
)
def test_preflight(wire, method, headers):
    """CORS-6, CORS-7."""
    asked = [("origin", APP), (METHOD, method)] + ([(HEADERS, headers)] if headers else [])
    response = wire.request("OPTIONS", HUB_PATH, asked)
    assert response.status == 204
    expected = {
        "access-control-allow-origin": APP,
        "access-control-allow-credentials": "true",
        "access-control-allow-methods": method,
        "vary": "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
    }
    if headers:
        expected["access-control-allow-headers"] = headers
    assert cors_fields(response) == expected


@pytest.mark.parametrize("method, headers", [("DELETE", None), ("PUT", None), ("get", None), ("POST", "x-custom"),
                                             ("POST", "authorization, x-custom"), ("GET", "cookie")])
def test_preflight_of_what_is_not_allowed(wire, method, headers):
    """CORS-6."""
    asked = [("origin", APP), (METHOD, method)] + ([(HEADERS, headers)] if headers else [])
    response = wire.request("OPTIONS", HUB_PATH, asked)
    assert response.status == 204
    assert set(cors_fields(response)) == {"vary"}


def test_options_without_the_question(wire):
    """CORS-6, ERR-11. The methods of the resource, as ever."""
    response = wire.request("OPTIONS", HUB_PATH, [("origin", APP)])
    assert response.status == 204
    assert "POST" in response.header("allow")


def test_any_origin_is_without_credentials(make_hub, connect):
    """CORS-3."""
    wire = connect(make_hub(base_config(cors_origins=["*"])))
    for origin in (APP, "null", "https://evil.example"):
        with wire.stream("match=a", [("origin", origin)]) as stream:
            fields = cors_fields(stream)
        assert fields["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in fields
        preflight = cors_fields(wire.request("OPTIONS", HUB_PATH, [("origin", origin), (METHOD, "POST")]))
        assert preflight["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in preflight


def test_null_only_if_listed(make_hub, connect):
    """CORS-4."""
    wire = connect(make_hub(base_config(cors_origins=["null"])))
    assert cors_fields(wire.request("GET", HUB_PATH, [("origin", "null")]))["access-control-allow-origin"] == "null"


def test_metadata_is_readable_too(wire):
    """CORS-5, DISC-6."""
    response = wire.request("GET", "/.well-known/oauth-protected-resource" + HUB_PATH, [("origin", APP)])
    assert response.status == 200
    assert cors_fields(response) == ALLOWED


@pytest.mark.parametrize("entry", ["app.example.com", "https://app.example.com/", "https://a@app.example.com",
                                   "https://app.example.com?x", "https://*.*.example.com", "*://app.example.com"])
def test_faulty_entries_stop_the_start(tmp_path, entry):
    """CORS-4, CFG-2."""
    from lib import toml
    from lib.hub import run_cli

    config = base_config(cors_origins=[entry])
    del config["server"]["tls"], config["server"]["listen"]
    path = tmp_path / "c.toml"
    path.write_text(toml.dumps(config))
    done = run_cli("check-config", path)
    assert done.returncode == 1
    assert f'hub.cors_origins has the entry "{entry}"' in done.stderr
