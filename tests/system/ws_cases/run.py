#!/usr/bin/env python3
"""RFC 6455 conformance of an echo server, with the case numbers of the Autobahn test suite.

  tests/system/ws_cases/run.py --comet build/release/bin/comet      starts it alone with an echo listener, and ends it
  tests/system/ws_cases/run.py --port 9001 [--case 6.4.1] [--case '7.*'] [--list]
  tests/system/ws_cases/run.py --self-test      the cases against servers with one flaw each: the right ones must fail

Sections 12 and 13 (permessage-deflate) are not here: compression is not offered. Messages over 64 KiB must be refused
with 1009, so the large ones of section 9 are refusals and the same shapes at 64 KiB are marked @64K. Where the suite
calls a result NON-STRICT, it counts as a failure here."""
import argparse
import fnmatch
import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext

import cases_close
import cases_fragments
import cases_framing
import cases_own
import cases_size
import cases_utf8
import model
from comet_process import Comet
from wire import Peer

CASES = (*cases_framing.CASES, *cases_fragments.CASES, *cases_utf8.CASES, *cases_close.CASES, *cases_size.CASES,
         *cases_own.CASES)


def run_case(case, port, timeout):
    """What was seen, and whether that is right."""
    try:
        peer = Peer(port, timeout)
    except OSError as error:
        return ((("bad", "no connection: %s" % error),), False)
    try:
        seen = model.run(case, peer)
    finally:
        peer.shut()
    return seen, model.as_expected(case, seen)


def run_all(cases, port, timeout, jobs):
    with ThreadPoolExecutor(jobs) as pool:
        return list(zip(cases, pool.map(lambda case: run_case(case, port, timeout), cases)))


def show(events):
    def one(event):
        payload = event[1] if len(event) > 1 else ""
        if isinstance(payload, bytes):
            payload = "%d bytes %r" % (len(payload), payload[:32])
        return ("%s %s" % (event[0], payload)).strip()
    return ", ".join(map(one, events)) or "nothing"


def show_end(end):
    codes = " or ".join("empty" if code is None else str(code) for code in end.codes)
    return "close %s%s, eof" % (codes, " or no close" if end.drop else "")


def chosen(patterns):
    return [case for case in CASES if not patterns or any(fnmatch.fnmatch(case.number, p) for p in patterns)]


def report(results):
    failed = [(case, seen) for case, (seen, right) in results if not right]
    for case, seen in failed:
        wanted = show(case.events) + "; " if case.events else ""
        print("FAILED %s %s\n  expected: %s%s\n  seen:     %s" % (case.number, case.about, wanted, show_end(case.end),
                                                                show(seen)))
    if "IM_JUNIT" in os.environ:
        from runner import write_junit  # in tests/system/lib; this program also runs alone
        write_junit("rfc6455", [(case.number, 0, "" if right else case.about) for case, (_, right) in results])
    print("rfc6455 cases=%d passed=%d failed=%d" % (len(results), len(results) - len(failed), len(failed)))
    return 1 if failed or not results else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, help="port of the echo server on 127.0.0.1")
    parser.add_argument("--comet", metavar="PROGRAM", help="start this comet and test its echo listener")
    parser.add_argument("--case", action="append", default=[], help="number or pattern; may be repeated")
    parser.add_argument("--list", action="store_true", help="print the cases")
    parser.add_argument("--self-test", action="store_true", help="test this program against flawed servers")
    parser.add_argument("--timeout", type=float, default=10.0, help="seconds to wait for an event")
    parser.add_argument("--jobs", type=int, default=16, help="connections at a time")
    options = parser.parse_args()
    if options.list:
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # whoever reads may stop, as `| head` does
        for case in chosen(options.case):
            print("%-10s %s" % (case.number, case.about))
        return 0
    if options.self_test:
        import self_test
        return self_test.run()
    if (options.port is None) == (options.comet is None):
        parser.error("one of --port and --comet is needed")
    with Comet(options.comet) if options.comet else nullcontext(options.port) as port:
        return report(run_all(chosen(options.case), port, options.timeout, options.jobs))


if __name__ == "__main__":
    sys.exit(main())
