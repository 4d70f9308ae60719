# SPDX-License-Identifier: Apache-2.0
"""`run --dev`: needs nothing, and what it prints works as pasted."""

import contextlib
import os
import re
import signal
import subprocess

import jwt
import pytest

from lib.client import Wire
from lib.hub import Hub, environment, run_cli
from lib.timing import scaled, wait_until

ANY_PORT = ["--dev", "--server.listen", "http://127.0.0.1:0,https://localhost:0"]


@pytest.fixture
def dev(tmp_path):
    """A development hub on free ports that keeps its things in the scenario's directory."""
    hub = Hub(tmp_path, "", env={"CINNABAR_DEV_DIR": str(tmp_path / "dev")}, args=ANY_PORT)
    with hub:
        wait_until(lambda: hub.https_port and "Ctrl-C" in hub.output, scaled(20), "instructions")
        yield hub


def commands(hub):
    """The lines that are meant to be pasted."""
    return [line.strip() for line in hub.output.splitlines() if re.match(r"\s+(\w+=\S+ )*\S*(curl|cinnabar) ", line)]


def paste(command, hub):
    """Runs it in a shell, as a newcomer would."""
    return subprocess.run(
        ["bash", "-c", command],
        env=environment(),
        cwd=hub.directory,
        capture_output=True,
        text=True,
        timeout=scaled(20),
        check=False,
    )


@contextlib.contextmanager
def pasted_subscriber(command, hub):
    """Pastes a command that goes on; yields a function that waits for a line of its output."""
    process = subprocess.Popen(
        ["bash", "-c", "exec " + command],
        env=environment(),
        cwd=hub.directory,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    os.set_blocking(process.stdout.fileno(), False)
    seen = bytearray()

    def wait_line(text):
        def there():
            seen.extend(process.stdout.read() or b"")
            return text.encode() in seen

        wait_until(there, scaled(20), f"{text!r} from {command[:40]}")

    try:
        yield wait_line
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(scaled(10))
        process.stdout.close()


def test_printed_commands_work_as_pasted(dev):
    """Subscribe in clear text and over TLS, publish, mint: word for word."""
    printed = commands(dev)
    [publish] = [c for c in printed if "-d topic=" in c]
    subscribers = [c for c in printed if "curl -N" in c]
    [mint] = [c for c in printed if " token " in c]
    assert len(subscribers) == 2
    assert any("https://" in c for c in subscribers)
    with contextlib.ExitStack() as stack:
        waits = [stack.enter_context(pasted_subscriber(command, dev)) for command in subscribers]
        for wait_line in waits:
            wait_line(":\n")
        published = paste(publish, dev)
        assert published.returncode == 0
        assert published.stdout.startswith("urn:uuid:")
        for wait_line in waits:
            wait_line("data: Hello, world\n")

    minted = paste(mint, dev)
    assert minted.returncode == 0, minted.stderr
    again = re.sub(r"Bearer [\w.-]+", "Bearer " + minted.stdout.strip(), publish)
    assert paste(again, dev).stdout.startswith("urn:uuid:")


def test_minted_by_dev(dev):
    """`token --dev`: everything by default, or what is asked for; bound to this hub."""
    wire = Wire("h1", dev)
    everything = run_cli("token", "--dev", env=dev.env).stdout.strip()
    assert wire.post([("topic", "anything")], token=everything).status == 200
    one = run_cli("token", "--dev", "--publish", "one", env=dev.env).stdout.strip()
    assert wire.post([("topic", "one")], token=one).status == 200
    assert wire.post([("topic", "two")], token=one).status == 403
    with wire.subscribe("match=anything", token=everything) as stream:
        event_id = wire.publish("anything", token=everything, private="on")
        assert stream.next().id == event_id


def test_key_is_random_and_kept(dev, tmp_path):
    """The key survives a restart, is nobody else's, is readable by its owner alone, and is not printed."""
    keys = [p for p in (tmp_path / "dev").rglob("*") if p.is_file() and p.name == "key"]
    assert [oct(p.stat().st_mode & 0o777) for p in keys] == ["0o600"]
    secret = keys[0].read_text().strip()
    assert secret not in dev.output
    token = run_cli("token", "--dev", env=dev.env).stdout.strip()
    jwt.decode(token, secret, algorithms=["HS256"], options={"verify_aud": False})

    first = Wire("h1", dev).publish("t", "before", token=token)
    dev.stop()
    dev.start()
    assert keys[0].read_text().strip() == secret
    wire = Wire("h1", dev)
    with wire.subscribe("match=t&last_event_id=earliest") as stream:
        assert stream.next().id == first  # history is kept too
        second = wire.publish("t", "after", token=token)
        assert stream.next().id == second

    other = {"CINNABAR_DEV_DIR": str(tmp_path / "other")}
    stranger = Hub(tmp_path, "", env=other, args=ANY_PORT)
    with stranger:
        assert (tmp_path / "other" / "key").read_text().strip() != secret
        assert Wire("h1", stranger).post([("topic", "t")], token=token).status == 401


def test_certificate_is_kept(dev, tmp_path):
    """The certificate is made once; a client that trusts it keeps doing so."""
    [pem] = [p for p in (tmp_path / "dev").rglob("*.pem") if "key" not in p.name]
    before = pem.read_bytes()
    dev.stop()
    dev.start()
    assert pem.read_bytes() == before


def test_token_dev_without_a_hub(tmp_path):
    """`token --dev` before the first `run --dev` still gives a token of that hub, or says what to do."""
    ended = run_cli("token", "--dev", env={"CINNABAR_DEV_DIR": str(tmp_path / "dev")})
    if ended.returncode == 0:
        secret = (tmp_path / "dev" / "key").read_text().strip()
        jwt.decode(ended.stdout.strip(), secret, algorithms=["HS256"], options={"verify_aud": False})
    else:
        assert "run --dev" in ended.stderr
