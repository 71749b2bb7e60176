#!/usr/bin/env python3
"""Users whom another authority knows can write and be written to from their first login on. A cluster with identity open and a store; IM_TCP
comes from the environment."""
import json
import os
import random
import sys
import time

from doors import tcp
from runner_of_cases import run

TCP = int(os.environ["IM_TCP"])


def login(uid):
    return tcp(TCP, json.dumps({"mid": uid, "key": "k%d" % uid, "room_id": "live://1", "platform": "test", "accepts": [102]}).encode())


def first_send(door, to):
    """The row of the other one is made after their login was answered."""
    end = time.monotonic() + 30
    while True:
        answer = door.ask("msg.send", to=to, client_msg_id="first", body="hello")
        if answer["ok"] or answer["code"] != 4404 or time.monotonic() > end:
            return answer
        time.sleep(0.1)


def who_logged_in_once_is_written_to():
    uid = random.randrange(10**6, 10**9)
    ann, bob = login(uid), login(uid + 1)
    assert ann.ask("msg.send", to=uid + 2, client_msg_id="x", body="x")["code"] == 4404  # never seen
    bob.close()
    sent = first_send(ann, uid + 1)
    assert sent["ok"], sent
    bob = login(uid + 1)
    page = bob.ask("sync", conv_id=sent["conv_id"])
    assert [(row["sender"], row["body"]) for row in page["messages"]] == [(uid, "hello")], page
    assert bob.ask("group.create", name="x", members=[uid])["came"] == [uid + 1, uid]


if __name__ == "__main__":
    sys.exit(run("users of others", globals()))
