#!/usr/bin/env python3
"""The old chat page over WebSocket, on two comets in turn. IM_WEBIM: their ports."""
import os
import sqlite3
import sys

from covers import covers
from goim_client import Closed, WsClient
from page_cases import all_cases
from pages import PORTS, TURNS, WsPage, fresh
from runner import run
from wait import eventually


def pages(**how):
    return WsPage(PORTS[next(TURNS) % len(PORTS)], **how)


@covers("I01")
def the_path_is_a_slash():
    assert WsClient(PORTS[0], path="/").status == 101
    assert WsClient(PORTS[0], path="/sub").status == 404


@covers("I02")
def addresses_are_whole_numbers():
    assert isinstance(pages().fd, int)


@covers("I06")
def long_and_broken_messages():
    page = pages()
    page.raw(b'{"cmd":"message","data":"' + b"x" * (2 * 1024 * 1024 - 100) + b'"}')
    assert page.error() == 102
    text = fresh("in parts")
    whole = ('{"cmd":"message","channal":0,"type":"text","data":"%s"}' % text).encode()
    other = pages()
    page.socket.frame(whole[:10], opcode=1, fin=False)
    page.socket.frame(b"are you there", opcode=9)
    page.socket.frame(whole[10:20], opcode=0, fin=False)
    page.socket.frame(whole[20:], opcode=0)
    assert other.heard_line(text)
    while True:
        opcode, payload = page.socket.message()
        if opcode == 10:
            break
    assert payload == b"are you there"


@covers("I30")
def before_the_login():
    class Early(WsPage):
        def __init__(self):
            self.open(PORTS[0])

    for bad, code in ((b"x", 101), (b'{"cmd":"getOnline"}', 101), (b'{"cmd":"message","data":"x"}', 101), (b'{"cmd":"no"}', 102)):
        early = Early()
        early.raw(bad)
        assert early.error() == code, bad
        early.say(cmd="login", name="late", avatar="")
        assert early.expect(lambda said: said["cmd"] == "login")["name"] == "late"
    twice = Early()
    twice.raw(b'{"cmd":"login","name":"a","name":"b"}')
    try:
        while twice.hear(30) is not None:
            pass
        raise AssertionError("it was let in")
    except (Closed, ConnectionError):
        pass


@covers("I28")
def the_old_table():
    page, text = pages(), fresh("kept")
    page.line(text)
    eventually(lambda: [entry for entry in pages().ask("getHistory")["history"] if entry["msg"]["data"] == text], "not kept")
    with sqlite3.connect("file:%s?mode=ro" % os.environ["IM_STORE"], uri=True) as store:
        rows = store.execute("SELECT name, avatar, type, msg, send_ip, addtime, id FROM webim_history ORDER BY id DESC LIMIT 5").fetchall()
    row = [row for row in rows if text in row[3]][0]
    assert row[:3] == (page.name, "/a.png", "text") and row[4] == "127.0.0.1" and row[5] and row[6], row


@covers("I11")
def a_hundred_in_the_list():
    many = [pages() for _ in range(103)]
    online = many[0].ask("getOnline")
    assert len(online["list"]) == 100 and len(online["users"]) >= 103
    for page in many:
        page.leave()


OWN = (the_path_is_a_slash, addresses_are_whole_numbers, long_and_broken_messages, before_the_login, the_old_table,
       a_hundred_in_the_list)
if __name__ == "__main__":
    sys.exit(run("webim-ws", {**all_cases(pages), **{case.__name__: case for case in OWN}}))
