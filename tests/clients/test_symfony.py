# SPDX-License-Identifier: Apache-2.0
"""symfony/mercure, the PHP library beneath Symfony, API Platform and Laravel's broadcaster, unchanged."""

import http.cookies
import shutil
import subprocess
import time
from urllib.parse import quote, urlsplit

import pytest

from lib import tokens
from lib.client import FORM, HUB_PATH, Wire, form
from lib.clients import FOLDER, JsonProcess
from lib.hub import base_config
from lib.timing import scaled

SECRET = "!ChangeThisMercureHubJWTSecretKey! of the application"
FAILED = {"class": "Symfony\\Component\\Mercure\\Exception\\RuntimeException", "message": "Failed to send an update."}


def symfony_config(version=7, **hub_keys):
    """A hub as in Symfony's recipe: one secret for both roles, and nothing said of an issuer."""
    config = base_config(protocol_version_compatibility=version, publish_origins=["https://example.com"], **hub_keys)
    config["issuer"] = [{"protocol": "0.x", "publisher": {"jwt": SECRET}, "subscriber": {"jwt": SECRET}}]
    return config


@pytest.fixture(scope="module")
def config():
    return symfony_config()


@pytest.fixture(scope="module")
def php():
    """The application."""
    probe = "require 'Symfony/Component/Mercure/autoload.php'; require 'Twig/autoload.php'; exit(function_exists('curl_init') ? 0 : 1);"
    if not shutil.which("php") or subprocess.run(["php", "-r", probe], capture_output=True, check=False).returncode:
        pytest.skip("needs Debian's php-cli, php-curl, php-symfony-mercure and php-twig (./dev setup)")
    with JsonProcess(["php", FOLDER / "symfony.php"]) as process:
        yield process


@pytest.fixture(params=["native, h1", "curl, h2+tls"])
def app(request, php, hub):
    """The application with each of the HTTP clients that Symfony has, each on the wire that it prefers."""
    return App(php, hub, *request.param.split(", "))


@pytest.fixture
def plain_app(php, hub):
    return App(php, hub)


class App:
    """What the PHP application does to one hub; the Python side listens over the same wire."""

    def __init__(self, php, hub, transport="native", wire="h1"):
        self._php = php
        self.wire = Wire(wire, hub)
        port = hub.https_port if self.wire.tls else hub.http_port
        self.url = f"{'https' if self.wire.tls else 'http'}://localhost:{port}{HUB_PATH}"
        self._hub = {"url": self.url, "key": SECRET, "publish": ["*"], "transport": transport, "ca": str(hub.certificate)}

    def try_publish(self, topics, data="", hub=(), **update):
        """The answer to a publication, whatever it is."""
        given = {"topics": topics, "data": data, **update}
        return self._php.ask({"do": "publish", "hub": {**self._hub, **dict(hub)}, "update": given})

    def publish(self, topics, data="", **update):
        answer = self.try_publish(topics, data, **update)
        assert "id" in answer, answer
        return answer["id"]

    def page(self, public_url=None, visited="https://example.com/books/1", **options):
        """A visited page: the hub's URL in it, its Link field, and its cookies."""
        hub = {**self._hub, "url": public_url or self.url}
        return self._php.ask({"do": "page", "hub": hub, "visited": visited, **options})

    def page_with_cookie(self, **options):
        """The query of the URL in a page, and the Cookie field that a browser would send with it."""
        # Symfony gives the cookie for the domain that the page and the hub share.
        page = self.page(visited="http://localhost/books/1", **options)
        (set_cookie,) = page["cookies"]
        ((name, morsel),) = http.cookies.SimpleCookie(set_cookie).items()
        return urlsplit(page["url"]).query, [("cookie", f"{name}={morsel.value}")]

    def listen(self, query, headers=()):
        return self.wire.subscribe(query, headers=headers)


# -- publishing -----------------------------------------------------------------------------------


def test_publishes(app, topic):
    """COMPAT-1, COMPAT-16, COMPAT-23, COMPAT-24, COMPAT-25, PUB-13, SSE-1 to SSE-3. Every member of an Update
    arrives, and the ID comes back."""
    data = "é+ü & a=b; 100%\nsecond line"
    with app.listen(form(("topic", topic))) as stream:
        event_id = app.publish([topic, topic + "#alternate é"], data, type="book", retry=1500)
        event = stream.next()
        assert (event.id, event.data, event.type, stream.parser.retry) == (event_id, data, "book", 1500)
        assert app.publish(topic, "b", id=f"urn:{quote(topic)}") == f"urn:{quote(topic)}"
        assert stream.next().id == f"urn:{quote(topic)}"
        app.publish(topic)
        assert stream.next().data == ""
    with app.listen(form(("topic", topic + "#alternate é"), ("lastEventID", "earliest"))) as stream:
        assert stream.next().id == event_id


def test_publishes_privately(app, topic):
    """COMPAT-16, COMPAT-21, COMPAT-25, AUTHZ-5. `private=on` reaches those alone whom the page's cookie grants it."""
    query, granted = app.page_with_cookie(topics=[topic], subscribe=[topic])
    _, other = app.page_with_cookie(topics=[topic], subscribe=[topic + "/other"])
    _, nothing = app.page_with_cookie(topics=[topic], subscribe=[])
    with (
        app.listen(query, granted) as reader,
        app.listen(query, other) as stranger,
        app.listen(query, nothing) as idle,
        app.listen(query) as anonymous,
    ):
        secret = app.publish(topic, "secret", private=True)
        public = app.publish(topic, "public")
        assert [event.id for event in reader.take(2)] == [secret, public]
        for stream in (stranger, idle, anonymous):
            assert stream.next().id == public


def test_failures_are_exceptions(plain_app, topic):
    """COMPAT-23, COMPAT-26, COMPAT-27, COMPAT-28. Nothing of a refused publication is dispatched."""
    app = plain_app
    with app.listen(form(("topic", topic))) as stream:
        for status, refused in {
            401: {"hub": {"key": "not the secret of this hub, although long"}},
            403: {"hub": {"publish": [topic + "/other"]}, "private": True},
            400: {"id": "#not-for-publishers"},
        }.items():
            answer = app.try_publish(topic, "refused", **refused)
            assert answer == {"error": {**FAILED, "status": status}}
        assert app.try_publish(f"{app.url}/subscriptions/x", "reserved")["error"]["status"] == 400
        accepted = app.publish(topic, "accepted")
        assert stream.next().id == accepted


def test_a_hub_that_is_not_there_is_an_exception(plain_app):
    """ERR-11. Neither another path nor another port is a hub."""
    app = plain_app
    assert app.try_publish("a", hub={"url": app.url + "/x"})["error"] == {**FAILED, "status": 404}
    away = app.try_publish("a", hub={"url": "http://127.0.0.1:1" + HUB_PATH})
    assert away["error"] == {**FAILED, "status": None}


@pytest.mark.parametrize("version", [7, 8])
def test_public_updates_beyond_the_grant(php, make_hub, topic, version):
    """COMPAT-1, COMPAT-27. Version 7 lets a publisher of anything publish publicly on everything."""
    app = App(php, make_hub(symfony_config(version)))
    answer = app.try_publish(topic, "public", hub={"publish": [topic + "/other"]})
    if version == 7:
        assert "id" in answer
    else:
        assert answer == {"error": {**FAILED, "status": 403}}
    assert app.try_publish(topic, "private", private=True, hub={"publish": [topic + "/other"]})["error"]["status"] == 403


# -- pages that subscribe -------------------------------------------------------------------------


def test_what_a_page_carries(plain_app):
    """COMPAT-15, COMPAT-37, PRES-13, DISC-2. The library's own cookie and Link field, which the hub must suit."""
    hub_url = f"https://hub.example.com{HUB_PATH}"
    page = plain_app.page(hub_url, topics=["https://example.com/books/{id}"], subscribe=["https://example.com/books/{id}"])
    assert page["url"] == hub_url + "?topic=https%3A%2F%2Fexample.com%2Fbooks%2F%7Bid%7D"
    assert page["link"] == f'<{hub_url}>; rel="mercure"'
    (set_cookie,) = page["cookies"]
    ((name, morsel),) = http.cookies.SimpleCookie(set_cookie).items()
    assert name == "mercureAuthorization"
    assert (morsel["path"], morsel["domain"], morsel["samesite"]) == (HUB_PATH, "example.com", "strict")
    assert morsel["secure"] and morsel["httponly"]


def test_pages_with_templates(app):
    """COMPAT-4, COMPAT-5, COMPAT-6, COMPAT-12, COMPAT-15, COMPAT-23, COMPAT-25. API Platform's pages: IRI templates
    in the URL and in the cookie's token."""
    topics = ["https://example.com/shelves/{id}", "https://example.com/authors/{id}/news{?page}"]
    query, cookie = app.page_with_cookie(topics=topics, subscribe=[topics[0]])
    with app.listen(query, cookie) as stream:
        expected = [app.publish("https://example.com/shelves/1", '{"@id":"/shelves/1"}', private=True)]
        app.publish("https://example.com/shelves/1/x", "no expansion", private=True)
        app.publish("https://example.com/authors/2/news?page=3", "selected, but not granted", private=True)
        expected.append(app.publish("https://example.com/authors/2/news?page=3", "public"))
        expected.append(app.publish(["https://example.com/z", "https://example.com/shelves/a%2Fb"], "x", private=True))
        assert [event.id for event in stream.take(3)] == expected


def test_a_page_resumes(plain_app, topic):
    """COMPAT-9, COMPAT-10, HIST-2, HIST-5. Its URL has the cursor of 0.x, with its scripts' second spelling or
    without; an EventSource that lost its connection adds the field, which wins."""
    app = plain_app
    first = app.publish(topic, "first")
    second = app.publish(topic, "second", private=True)
    third = app.publish(topic, "third")
    query, cookie = app.page_with_cookie(topics=[topic], subscribe=[topic], last_event_id=first)
    assert query.endswith(f"&Last-Event-ID={quote(first, safe='')}")
    of_scripts = form(("topic", topic), ("lastEventID", first), ("Last-Event-ID", first))
    for resuming in (query, of_scripts):
        with app.listen(resuming, cookie) as stream:
            assert (stream.cursor, stream.header("last-event-id")) == (first, first)
            assert [event.id for event in stream.take(2)] == [second, third]
        with app.listen(resuming, [*cookie, ("last-event-id", second)]) as stream:
            assert (stream.cursor, stream.header("last-event-id")) == (second, second)
            assert stream.next().id == third
        with app.listen(resuming) as stream:
            assert stream.next().id == third, "a private update was replayed to somebody without a cookie"


def test_version_8_reads_one_spelling_of_the_cursor(php, make_hub, topic):
    """COMPAT-1, COMPAT-9, COMPAT-10. `Last-Event-ID` in the query was given up by then."""
    app = App(php, make_hub(symfony_config(8)))
    first, second = app.publish(topic, "first"), app.publish(topic, "second")
    query, _ = app.page_with_cookie(topics=[topic], subscribe=[topic], last_event_id=first)
    with app.listen(query) as stream:
        assert (stream.cursor, stream.header("last-event-id")) == (None, None)
        live = app.publish(topic, "live")
        assert stream.next().id == live
    with app.listen(form(("topic", topic), ("lastEventID", first), ("Last-Event-ID", second))) as stream:
        assert (stream.cursor, stream.header("last-event-id")) == (first, first)
        assert [event.id for event in stream.take(2)] == [second, live]


def test_the_cookies_end_is_the_streams(plain_app, topic):
    """COMPAT-23, CONN-3, TOK-9. The library's exp has fractions of a second."""
    app = plain_app
    lifetime = max(3, round(scaled(3)))
    made = time.monotonic()
    query, cookie = app.page_with_cookie(topics=[topic], subscribe=[topic], cookie_lifetime=lifetime)
    with app.listen(query, cookie) as stream:
        secret = app.publish(topic, "secret", private=True)
        assert stream.next().id == secret
        assert stream.wait_end(scaled(10) + lifetime) == "clean"
        assert time.monotonic() - made < lifetime + scaled(1)
    time.sleep(max(0.0, made + lifetime + 0.1 - time.monotonic()))
    with app.wire.stream(query, cookie) as stream:
        assert stream.status == 401


def test_a_page_publishes(plain_app, topic):
    """COMPAT-12, COMPAT-15, PRES-10. With the cookie of the library, from the application's origin only."""
    app = plain_app
    _, cookie = app.page_with_cookie(topics=[topic], publish=[topic])
    pairs = form(("topic", topic), ("data", "by a page"), ("private", "on"))
    fields = [("content-type", FORM), *cookie]

    def post(*more):
        return app.wire.request("POST", HUB_PATH, [*fields, *more], pairs)

    assert post(("origin", "https://example.com")).status == 200
    assert post(("referer", "https://example.com/books/1")).status == 200
    for attempt in ((), (("origin", "https://evil.example"),)):
        refused = post(*attempt)
        assert refused.status == 400
        assert 'error="invalid_request"' in refused.header("www-authenticate")


# -- without compatibility ------------------------------------------------------------------------


def test_against_a_hub_of_1_0(php, make_hub, topic):
    """COMPAT-1, COMPAT-2, PRES-1, TOK-2, AUTHZ-1. With a token of 1.0 the library publishes to any hub; its own
    tokens and pages need the mode, which is off by default."""
    app = App(php, make_hub())
    with app.listen(form(("match", topic)), [tokens.bearer(tokens.subscriber(topic))]) as stream:
        event_id = app.publish(topic, "secret", private=True, hub={"token": tokens.publisher(topic)})
        assert stream.next().id == event_id
    old = {"token": tokens.sign_text({"typ": "JWT", "alg": "HS256"}, {"mercure": {"publish": ["*"]}}, tokens.PUBLISHER_KEY)}
    assert app.try_publish(topic, hub=old) == {"error": {**FAILED, "status": 401}}
    query, cookie = app.page_with_cookie(topics=[topic], subscribe=[topic])
    with app.wire.stream(query, cookie) as stream:
        assert stream.status == 400
