#!/usr/bin/env python3
"""Files and requests of attackers: a code for each, nothing served that a browser runs, no file left, logic's memory flat
(docs/media.md). IM_PUBLIC, IM_MEDIA_DIR and for a bucket IM_S3_DIR come from the environment."""
import json
import os
import subprocess
import sys
import uuid

import cluster
import hostile_files
import hostile_requests
import runner
from media_client import begin, call, code, pair, put, user
from stored import incoming, store
from wait import eventually

STORE = store()
MOST_GROWTH = 16 << 20
AT_LEAST = 60  # cases of attackers


def resident():
    with open("/proc/%d/statm" % cluster.pid("logic-1")) as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


class Files:
    """One user sends each file to another."""

    def __init__(self):
        self.ann, self.bob, self.conv = pair()

    def send(self, kind, media_id):
        return self.ann.ask("msg.send", conv_id=self.conv, client_msg_id=uuid.uuid4().hex, type=kind,
                            body=json.dumps({"media": media_id}))

    def served(self, kind, media_id):
        sent = self.send(kind, media_id)
        assert sent["ok"], sent
        return call("GET", self.bob.ask("media.get", msg_id=sent["msg_id"])["urls"]["file"])

    def refused(self, begun, answer):
        assert code(answer) == 4422, answer
        assert code(self.send("file", begun["media_id"])) == 4404
        assert begun["media_id"] not in STORE.names()

    def kept(self, data, media_id, kind):
        """As they came, and as nothing that a browser opens."""
        assert code(self.send("image", media_id)) == 4422
        _, headers, got = self.served("file", media_id)
        assert got == data
        assert headers["content-disposition"].startswith("attachment; "), headers
        assert headers["x-content-type-options"] == "nosniff" and headers["content-security-policy"].startswith("sandbox"), headers
        wanted = ("text/plain; charset=utf-8",) if kind == "text" else ("application/",)
        assert headers["content-type"].startswith(wanted), headers

    def anew(self, media_id):
        _, headers, got = self.served("image", media_id)
        assert headers["content-type"] in ("image/jpeg", "image/png", "image/webp"), headers
        assert b"script" not in got and b"PK\x03\x04" not in got, "what was hidden is still there"

    def check(self, data, fate):
        begun = begin(self.ann, self.conv, data, "cat.png", "image/png")
        assert begun["ok"], begun
        answer = put(begun, 0, data)
        if fate == "refused":
            return self.refused(begun, answer)
        assert answer["ok"] and answer["done"], answer
        return self.anew(begun["media_id"]) if fate == "anew" else self.kept(data, begun["media_id"], fate)


def request_case(world, how, wanted):
    def case():
        got = how(world)
        assert got in wanted, (got, wanted)
    return case


def file_case(files, data, fate):
    return lambda: files.check(data, fate)


def nothing_is_left():
    """Uploads go after media.unfinished_ttl, which is short here; whatever else lies there is somebody's medium."""
    eventually(lambda: not incoming(), "uploads of attackers stay", 180, 0.5)
    done = subprocess.run([os.path.join(os.environ["IM_BIN"], "imctl"), "--admin", cluster.admin(), "media", "check"], capture_output=True,
                          text=True, timeout=120)
    assert done.returncode == 0, done


def main():
    world = hostile_requests.World(*pair(), user())
    files = Files()

    def memory_is_flat():
        """All the files once more: by now every thread has the memory that it keeps."""
        before, again = resident(), Files()
        for _, data, fate in hostile_files.rows():
            again.check(data, fate)
        grown = resident() - before
        assert grown < MOST_GROWTH, "logic has %d KiB more than before" % (grown >> 10)
    cases = {what: request_case(world, how, wanted) for what, how, wanted in hostile_requests.ROWS}
    cases.update({what: file_case(files, data, fate) for what, data, fate in hostile_files.rows()})
    attackers = len(cases) - sum(wanted == {0} for _, _, wanted in hostile_requests.ROWS)
    print("     files and requests of attackers: %d" % attackers)
    assert attackers >= AT_LEAST, "rows are missing"
    cases.update(memory_is_flat=memory_is_flat, nothing_is_left=nothing_is_left)
    runner.run("media hostile", cases)


if __name__ == "__main__":
    sys.exit(main())
