#!/usr/bin/env python3
"""Media in an S3 store: bytes that go there and come back, a store that fails, a logic that is killed (docs/media.md). IM_PUBLIC, IM_MEDIA_DIR
and IM_S3_DIR come from the environment."""
import base64
import concurrent.futures
import json
import os
import random
import sys
import threading
import urllib.parse
import uuid

import cluster
from media_client import begin, call, code, pair, put, upload
from stored import incoming, store
from test_check import imctl
from wait import eventually

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "requests"))
from runner_of_cases import run  # noqa: E402

RANDOM = random.Random(1)
STORE = store()
LARGE = 40 << 20  # five parts
FINISH = b""
ONE_GIF = b"GIF89a\x02\0\x01\0\x80\0\0\xff\0\0\0\0\0,\0\0\0\0\x02\0\x01\0\0\x02\x02\x84\x51\0;"


def send(door, conv, media_id):
    return door.ask("msg.send", conv_id=conv, client_msg_id=uuid.uuid4().hex, type="file", body=json.dumps({"media": media_id}))


def all_sent_but_not_stored(mode, size=200_000):
    """An upload whose last byte came while the store failed."""
    ann, bob, conv = pair()
    data = RANDOM.randbytes(size)
    begun = begin(ann, conv, data)
    STORE.door(mode)
    try:
        answer = put(begun, 0, data)
    finally:
        STORE.door("pass")
    return ann, conv, data, begun, answer


def finished_later(ann, conv, data, begun):
    """Nothing was served; the same request again, without bytes, ends well."""
    assert code(send(ann, conv, begun["media_id"])) == 4404
    assert put(begun, len(data), FINISH)["done"]
    assert STORE.read(begun["media_id"]) == data
    assert STORE.half_put() == []
    assert send(ann, conv, begun["media_id"])["ok"]


def bytes_go_to_the_bucket():
    ann, bob, conv = pair()
    for size in (1, 100_000, LARGE):
        data = RANDOM.randbytes(size)
        media_id = upload(ann, conv, data)
        assert STORE.read(media_id) == data
        url = bob.ask("media.get", msg_id=send(ann, conv, media_id)["msg_id"])["urls"]["file"]
        status, headers, got = call("GET", url)
        assert status == 200 and got == data and headers["etag"], (status, headers)
        assert call("GET", url, headers={"Range": "bytes=%d-" % (size - 1)})[2] == data[-1:]
        assert call("HEAD", url)[1]["content-length"] == str(size)
    assert not os.path.exists(os.path.join(os.environ["IM_MEDIA_DIR"], "files", media_id[:2], media_id))
    assert incoming() == []


def a_store_that_answers_500():
    ann, conv, data, begun, answer = all_sent_but_not_stored("500")
    assert code(answer) == 4503 and answer["retry_ms"] > 0, answer
    finished_later(ann, conv, data, begun)


def a_store_that_answers_nothing():
    ann, conv, data, begun, answer = all_sent_but_not_stored("nothing")
    assert code(answer) == 4503 and answer["retry_ms"] > 0, answer
    finished_later(ann, conv, data, begun)


def a_part_that_the_store_refuses():
    ann, conv, data, begun, answer = all_sent_but_not_stored(r"fail 500 PUT \S+partNumber=3&", LARGE)
    assert code(answer) == 4503, answer
    assert STORE.half_put() == [], "the parts before it are still there"
    finished_later(ann, conv, data, begun)


def downloads_while_the_store_is_away():
    ann, bob, conv = pair()
    data = RANDOM.randbytes(3_000_000)
    url = bob.ask("media.get", msg_id=send(ann, conv, upload(ann, conv, data))["msg_id"])["urls"]["file"]
    for mode in ("500", "nothing"):
        STORE.door(mode)
        status, _, text = call("GET", url)
        STORE.door("pass")
        assert status == 503 and json.loads(text)["code"] == 4503, (mode, status, text)
    assert call("GET", url)[2] == data


def a_silent_store_and_one_user_keep_nobody_waiting():
    """Twenty-four requests of one user wait for the store: others have the other threads, and soon nobody waits."""
    ann, bob, conv = pair()
    data, answers = RANDOM.randbytes(1000), []
    upload(ann, conv, data)
    STORE.door("nothing")
    try:
        asking = [threading.Thread(target=lambda: answers.append(begin(ann, conv, data))) for _ in range(24)]
        for thread in asking:
            thread.start()
        other = begin(bob, conv, RANDOM.randbytes(1000))
        answered = len(answers)
        for thread in asking:
            thread.join()
        assert begin(ann, conv, data)["code"] == 4503
        metrics = [cluster.metric(cluster.port("logic-1", "ops.port"), "im_logic_media_store_" + name) for name in ("silent", "unasked_total")]
    finally:
        STORE.door("pass")
    assert other["ok"] and answered < 16, (other, answered)
    assert {code(answer) for answer in answers} == {4503}, answers
    assert metrics[0] == 1 and metrics[1] > 0, metrics
    eventually(lambda: begin(ann, conv, data)["ok"], "the store is not asked again", 60, 0.5)


def killed_in_the_middle(after):
    """A logic that dies while the third part goes to the store; then `after(ann, conv, data, begun)`."""
    ann, _, conv = pair()
    data = RANDOM.randbytes(LARGE)
    begun = begin(ann, conv, data)
    STORE.door("stop partNumber=3")

    def last():
        try:
            put(begun, 0, data)
        except OSError:
            pass  # it dies while it is asked
    asking = threading.Thread(target=last)
    asking.start()
    eventually(lambda: STORE.half_put() == [begun["media_id"]], "no parts come to the store", 60)
    cluster.kill("logic-1")
    asking.join()
    STORE.door("pass")
    cluster.start("logic-1")
    assert STORE.half_put() == [begun["media_id"]], "nothing was under way"
    after(ann, conv, data, begun)


def a_killed_logic_finishes_later():
    killed_in_the_middle(finished_later)


def what_a_killed_logic_left_goes():
    def gone(_ann, _conv, _data, begun):
        eventually(lambda: begun["media_id"] not in incoming() and STORE.half_put() == [], "parts of nobody stay", 180, 0.5)
        assert begun["media_id"] not in STORE.names()
    killed_in_the_middle(gone)


def a_check_asks_as_often_as_there_is_much():
    """Few objects: one list of them, one of open uploads. Above what one list holds there are sixteen parts, and so on."""
    def lists(pattern):
        STORE.door(r"count GET \S+" + pattern)
        try:
            return imctl("check")[1]["files"], STORE.counted()
        finally:
            STORE.door("pass")
    upload(*pair()[::2], RANDOM.randbytes(1000))
    assert lists("list-type=2&")[1] == 1
    assert lists("&prefix=media%2F&uploads=")[1] == 1
    strays = [uuid.UUID(int=RANDOM.getrandbits(128)).hex for _ in range(1100)]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: STORE.put(name, b"nobody's"), strays))
    files, asked = lists("list-type=2&")
    assert files >= len(strays) and asked == 1 + 16, (files, asked)
    assert sorted(imctl("check")[1]["strays"]) == sorted(strays)
    assert imctl("gc")[1]["mended"] == len(strays)
    assert not set(strays) & set(STORE.names())


def a_recall_takes_the_bytes_away():
    ann, _, conv = pair()
    media_id = upload(ann, conv, RANDOM.randbytes(1000))
    sent = send(ann, conv, media_id)
    assert ann.ask("msg.recall", msg_id=sent["msg_id"])["ok"]
    eventually(lambda: media_id not in STORE.names(), "what was recalled is still in the store", 180, 0.5)


def a_picture_of_an_old_page_goes_there_too():
    form = urllib.parse.urlencode({"img": "data:image/gif;base64," + base64.b64encode(ONE_GIF).decode()}).encode()
    public = os.environ["IM_PUBLIC"]
    status, _, said = call("POST", public + "/upload.php", form, {"Content-Type": "application/x-www-form-urlencoded"}, timeout=120)
    assert status == 200, (status, said)
    name = json.loads(said)["img"]
    status, headers, shown = call("GET", public + name)
    assert status == 200 and headers["content-type"] == "image/jpeg", (status, headers)
    assert STORE.read("webim/" + name.split("/")[-1].split(".")[0]) == shown


if __name__ == "__main__":
    sys.exit(run("media in S3", globals()))
