# SPDX-License-Identifier: Apache-2.0
"""Active subscriptions as a client sees them: the API, and what a watcher makes of the events."""

import json
import re
from urllib.parse import quote

from lib import tokens
from lib.client import HUB_PATH
from lib.hub import base_config

PATH = HUB_PATH + "/subscriptions"
WATCH = "match_urlpattern=" + quote(PATH + "/*", safe="")
_CURSOR = re.compile(r'<([^>]*)>; rel="mercure"; last-event-id="((?:[^"\\]|\\.)*)"')


def presence_config(**hub_keys):
    return base_config(subscriptions=True, **hub_keys)


def segment(text):
    """ACT-3: simple expansion of RFC 6570."""
    return quote(text, safe="-._~")


def subscription_path(match_type, match, subscriber=None):
    parts = [segment(match_type), segment(match)] + ([segment(subscriber)] if subscriber else [])
    return "/".join([PATH, *parts])


def get(wire, path=PATH, token=None, headers=(), method="GET"):
    fields = [tokens.bearer(token or tokens.subscriber()), *headers]
    return wire.request(method, path, fields)


def links(response):
    return [value for name, value in response.headers if name == "link"]


def cursor_of(response):
    """ACT-19: the id in the Link to the hub."""
    for link in links(response):
        found = _CURSOR.match(link)
        if found:
            return re.sub(r"\\(.)", r"\1", found.group(2))
    raise AssertionError(f"no cursor in {response.headers}")


def snapshot(wire, path=PATH, token=None):
    """The subscriptions by their topic, and the cursor that belongs to them."""
    response = get(wire, path, token)
    assert response.status == 200, (response.status, response.body)
    document = json.loads(response.body)
    return {each["id"]: each for each in document["subscriptions"]}, cursor_of(response)


class Watcher:
    """Follows presence as the protocol has it: a snapshot, then the events after its cursor."""

    def __init__(self, wire, token=None, known=None, cursor=None):
        self.wire = wire
        self.token = token or tokens.subscriber()
        self.active = {}
        self.seen = []  # every event, as (topic, active)
        if cursor is None:
            known, cursor = snapshot(wire, token=self.token)
        self.active.update(known or {})
        self.cursor = cursor
        self.stream = None

    def connect(self, expect=True):
        """Goes on after the last event that it saw."""
        self.stream = self.wire.subscribe(WATCH, self.token, last_event_id=self.cursor)
        if expect:
            assert self.stream.cursor == self.cursor
        return self

    def disconnect(self):
        self.stream.close()
        self.stream = None

    def read(self, seconds):
        """Takes what comes within that time."""
        self.stream.pump(seconds)
        while len(self.stream.parser.events) > self.stream._next:
            self._apply(self.stream.next(0))

    def wait(self, condition, timeout, what):
        from lib.timing import Deadline

        deadline = Deadline(timeout)
        while not condition(self):
            assert not deadline.passed(), f"{what}: not within {timeout:g} s"
            self.read(min(0.2, deadline.left()))

    def _apply(self, event):
        document = json.loads(event.data)
        self.cursor = event.id
        self.seen.append((document["id"], document["active"]))
        if document["active"]:
            self.active[document["id"]] = document
        else:
            self.active.pop(document["id"], None)
