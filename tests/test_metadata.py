# SPDX-License-Identifier: Apache-2.0
"""DISC-*: the metadata of the protected resource, and the challenges that lead to it."""

import json

import pytest

from lib import tokens, toml
from lib.client import FORM, HUB_PATH, form
from lib.errors import assert_common_fields
from lib.hub import base_config, run_cli

WELL_KNOWN = "/.well-known/oauth-protected-resource"
PATH = WELL_KNOWN + HUB_PATH


@pytest.fixture(scope="module")
def config():
    result = base_config()
    result["issuer"][0]["authorization_server"] = True
    result["issuer"].append({"id": "https://plain.example", "publisher": {"jwt": tokens.PUBLISHER_KEY}})
    return result


def document(wire, path=PATH, **kwargs):
    response = wire.request("GET", path, **kwargs)
    assert response.status == 200
    assert response.header("content-type") == "application/json"
    assert_common_fields(response.headers)
    return json.loads(response.body)


def test_members(wire):
    """DISC-5, DISC-6, DISC-7, DISC-9, DISC-10, AD-15."""
    assert document(wire) == {
        "resource": tokens.RESOURCE,
        "bearer_methods_supported": ["header"],
        "authorization_servers": [tokens.ISSUER],
        "authorization_details_types_supported": [tokens.DETAIL_TYPE],
        "mercure_cookie": "__Secure-mercure_access_token",
        "mercure_matcher_types_supported": ["exact", "urlpattern"],
    }


def test_nothing_secret_and_no_version(wire):
    """DISC-8, DISC-12, TOK-21. Neither keys nor tokens, and no endpoint that has them."""
    text = json.dumps(document(wire))
    for secret in (tokens.PUBLISHER_KEY, tokens.SUBSCRIBER_KEY, "jwks", "version"):
        assert secret not in text
    for path in ("/.well-known/jwks.json", "/jwks", HUB_PATH + "/jwks", "/.well-known/openid-configuration"):
        assert wire.request("GET", path).status == 404


def test_head_and_other_methods(wire):
    """DISC-6, ERR-11."""
    head = wire.request("HEAD", PATH)
    assert (head.status, head.body) == (200, b"")
    assert wire.request("POST", PATH).status == 405


def test_only_what_there_is(make_hub, connect):
    """DISC-9."""
    wire = connect(make_hub(base_config(cookie_name="own")))
    found = document(wire)
    assert "authorization_servers" not in found
    assert found["mercure_cookie"] == "own"


def test_derived_from_the_request(make_hub, connect):
    """DISC-7, DISC-11, TOK-12. Two hosts, two documents, each to be compared with what the client asked for."""
    config = base_config()
    del config["hub"]["resource_identifier"]
    wire = connect(make_hub(config))
    found = document(wire)["resource"]
    scheme = "https" if wire.tls else "http"
    assert found == f"{scheme}://hub.example.com{HUB_PATH}", "the Host that this client sends"
    token = tokens.publisher(aud=found)
    assert wire.post([("topic", "a")], token).status == 200, "what it says is what `aud` must hold"


@pytest.mark.parametrize(
    "resource, path",
    [("https://h.example/x/hub", WELL_KNOWN + "/x/hub"), ("https://h.example/", WELL_KNOWN)],
)
def test_follows_a_pinned_resource(make_hub, connect, resource, path):
    """DISC-5, ERR-7."""
    wire = connect(make_hub(base_config(resource_identifier=resource)))
    assert document(wire, path)["resource"] == resource
    assert wire.request("GET", PATH).status == 404
    challenge = wire.request("POST", HUB_PATH).header("www-authenticate")
    assert challenge == f'Bearer resource_metadata="https://h.example{path}"'


def test_a_hub_elsewhere(make_hub, connect):
    """DISC-1, DISC-5, PUB-10."""
    config = base_config(path="/my/hub")
    del config["hub"]["resource_identifier"]
    wire = connect(make_hub(config))
    assert document(wire, WELL_KNOWN + "/my/hub")["resource"].endswith("/my/hub")
    assert wire.request("GET", PATH).status == 404


def test_a_resource_without_metadata(make_hub, connect):
    """ERR-7. Where none is served, challenges name none."""
    wire = connect(make_hub(base_config(resource_identifier="urn:example:hub")))
    assert wire.request("GET", PATH).status == 404
    assert wire.request("POST", HUB_PATH).header("www-authenticate") == "Bearer"


def test_every_challenge_leads_there(wire):
    """ERR-1, ERR-2, ERR-3, ERR-4, ERR-5, ERR-7, ERR-9."""
    metadata = f'resource_metadata="https://hub.example.com{PATH}"'
    good = [("content-type", FORM), tokens.bearer(tokens.publisher("a"))]
    for headers, body, status, challenge in (
        ([], "", 401, f"Bearer {metadata}"),
        ([("authorization", "Bearer " + "x" * 50)], "", 401, f'Bearer error="invalid_token", {metadata}'),
        (good, form(("topic", "b")), 403, f'Bearer error="insufficient_scope", {metadata}'),
        ([("authorization", "Basic x")], "", 400, f'Bearer error="invalid_request", {metadata}'),
    ):
        response = wire.request("POST", HUB_PATH, headers, body)
        assert (response.status, response.header("www-authenticate")) == (status, challenge)
        assert response.header("x-content-type-options") == "nosniff"


def test_no_metadata_field_for_other_errors(wire):
    """ERR-6."""
    good = [("content-type", FORM), tokens.bearer(tokens.publisher())]
    for response in (wire.request("POST", HUB_PATH, good, "x=y"), wire.request("GET", HUB_PATH)):
        assert response.status == 400
        assert response.header("www-authenticate") is None


def test_headers_of_every_response(wire):
    """ERR-15."""
    for response in (wire.request("GET", "/nothing"), wire.request("GET", PATH), wire.request("POST", HUB_PATH)):
        assert_common_fields(response.headers)


def test_endpoints_without_keys_are_absent(make_hub, connect):
    """ERR-12."""
    config = base_config(anonymous=False)
    del config["issuer"][0]["publisher"]
    config["issuer"].append({"id": "https://p.example", "subscriber": {"jwt": tokens.SUBSCRIBER_KEY}})
    done = run_cli("check-config", "/dev/stdin", stdin=toml.dumps({k: v for k, v in config.items() if k != "server"}))
    assert "no issuer has a publisher key" in done.stderr
    publish_only = base_config(anonymous=True)
    del publish_only["issuer"][0]["subscriber"]
    wire = connect(make_hub(publish_only))
    with wire.stream("match=a", [tokens.bearer("x" * 50)]) as stream:
        assert stream.status == 200, "no subscriber keys: tokens are not examined"


@pytest.mark.parametrize("resource", ["hub.example.com", "/hub", "https://hub.example.com/#f", "not a URL"])
def test_faulty_resource_identifiers(tmp_path, resource):
    """DISC-13."""
    config = base_config(resource_identifier=resource)
    del config["server"]
    path = tmp_path / "c.toml"
    path.write_text(toml.dumps(config))
    done = run_cli("check-config", path)
    assert done.returncode == 1
    assert "hub.resource_identifier must be an absolute URL without fragment" in done.stderr


def test_links_of_publishers_work(wire, topic):
    """DISC-2, DISC-3, DISC-4. What a resource's Link says (the hub, the last event) is what the hub understands."""
    last = wire.publish(topic, "before")
    missed = wire.publish(topic, "missed")
    with wire.subscribe(form(("match", topic), ("last_event_id", last))) as stream:
        assert stream.cursor == last
        assert stream.next().id == missed


def test_encrypted_updates_pass_untouched(wire, topic):
    """DISC-14. A JWE is data like any other."""
    jwe = "eyJhbGciOiJSU0EtT0FFUC0yNTYiLCJlbmMiOiJBMjU2R0NNIn0.QR1Owv2ug2WyPBnbQrRARTeEk9kDO2w8.48V1_ALb6US04U3b.5eym8TW_c8SuK0lt.XFBoMYUZodetZdvTiFvSkQ"
    with wire.subscribe(form(("match", topic))) as stream:
        wire.publish(topic, jwe)
        assert stream.next().data == jwe
