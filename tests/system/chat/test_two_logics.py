#!/usr/bin/env python3
"""Rooms of large groups with two logics, and with one that dies while it opens a room. A cluster on MariaDB with two logics, store.room_above=4;
see two_logics.py for the environment, IM_OPS, IM_RUN_DIR and IM_BIN besides."""
import http.client
import json
import os
import sys
import threading
import time
import urllib.parse
import urllib.request

import cluster
from load import instead
from runner_of_cases import run
from two_logics import TCP, TCP2, Author, Ear

RELAY = 5  # a row that is not out by then is brought again: who heard of it later may hear of it twice
MEMBERS, SENDERS, EACH = 8, 4, 40


def connections_in(conv):
    with urllib.request.urlopen(os.environ["IM_OPS"] + "/admin/v1/room?id=" + urllib.parse.quote("conv://%d" % conv), timeout=10) as reply:
        return json.load(reply)["count"]


class Team:
    """Members with a listening device each, on both comets, and two users outside. The first `inside` are members from the beginning."""

    def __init__(self, inside):
        self.authors = [Author() for _ in range(MEMBERS)]
        self.ears = [Ear((TCP, TCP2)[i % 2], author.login) for i, author in enumerate(self.authors)]
        self.outside = [Ear(port, Author().login) for port in (TCP, TCP2)]
        self.owner, self.acked, self.lock = self.authors[0], {}, threading.Lock()
        members = [author.uid for author in self.authors[1:inside]]
        self.conv = self.owner.good("group.create", 1, name="team", members=members, history_open=True)["conv_id"]

    def say(self, author, through):
        begin = time.monotonic()
        answer = author.ask("msg.send", through, client_msg_id=os.urandom(8).hex(), body="row", conv_id=self.conv)
        if answer["ok"]:
            with self.lock:
                self.acked[answer["seq"]] = begin
        return answer

    def talk(self, authors, rounds):
        """Each author writes through both logics in turn."""
        def one(number, author):
            for i in range(rounds):
                self.say(author, number + i)
        threads = [threading.Thread(target=one, args=item) for item in enumerate(authors)]
        for thread in threads:
            thread.start()
        return threads

    def until_open(self, count):
        def look():
            self.say(self.owner, 1)
            return connections_in(self.conv) == count
        cluster.eventually(look, "the room does not open for all: %d of %d" % (connections_in(self.conv), count), 60, 0.5)

    def judge(self, ears, outside, once):
        """Each of `ears` heard every acknowledged row, those of `outside` (ear, since when) none; `once`: and nobody heard one twice, unless
        it was late enough for the relay."""
        wanted = {(self.conv, seq) for seq in self.acked}
        try:
            cluster.eventually(lambda: all(wanted <= set(ear.rows) for ear in ears), "rows are missing", 60)
        except AssertionError as error:
            raise AssertionError([(ear.uid, sorted(wanted - set(ear.rows))[:5]) for ear in ears], sorted(wanted)[-1]) from error
        time.sleep(RELAY + 3)  # a copy that somebody brings would be here by then
        copies = {}
        for ear in ears:
            assert not ear.ended, "its connection was closed"
            for name in wanted:
                times = ear.rows[name]
                if len(times) > 1:
                    copies.setdefault(name, []).append(times[0] - self.acked[name[1]])
        strangers = [(ear.uid, seq) for ear, since in outside for conv, seq in ear.rows if conv == self.conv and self.acked.get(seq, 0) > since]
        print("     members=%d rows=%d heard=%d copies=%d heard_outside=%d" %
              (len(ears), len(wanted), sum(len(ear.rows) for ear in ears), sum(map(len, copies.values())), len(strangers)))
        assert not strangers, strangers[:10]
        early = {name: times for name, times in copies.items() if min(times) < RELAY - 1}
        assert not once or not early, early

    def close(self):
        for ear in (*self.ears, *self.outside):
            ear.close()


def both_logics_write_while_the_room_opens_and_members_come_and_go():
    team = Team(inside=MEMBERS - 1)
    threads = team.talk(team.authors[:SENDERS], EACH)
    gone, left = team.authors[MEMBERS - 2], team.authors[MEMBERS - 3]
    cluster.eventually(lambda: len(team.acked) > EACH, "nothing is written", 60)
    team.owner.good("group.kick", 0, conv_id=team.conv, uid=gone.uid)
    kicked = time.monotonic()
    left.good("group.leave", 1, conv_id=team.conv)
    away = time.monotonic()
    for thread in threads:
        thread.join()
    team.until_open(MEMBERS - 3)
    for i in range(20):  # after each other, through both
        team.say(team.authors[i % SENDERS], i)
    team.judge(team.ears[:MEMBERS - 3], [(team.ears[MEMBERS - 2], kicked), (team.ears[MEMBERS - 3], away), (team.ears[MEMBERS - 1], 0),
                                         *((ear, 0) for ear in team.outside)], once=True)
    team.close()


def who_is_taken_out_hears_no_later_row_of_the_other_logic():
    """The room is open; one logic takes somebody out, the other one writes at once."""
    team = Team(inside=MEMBERS)
    team.until_open(MEMBERS)
    since = []
    for author, ear in zip(team.authors[6:], team.ears[6:]):
        team.owner.good("group.kick", 0, conv_id=team.conv, uid=author.uid)
        since.append((ear, time.monotonic()))
        for _ in range(5):
            team.say(team.authors[1], 1)
    team.judge(team.ears[:6], since + [(ear, 0) for ear in team.outside], once=True)
    team.close()


class OnceDead:
    """logic-1 finds a group large by a row of its own, and dies then; the others write on, and it comes back."""

    def __init__(self):
        self.team = Team(inside=4)  # not large yet
        self.team.owner.say("before the others came", 1, conv_id=self.team.conv)

    def grow(self):
        """The row by which the group is large."""
        wanted = [author.uid for author in self.team.authors[4:]]
        try:
            self.team.owner.doors[0].ask("group.invite", conv_id=self.team.conv, uids=wanted)
        except (OSError, http.client.HTTPException):
            pass  # it died before it answered

    def go_on(self, give_back):
        threads = self.team.talk(self.team.authors[:SENDERS], EACH)
        time.sleep(1)  # the other one writes alone for a while
        give_back()
        for thread in threads:
            thread.join()

    def judge(self):
        team = self.team
        cluster.all_ready()
        assert team.owner.good("group.info", conv_id=team.conv)["members"] == MEMBERS
        team.until_open(MEMBERS)
        team.judge(team.ears, [(ear, 0) for ear in team.outside], once=False)
        team.close()


def dies_while_it_opens(point):
    with instead("logic-1", fault=point + ":kill") as give_back:
        case = OnceDead()
        case.grow()
        cluster.dead("logic-1")
        case.go_on(give_back)
    case.judge()


def a_logic_is_killed_at_some_moment_after_the_row():
    for wait in (0, 0.005, 0.03):  # the room is open some tens of milliseconds after the row
        case = OnceDead()
        case.grow()
        time.sleep(wait)
        cluster.kill("logic-1")
        case.go_on(lambda: cluster.start("logic-1"))
        case.judge()


def a_logic_dies_before_anybody_is_in_the_room():
    dies_while_it_opens("rooms.opening")


def a_logic_dies_when_all_are_in_and_the_room_is_not_open():
    dies_while_it_opens("rooms.before_open")


if __name__ == "__main__":
    sys.exit(run("rooms with two logics", globals()))
