#!/usr/bin/env python3
"""All sockets of one comet reconnect: whoever watches one of its users hears of them at most once, and believes at the end what is true. A
cluster with identity open, a store and two comets; IM_TCP, IM_TCP2, IM_RUN_DIR, IM_BIN come from the environment, IM_STORM_USERS says how many
users there are."""
import collections
import json
import os
import random
import resource
import sys
import threading
import time

import cluster
from doors import Listener
from goim_client import Closed, TcpClient
from runner_of_cases import run

TCP, TCP2 = int(os.environ["IM_TCP"]), int(os.environ["IM_TCP2"])
USERS = int(os.environ.get("IM_STORM_USERS", "200"))
EACH = 100  # users that one watcher watches; all of one request
AT_ONCE = 16
PATIENCE = 3  # who is away for 5 s is told as offline (docs/chat.md); who was back within this time has to be judged: a login is told later than it is answered
# A comet that died is forgotten after 10 s; an absence is told 5 s later, a change 1 s later, and machines are busy.
ALL_IS_TOLD = 25


class Person(Listener):
    """A user of identity open, on a comet."""

    def __init__(self, uid, port):
        self.uid = uid
        token = {"mid": uid, "key": "k%d" % uid, "room_id": "live://1", "platform": "test", "accepts": [102]}
        super().__init__(TcpClient, port, json.dumps(token).encode())

    def listen(self, seconds):
        """Keeps the events that come in this time."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.client.sock.settimeout(left)
            try:
                _, op, _, got = self.client.receive()
            except TimeoutError:
                break
            self.keep(op, got)
        self.client.sock.settimeout(10)


def in_parallel(items, work, threads=AT_ONCE):
    items, failed = collections.deque(items), []

    def loop():
        while True:
            try:
                item = items.popleft()
            except IndexError:
                return
            try:
                work(item)
            except Exception as error:  # the test fails; the others go on
                failed.append(error)
    running = [threading.Thread(target=loop) for _ in range(threads)]
    for one in running:
        one.start()
    for one in running:
        one.join()
    assert not failed, failed[:3]


def until_there(work, seconds=60):
    """Repeats what a cluster that has just lost a comet may refuse."""
    end = time.monotonic() + seconds
    while True:
        try:
            return work()
        except (OSError, Closed, AssertionError):
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


class Storm:
    """USERS on the first comet; each is watched by one of the watchers on the second one, who listen all the time."""

    def __init__(self):
        base = random.randrange(10**6, 10**9)
        self.people, self.cut_at, self.away = {}, time.monotonic(), {}
        self.watchers = [Person(base + 10**6 + i, TCP2) for i in range((USERS + EACH - 1) // EACH)]
        in_parallel(range(base, base + USERS), self.come)
        self.watched = {watcher: sorted(self.people)[i * EACH:(i + 1) * EACH] for i, watcher in enumerate(self.watchers)}
        in_parallel(self.watchers, self.befriend)
        for watcher in self.watchers:
            self.see_all_online(watcher)
            watcher.events.clear()

    def come(self, uid, port=TCP):
        self.people[uid] = until_there(lambda: Person(uid, port))
        self.away[uid] = time.monotonic() - self.cut_at

    def befriend(self, watcher):
        for uid in self.watched[watcher]:
            until_there(lambda one=uid: watcher.good("contact.add", uid=one))
            self.people[uid].good("contact.accept", uid=watcher.uid)

    def see_all_online(self, watcher):
        def look():
            seen = watcher.good("presence.sub", uids=self.watched[watcher])
            assert seen["refused"] == [] and {one["state"] for one in seen["presence"]} == {"online"}, seen
        until_there(look)

    def heard(self):
        """{(watcher, user): states told}, after everything was told."""
        threads = [threading.Thread(target=watcher.listen, args=(ALL_IS_TOLD,)) for watcher in self.watchers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        told = collections.defaultdict(list)
        for watcher in self.watchers:
            for event in watcher.events:
                if event["cmd"] == "presence":
                    told[watcher.uid, event["uid"]].append(event["state"])
        return told

    def judge(self, what):
        told = self.heard()
        judged = {uid for uid, seconds in self.away.items() if seconds < PATIENCE}
        often = {pair: states for pair, states in told.items() if len(states) > 1 and pair[1] in judged}
        wrong = {pair: states for pair, states in told.items() if states[-1] != "online"}
        print("     %s: users=%d judged=%d watchers=%d events=%d more_than_one=%d wrong_at_end=%d" %
              (what, USERS, len(judged), len(self.watchers), sum(map(len, told.values())), len(often), len(wrong)))
        assert not often and not wrong, (list(often.items())[:5], list(wrong.items())[:5])
        assert len(judged) >= USERS // 4, "most were away for too long: nothing can be said"
        for watcher in self.watchers:
            self.see_all_online(watcher)

    def end(self):
        for one in (*self.people.values(), *self.watchers):
            one.close()


def all_sockets_of_a_comet_reconnect():
    storm = Storm()
    storm.cut_at = time.monotonic()
    for one in storm.people.values():
        one.close()
    in_parallel(list(storm.people), storm.come)
    storm.judge("cut and back on the same comet")
    storm.end()


def a_comet_dies_and_its_users_go_to_the_other_one():
    storm = Storm()
    storm.cut_at = time.monotonic()
    cluster.kill("comet-1")
    in_parallel(list(storm.people), lambda uid: storm.come(uid, TCP2))
    cluster.start("comet-1")
    storm.judge("kill -9 of their comet")
    storm.end()


def who_stays_away_is_seen():
    """The count above would be 0 for a cluster that tells nothing."""
    storm = Storm()
    gone = sorted(storm.people)[:10]
    for uid in gone:
        storm.people[uid].close()
    told = storm.heard()
    assert {uid for (_, uid), states in told.items() if states == ["offline"]} == set(gone), told
    storm.end()


if __name__ == "__main__":
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    sys.exit(run("storm of presence", globals()))
