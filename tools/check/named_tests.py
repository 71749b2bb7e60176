#!/usr/bin/env python3
"""named_tests.py [ROOT]: a test that a document names exists. `Suite.Name` and `.Name` are unit tests; `words_with_two_underscores` are cases
of the other tests, metrics and the like: such a word stands somewhere outside the documents. Prints those that do not."""
import pathlib
import re
import subprocess
import signal
import sys

QUOTED = re.compile(r"`([^`\n]+)`")
UNIT = re.compile(r"(\w*)\.([A-Z][A-Za-z0-9]*[a-z][A-Z][A-Za-z0-9]*)")
WORDS = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+){2,}")
MACRO = re.compile(r"\b(?:TEST|TEST_F|TEST_P|TYPED_TEST)\(\s*(\w+),\s*(\w+)\)")


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    files = subprocess.run(["git", "-C", str(root), "ls-files"], capture_output=True, text=True, check=True).stdout.split("\n")
    documents = [name for name in files if name.startswith("docs/") and name.endswith(".md")]
    rest = "\n".join((root / name).read_text(errors="replace") for name in files
                     if name and name not in documents and not name.endswith(".md") and (root / name).is_file())
    units = set(MACRO.findall(rest))
    names = {name for _, name in units}
    words = set(re.findall(r"\w+", rest))
    found = []
    for document in documents:
        for number, line in enumerate((root / document).read_text().split("\n"), 1):
            for quoted in QUOTED.findall(line):
                unit = UNIT.fullmatch(quoted)
                there = True
                if unit:
                    there = (unit[1], unit[2]) in units if unit[1] else unit[2] in names
                elif WORDS.fullmatch(quoted):
                    there = quoted in words
                if not there:
                    found.append(f"  {document}:{number}: there is no {quoted}")
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # whoever reads may stop, as `| head` does
    sys.exit(main())
