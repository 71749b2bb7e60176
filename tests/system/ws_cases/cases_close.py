"""Section 7: the closing handshake, its codes and its reasons."""
from model import CAP, CLOSED, PROTOCOL, TOO_BIG, Case, End, Send, close, cont, ping, text
from utf8_strings import KOSME
from wire import CLOSE, Frame

HELLO = text(b"Hello World!")
LONG = (b"BAsd7&jh23" * (4 * CAP // 10 + 1))[:4 * CAP]


def sequences():
    big = ("text", LONG[:CAP])
    return (
        Case("7.1.1", "text, then close", (Send((HELLO, close())),), (("text", b"Hello World!"),), CLOSED),
        Case("7.1.2", "two close frames", (Send((close(), Frame(CLOSE))),), (), CLOSED),
        Case("7.1.3", "ping after close", (Send((close(), ping())),), (), CLOSED),
        Case("7.1.4", "text after close", (Send((close(), HELLO)),), (), CLOSED),
        Case("7.1.5", "close inside a fragmented text",
             (Send((text(b"fragment1", fin=False), close(), cont(b"fragment2"))),), (), CLOSED),
        Case("7.1.6", "256 KiB, text, close, ping: over the cap", (Send((text(LONG), HELLO, close(), ping())),), (),
             TOO_BIG),
        Case("7.1.6@64K", "64 KiB, text, close, ping", (Send((text(LONG[:CAP]), HELLO, close(), ping())),),
             (big, ("text", b"Hello World!")), CLOSED),
    )


def payloads():
    bad_reason = KOSME + b"\xed\xa0\x80edited"
    return (
        Case("7.3.1", "empty close", (Send((Frame(CLOSE),)),), (), End((1000, None))),
        Case("7.3.2", "close payload of one byte", (Send((Frame(CLOSE, b"a"),)),), (), PROTOCOL),
        Case("7.3.3", "close 1000", (Send((close(),)),), (), CLOSED),
        Case("7.3.4", "close 1000 with reason", (Send((close(1000, b"Hello World!"),)),), (), CLOSED),
        Case("7.3.5", "close with the longest reason", (Send((close(1000, b"*" * 123),)),), (), CLOSED),
        Case("7.3.6", "close with a reason too long by one", (Send((close(1000, b"*" * 124),)),), (), PROTOCOL),
        Case("7.5.1", "close reason that is not UTF-8", (Send((close(1000, bad_reason),)),), (), End((1002, 1007))),
    )


def codes():
    good = (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999)
    bad = (0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999)
    for index, code in enumerate(good, 1):
        yield Case("7.7.%d" % index, "close %d" % code, (Send((close(code),)),), (), End((1000, code)))
    for index, code in enumerate(bad, 1):
        yield Case("7.9.%d" % index, "close %d, not allowed" % code, (Send((close(code),)),), (), PROTOCOL)
    for index, code in enumerate((5000, 65535), 1):
        yield Case("7.13.%d" % index, "close %d, not defined" % code, (Send((close(code),)),), (),
                   End((1000, code, 1002), drop=True))


CASES = (*sequences(), *payloads(), *codes())
