# SPDX-License-Identifier: Apache-2.0
"""CLI-*: the commands beside `run`."""

import json
import re
import time

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from lib import tokens
from lib.hub import run_cli

ARGS = ["--iss", tokens.ISSUER, "--aud", tokens.RESOURCE]
KEY = ["--key", tokens.PUBLISHER_KEY]


def verified(process, key=tokens.PUBLISHER_KEY, algorithm="HS256", audience=tokens.RESOURCE):
    """The header and the claims of the one token on stdout."""
    assert process.returncode == 0, process.stderr
    assert re.fullmatch(r"[\w-]+\.[\w-]+\.[\w-]+\n", process.stdout)
    token = process.stdout.strip()
    claims = jwt.decode(token, key, algorithms=[algorithm], audience=audience)
    return jwt.get_unverified_header(token), claims


def test_version():
    """One line, the same for the command and the flag."""
    command, flag = run_cli("version"), run_cli("--version")
    assert re.fullmatch(r"cinnabar \d+\.\d+\.\d+\S*\n", command.stdout)
    assert (command.returncode, flag.returncode) == (0, 0)
    assert flag.stdout == command.stdout


@pytest.mark.parametrize("command", [[], ["run"], ["check-config"], ["token"], ["match"], ["version"]])
def test_help(command):
    """Every command explains itself."""
    ended = run_cli(*command, "--help")
    assert ended.returncode == 0
    assert "Usage" in ended.stdout


def test_no_and_unknown_command():
    """Neither succeeds; the nearest command is named."""
    assert run_cli().returncode != 0
    ended = run_cli("tokn")
    assert ended.returncode != 0
    assert "token" in ended.stderr


def test_token_claims():
    """CLI-1, CLI-3: the seven claims of RFC 9068 and one detail for each action."""
    now = time.time()
    process = run_cli("token", *ARGS, *KEY, "--publish", "a", "--publish", "b", "--subscribe", "*", "--exp", "10m")
    header, claims = verified(process)
    assert header == {"alg": "HS256", "typ": "at+jwt"}
    assert (claims["iss"], claims["aud"], claims["client_id"]) == (tokens.ISSUER, tokens.RESOURCE, tokens.ISSUER)
    for name in ("sub", "jti"):
        assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", claims[name])
    assert now - 2 <= claims["iat"] <= time.time()
    assert claims["exp"] == claims["iat"] + 600
    assert claims["authorization_details"] == [
        {"type": tokens.DETAIL_TYPE, "actions": ["publish"], "topics": [{"match": "a"}, {"match": "b"}]},
        {"type": tokens.DETAIL_TYPE, "actions": ["subscribe"], "topics": [{"match": "*"}]},
    ]


def test_token_options():
    """CLI-2, CLI-3: every optional claim."""
    process = run_cli(
        *("token", *ARGS, *KEY, "--subscribe", "a", "--sub", "me", "--client-id", "c", "--kid", "k1"),
        *("--payload", '{"name": "é"}', "--alg", "HS512"),
    )
    header, claims = verified(process, algorithm="HS512")
    assert header == {"alg": "HS512", "typ": "at+jwt", "kid": "k1"}
    assert (claims["sub"], claims["client_id"]) == ("me", "c")
    assert claims["exp"] == claims["iat"] + 3600
    assert claims["authorization_details"][0]["payload"] == {"name": "é"}


def test_pretty_goes_to_stderr():
    """CLI-2: stdout stays a token alone."""
    process = run_cli("token", *ARGS, *KEY, "--publish", "a", "--pretty")
    header, claims = verified(process)
    found = process.stderr
    decoder = json.JSONDecoder()
    first, end = decoder.raw_decode(found)
    second, _ = decoder.raw_decode(found[end:].lstrip())
    assert (first, second) == (header, claims)


@pytest.mark.parametrize("ending", ["", "\n", "\r\n"])
def test_key_from_file_and_stdin(tmp_path, ending):
    """CLI-4: one line ending is trimmed."""
    (tmp_path / "key").write_bytes((tokens.PUBLISHER_KEY + ending).encode())
    verified(run_cli("token", *ARGS, "--key", f"@{tmp_path / 'key'}", "--publish", "a"))
    verified(run_cli("token", *ARGS, "--key", "@-", "--publish", "a", stdin=tokens.PUBLISHER_KEY + ending))


PRIVATE_KEYS = {
    "RS": lambda: rsa.generate_private_key(65537, 2048),
    "PS": lambda: rsa.generate_private_key(65537, 2048),
    "ES256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "ES384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "ES512": lambda: ec.generate_private_key(ec.SECP521R1()),
    "EdDSA": ed25519.Ed25519PrivateKey.generate,
}


@pytest.mark.parametrize(
    "algorithm",
    ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"],
)
def test_token_of_each_algorithm(tmp_path, algorithm):
    """CLI-4: another implementation verifies what a PEM private key signed."""
    private = (PRIVATE_KEYS.get(algorithm) or PRIVATE_KEYS[algorithm[:2]])()
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (tmp_path / "key.pem").write_bytes(pem)
    args = ["token", *ARGS, "--key", f"@{tmp_path / 'key.pem'}", "--publish", "a"]
    header, _ = verified(run_cli(*args, "--alg", algorithm), key=private.public_key(), algorithm=algorithm)
    assert header == {"alg": algorithm, "typ": "at+jwt"}
    without = run_cli(*args)
    if algorithm[:2] in ("RS", "PS"):
        assert without.returncode == 1
        assert "--alg" in without.stderr
    else:
        verified(without, key=private.public_key(), algorithm=algorithm)


def test_pem_is_no_secret(tmp_path):
    """CLI-4, TOK-19: a PEM never signs with an HMAC."""
    public = PRIVATE_KEYS["RS"]().public_key()
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "key.pem").write_bytes(pem)
    ended = run_cli("token", *ARGS, "--key", f"@{tmp_path / 'key.pem'}", "--alg", "HS256", "--publish", "a")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "HS256" in ended.stderr


def test_key_from_jwk(tmp_path):
    """CLI-4: a private JWK brings its `kid` and its algorithm."""
    private = PRIVATE_KEYS["ES256"]()
    jwk = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(private)) | {"kid": "k7", "alg": "ES256"}
    (tmp_path / "key.json").write_text(json.dumps(jwk))
    made = run_cli("token", *ARGS, "--key", f"@{tmp_path / 'key.json'}", "--publish", "a")
    header, _ = verified(made, key=private.public_key(), algorithm="ES256")
    assert header["kid"] == "k7"


def test_token_of_protocol_0():
    """CLI-2, COMPAT-16: the claim `mercure`, and nothing that was not asked for."""
    made = run_cli("token", "--protocol", "0.x", *KEY, "--publish", "https://example.com/{id}", "--payload", "[1]")
    assert made.returncode == 0, made.stderr
    token = made.stdout.strip()
    assert jwt.get_unverified_header(token) == {"alg": "HS256", "typ": "JWT"}
    assert jwt.decode(token, tokens.PUBLISHER_KEY, algorithms=["HS256"]) == {
        "mercure": {"publish": ["https://example.com/{id}"], "subscribe": [], "payload": [1]}
    }


@pytest.mark.parametrize("payload", ["7", '"x"', "[]", "null", "true", "{", "{} x"])
def test_payload_has_to_be_an_object(payload):
    """CLI-6."""
    ended = run_cli("token", *ARGS, *KEY, "--subscribe", "a", "--payload", payload)
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert "payload" in ended.stderr


@pytest.mark.parametrize(
    "args, word",
    [
        ([*KEY, "--aud", "x", "--publish", "a"], "--iss"),
        ([*KEY, "--iss", "x", "--publish", "a"], "--aud"),
        ([*ARGS, "--publish", "a"], "--key"),
        ([*ARGS, *KEY], "--publish"),
        ([*ARGS, *KEY, "--publish", "a", "--exp", "soon"], "--exp"),
        ([*ARGS, *KEY, "--publish", "a", "--alg", "none"], "--alg"),
        ([*ARGS, *KEY, "--publish", "a", "--alg", "RS256"], "--alg"),
        ([*ARGS, "--key", "@/nowhere/key", "--publish", "a"], "/nowhere/key"),
        ([*ARGS, *KEY, "--publsh", "a"], "--publish"),
    ],
)
def test_token_mistakes(args, word):
    """CLI-1: the reason on stderr, nothing on stdout."""
    ended = run_cli("token", *args)
    assert ended.returncode != 0
    assert ended.stdout == ""
    assert word in ended.stderr


def test_token_serves(wire, topic):
    """A token from the command line opens the hub."""
    publisher = run_cli("token", *ARGS, *KEY, "--publish", topic).stdout.strip()
    subscriber = run_cli("token", *ARGS, "--key", tokens.SUBSCRIBER_KEY, "--subscribe", topic).stdout.strip()
    with wire.subscribe([("match", topic)], token=subscriber) as stream:
        event_id = wire.publish(topic, token=publisher, private="on")
        assert stream.next().id == event_id
    assert wire.post([("topic", "other")], token=publisher).status == 403


def test_pattern_grants():
    """CLI-2: URL patterns beside exact topics."""
    made = run_cli("token", *ARGS, *KEY, "--publish", "a", "--publish-urlpattern", "/b/*", "--subscribe-urlpattern", "/c/:id")
    details = verified(made)[1]["authorization_details"]
    assert [detail["actions"] for detail in details] == [["publish"], ["subscribe"]]
    pattern = {"match": "/b/*", "match_type": "urlpattern"}
    assert details[0]["topics"] == [{"match": "a"}, pattern]
    assert details[1]["topics"] == [{"match": "/c/:id", "match_type": "urlpattern"}]
    refused = run_cli("token", *ARGS, *KEY, "--publish-urlpattern", "/b/(")
    assert refused.returncode == 1 and "URL pattern" in refused.stderr
