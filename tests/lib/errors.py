# SPDX-License-Identifier: Apache-2.0
"""What a refusal looks like: status, challenge to the byte, and silence about the reason."""

import json
from urllib.parse import urlsplit

from lib import tokens

COMMON = [
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("x-xss-protection", "1; mode=block"),
    ("content-security-policy", "default-src 'self'"),
]

_INSERT = "/.well-known/oauth-protected-resource"


def metadata_url(resource=tokens.RESOURCE):
    """DISC-5: the well-known path goes between the origin and the path of the resource."""
    parts = urlsplit(resource)
    return f"{parts.scheme}://{parts.netloc}{_INSERT}{parts.path}"


def expected_challenge(wire, error):
    """ERR-2 to ERR-7. `resource_metadata` is there exactly when the hub serves the document."""
    document = wire.request("GET", urlsplit(metadata_url()).path)
    parameters = [f'error="{error}"'] if error else []
    if document.status == 200:
        resource = json.loads(document.body)["resource"]
        parameters.append(f'resource_metadata="{metadata_url(resource)}"')
    return " ".join(["Bearer", ", ".join(parameters)]) if parameters else "Bearer"


def assert_common_fields(headers):
    """ERR-15: on every response."""
    found = [(n, v) for n, v in headers if n in dict(COMMON)]
    assert sorted(found) == sorted(COMMON)


def assert_refused(wire, response, status, error=None):
    """`error`: the code of the challenge, "" for a bare one, None when no challenge is due."""
    assert response.status == status, response
    assert_common_fields(response.headers)
    challenge = response.header("www-authenticate")
    if error is None:
        assert challenge is None
    else:
        assert challenge == expected_challenge(wire, error)
    if status in (401, 403):
        # ERR-8, ERR-9: the same words whatever the reason.
        reason = {401: b"Unauthorized\n", 403: b"Forbidden\n"}[status]
        assert response.body == reason
        assert response.header("content-type") == "text/plain; charset=utf-8"
