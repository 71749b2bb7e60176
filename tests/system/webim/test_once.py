#!/usr/bin/env python3
"""A logic that dies between Kafka's acknowledgement and its note of it: the next one brings a line again, and tells again who came and who
went, in other records, and every page has it once. IM_WEBIM, IM_STORE: see the group."""
import os
import re
import sqlite3

import cluster
from covers import covers
from demo_page import Demo
from pages import PORTS, PollPage, WsPage, fresh
from runner import run
from wait import eventually
from web import get


COMETS = ("comet-1", "comet-2")


def in_store(statement, *values):
    with sqlite3.connect(os.environ["IM_STORE"], timeout=60) as store:
        return store.execute(statement, values).fetchall()


def repeated(comet):
    status, page = get("http://127.0.0.1:%d/metrics" % cluster.port(comet, "ops.port"), 10)
    assert status == 200
    found = re.search(r'im_comet_push_records_total\{[^}]*outcome="repeated"[^}]*\} (\d+)', page)
    return int(found.group(1)) if found else -1


def left_in_the_outbox(text):
    """As a logic leaves it that dies after Kafka has the line and before its row is struck out."""
    with sqlite3.connect(os.environ["IM_STORE"], timeout=60) as store:
        rows = store.execute("SELECT conv_id, seq FROM messages WHERE body LIKE ?", ("%" + text + "%",)).fetchall()
        assert len(rows) == 1, rows
        assert not store.execute("SELECT * FROM outbox WHERE conv_id = ? AND seq = ?", rows[0]).fetchall()
        store.execute("INSERT INTO outbox (conv_id, seq, shard, added_ms) VALUES (?, ?, 0, 1)", rows[0])


@covers("I29")
def a_line_that_is_brought_twice_is_heard_once():
    first, second, third = WsPage(PORTS[0]), PollPage(PORTS[1]), WsPage(PORTS[1])
    text = fresh("twice")
    first.line(text)
    for page in (second, third):
        page.heard_line(text)
    with sqlite3.connect("file:%s?mode=ro" % os.environ["IM_STORE"], uri=True) as store:
        eventually(lambda: not store.execute("SELECT * FROM outbox").fetchall(), "it stays in the outbox", 60)
    assert [repeated(comet) for comet in COMETS] == [0, 0]
    cluster.kill("logic-1")
    left_in_the_outbox(text)
    cluster.start("logic-1")
    eventually(lambda: repeated("comet-1") == 1 and repeated("comet-2") == 1, "the relay did not bring it again", 120)
    mark = fresh("mark")
    eventually(lambda: said_after(third, mark), "nothing can be said any more", 60, 1)
    for page in (first, second):
        heard = [said.get("data") for said in page.until(lambda said: said.get("data") == mark, 60)]
        assert text not in heard, heard
    assert [entry["msg"]["data"] for entry in first.ask("getHistory")["history"]].count(text) == 1


@covers("I29")
def who_came_and_who_went_is_heard_once():
    listeners = [WsPage(PORTS[0]), PollPage(PORTS[1])]
    before = [repeated(comet) for comet in COMETS]
    came, gone = WsPage(PORTS[0]), WsPage(PORTS[1])
    for page in listeners:
        page.expect(lambda said: said["cmd"] == "newUser" and said["fd"] == gone.fd)
    # Whoever came within the last minute is not missed when a logic begins: their session may not be known yet.
    in_store("UPDATE webim_online SET since_ms = since_ms - 3600000 WHERE uid = ?", gone.fd)
    [row] = in_store("SELECT uid, slot, fd, since_ms, told FROM webim_online WHERE uid = ?", gone.fd)
    gone.leave()
    for page in listeners:
        page.expect(lambda said: said["cmd"] == "offline" and said["fd"] == gone.fd, 120)
    eventually(lambda: not in_store("SELECT 1 FROM webim_online WHERE uid = ?", gone.fd), "it stays in the lobby", 60)
    for name in ("logic-1", "router-1"):  # a router that begins anew tells of everybody anew
        cluster.kill(name)
    in_store("INSERT INTO webim_online (uid, slot, fd, since_ms, told) VALUES (?, ?, ?, ?, ?)", *row)
    in_store("UPDATE webim_online SET told = 2 WHERE uid = ?", came.fd)
    for name in ("router-1", "logic-1"):
        cluster.start(name)
    eventually(lambda: not in_store("SELECT 1 FROM webim_online WHERE uid = ? OR uid = ? AND told <> 1", gone.fd, came.fd),
               "the next logic did not tell of them", 120)
    mark = fresh("mark")
    eventually(lambda: said_after(came, mark), "nothing can be said any more", 60, 1)
    for page in listeners:
        heard = page.until(lambda said: said.get("data") == mark, 60)
        again = [said for said in heard if said["cmd"] in ("newUser", "offline") and said["fd"] in (came.fd, gone.fd)]
        assert not again, again
    after = [repeated(comet) for comet in COMETS]
    # A router that has just begun was seen to know one comet a moment before the other one: so both together.
    assert sum(after) >= sum(before) + 2, (before, after, "nothing was told again")


@covers("I85")
def an_exit_of_a_logic_that_died_is_told():
    """As a logic leaves it that dies after it took somebody out of a room and before it told the others."""
    room, first, second, third = fresh("room"), Demo(PORTS[0]), Demo(PORTS[1]), Demo(PORTS[0])
    for page in (first, second, third):
        page.join(room)
    cluster.kill("logic-1")
    in_store("DELETE FROM webim_rooms WHERE uid = ?", second.id)
    in_store("INSERT INTO webim_exits (uid, room, name, left_ms, tried_ms) SELECT ?, ?, '', MAX(joined_ms), 1 FROM webim_rooms WHERE room = ?",
             second.id, room, room)
    cluster.start("logic-1")
    for page in (first, third):
        assert page.event("exit", 120) == {"event": "exit", "from": second.id, "room": "", "left": room}
    eventually(lambda: not in_store("SELECT 1 FROM webim_exits"), "it stays owed", 60)


def said_after(page, mark):
    """True when it was taken, and had not come before."""
    page.line(mark)
    page.say(cmd="nothing")  # refused by the comet, behind the line's answer
    answer = page.expect(lambda said: said["cmd"] == "error" or said.get("data") == mark)
    if answer["cmd"] != "error" or answer["code"] != 102:
        page.error()
        return False
    return True


if __name__ == "__main__":
    run("webim once", [a_line_that_is_brought_twice_is_heard_once, who_came_and_who_went_is_heard_once, an_exit_of_a_logic_that_died_is_told])
