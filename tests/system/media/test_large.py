#!/usr/bin/env python3
"""A file of 200 MiB goes up with 20 cuts and comes down byte for byte, and logic's memory stays as it was (docs/media.md). IM_PUBLIC comes
from the environment."""
import hashlib
import http.client
import json
import os
import random
import sys
import uuid

import cluster
import runner
from media_client import HOST, begin, call, cut_put, offset, pair, put
from wait import eventually

SIZE, CUTS, PART = 200 << 20, 20, 4 << 20
MOST_GROWTH = 8 << 20
RANDOM = random.Random(os.environ.get("IM_SEED", "1"))


def memory(line):
    """VmRSS or VmHWM of logic, bytes."""
    with open("/proc/%d/status" % cluster.pid("logic-1")) as file:
        return next(int(row.split()[1]) << 10 for row in file if row.startswith(line))


def forget_peak():
    with open("/proc/%d/clear_refs" % cluster.pid("logic-1"), "w") as file:
        file.write("5")


def go_on(begun, data, at, count):
    """`count` bytes more in one request, once the one before it has ended."""
    def answer():
        got = put(begun, at, data[at:at + count])
        assert got["ok"] or got["code"] == 4409, got
        return got if got["ok"] else None
    return eventually(answer, "the upload does not go on", 120)["offset"]


def send_with_cuts(begun, data):
    """How often it was cut off."""
    cuts = sorted(RANDOM.sample(range(1, len(data)), CUTS))
    at = 0
    for cut in cuts:
        while at + PART < cut:
            at = go_on(begun, data, at, PART)
        if at < cut:
            cut_put(begun, at, data, cut - at)
            at = eventually(lambda: settled(begun), "the upload is gone", 120)
    while at < len(data):
        at = go_on(begun, data, at, min(PART, len(data) - at))


def settled(begun):
    """How far it is when nobody writes any more: the server may still read what was sent before the cut."""
    before = offset(begun)
    answer = put(begun, before, b"")
    return before if answer["ok"] or answer.get("offset") == before else None


def whole(url):
    digest, connection = hashlib.sha256(), http.client.HTTPConnection(HOST, timeout=120)
    connection.request("GET", url)
    reply = connection.getresponse()
    assert reply.status == 200, reply.status
    while piece := reply.read(1 << 20):
        digest.update(piece)
    connection.close()
    return digest.hexdigest()


def up_and_down(ann, bob, conv, data):
    begun = begin(ann, conv, data)
    assert begun["ok"], begun
    send_with_cuts(begun, data)
    assert offset(begun) == len(data)
    sent = ann.ask("msg.send", conv_id=conv, client_msg_id=uuid.uuid4().hex, type="file", body=json.dumps({"media": begun["media_id"]}))
    assert sent["ok"], sent
    url = bob.ask("media.get", msg_id=sent["msg_id"])["urls"]["file"]
    assert whole(url) == hashlib.sha256(data).hexdigest(), "other bytes came down"
    middle = len(data) // 2
    assert call("GET", url, headers={"Range": "bytes=%d-%d" % (middle, middle + 9)})[2] == data[middle:middle + 10]


def two_hundred_mebibytes():
    ann, bob, conv = pair()
    data = RANDOM.randbytes(SIZE)
    up_and_down(ann, bob, conv, data[:3 * PART])  # what is taken once is no growth
    before = memory("VmRSS")
    forget_peak()
    up_and_down(ann, bob, conv, data)
    grown = memory("VmHWM") - before
    print("     logic's memory: %d KiB before, at most %d KiB more" % (before >> 10, grown >> 10))
    assert grown < MOST_GROWTH, "logic has taken %d KiB more" % (grown >> 10)


if __name__ == "__main__":
    sys.exit(runner.run("media large", [two_hundred_mebibytes]))
