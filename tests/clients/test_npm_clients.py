# SPDX-License-Identifier: Apache-2.0
"""The JavaScript clients that people use with Mercure hubs: each resumes by itself, by its own means.

All of them listen at the same time to the same updates: first to a hub that ends each stream after
a short life, then to one that dies (Node.js) or drains (Chromium). Each scenario below judges one.
"""

import functools
import json
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from lib import certs, tokens
from lib.client import HUB_PATH, Wire, form
from lib.clients import (
    FOLDER,
    MODULES,
    JsonProcess,
    Subscriber,
    install_npm_packages,
    legacy_token,
    pump,
    version_of,
)
from lib.hub import Hub, disk_config
from lib.timing import SCALE, Deadline, scaled

BOOK = "https://example.com/books/1"
AUTHOR = "https://example.com/authors/1"  # everybody selects it, nobody is granted it


@dataclass(frozen=True)
class Dialect:
    """How clients of an era select and prove."""

    selectors: tuple
    cookie: str

    def query(self, *more):
        return form(*self.selectors, *more)

    def token(self):
        raise NotImplementedError


class Modern(Dialect):
    def token(self):
        return tokens.subscriber({"match": "https://example.com/books/:id", "match_type": "urlpattern"})


class Legacy(Dialect):
    def token(self):
        return legacy_token(tokens.SUBSCRIBER_KEY, subscribe=["https://example.com/books/{id}"])


DIALECTS = {
    "1.0": Modern(
        (("match_urlpattern", "https://example.com/books/:id"), ("match", AUTHOR)),
        "__Secure-mercure_access_token",
    ),
    "0.x": Legacy((("topic", "https://example.com/books/{id}"), ("topic", AUTHOR)), "mercureAuthorization"),
}


def config(directory, **hub_keys):
    """A hub for both dialects, whose streams live two seconds at most."""
    result = disk_config(directory / "db")
    keys = {"anonymous": False, "write_timeout": f"{round(2000 * SCALE)}ms", "protocol_version_compatibility": 7}
    result["hub"].update({**keys, **hub_keys})
    result["issuer"][0]["protocol"] = "both"
    return result


class Publisher:
    """Publishes what every subscriber has to get, interspersed with what none may get."""

    def __init__(self, hub):
        self._wire = Wire("h1", hub)
        self._tokens = [tokens.publisher(), legacy_token(tokens.PUBLISHER_KEY, publish=["*"])]
        self.expected = []

    def publish(self, topic=BOOK, **fields):
        """The eras take turns in publishing; the even ones have a type, all have two lines."""
        number = len(self.expected)
        data = f"number {number}\nsecond line"
        if number % 2 == 0:
            fields["type"] = "book"
        event_id = self._wire.publish(topic, data, token=self._tokens[number % len(self._tokens)], **fields)
        self.expected.append({"id": event_id, "data": data, "type": fields.get("type", "message")})

    def publish_all_kinds(self, count, pause):
        for number in range(count):
            time.sleep(pause)
            if number % 5 == 0:
                self._wire.publish(AUTHOR, "private to others", private="on")
                self.publish(AUTHOR)
            else:
                self.publish(private="on")


def outlive(hub, subscribers, interrupt):
    """Updates over some lives of the streams, and then over the interruption of the hub.

    A subscriber that fails at a step is judged by its scenario, and is not waited for at the next.
    """
    publisher = Publisher(hub)
    # A client cannot resume before it has an ID, and they come at their own pace: each begins with
    # whichever of these it gets. What the clients respect of `retry` saves time.
    started = []
    patience = Deadline(scaled(40))
    while len(started) < len(subscribers) and not patience.passed():
        publisher.publish(private="on", retry=300)
        started = pump(subscribers, lambda each: each.events, 0.2)
    beginnings = {event["id"] for event in publisher.expected}
    openings = {each.name: each.opened for each in subscribers}

    def complete(subscriber):
        return subscriber.events[-1] == publisher.expected[-1]

    publisher.publish_all_kinds(40, 0.1 * SCALE)
    resumed = pump(started, complete, scaled(10))
    before = {each.name: each.opened for each in subscribers}

    interrupt(hub)
    hub.start()
    publisher.publish_all_kinds(10, 0)
    pump(resumed, lambda each: complete(each) and each.opened > before[each.name], scaled(20))

    def judge(subscriber):
        assert subscriber.events, f"received nothing: {subscriber}"
        assert subscriber.events[0]["id"] in beginnings, str(subscriber)
        assert subscriber.events == publisher.expected[publisher.expected.index(subscriber.events[0]) :], str(subscriber)
        assert before[subscriber.name] > openings[subscriber.name], f"write_timeout did not end it: {subscriber}"
        assert subscriber.opened > before[subscriber.name], f"the hub's end did not end it: {subscriber}"

    return {each.name: functools.partial(judge, each) for each in subscribers}


# -- in Node.js -----------------------------------------------------------------------------------

# Name: (script, dialect, how it presents its token, the name of its cursor parameter if it is set).
NODE_CLIENTS = {
    "eventsource 4, 1.0": ("eventsource.mjs", "1.0", "header", None),
    "eventsource 4, 0.x": ("eventsource.mjs", "0.x", "header", None),
    "eventsource 2, 1.0": ("eventsource-2.mjs", "1.0", "header", None),
    "eventsource 2, 0.x": ("eventsource-2.mjs", "0.x", "header", None),
    "eventsource 2, 0.x, token in the URL": ("eventsource-2.mjs", "0.x", "query", None),
    "event-source-polyfill, 1.0": ("event-source-polyfill.mjs", "1.0", "header", "last_event_id"),
    "event-source-polyfill, 0.x": ("event-source-polyfill.mjs", "0.x", "header", "lastEventID"),
    "event-source-polyfill, 0.x of version 7": ("event-source-polyfill.mjs", "0.x", "header", "Last-Event-ID"),
    "event-source-polyfill, 0.x, unconfigured": ("event-source-polyfill.mjs", "0.x", "header", None),
}


def node_subscription(hub, name):
    _, era, presented, cursor = NODE_CLIENTS[name]
    dialect = DIALECTS[era]
    token = dialect.token()
    query = dialect.query(("authorization", token)) if presented == "query" else dialect.query()
    subscription = {"name": name, "url": f"http://127.0.0.1:{hub.http_port}{HUB_PATH}?{query}"}
    if presented == "header":
        subscription["token"] = token
    if cursor:
        subscription["cursor"] = cursor
    return subscription


@pytest.fixture(scope="module")
def node_run(tmp_path_factory):
    """How to judge each of NODE_CLIENTS; a process for each script."""
    install_npm_packages()
    directory = tmp_path_factory.mktemp("hub")
    processes = []
    with Hub(directory, config(directory)) as hub:
        try:
            subscribers = []
            for script in sorted({script for script, *_ in NODE_CLIENTS.values()}):
                names = [name for name, client in NODE_CLIENTS.items() if client[0] == script]
                subscriptions = [node_subscription(hub, name) for name in names]
                processes.append(JsonProcess(["node", FOLDER / script, json.dumps(subscriptions)]))
                subscribers += [Subscriber(name, processes[-1]) for name in names]
            return outlive(hub, subscribers, Hub.kill)
        finally:
            for process in processes:
                process.close()


@pytest.mark.parametrize("name", NODE_CLIENTS)
def test_in_node(node_run, name):
    """PRES-1, COMPAT-1, COMPAT-4, COMPAT-5, COMPAT-9, COMPAT-12, COMPAT-13, COMPAT-16, COMPAT-23, COMPAT-24,
    COMPAT-25, HIST-2, HIST-3, HIST-4, HIST-15, CONN-2, SSE-1, AUTHZ-3, AUTHZ-7. Clients with header fields,
    and with cursors in the URL, outlive write_timeout and kill -9 without loss, duplicate or leak."""
    node_run[name]()


# -- in a browser ---------------------------------------------------------------------------------

# Name: (client, dialect, the name of its cursor parameter if it is set).
BROWSER_CLIENTS = {
    "fetch-event-source, 1.0": ("fetch-event-source", "1.0", None),
    "fetch-event-source, 0.x": ("fetch-event-source", "0.x", None),
    "reconnecting-eventsource, 1.0": ("reconnecting-eventsource", "1.0", "last_event_id"),
    "reconnecting-eventsource, 0.x, unconfigured": ("reconnecting-eventsource", "0.x", None),
}


def browser_subscription(hub, name):
    client, era, cursor = BROWSER_CLIENTS[name]
    dialect = DIALECTS[era]
    subscription = {
        "name": name,
        "client": client,
        "url": f"https://127.0.0.1:{hub.https_port}{HUB_PATH}?{dialect.query()}",
    }
    if client == "fetch-event-source":
        return {**subscription, "token": dialect.token()}
    cookie = {
        "name": dialect.cookie,
        "value": dialect.token(),
        "domain": "127.0.0.1",
        "path": HUB_PATH,
        "secure": True,
        "httpOnly": True,
        "sameSite": "Strict",
    }
    return {**subscription, "cookie": cookie, "cursor": cursor}


@pytest.fixture(scope="module")
def browser_run(tmp_path_factory):
    """How to judge each of BROWSER_CLIENTS, all in one Chromium."""
    if not Path("/usr/bin/chromium").exists():
        pytest.skip("needs Debian's chromium")
    install_npm_packages()
    directory = tmp_path_factory.mktemp("hub")
    certificate, key = certs.make_certificate(directory)
    with JsonProcess(["node", FOLDER / "browser.mjs", certificate, key]) as browser:
        origin = browser.hear(scaled(60))["origin"]
        with Hub(directory, config(directory, cors_origins=[origin], drain_timeout="2s")) as hub:
            for name in BROWSER_CLIENTS:
                browser.tell(browser_subscription(hub, name))
            subscribers = [Subscriber(name, browser) for name in BROWSER_CLIENTS]
            return outlive(hub, subscribers, Hub.stop)


@pytest.mark.parametrize("name", BROWSER_CLIENTS)
def test_in_a_browser(browser_run, name):
    """PRES-1, PRES-3, PRES-5, PRES-11, PRES-13, CORS-1, CORS-2, CORS-6, COMPAT-4, COMPAT-9, COMPAT-12, COMPAT-15,
    COMPAT-16, COMPAT-23, COMPAT-24, HIST-2, HIST-3, HIST-4, HIST-15, CONN-2, CONN-9, AUTHZ-3. From a page of
    another origin, with a header field after a preflight or with a cookie, through write_timeout and a drain."""
    browser_run[name]()


# -- Laravel --------------------------------------------------------------------------------------


def test_what_laravel_broadcasts(make_hub, tmp_path):
    """COMPAT-4, COMPAT-16, COMPAT-21, COMPAT-23, COMPAT-24, COMPAT-25. The broadcaster's tokens have neither
    exp nor publish, its topics are channel names, its data an envelope."""
    install_npm_packages()
    hub = make_hub(config(tmp_path, write_timeout="0s"))
    channel = "http://example/user/1/direct-messages"
    token = legacy_token(tokens.SUBSCRIBER_KEY, subscribe=[channel])
    url = f"http://127.0.0.1:{hub.http_port}{HUB_PATH}?{form(('topic', channel))}"
    subscription = {"name": "laravel", "url": url, "token": token}
    with JsonProcess(["node", FOLDER / "eventsource-2.mjs", json.dumps([subscription])]) as process:
        assert process.hear(scaled(20)) == {"name": "laravel", "open": True}
        wire = Wire("h1", hub)
        envelope = json.dumps({"event": "App\\Events\\Sent", "data": {"message": "é & ü", "socket": None}})
        key = legacy_token(tokens.PUBLISHER_KEY, publish=["*"], subscribe=[])
        wire.publish("http://example/user/2/direct-messages", envelope, token=key, private="on")
        event_id = wire.publish(channel, envelope, token=key, private="on")
        assert process.hear(scaled(10)) == {"name": "laravel", "id": event_id, "data": envelope, "type": "message"}


def test_laravel_echo():
    """Laravel's own client: a scenario is due once a release of it speaks with Mercure hubs."""
    install_npm_packages()
    package = MODULES / "laravel-echo"
    speaking = [path.name for path in package.rglob("*") if path.is_file() and b"mercure" in path.read_bytes().lower()]
    assert not speaking, f"laravel-echo {version_of('laravel-echo')} has a Mercure connector now: {speaking}"
    pytest.skip(f"laravel-echo {version_of('laravel-echo')}, the newest on npm, has no Mercure connector")
