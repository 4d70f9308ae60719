# SPDX-License-Identifier: Apache-2.0
"""CLI-*: the commands beside `run`."""

import json
import re
import time

import jwt
import pytest

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
