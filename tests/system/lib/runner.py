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
    report = xml.Element("testsuite", name=suite, tests=str(len(cases)))
    failed = 0
    for name, case in cases.items():
        begin = time.monotonic()
        line = xml.SubElement(report, "testcase", classname=suite, name=name)
        try:
            case()
            verdict = "ok  "
        except Exception as error:  # every failure of a case is a failed case
            failed += 1
            verdict = "FAIL"
            text = traceback.format_exc()
            xml.SubElement(line, "failure", message=str(error)[:200]).text = text
            print(text, end="")
        line.set("time", "%.3f" % (time.monotonic() - begin))
        print(("%s %-56s %s" % (verdict, name.replace("_", " "), note(case))).rstrip(), flush=True)
    report.set("failures", str(failed))
    write(suite, report)
    print("%s: cases=%d failed=%d" % (suite, len(cases), failed), flush=True)
    sys.exit(1 if failed or not cases else 0)


def write(suite, report):
    folder = os.environ.get("IM_JUNIT")
    if not folder:
        return
    os.makedirs(folder, exist_ok=True)
    name = "".join(letter if letter.isalnum() or letter in "._-" else "-" for letter in suite)
    xml.ElementTree(report).write(os.path.join(folder, name + ".xml"), encoding="utf-8", xml_declaration=True)
