"""Runs cases one after the other: a line for each, a summary, a JUnit file when IM_JUNIT names a folder."""
import os
import sys
import time
import traceback
import xml.etree.ElementTree as xml


def run(suite, cases, note=lambda case: ""):
    """cases: functions, or {name: function}. Ends the program: 0 when there are cases and all passed."""
    if not isinstance(cases, dict):
        cases = {case.__name__: case for case in cases}
    rows = []
    for name, case in cases.items():
        begin = time.monotonic()
        wrong = ""
        try:
            case()
        except Exception:  # every failure of a case is a failed case
            wrong = traceback.format_exc()
            print(wrong, end="")
        rows.append((name, time.monotonic() - begin, wrong))
        print(("%s %-56s %s" % ("FAIL" if wrong else "ok  ", name.replace("_", " "), note(case))).rstrip(), flush=True)
    failed = sum(1 for _, _, wrong in rows if wrong)
    write_junit(suite, rows)
    print("%s: cases=%d failed=%d" % (suite, len(rows), failed), flush=True)
    sys.exit(1 if failed or not rows else 0)


def write_junit(suite, rows):
    """rows: (name, seconds, what went wrong or "")"""
    folder = os.environ.get("IM_JUNIT")
    if not folder:
        return
    report = xml.Element("testsuite", name=suite, tests=str(len(rows)), failures=str(sum(1 for row in rows if row[2])))
    for name, seconds, wrong in rows:
        case = xml.SubElement(report, "testcase", classname=suite, name=name, time="%.3f" % seconds)
        if wrong:
            text = "".join(letter for letter in wrong if letter >= " " or letter in "\n\t")  # what XML may hold
            xml.SubElement(case, "failure", message=text.strip().rsplit("\n", 1)[-1][:200]).text = text
    os.makedirs(folder, exist_ok=True)
    name = "".join(letter if letter.isalnum() or letter in "._-" else "-" for letter in suite)
    xml.ElementTree(report).write(os.path.join(folder, name + ".xml"), encoding="utf-8", xml_declaration=True)
