"""Section 6: text must be UTF-8, and is refused at the first byte that cannot be."""
from model import CLEAN, NOT_UTF8, Case, Fragments, Parts, Quiet, Send, cont, text
from utf8_strings import KOSME, STRINGS, valid

HELLO = "Hello-µ@ßöäüàá-UTF-8!!".encode()
SURROGATE = KOSME + b"\xed\xa0\x80edited"
TOO_HIGH = KOSME + b"\xf4\x90\x80\x80edited"  # bad at its 13th byte
QUIET = 0.3


def fragments():
    middle = (text(b"", fin=False), cont(b"middle frame payload", fin=False), cont(b""))
    split = len("Hello-µ@ßöä".encode())
    halves = (text(HELLO[:split], fin=False), cont(HELLO[split:]))
    return (
        Case("6.1.1", "empty text", (Send((text(b""),)),), (("text", b""),)),
        Case("6.1.2", "three empty fragments", (Send((text(b"", fin=False), cont(b"", fin=False), cont(b""))),),
             (("text", b""),)),
        Case("6.1.3", "empty, filled, empty fragment", (Send(middle),), (("text", b"middle frame payload"),)),
        Case("6.2.1", "valid text", (Send((text(HELLO),)),), (("text", HELLO),)),
        Case("6.2.2", "valid text, cut between characters", (Send(halves),), (("text", HELLO),)),
        Case("6.2.3", "valid text in fragments of one byte", (Fragments(1, HELLO, 1),), (("text", HELLO),)),
        Case("6.2.4", "valid text in fragments of one byte", (Fragments(1, KOSME, 1),), (("text", KOSME),)),
        Case("6.3.1", "text with a surrogate", (Send((text(SURROGATE),)),), (), NOT_UTF8),
        Case("6.3.2", "text with a surrogate in fragments of one byte", (Fragments(1, SURROGATE, 1),), (), NOT_UTF8),
    )


def fail_fast():
    """The last part is never sent: who waits for it is late. Autobahn calls that NON-STRICT, here it fails."""
    for number, first, second in (("6.4.1", 11, 15), ("6.4.2", 12, 13)):
        steps = (Send((text(TOO_HIGH[:first], fin=False),)), Quiet(QUIET),
                 Send((cont(TOO_HIGH[first:second], fin=False),)))
        yield Case(number, "the second fragment makes it bad, the third is not sent", steps, (), NOT_UTF8)
    for number, first, second in (("6.4.3", 11, 15), ("6.4.4", 12, 13)):
        steps = (Parts(text(TOO_HIGH), first, second, QUIET),)
        yield Case(number, "the second part of a frame makes it bad, the third is not sent", steps, (), NOT_UTF8)


def strings():
    for section, about, items in STRINGS:
        for index, item in enumerate(items, 1):
            good = valid(item)
            yield Case("6.%d.%d" % (section, index), "%s: %s" % (about, item.hex()), (Send((text(item),)),),
                       (("text", item),) if good else (), CLEAN if good else NOT_UTF8)


CASES = (*fragments(), *fail_fast(), *strings())
