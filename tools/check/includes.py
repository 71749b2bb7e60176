#!/usr/bin/env python3
"""includes.py [ROOT]: a folder includes only what its row in the README of its daemon names. Prints each break with its rule.

Rows: | `folder/` | says | `other/` `seam.hpp` |        arrows that still run up: | `file` | `file` | why |
"""
import pathlib
import re
import signal
import sys

ROW = re.compile(r"\| `(\w+)/` \|[^|]*\|([^|]*)\|$")
ARROW = re.compile(r"\| `(\w+/[\w.]+)` \| `([\w/.]+)` \|[^|]+\|$")
NAME = re.compile(r"`([\w/.]+)`")
EVERYBODY = "Every folder may include "
INCLUDE = re.compile(r'\s*#\s*include\s*"(\w+)/([\w/.]+)"')
PARTS = ("common", "comet", "logic", "router")


def rules(readme):
    """folder -> what it may include, and the arrows that run up."""
    allowed, arrows, seams = {}, set(), set()
    for line in readme.read_text(encoding="utf-8").splitlines():
        if row := ROW.match(line):
            allowed[row.group(1)] = set(NAME.findall(row.group(2)))
        elif line.startswith(EVERYBODY):
            seams.update(NAME.findall(line))
        elif arrow := ARROW.match(line):
            arrows.add(arrow.groups())
    return {folder: names | seams for folder, names in allowed.items()}, arrows


def check(root, part):
    readme = f"{part}/README.md"
    allowed, arrows = rules(root / readme)
    there, without_row = set(), set()
    for path in sorted((root / part).glob("*/**/*.[ch]pp")):
        file = path.relative_to(root / part).as_posix()
        folder = file.split("/")[0]
        if folder not in allowed:
            without_row.add(folder)
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            found = INCLUDE.match(line)
            if not found or found.group(1) != part:
                continue
            target = found.group(2)
            floor = target.split("/")[0] + "/" if "/" in target else target
            if floor == folder + "/" or floor in allowed[folder]:
                continue
            if (file, target) in arrows:
                there.add((file, target))
                continue
            names = " ".join(sorted(allowed[folder])) or "nothing of this daemon"
            yield f"{part}/{file}:{number}: includes {part}/{target}; {readme} lets {folder}/ include {names}"
    for folder in sorted(without_row):
        yield f"{readme} has no row for {part}/{folder}/"
    for file, target in sorted(arrows - there):
        yield f"{readme}: the arrow {file} → {target} is gone; take its row out"
    for folder in allowed:
        if not (root / part / folder).is_dir():
            yield f"{readme}: there is no folder {folder}/; take its row out"


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    found = [f"  {text}" for part in PARTS for text in check(root, part)]
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # whoever reads may stop, as `| head` does
    sys.exit(main())
