"""The cases against our own echo server: without flaws all must pass, with one flaw exactly the cases about it fail."""
import fnmatch

from flawed_server import Server
from run import CASES, run_all

PINGED = ("2.1", "2.2", "2.3", "2.4", "2.6", "2.9", "2.10", "2.11", "5.[678]", "5.19", "5.20")


def number_is(*patterns):
    return lambda case: any(fnmatch.fnmatch(case.number, pattern) for pattern in patterns)


def sees_text(case):
    return any(kind == "text" for kind, _ in case.events)


def bad_text(case):
    return case.end.codes == (1007,) and case.number.startswith("6.")


def sees_data(case):
    return any(kind in ("text", "binary") and payload for kind, payload in case.events)


def light(case):
    """The cases a slow server can run many times."""
    return not case.number.startswith("9.") or case.number in ("9.1.1", "9.1.2", "9.2.1")


def few(case):
    """Where all fail, each after its whole timeout."""
    return case.number in ("1.1.1", "1.2.2", "2.1", "5.3", "6.2.1", "7.1.3", "7.7.1")


def always(_):
    return True


# Flaw, which of the cases must go red.
FLAWS = (
    ("accepts unmasked frames", number_is("im.1.*")),
    ("ignores RSV", number_is("3.*")),
    ("ignores unknown opcodes", number_is("4.*")),
    ("accepts long control frames", number_is("2.5", "7.3.6")),
    ("accepts fragmented control frames", number_is("5.1", "5.2", "5.9", "5.1[0-7]")),
    ("ignores stray continuations", number_is("5.9", "5.1[0-7]")),
    ("accepts a message inside a message", number_is("5.18")),
    ("accepts long lengths", number_is("im.2.[1-5]")),
    ("has no cap", number_is("9.1.2", "7.1.6", "im.3.[1-4]")),
    ("does not check UTF-8", bad_text),
    ("checks UTF-8 at the end", number_is("6.4.*")),
    ("does not check close reasons", number_is("7.5.1", "im.4.2")),
    ("accepts a close of one byte", number_is("7.3.2")),
    ("accepts any close code", number_is("7.9.*", "im.4.1")),
    ("does not answer pings", number_is(*PINGED)),
    ("answers pings late", number_is("5.[678]", "5.19", "5.20")),
    ("answers pings with nothing", number_is("2.[23469]", "2.1[01]", "5.[678]", "5.19", "5.20")),
    ("echoes text as binary", sees_text),
    ("loses the last byte", sees_data),
    ("goes on after a close", always, few),
    ("leaves TCP open", always, few),
    ("drops without a close frame", lambda case: not case.end.drop),
    ("writes long lengths", always, few),
    ("masks its frames", always, few),
)


def failures(flaws, cases, timeout):
    with Server(flaws) as port:
        return {case.number for case, (_, right) in run_all(cases, port, timeout, 16) if not right}


def check(flaw, red, run_on=light):
    """How many cases went the wrong way."""
    cases = [case for case in CASES if run_on(case)]
    wanted = {case.number for case in cases if red(case)}
    got = failures((flaw,), cases, 1.5)
    for number in sorted(wanted - got):
        print("FAILED %s passed against a server that %s" % (number, flaw))
    for number in sorted(got - wanted):
        print("FAILED %s failed against a server that %s, which it is not about" % (number, flaw))
    print("%s: red=%d%s" % (flaw, len(got), "" if wanted else ", nothing was wanted"))
    return len(wanted ^ got) + (not wanted)


def run():
    false_alarms = failures((), CASES, 30.0)
    for number in sorted(false_alarms):
        print("FAILED %s failed against a server without flaws" % number)
    wrong = len(false_alarms) + sum(check(*flaw) for flaw in FLAWS)
    print("self-test flaws=%d wrong=%d" % (len(FLAWS), wrong))
    return 1 if wrong else 0
