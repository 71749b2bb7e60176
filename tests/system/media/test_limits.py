#!/usr/bin/env python3
"""Limits for each type, for groups, users and days, an origin of its own, and a reason counted for whatever is refused (docs/media.md). logic
runs with small limits meanwhile. IM_PUBLIC and IM_MEDIA_DIR come from the environment."""
import json
import os
import sys
import uuid

import cluster
from media_client import PUBLIC, begin, call, code, pair, put, upload
from pictures import exif, opus, png
from wait import eventually

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "requests"))
from runner_of_cases import run  # noqa: E402

ORIGIN = PUBLIC.replace("127.0.0.1", "localhost")
LIMITS = {"max_size": "100KiB", "image_size": "20KiB", "voice_size": "10KiB", "group_size": "30KiB", "day_bytes": "200KiB",
          "user_bytes": "150KiB", "user_uploads": "3", "origin": ORIGIN}
KIB = 1024


def refused():
    """{reason: how often}"""
    counts = cluster.metrics("logic-1")
    return {reason: counts['im_logic_media_refused_total{reason="%s"}' % reason]
            for reason in ("size", "quota", "hash", "range", "content", "token", "disk")}


def counted(reason, act):
    """What `act` gives; one more is refused for that reason, and none for another one."""
    before = refused()
    answer = act()
    after = refused()
    assert after == {**before, reason: before[reason] + 1}, (reason, before, after)
    return answer


def size_is_refused(door, conv, size, mime):
    return code(counted("size", lambda: begin(door, conv, b"", size=size, mime=mime))) == 4413


def each_type_has_its_limit():
    ann, _, conv = pair()
    for mime, most in (("image/png", 20 * KIB), ("audio/ogg", 10 * KIB), ("video/mp4", 100 * KIB)):
        assert size_is_refused(ann, conv, most + 1, mime), mime
        assert begin(ann, conv, b"", size=most, mime=mime)["ok"], mime
    assert size_is_refused(ann, conv, 100 * KIB + 1, None)


def what_the_bytes_are_has_its_limit():
    """Whoever calls a picture a file does not get around it."""
    ann, _, conv = pair()
    picture = b"\xff\xd8" + exif(1) + b"\0" * (21 * KIB)
    for data in (picture, opus(1000) + b"\0" * (11 * KIB)):
        begun = begin(ann, conv, data, mime="application/zip")
        assert code(counted("content", lambda: put(begun, 0, data))) == 4422
        assert code(ann.ask("msg.send", conv_id=conv, client_msg_id=uuid.uuid4().hex, type="file",
                            body=json.dumps({"media": begun["media_id"]}))) == 4404


def groups_have_a_limit():
    ann, bob, conv = pair()
    group = ann.ask("group.create", name="g", members=[bob.uid])["conv_id"]
    assert begin(ann, conv, b"", size=30 * KIB + 1)["ok"], "it is of groups only"
    assert size_is_refused(ann, group, 30 * KIB + 1, None)
    assert begin(ann, group, b"", size=30 * KIB)["ok"]


def a_user_has_so_many_unfinished_ones():
    ann, _, conv = pair()
    begun = [begin(ann, conv, b"one of %d" % i) for i in range(3)]
    assert all(one["ok"] for one in begun)
    assert code(counted("quota", lambda: begin(ann, conv, b"one too many"))) == 4429
    assert put(begun[0], 0, b"one of 0")["done"]
    assert begin(ann, conv, b"one too many")["ok"], "there is room again"


def a_user_has_so_many_bytes():
    ann, bob, conv = pair()
    upload(ann, conv, os.urandom(90 * KIB))
    assert code(counted("quota", lambda: begin(ann, conv, os.urandom(90 * KIB)))) == 4413
    assert begin(bob, conv, os.urandom(90 * KIB))["ok"], "others have their own"


def a_day_has_so_many_bytes():
    """What was recalled gives room among the files, not in the day."""
    ann, _, conv = pair()
    sent = ann.ask("msg.send", conv_id=conv, client_msg_id="1", type="file", body=json.dumps({"media": upload(ann, conv, os.urandom(99 * KIB))}))
    assert ann.ask("msg.recall", msg_id=sent["msg_id"])["ok"]
    rest = os.urandom(99 * KIB)
    eventually(lambda: begin(ann, conv, rest)["ok"], "what was recalled still counts", 60, 0.2)
    assert code(counted("quota", lambda: begin(ann, conv, os.urandom(3 * KIB)))) == 4429


def other_reasons():
    ann, _, conv = pair()
    begun = begin(ann, conv, b"some bytes")
    assert code(counted("range", lambda: put(begun, 3, b"e bytes"))) == 4409
    for wrong in ("bytes 0-9/11", "bytes 0-8/10", "bytes 0-/10", ""):
        assert code(counted("range", lambda wrong=wrong: put(begun, 0, b"some bytes", **{"Content-Range": wrong}))) == 4422
    assert code(counted("token", lambda: put({**begun, "token": "u.a"}, 0, b"some bytes"))) == 4403
    assert code(counted("hash", lambda: put(begun, 0, b"other ones"))) == 4422
    broken = png(9, 9)[:50]
    begun = begin(ann, conv, broken)
    assert code(counted("content", lambda: put(begun, 0, broken))) == 4422


def downloads_are_counted():
    def counts():
        all_counts = cluster.metrics("logic-1")
        return [all_counts['im_logic_media_downloads_total{outcome="%s"}' % one] for one in ("linked", "served", "refused", "gone")]
    ann, bob, conv = pair()
    sent = ann.ask("msg.send", conv_id=conv, client_msg_id="1", type="file", body=json.dumps({"media": upload(ann, conv, b"abc")}))
    before = counts()
    url = bob.ask("media.get", msg_id=sent["msg_id"])["urls"]["file"]
    assert url.startswith(ORIGIN + "/media/file/"), url
    assert call("GET", url)[0] == 200 and call("GET", url[:-1])[0] == 403
    assert ann.ask("msg.recall", msg_id=sent["msg_id"])["ok"]
    assert call("GET", url)[0] == 404
    assert counts() == [count + 1 for count in before], (before, counts())


def addresses_are_on_the_media_origin():
    ann, _, conv = pair()
    begun = ann.ask("media.begin", name="a", size=3, sha256="0" * 64, conv_id=conv)
    assert begun["upload"] == "%s/media/upload/%s" % (ORIGIN, begun["media_id"]), begun


if __name__ == "__main__":
    flags = " ".join("--media.%s=%s" % limit for limit in LIMITS.items())
    with cluster.command("logic-1", lambda usual: usual.rstrip() + " " + flags + "\n"):
        RESULT = run("media limits", globals())
    sys.exit(RESULT)
