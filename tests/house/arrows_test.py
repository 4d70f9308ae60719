# SPDX-License-Identifier: Apache-2.0
"""Fails when a folder of src/ includes one that CMakeLists.txt does not let it use.

usage: arrows_test.py SOURCE_DIR ARROWS_FILE

ARROWS_FILE has a line "folder: dependency dependency" for each library, in the order of the layout: a
folder may depend only on folders above it, so that the graph has no loop.
"""
import pathlib
import re
import sys

INCLUDE = re.compile(r'^\s*#\s*include\s+"(([^"/]+)/[^"]*)"', re.MULTILINE)


def read_arrows(path):
    arrows = {}
    for line in path.read_text().splitlines():
        folder, _, rest = line.partition(":")
        arrows[folder] = set(rest.split())
    return arrows


def main():
    source, arrows = pathlib.Path(sys.argv[1]) / "src", read_arrows(pathlib.Path(sys.argv[2]))
    problems = []
    above = set()
    for folder, allowed in arrows.items():
        for name in sorted(allowed - above):
            problems.append(f"CMakeLists.txt: {folder} depends on {name}, which does not stand above it")
        above.add(folder)
    if {"hub"} & arrows["auth"] or {"auth"} & arrows["hub"]:
        problems.append("CMakeLists.txt: hub and auth must not meet")
    if arrows["http"] != {"base"}:
        problems.append("CMakeLists.txt: http may depend on base alone")

    files = 0
    for folder in sorted(path.name for path in source.iterdir() if path.is_dir()):
        if folder not in arrows:
            problems.append(f"src/{folder}: not a library of CMakeLists.txt")
            continue
        for path in sorted((source / folder).rglob("*")):
            if path.suffix not in (".h", ".cc"):
                continue
            files += 1
            text = path.read_text()
            if not text.startswith("// SPDX-License-Identifier: Apache-2.0\n"):
                problems.append(f"{path.relative_to(source)}: the first line is not the SPDX line")
            for header, used in INCLUDE.findall(text):
                if used != folder and used not in arrows[folder]:
                    problems.append(f"src/{path.relative_to(source)} includes {used}/, which {folder} does not declare")
                if folder == "hub" and used == "journal" and header != "journal/journal.h" and "_test" not in path.name:
                    problems.append(f"src/{path.relative_to(source)}: hub may use journal/journal.h alone")
    for problem in problems:
        print(problem)
    print(f"{files} files checked, {len(problems)} problems")
    return 1 if problems or files == 0 else 0


sys.exit(main())
