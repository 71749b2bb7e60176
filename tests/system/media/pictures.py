"""Pictures and sound made by hand: no library is needed, and every byte is ours to bend."""
import random
import struct
import zlib


def png(width, height, pixel=lambda x, y: (x % 256, y % 256, 0), chunks=()):
    """An RGB picture; chunks: (name, data) before the pixels."""
    rows = b"".join(b"\0" + bytes(value for x in range(width) for value in pixel(x, y)) for y in range(height))
    return png_of(width, height, zlib.compress(rows), chunks)


def png_that_grows(width, height):
    """Two rows of noise in turns, in 256 colours that let something through: as a palette both fit into the 32 KiB that deflate looks back,
    as pixels of 4 bytes none does. So any PNG of its pixels has a thousand times as many bytes."""
    noise = random.Random(1)
    rows = zlib.compress(b"".join(b"\0" + noise.randbytes(width) for _ in range(2)) * (height // 2), 9)
    return png_of(width, height // 2 * 2, rows, ((b"PLTE", noise.randbytes(768)), (b"tRNS", noise.randbytes(256))), 3)


def png_of(width, height, data, chunks=(), colours=2):
    """With whatever stands for the pixels."""
    def chunk(name, content):
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, colours, 0, 0, 0)) + \
        b"".join(chunk(name, content) for name, content in chunks) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def gif(width=2, height=2):
    """One colour, one picture."""
    return b"GIF89a" + struct.pack("<HH", width, height) + b"\x80\0\0\xff\0\0\0\0\0" + \
        b"\x2c\0\0\0\0" + struct.pack("<HH", width, height) + b"\0\x02\x03\x84\x51\x00\0\x3b"


def exif(orientation):
    """The APP1 segment of a JPEG that says how it is to be turned, and a secret that must not stay."""
    tiff = b"II\x2a\0\x08\0\0\0" + struct.pack("<H", 1) + struct.pack("<HHIHH", 0x112, 3, 1, orientation, 0) + b"\0\0\0\0"
    body = b"Exif\0\0" + tiff + b"GPS-SECRET"
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def opus(milliseconds):
    """An Ogg file as voice notes are: a head, and a last page that says how long it is."""
    def page(granule, packet):
        return b"OggS\0\0" + struct.pack("<QI", granule, 7) + b"\0" * 8 + b"\1" + bytes([len(packet)]) + packet
    return page(0, b"OpusHead\1\2" + struct.pack("<HI", 312, 48000) + b"\0\0\0") + page(milliseconds * 48 + 312, b"sound")


def film():
    """An MP4 of 1.5 s, as far as its head says."""
    moov = b"\0\0\0\x34mvhd" + b"\0" * 12 + (600).to_bytes(4, "big") + (900).to_bytes(4, "big") + b"\0" * 24
    return b"\0\0\0\x0cftypisom" + (len(moov) + 8).to_bytes(4, "big") + b"moov" + moov


def size_of(picture):
    """(width, height) of a PNG or JPEG."""
    if picture.startswith(b"\x89PNG"):
        return struct.unpack(">II", picture[16:24])
    at = 2
    while True:
        marker, length = picture[at + 1], struct.unpack(">H", picture[at + 2:at + 4])[0]
        if 0xc0 <= marker <= 0xc2:
            height, width = struct.unpack(">HH", picture[at + 5:at + 9])
            return width, height
        at += 2 + length
