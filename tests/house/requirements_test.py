# SPDX-License-Identifier: Apache-2.0
"""Prints which tests prove each requirement of some sections of the protocol; fails if one has none.

usage: requirements_test.py SOURCE_DIR NAME

A unit test names requirements in its own name (Keys_TOK_3_4 is for TOK-3 and TOK-4), a scenario in its
docstring ("TOK-3, TOK-4." or "TOK-3 to TOK-5").
"""
import ast
import collections
import pathlib
import re
import sys

# Sections and their numbers of requirements.
TABLES = {
    "auth": {"TOK": 21, "AD": 15, "AUTHZ": 11, "PRES": 15, "ERR": 16, "DISC": 14, "CORS": 9, "COMPAT": 39, "CLI": 6},
    "presence": {"ACT": 24},
}
# What has no test of its own, and why.
EXCUSED = {
    "PRES-15": "a MAY that is not offered: sender-constrained tokens",
    "COMPAT-11": "says what hubs of 0.x did; HIST-9 is what counts",
    "COMPAT-38": "a MAY: aliases of pages and directives that come later",
    "COMPAT-39": "out of scope",
    "ACT-9": "for issuers to heed",
    "ACT-23": "for issuers to heed",
}

UNIT_TEST = re.compile(r"^TEST(?:_F|_P)?\(\s*(\w+),\s*(\w+)\s*\)", re.MULTILINE)
IN_NAME = re.compile(r"(?:^|_)([A-Z]{2,})((?:_\d+)+)(?=_|$)")
IN_TEXT = re.compile(r"\b([A-Z]{2,})-(\d+)(?: to (?:\1-)?(\d+))?")


def unit_tests(source):
    for path in sorted((source / "src").rglob("*_test.cc")):
        for suite, name in UNIT_TEST.findall(path.read_text()):
            for section, numbers in IN_NAME.findall(name):
                for number in numbers.strip("_").split("_"):
                    yield f"{section}-{number}", f"{suite}.{name}"


def scenarios(source):
    for path in sorted((source / "tests").rglob("test_*.py")):
        if "node_modules" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.FunctionDef) or not node.name.startswith("test_"):
                continue
            for section, first, last in IN_TEXT.findall(ast.get_docstring(node) or ""):
                for number in range(int(first), int(last or first) + 1):
                    yield f"{section}-{number}", f"{path.stem}::{node.name}"


def main():
    source, sections = pathlib.Path(sys.argv[1]), TABLES[sys.argv[2]]
    tests = collections.defaultdict(list)
    for requirement, test in [*unit_tests(source), *scenarios(source)]:
        if test not in tests[requirement]:
            tests[requirement].append(test)
    empty = []
    for section, count in sections.items():
        for number in range(1, count + 1):
            requirement = f"{section}-{number}"
            found = tests[requirement]
            if found:
                shown = ", ".join(found[:3]) + (f" and {len(found) - 3} more" if len(found) > 3 else "")
            else:
                shown = f"({EXCUSED[requirement]})" if requirement in EXCUSED else "NONE"
                if requirement not in EXCUSED:
                    empty.append(requirement)
            print(f"requirement {requirement}: {shown}")
    if empty:
        print(f"without a test: {', '.join(empty)}")
        return 1
    return 0


sys.exit(main())
