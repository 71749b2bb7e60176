"""Sections 1 to 4: echo of every length form, pings and pongs, reserved bits, reserved opcodes."""
from model import BY_FRAME, BY_OCTET, CLEAN, PROTOCOL, Case, Send, binary, echo, ping, text
from wire import CLOSE, PONG, Frame

HELLO = text(b"Hello, world!")
ODD = b"\x00\xff\xfe\xfd\xfc\xfb\x00\xff"


def echoes():
    for section, make, byte in (("1.1", text, b"*"), ("1.2", binary, b"\xfe")):
        for index, size in enumerate((0, 125, 126, 127, 128, 65535, 65536, 65536), 1):
            chop = 997 if index == 8 else 0
            frame = make(byte * size)
            about = "%s of %d bytes%s" % ("text" if make is text else "binary", size, ", writes of 997" if chop else "")
            yield Case("%s.%d" % (section, index), about, (Send((frame,), chop),), (echo(frame),))


def pong(payload):
    return ("pong", payload)


def pings():
    ten = tuple(b"payload-%d" % i for i in range(10))
    long = b"\xfe" * 125
    unasked = Frame(PONG, b"unsolicited pong payload")
    return (
        Case("2.1", "empty ping", (Send((ping(),)),), (pong(b""),)),
        Case("2.2", "ping with text", (Send((ping(b"Hello, world!"),)),), (pong(b"Hello, world!"),)),
        Case("2.3", "ping with bytes that are not text", (Send((ping(ODD),)),), (pong(ODD),)),
        Case("2.4", "ping of 125 bytes", (Send((ping(long),)),), (pong(long),)),
        Case("2.5", "ping of 126 bytes", (Send((ping(long + b"\xfe"),)),), (), PROTOCOL),
        Case("2.6", "ping of 125 bytes, byte by byte", (Send((ping(long),), BY_OCTET),), (pong(long),)),
        Case("2.7", "empty pong nobody asked for", (Send((Frame(PONG),)),), ()),
        Case("2.8", "pong with payload nobody asked for", (Send((unasked,)),), ()),
        Case("2.9", "unasked pong, then ping", (Send((unasked, ping(b"ping payload"))),), (pong(b"ping payload"),)),
        Case("2.10", "ten pings", (Send(tuple(map(ping, ten)), BY_FRAME),), tuple(map(pong, ten))),
        Case("2.11", "ten pings, byte by byte", (Send(tuple(map(ping, ten)), BY_OCTET),), tuple(map(pong, ten))),
    )


def reserved_bits():
    yield Case("3.1", "text with RSV 1", (Send((text(b"Hello, world!", rsv=1),)),), (), PROTOCOL)
    for index, rsv, chop in ((2, 2, 0), (3, 3, BY_FRAME), (4, 4, BY_OCTET)):
        frames = (HELLO, text(b"Hello, world!", rsv=rsv), ping())
        about = "text, text with RSV %d, ping" % rsv
        yield Case("3.%d" % index, about, (Send(frames, chop),), (echo(HELLO),), PROTOCOL)
    yield Case("3.5", "binary with RSV 5", (Send((binary(ODD, rsv=5),)),), (), PROTOCOL)
    yield Case("3.6", "ping with RSV 6", (Send((ping(b"Hello, world!", rsv=6),)),), (), PROTOCOL)
    yield Case("3.7", "close with RSV 7", (Send((Frame(CLOSE, rsv=7),)),), (), PROTOCOL)


def reserved_opcodes():
    payload = b"reserved opcode payload"
    for section, first in (("4.1", 3), ("4.2", 11)):
        bad = tuple(Frame(first + i, payload if i in (1, 3, 4) else b"") for i in range(5))
        for index in (1, 2):
            frame = bad[index - 1]
            about = "opcode %d, %d bytes" % (frame.opcode, len(frame.payload))
            yield Case("%s.%d" % (section, index), about, (Send((frame,)),), (), PROTOCOL)
        for index in (3, 4, 5):
            frame = bad[index - 1]
            about = "text, opcode %d with %d bytes, ping" % (frame.opcode, len(frame.payload))
            steps = (Send((HELLO, frame, ping()), BY_OCTET if index == 5 else 0),)
            yield Case("%s.%d" % (section, index), about, steps, (echo(HELLO),), PROTOCOL)


CASES = (*echoes(), *pings(), *reserved_bits(), *reserved_opcodes())
assert all(case.end in (CLEAN, PROTOCOL) for case in CASES)
