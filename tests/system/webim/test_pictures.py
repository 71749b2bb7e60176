#!/usr/bin/env python3
"""Pictures of old pages (docs/webim.md "Pictures"). IM_PUBLIC, IM_WEBIM come from the environment. The logic's webim.picture_size is 200 KiB,
webim.picture_day 1 MiB."""
import base64
import http.client
import json
import os
import select
import socket
import struct
import sys
import urllib.parse
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "media"))
from covers import covers
from pages import PORTS, PollPage, WsPage
from runner import run

HOST = urllib.parse.urlsplit(os.environ["IM_PUBLIC"]).netloc
BOUNDARY = "----formboundary7MA4YWxk"


def png(width=3, height=2, extra=b""):
    """`extra`: a text in it that nobody shall be given."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\xff\0\0" * width for _ in range(height))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) + (chunk(b"tEXt", b"k\0" + extra) if extra else b"")
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def ask(method, path, body=b"", **headers):
    connection = http.client.HTTPConnection(HOST, timeout=120)
    connection.request(method, path, body=body, headers={name.replace("_", "-"): value for name, value in headers.items()})
    reply = connection.getresponse()
    data = reply.read()
    connection.close()
    return reply.status, data, reply.headers


def by_form(bytes_, kind="image/png", field="img"):
    form = urllib.parse.urlencode({field: "data:%s;base64,%s" % (kind, base64.b64encode(bytes_).decode())})
    return ask("POST", "/upload.php", form.encode(), Content_Type="application/x-www-form-urlencoded; charset=UTF-8")


def multipart(bytes_, field="photo"):
    return (b"--%s\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\nx\r\n--%s\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"a.png\"\r\n"
            b"Content-Type: image/png\r\n\r\n" % (BOUNDARY.encode(), BOUNDARY.encode(), field.encode()) + bytes_ + b"\r\n--%s--\r\n" % BOUNDARY.encode())


def by_multipart(bytes_, field="photo"):
    return ask("POST", "/upload", multipart(bytes_, field), Content_Type="multipart/form-data; boundary=" + BOUNDARY)


def shown(path):
    """The bytes of a picture as a browser gets them."""
    status, data, headers = ask("GET", path)
    assert status == 200 and headers["X-Content-Type-Options"] == "nosniff", (status, headers)
    assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    return data, headers["Content-Type"]


@covers("I60")
def the_form_of_the_old_page():
    status, body, _ = by_form(png(extra=b"where I live"))
    answer = json.loads(body)
    assert status == 200 and set(answer) == {"img"} and answer["img"].startswith("/upload/"), (status, body)
    data, kind = shown(answer["img"])
    assert kind == "image/jpeg" and data.startswith(b"\xff\xd8\xff") and b"where I live" not in data


@covers("I61")
def the_form_of_the_later_page():
    status, body, _ = by_multipart(png())
    answer = json.loads(body)
    assert status == 200 and (answer["code"], answer["msg"]) == (0, ""), body
    shown(json.loads(answer["data"])["url"])
    for status, body, _ in (by_multipart(png(), field="file"), by_multipart(b""), ask("POST", "/upload", b"x", Content_Type="text/plain"), ask("POST", "/upload")):
        assert status == 403 and json.loads(body)["code"] == 1, (status, body)


@covers("I62")
def what_is_no_picture():
    for bad in (b"", b"hello", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", png()[:30], b"%PDF-1.4", b"<html>"):
        status, body, _ = by_form(bad)
        assert status in (403, 422) and json.loads(body)["img"] == "", (bad, status, body)
    assert by_form(png(), field="image")[0] == 403
    assert ask("POST", "/upload.php", b"img=%", Content_Type="application/x-www-form-urlencoded")[0] == 403
    assert by_form(png(extra=b"x" * 250_000))[0] == 422
    assert by_form(png(extra=b"x" * 600_000))[0] == 413
    for name in ("", "x", "../../etc/passwd", "%2e%2e%2fx.jpg", "0" * 32 + ".jpg", "0" * 32 + ".php"):
        assert ask("GET", "/upload/" + name)[0] in (404, 400), name


def drip(body, piece, pause):
    """The status of an upload that comes in pieces, as a phone sends that has little net."""
    with socket.create_connection((HOST.split(":")[0], int(HOST.split(":")[1])), timeout=60) as sock:
        sock.sendall(b"POST /upload HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=%s\r\nContent-Length: %d\r\n\r\n"
                     % (BOUNDARY.encode(), len(body)))
        for at in range(0, len(body), piece):
            if select.select([sock], [], [], pause)[0]:  # it is refused
                break
            sock.sendall(body[at:at + piece])
        return int(sock.recv(64).split()[1])


@covers("I62")
def a_slow_phone():
    """http.body_timeout is 5 s here, in which 16 KiB must come. All of it takes longer than that."""
    body = multipart(png(extra=b"x" * 60_000))
    assert drip(body, 4096, 0.5) == 200
    assert drip(body, 512, 0.5) == 408


@covers("I63")
def a_picture_in_the_lobby():
    first, second = WsPage(PORTS[0]), PollPage(PORTS[1])
    url = json.loads(by_form(png())[1])["img"]
    first.say(cmd="message", channal=0, type="image", data="", url=url, **{"from": first.fd})
    assert shown(second.expect(lambda said: said.get("type") == "image")["url"])
    entry = second.ask("getHistory")["history"][-1]
    assert entry["type"] == "image" and entry["msg"]["url"] == url


@covers("I64")
def enough_for_a_day():
    for _ in range(20):
        status, body, _ = by_form(png(extra=b"x" * 150_000))
        if status != 200:
            break
    assert status == 429 and json.loads(body)["img"] == "", (status, body)


if __name__ == "__main__":
    run("webim pictures", [the_form_of_the_old_page, the_form_of_the_later_page, what_is_no_picture, a_slow_phone, a_picture_in_the_lobby, enough_for_a_day])
