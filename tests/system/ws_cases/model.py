"""What a case is: steps to take, events to see, and how the connection must end."""
from dataclasses import dataclass, field

from wire import BINARY, CLOSE, CONT, PING, TEXT, Frame, close_payload

BY_FRAME = -1  # a write per frame
BY_OCTET = 1   # a write per byte

CAP = 64 * 1024  # of a message; above it the server closes with 1009


@dataclass(frozen=True)
class Send:
    """`chop`: bytes of one write, BY_FRAME, or 0 for all in one."""
    frames: tuple
    chop: int = 0

    def play(self, peer, seen):
        encoded = [frame.encode() for frame in self.frames]
        if self.chop == BY_FRAME:
            for data in encoded:
                peer.send(data)
        else:
            peer.send(b"".join(encoded), self.chop)


@dataclass(frozen=True)
class Parts:
    """One frame up to payload byte `first`, a quiet time, the bytes up to `second`, and no more."""
    frame: Frame
    first: int
    second: int
    quiet: float

    def play(self, peer, seen):
        data = self.frame.encode()
        head = len(data) - len(self.frame.payload)
        peer.send(data[:head + self.first])
        Quiet(self.quiet).play(peer, seen)
        peer.send(data[head + self.first:head + self.second])


@dataclass(frozen=True)
class Fragments:
    """A message in frames of `size` bytes, made while sending."""
    opcode: int
    payload: object
    size: int
    chop: int = 0

    def frames(self):
        total = len(self.payload)
        for at in range(0, total, self.size):
            end = min(at + self.size, total)
            yield Frame(self.opcode if at == 0 else CONT, self.payload[at:end], fin=end == total)

    def play(self, peer, seen):
        peer.send(b"".join(frame.encode() for frame in self.frames()), self.chop)


@dataclass(frozen=True)
class Expect:
    """Waits for so many events before the next step."""
    count: int

    def play(self, peer, seen):
        for _ in range(self.count):
            seen.append(peer.event())
            if not is_message(seen[-1]):
                return


@dataclass(frozen=True)
class Quiet:
    """Nothing may come for a while."""
    seconds: float

    def play(self, peer, seen):
        event = peer.event(self.seconds)
        if event != ("timeout",):
            seen.append(event)


@dataclass(frozen=True)
class RoundTrips:
    frame: Frame
    count: int

    def play(self, peer, seen):
        wanted = echo(self.frame)
        for _ in range(self.count):
            peer.send(self.frame.encode())
            event = peer.event()
            if event != wanted:
                seen.append(event)
                return


@dataclass(frozen=True)
class End:
    """The close frame of the server, one of `codes` (None = empty), and then the end of its stream.
    `first`: we send a close of 1000 when all events are there. `drop`: no close frame at all is right too."""
    codes: tuple
    first: bool = False
    drop: bool = False


@dataclass(frozen=True)
class Case:
    number: str
    about: str
    steps: tuple
    events: tuple = ()
    end: End = field(default_factory=lambda: CLEAN)


CLEAN = End((1000,), first=True)
CLOSED = End((1000,))
PROTOCOL = End((1002,))
NOT_UTF8 = End((1007,))
TOO_BIG = End((1009,))


def is_message(event):
    return event[0] in ("text", "binary", "ping", "pong")


def text(payload, **how):
    return Frame(TEXT, payload, **how)


def binary(payload, **how):
    return Frame(BINARY, payload, **how)


def cont(payload, **how):
    return Frame(CONT, payload, **how)


def ping(payload=b"", **how):
    return Frame(PING, payload, **how)


def close(code=1000, reason=b""):
    return Frame(CLOSE, close_payload(code, reason))


def echo(frame):
    return ("text" if frame.opcode == TEXT else "binary", bytes(frame.payload))


def run(case, peer):
    """The events of a case, the end included."""
    seen = []
    for step in case.steps:
        step.play(peer, seen)
        if seen and not is_message(seen[-1]):
            break
    while len(seen) < len(case.events) and (not seen or is_message(seen[-1])):
        seen.append(peer.event())
    if case.end.first and len(seen) == len(case.events):
        peer.send(close().encode())
    while not seen or seen[-1][0] not in ("eof", "reset", "timeout", "bad"):
        seen.append(peer.event())
    return tuple(seen)


def as_expected(case, seen):
    if seen[:len(case.events)] != case.events:
        return False
    rest = seen[len(case.events):]
    if case.end.drop and rest in ((("eof",),), (("reset",),)):
        return True
    return len(rest) == 2 and rest[0][0] == "close" and rest[0][1] in case.end.codes and rest[1] == ("eof",)
