# SPDX-License-Identifier: Apache-2.0
"""Access tokens: well-formed ones by PyJWT, malformed ones by hand."""

import base64
import hashlib
import hmac
import json
import time

import jwt

ISSUER = "https://example.com"
RESOURCE = "https://hub.example.com/.well-known/mercure"
PUBLISHER_KEY = "publisher secret of the scenarios, 64 bytes long, for HS256/384/512"
SUBSCRIBER_KEY = "subscriber secret of the scenarios, not the same as the publisher's"
DETAIL_TYPE = "https://mercure.rocks/authorization-detail"

# protocol.md, section 25.
VECTOR_SECRET = "!ChangeThisMercureHubJWTSecretKey!"
VECTOR_ISSUER = "https://localhost"
VECTOR_RESOURCE = "https://localhost/.well-known/mercure"
VECTOR_TOKEN = (
    "eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9."
    "eyJpc3MiOiJodHRwczovL2xvY2FsaG9zdCIsImF1ZCI6Imh0dHBzOi8vbG9jYWxob3N0Ly53ZWxsLWtub3duL21lcmN1cmUiLCJleH"
    "AiOjQxMDI0NDQ4MDAsImF1dGhvcml6YXRpb25fZGV0YWlscyI6W3sidHlwZSI6Imh0dHBzOi8vbWVyY3VyZS5yb2Nrcy9hdXRob3Jp"
    "emF0aW9uLWRldGFpbCIsImFjdGlvbnMiOlsicHVibGlzaCJdLCJ0b3BpY3MiOlt7Im1hdGNoIjoiKiJ9XX0seyJ0eXBlIjoiaHR0cHM"
    "6Ly9tZXJjdXJlLnJvY2tzL2F1dGhvcml6YXRpb24tZGV0YWlsIiwiYWN0aW9ucyI6WyJzdWJzY3JpYmUiXSwidG9waWNzIjpbeyJtYX"
    "RjaCI6IioifV19XX0."
    "1A886psTW7_tef_gXildX88L1umkxOTfj_11ouB5rFk"
)
# The 0.x counterpart: must be refused.
LEGACY_TOKEN = (
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
    "eyJtZXJjdXJlIjp7InB1Ymxpc2giOlsiKiJdLCJzdWJzY3JpYmUiOlsiKiJdfX0."
    "nINXJPMGL7u4vvquYYm3zgMosrqrxTSooTs7R_OJLZA"
)

_HASHES = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}


def detail(*actions, topics=("*",), **extra):
    """A Mercure detail; a topic is a string or a whole matcher object."""
    matchers = [{"match": t} if isinstance(t, str) else t for t in topics]
    return {"type": DETAIL_TYPE, "actions": list(actions), "topics": matchers, **extra}


def claims(publish=(), subscribe=(), details=None, **members):
    """The claims of a good token. A member given as None is left out."""
    if details is None:
        details = []
        if publish:
            details.append(detail("publish", topics=publish))
        if subscribe:
            details.append(detail("subscribe", topics=subscribe))
    now = int(time.time())
    result = {
        "iss": ISSUER,
        "aud": RESOURCE,
        "sub": "urn:uuid:6f0c2f6e-0d9d-4b5c-8a3e-5b8f0f2f7a11",
        "client_id": ISSUER,
        "iat": now,
        "exp": now + 3600,
        "jti": "urn:uuid:0b7b3c0e-6f3e-4f8e-9a55-0f6a5a4f1c22",
        "authorization_details": details,
    }
    result.update(members)
    return {name: value for name, value in result.items() if value is not None}


def mint(key, algorithm="HS256", headers=None, **kwargs):
    """A token signed by PyJWT; kwargs as for claims()."""
    return jwt.encode(claims(**kwargs), key, algorithm=algorithm, headers={"typ": "at+jwt", **(headers or {})})


def publisher(*topics, **kwargs):
    return mint(PUBLISHER_KEY, publish=topics or ("*",), **kwargs)


def subscriber(*topics, **kwargs):
    return mint(SUBSCRIBER_KEY, subscribe=topics or ("*",), **kwargs)


def b64url(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def sign_text(header, payload, key, algorithm="HS256"):
    """A JWS over exactly these texts (or JSON values), however wrong they are."""

    def text(part):
        return part if isinstance(part, str) else json.dumps(part, separators=(",", ":"))

    signed = b64url(text(header).encode("utf-8", "surrogateescape"))
    signed += "." + b64url(text(payload).encode("utf-8", "surrogateescape"))
    mac = hmac.new(key.encode(), signed.encode("ascii"), _HASHES[algorithm]).digest()
    return signed + "." + b64url(mac)


def bearer(token):
    return ("authorization", f"Bearer {token}")
