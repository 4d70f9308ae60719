# SPDX-License-Identifier: Apache-2.0
"""Why a token is refused: nobody but the operator learns it, and the operator learns it exactly."""

import json
import time

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from lib import tokens, toml
from lib.client import HUB_PATH
from lib.errors import assert_refused
from lib.hub import Hub, base_config, run_cli
from lib.jwks_server import JwksServer, SigningKey


def bad_tokens():
    """Each with the check that it fails."""
    now = int(time.time())
    good = tokens.claims(publish=["*"])
    header = {"alg": "HS256", "typ": "at+jwt"}
    return {
        "structure": "x" * 50,
        "header": tokens.sign_text({"alg": "none", "typ": "at+jwt"}, good, tokens.PUBLISHER_KEY),
        "typ": tokens.sign_text({"alg": "HS256", "typ": "JWT"}, good, tokens.PUBLISHER_KEY),
        "iss": tokens.publisher(iss="https://unknown.example"),
        "signature": tokens.mint(tokens.SUBSCRIBER_KEY, publish=["*"]),
        "exp": tokens.publisher(exp=now - 100),
        "nbf": tokens.publisher(nbf=now + 100_000),
        "aud": tokens.publisher(aud="https://other.example/hub"),
        "alg": tokens.mint(tokens.PUBLISHER_KEY, "HS512", publish=["*"]),
        "grants": tokens.sign_text(header, {**good, "authorization_details": "x"}, tokens.PUBLISHER_KEY),
    }


BAD = bad_tokens()


@pytest.mark.parametrize("check", BAD)
def test_the_log_says_why_and_the_client_does_not(wire, hub, check):
    """ERR-8, TOK-14, OPS-5."""
    mark = hub.mark()
    token = BAD[check]
    assert_refused(wire, wire.post([("topic", "a")], token), 401, "invalid_token")
    line = hub.wait_log("token refused", since=mark)
    assert f"check={check}" in line.replace('"', "")
    assert "role=publisher" in line.replace('"', "")
    assert token not in line
    if "." in token:
        assert token.split(".")[1] not in line
    if check == "aud":
        assert "https://other.example/hub" in line and tokens.RESOURCE in line
    if check == "iss":
        assert "https://unknown.example" in line


def test_the_development_hub_tells_its_developer(tmp_path):
    """ERR-8: for `--dev` alone."""
    from lib.client import Wire

    args = ["--dev", "--server.listen", "http://127.0.0.1:0"]
    with Hub(tmp_path, "", args=args, env={"CINNABAR_DEV_DIR": str(tmp_path / "dev")}) as running:
        wire = Wire("h1", running)
        response = wire.post([("topic", "a")], BAD["iss"])
        wire.close_all()
    assert response.status == 401
    assert b"https://unknown.example" in response.body


@pytest.fixture
def config_file(tmp_path):
    config = base_config()
    del config["server"]
    config["issuer"].append({"id": "https://old.example", "protocol": "0.x", "publisher": {"jwt": "x" * 32}})
    path = tmp_path / "cinnabar.toml"
    path.write_text(toml.dumps(config))
    return path


def check_token(config_file, token, *args, role="publisher", stdin=None):
    return run_cli("check-token", "--config", config_file, "--role", role, *args, token, stdin=stdin)


@pytest.mark.parametrize("check", BAD)
def test_check_token_says_the_same(config_file, check):
    """TOK-14. The same code, and every check that passed before."""
    done = check_token(config_file, BAD[check])
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[-1] == "The hub would refuse this token."
    assert lines[-2].startswith(f"FAIL  {check}: ")
    assert all(line.startswith("ok    ") for line in lines[:-2])


def test_check_token_of_a_good_one(config_file, tmp_path):
    """Each check, and what the token grants."""
    token = tokens.publisher("https://example.com/a")
    expected = ["structure", "header", "iss", "typ", "signature", "exp", "aud", "grants"]
    file = tmp_path / "token"
    file.write_text(f"  Bearer {token}\n")
    for done in (
        check_token(config_file, token),
        check_token(config_file, f"@{file}"),
        check_token(config_file, "@-", stdin=token + "\n"),
    ):
        assert done.returncode == 0, done.stderr
        lines = done.stdout.splitlines()
        assert [line.split()[1].rstrip(":") for line in lines[:-1]] == expected
        assert 'exact "https://example.com/a"' in lines[-2]
        assert lines[-1] == "The hub would take this token."
    assert check_token(config_file, token, role="subscriber").returncode == 1
    assert check_token(config_file, token, "--url", "https://other.example/hub").returncode == 1


def test_check_token_of_0x(config_file):
    """COMPAT-23, COMPAT-24."""
    token = tokens.sign_text({"alg": "HS256", "typ": "JWT"}, {"mercure": {"publish": ["a/{id}"]}}, "x" * 32)
    done = check_token(config_file, token)
    assert done.returncode == 0, done.stdout
    assert "never expires" in done.stdout
    assert 'topic "a/{id}"' in done.stdout


def test_check_token_fetches_key_sets(tmp_path):
    """TOK-18."""
    with JwksServer(tmp_path, SigningKey("one")) as server:
        config = base_config()
        del config["server"]
        config["issuer"] = [{"id": tokens.ISSUER, "publisher": {"jwks_uri": server.uri}}]
        config["jwks"] = {"allow_private_addresses": True, "ca_file": str(server.certificate), "cooldown": "100ms"}
        path = tmp_path / "c.toml"
        path.write_text(toml.dumps(config))
        assert check_token(path, server.keys[0].token(publish=["*"])).returncode == 0
        done = check_token(path, SigningKey("two").token(publish=["*"]))
        assert done.returncode == 1
        assert 'FAIL  key: The token\'s key (`kid`) "two" is not in the JWK Set' in done.stdout


def test_check_token_of_a_denied_one(tmp_path, config_file):
    """The deny list counts as well."""
    deny = tmp_path / "deny"
    deny.write_text("sub=banned\n")
    text = config_file.read_text().replace("[hub]", f'[hub]\ndeny = "{deny}"')
    config_file.write_text(text)
    assert check_token(config_file, tokens.publisher()).returncode == 0
    done = check_token(config_file, tokens.publisher(sub="banned"))
    assert done.returncode == 1
    assert "FAIL  deny list: " in done.stdout


@pytest.mark.parametrize(
    "args, hint",
    [
        (["--role", "admin", "x"], "--role must be publisher or subscriber"),
        (["--role", "publisher", "@/missing"], "cannot read /missing"),
        (["--role", "publisher", " "], "the token is empty"),
    ],
)
def test_check_token_wrong_use(config_file, args, hint):
    done = run_cli("check-token", "--config", config_file, *args)
    assert done.returncode == 1
    assert hint in done.stderr


def test_check_token_needs_to_know_the_resource(tmp_path, config_file):
    """TOK-12. Where it is derived from requests, somebody has to say which."""
    config_file.write_text(config_file.read_text().replace(f'resource_identifier = "{tokens.RESOURCE}"', ""))
    done = check_token(config_file, tokens.publisher())
    assert done.returncode == 1
    assert "--url" in done.stderr
    assert check_token(config_file, tokens.publisher(), "--url", tokens.RESOURCE).returncode == 0


# -- attacks ----------------------------------------------------------------------------------


def test_a_public_key_is_no_secret(make_hub, connect_as):
    """TOK-3, TOK-19. Algorithm confusion: the PEM of the public key as an HMAC secret."""
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode()
    config = base_config()
    config["issuer"][0]["publisher"] = {"jwt": pem, "alg": "ES256"}
    wire = connect_as("h1", make_hub(config))
    assert wire.post([("topic", "a")], tokens.mint(key, "ES256", publish=["*"])).status == 200
    for secret in (pem, pem.strip(), pem + "\n"):
        forged = tokens.sign_text({"alg": "HS256", "typ": "at+jwt"}, tokens.claims(publish=["*"]), secret)
        assert_refused(wire, wire.post([("topic", "a")], forged), 401, "invalid_token")


def test_ecdsa_signatures_are_what_jws_says(make_hub, connect_as):
    """TOK-1, TOK-3. DER, short, long and zero ones are refused."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import utils

    key = ec.generate_private_key(ec.SECP256R1())
    config = base_config()
    config["issuer"][0]["publisher"] = {
        "jwt": key.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode(),
        "alg": "ES256",
    }
    wire = connect_as("h1", make_hub(config))
    good = tokens.mint(key, "ES256", publish=["*"])
    signed, _, signature = good.rpartition(".")
    der = key.sign(signed.encode(), ec.ECDSA(hashes.SHA256()))
    r, s = utils.decode_dss_signature(der)
    raw = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    assert wire.post([("topic", "a")], f"{signed}.{tokens.b64url(raw)}").status == 200
    for wrong in (der, raw[:-1], raw + b"\0", b"\0" + raw, bytes(64), raw[:32] + bytes(32), raw[32:] + raw[:32], b""):
        assert wire.post([("topic", "a")], f"{signed}.{tokens.b64url(wrong)}").status in (400, 401), wrong


@pytest.mark.parametrize("kind", ["h1", "h1+tls"])
def test_a_huge_token_is_refused_unread(hub, connect_as, kind):
    """LIM-17, PRES-7. 431 before anything is parsed."""
    wire = connect_as(kind, hub)
    for size in (70_000, 1 << 20):
        response = wire.request("POST", HUB_PATH, [("authorization", "Bearer " + "a" * size)])
        assert response.status == 431


def test_who_sends_many_bad_tokens_is_slowed_down(make_hub, connect_as):
    """ERR-16, TOK-17. Forged signatures that cost much are not looked at any more; known tokens go on working."""
    key = ec.generate_private_key(ec.SECP521R1())
    config = base_config()
    config["issuer"][0]["publisher"] = {
        "jwt": key.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode(),
        "alg": "ES512",
    }
    wire = connect_as("h1", make_hub(config))
    good = tokens.mint(key, "ES512", publish=["*"])
    assert wire.post([("topic", "a")], good).status == 200
    statuses = []
    with wire.connection() as connection:
        for number in range(2000):
            signed = good.rpartition(".")[0].split(".")[0] + "." + tokens.b64url(
                json.dumps(tokens.claims(publish=["*"], n=number)).encode()
            )
            forged = f"{signed}.{tokens.b64url(bytes([1]) * 132)}"
            response = wire.post([("topic", "a")], forged, connection=connection)
            statuses.append(response.status)
            if response.status == 429:
                assert response.header("retry-after") == "1"
                break
        assert statuses[0] == 401 and statuses[-1] == 429
        assert wire.post([("topic", "a")], good, connection=connection).status == 200
