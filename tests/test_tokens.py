# SPDX-License-Identifier: Apache-2.0
"""TOK-*: which tokens open which door. Clients never learn why one does not."""

import json
import time

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from lib import tokens
from lib.client import HUB_PATH, form
from lib.doors import GOOD_HEADER, assert_accepted, assert_invalid, signed, subscribe, with_entries
from lib.errors import assert_refused
from lib.hub import Hub, base_config

OTHER_ISSUER = "https://other.example"
OTHER_KEY = "the secret of the other issuer, also of good length"
PUBLISH_ONLY = "https://publisher.example"
STRONG = "https://strong.example"


@pytest.fixture(scope="module")
def config():
    """Anonymous access is on, so that a refusal proves that a bad token is never downgraded."""
    result = base_config()
    result["issuer"] += [
        {
            "id": OTHER_ISSUER,
            "publisher": {"jwt": OTHER_KEY},
            "subscriber": {"jwt": OTHER_KEY},
        },
        {"id": PUBLISH_ONLY, "publisher": {"jwt": OTHER_KEY, "alg": "HS256"}},
        {
            "id": STRONG,
            "publisher": {"jwt": tokens.PUBLISHER_KEY, "alg": "HS384"},
            "subscriber": {"jwt": tokens.SUBSCRIBER_KEY, "alg": "HS512"},
        },
    ]
    return result


# -- the header -------------------------------------------------------------------------------


@pytest.mark.parametrize("typ", ["at+jwt", "AT+JWT", "application/at+jwt", "Application/AT+JWT"])
def test_typ_accepted(wire, typ):
    """TOK-2."""
    assert_accepted(wire, signed({"alg": "HS256", "typ": typ}))


@pytest.mark.parametrize("typ", ["JWT", None, "at+jwt;v=1", "application/jwt", "", 7, "at+jwt ", "text/at+jwt"])
def test_typ_refused(wire, typ):
    """TOK-2."""
    header = {"alg": "HS256"} if typ is None else {"alg": "HS256", "typ": typ}
    assert_invalid(wire, signed(header))


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "nOnE", "", None, 5, "hs256", "HS1"])
def test_alg_refused(wire, alg):
    """TOK-3: `none` in any case, unknown ones, and no algorithm at all."""
    header = {"typ": "at+jwt"} if alg is None else {"alg": alg, "typ": "at+jwt"}
    token = signed(header)
    assert_invalid(wire, token)
    assert_invalid(wire, token.rpartition(".")[0] + ".")


@pytest.mark.parametrize("alg", ["HS384", "HS512"])
def test_alg_outside_the_list(wire, alg):
    """TOK-3, TOK-4: a good signature by an algorithm that is not configured."""
    assert_invalid(wire, signed({"alg": alg, "typ": "at+jwt"}, algorithm=alg))


def test_asymmetric_tokens_are_refused_by_an_hmac_key(wire):
    """TOK-3: the header does not choose the algorithm."""
    claims = tokens.claims(subscribe=["*"])
    private = ec.generate_private_key(ec.SECP256R1())
    assert_invalid(wire, jwt.encode(claims, private, "ES256", headers={"typ": "at+jwt"}))
    private = rsa.generate_private_key(65537, 2048)
    assert_invalid(wire, jwt.encode(claims, private, "RS256", headers={"typ": "at+jwt"}))


def test_configured_algorithms(wire, topic):
    """TOK-4: HS384 for one role and HS512 for the other, by configuration."""
    token = tokens.mint(tokens.SUBSCRIBER_KEY, "HS512", subscribe=["*"], iss=STRONG)
    assert_accepted(wire, token)
    wire.publish(topic, token=tokens.mint(tokens.PUBLISHER_KEY, "HS384", publish=["*"], iss=STRONG))
    assert_invalid(wire, tokens.mint(tokens.SUBSCRIBER_KEY, "HS256", subscribe=["*"], iss=STRONG))


@pytest.mark.parametrize(
    "extra",
    [
        {"crit": ["exp"], "exp": 1},
        {"crit": []},
        {"crit": ["b64"], "b64": False},
        {"b64": False},
    ],
    ids=["unknown crit", "empty crit", "crit b64", "b64"],
)
def test_critical_extensions(wire, extra):
    """TOK-15."""
    assert_invalid(wire, signed({**GOOD_HEADER, **extra}))


def test_keys_in_the_token_are_ignored(wire):
    """TOK-5: neither jwk nor jku lends a key."""
    key = "a key of the attacker's own, long enough for HS256"
    jwk = {"kty": "oct", "k": tokens.b64url(key.encode())}
    header = {**GOOD_HEADER, "jwk": jwk, "jku": "https://example.com/jwks", "kid": "1"}
    assert_invalid(wire, signed(header, key=key))
    assert_accepted(wire, signed(header))


# -- the shape --------------------------------------------------------------------------------


def test_signature_is_checked(wire):
    """TOK-1: every part is covered."""
    header, payload, signature = signed().split(".")
    other = signed(claims=tokens.claims(subscribe=["other"])).split(".")
    assert_invalid(wire, f"{header}.{other[1]}.{signature}")
    assert_invalid(wire, f"{header}.{payload}.{other[2]}")
    assert_invalid(wire, f"{header}.{payload}.")
    assert_invalid(wire, f"{header}.{payload}.{signature[:-2]}")


MALFORMED = [
    ("no dots", "x" * 60),
    ("two parts", signed().rpartition(".")[0]),
    ("four parts", signed() + ".x"),
    ("five parts, like a JWE", ".".join(["eyJhbGciOiJkaXIifQ"] * 5)),
    ("empty parts", "." * 45),
    ("padding", signed() + "="),
    ("header is no JSON", signed(header="not json at all")),
    ("header is an array", signed(header="[]")),
    ("claims are no JSON", signed(claims="not json at all")),
    ("claims are an array", signed(claims="[]")),
    ("text after the claims", signed(claims=json.dumps(tokens.claims()) + "x")),
    ("invalid UTF-8 in the claims", signed(claims='{"exp":4102444800,"iss":"\udcff"}')),
]


@pytest.mark.parametrize("token", [pytest.param(token, id=name) for name, token in MALFORMED])
def test_malformed_tokens(wire, token):
    """TOK-1, PRES-7, D6: legal characters, so 401 rather than 400."""
    assert_invalid(wire, token)


@pytest.mark.parametrize("claim", ["iss", "aud", "exp", "typ"])
def test_duplicate_members(wire, claim):
    """TOK-16."""
    claims = tokens.claims(subscribe=["*"])
    claims.setdefault("typ", "x")
    text = json.dumps(claims)
    double = text[:-1] + ", " + json.dumps({claim: claims[claim]})[1:]
    assert_invalid(wire, signed(claims=double))


@pytest.mark.parametrize("name", ["EXP", "Iss", "AUD"])
def test_names_are_case_sensitive(wire, name):
    """TOK-16: `EXP` is not `exp`."""
    claims = tokens.claims(subscribe=["*"])
    claims[name] = claims.pop(name.lower())
    assert_invalid(wire, signed(claims=claims))


def test_deep_nesting(wire):
    """LIM-18."""
    deep = "[" * 1000 + "]" * 1000
    assert_invalid(wire, signed(claims='{"x":' + deep + "," + json.dumps(tokens.claims())[1:]))


# -- registered claims ------------------------------------------------------------------------

CLAIMS_REFUSED = [
    ("TOK-7: no iss", {"iss": None}),
    ("TOK-7: unknown iss", {"iss": "https://nobody.example"}),
    ("TOK-7: trailing slash", {"iss": "https://example.com/"}),
    ("TOK-7: other case", {"iss": "https://EXAMPLE.com"}),
    ("TOK-7: iss is an array", {"iss": ["https://example.com"]}),
    ("TOK-9: no exp", {"exp": None}),
    ("TOK-9: exp in the past", {"exp": 1}),
    ("TOK-9: exp is a string", {"exp": "4102444800"}),
    ("TOK-9: exp is true", {"exp": True}),
    ("TOK-9: negative exp", {"exp": -1}),
    ("TOK-10: nbf in the future", {"nbf": 4102444800}),
    ("TOK-10: nbf is a string", {"nbf": "1"}),
    ("TOK-11: no aud", {"aud": None}),
    ("TOK-11: empty aud array", {"aud": []}),
    ("TOK-11: origin only", {"aud": "https://hub.example.com"}),
    ("TOK-11: trailing slash", {"aud": tokens.RESOURCE + "/"}),
    ("TOK-11: other host", {"aud": "https://other.example/.well-known/mercure"}),
    ("TOK-11: other case", {"aud": "https://HUB.example.com/.well-known/mercure"}),
    ("TOK-11: none of them", {"aud": ["a", "b"]}),
    ("TOK-11: a number among them", {"aud": [7, tokens.RESOURCE]}),
    ("TOK-11: an object", {"aud": {"x": tokens.RESOURCE}}),
]


@pytest.mark.parametrize("members", [pytest.param(m, id=name) for name, m in CLAIMS_REFUSED])
def test_claims_refused(wire, members):
    """TOK-7 to TOK-11."""
    assert_invalid(wire, signed(claims=tokens.claims(subscribe=["*"], **members)))


CLAIMS_ACCEPTED = [
    ("TOK-9: fractional exp", {"exp": 4102444800.5}),
    ("TOK-10: nbf in the past", {"nbf": 1}),
    ("TOK-10: fractional nbf", {"nbf": 1.5}),
    ("TOK-11: array", {"aud": ["https://other.example", tokens.RESOURCE]}),
    ("TOK-13: no sub, client_id, iat, jti", {"sub": None, "client_id": None, "iat": None, "jti": None}),
    ("AD-1: no details", {"authorization_details": None}),
    ("AD-1: empty details", {"authorization_details": []}),
    ("unknown claims", {"scope": "x", "mercure": {"publish": 7}}),
]


@pytest.mark.parametrize("members", [pytest.param(m, id=name) for name, m in CLAIMS_ACCEPTED])
def test_claims_accepted(wire, members):
    """TOK-9 to TOK-13, AD-1."""
    assert_accepted(wire, signed(claims=tokens.claims(subscribe=["*"], **members)))


def test_exp_is_exact(wire):
    """TOK-9, TOK-10: no leeway in either direction."""
    now = time.time()
    assert_invalid(wire, signed(claims=tokens.claims(exp=int(now))))
    assert_accepted(wire, signed(claims=tokens.claims(nbf=int(now))))


# -- issuers and roles ------------------------------------------------------------------------


def test_keys_are_bound_to_issuers(wire):
    """TOK-6: A's key with B's name does not do, in either direction."""

    def claims_of(issuer):
        return tokens.claims(subscribe=["*"], iss=issuer)

    assert_accepted(wire, signed(claims=claims_of(tokens.ISSUER)))
    assert_accepted(wire, signed(claims=claims_of(OTHER_ISSUER), key=OTHER_KEY))
    assert_invalid(wire, signed(claims=claims_of(OTHER_ISSUER)))
    assert_invalid(wire, signed(claims=claims_of(tokens.ISSUER), key=OTHER_KEY))


def test_keys_are_bound_to_roles(wire, topic):
    """TOK-8: each role has its own key; an issuer without keys for a role does not serve it."""
    assert_invalid(wire, tokens.mint(tokens.PUBLISHER_KEY, subscribe=["*"]))
    response = wire.post([("topic", topic)], token=tokens.mint(tokens.SUBSCRIBER_KEY, publish=["*"]))
    assert_refused(wire, response, 401, "invalid_token")
    wire.publish(topic, token=tokens.mint(OTHER_KEY, publish=["*"], iss=PUBLISH_ONLY))
    assert_invalid(wire, tokens.mint(OTHER_KEY, subscribe=["*"], iss=PUBLISH_ONLY))


# -- vectors and the resource identifier ------------------------------------------------------


@pytest.fixture(scope="module")
def vector_hub(tmp_path_factory):
    """The hub that the test vectors of section 25 are made for."""
    config = base_config(anonymous=False, resource_identifier=tokens.VECTOR_RESOURCE)
    keys = {"jwt": tokens.VECTOR_SECRET, "alg": "HS256"}
    config["issuer"] = [{"id": tokens.VECTOR_ISSUER, "publisher": keys, "subscriber": keys}]
    with Hub(tmp_path_factory.mktemp("vector"), config) as running:
        yield running


def test_vector(wire, vector_hub, topic):
    """Section 25: the HS256 vector publishes and reads everything."""
    own = wire.to(vector_hub)
    with own.subscribe([("match", topic)], token=tokens.VECTOR_TOKEN) as stream:
        event_id = own.publish(topic, token=tokens.VECTOR_TOKEN, private="on")
        assert stream.next().id == event_id


def test_legacy_vector(wire, vector_hub):
    """Section 25: the 0.x counterpart is refused."""
    own = wire.to(vector_hub)
    assert_invalid(own, tokens.LEGACY_TOKEN)
    response = own.post("topic=a", token=tokens.LEGACY_TOKEN)
    assert_refused(own, response, 401, "invalid_token")


def test_derived_resource_identifier(make_hub, connect, topic):
    """TOK-12: without a pinned one it is the origin that the client asked for, plus the path."""
    config = base_config()
    del config["hub"]["resource_identifier"]
    own = connect(make_hub(config))
    scheme = "https" if own.tls else "http"
    default = 443 if own.tls else 80

    def post(authority, audience):
        token = tokens.publisher(aud=audience + HUB_PATH)
        with own.connection() as connection:
            fields = [("content-type", "application/x-www-form-urlencoded"), tokens.bearer(token)]
            body = form(("topic", topic)).encode()
            if own.h2:
                connection.authority = authority
                return connection.request("POST", HUB_PATH, fields, body).status
            return connection.request("POST", HUB_PATH, [("host", authority), *fields], body).status

    assert post("a.example", f"{scheme}://a.example") == 200
    assert post("A.Example", f"{scheme}://a.example") == 200
    assert post(f"a.example:{default}", f"{scheme}://a.example") == 200
    assert post("a.example:8443", f"{scheme}://a.example:8443") == 200
    assert post("b.example", f"{scheme}://a.example") == 401
    assert post("a.example:8443", f"{scheme}://a.example") == 401
    assert post("a.example", f"{'http' if own.tls else 'https'}://a.example") == 401


# -- silence ----------------------------------------------------------------------------------


def test_reasons_go_to_the_log_without_the_token(make_hub, connect):
    """ERR-8, TOK-14, OPS-5: one answer for every reason; the log says which, never the token."""
    running = make_hub()
    own = connect(running)
    bad = [
        signed(claims=tokens.claims(exp=1)),
        signed(claims=tokens.claims(iss="https://nobody.example")),
        signed(key="a wrong key, wrong from the first letter to the last"),
        with_entries({**tokens.detail("subscribe"), "payload": None}),
    ]
    answers = set()
    for token in bad:
        mark = running.mark()
        stream = subscribe(own, token)
        kept = tuple(sorted((n, v) for n, v in stream.headers if n != "date"))
        answers.add((stream.status, kept, stream.raw))
        running.wait_log("token", mark)
    assert len(answers) == 1
    for token in bad:
        for part in token.split(".")[1:]:
            assert part not in running.output
    assert tokens.SUBSCRIBER_KEY not in running.output
