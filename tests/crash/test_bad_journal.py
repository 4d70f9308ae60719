# SPDX-License-Identifier: Apache-2.0
"""A journal that cannot be used stops the start with one sentence, and is left as it was."""

import hashlib
import os
import subprocess

import pytest

from lib import toml
from lib.certs import make_certificate
from lib.client import Wire
from lib.hub import BINARY, Hub, disk_config, environment, run_cli
from lib.timing import scaled


@pytest.fixture
def stored(tmp_path):
    """A stopped hub with ten updates in its journal."""
    hub = Hub(tmp_path, disk_config(tmp_path / "db"))
    with hub:
        for number in range(10):
            Wire("h1", hub).publish("t", "x" * 1000, id=f"e{number}")
    return hub


def attempt(hub):
    """Tries to start with the hub's configuration: the finished process."""
    path = hub.directory / "attempt.toml"
    path.write_text(toml.dumps(hub.config))
    return run_cli("run", "--config", path, cwd=hub.directory)


def refusal(process):
    """The one sentence."""
    assert process.returncode not in (0, None) and process.returncode > 0, process
    lines = [line for line in process.stderr.splitlines() if " info " not in line]
    assert len(lines) == 1, process.stderr
    return lines[0]


def fingerprint(directory):
    """What every file holds; the store's own log and lock are not contents."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in directory.rglob("*")
        if path.is_file() and not path.name.startswith(("LOG", "LOCK"))
    }


def test_lock_held(stored):
    """A second process on the same journal is refused; the first goes on."""
    with stored:
        other = disk_config(stored.directory / "db")
        path = stored.directory / "second.toml"
        path.write_text(toml.dumps(other))
        sentence = refusal(run_cli("run", "--config", path, cwd=stored.directory))
        assert str(stored.directory / "db") in sentence
        assert "another process" in sentence or "in use" in sentence or "lock" in sentence
        Wire("h1", stored).publish("t", id="still alive")


@pytest.mark.skipif(not os.path.exists("/usr/sbin/runuser"), reason="needs runuser to drop root's rights")
def test_unwritable_directory(tmp_path):
    """Root may write anywhere, so the hub runs as nobody."""
    if os.geteuid() != 0:
        pytest.skip("only root can become another user")
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o755)
    make_certificate(tmp_path)
    os.chmod(tmp_path / "cert-key.pem", 0o644)
    config = tmp_path / "hub.toml"
    config.write_text(toml.dumps(disk_config(closed / "db")))
    for directory in [tmp_path, *tmp_path.parents]:
        if directory.stat().st_mode & 0o005 != 0o005 and str(directory) != "/":
            os.chmod(directory, directory.stat().st_mode | 0o055)
    process = subprocess.run(
        ["runuser", "-u", "nobody", "--", str(BINARY), "run", "--config", str(config)],
        env=environment(),
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=scaled(20),
        check=False,
    )
    sentence = refusal(process)
    assert str(closed) in sentence
    assert "ermission denied" in sentence or "writ" in sentence
    assert list(closed.iterdir()) == []


def test_path_is_a_file(tmp_path):
    """The path is named."""
    (tmp_path / "db").write_text("I am a file")
    hub = Hub(tmp_path, disk_config(tmp_path / "db"))
    make_certificate(tmp_path)
    assert str(tmp_path / "db") in refusal(attempt(hub))
    assert (tmp_path / "db").read_text() == "I am a file"


def test_directory_of_something_else(tmp_path):
    """Whether a directory that holds other things is refused or used: what is in it stays."""
    (tmp_path / "db").mkdir()
    (tmp_path / "db" / "letter.txt").write_text("dear")
    hub = Hub(tmp_path, disk_config(tmp_path / "db"))
    try:
        with hub:
            pass
    except AssertionError:
        assert str(tmp_path / "db") in hub.output
    assert (tmp_path / "db" / "letter.txt").read_text() == "dear"


def corrupt_data(directory):
    """Spoils the data of an update in the middle. (A spoilt length near the end of a log cannot be told
    from a write that a crash has cut off.)"""
    spoilt = []
    for path in directory.rglob("*"):
        raw = bytearray(path.read_bytes()) if path.is_file() else bytearray()
        at = raw.find(b"x" * 100, len(raw) // 2)
        if at >= 0:
            raw[at : at + 50] = b"y" * 50
            path.write_bytes(raw)
            spoilt.append(path)
    return spoilt


def corrupt_current(directory):
    (directory / "CURRENT").write_text("nonsense\n")
    return [directory / "CURRENT"]


def corrupt_manifest(directory):
    [manifest] = directory.glob("MANIFEST-*")
    manifest.write_bytes(b"\0" * manifest.stat().st_size)
    return [manifest]


@pytest.mark.parametrize("spoil", [corrupt_data, corrupt_current, corrupt_manifest])
def test_corrupt_files(stored, spoil):
    """One sentence that names the journal; nothing is overwritten."""
    directory = stored.directory / "db"
    assert spoil(directory)
    before = fingerprint(directory)
    sentence = refusal(attempt(stored))
    assert str(directory) in sentence
    assert "corrupt" in sentence.lower() or "damaged" in sentence.lower()
    after = fingerprint(directory)
    assert {name: after.get(name) for name in before} == before
