#!/usr/bin/env python3
"""Pages that come and close while a router is dead, before their grace is over (webim.stay_grace, short here): nobody tells their end, and
all the same their room and the lobby hear of it, once. IM_WEBIM: see the group. The words: which nodes are killed and started, in turn;
"router-1" while the pages close, the others a second later."""
import json
import sys
import time

import cluster
from demo_page import Demo
from goim_client import WsClient
from pages import PORTS, WsPage, fresh
from runner import run
from wait import eventually

PAGES = 6
KILLED = sys.argv[1:] or ["router-1"]


def come():
    """The room, who stays there and in the lobby, and who will go."""
    room, watcher, listener = fresh("room"), Demo(PORTS[0]), WsPage(PORTS[-1])
    watcher.join(room)
    demos = [Demo() for _ in range(PAGES)]
    for page in demos:
        page.join(room)
    pages = [WsPage(PORTS[number % len(PORTS)]) for number in range(PAGES)]
    missing = {page.fd for page in pages}  # in any order: two routers tell of them
    while missing:
        missing.discard(listener.expect(lambda said: said["cmd"] == "newUser" and said["fd"] in missing)["fd"])
    return room, watcher, listener, demos, pages


def close_while_dead(pages):
    time.sleep(2)  # the routers know them: what is tested is that they are older than a login and younger than the grace
    cluster.kill(KILLED[0])
    time.sleep(0.3)  # the comets have seen that it is gone
    late = [log_in_and_go(port) for port in PORTS]
    for page in pages:
        page.socket.close()
    time.sleep(1)  # the comets have tried to tell it
    cluster.start(KILLED[0])
    for name in KILLED[1:]:
        cluster.kill(name)
        cluster.start(name)
    return late


def log_in_and_go(port):
    """Its name. The dead router does not take it; where it is not the only one, another one may."""
    name, socket = fresh("late"), WsClient(port, path="/")
    socket.frame(json.dumps({"cmd": "login", "name": name, "avatar": ""}).encode(), opcode=1)
    time.sleep(0.2)  # it is at a logic
    socket.close()
    return name


def listed(page, heard):
    """Who is in the lobby; what comes before the answer is heard, too."""
    page.say(cmd="getOnline")
    heard += page.until(lambda said: said["cmd"] == "getOnline")
    return heard[-1]["list"]


def fds_listed(page, heard):
    return {str(one["fd"]) for one in listed(page, heard)}


def offline(heard):
    return [str(said["fd"]) for said in heard if said["cmd"] == "offline"]


def until_told(listener, heard, fds):
    """All of whom `fds` names are offline; what is heard meanwhile may make them more."""
    while missing := fds() - set(offline(heard)):
        heard += listener.until(lambda said: said["cmd"] == "offline" and str(said["fd"]) in missing, 120)


def late_ones_have_gone(listener, heard, late):
    """Of whom no router knew nobody hears; whom another router took goes as everybody does."""
    if len(cluster.names("router")) == 1:
        unheard = [said for said in heard for name in late if name in json.dumps(said)]
        assert not unheard, unheard
    came = {str(said["fd"]) for said in heard if said["cmd"] == "newUser" and said["name"] in late}
    until_told(listener, heard, lambda: came)
    def names():
        return {one["name"] for one in listed(listener, heard)}

    eventually(lambda: not names() & set(late), "one that came late is listed", 60, 1)
    assert all(offline(heard).count(fd) == 1 for fd in came), (came, offline(heard))


def those_that_closed_are_gone():
    room, watcher, listener, demos, pages = come()
    late = close_while_dead(demos + pages)
    exits = {watcher.event("exit", 120)["from"] for _ in demos}
    assert exits == {page.id for page in demos}, exits
    gone, heard = {str(page.fd) for page in pages}, []
    until_told(listener, heard, lambda: gone)
    eventually(lambda: fds_listed(listener, heard) & gone == set(), "they are still in the lobby", 60, 1)
    assert str(listener.fd) in fds_listed(listener, heard), "who stayed was thrown out"
    eventually(lambda: Demo().join(room)["peers"] == [{"id": watcher.id}], "the room is not as it should be", 60, 1)
    # Whoever tells it a second time does so at the next round of the other logic, or of the one that began anew.
    time.sleep(6)
    again = [said for said in watcher.heard_before_fence() if said.get("event") == "exit" and said["from"] in exits]
    listener.say(cmd="nothing")
    heard += listener.until(lambda said: said["cmd"] == "error")
    told = offline(heard)
    assert not again and all(told.count(fd) == 1 for fd in gone), (again, told)
    late_ones_have_gone(listener, heard, late)


if __name__ == "__main__":
    run("webim stays " + " ".join(KILLED), [those_that_closed_are_gone])
