# SPDX-License-Identifier: Apache-2.0
"""`cinnabar match`: patterns and topics on the command line and by JSON lines."""

import json

import pytest

from lib.hub import run_cli

HUB = "https://hub.example.com/.well-known/mercure"
BOOKS = "https://example.com/books/:id"


def match(*args, text=None):
    return run_cli("match", *args, stdin=text)


def batch(*questions, flags=()):
    done = match("--batch", *flags, text="".join(json.dumps(question) + "\n" for question in questions))
    return done, [json.loads(line) for line in done.stdout.splitlines()]


def test_shows_the_groups():
    done = match("--urlpattern", BOOKS, "https://example.com/books/1")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == 'https://example.com/books/1: match\n  pathname id = "1"\n'


def test_says_what_does_not_match():
    done = match("--urlpattern", BOOKS, "https://example.com/books/1", "http://example.com/films/1", "https://[::1/x")
    assert done.returncode == 1
    assert 'protocol "http" does not match "https"' in done.stdout
    assert 'pathname "/films/1" does not match "/books/:id"' in done.stdout
    assert "https://[::1/x: no match\n  the topic is not a URL" in done.stdout


@pytest.mark.parametrize(
    "pattern, component, position",
    [
        ("https://example.com/{a", "pathname", "position 1"),
        ("https://example.com/(a", "pathname", "position 1"),
        ("https://example.com/:a/:a", "pathname", "position 4"),
        ("https://example.com/a\\", "pathname", "position 2"),
        ("https://example.com/?*#+", "hash", "position 0"),
        ("https://exa mple.com/", "hostname", ""),
        ("https://example.com/((?=a)b)", "pathname", "look-ahead"),
    ],
)
def test_says_why_a_pattern_is_invalid(pattern, component, position):
    done = match("--urlpattern", pattern, "a")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("cinnabar match: ")
    assert component in done.stderr and position in done.stderr


def test_relative_patterns_need_a_base():
    done = match("--urlpattern", "/books/:id", "/books/1")
    assert done.returncode == 1 and "base" in done.stderr
    assert match("--base", HUB, "--urlpattern", "/books/:id", "/books/1").returncode == 0
    bad = match("--base", "nowhere", "--urlpattern", "/books/:id", "/books/1")
    assert bad.returncode == 1 and "base" in bad.stderr


def test_other_kinds():
    assert match("--exact", "a", "a").returncode == 0
    assert match("--exact", "/a", "https://hub.example.com/a").returncode == 1
    assert match("--exact", "*", "anything").returncode == 0
    assert match("--urlpattern", "*", "https://[::1/x").returncode == 0
    template = "https://example.com/books/{id}"
    assert match("--uri-template", template, "https://example.com/books/1", template).returncode == 0
    assert match("--uri-template", template, "https://example.com/books/1/x").returncode == 1
    assert match("--uri-template", "{unclosed", "{unclosed").returncode == 0


@pytest.mark.parametrize(
    "args", [[], ["topic"], ["--exact", "a", "--urlpattern", "b", "t"], ["--batch", "--exact", "a"], ["--batch", "t"]]
)
def test_senseless_command_lines(args):
    done = match(*args, text="")
    assert done.returncode == 2
    assert done.stderr.startswith("cinnabar match: ") and "--help" in done.stderr


def test_batch():
    done, answers = batch(
        {"pattern": BOOKS, "base": HUB, "topics": ["https://example.com/books/1", "https://example.com/books", "/x"]},
        {"pattern": "/books/:id", "base": HUB, "topics": ["/books/1", "https://[::1/x"]},
        {"pattern": BOOKS, "base": None, "topics": []},
        {"pattern": "/(", "base": HUB, "topics": ["/"]},
        {"pattern": BOOKS, "base": "", "topics": ["/"]},
        {"pattern": "*", "topics": ["\u00e9", "https://[::1/x"]},
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert answers[:3] == [
        {"valid": True, "matches": [True, False, False], "error": None},
        {"valid": True, "matches": [True, False], "error": None},
        {"valid": True, "matches": [], "error": None},
    ]
    assert [(a["valid"], a["matches"]) for a in answers[3:]] == [(False, []), (False, []), (True, [True, True])]
    assert "pathname" in answers[3]["error"] and "base" in answers[4]["error"]


def test_batch_of_other_kinds():
    question = {"pattern": "/a/{b}", "topics": ["/a/{b}", "/a/1"]}
    assert batch(question, flags=["--exact"])[1][0]["matches"] == [True, False]
    assert batch(question, flags=["--uri-template"])[1][0]["matches"] == [True, True]


@pytest.mark.parametrize(
    "line", ["x", "[]", "{}", '{"pattern":1,"topics":[]}', '{"pattern":"a"}', '{"pattern":"a","topics":[1]}',
             '{"pattern":"a","base":1,"topics":[]}']
)  # fmt: skip
def test_malformed_lines(line):
    good = json.dumps({"pattern": BOOKS, "topics": ["https://example.com/books/1"]})
    done = match("--batch", text=f"{line}\n\n{good}\n")
    bad, answer = map(json.loads, done.stdout.splitlines())
    assert done.returncode == 1
    assert bad["valid"] is False and bad["matches"] == [] and bad["error"].startswith("The line must be")
    assert answer["matches"] == [True]
