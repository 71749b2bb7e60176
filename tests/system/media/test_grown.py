#!/usr/bin/env python3
"""Pictures of few bytes that would become very many, and files that the disk has cut or lost (docs/media.md). IM_PUBLIC, IM_MEDIA_DIR and IM_DB come
from the environment."""
import json
import os
import sys
import uuid
import zlib

import cluster
from media_client import call, pair, upload
from pictures import png_of, png_that_grows
from stored import store
from test_check import sql

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "requests"))
from runner_of_cases import run  # noqa: E402

STORE = store()
AT_MOST = 4 << 20  # of a picture of less than 1 MiB, with the smaller ones


def sent(data, kind="image", mime="image/png"):
    """(its id, what media.get says of it)"""
    ann, bob, conv = pair()
    media_id = upload(ann, conv, data, "a.png", mime)
    answer = ann.ask("msg.send", conv_id=conv, client_msg_id=uuid.uuid4().hex, type=kind, body=json.dumps({"media": media_id}))
    assert answer["ok"], answer
    return media_id, bob.ask("media.get", msg_id=answer["msg_id"])


def on_disk(media_id):
    return sum(os.path.getsize(STORE.path(name)) for name in STORE.names() if name.startswith(media_id))


def a_picture_of_few_bytes_stays_one():
    """40 megapixels, 100 MB as any PNG of them."""
    data = png_that_grows(16000, 2500)
    assert len(data) < 400_000
    media_id, got = sent(data)
    assert got["mime"] == "image/webp", got
    assert sum(got["sizes"].values()) == on_disk(media_id) <= AT_MOST, (got["sizes"], on_disk(media_id))
    for variant, size in got["sizes"].items():
        status, headers, body = call("GET", got["urls"][variant])
        assert (status, headers["content-type"], len(body)) == (200, "image/webp", size) and body[8:12] == b"WEBP"


def what_grows_counts_as_what_it_has_become():
    data = png_that_grows(16000, 60)
    media_id, got = sent(data)
    assert got["mime"] == "image/png", got
    (stored, day), = sql("SELECT m.stored, d.bytes FROM media m JOIN media_days d ON d.owner = m.owner WHERE m.id = ?", media_id)
    counted = sum(max(os.path.getsize(STORE.path(name)), 4096) for name in STORE.names() if name.startswith(media_id))
    assert 10 * len(data) < on_disk(media_id) <= AT_MOST, (len(data), on_disk(media_id))
    assert stored == day == counted, (stored, day, counted)


def a_screenshot_stays_sharp():
    """Few colours, something that shows through, and a lot of pixels."""
    width, height = 3000, 2000
    rows = b"".join(b"\0" + bytes((x // 40 + y // 25) % 9 for x in range(width)) for y in range(height))
    palette = (b"PLTE", bytes(range(27))), (b"tRNS", b"\0" + b"\xff" * 8)
    _, got = sent(png_of(width, height, zlib.compress(rows), palette, 3))
    _, headers, body = call("GET", got["urls"]["file"])
    assert headers["content-type"] == "image/png"
    assert int.from_bytes(body[16:20], "big") == width and int.from_bytes(body[20:24], "big") == height


def lost():
    return cluster.metrics("logic-1")['im_logic_media_downloads_total{outcome="lost"}']


def lines_of(media_id):
    with open(os.path.join(cluster.RUN, "log", "logic-1.log"), errors="replace") as file:
        return sum(media_id in line and "the bytes of a medium are not there" in line for line in file)


def what_is_not_whole_is_refused():
    data = os.urandom(5000)
    media_id, got = sent(data, "file", "application/zip")
    before, url = lost(), got["urls"]["file"]

    def refused():
        status, _, body = call("GET", url)
        assert (status, json.loads(body)["code"]) == (404, 4404), body
    STORE.put(media_id, data[:-1])
    refused()
    assert call("HEAD", url)[0] == 404
    STORE.remove(media_id)
    refused()
    assert lost() == before + 3 and lines_of(media_id) == 1
    STORE.put(media_id, data)
    assert call("GET", url)[2] == data
    STORE.remove(media_id)
    refused()
    assert lines_of(media_id) == 2, "it was whole in between"
    STORE.put(media_id, data)  # what checks all media finds nothing wrong


if __name__ == "__main__":
    sys.exit(run("pictures that grow and files that shrink", globals()))
