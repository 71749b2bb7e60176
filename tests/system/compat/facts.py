#!/usr/bin/env python3
"""Which test holds which fact of docs/protocol.md. `facts.py --list` prints it; exit 1 when a fact has no test, or a test names
a fact that is not there. Facts are the bold numbers of docs/protocol.md; Python cases name them with @covers("P01"), C++ tests
with a comment `// covers P01` above the test."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[3]
FACT = re.compile(r"^- \*\*([A-Z]\d\d)\*\* (.*)$", re.M)
PYTHON = re.compile(r"^@covers\(([^)]*)\)\ndef (\w+)", re.M)
CPP = re.compile(r"^// covers ((?:[A-Z]\d\d ?)+)\nTEST(?:_F|_P)?\((\w+), (\w+)\)", re.M)


def tests_by_fact():
    found = {}
    for path in sorted((ROOT / "tests").rglob("*")):
        name = str(path.relative_to(ROOT))
        if path.suffix == ".py":
            for facts, case in PYTHON.findall(path.read_text()):
                for fact in re.findall(r"[A-Z]\d\d", facts):
                    found.setdefault(fact, []).append("%s:%s" % (name, case))
        elif path.suffix == ".cpp":
            for facts, suite, case in CPP.findall(path.read_text()):
                for fact in facts.split():
                    found.setdefault(fact, []).append("%s:%s.%s" % (name, suite, case))
    return found


def main():
    facts = dict(FACT.findall((ROOT / "docs" / "protocol.md").read_text()))
    tests = tests_by_fact()
    missing = [fact for fact in facts if fact not in tests]
    unknown = sorted(set(tests) - set(facts))
    for fact, text in facts.items():
        print("%s  %s" % (fact, text[:100]))
        for test in tests.get(fact, ["NO TEST"]):
            print("       %s" % test)
    print("facts=%d with_test=%d without=%d" % (len(facts), len(facts) - len(missing), len(missing)))
    if unknown:
        print("tests name facts that docs/protocol.md does not have: %s" % " ".join(unknown))
    return 1 if missing or unknown or not facts else 0


sys.exit(main())
