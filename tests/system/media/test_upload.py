#!/usr/bin/env python3
"""Uploads from end to end: parts, cuts, a killed logic, what is refused (docs/media.md). IM_PUBLIC and IM_MEDIA_DIR come from the
environment."""
import os
import random
import sys

import cluster
from media_client import begin, call, code, cut_put, offset, pair, put, upload, user
from wait import eventually

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "requests"))
from runner_of_cases import run  # noqa: E402

FOLDER = os.environ["IM_MEDIA_DIR"]
RANDOM = random.Random(int(os.environ.get("IM_SEED", "1"), 0) if os.environ.get("IM_SEED", "1").isdigit() else 1)


def some_bytes(count):
    return RANDOM.randbytes(count)


def stored(media_id):
    with open(os.path.join(FOLDER, "files", media_id[:2], media_id), "rb") as file:
        return file.read()


def in_parts():
    ann, _, conv = pair()
    data = some_bytes(100_000)
    begun = begin(ann, conv, data)
    assert begun["ok"] and begun["offset"] == 0 and not begun["done"], begun
    assert put(begun, 0, data[:30_000])["offset"] == 30_000
    assert offset(begun) == 30_000
    done = put(begun, 30_000, data[30_000:])
    assert done["done"], done
    assert offset(begun) == len(data)
    assert stored(begun["media_id"]) == data


def a_cut_keeps_what_came():
    ann, _, conv = pair()
    data = some_bytes(2_000_000)
    begun = begin(ann, conv, data)
    cut_put(begun, 0, data, 1_000_000)
    eventually(lambda: offset(begun) == 1_000_000, "the bytes before the cut are not there")

    def rest():
        answer = put(begun, 1_000_000, data[1_000_000:])
        return answer if answer["ok"] else None  # the first request may not have ended yet
    assert eventually(rest, "the upload does not go on")["done"]
    assert stored(begun["media_id"]) == data


def a_restarted_client_goes_on():
    ann, _, conv = pair()
    data = some_bytes(50_000)
    first = begin(ann, conv, data)
    put(first, 0, data[:20_000])
    again = begin(ann, conv, data)
    assert (again["media_id"], again["offset"]) == (first["media_id"], 20_000), (first, again)
    assert put(again, 20_000, data[20_000:])["done"]


def a_killed_logic_loses_nothing_it_answered():
    ann, _, conv = pair()
    data = some_bytes(3_000_000)
    begun = begin(ann, conv, data)
    assert put(begun, 0, data[:1_500_000])["offset"] == 1_500_000
    cut_put(begun, 1_500_000, data, 700_000)
    cluster.kill("logic-1")
    cluster.start("logic-1")
    there = eventually(lambda: offset(begun), "the upload is gone")
    assert 1_500_000 <= there <= 2_200_000, there
    assert put(begun, there, data[there:])["done"]
    assert stored(begun["media_id"]) == data


def the_same_bytes_are_uploaded_once():
    ann, bob, conv = pair()
    data = some_bytes(5000)
    media_id = upload(ann, conv, data)
    again = begin(ann, conv, data, name="other name.bin")
    assert again["done"] and again["media_id"] == media_id and "token" not in again, again
    assert not begin(bob, conv, data)["done"], "what others have is not told"


def wrong_parts_are_refused():
    ann, _, conv = pair()
    data = some_bytes(1000)
    begun = begin(ann, conv, data)
    assert put(begun, 0, data[:500])["ok"]
    for first in (0, 400, 501, 999):
        answer = put(begun, first, data[first:first + 1])
        assert code(answer) == 4409 and answer["offset"] == 500, (first, answer)
    assert code(put(begun, 500, data[500:], size=2000)) == 4422
    assert put(begun, 500, data[500:])["done"]
    assert put(begun, 0, b"")["done"], "finished twice is finished"


def wrong_bytes_are_not_kept():
    ann, _, conv = pair()
    data = some_bytes(1000)
    begun = begin(ann, conv, data)
    assert code(put(begun, 0, data[::-1])) == 4422
    assert not os.path.exists(os.path.join(FOLDER, "incoming", begun["media_id"]))
    assert call("HEAD", begun["upload"], headers={"Authorization": "Bearer " + begun["token"]})[0] == 404
    assert upload(ann, conv, data) != begun["media_id"]


def a_foreigner_cannot_begin():
    ann, _, conv = pair()
    foreigner = user()
    assert code(begin(foreigner, conv, b"x")) == 4404
    assert code(begin(ann, conv + 1_000_000, b"x")) == 4404


def what_stands_still_goes():
    ann, _, conv = pair()
    begun = begin(ann, conv, b"never finished")
    put(begun, 0, b"never")
    path = os.path.join(FOLDER, "incoming", begun["media_id"])
    assert os.path.exists(path)
    eventually(lambda: not os.path.exists(path), "an upload that stands still is kept", 180, 0.5)
    eventually(lambda: cluster.metric(cluster.port("logic-1", "ops.port"), "im_logic_media_uploads_total", 'outcome="expired"') > 0)


if __name__ == "__main__":
    sys.exit(run("media uploads", globals()))
