"""What the Autobahn suite does not send to a server: our additions, numbered im.x.y."""
from model import CAP, NOT_UTF8, PROTOCOL, TOO_BIG, Case, Send, binary, close, cont, ping, text
from wire import BINARY, PING, TEXT, Frame

HELLO = b"Hello, world!"


def unmasked():
    frames = (Frame(TEXT, HELLO, masked=False), Frame(BINARY, b"", masked=False), Frame(PING, b"", masked=False),
              Frame(8, b"\x03\xe8", masked=False))
    for index, frame in enumerate(frames, 1):
        yield Case("im.1.%d" % index, "opcode %d, not masked" % frame.opcode, (Send((frame,)),), (), PROTOCOL)


def long_lengths():
    sizes = ((0, 16), (125, 16), (0, 64), (126, 64), (65535, 64))
    for index, (size, form) in enumerate(sizes, 1):
        frame = binary(b"x" * size, form=form)
        about = "%d bytes with a length of %d bits" % (size, form)
        yield Case("im.2.%d" % index, about, (Send((frame,)),), (), PROTOCOL)
    for index, form in enumerate((16, 64), len(sizes) + 1):
        yield Case("im.2.%d" % index, "ping of 5 bytes with a length of %d bits" % form,
                   (Send((ping(b"12345", form=form),)),), (), PROTOCOL)
    yield Case("im.2.8", "a length with its highest bit set",
               (Send((binary(b"", form=64, stated=1 << 63),)),), (), PROTOCOL)


def over_the_cap():
    """The header alone decides: no byte of the payload follows."""
    for index, size in enumerate((CAP + 1, 1 << 32, (1 << 63) - 1), 1):
        yield Case("im.3.%d" % index, "header of a message of %d bytes" % size,
                   (Send((binary(b"", form=64, stated=size),)),), (), TOO_BIG)
    yield Case("im.3.4", "a last fragment one byte over the cap",
               (Send((text(b"a" * CAP, fin=False), cont(b"a"))),), (), TOO_BIG)
    yield Case("im.3.5", "empty fragments at the cap",
               (Send((text(b"a" * CAP, fin=False), cont(b"", fin=False), cont(b""))),), (("text", b"a" * CAP),))


def closes():
    yield Case("im.4.1", "close 1015, never on the wire", (Send((close(1015),)),), (), PROTOCOL)
    yield Case("im.4.2", "close reason that ends inside a character", (Send((close(1000, b"\xe2\x82"),)),), (),
               NOT_UTF8)


CASES = (*unmasked(), *long_lengths(), *over_the_cap(), *closes())
