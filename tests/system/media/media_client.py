"""A client of media (docs/media.md) and the users it needs. IM_PUBLIC comes from the environment."""
import hashlib
import http.client
import json
import os
import socket
import sys
import time
import urllib.parse
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "requests"))
from doors import Http  # noqa: E402

PATIENCE = 180  # seconds: what a machine with other work to do may take for a picture

PUBLIC = os.environ["IM_PUBLIC"]
HOST = urllib.parse.urlsplit(PUBLIC).netloc


def user():
    answer = Http(PUBLIC).ask("account.register", login="m" + uuid.uuid4().hex[:12], password="correct horse")
    assert answer["ok"], answer
    door = Http(PUBLIC, answer["token"])
    door.uid = answer["uid"]
    return door


def pair():
    """Two users and their conversation."""
    ann, bob = user(), user()
    conv = ann.ask("conv.open", to=bob.uid)
    assert conv["ok"], conv
    return ann, bob, conv["conv_id"]


def code(answer):
    return 0 if answer["ok"] else answer["code"]


def begin(door, conv, data, name="a.bin", mime="application/octet-stream", **more):
    fields = {"name": name, "size": len(data), "mime": mime, "sha256": hashlib.sha256(data).hexdigest(), "conv_id": conv}
    fields.update(more)
    return door.ask("media.begin", **fields)


def call(method, path, body=None, headers=(), timeout=60):
    """(status, headers in lower case, body); an address with a host goes there."""
    host = HOST
    if path.startswith("http://"):
        host, _, path = path.removeprefix("http://").partition("/")
        path = "/" + path
    connection = http.client.HTTPConnection(host, timeout=timeout)
    try:
        connection.request(method, path, body=body, headers=dict(headers), encode_chunked="Transfer-Encoding" in headers)
        reply = connection.getresponse()
        return reply.status, {name.lower(): value for name, value in reply.getheaders()}, reply.read()
    finally:
        connection.close()


def bearer(begun):
    return {"Authorization": "Bearer " + begun["token"]}


def put(begun, first, data, size=None, **headers):
    """The answer to these bytes from `first` on, as a dict."""
    size = begun["size"] if size is None else size
    end = "bytes %d-%d/%d" % (first, first + len(data) - 1, size) if data else "bytes */%d" % size
    status, _, text = call("PUT", begun["upload"], data, {**bearer(begun), "Content-Range": end, **headers})
    answer = json.loads(text)
    assert status == (200 if answer["ok"] else answer["code"] - 4000), (status, answer)
    return answer


def offset(begun):
    status, headers, _ = call("HEAD", begun["upload"], headers=bearer(begun))
    assert status == 200, status
    return int(headers["upload-offset"])


def cut_put(begun, first, data, sent):
    """Announces all bytes from `first` on, sends only some of them and hangs up."""
    with socket.create_connection(tuple(HOST.split(":")), timeout=60) as connection:
        connection.sendall(("PUT %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nContent-Range: bytes %d-%d/%d\r\n"
                            "Content-Length: %d\r\n\r\n" % (begun["upload"], HOST, begun["token"], first, len(data) - 1,
                                                            len(data), len(data) - first)).encode())
        connection.sendall(data[first:first + sent])


def upload(door, conv, data, name="a.bin", mime="application/octet-stream"):
    """The id of the finished medium. Told to come later (a picture is not made yet on a busy machine), it does, as clients do."""
    begun = begin(door, conv, data, name, mime)
    assert begun["ok"], begun
    if not begun["done"]:
        done, until = put(begun, 0, data), time.monotonic() + PATIENCE
        while done.get("code") == 4503 and time.monotonic() < until:
            time.sleep(done["retry_ms"] / 1000)
            first = offset(begun)
            done = put(begun, first, data[first:])
        assert done["ok"] and done["done"], done
    return begun["media_id"]
