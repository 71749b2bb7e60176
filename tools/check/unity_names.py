#!/usr/bin/env python3
"""unity_names.py [ROOT]: names in unnamed namespaces that would meet in a unity build, where the .cpp files of a target are one.

A folder is a target. The sources are read,
not compiled: what starts a line inside `namespace {` is a name. Prints each clash; exit 1 when there is one.
"""
import collections
import re
import subprocess
import signal
import sys

CONSTANT = re.compile(r"(?:inline |static )?(?:constexpr|const) [^=({]*?\b(\w+)(?:\[\w*\])?\s*[={(;]")
TYPE = re.compile(r"(?:struct|class|enum class|enum|using) (\w+)\b(?!.*;$)|using (\w+) =|(?:struct|class) (\w+);")
FUNCTION = re.compile(r"(?!using|namespace|return|TEST)[\w:<>,&*\s\[\]]*?[\s*&>](\w+)\((.*)")
TARGET = re.compile(r"(tests/unit/\w+|[\w/]+(?=/))/")


def parameters(text, lines):
    """The types of the parameters as text: overloads differ in them."""
    for line in lines:
        if text.count("(") < text.count(")"):
            break
        text += " " + line.strip()
    text = re.sub(r"\s*=\s*[^,)]+", "", text.rsplit(")", 1)[0].split(") ")[0])
    parts = re.split(r",(?![^<(]*[>)])", re.sub(r"\s+", " ", text))
    return ", ".join(re.sub(r"(?<=[\s&*>])\w+$", "", part.strip()).strip() for part in parts)


def names(path):
    lines = open(path, encoding="utf-8").read().split("\n")
    inside = False
    for at, line in enumerate(lines):
        if line == "namespace {":
            inside = True
        elif line.startswith("}  // namespace") and line.endswith("namespace"):
            inside = False
        elif inside and re.match(r"\w", line) and not line.startswith(("namespace", "TEST", "template")):
            if constant := CONSTANT.match(line):
                yield constant.group(1)
                yield from re.findall(r", (\w+)(?:\{[^{}]*\}| = [\w'.]+)(?=[,;])", line[constant.end(1):].split(";")[0] + ";")  # constexpr int a{1}, b{2};
            elif kind := TYPE.match(line):
                # The same alias twice is no clash.
                if not line.startswith("using ") and not line.endswith("};") or line.startswith(("struct", "class", "enum")):
                    yield next(filter(None, kind.groups()))
            elif function := FUNCTION.match(line):
                yield f"{function.group(1)}({parameters(function.group(2), lines[at + 1:at + 6])})"


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else "."
    files = subprocess.run(["git", "-C", root, "ls-files", "*.cpp"], capture_output=True, text=True, check=True).stdout.split()
    seen = collections.defaultdict(lambda: collections.defaultdict(list))
    for path in files:
        if target := TARGET.match(path):
            for name in set(names(f"{root}/{path}")):
                seen[target.group(1)][name].append(path)
    clashes = [f"  {name} in {', '.join(paths)}" for found in seen.values() for name, paths in found.items() if len(paths) > 1]
    print("\n".join(clashes), end="\n" if clashes else "")
    return 1 if clashes else 0


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # whoever reads may stop, as `| head` does
    sys.exit(main())
