"""Section 5: fragmented messages, control frames between and instead of fragments."""
from model import BY_FRAME, BY_OCTET, PROTOCOL, Case, Expect, Send, cont, ping, text
from wire import PONG, Frame

CHOPS = ((0, "one write"), (BY_FRAME, "a write per frame"), (BY_OCTET, "byte by byte"))
ONE, TWO = b"fragment1", b"fragment2"
START, REST = text(ONE, fin=False), cont(TWO)
WHOLE = ("text", ONE + TWO)


def fragmented_control():
    for number, opcode, name in (("5.1", 9, "ping"), ("5.2", PONG, "pong")):
        frames = (Frame(opcode, ONE, fin=False), cont(TWO))
        yield Case(number, "%s in two fragments" % name, (Send(frames),), (), PROTOCOL)


def chopped(first, about, frames, events, *end):
    for index, (chop, how) in enumerate(CHOPS):
        yield Case("5.%d" % (first + index), "%s, %s" % (about, how), (Send(frames, chop),), events, *end)


def stray_continuations():
    late = text(b"Hello, world!")
    for first, fin in ((9, True), (12, False)):
        stray = cont(b"non-continuation payload", fin=fin)
        about = "continuation of nothing with FIN %d, then text" % fin
        yield from chopped(first, about, (stray, late), (), PROTOCOL)
    after = (START, REST, cont(b"fragment3", fin=False), text(b"fragment4"))
    yield Case("5.15", "fragmented text, continuation of nothing, text", (Send(after),), (WHOLE,), PROTOCOL)
    for number, fin in (("5.16", False), ("5.17", True)):
        round_ = (cont(b"fragment1", fin=fin), text(b"fragment2", fin=False), cont(b"fragment3"))
        about = "twice: continuation of nothing with FIN %d, fragmented text" % fin
        yield Case(number, about, (Send(round_ + round_),), (), PROTOCOL)
    yield Case("5.18", "two fragments that both say text", (Send((START, text(TWO))),), (), PROTOCOL)


def pings_between():
    parts = tuple(b"fragment%d" % i for i in range(1, 6))
    before = (text(parts[0], fin=False), cont(parts[1], fin=False), ping(b"pongme 1!"))
    after = (cont(parts[2], fin=False), cont(parts[3], fin=False), ping(b"pongme 2!"), cont(parts[4]))
    events = (("pong", b"pongme 1!"), ("pong", b"pongme 2!"), ("text", b"".join(parts)))
    for number, chop in (("5.19", 0), ("5.20", BY_FRAME)):
        yield Case(number, "five fragments with two pings, the first answered before the rest is sent",
                   (Send(before, chop), Expect(1), Send(after, chop)), events)


CASES = (
    *fragmented_control(),
    *chopped(3, "text in two fragments", (START, REST), (WHOLE,)),
    *chopped(6, "text in two fragments with a ping between", (START, ping(b"ping payload"), REST),
             (("pong", b"ping payload"), WHOLE)),
    *stray_continuations(),
    *pings_between(),
)
