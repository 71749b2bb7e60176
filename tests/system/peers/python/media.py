"""What the peer shows and says, green and 660 Hz, and what it makes of the other side's."""
import asyncio
import fractions
import math
import time

from aiortc import AudioStreamTrack, MediaStreamTrack
from av import AudioFrame, VideoFrame

GREEN = (150, 44, 21)  # Y, U, V
HZ = 660
RATE = 48000
FPS = 10


def green_frame(number):
    frame = VideoFrame(320, 240, "yuv420p")
    for plane, value in zip(frame.planes, GREEN):
        plane.update(bytes([value]) * plane.buffer_size)
    frame.pts, frame.time_base = number, fractions.Fraction(1, FPS)
    return frame


def tone_frame(first, samples):
    values = (round(12000 * math.sin(2 * math.pi * HZ * (first + i) / RATE)) for i in range(samples))
    frame = AudioFrame(format="s16", layout="mono", samples=samples)
    frame.planes[0].update(b"".join(value.to_bytes(2, "little", signed=True) for value in values))
    frame.pts, frame.sample_rate, frame.time_base = first, RATE, fractions.Fraction(1, RATE)
    return frame


class Paced:
    """When the next frame is due."""

    def __init__(self, every):
        self.every, self.number, self.begin = every, -1, None

    async def next(self):
        self.begin = self.begin or time.monotonic()
        self.number += 1
        await asyncio.sleep(max(0, self.begin + self.number * self.every - time.monotonic()))
        return self.number


class Green(MediaStreamTrack):
    kind = "video"

    def __init__(self):
        super().__init__()
        self.pace = Paced(1 / FPS)

    async def recv(self):
        return green_frame(await self.pace.next())


class Tone(AudioStreamTrack):
    def __init__(self):
        super().__init__()
        self.pace = Paced(0.02)

    async def recv(self):
        return tone_frame(await self.pace.next() * 960, 960)


class Heard:
    """Counters of what came in, as they are printed."""

    def __init__(self):
        self.counters = {"video_frames": 0, "audio_frames": 0, "colour": None, "hz": 0}

    async def take(self, track):
        while True:
            frame = await track.recv()
            self.counters[track.kind + "_frames"] += 1
            if track.kind == "video":
                self.counters.update(colour=colour_of(frame), width=frame.width, height=frame.height)
            else:
                self.counters["hz"] = pitch_of(frame)


def colour_of(frame):
    data = bytes(frame.reformat(16, 16, "rgb24").planes[0])
    red, green, blue = (sum(data[i::3]) for i in range(3))
    if red > 2 * green and red > 2 * blue:
        return "red"
    return "blue" if blue > 2 * red and blue > green else "other"


def pitch_of(frame):
    """By the times that the sound crosses zero, from below; both channels are the same here."""
    step = 2 * len(frame.layout.channels)
    data = bytes(frame.planes[0])[:frame.samples * step]
    values = [int.from_bytes(data[i:i + 2], "little", signed=True) for i in range(0, len(data), step)]
    ups = [i for i in range(1, len(values)) if values[i - 1] < 0 <= values[i]]
    return round((len(ups) - 1) * frame.sample_rate / (ups[-1] - ups[0])) if len(ups) > 2 else 0
