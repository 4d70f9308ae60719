# SPDX-License-Identifier: Apache-2.0
"""Fails on a header of src/ that does not compile alone.

usage: headers_test.py SOURCE_DIR BUILD_DIR

Compiles a file that holds nothing but the #include, with the flags of the build, through ccache, so that
a second run costs little.
"""
import concurrent.futures
import json
import os
import pathlib
import shlex
import shutil
import subprocess
import sys


def flags_of(build):
    """The compiler and the flags that matter, taken from the first C++ file of src/base."""
    for entry in json.loads((build / "compile_commands.json").read_text()):
        if "/src/base/" in entry["file"] and not entry["file"].endswith("_test.cc"):
            words = shlex.split(entry["command"])
            compiler = next(word for word in words if "++" in word and "ccache" not in word)
            keep = [w for w in words if w.startswith(("-I", "-D", "-std=", "-W"))]
            return compiler, keep
    raise SystemExit("compile_commands.json has no file of src/base; build first")


def compile_alone(job):
    header, source, compiler, flags, folder = job
    unit = folder / (str(header).replace("/", "_") + ".cc")
    text = f'#include "{header}"\n'
    if not unit.exists() or unit.read_text() != text:
        unit.write_text(text)
    ccache = [shutil.which("ccache")] if shutil.which("ccache") else []
    command = ccache + [compiler, *flags, "-I", str(source), "-O0", "-c", str(unit), "-o", str(unit.with_suffix(".o"))]
    done = subprocess.run(command, capture_output=True, text=True)
    return header, done.returncode, done.stderr


def main():
    source, build = pathlib.Path(sys.argv[1]) / "src", pathlib.Path(sys.argv[2])
    compiler, flags = flags_of(build)
    folder = build / "headers"
    folder.mkdir(exist_ok=True)
    headers = sorted(path.relative_to(source) for path in source.rglob("*.h"))
    jobs = [(header, source, compiler, flags, folder) for header in headers]
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for header, code, errors in pool.map(compile_alone, jobs):
            if code != 0:
                failed += 1
                print(f"src/{header} does not compile alone:\n{errors}")
    print(f"{len(headers)} headers compiled alone, {failed} failed")
    return 1 if failed or not headers else 0


sys.exit(main())
