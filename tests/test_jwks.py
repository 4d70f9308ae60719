# SPDX-License-Identifier: Apache-2.0
"""TOK-18: keys that their issuer publishes, by a server that rotates, lies, hangs, redirects and floods."""

import json
import threading
import time

import pytest

from lib import tokens
from lib.client import Wire
from lib.errors import assert_refused
from lib.hub import base_config
from lib.jwks_server import JwksServer, SigningKey, SilentServer, wait_for_requests
from lib.timing import scaled

OTHER = "https://other.example"


@pytest.fixture
def jwks(tmp_path):
    with JwksServer(tmp_path, SigningKey("one")) as server:
        yield server


def config_for(server, algs=None, certificate=None, **jwks):
    config = base_config()
    source = {"jwks_uri": server.uri, **({"alg": algs} if algs else {})}
    config["issuer"] = [
        {"id": tokens.ISSUER, "publisher": source, "subscriber": source},
        {"id": OTHER, "publisher": {"jwt": tokens.PUBLISHER_KEY}},
    ]
    config["jwks"] = {
        "allow_private_addresses": True,
        "ca_file": str(certificate or server.certificate),
        "cooldown": "200ms",
        **jwks,
    }
    return config


@pytest.fixture
def start(make_hub, connect_as):
    """start(server, ...): a wire to a hub that trusts its keys."""

    def to(server, **kwargs):
        return connect_as("h1", make_hub(config_for(server, **kwargs)))

    return to


def publish(wire, token, topic="a"):
    return wire.post([("topic", topic)], token).status


def own(publish=("*",), **claims):
    return tokens.mint(tokens.PUBLISHER_KEY, publish=publish, iss=OTHER, **claims)


@pytest.mark.parametrize("algorithm", ["ES256", "ES384", "ES512", "RS256", "PS512", "EdDSA"])
def test_every_kind_of_key(tmp_path, start, algorithm):
    """TOK-3, TOK-4, TOK-18."""
    key = SigningKey("one", algorithm)
    with JwksServer(tmp_path, key) as server:
        wire = start(server)
        assert publish(wire, key.token(publish=["*"])) == 200
        assert publish(wire, SigningKey("one", algorithm).token(publish=["*"])) == 401, "another key of that name"
        with wire.subscribe("match=a", key.token(subscribe=["a"])) as stream:
            wire.publish("a", "secret", key.token(publish=["*"]), private="on")
            assert stream.next().data == "secret"


def test_a_new_key_is_looked_for(jwks, start):
    """TOK-18. A token by a key that was published a moment ago is not refused."""
    wire = start(jwks)
    assert publish(wire, jwks.keys[0].token(publish=["*"])) == 200
    new = SigningKey("two")
    jwks.keys.append(new)
    assert publish(wire, new.token(publish=["*"])) == 200
    assert publish(wire, jwks.keys[0].token(publish=["*"])) == 200


def test_rotation_under_load(tmp_path, make_hub, connect_as):
    """TOK-18. The set swaps its key while 100 publishers run: no valid publish is refused, and once the overlap is over,
    tokens by the old key are."""
    old, new = SigningKey("old"), SigningKey("new")
    with JwksServer(tmp_path, old) as server:
        server.headers["Cache-Control"] = "max-age=1"
        hub = make_hub(config_for(server, min_lifetime="300ms"))
        signer, refused, sent, stopping = [old], [], [0], threading.Event()

        def run(number):
            wire = Wire("h1", hub)
            with wire.connection() as connection:
                while not stopping.is_set():
                    token = signer[0].token(publish=["*"], jti=f"urn:{number}:{sent[0]}")
                    response = wire.post([("topic", "a")], token, connection=connection)
                    sent[0] += 1
                    if response.status != 200:
                        refused.append(response)
            wire.close_all()

        publishers = [threading.Thread(target=run, args=(n,)) for n in range(100)]
        for publisher in publishers:
            publisher.start()
        time.sleep(scaled(1))
        server.keys = [old, new]  # the overlap begins
        signer[0] = new
        time.sleep(scaled(2))
        server.keys = [new]  # and ends
        time.sleep(scaled(2))
        stopping.set()
        for publisher in publishers:
            publisher.join()
        assert not refused
        assert sent[0] > 300
        wire = connect_as("h1", hub)
        stale = old.token(publish=["*"])
        assert publish(wire, stale) == 401
        assert publish(wire, new.token(publish=["*"])) == 200


def test_a_remembered_token_ends_with_its_key(jwks, start):
    """TOK-17, TOK-18. A token that was verified before is refused once its key is withdrawn."""
    jwks.headers["Cache-Control"] = "no-cache"
    wire = start(jwks, min_lifetime="200ms")
    token = jwks.keys[0].token(publish=["*"])
    assert publish(wire, token) == 200
    jwks.keys = [SigningKey("two")]
    deadline = time.monotonic() + scaled(10)
    while publish(wire, token) == 200:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_made_up_keys_do_not_flood_the_server(jwks, start):
    """TOK-18. One fetch a cooldown, however many keys are made up."""
    wire = start(jwks, cooldown="1s")
    assert publish(wire, jwks.keys[0].token(publish=["*"])) == 200
    begin, before = time.monotonic(), len(jwks.requests)

    def guess(number):
        own_wire = wire.to(wire.hub)
        assert publish(own_wire, SigningKey(f"made up {number}").token(publish=["*"])) == 401

    guessers = [threading.Thread(target=guess, args=(n,)) for n in range(40)]
    for guesser in guessers:
        guesser.start()
    for guesser in guessers:
        guesser.join()
    assert len(jwks.requests) - before <= 2 + (time.monotonic() - begin)
    # The same name again is refused at once.
    before = len(jwks.requests)
    assert publish(wire, SigningKey("made up 1").token(publish=["*"])) == 401
    assert len(jwks.requests) == before


def test_without_kid_all_keys_are_tried(tmp_path, start):
    """TOK-18, TOK-5."""
    keys = [SigningKey("", "ES256"), SigningKey("", "RS256"), SigningKey("", "ES256")]
    with JwksServer(tmp_path, *keys) as server:
        wire = start(server)
        for key in keys:
            assert publish(wire, key.token(publish=["*"])) == 200
        assert publish(wire, SigningKey("", "ES256").token(publish=["*"])) == 401


def test_keys_that_are_not_for_this(tmp_path, start):
    """TOK-18, TOK-3, TOK-4. Other uses, other algorithms, and published secrets."""
    encryption = SigningKey("enc", use="enc")
    other_algorithm = SigningKey("alg", "RS256", alg="PS256")
    not_allowed = SigningKey("rsa", "RS512")
    good = SigningKey("good", use="sig", alg="ES256", key_ops=["verify"])
    secret = {"kty": "oct", "kid": "oct", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3I", "alg": "HS256"}
    with JwksServer(tmp_path, encryption, other_algorithm, not_allowed, good) as server:
        document = json.loads(server.document())
        document["keys"].append(secret)
        server.document = lambda: json.dumps(document).encode()
        wire = start(server, algs=["ES256", "RS256"])
        assert publish(wire, good.token(publish=["*"])) == 200
        for key in (encryption, other_algorithm, not_allowed):
            assert publish(wire, key.token(publish=["*"])) == 401, key.id
        by_secret = tokens.sign_text(
            {"alg": "HS256", "typ": "at+jwt", "kid": "oct"}, tokens.claims(publish=["*"]), "secret-secret-secret-secret-secr"
        )
        assert publish(wire, by_secret) == 401


def test_key_material_in_a_token_is_not_looked_at(jwks, start):
    """TOK-5. Neither embedded keys nor the addresses of others."""
    wire = start(jwks)
    mine = SigningKey("mine")
    before = len(jwks.requests)
    for header in (
        {"jwk": mine.jwk(), "kid": "one"},
        {"jku": jwks.uri + "/mine", "kid": "one"},
        {"x5u": jwks.uri + "/mine", "kid": "one"},
        {"x5c": ["MIIB"], "kid": "one"},
    ):
        assert publish(wire, mine.token(headers=header, publish=["*"])) == 401
    assert set(jwks.requests[before:]) <= {"/jwks"}


def test_keys_of_a_set_belong_to_its_issuer(jwks, start):
    """TOK-6."""
    wire = start(jwks)
    assert publish(wire, jwks.keys[0].token(publish=["*"], iss=OTHER)) == 401
    assert publish(wire, own()) == 200


LIES = {
    "not JSON": b"<html>",
    "no set": b"[]",
    "wrong types": b'{"keys": "none"}',
    "empty": b"",
    "not UTF-8": b'{"keys": "\xff"}',
    "deep": b'{"keys":' + b"[" * 100_000,
}


@pytest.mark.parametrize("body", LIES.values(), ids=LIES.keys())
def test_a_server_that_lies(jwks, start, body):
    """TOK-18. What it said before stays in force."""
    jwks.headers["Cache-Control"] = "no-store"
    wire = start(jwks, min_lifetime="100ms")
    token = jwks.keys[0].token(publish=["*"])
    assert publish(wire, token) == 200
    jwks.behave = lambda request: request.answer(200, body) or True
    wait_for_requests(jwks, len(jwks.requests) + 2, scaled(10))
    assert publish(wire, token) == 200
    assert publish(wire, SigningKey("two").token(publish=["*"])) == 401


@pytest.mark.parametrize("status", [404, 500, 204, 304])
def test_a_server_that_fails(jwks, start, status):
    """TOK-18. Stale keys serve while there are no better ones."""
    jwks.headers["Cache-Control"] = "no-store"
    wire = start(jwks, min_lifetime="100ms")
    assert publish(wire, jwks.keys[0].token(publish=["*"])) == 200
    jwks.behave = lambda request: request.answer(status, b"") or True
    wait_for_requests(jwks, len(jwks.requests) + 1, scaled(10))
    assert publish(wire, jwks.keys[0].token(publish=["*"])) == 200
    wire.hub.wait_log("a key set cannot be fetched")


def flood(request):
    request.send_response(200)
    request.end_headers()
    while request.sleep(0):
        request.wfile.write(b" " * 65536)
    return True


def drip(request):
    request.send_response(200)
    request.send_header("Content-Length", "1000")
    request.end_headers()
    while request.sleep(0.1):
        request.wfile.write(b" ")
        request.wfile.flush()
    return True


@pytest.mark.parametrize("behave, reason", [(flood, "jwks.max_size"), (drip, "jwks.timeout")])
def test_a_server_without_end(jwks, start, behave, reason):
    """TOK-18. Size and time are bounded, and nobody else waits."""
    jwks.behave = behave
    wire = start(jwks, timeout="700ms", max_size="64KiB")
    assert publish(wire, own()) == 200, "the other issuer"
    wire.hub.wait_log(reason, timeout=scaled(10))
    assert publish(wire, jwks.keys[0].token(publish=["*"])) == 401
    jwks.behave = None
    deadline = time.monotonic() + scaled(15)
    while publish(wire, jwks.keys[0].token(publish=["*"], jti=str(time.time()))) != 200:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_server_that_hangs(make_hub, connect_as, tmp_path, jwks):
    """TOK-18. The hub starts and serves others; who wants that server's keys waits, and not for ever."""
    with SilentServer() as silent:
        config = config_for(silent, certificate=jwks.certificate, timeout="1s")
        begin = time.monotonic()
        wire = connect_as("h1", make_hub(config))
        assert publish(wire, own()) == 200
        assert publish(wire, SigningKey("one").token(publish=["*"])) == 401
        assert time.monotonic() - begin < scaled(8)


def test_redirects(tmp_path, jwks, start):
    """TOK-18. On the same server a few, to another none."""
    (tmp_path / "elsewhere").mkdir()
    with JwksServer(tmp_path / "elsewhere", SigningKey("one")) as elsewhere:
        targets = {
            "/jwks": "/moved",
            "/moved": "/here",
        }

        def move(request):
            target = targets.get(request.path)
            return target and (request.answer(302, b"", {"Location": target}) or True)

        jwks.behave = move
        wire = start(jwks)
        assert publish(wire, jwks.keys[0].token(publish=["*"])) == 200

        targets["/jwks"] = elsewhere.uri
        hub_two = start(jwks)
        hub_two.hub.wait_log("redirects to another server")
        assert publish(hub_two, elsewhere.keys[0].token(publish=["*"])) == 401
        assert not elsewhere.requests

        targets["/jwks"] = f"http://localhost:{jwks.port}/here"
        start(jwks).hub.wait_log("redirects to another server")
        targets["/jwks"] = "/jwks"
        start(jwks).hub.wait_log("redirects more than")


def test_private_addresses_are_refused_by_default(jwks, start):
    """TOK-18. A configured name may lead inside, by mistake or by its name server."""
    wire = start(jwks, allow_private_addresses=False)
    wire.hub.wait_log("allow_private_addresses")
    assert publish(wire, jwks.keys[0].token(publish=["*"])) == 401
    assert not jwks.requests


def test_an_unknown_authority_is_refused(jwks, make_hub, connect_as):
    """TOK-18. Certificates are checked."""
    config = config_for(jwks)
    del config["jwks"]["ca_file"]
    wire = connect_as("h1", make_hub(config))
    wire.hub.wait_log("a key set cannot be fetched")
    assert_refused(wire, wire.post([("topic", "a")], jwks.keys[0].token(publish=["*"])), 401, "invalid_token")
    assert not jwks.requests


def test_a_set_in_a_file(tmp_path, make_hub, connect_as):
    """TOK-18. Read again when it changes."""
    path = tmp_path / "jwks.json"
    old, new = SigningKey("old"), SigningKey("new", "EdDSA")
    path.write_text(json.dumps({"keys": [old.jwk()]}))
    config = base_config()
    config["issuer"] = [{"id": tokens.ISSUER, "publisher": {"jwks_uri": path.as_uri()}}]
    config["jwks"] = {"cooldown": "100ms", "min_lifetime": "200ms"}
    wire = connect_as("h1", make_hub(config))
    assert publish(wire, old.token(publish=["*"])) == 200
    path.write_text(json.dumps({"keys": [new.jwk()]}))
    assert publish(wire, new.token(publish=["*"])) == 200
    assert publish(wire, old.token(publish=["*"])) == 401


def test_streams_wait_for_keys_too(jwks, start):
    """TOK-18, TOK-8. A subscriber by a new key is let in."""
    wire = start(jwks)
    new = SigningKey("two")
    jwks.keys = [new]
    with wire.subscribe("match=a", new.token(subscribe=["a"])) as stream:
        wire.publish("a", "secret", own(), private="on")
        assert stream.next().data == "secret"
