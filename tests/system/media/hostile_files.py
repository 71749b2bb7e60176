"""Files of attackers: rows of (what, bytes, what comes of them): "refused", or how they are kept: "text", "bytes", "anew" (a picture
made anew, without what was hidden in it)."""
import io
import struct
import zipfile
import zlib

from pictures import exif, gif, png, png_of

SCRIPT = b"<script>alert(document.domain)</script>"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'>" + SCRIPT + b"</svg>"
JPEG_HEAD = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"


def sof(width, height):
    return b"\xff\xc0\x00\x11\x08" + struct.pack(">HH", height, width) + b"\x03\x01\x22\x00\x02\x11\x01\x03\x11\x01"


def zip_bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("0.txt", b"\0" * 20_000_000)
        archive.writestr("../../etc/cron.d/x", b"* * * * * root true\n")
    return out.getvalue()


def pixel_bomb(width, height, rows):
    """Rows of zeros, which are little when they are packed."""
    packer = zlib.compressobj(9)
    row = b"\0" * (1 + 3 * width)
    data = b"".join(packer.compress(row) for _ in range(rows)) + packer.flush()
    return png_of(width, height, data)


def webp(content):
    return b"RIFF" + struct.pack("<I", len(content) + 4) + b"WEBP" + content


def rows():
    good = png(40, 30)
    return [
        ("HTML named PNG", b"<!doctype html>" + SCRIPT, "text"),
        ("SVG with a script", SVG, "text"),
        ("a script", b"#!/bin/sh\nrm -rf /\n", "text"),
        ("JavaScript behind a BOM", b"\xef\xbb\xbfalert(1)", "text"),
        ("HTML in UTF-16", b"\xff\xfe" + "<script>".encode("utf-16-le"), "bytes"),
        ("a program", b"MZ\x90\0\x03\0\0\0" + b"\0" * 64, "bytes"),
        ("a zip bomb with names that go up", zip_bomb(), "bytes"),
        ("a PDF with JavaScript", b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj", "bytes"),
        ("a TIFF", b"II\x2a\0\x08\0\0\0" + b"\0" * 40, "bytes"),
        ("a BMP", b"BM" + struct.pack("<IHHI", 100, 0, 0, 54) + b"\x28\0\0\0" + b"\xff" * 80, "bytes"),
        ("a PNG with a script in a comment", png(9, 9, chunks=[(b"tEXt", b"x\0" + SCRIPT)]), "anew"),
        ("a PNG with HTML behind it", good + SCRIPT, "anew"),
        ("a GIF that is a zip, too", gif() + zip_bomb(), "anew"),
        ("a GIF that is JavaScript, too", gif() + b"/*" + SCRIPT + b"*/", "anew"),
        ("a PNG with a false profile", png(9, 9, chunks=[(b"iCCP", b"x\0\0" + zlib.compress(SCRIPT))]), "anew"),
        ("a PNG that is cut off", good[:60], "refused"),
        ("a PNG of a head only", good[:33], "refused"),
        ("a PNG with false pixels", png_of(10, 10, b"\x78\x9cgarbage"), "refused"),
        ("a PNG without width", png_of(0, 10, zlib.compress(b"")), "refused"),
        ("a PNG of 2^31 by 2^31", png_of(2 ** 31 - 1, 2 ** 31 - 1, zlib.compress(b"")), "refused"),
        ("a PNG of 30,000 by 30,000", pixel_bomb(30_000, 30_000, 100), "refused"),
        ("a PNG of 60,000 by 10", pixel_bomb(60_000, 10, 10), "refused"),
        ("a GIF of 65,535 by 65,535", gif(65535, 65535), "refused"),
        ("a GIF that is cut off", gif()[:15], "refused"),
        ("a GIF of its name only", b"GIF89a", "refused"),
        ("a JPEG of its mark only", b"\xff\xd8\xff", "refused"),
        ("a JPEG that is cut off", JPEG_HEAD + sof(100, 100), "refused"),
        ("a JPEG of 65,500 by 65,500", JPEG_HEAD + sof(65500, 65500) + b"\xff\xda", "refused"),
        ("a JPEG without a size", JPEG_HEAD + sof(0, 0) + b"\xff\xda", "refused"),
        ("a JPEG of Exif only", b"\xff\xd8" + exif(6), "refused"),
        ("a JPEG with an endless segment", b"\xff\xd8\xff\xe1\x00\x00" + b"A" * 100, "refused"),
        ("a JPEG that is HTML", b"\xff\xd8\xff\xfe\x00\x40" + SCRIPT, "refused"),
        ("a WebP of nothing", webp(b"VP8 \0\0\0\0"), "refused"),
        ("a WebP of 16,384 by 16,384", webp(b"VP8L" + struct.pack("<I", 5) + b"\x2f\xff\xff\xff\x0f"), "refused"),
        ("a WebP that lies about its length", webp(b"VP8X" + struct.pack("<I", 0xffffffff) + b"\0" * 10), "refused"),
    ]
