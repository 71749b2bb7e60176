#!/usr/bin/env python3
"""kill -9 of logic, router and comet under 100 lobby lines a second from pages of both kinds on two comets. Nothing that was taken is
missing in the history; pages that stayed have heard every line that was taken once, no line twice, everybody who said something come once, those who
left by a socket go once, and nobody come or go twice. At least half of what the rate asks for between the outages was taken.
IM_WEBIM, IM_STORE: see the group; IM_MARIADB: the folder of the database, when it is one."""
import argparse
import collections
import json
import os
import random
import sqlite3
import sys
import threading
import time

import cluster
import mariadb
from goim_client import Closed
from pages import PORTS, PollPage, WsPage, fresh
from sample import seed_number

SENDERS, LISTENERS, RATE = 20, 6, 100
KINDS = (WsPage, PollPage)


class Sender(threading.Thread):
    """Says lines, each with a fence behind it: a command that nobody knows is refused after the line has been dealt with. An error
    before it: the line was not taken. No answer at all: nobody knows."""

    def __init__(self, number):
        super().__init__(daemon=True)
        self.kind, self.port = KINDS[number % 2], PORTS[number // 2 % len(PORTS)]
        self.taken, self.refused, self.unknown = [], [], []
        self.spoke, self.left = set(), set()  # fds of its pages: those a line was taken from; those whose socket is closed since
        self.stop = threading.Event()

    def run(self):
        page, due = None, time.monotonic()
        while not self.stop.is_set():
            due = max(due + SENDERS / RATE, time.monotonic() - 1)
            text = fresh("line")
            try:
                page = page or self.kind(self.port)
                self.say(page, text)
            except (AssertionError, OSError, ConnectionError, Closed, ValueError, IndexError, KeyError):
                if page is not None and self.kind is WsPage:
                    page.leave()
                    self.left.add(str(page.fd))
                page = None  # it comes again
                self.unknown.append(text)
                time.sleep(0.5)
            time.sleep(max(0, due - time.monotonic()))

    def say(self, page, text):
        page.line(text)
        page.say(cmd="nothing")
        answer = page.expect(lambda said: said["cmd"] == "error", 30)
        if answer["code"] == 102:
            self.taken.append(text)
            self.spoke.add(str(page.fd))
        else:
            page.expect(lambda said: said["cmd"] == "error" and said["code"] == 102, 30)
            self.refused.append(text)


class Listener(threading.Thread):
    """Stays, on the comet that is not killed."""

    def __init__(self, number):
        super().__init__(daemon=True)
        self.page, self.heard, self.broken = KINDS[number % 2](PORTS[-1]), collections.Counter(), ""
        self.moves = collections.Counter()  # (newUser or offline, fd)
        self.stop = threading.Event()

    def run(self):
        try:
            while not self.stop.is_set():
                said = self.page.hear(1)
                if said and said["cmd"] == "fromMsg" and said["from"] != 0:
                    self.heard[said["data"]] += 1
                elif said and said["cmd"] in ("newUser", "offline"):
                    self.moves[said["cmd"], str(said["fd"])] += 1
        except (AssertionError, OSError, ConnectionError, Closed) as why:
            self.broken = repr(why)


def kill_in_turn(kinds, chance):
    """The seconds in which something was dead. A kind without a number is its first one."""
    dead = 0
    for kind in kinds:
        name, killed = kind if "-" in kind else kind + "-1", time.monotonic()
        cluster.kill(name)
        time.sleep(chance.uniform(0.3, 2))
        cluster.start(name)
        dead += time.monotonic() - killed
        time.sleep(chance.uniform(3, 5))
    return dead


def rows_of_history():
    """As text each."""
    if "IM_MARIADB" in os.environ:
        return [row[0] for row in mariadb.rows("SELECT msg FROM webim_history")]
    with sqlite3.connect("file:%s?mode=ro" % os.environ["IM_STORE"], uri=True) as store:
        return [row[0] for row in store.execute("SELECT msg FROM webim_history")]


def kept():
    return collections.Counter(json.loads(row).get("data") for row in rows_of_history())


def wrongs(senders, listeners):
    taken = {text for sender in senders for text in sender.taken}
    history = kept()
    found = {"not in the history": taken - set(history), "twice in the history": {text for text in history if history[text] > 1}}
    spoke = {fd for sender in senders for fd in sender.spoke}
    gone = spoke & {fd for sender in senders for fd in sender.left}
    for listener in listeners:
        found.setdefault("not seen to come", set()).update(spoke - {fd for what, fd in listener.moves if what == "newUser"})
        found.setdefault("not seen to go", set()).update(gone - {fd for what, fd in listener.moves if what == "offline"})
        found.setdefault("not heard", set()).update(taken - set(listener.heard))
        found.setdefault("heard twice", set()).update(text for text, times in listener.heard.items() if times > 1)
        found.setdefault("came or went twice", set()).update(move for move, times in listener.moves.items() if times > 1)
        found.setdefault("heard and not kept", set()).update(set(listener.heard) - set(history))
        if listener.broken:
            found.setdefault("did not stay", set()).add(listener.broken)
    return {what: some for what, some in found.items() if some}


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--kills", default="logic,router,logic,comet")
    options.add_argument("--seed", type=int, default=seed_number())
    options = options.parse_args()
    print("seed %d" % options.seed, flush=True)
    listeners = [Listener(number) for number in range(LISTENERS)]
    senders = [Sender(number) for number in range(SENDERS)]
    for thread in listeners + senders:
        thread.start()
    begun = time.monotonic()
    time.sleep(4)
    dead = kill_in_turn(options.kills.split(","), random.Random(options.seed))
    for sender in senders:
        sender.stop.set()
    wanted = int(RATE * (time.monotonic() - begun - dead) / 10)  # else nothing was shown; a busy machine sends less than it should
    for sender in senders:
        sender.join(60)
        assert not sender.is_alive(), "a page hangs"
    until = time.monotonic() + 90  # the relay looks for what is overdue after 5 s
    while {"not heard", "not seen to come", "not seen to go"} & set(wrongs(senders, listeners)) and time.monotonic() < until:
        time.sleep(1)
    time.sleep(2)  # for what comes twice
    for listener in listeners:
        listener.stop.set()
        listener.join(60)
    counts = {what: sum(len(getattr(sender, what)) for sender in senders) for what in ("taken", "refused", "unknown")}
    heard = sum(sum(listener.heard.values()) for listener in listeners)
    print("lines: taken=%(taken)d refused=%(refused)d unknown=%(unknown)d" % counts, "heard=%d, at least %d wanted" % (heard, wanted))
    found = wrongs(senders, listeners)
    for what, some in found.items():
        print("%s: %d, like %s" % (what, len(some), sorted(some)[:3]))
    print("webim kills: killed=%s failed=%d" % (options.kills, len(found)), flush=True)
    sys.exit(1 if found or counts["taken"] < wanted else 0)


if __name__ == "__main__":
    main()
