#!/usr/bin/env python3
"""Which test holds which fact of a page of docs/. `facts.py [protocol.md|webim.md|room-demo.md]` prints it, without a page of all; exit 1 when
a fact has no test, or a test names a fact that is not there. Facts are the bold numbers of those pages; Python cases name them with @covers("P01"), C++ tests
with a comment `// covers P01` above the test."""
import pathlib
import re
import signal
import sys

ROOT = pathlib.Path(__file__).resolve().parents[3]
PAGES = ["protocol.md", "webim.md", "room-demo.md"]
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


def facts_of(page):
    return dict(FACT.findall((ROOT / "docs" / page).read_text()))


def main():
    asked = [word for word in sys.argv[1:] if word in PAGES] or PAGES
    facts = {fact: text for page in asked for fact, text in facts_of(page).items()}
    tests = tests_by_fact()
    missing = [fact for fact in facts if fact not in tests]
    unknown = sorted(set(tests) - {fact for page in PAGES for fact in facts_of(page)})
    for fact, text in facts.items():
        print("%s  %s" % (fact, text[:100]))
        for test in tests.get(fact, ["NO TEST"]):
            print("       %s" % test)
    print("facts=%d with_test=%d without=%d" % (len(facts), len(facts) - len(missing), len(missing)))
    if unknown:
        print("tests name facts that no page has: %s" % " ".join(unknown))
    return 1 if missing or unknown or not facts else 0


signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # whoever reads may stop, as `| head` does
sys.exit(main())
