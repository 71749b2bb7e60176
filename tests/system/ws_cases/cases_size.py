"""Sections 9 and 10: large messages, many messages. What is over our cap of 64 KiB must be closed with 1009; the same
shape at 64 KiB, marked @64K, must be echoed."""
from model import CAP, CLEAN, TOO_BIG, Case, Fragments, RoundTrips, Send, binary, echo, text
from wire import BINARY, TEXT

MIB = 1 << 20
PATTERN = memoryview((b"BAsd7&jh23" * (16 * MIB // 10 + 1))[:16 * MIB])
KINDS = ((TEXT, text, "text"), (BINARY, binary, "binary"))


def case(number, about, step, opcode, size):
    fits = size <= CAP
    events = (("text" if opcode == TEXT else "binary", bytes(PATTERN[:size])),) if fits else ()
    return Case(number, about, (step,), events, CLEAN if fits else TOO_BIG)


def whole(section, kind):
    opcode, make, name = kind
    for index, size in enumerate((CAP, 256 << 10, MIB, 4 * MIB, 8 * MIB, 16 * MIB), 1):
        step = Send((make(PATTERN[:size]),))
        yield case("%s.%d" % (section, index), "%s of %d bytes" % (name, size), step, opcode, size)


def fragmented(section, kind):
    opcode, _, name = kind
    for index, part in enumerate((64, 256, 1 << 10, 4 << 10, 16 << 10, 64 << 10, 256 << 10, MIB, 4 * MIB), 1):
        for size, mark in ((4 * MIB, ""), (CAP, "@64K")):
            if mark and part > CAP:
                continue
            yield case("%s.%d%s" % (section, index, mark), "%s of %d bytes in fragments of %d" % (name, size, part),
                       Fragments(opcode, PATTERN[:size], part), opcode, size)


def chopped(section, kind):
    opcode, make, name = kind
    for index, chop in enumerate((64, 128, 256, 512, 1024, 2048), 1):
        for size, mark in ((MIB, ""), (CAP, "@64K")):
            yield case("%s.%d%s" % (section, index, mark), "%s of %d bytes in writes of %d" % (name, size, chop),
                       Send((make(PATTERN[:size]),), chop), opcode, size)


def many(section, kind):
    _, make, name = kind
    for index, size in enumerate((0, 16, 64, 256, 1024, 4096), 1):
        frame = make(bytes(PATTERN[:size]))
        about = "1000 round trips of %s, %d bytes" % (name, size)
        yield Case("%s.%d" % (section, index), about, (RoundTrips(frame, 1000),))


def automatic():
    return Case("10.1.1", "text of 65536 bytes in fragments of 1300", (Fragments(TEXT, b"*" * 65536, 1300),),
                (echo(text(b"*" * 65536)),))


SECTIONS = ((whole, "9.1", "9.2"), (fragmented, "9.3", "9.4"), (chopped, "9.5", "9.6"), (many, "9.7", "9.8"))
CASES = (*(one for make, *numbers in SECTIONS for number, kind in zip(numbers, KINDS) for one in make(number, kind)),
         automatic())
