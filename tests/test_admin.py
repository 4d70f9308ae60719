# SPDX-License-Identifier: Apache-2.0
"""OPS-*: the admin listener, with health, metrics, and what operators may do."""

import http.client
import json
import re
import shutil
import signal
import socket
import subprocess

import pytest

from lib import tokens
from lib.client import Wire, form
from lib.disk import fill, small_disk  # noqa: F401 - a fixture
from lib.hub import base_config, disk_config, run_cli
from lib.timing import scaled, wait_until

OK = b'{"status":"ok"}\n'
PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"
OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"
TOKEN = "a secret of an operator".replace(" ", "-")


class Admin:
    """A client of a hub's admin listener, one connection a request."""

    def __init__(self, hub):
        line = hub.wait_log("serving operators")
        self.port = int(re.search(r":(\d+)\"?$", line).group(1))

    def call(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=scaled(10))
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            return response.status, response.read(), response
        finally:
            connection.close()

    def get(self, path, headers=None):
        status, body, _ = self.call("GET", path, headers=headers)
        return status, body

    def metrics(self):
        """The value of each sample, by name and labels as written."""
        status, body = self.get("/metrics")
        assert status == 200
        lines = [line for line in body.decode().splitlines() if not line.startswith("#")]
        return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}

    def until(self, sample, value):
        """Waits for a figure that is counted after a client was served."""
        wait_until(lambda: self.metrics()[sample] == value, scaled(5), f"{sample} {value}")


def with_admin(config, **keys):
    config["admin"] = {"listen": "http://127.0.0.1:0", **keys}
    return config


@pytest.fixture
def hub(make_hub):
    return make_hub(with_admin(base_config()))


@pytest.fixture
def admin(hub):
    return Admin(hub)


@pytest.fixture
def wire(hub):
    opened = Wire("h1", hub)
    yield opened
    opened.close_all()


@pytest.mark.parametrize("question", ["ready", "live"])
@pytest.mark.parametrize("root", ["/health", "/mercure/health", "/mercure/health/default"])
@pytest.mark.parametrize("end", ["", "/"])
def test_health(admin, root, question, end):
    """OPS-1. Each path, to the byte; no method but GET and HEAD."""
    path = f"{root}/{question}{end}"
    status, body, response = admin.call("GET", path)
    assert (status, body, response.getheader("content-type")) == (200, OK, "application/json")
    status, body, response = admin.call("HEAD", path)
    assert (status, body, response.getheader("content-length")) == (200, b"", str(len(OK)))
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "QUERY"):
        status, _, response = admin.call(method, path)
        assert (status, response.getheader("allow")) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    "path",
    ["/", "/health", "/health/", "/mercure/health", "/mercure/health/other/ready", "/mercure/health/default",
     "/health/ready/x", "/healthy", "/healthz", "/.well-known/mercure"],
)  # fmt: skip
def test_unknown_paths(admin, path):
    """OPS-1. 404, an unknown hub's too; the hub itself is not there."""
    assert admin.get(path)[0] == 404


def test_public_port(hub, wire):
    """OPS-2, OPS-8. Nothing of the admin listener is on the public one."""
    for path in ("/health/ready", "/mercure/health/live", "/metrics", "/log/level", "/healthz"):
        assert wire.request("GET", path).status == 404


def test_healthz(make_hub):
    """OPS-3. For clients of 0.x alone: 200 with nothing in it, on the public port."""
    wire = Wire("h1", make_hub(base_config(protocol_version_compatibility=8)))
    answer = wire.request("GET", "/healthz")
    assert (answer.status, answer.body) == (200, b"")
    wire.close_all()


def test_metrics_count(admin, wire, topic):
    """OPS-4. Exactly what happened."""
    before = admin.metrics()
    assert before["mercure_subscribers_connected"] == before["mercure_subscribers_total"] == 0
    assert before["mercure_updates_total"] == 0
    with wire.subscribe(form(("match", topic))) as first:
        wire.publish(topic, "one", id="1")
        wire.publish(topic, "two", id="2")
        assert first.take_until("2") == ["1", "2"]
        with wire.subscribe(form(("match", topic)), last_event_id="1") as second:
            assert second.take_until("2") == ["2"]
            with wire.subscribe(form(("match", "other")), last_event_id="unknown"):
                after = admin.metrics()
                assert after["mercure_subscribers_connected"] == 3
    assert after["mercure_subscribers_total"] == 3
    assert after["mercure_updates_total"] == 2
    assert after["mercure_updates_failed_total"] == 0
    assert after["cinnabar_sent_events_total"] == 3
    assert after["cinnabar_replays_total"] == 1
    assert after["cinnabar_replayed_events_total"] == 1
    assert after["cinnabar_unknown_cursors_total"] == 1
    assert after["cinnabar_publish_duration_seconds_count"] == 2
    assert after['cinnabar_publish_duration_seconds_bucket{le="+Inf"}'] == 2
    assert after["cinnabar_publish_duration_seconds_sum"] > 0
    assert after["cinnabar_journal_batch_events_sum"] == 2
    assert after["cinnabar_history_last_position"] == 2
    assert after["cinnabar_history_bytes"] > 0
    assert after["cinnabar_dispatch_lag_seconds_count"] >= 1
    assert sum(v for k, v in after.items() if k.startswith("cinnabar_shard_subscribers")) == 3
    assert after['cinnabar_connections{protocol="h1",tls="false"}'] >= 3
    admin.until("mercure_subscribers_connected", 0)
    admin.until('cinnabar_stream_ends_total{reason="client_gone"}', 3)

    assert wire.post([("topic", topic)], tokens.subscriber(topic)).status == 401
    assert wire.post([("data", "no topic")]).status == 400
    after = admin.metrics()
    assert sum(v for k, v in after.items() if k.startswith("cinnabar_token_refusals_total")) == 1
    assert after["cinnabar_updates_refused_total"] == 1
    assert after["mercure_updates_total"] == 2


@pytest.mark.parametrize("kind", ["h1", "h2", "h1+tls", "h2+tls"])
def test_metrics_connections(hub, admin, connect_as, kind):
    """OPS-4. By what they speak."""
    sample = f'cinnabar_connections{{protocol="{kind[:2]}",tls="{"true" if "tls" in kind else "false"}"}}'
    with connect_as(kind, hub).subscribe("match=x"):
        figures = admin.metrics()
        assert figures[sample] >= 1
        assert sum(v for k, v in figures.items() if k.startswith("cinnabar_connections")) == figures[sample]


def test_metrics_leave_subscription_events_out(make_hub, topic):
    """OPS-4, ACT-10. What the hub says of itself is no update of a publisher."""
    hub = make_hub(with_admin(base_config(subscriptions=True)))
    wire, admin = Wire("h1", hub), Admin(hub)
    with wire.subscribe(form(("match", topic))):
        admin.until("cinnabar_history_last_position", 1)
    admin.until("cinnabar_history_last_position", 2)
    assert admin.metrics()["mercure_updates_total"] == 0
    wire.close_all()


def test_metrics_of_the_process(admin):
    """OPS-4. What every Prometheus client has."""
    figures = admin.metrics()
    for name in ("cpu_seconds_total", "resident_memory_bytes", "open_fds", "max_fds", "start_time_seconds"):
        assert figures[f"process_{name}"] > 0, name
    assert figures["process_open_fds"] < figures["process_max_fds"]
    assert any(name.startswith('cinnabar_build_info{version="') for name in figures)


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        (None, PROMETHEUS),
        ("*/*", PROMETHEUS),
        ("text/plain", PROMETHEUS),
        ("application/openmetrics-text; version=1.0.0", OPENMETRICS),
        ("application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1", OPENMETRICS),
        ("application/openmetrics-text;q=0.2, text/plain;q=0.9", PROMETHEUS),
        ("application/openmetrics-text;q=0", PROMETHEUS),
    ],
)
def test_metrics_formats(admin, accept, wanted):
    """OPS-4. As the client prefers."""
    status, body, response = admin.call("GET", "/metrics", headers={"Accept": accept} if accept else {})
    assert (status, response.getheader("content-type")) == (200, wanted)
    assert body.endswith(b"# EOF\n") == (wanted == OPENMETRICS)
    assert (b"\n# TYPE mercure_updates counter\n" in body) == (wanted == OPENMETRICS)
    assert (b"\n# TYPE mercure_updates_total counter\n" in body) == (wanted == PROMETHEUS)
    names = re.findall(rb"^# TYPE (\S+)", body, re.MULTILINE)
    assert len(names) == len(set(names))


def test_metrics_please_promtool(admin):
    """OPS-4. What Prometheus itself says of them."""
    promtool = shutil.which("promtool")
    if not promtool:
        pytest.skip("promtool is not installed")
    _, body = admin.get("/metrics")
    checked = subprocess.run([promtool, "check", "metrics"], input=body, capture_output=True, check=False)
    assert (checked.returncode, checked.stderr.decode(), checked.stdout.decode()) == (0, "", "")


def test_token(make_hub):
    """OPS-2. Wanted for all but health; a wrong one is as good as none."""
    admin = Admin(make_hub(with_admin(base_config(), token=TOKEN)))
    assert admin.get("/health/ready") == (200, OK)
    for path in ("/metrics", "/log/level", "/nothing"):
        for field in (None, "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", "Bearer"):
            status, _, response = admin.call("GET", path, headers={"Authorization": field} if field else {})
            assert (status, response.getheader("www-authenticate")) == (401, "Bearer"), field
    for field in (f"Bearer {TOKEN}", f"bearer {TOKEN}"):
        assert admin.get("/metrics", {"Authorization": field})[0] == 200


def test_no_page_of_another_site(admin):
    """OPS-2. A name that leads to the loopback is not a way in for web pages."""
    assert admin.get("/metrics", {"Host": "rebound.example:2019"})[0] == 421
    for host in ("localhost", "localhost:1", "127.0.0.1:2019", "[::1]:2019"):
        assert admin.get("/metrics", {"Host": host})[0] == 200


@pytest.mark.parametrize("address", ["http://0.0.0.0:2019", "http://192.0.2.1:2019", "http://[::]:2019"])
def test_others_need_a_token(tmp_path, address):
    """OPS-2. Refuses to start, in one sentence that says what to do."""
    config = tmp_path / "c.toml"
    config.write_text(
        f'[admin]\nlisten = "{address}"\n[hub]\nanonymous = true\n'
        f'[[issuer]]\nid = "{tokens.ISSUER}"\npublisher = {{ jwt = "{tokens.PUBLISHER_KEY}" }}\n'
    )
    ended = run_cli("check-config", config)
    assert ended.returncode == 1
    (line,) = [line for line in ended.stderr.splitlines() if "warning" not in line]
    assert "admin.listen" in line
    assert "set admin.token" in line
    assert run_cli("check-config", config, env={"CINNABAR_ADMIN_TOKEN": TOKEN}).returncode == 0


def test_taken_port(tmp_path, make_hub):
    """OPS-2. A hub that was told to listen there does not start; the default is done without."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        config = with_admin(base_config(), listen=f"http://127.0.0.1:{port}")
        with pytest.raises(AssertionError, match=f"Cannot listen on 127.0.0.1:{port}"):
            make_hub(config)
    with socket.socket() as taken:
        try:
            taken.bind(("127.0.0.1", 2019))
            taken.listen()
        except OSError:
            pass  # somebody else has it, which does as well
        config = base_config()
        del config["admin"]
        make_hub(config).wait_log("going on without the admin listener")


def test_log_level(hub, admin, wire, topic):
    """OPS-5. Changed while the hub runs."""
    assert admin.get("/log/level") == (200, b"info\n")
    assert admin.call("PUT", "/log/level", "error\n")[:2] == (200, b"error\n")
    mark = hub.mark()
    with wire.subscribe(form(("match", topic))):
        pass
    assert admin.call("PUT", "/log/level", "info")[:2] == (200, b"info\n")
    assert not [line for line in hub.output.splitlines()[mark:] if "subscriber connected" in line]
    status, body, _ = admin.call("PUT", "/log/level", "loud")
    assert (status, body) == (400, b"The body must be debug, info, warn, error or off.\n")
    assert admin.get("/log/level") == (200, b"info\n")


def test_disconnect(admin, wire, topic):
    """AUTHZ-10. Ends the streams that are meant, and no others."""
    as_json = {"Content-Type": "application/json"}
    with (
        wire.subscribe(form(("match", topic)), tokens.subscriber(topic, sub="user 42")) as ends,
        wire.subscribe(form(("match", topic)), tokens.subscriber(topic, sub="user 4")) as stays,
    ):
        for body in ("", "[]", "{}", '{"sub":1}', '{"sub":""}', '{"who":"x"}', '{"sub":"a"'):
            status, text, _ = admin.call("POST", "/disconnect", body, as_json)
            assert status == 400
            assert text.startswith(b"The body must be a JSON object"), text
        assert admin.call("POST", "/disconnect", json.dumps({"sub": "user 42"}))[0] == 415
        assert admin.call("POST", "/disconnect", json.dumps({"sub": "user 42"}), as_json)[0] == 202
        assert ends.wait_end() == "clean"
        admin.until('cinnabar_stream_ends_total{reason="denied"}', 1)
        assert stays.end is None


def test_full_disk(small_disk, make_hub):  # noqa: F811
    """OPS-1. Not ready while updates could not be stored, whether or not anybody publishes; alive all the while."""
    hub = make_hub(with_admin(disk_config(small_disk / "db")))
    admin = Admin(hub)
    assert admin.get("/health/ready") == (200, OK)
    ballast = fill(small_disk)
    wait_until(lambda: admin.get("/health/ready")[0] == 503, scaled(5), "not ready")
    assert admin.get("/health/ready") == (503, b'{"status":"error","error":"the history cannot be written now"}\n')
    assert admin.call("HEAD", "/mercure/health/ready")[:2] == (503, b"")
    assert admin.get("/health/live") == (200, OK)
    ballast.unlink()
    wait_until(lambda: admin.get("/health/ready") == (200, OK), scaled(10), "ready again")


def test_broken_for_long(small_disk, make_hub):  # noqa: F811
    """OPS-1. Not alive when it lasts longer than admin.live_grace."""
    hub = make_hub(with_admin(disk_config(small_disk / "db"), live_grace="1s"))
    admin = Admin(hub)
    ballast = fill(small_disk)
    wait_until(lambda: admin.get("/mercure/health/live")[0] == 503, scaled(10), "not alive")
    body = b'{"status":"error","error":"the history could not be written for too long"}\n'
    assert admin.get("/mercure/health/live") == (503, body)
    ballast.unlink()
    wait_until(lambda: admin.get("/mercure/health/live") == (200, OK), scaled(10), "alive again")


def test_drain(make_hub):
    """OPS-1, CONN-9. Not ready from the moment it is told to stop, and alive and measured until it ends."""
    hub = make_hub(with_admin(base_config(drain_timeout="30s")))
    admin, wire = Admin(hub), Wire("h1", hub)
    with wire.subscribe("match=x"), wire.subscribe("match=x"), wire.subscribe("match=x"):
        assert admin.get("/health/ready") == (200, OK)
        mark = hub.mark()
        hub.process.send_signal(signal.SIGTERM)
        hub.wait_log("stopping", since=mark)
        assert admin.get("/health/ready") == (503, b'{"status":"error","error":"the hub is stopping"}\n')
        assert admin.get("/health/live") == (200, OK)
        assert "mercure_subscribers_connected" in admin.metrics()
    wire.close_all()
