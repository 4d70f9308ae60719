#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Measures the hub against the bars it promises; one table line per measure. See bench/README.md."""

import argparse
import pathlib
import signal
import sys
import traceback

import report
import targets
from churn_shows import churn
from durable_shows import durable, history, resume
from fanout_shows import fanout, payload, saturated, tls
from harness import Failure
from latency_shows import latency, stalled
from matching_shows import batch, matching, micro, patterns
from presence_shows import listing, presence
from replay_shows import replay
from subscriber_shows import connect, h2, idle
from suite import Suite
from token_shows import forged, tokens

ROOT = pathlib.Path(__file__).resolve().parent.parent

# Each show, and the numbers of the bars that it is about; those without are for information, or keep what was
# promised before. `all` is all of them but `churn`.
SHOWS = {
    fanout: (1,), saturated: (2,), payload: (3,), matching: (4, 5), idle: (6,), h2: (6, 13), connect: (7,),
    durable: (8,), tokens: (9,), replay: (10,), latency: (11,), stalled: (12,), tls: (14,), churn: (15,),
    history: (), resume: (), patterns: (), batch: (), micro: (), forged: (), presence: (), listing: (),
}
NAMES = {show.__name__: show for show in SHOWS}


def parse_arguments(arguments=None):
    parser = argparse.ArgumentParser(
        prog="shows.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="\n".join(f"{name}: {show.__doc__}" for name, show in NAMES.items()))
    parser.add_argument("show", nargs="*", default="all", choices=[*NAMES, "all"])
    parser.add_argument("--hub", default=ROOT / "build/release/cinnabar", help="the binary to measure")
    parser.add_argument("--tools", help="directory of the tools; default: bench/ beside the hub")
    parser.add_argument("--directory", help="where journals go, on a real disk; default: beside the hub")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--minutes", type=float, default=20, help="of churn")
    parser.add_argument("--quick", action="store_true",
                        help="a tenth of everything: tries the tools, proves nothing")
    parser.add_argument("--keep", action="store_true", help="leave configurations, logs and journals behind")
    parser.add_argument("--report", help="write what was found to this file, as a page")
    parser.add_argument("--peer", metavar="URL", help="another hub on this machine, for fanout, payload, saturated, "
                                                      "durable and latency")
    parser.add_argument("--peer-token", default="", help="with which one may publish there")
    parser.add_argument("--peer-pid", type=int, default=0, help="its process, to read its CPU")
    args = parser.parse_args(arguments)
    if args.show == "all":  # argparse would check a list as if it were one of the choices
        args.show = ["all"]
    return args


def chosen(names):
    """The shows of these names, in the order of the table."""
    return [show for name, show in NAMES.items() if name in names or ("all" in names and name != "churn")]


def run(bench, show):
    """Runs a show; one that fails must not take the others with it."""
    try:
        show(bench)
    except Failure as failure:
        bench.unmeasured(show.__name__, SHOWS[show], str(failure).replace(f"{ROOT}/", ""))
    except Exception as failure:
        traceback.print_exc()
        bench.unmeasured(show.__name__, SHOWS[show], f"{type(failure).__name__}, see its traceback")


def main():
    args = parse_arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is stopped
    try:
        bench = Suite(args)
        if args.peer:
            bench.peer = targets.peer(bench, args.peer, args.peer_token, args.peer_pid)
    except Failure as failure:
        print(f"shows.py: {failure}", file=sys.stderr)
        return 2
    for show in chosen(args.show):
        run(bench, show)
    if args.report:
        report.write(args.report, bench, ROOT)
    return 1 if bench.failed else 0


if __name__ == "__main__":
    sys.exit(main())
