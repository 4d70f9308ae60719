# SPDX-License-Identifier: Apache-2.0
"""Configuration: each mistake gets one sentence that says where, what, and how to mend it; flags beat
environment beats file."""

import re
import shutil
import socket

import pytest

from lib import certs, tokens, toml
from lib.certs import make_certificate
from lib.client import connect
from lib.hub import base_config, run_cli

GOOD = f"""\
[server]
listen = ["http://127.0.0.1:0"]
[hub]
anonymous = true
heartbeat = "40s"
[[issuer]]
id = "https://example.com"
publisher = {{ jwt = "{tokens.PUBLISHER_KEY}", alg = "HS256" }}
subscriber = {{ jwt = "{tokens.SUBSCRIBER_KEY}", alg = "HS256" }}
[journal]
type = "memory"
"""


def check(tmp_path, text, env=None):
    path = tmp_path / "hub.toml"
    path.write_text(text)
    return run_cli("check-config", "hub.toml", cwd=tmp_path, env=env)


def replaced(old, new):
    assert old in GOOD
    return GOOD.replace(old, new, 1)


# What the file says, where the complaint points, and words that it has to hold.
MISTAKES = [
    ("unknown key", replaced("heartbeat", "hartbeat"), "5:1", ["hartbeat", "heartbeat"]),
    ("unknown key, far from all", replaced("heartbeat", "zzzzzz"), "5:1", ["zzzzzz"]),
    ("unknown section", replaced("[journal]", "[jurnal]"), "10:", ["jurnal", "journal"]),
    ("key in the wrong section", replaced('type = "memory"', 'heartbeat = "4s"'), "11:1", ["heartbeat", "hub"]),
    ("unknown key of an issuer", replaced("id =", "ident ="), "7:1", ["ident"]),
    ("unknown key of a role", replaced('alg = "HS256" }\nsub', 'algo = "HS256" }\nsub'), "8:", ["algo", "alg"]),
    ("integer for a duration", replaced('"40s"', "40"), "5:13", ["heartbeat", "duration", "40"]),
    ("duration without unit", replaced('"40s"', '"40"'), "5:13", ["heartbeat", "duration", '"40"']),
    ("duration with a bad unit", replaced('"40s"', '"40 parsecs"'), "5:13", ["heartbeat", "duration"]),
    ("negative duration", replaced('"40s"', '"-1s"'), "5:13", ["heartbeat", "duration"]),
    ("string for a boolean", replaced("anonymous = true", 'anonymous = "yes"'), "4:13", ["anonymous", "true or false"]),
    ("integer for a boolean", replaced("anonymous = true", "anonymous = 1"), "4:13", ["anonymous", "true or false"]),
    (
        "bad size",
        replaced('heartbeat = "40s"', 'max_request_body_size = "1 potato"'),
        "5:25",
        ["max_request_body_size", "size"],
    ),
    ("unknown journal", replaced('"memory"', '"sqlite"'), "11:8", ["journal.type", "rocksdb", "memory", "sqlite"]),
    ("unknown sync", GOOD + 'sync = "sometimes"\n', "12:8", ["journal.sync", "always", "interval", "never"]),
    ("number for a path", GOOD + "path = 7\n", "12:8", ["journal.path", "string"]),
    ("negative count", GOOD + "retention = { count = -1 }\n", "12:", ["retention.count"]),
    ("unknown retention key", GOOD + "retention = { size = 1 }\n", "12:", ["size", "retention"]),
    ("address without scheme", replaced("http://127.0.0.1:0", "127.0.0.1:0"), "2:", ["127.0.0.1:0", "http"]),
    ("address with a bad port", replaced("127.0.0.1:0", "127.0.0.1:70000"), "2:", ["70000"]),
    ("address with a name", replaced("127.0.0.1:0", "hub.example.com:0"), "2:", ["hub.example.com"]),
    ("listen is a number", replaced('["http://127.0.0.1:0"]', "3000"), "2:10", ["listen"]),
    ("unknown algorithm", replaced('"HS256"', '"HS257"'), "8:", ["alg", "HS256"]),
    ("algorithm none", replaced('"HS256"', '"none"'), "8:", ["alg", "HS256"]),
    ("issuer without id", replaced('id = "https://example.com"\n', ""), "6:", ["id"]),
    ("empty issuer id", replaced('"https://example.com"', '""'), None, ["id"]),
    ("issuer is no array", replaced("[[issuer]]", "[issuer]"), "6:", ["[[issuer]]"]),
    ("syntax", replaced('"40s"', '"40s'), "5:", ["TOML"]),
    ("key twice", replaced("anonymous = true", "anonymous = true\nanonymous = true"), "5:", ["anonymous"]),
    ("relative path", replaced("anonymous = true", 'path = "mercure"'), "4:8", ["path", "/"]),
    (
        "resource identifier with a fragment",
        replaced("anonymous = true", 'anonymous = true\nresource_identifier = "https://h/x#y"'),
        "5:23",
        ["resource_identifier"],
    ),
    (
        "relative resource identifier",
        replaced("anonymous = true", 'anonymous = true\nresource_identifier = "hub"'),
        "5:23",
        ["resource_identifier"],
    ),
    ("https without a certificate", replaced("http://127", "https://127"), None, ["tls", "https"]),
]


@pytest.mark.parametrize("text, place, words", [pytest.param(*row[1:], id=row[0]) for row in MISTAKES])
def test_mistakes(tmp_path, text, place, words):
    """One line: file:line:column, and the words; the same from check-config and from run."""
    checked = check(tmp_path, text)
    assert checked.returncode != 0
    assert checked.stdout == ""
    lines = checked.stderr.splitlines()
    assert len(lines) == 1, checked.stderr
    if place is not None:
        assert lines[0].startswith(f"hub.toml:{place}"), lines[0]
        assert re.match(r"hub\.toml:\d+:\d+: ", lines[0])
    for word in words:
        assert word in lines[0], lines[0]
    ran = run_cli("run", "--config", "hub.toml", cwd=tmp_path)
    assert (ran.returncode, ran.stdout, ran.stderr) == (checked.returncode, "", checked.stderr)


MISSING = [
    ("no issuer", GOOD[: GOOD.index("[[issuer]]")] + '[journal]\ntype = "memory"\n', ["issuer"]),
    ("no publisher key", re.sub(r"publisher = .*\n", "", GOOD), ["publisher"]),
    (
        "no subscriber key and not anonymous",
        re.sub(r"subscriber = .*\n", "", GOOD).replace("anonymous = true", "anonymous = false"),
        ["subscriber", "anonymous"],
    ),
    (
        "issuer twice",
        GOOD.replace("[journal]", GOOD[GOOD.index("[[issuer]]") : GOOD.index("[journal]")] + "[journal]"),
        ["https://example.com"],
    ),
    ("empty secret", GOOD.replace(tokens.PUBLISHER_KEY, ""), ["publisher"]),
    (
        "TOK-19: a PEM key with HS256",
        GOOD.replace(tokens.PUBLISHER_KEY, "-----BEGIN PUBLIC KEY-----\\nAAAA\\n-----END PUBLIC KEY-----"),
        ["PEM"],
    ),
]


@pytest.mark.parametrize("text, words", [pytest.param(*row[1:], id=row[0]) for row in MISSING])
def test_incomplete_configurations(tmp_path, text, words):
    """CFG-2, TOK-19: refused with the cause."""
    checked = check(tmp_path, text)
    assert checked.returncode != 0
    for word in words:
        assert word in checked.stderr


def test_several_mistakes_are_told_at_once(tmp_path):
    """Each on its own line, in the order of the file."""
    checked = check(tmp_path, replaced("heartbeat", "hartbeat").replace('"memory"', "7").replace("= true", "= 1"))
    assert [line.split(" ")[0] for line in checked.stderr.splitlines()] == [
        "hub.toml:4:13:",
        "hub.toml:5:1:",
        "hub.toml:11:8:",
    ]


def test_secrets_are_not_repeated(tmp_path):
    """CFG-4: a complaint about a key does not show it, nor does a good start."""
    for text in (
        GOOD.replace('"HS256"', '"HS257"'),
        GOOD.replace(f'"{tokens.PUBLISHER_KEY}"', f'["{tokens.PUBLISHER_KEY}"]'),
        GOOD.replace(f'jwt = "{tokens.PUBLISHER_KEY}",', f'jwt = "{tokens.PUBLISHER_KEY}'),
        GOOD,
    ):
        checked = check(tmp_path, text)
        assert tokens.PUBLISHER_KEY[:20] not in checked.stdout + checked.stderr


def test_good_configuration(tmp_path):
    """check-config approves, and leaves nothing behind."""
    checked = check(tmp_path, GOOD.replace('type = "memory"', 'path = "db"'))
    assert checked.returncode == 0, checked.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["hub.toml"]


def test_every_key_of_the_guide(tmp_path):
    """All keys at once, as users of the reference hub know them."""
    make_certificate(tmp_path)
    config = {
        "server": {
            "listen": ["http://127.0.0.1:0", "https://127.0.0.1:0"],
            "tls": {"certificate": "cert.pem", "key": "cert-key.pem"},
        },
        "hub": {
            "anonymous": True,
            "path": "/.well-known/mercure",
            "resource_identifier": tokens.RESOURCE,
            "heartbeat": "40s",
            "write_timeout": "600s",
            "dispatch_timeout": "5s",
            "max_request_body_size": "1MiB",
        },
        "issuer": base_config()["issuer"],
        "journal": {
            "type": "rocksdb",
            "path": "cinnabar.db",
            "retention": {"count": 0, "age": "0s", "bytes": "1GiB"},
            "sync": "always",
        },
    }
    checked = check(tmp_path, toml.dumps(config))
    assert checked.returncode == 0, checked.stderr


def test_missing_file(tmp_path):
    """The file that was named is named, with the reason."""
    for command in (["check-config", "none.toml"], ["run", "--config", "none.toml"]):
        ended = run_cli(*command, cwd=tmp_path)
        assert ended.returncode != 0
        assert "none.toml" in ended.stderr
        assert "No such file" in ended.stderr


# -- environment and flags --------------------------------------------------------------------


def test_environment_beats_file(make_hub, connect_as):
    """CINNABAR_<SECTION>_<KEY>."""
    running = make_hub(base_config(path="/file"), env={"CINNABAR_HUB_PATH": "/environment"})
    own = connect_as("h1", running)
    assert own.request("GET", "/environment").status == 400
    assert own.request("GET", "/file").status == 404


def test_flags_beat_environment(make_hub, connect_as):
    """--section.key."""
    env = {"CINNABAR_HUB_PATH": "/environment"}
    running = make_hub(base_config(path="/file"), env=env, args=["--hub.path", "/flag"])
    own = connect_as("h1", running)
    assert own.request("GET", "/flag").status == 400
    assert own.request("GET", "/environment").status == 404


ENVIRONMENT = {
    "CINNABAR_SERVER_LISTEN": "http://127.0.0.1:0",
    "CINNABAR_HUB_RESOURCE_IDENTIFIER": tokens.RESOURCE,
    "CINNABAR_HUB_ANONYMOUS": "true",
    "CINNABAR_ISSUER_ID": tokens.ISSUER,
    "CINNABAR_ISSUER_PUBLISHER_JWT": tokens.PUBLISHER_KEY,
    "CINNABAR_JOURNAL_TYPE": "memory",
}
FLAGS = [
    *("--server.listen", "http://127.0.0.1:0"),
    *("--hub.resource_identifier", tokens.RESOURCE),
    *("--hub.anonymous", "true"),
    *("--issuer.id", tokens.ISSUER),
    *("--issuer.publisher.jwt", tokens.PUBLISHER_KEY),
    *("--journal.type", "memory"),
]


@pytest.mark.parametrize("env, args", [(ENVIRONMENT, []), ({}, FLAGS)], ids=["environment", "flags"])
def test_no_file_at_all(make_hub, connect_as, topic, env, args):
    """A whole hub out of the environment alone, or out of flags alone."""
    own = connect_as("h1", make_hub("", env=env, args=args))
    with own.subscribe([("match", topic)]) as stream:
        event_id = own.publish(topic)
        assert stream.next().id == event_id


@pytest.mark.parametrize(
    "env, words",
    [
        ({"CINNABAR_HUB_HEARTBEAT": "4x"}, ["CINNABAR_HUB_HEARTBEAT", "duration", "4x"]),
        ({"CINNABAR_HUB_HARTBEAT": "4s"}, ["CINNABAR_HUB_HARTBEAT", "CINNABAR_HUB_HEARTBEAT"]),
        ({"CINNABAR_HUB_ANONYMOUS": "perhaps"}, ["CINNABAR_HUB_ANONYMOUS", "true or false"]),
    ],
)
def test_bad_environment(tmp_path, env, words):
    """The variable is named."""
    (tmp_path / "hub.toml").write_text(GOOD)
    ended = run_cli("run", "--config", "hub.toml", cwd=tmp_path, env=env)
    assert ended.returncode != 0
    for word in words:
        assert word in ended.stderr


@pytest.mark.parametrize(
    "args, words",
    [
        (["--hub.heartbeat", "4x"], ["--hub.heartbeat", "duration", "4x"]),
        (["--hub.hartbeat", "4s"], ["--hub.hartbeat", "--hub.heartbeat"]),
        (["--journal.type", "sqlite"], ["--journal.type", "rocksdb"]),
        (["--dve"], ["--dve", "--dev"]),
    ],
)
def test_bad_flags(tmp_path, args, words):
    """The flag is named, and the nearest one."""
    (tmp_path / "hub.toml").write_text(GOOD)
    ended = run_cli("run", "--config", "hub.toml", *args, cwd=tmp_path)
    assert ended.returncode != 0
    for word in words:
        assert word in ended.stderr


# -- what goes wrong after the file was read --------------------------------------------------


def test_port_in_use(make_hub, tmp_path):
    """The address is named, with the reason."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        (tmp_path / "hub.toml").write_text(GOOD.replace("127.0.0.1:0", f"127.0.0.1:{port}"))
        ended = run_cli("run", "--config", "hub.toml", cwd=tmp_path)
    assert ended.returncode != 0
    assert f"127.0.0.1:{port}" in ended.stderr
    assert "in use" in ended.stderr


def tls_config(tmp_path):
    make_certificate(tmp_path)
    config = base_config()
    path = tmp_path / "hub.toml"
    path.write_text(toml.dumps(config))
    return path


@pytest.mark.parametrize(
    "spoil, words",
    [
        (lambda d: (d / "cert.pem").unlink(), ["cert.pem"]),
        (lambda d: (d / "cert-key.pem").unlink(), ["cert-key.pem"]),
        (lambda d: (d / "cert.pem").write_text("nonsense"), ["cert.pem"]),
        (lambda d: (d / "cert-key.pem").write_text("nonsense"), ["cert-key.pem"]),
        (lambda d: shutil.copy(make_certificate(d, stem="other")[1], d / "cert-key.pem"), ["key"]),
    ],
    ids=["no certificate", "no key", "bad certificate", "bad key", "key of another certificate"],
)
def test_bad_certificates(tmp_path, spoil, words):
    """The file is named; the hub does not start."""
    path = tls_config(tmp_path)
    spoil(tmp_path)
    ended = run_cli("run", "--config", path, cwd=tmp_path)
    assert ended.returncode != 0
    for word in words:
        assert word in ended.stderr


def test_self_signed(tmp_path, make_hub):
    """tls = "self-signed": made once, kept, and good for localhost."""
    config = base_config()
    config["server"]["tls"] = "self-signed"
    config["server"]["self_signed_directory"] = str(tmp_path / "tls")
    running = make_hub(config)

    def handshake():
        [pem] = [p for p in (tmp_path / "tls").glob("*.pem") if "key" not in p.name]
        context = certs.client_context(pem, ["http/1.1"])
        with context.wrap_socket(connect(running.https_port), server_hostname="localhost") as sock:
            return sock.getpeercert(binary_form=True)

    first = handshake()
    running.stop()
    running.start()
    assert handshake() == first
    keys = [p for p in (tmp_path / "tls").iterdir() if "key" in p.name]
    assert [oct(p.stat().st_mode & 0o777) for p in keys] == ["0o600"]
