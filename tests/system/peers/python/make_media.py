"""make_media.py IVF OGG: two seconds of green in VP8 and of a tone in Opus, for the peers whose libraries have no codecs."""
import sys

import av

from media import FPS, RATE, green_frame, tone_frame


def encode(out, stream, frames):
    for frame in frames:
        out.mux(stream.encode(frame))
    out.mux(stream.encode(None))
    out.close()


def video(path):
    out = av.open(path, "w", format="ivf")
    stream = out.add_stream("libvpx", rate=FPS, options={"g": str(FPS), "deadline": "realtime", "auto-alt-ref": "0", "lag-in-frames": "0"})
    stream.width, stream.height, stream.pix_fmt, stream.bit_rate = 320, 240, "yuv420p", 200_000
    encode(out, stream, (green_frame(number) for number in range(2 * FPS)))


def audio(path):
    out = av.open(path, "w", format="ogg", options={"page_duration": "20000"})  # one packet a page
    stream = out.add_stream("libopus", rate=RATE, layout="mono")
    encode(out, stream, (tone_frame(first, 960) for first in range(0, 2 * RATE, 960)))


video(sys.argv[1])
audio(sys.argv[2])
