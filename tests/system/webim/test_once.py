#!/usr/bin/env python3
"""A logic that dies between Kafka's acknowledgement of a line and its note of it: the relay of the next one brings the line again, in
another record, and every page has it once. IM_WEBIM, IM_STORE: see the group."""
import os
import re
import sqlite3

import cluster
from covers import covers
from pages import PORTS, PollPage, WsPage, fresh
from runner import run
from wait import eventually
from web import get


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
    assert [repeated(comet) for comet in ("comet-1", "comet-2")] == [0, 0]
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
    run("webim once", [a_line_that_is_brought_twice_is_heard_once])
