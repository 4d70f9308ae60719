# SPDX-License-Identifier: Apache-2.0
"""A small disk of a scenario's own, to be filled."""

import os
import subprocess

import pytest


@pytest.fixture
def small_disk(tmp_path):
    """A directory of 64 MiB."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    path = tmp_path / "disk"
    path.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", path], capture_output=True, text=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip(f"no tmpfs can be mounted here: {mounted.stderr.strip()}")
    yield path
    subprocess.run(["umount", path], check=True)


def fill(path):
    """Takes all the space that is left; deleting the file gives it back."""
    ballast = path / "ballast"
    with ballast.open("wb") as file:
        for size in (1 << 20, 4096, 1):
            try:
                while True:
                    os.write(file.fileno(), b"\0" * size)
            except OSError:
                pass
    return ballast
