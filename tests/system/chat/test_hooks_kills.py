#!/usr/bin/env python3
"""Calls to the operator's service while logics die (docs/hooks.md): each message of a user who is offline is told, a second time only where a
logic died with the call under way; what the service never takes is given up, and seen. A cluster on MariaDB with two logics and hooks to
IM_HOOK_PORT, whose secret is in IM_HOOK_SECRET; see two_logics.py for the rest of the environment, IM_RUN_DIR and IM_BIN besides."""
import collections
import os
import sys
import threading
import time

import cluster
from hook_service import Service
from load import instead
from runner_of_cases import run
from two_logics import Author

SERVICE = Service(int(os.environ["IM_HOOK_PORT"]), os.environ["IM_HOOK_SECRET"])
AT_ONCE = 32  # calls of one logic under way, at most
KILLS, SENDERS, EACH = int(os.environ.get("IM_HOOK_KILLS", "4")), 3, 60
# A call under way belongs to the logic that makes it for a minute; when that one has died, the other one takes it then.
LEASE = 60


def told(since):
    """{id: how often it was heard} of push.offline."""
    with SERVICE.changed:
        return collections.Counter(one["id"] for one in SERVICE.heard[since:] if one["event"] == "push.offline")


class Letters:
    """Users who are offline, and others who write to them through both logics all the time."""

    def __init__(self):
        self.since, self.ids, self.lock = len(SERVICE.heard), set(), threading.Lock()
        self.readers, self.authors = [Author() for _ in range(SENDERS)], [Author() for _ in range(SENDERS)]
        self.threads = [threading.Thread(target=self.write, args=(number,)) for number in range(SENDERS)]

    def write(self, number):
        author = self.authors[number]
        for i in range(EACH):
            reader = self.readers[(number + i) % SENDERS]
            sent = author.say("letter %d" % i, number + i, to=reader.uid)
            with self.lock:
                self.ids.add("push.offline/%s/%d" % (sent["msg_id"], reader.uid))
            time.sleep(0.05)  # so that there are letters from the first kill to the last

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *error):
        for thread in self.threads:
            thread.join()
        assert error[0] or len(self.ids) == SENDERS * EACH, "a sender gave up"

    def missing(self):
        return self.ids - set(told(self.since))


def kill_with_calls_under_way(name):
    with SERVICE.changed:
        assert SERVICE.changed.wait_for(lambda: SERVICE.under_way > 0, 60), "no call is under way"
    cluster.kill(name)
    cluster.start(name)


def each_message_is_told_although_logics_die():
    SERVICE.hold = 0.4
    try:
        with Letters() as letters:
            for i in range(KILLS):
                kill_with_calls_under_way(cluster.names("logic")[i % 2])
        cluster.eventually(lambda: not letters.missing(), "messages were not told", LEASE + 60)
    finally:
        SERVICE.hold = 0
    time.sleep(3)  # whoever tells twice without need would have done it
    heard = told(letters.since)
    doubles = sum(times - 1 for times in heard.values())
    print("     messages=%d told=%d doubles=%d kills=%d missing=%d unknown=%d" %
          (len(letters.ids), len(heard), doubles, KILLS, len(letters.missing()), len(set(heard) - letters.ids)))
    assert set(heard) == letters.ids
    assert doubles <= KILLS * AT_ONCE, heard.most_common(5)


def without_kills_each_is_told_once():
    with Letters() as letters:
        pass
    cluster.eventually(lambda: not letters.missing(), "messages were not told", 60)
    time.sleep(8)  # the relay looks after 5 s; it must add nothing
    assert told(letters.since) == {name: 1 for name in letters.ids}, told(letters.since).most_common(5)


def a_row_that_is_told_out_without_its_call_is_seen():
    """A build that forgets one call: the comparison above finds it."""
    with instead("logic-1", fault="hooks.forget:skip:5"):
        with Letters() as letters:
            pass
        cluster.eventually(lambda: len(letters.missing()) == 1, "missing: %d" % len(letters.missing()), 60)
        time.sleep(8)  # neither the relay brings it
        assert len(letters.missing()) == 1, letters.missing()


def what_is_never_taken_is_given_up_and_seen():
    """IM_HOOK_TRIES are made, one of them dies with its logic; a dead letter is counted by each logic, and stands in the log of one."""
    ann, bob = Author(), Author()
    before = {name: cluster.metrics(name)["im_logic_hook_dead"] for name in cluster.names("logic")}
    SERVICE.refused.add(bob.uid)
    sent = ann.say("nobody hears this", to=bob.uid)
    name = "push.offline/%s/%d" % (sent["msg_id"], bob.uid)

    def tries():
        return [one for one in list(SERVICE.tried) if one.get("id") == name]
    cluster.eventually(tries, "it was not tried", 60)
    cluster.kill("logic-1")
    cluster.start("logic-1")
    for logic, dead_before in before.items():
        cluster.eventually(lambda one=logic, least=dead_before: cluster.metrics(one)["im_logic_hook_dead"] > least, "no dead letter at " + logic,
                           LEASE + 60)
    assert 1 < len(tries()) <= int(os.environ["IM_HOOK_TRIES"]), len(tries())
    logs = [open(os.path.join(cluster.RUN, "log", one + ".log"), errors="replace").read() for one in cluster.names("logic")]
    assert any("is given up" in line and name in line for log in logs for line in log.splitlines()), name


if __name__ == "__main__":
    sys.exit(run("hooks while logics die", globals()))
