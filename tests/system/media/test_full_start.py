#!/usr/bin/env python3
"""logic starts on a disk that is full, with its database and its media on it (docs/media.md). IM_PUBLIC and IM_MEDIA_DIR come from the
environment. Where no mount namespace can be made, nothing is tested, and a line says so."""
import json
import os
import random
import sys
import uuid

import cluster
from media_client import begin, code, pair, put, upload
from small_disk import SmallDisk, killed_and_started
from wait import eventually

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "requests"))
from runner_of_cases import run  # noqa: E402

RANDOM = random.Random(1)
SIZE, PART, LOG = 24 << 20, 2 << 20, 1 << 20


def written_until_full(door, conv):
    """Messages whose rows are in the log of the database, which has no room to empty it."""
    sent = []
    for number in range(2000):
        answer = door.ask("msg.send", conv_id=conv, client_msg_id="c%d" % number, body="a" * 4000)
        if not answer["ok"]:
            assert code(answer) == 4503, answer
            return sent
        sent.append(answer["msg_id"])
    raise AssertionError("the disk is not full")


def history_has(door, conv, msg_ids):
    rows, before = set(), {}
    while page := door.ask("history", conv_id=conv, limit=100, **before)["messages"]:
        rows |= {row["msg_id"] for row in page}
        before = {"before_seq": min(row["seq"] for row in page)}
    return rows == set(msg_ids)


def goes_on(door, conv):
    return door.ask("msg.send", conv_id=conv, client_msg_id=uuid.uuid4().hex, body="again")["ok"]


def full():
    status, dependencies = cluster.health("logic-1")
    return status == 503 and "full" in dependencies.get("store", {}).get("detail", "")


def stored():
    return {name for _, _, names in os.walk(DISK.seen("files")) for name in names}


def it_waits_for_room_and_needs_no_restart():
    with DISK.logic("--media.keep_free=0"):
        ann, bob, conv = pair()
        with DISK.filled(LOG):
            sent = written_until_full(ann, conv)
            number = killed_and_started()
            assert cluster.alive(number), "logic-1 has ended"
            eventually(full, "logic-1 does not say why it is not ready", 60)
        eventually(lambda: cluster.ready("logic-1"), "logic-1 does not see that there is room again", 60)
        assert cluster.pid("logic-1") == number and cluster.alive(number)
        assert history_has(bob, conv, sent), "what was answered is lost"
        assert goes_on(ann, conv)


def what_was_never_sent_makes_room_before_the_start():
    with DISK.logic("--media.keep_free=0", "--media.unused_ttl=30s"):
        ann, _, conv = pair()
        kept = upload(ann, conv, RANDOM.randbytes(PART))
        assert ann.ask("msg.send", conv_id=conv, client_msg_id="kept", type="file", body=json.dumps({"media": kept}))["ok"]
        for _ in range(3):
            upload(ann, conv, RANDOM.randbytes(PART))
        with DISK.filled(LOG):
            written_until_full(ann, conv)
            number = killed_and_started()
            eventually(lambda: cluster.ready("logic-1"), "logic-1 makes no room", 240)  # a minute after their time
            assert cluster.pid("logic-1") == number and cluster.alive(number)
            assert goes_on(ann, conv)
            eventually(lambda: stored() == {kept}, "something else than what is named stays, or that goes", 240)


def uploads_never_fill_it():
    """Finished and never sent: they stop before rows do, and it is counted and said."""
    with DISK.logic():
        ann, _, conv = pair()
        for _ in range(SIZE // PART + 1):
            data = RANDOM.randbytes(PART)
            begun = begin(ann, conv, data)
            answer = put(begun, 0, data) if begun["ok"] else begun
            if not answer["ok"]:
                break
        assert code(answer) == 4503 and answer["retry_ms"] > 0, answer
        assert DISK.free() > SIZE // 20 - (1 << 20)
        assert cluster.metrics("logic-1")['im_logic_media_refused_total{reason="disk"}'] > 0
        for _ in range(20):
            assert goes_on(ann, conv)


if __name__ == "__main__":
    with SmallDisk(SIZE) as DISK:
        if DISK is None:
            print("logic on a full disk: not tested, there are no mount namespaces here")
            sys.exit(0)
        RESULT = run("logic on a full disk", globals())
    sys.exit(RESULT)
