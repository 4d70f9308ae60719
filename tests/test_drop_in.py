# SPDX-License-Identifier: Apache-2.0
"""CFG-5: the variables of the reference hub's image configure this one; its Caddyfile can be converted."""

import socket
import subprocess

import pytest

from lib import tokens
from lib.client import HUB_PATH, form
from lib.hub import ROOT, run_cli

KEY = "the secret of a deployment that moves from one hub to the other"
KEYS = {"MERCURE_PUBLISHER_JWT_KEY": KEY, "MERCURE_SUBSCRIBER_JWT_KEY": KEY}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def drop_in(make_hub):
    """drop_in(NAME=value, ...): a hub with nothing but variables of the reference image, in clear text."""

    def make(**variables):
        port = free_port()
        running = make_hub("", env={**KEYS, "SERVER_NAME": f"http://localhost:{port}", **variables})
        running.http_port = port
        return running

    return make


def token(issuer="https://localhost", **grants):
    """Of protocol 1.0, for the URL that the scenarios' clients use."""
    return tokens.mint(KEY, iss=issuer, aud=f"http://hub.example.com{HUB_PATH}", **grants)


def old_token(publish=(), subscribe=()):
    return tokens.sign_text(
        {"alg": "HS256", "typ": "JWT"}, {"mercure": {"publish": list(publish), "subscribe": list(subscribe)}}, KEY
    )


def curl(*args):
    return subprocess.run(["curl", "-sS", *args], capture_output=True, text=True, timeout=20, check=True).stdout


def test_clients_of_1_0(drop_in, connect_as, topic):
    """CFG-5: two keys and a name are enough for a private update from a publisher to a subscriber."""
    own = connect_as("h1", drop_in())
    with own.subscribe([("match", topic)], token(subscribe=[topic])) as stream:
        event_id = own.publish(topic, "hello", token(publish=[topic]), private="on")
        event = stream.next()
        assert (event.id, event.data) == (event_id, "hello")
    assert own.stream([("match", topic)]).status == 401


def test_publisher_of_0_x(drop_in, connect_as, topic):
    """CFG-5, COMPAT-1: with protocol_version_compatibility, what an 0.x publisher sends by curl is taken."""
    hub = drop_in(MERCURE_EXTRA_DIRECTIVES="anonymous\nprotocol_version_compatibility 8")
    own = connect_as("h1", hub)
    with own.stream([("topic", topic)]) as stream:
        assert stream.status == 200
        answer = curl(
            *("-H", f"Authorization: Bearer {old_token(publish=['*'])}"),
            *("-d", f"topic={topic}", "-d", "data=hello", f"http://127.0.0.1:{hub.http_port}{HUB_PATH}"),
        )
        event = stream.next()
        assert (event.id, event.data) == (answer, "hello")


def test_0_x_is_off_without_the_directive(drop_in, connect_as, topic):
    """COMPAT-2: nothing else turns it on."""
    own = connect_as("h1", drop_in(MERCURE_EXTRA_DIRECTIVES="anonymous"))
    assert own.post([("topic", topic)], old_token(publish=["*"])).status == 401


def test_issuers(drop_in, connect_as, topic):
    """CFG-5: MERCURE_TRUSTED_ISSUERS, and issuer blocks in MERCURE_EXTRA_DIRECTIVES beside it."""
    extra = f'issuer https://b.example {{\n\tpublisher {{\n\t\tjwt "{KEY}" HS256\n\t}}\n}}'
    own = connect_as("h1", drop_in(MERCURE_TRUSTED_ISSUERS="https://a.example", MERCURE_EXTRA_DIRECTIVES=extra))
    for issuer, status in (("https://a.example", 200), ("https://b.example", 200), ("https://localhost", 401)):
        assert own.post([("topic", topic)], token(issuer, publish=["*"])).status == status, issuer


def test_history_is_kept_beside_the_old_one(drop_in, connect_as, topic, tmp_path):
    """CFG-5: MERCURE_TRANSPORT_URL; the file of the other hub is left alone."""
    old = tmp_path / "mercure.db"
    old.write_text("bolt")
    own = connect_as(
        "h1",
        drop_in(
            MERCURE_TRANSPORT_URL=f"bolt://{old}?size=100&bucket_name=updates",
            MERCURE_EXTRA_DIRECTIVES="protocol_version_compatibility 7",
        ),
    )
    assert own.post([("topic", topic)], old_token(publish=["*"])).status == 200
    assert old.read_text() == "bolt"
    assert (tmp_path / "mercure.db.cinnabar").is_dir()


def test_name_of_this_machine(make_hub):
    """CFG-5: `localhost` is https, by a certificate that the hub makes."""
    port = free_port()
    running = make_hub("", env={**KEYS, "SERVER_NAME": f"localhost:{port}"})
    url = f"https://localhost:{port}{HUB_PATH}?{form(('match', 'x'))}"
    answer = curl("-k", "-o", "/dev/null", "-w", "%{http_code}", url)
    assert answer == "401", running.output


@pytest.mark.parametrize(
    "env, sentence",
    [
        (
            {"SERVER_NAME": "hub.example.com"},
            "SERVER_NAME: hub.example.com needs a certificate, and Cinnabar does not get one by itself (no ACME); ",
        ),
        ({"SERVER_NAME": "localhost:http"}, 'SERVER_NAME: the name "localhost:http" must have one port '),
        (
            {"MERCURE_EXTRA_DIRECTIVES": "anonymous\nhartbeat 10s"},
            'MERCURE_EXTRA_DIRECTIVES:2:1: unknown directive "hartbeat"; did you mean "heartbeat"?',
        ),
        (
            {"MERCURE_EXTRA_DIRECTIVES": "heartbeat soon"},
            'MERCURE_EXTRA_DIRECTIVES:1:1: heartbeat must be a duration such as "40s" or "2m", got "soon"',
        ),
        (
            {"MERCURE_EXTRA_DIRECTIVES": "playground"},
            "MERCURE_EXTRA_DIRECTIVES:1:1: playground does not exist here: for development, `cinnabar run --dev`",
        ),
        (
            {"MERCURE_EXTRA_DIRECTIVES": "transport redis"},
            'MERCURE_EXTRA_DIRECTIVES:1:11: there is no transport "redis"; Cinnabar keeps history on disk ',
        ),
        ({"MERCURE_TRANSPORT_URL": "redis://r"}, "MERCURE_TRANSPORT_URL: MERCURE_TRANSPORT_URL must begin with bolt://"),
        ({"MERCURE_PUBLISHER_JWT_ALG": "none"}, "MERCURE_PUBLISHER_JWT_ALG: must be one of HS256, "),
        (
            {"MERCURE_EXTRA_DIRECTIVES": "public_urls https://hub.example.com/path"},
            "MERCURE_EXTRA_DIRECTIVES:1:1: hub.public_urls has the entry ",
        ),
        ({"MERCURE_SUBSCRIBER_JWT_KEY": ""}, "no issuer has a subscriber key, so nobody could subscribe; "),
    ],
)
def test_wrong_variables(tmp_path, env, sentence):
    """CFG-2, CFG-5: one line that says where, what, and how to mend it; never a key (CFG-4)."""
    ended = run_cli("run", env={**KEYS, **env}, cwd=tmp_path)
    assert ended.returncode == 1
    assert ended.stdout == ""
    lines = ended.stderr.splitlines()
    assert len(lines) == 1, ended.stderr
    assert lines[0].startswith(sentence), lines[0]
    assert KEY not in ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_other_sources_are_stronger(tmp_path):
    """CFG-5: a flag, then CINNABAR_*, then the file, then the reference image's variables; each is named."""
    (tmp_path / "hub.toml").write_text('[hub]\nwrite_timeout = "2s"\nheartbeat = "2s"\ncookie_name = "file"\n')
    env = {
        **KEYS,
        "MERCURE_EXTRA_DIRECTIVES": "write_timeout 1s\nheartbeat 1s\ncookie_name variable\nanonymous",
        "CINNABAR_HUB_HEARTBEAT": "3s",
        "CINNABAR_HUB_COOKIE_NAME": "environment",
    }
    shown = run_cli(
        "config", "--effective", "--config", "hub.toml", "--hub.cookie_name", "flag", env=env, cwd=tmp_path
    )
    assert shown.returncode == 0, shown.stderr
    for line in (
        "anonymous = true  # MERCURE_EXTRA_DIRECTIVES:4:1",
        'write_timeout = "2s"  # hub.toml:2:17',
        'heartbeat = "3s"  # CINNABAR_HUB_HEARTBEAT',
        'cookie_name = "flag"  # --hub.cookie_name',
        'dispatch_timeout = "5s"  # default',
        'publisher = { jwt = "********" }  # MERCURE_PUBLISHER_JWT_KEY',
    ):
        assert line in shown.stdout.splitlines(), shown.stdout
    assert KEY not in shown.stdout + shown.stderr


CADDYFILE = """\
{
	{$GLOBAL_OPTIONS}
}

{$CADDY_EXTRA_CONFIG}

{$SERVER_NAME:localhost} {
	log
	encode zstd gzip
	mercure {
		# The default issuer.
		issuer {$MERCURE_TRUSTED_ISSUERS:https://localhost} {
			publisher {
				jwt {env.MERCURE_PUBLISHER_JWT_KEY} {env.MERCURE_PUBLISHER_JWT_ALG}
			}
			subscriber {
				jwt {env.MERCURE_SUBSCRIBER_JWT_KEY} {env.MERCURE_SUBSCRIBER_JWT_ALG}
			}
		}
		cors_origins "https://a.example" https://b.example
		transport bolt {
			path /data/mercure.db
			size 1000
		}
		{$MERCURE_EXTRA_DIRECTIVES}
	}
}
"""


def test_converted_caddyfile(tmp_path):
    """CFG-1: convert-config prints what the hub loads, and copies no secret."""
    env = {
        **KEYS,
        "SERVER_NAME": ":8080",
        "GLOBAL_OPTIONS": "debug",
        "MERCURE_EXTRA_DIRECTIVES": "anonymous\nheartbeat 10s",
    }
    (tmp_path / "Caddyfile").write_text(CADDYFILE)
    converted = run_cli("convert-config", "Caddyfile", env=env, cwd=tmp_path)
    assert (converted.returncode, converted.stderr) == (0, "")
    assert KEY not in converted.stdout
    assert "# - Caddyfile:9:2: encode is not translated" in converted.stdout
    assert run_cli("convert-config", "-", env=env, cwd=tmp_path, stdin=CADDYFILE).returncode == 0
    (tmp_path / "hub.toml").write_text(converted.stdout)
    shown = run_cli("config", "--effective", "--config", "hub.toml", env=KEYS, cwd=tmp_path)
    assert shown.returncode == 0, shown.stderr
    in_force = [line.split("  # ")[0] for line in shown.stdout.splitlines()]
    for line in (
        'listen = ["http://0.0.0.0:8080", "http://[::]:8080"]',
        "anonymous = true",
        'cors_origins = ["https://a.example", "https://b.example"]',
        'heartbeat = "10s"',
        'id = "https://localhost"',
        'path = "/data/mercure.db.cinnabar"',
        "retention.count = 1000",
        'level = "debug"',
    ):
        assert line in in_force, shown.stdout


@pytest.mark.parametrize(
    "text, sentence",
    [
        (":80 {\n\tmercure {\n\t\tanonymus\n\t}\n}\n", 'Caddyfile:3:3: unknown directive "anonymus"; did you mean'),
        (":80 {\n\tmercure {\n", "Caddyfile:2:10: this { is never closed; "),
        (":80 {\n}\n", "Caddyfile: there is no mercure block in it"),
        ('mercure {\n\tname "x\n}\n', 'Caddyfile:2:7: a text begins with " and never ends; '),
    ],
)
def test_wrong_caddyfile(tmp_path, text, sentence):
    """CFG-2: file:line:column and a sentence."""
    (tmp_path / "Caddyfile").write_text(text)
    ended = run_cli("convert-config", "Caddyfile", cwd=tmp_path)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith(sentence), ended.stderr


def test_configuration_reference_is_fresh(tmp_path):
    """docs/reference/configuration.md is what the code says."""
    path = ROOT / "docs" / "reference" / "configuration.md"
    made = run_cli("config", "--reference", cwd=tmp_path)
    assert made.returncode == 0
    assert path.read_text() == made.stdout, (
        "stale; renew it: build/release/cinnabar config --reference > docs/reference/configuration.md"
    )
