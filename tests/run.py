# SPDX-License-Identifier: Apache-2.0
"""Runs all tests of one build and says how many of each height ran.

usage: run.py --build BUILD_DIR [--jobs N] [--match REGEX]

Heights: the house rules and the unit tests (CTest), the scenarios against the real binary (pytest).
"""
import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import xml.etree.ElementTree as xml

ROOT = pathlib.Path(__file__).resolve().parent.parent


class Tally:
    def __init__(self):
        self.passed = self.failed = self.skipped = 0

    def add(self, junit, only=lambda name: True):
        for case in xml.parse(junit).iter("testcase"):
            if not only(case.get("name", "")):
                continue
            if case.find("failure") is not None or case.find("error") is not None or case.get("status") == "fail":
                self.failed += 1
            elif case.find("skipped") is not None or case.get("status") in ("notrun", "disabled"):
                self.skipped += 1
            else:
                self.passed += 1

    @staticmethod
    def said(junit, starts):
        """What tests said in lines that start so, for the summary."""
        for case in xml.parse(junit).iter("testcase"):
            for line in (case.findtext("system-out") or "").splitlines():
                if line.startswith(starts):
                    yield line

    def line(self, height):
        return f"{height}: {self.passed} passed, {self.failed} failed, {self.skipped} skipped"


def sanitizer_environment(build):
    """Slower builds get more time; what a sanitizer finds ends the process."""
    cache = (build / "CMakeCache.txt").read_text()
    sanitized = re.search(r"^CINNABAR_SANITIZE:STRING=(.+)$", cache, re.MULTILINE)
    environment = dict(os.environ, CINNABAR_BIN=str(build / "cinnabar"))
    if sanitized:
        environment.setdefault("CINNABAR_TIME_SCALE", "4")
        environment.setdefault("CINNABAR_CRASH_ROUNDS", "5")
        environment["ASAN_OPTIONS"] = "detect_leaks=1:abort_on_error=0:exitcode=99"
        environment["UBSAN_OPTIONS"] = "print_stacktrace=1:halt_on_error=1:exitcode=99"
        environment["TSAN_OPTIONS"] = (f"suppressions={ROOT}/tests/tsan.supp:exitcode=99:history_size=7:"
                                       "ignore_noninstrumented_modules=1:second_deadlock_stack=1")
    return environment


def run_ctest(build, jobs, match, environment):
    listing = json.loads(
        subprocess.run(["ctest", "--test-dir", build, "--show-only=json-v1"], capture_output=True, text=True, check=True,
                       env=environment).stdout)
    chosen = []
    for number, test in enumerate(listing["tests"], 1):
        labels = next((p["value"] for p in test.get("properties", []) if p["name"] == "LABELS"), [])
        # A folder's unit tests go by the name of their program too: cinnabar_url_test.
        program = pathlib.Path(test.get("command", [""])[0]).name
        if match is None or any(re.search(match, word) for word in [test["name"], program, *labels]):
            chosen.append(number)
    house, unit = Tally(), Tally()
    if not chosen:
        return house, unit, [], True
    junit = build / "ctest.xml"
    command = ["ctest", "--test-dir", build, "-j", str(jobs), "--output-on-failure", "--output-junit", junit, "--progress",
               "--test-output-size-passed", "1000000"]
    if match is not None:
        command += ["-I", "0,0,0," + ",".join(map(str, chosen))]
    done = subprocess.run(command, env=environment)
    house.add(junit, lambda name: name.startswith("house."))
    unit.add(junit, lambda name: not name.startswith("house."))
    # The table of requirements is long: only for those who ask for some part of the tests.
    starts = ("cases of ",) if match is None else ("cases of ", "requirement ")
    return house, unit, list(Tally.said(junit, starts)), done.returncode == 0


def run_pytest(build, jobs, match, environment):
    junit = build / "pytest.xml"
    junit.unlink(missing_ok=True)
    command = ["/usr/bin/python3", "-m", "pytest", "-q", "-n", str(jobs), "--dist", "loadfile", f"--junitxml={junit}", "tests"]
    if match is not None:
        command += ["-k", match.replace("|", " or ")]
    done = subprocess.run(command, cwd=ROOT, env=environment)
    tally = Tally()
    if junit.exists():
        tally.add(junit)
    nothing_chosen = 5
    return tally, done.returncode == 0 or (match is not None and done.returncode == nothing_chosen)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--match")
    options = parser.parse_args()
    build = options.build.resolve()
    environment = sanitizer_environment(build)

    house, unit, cases, ctest_ok = run_ctest(build, options.jobs, options.match, environment)
    scenarios, pytest_ok = run_pytest(build, options.jobs, options.match, environment)

    print()
    for line in cases:
        print(line)
    print(house.line("house"))
    print(unit.line("unit"))
    print(scenarios.line("scenarios"))
    ran = house.passed + unit.passed + scenarios.passed
    if ran == 0:
        print("no test matched")
    return 0 if ctest_ok and pytest_ok and ran else 1


sys.exit(main())
