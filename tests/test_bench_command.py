# SPDX-License-Identifier: Apache-2.0
"""`cinnabar bench`: each scenario against the real hub, and against hubs that lose, repeat and reorder."""

import json
import re
import signal
import subprocess
import time
import xml.etree.ElementTree

import jwt
import pytest

from lib import tokens
from lib.faulty_hub import FaultyHub
from lib.hub import BINARY, Hub, base_config, environment, run_cli
from lib.timing import scaled, wait_until

PUBLISHER = tokens.publisher()
SUBSCRIBER = tokens.subscriber()
WIRES = {"h1": ("http", []), "tls": ("https", []), "h2c": ("http", ["--http2"]), "h2": ("https", ["--http2"])}


@pytest.fixture(params=WIRES)
def reach(request, hub):
    """The URL and the options that reach the module's hub over each wire."""
    scheme, options = WIRES[request.param]
    return reach_of(hub, scheme) + options


def reach_of(hub, scheme="http"):
    port = hub.https_port if scheme == "https" else hub.http_port
    trust = ["--cacert", str(hub.certificate)] if scheme == "https" else []
    return [f"{scheme}://localhost:{port}/.well-known/mercure", *trust]


def bench(*args, token=PUBLISHER, **kwargs):
    return run_cli("bench", *args, *(["--token", token] if token else []), timeout=scaled(60), **kwargs)


def measure(*args, code=0, **kwargs):
    done = bench(*args, "--json", **kwargs)
    assert done.returncode == code, done.stdout + done.stderr
    assert done.stderr == ""
    return json.loads(done.stdout)


def assert_complete(result, deliveries):
    assert result["problem"] == ""
    assert result["deliveries"] == result["due"] == deliveries
    assert [result[name] for name in ("lost", "missing", "repeated", "unreadable", "closed")] == [0] * 5
    assert result["orders"] == 1


def test_fanout(reach, hub):
    """Everybody gets everything, and the figures are of one piece."""
    result = measure("fanout", *reach, "--subscribers", 20, "--events", 50, "--rate", 0, "--publishers", 5,
                     "--pid", hub.process.pid)  # fmt: skip
    assert_complete(result, 20 * 50)
    assert (result["scenario"], result["ready"], result["published"]) == ("fanout", 20, 50)
    assert sum(bucket["count"] for bucket in result["latency_histogram"]) == 1000
    assert sum(sample["deliveries"] for sample in result["series"]) == 1000
    quantiles = [result[f"latency_{name}_ns"] for name in ("p50", "p90", "p99", "p999", "max")]
    assert 0 < quantiles[0] and quantiles == sorted(quantiles)
    assert result["rss_max_kib"] > 1000 and result["cpu_ns"] > 0


def test_topics(reach):
    assert_complete(measure("topics", *reach, "--subscribers", 10, "--events", 50, "--publishers", 2), 50)


def test_patterns(reach):
    assert_complete(measure("patterns", *reach, "--subscribers", 10, "--events", 50), 50)


def test_publish(reach):
    result = measure("publish", *reach, "--events", 200, "--publishers", 8)
    assert (result["problem"], result["published"], result["deliveries"]) == ("", 200, 0)
    assert 0 < result["publish_p50_ns"] <= result["publish_p99_ns"]
    assert len(result["last_ids"]) == 16


def test_replay(reach):
    result = measure("replay", *reach, "--subscribers", 10, "--events", 100)
    assert_complete(result, 10 * 100)
    assert 0 < result["replay_p50_ns"] <= result["replay_max_ns"]


def test_connect(reach, hub):
    result = measure("connect", *reach, "--subscribers", 5, "--duration", "500ms", "--pid", hub.process.pid)
    assert result["problem"] == ""
    assert result["opened"] > 10 and result["opened_per_second"] > 10
    assert 0 < result["head_p50_ns"] <= result["head_p99_ns"]
    assert result["ramp_cpu_ns"] > 0


def test_idle(reach, hub):
    result = measure("idle", *reach, "--subscribers", 30, "--hold", "500ms", "--pid", hub.process.pid)
    assert (result["problem"], result["ready"]) == ("", 30)
    assert result["hold_seconds"] >= 0.5 and result["rss_ready_kib"] > 0


def test_mixed(reach):
    """Subscribers come, leave and return while publishers are at work, and miss nothing that is theirs."""
    result = measure("mixed", *reach, "--subscribers", 30, "--duration", "3s", "--ramp-time", "1s", "--churn", 20,
                     "--rate", 200)  # fmt: skip
    assert result["problem"] == ""
    assert result["due"] == result["deliveries"] > 30 * 200
    assert result["lost"] == result["missing"] == result["repeated"] == 0
    assert result["returned"] >= 20 and result["ready"] == 30


def test_many_connections_of_http2(hub):
    """--streams-per-connection shares connections out; threads do too."""
    result = measure("fanout", *reach_of(hub), "--http2", "--streams-per-connection", 7, "--threads", 2,
                     "--subscribers", 20, "--events", 20, "--publishers", 9, "--rate", 0)  # fmt: skip
    assert_complete(result, 400)


def test_private_updates_need_the_subscribers_token(hub):
    options = ["fanout", *reach_of(hub), "--subscribers", 5, "--events", 5, "--private"]
    assert_complete(measure(*options, "--subscriber-token", SUBSCRIBER), 25)
    done = bench(*options)
    assert done.returncode == 2 and "--private needs --subscriber-token" in done.stderr


def test_tokens_from_a_file_and_the_environment(hub, tmp_path):
    (tmp_path / "token").write_text(PUBLISHER + "\n")
    options = ["publish", *reach_of(hub), "--events", 5]
    assert measure(*options, token=f"@{tmp_path}/token")["published"] == 5
    assert measure(*options, token=None, env={"CINNABAR_BENCH_TOKEN": PUBLISHER})["published"] == 5
    done = bench(*options, token="@/no/such/file")
    assert done.returncode == 2 and "--token: " in done.stderr and "/no/such/file" in done.stderr


def test_a_development_hub_needs_no_token(tmp_path):
    state = {"CINNABAR_DEV_DIR": str(tmp_path / "dev")}
    none = run_cli("bench", "fanout", env=state)
    assert none.returncode == 2 and "start one by `cinnabar run --dev`" in none.stderr
    assert not (tmp_path / "dev").exists()
    args = ["--dev", "--server.listen", "http://127.0.0.1:0", "--journal.type", "memory"]
    with Hub(tmp_path, config="", env=state, args=args) as hub:
        result = measure("fanout", f"http://127.0.0.1:{hub.http_port}", "--dev", "--private", "--subscribers", 5,
                         "--events", 10, token=None, env=state)  # fmt: skip
    assert_complete(result, 50)


def test_custom_reads_what_another_run_published(hub):
    published = measure("custom", *reach_of(hub), "--publishers", 1, "--events", 20)
    ids = published["last_ids"]
    result = measure("custom", "--url", reach_of(hub)[0], "--subscribers", 2, "--last-event-id", ids[-4], "--expect", 3)
    assert result["deliveries"] == result["due"] == 6
    resumes = measure("custom", *reach_of(hub), "--resumes", 3, "--last-event-id", ids[-4], "--expect", 3)
    assert (resumes["resumes"], resumes["resumed_after"], resumes["problem"]) == (3, ids[-4], "")


# -- hubs that do wrong ---------------------------------------------------------------------------


def skip_tenth(number, data):
    return [] if number == 10 else [data]


def repeat_tenth(number, data):
    return [data, data] if number == 10 else [data]


def garbage_tenth(number, data):
    return ["not one of ours, but long enough to be"] if number == 10 else [data]


class SwapTenth:
    """Sends the tenth after the eleventh."""

    def __init__(self):
        self.held = None

    def __call__(self, number, data):
        if number == 10:
            self.held = data
            return []
        return [data, self.held] if number == 11 else [data]


def measure_faulty(fault, *options, scenario="fanout"):
    with FaultyHub(fault) as hub:
        return measure(scenario, hub.url, "--subscribers", 4, "--timeout", "1s", "--rate", 0, *options, code=1)


def test_a_good_hub_in_python_passes():
    with FaultyHub() as hub:
        assert_complete(measure("fanout", hub.url, "--subscribers", 4, "--events", 20), 80)
        assert all(query.startswith("match=https%3A%2F%2Fbench.example%2F") for query in hub.queries)


def test_loss_is_detected():
    result = measure_faulty(skip_tenth, "--events", 20)
    assert (result["lost"], result["missing"], result["repeated"]) == (4, 4, 0)
    assert result["problem"] != "" and result["deliveries"] == 76 and result["due"] == 80


def test_loss_at_the_end_is_detected():
    result = measure_faulty(skip_tenth, "--events", 10)
    assert (result["lost"], result["missing"]) == (0, 4)
    assert result["problem"] == "not all events arrived in time"


def test_repeats_are_detected():
    result = measure_faulty(repeat_tenth, "--events", 20)
    assert (result["lost"], result["missing"], result["repeated"], result["subscribers_beyond"]) == (0, 0, 4, 4)


def test_wrong_order_is_detected():
    result = measure_faulty(SwapTenth(), "--events", 20)
    assert (result["lost"], result["repeated"], result["missing"]) == (4, 4, 0)


def test_what_is_not_ours_is_detected():
    assert measure_faulty(garbage_tenth, "--events", 20)["unreadable"] == 4


def test_loss_is_detected_while_subscribers_come():
    """In `mixed` each is owed what was sent after its head came, no more and no less."""
    lost = lambda number, data: [] if number == 60 else [data]  # noqa: E731
    options = ["--ramp-time", "300ms", "--churn", 0, "--publishers", 2, "--rate", 100]
    with FaultyHub(lost) as hub:
        result = measure("mixed", hub.url, "--subscribers", 4, "--timeout", "1s", "--events", 100, *options, code=1)
    assert result["missing"] == 4


def test_the_table_says_what_is_wrong():
    with FaultyHub(skip_tenth) as hub:
        done = bench("fanout", hub.url, "--subscribers", 4, "--events", 20, "--rate", 0, "--timeout", "1s")
    assert done.returncode == 1
    assert re.search(r"^lost +4$", done.stdout, re.MULTILINE)
    assert "Problem: " in done.stdout and "(4 lost, 0 repeated or late)" in done.stdout


def test_refusals_are_told():
    with FaultyHub(subscribe_status=401) as hub:
        result = measure("fanout", hub.url, "--subscribers", 4, code=1)
        assert "a subscribe was answered 401; does this hub need a --subscriber-token?" in result["problem"]
    with FaultyHub(publish_status=403) as hub:
        result = measure("fanout", hub.url, "--subscribers", 4, "--timeout", "1s", code=1)
        assert "a publish was answered 403; check the token" in result["problem"]


def test_protocol_0_x_asks_by_topic():
    with FaultyHub() as hub:
        result = measure("fanout", hub.url, "--subscribers", 2, "--events", 10, "--protocol", "0.x")
        assert_complete(result, 20)
        assert all(re.fullmatch(r"topic=https%3A%2F%2Fbench.example%2F\w+%2F0", query) for query in hub.queries)


@pytest.mark.parametrize("scenario", ["fanout", "patterns", "replay"])
def test_protocol_0_x_with_a_hub_that_speaks_it(make_hub, scenario):
    """COMPAT-5, COMPAT-6: selectors and templates by `topic`, private updates, tokens of 0.x."""
    key = "the secret of the issuer that speaks protocol 0.x"
    config = base_config()
    config["issuer"] = [{"id": "https://old.example", "protocol": "0.x", "publisher": {"jwt": key},
                         "subscriber": {"jwt": key}}]  # fmt: skip
    token = jwt.encode({"mercure": {"publish": ["*"], "subscribe": ["*"]}}, key, algorithm="HS256")
    result = measure(scenario, *reach_of(make_hub(config)), "--protocol", "0.x", "--private", "--subscriber-token", token,
                     "--subscribers", 5, "--events", 20, token=token)  # fmt: skip
    assert_complete(result, 20 if scenario == "patterns" else 100)


# -- the command ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "args, sentence",
    [
        ([], "the scenario is missing: one of fanout, topics"),
        (["fanuot"], 'there is no scenario "fanuot"; did you mean "fanout"?'),
        (["fanout", "127.0.0.1:3000"], "does not begin with http:// or https://"),
        (["fanout", "http://127.0.0.1:x"], "has a port that is not a number from 1 to 65535"),
        (["fanout", "http://127.0.0.1:1"], "publishing needs a token: give --token JWT"),
        (["fanout", "http://127.0.0.1:1"], "`cinnabar token --publish '*' --subscribe '*' …` makes one"),
        (["fanout", "http://127.0.0.1:1", "--rate", "fast"], '--rate must be a number per second such as 100 or 0.5, got "fast"'),
        (["fanout", "http://127.0.0.1:1", "--duration", "5y"], '--duration must be a duration such as 10s, 500ms or 2m, got "5y"'),
        (["fanout", "http://127.0.0.1:1", "--subscribers", "-3"], "--subscribers must be a whole number such as 100"),
        (["fanout", "http://127.0.0.1:1", "--subscriber", "3"], "unknown flag --subscriber; did you mean"),
        (["fanout", "http://127.0.0.1:1", "--token", "a b"], "--token is not a token"),
        (["idle", "http://127.0.0.1:1", "--pid", "4194303"], "there is no process 4194303 to measure"),
        (["idle", "https://127.0.0.1:1", "--cacert", "/no/such"], "--cacert /no/such cannot be used"),
        (["idle", "http://127.0.0.1:1", "more"], "unexpected argument more"),
    ],
)  # fmt: skip
def test_wrong_options(args, sentence):
    done = bench(*args, token=None)
    assert done.returncode == 2, done.stdout + done.stderr
    assert sentence in done.stderr and done.stdout == ""
    assert done.stderr.startswith("cinnabar bench: ")


def test_what_cannot_be_reached(hub):
    done = bench("idle", "http://127.0.0.1:1", "--subscribers", 2)
    assert done.returncode == 1 and "no connection to 127.0.0.1:1: Connection refused" in done.stdout
    done = bench("idle", f"https://localhost:{hub.https_port}", "--subscribers", 2)
    assert done.returncode == 1 and "is not trusted" in done.stdout and "--cacert FILE, or --insecure" in done.stdout
    assert measure("idle", f"https://localhost:{hub.https_port}", "--insecure", "--subscribers", 2, "--hold", 0)["ready"] == 2
    done = bench("idle", f"http://localhost:{hub.https_port}", "--subscribers", 2, "--timeout", "1s")
    assert done.returncode == 1 and "Problem: " in done.stdout
    done = bench("idle", "http://no-such-host.invalid")
    assert done.returncode == 1 and 'the host "no-such-host.invalid" has no address' in done.stderr


def test_too_few_descriptors(hub):
    command = ["prlimit", "--nofile=100:100", str(BINARY), "bench", "idle", reach_of(hub)[0], "--subscribers", "1000"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment(), check=False)
    assert done.returncode == 1
    assert "this run needs 1,032 open files, and this process may have 100; raise the limit" in done.stderr


@pytest.mark.parametrize("scenario", ["fanout", "topics", "publish", "replay", "connect", "idle", "mixed"])
def test_pages_are_well_formed_and_keep_secrets(hub, tmp_path, scenario):
    page = tmp_path / "report.html"
    options = ["--duration", "1200ms", "--ramp-time", 0] if scenario not in ("replay", "idle") else []
    done = bench(scenario, *reach_of(hub), "--subscribers", 0 if scenario == "publish" else 5, *options, "--html", page,
                 "--subscriber-token", SUBSCRIBER, "--topic-prefix", f'https://example.com/{scenario}/"<b>&/', "--pid", hub.process.pid,
                 *(["--hold", "1200ms"] if scenario == "idle" else []))  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    text = page.read_text()
    root = xml.etree.ElementTree.fromstring(text.removeprefix("<!DOCTYPE html>\n"))
    tags = {element.tag for element in root.iter()}
    assert {"title", "style", "dl", "svg", "path", "code"} <= tags
    assert not tags & {"script", "link", "img", "iframe", "object", "b>"}
    assert not re.search(r"\b(src|href|url)\s*[=(]|@import|\bnan\b|\binf\b", text)
    assert text.count("http") == text.count("http://localhost") + text.count("https://example.com/")
    for secret in (PUBLISHER, SUBSCRIBER):
        assert secret not in text and secret not in done.stdout
    assert "--token *** " in text.replace("&#39;", "") or "--token &#39;***&#39;" in text
    assert "viewport" in text and "prefers-color-scheme" in text


def test_the_page_must_be_writable(hub):
    done = bench("publish", *reach_of(hub), "--events", 5, "--html", "/no/such/directory/report.html")
    assert done.returncode == 1 and "/no/such/directory/report.html" in done.stderr
    assert "updates" in done.stdout


def test_an_interrupt_ends_the_run_with_a_report(hub):
    """What was measured until then is printed, and nothing is called lost."""
    command = [str(BINARY), "bench", "fanout", *reach_of(hub), "--subscribers", "5", "--duration", "5m", "--json"]
    process = subprocess.Popen(command, env=environment({"CINNABAR_BENCH_TOKEN": PUBLISHER}), stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)  # fmt: skip
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGINT)  # as timeout(1) does
    out, err = process.communicate(timeout=scaled(20))
    result = json.loads(out)
    assert (process.returncode, err, result["problem"], result["interrupted"]) == (0, "", "", True)
    assert result["deliveries"] == result["due"] == 5 * result["published"] > 0


def test_progress_is_for_terminals(hub):
    """On a terminal one line is rewritten; into a pipe nothing of it goes."""
    command = [str(BINARY), "bench", "fanout", *reach_of(hub), "--subscribers", "5", "--duration", "2s"]
    done = subprocess.run(["script", "-qec", " ".join(command), "/dev/null"], capture_output=True,
                          env=environment({"CINNABAR_BENCH_TOKEN": PUBLISHER}), stdin=subprocess.DEVNULL, check=False)  # fmt: skip
    shown = done.stdout.decode().replace("\x1b[K", "")
    assert re.search(r"\rsubscribers 5/5 · \d+ deliveries/s · p99 [\d.]+ .?s · lost 0", shown)
    assert "Every event came to every subscriber once, in one order." in shown
