# SPDX-License-Identifier: Apache-2.0
"""Fixtures of the black-box scenarios. The binary: CINNABAR_BIN, by default build/release/cinnabar."""

import pytest

from lib import hub as hub_module
from lib.client import WIRES, Wire
from lib.hub import Hub, base_config


def pytest_collection_modifyitems(items):
    if not hub_module.BINARY.exists() and items:
        pytest.exit(f"{hub_module.BINARY} does not exist: build first (./dev build) or set CINNABAR_BIN", 3)


@pytest.fixture(scope="module")
def config():
    """The configuration of a module's hub; modules override it."""
    return base_config()


@pytest.fixture(scope="module")
def hub(tmp_path_factory, config):
    """One hub for a module. Scenarios keep apart by topics of their own (see `topic`)."""
    with Hub(tmp_path_factory.mktemp("hub"), config) as running:
        yield running


@pytest.fixture
def make_hub(tmp_path):
    """Starts hubs for one scenario: make_hub(config, ...). All are stopped, and stop cleanly."""
    started = []

    def make(config=None, **kwargs):
        directory = tmp_path / f"hub{len(started)}"
        directory.mkdir()
        started.append(Hub(directory, config, **kwargs))
        return started[-1].start()

    yield make
    for running in started:
        running.stop()


@pytest.fixture(params=WIRES)
def wire_kind(request):
    return request.param


@pytest.fixture
def wire(wire_kind, hub):
    """The module's hub over each of the four wires."""
    opened = Wire(wire_kind, hub)
    yield opened
    opened.close_all()


@pytest.fixture
def connect(wire_kind, make_hub):
    """connect(hub): a wire to a hub of the scenario's own, over each of the four wires.

    Asks for make_hub so that connections are closed before their hubs are stopped."""
    opened = []

    def to(target):
        opened.append(Wire(wire_kind, target))
        return opened[-1]

    yield to
    for each in opened:
        each.close_all()


@pytest.fixture
def connect_as(make_hub):
    """connect_as(kind, hub): for scenarios that are about one wire."""
    opened = []

    def to(kind, target):
        opened.append(Wire(kind, target))
        return opened[-1]

    yield to
    for each in opened:
        each.close_all()


@pytest.fixture
def topic(request):
    """A topic that no other scenario of the module uses."""
    return f"https://example.com/{request.node.name}"
