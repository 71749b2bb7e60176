#!/usr/bin/env python3
"""The only router and the only logic die together, without Redis: nobody is left who knows the comets. A push right after they are back is
refused or arrives; none is answered with code 0 and sent nowhere. A cluster that starts for the first time waits for nobody. IM_RUN_DIR and
IM_BIN name the cluster; IM_ROUNDS: how often both are killed."""
import json
import os
import time
import urllib.error
import urllib.request

import cluster
from goim_client import TcpClient
from runner import run
from wait import eventually

ROUNDS = int(os.environ.get("IM_ROUNDS") or "2")
ROOM = "first://1"
TARGETS = ("keys?operation=1000&keys=first", "mids?operation=1000&mids=8900", "room?operation=1000&type=first&room=1", "all?operation=1000&speed=0")


def api():
    return "http://127.0.0.1:%d" % cluster.port("logic-1", "http.push_port")


def push(target, text):
    """Whether it was answered with code 0."""
    request = urllib.request.Request("%s/goim/push/%s" % (api(), target), data=text.encode(), method="POST")
    try:
        with urllib.request.urlopen(request, timeout=10) as reply:
            return json.loads(reply.read())["code"] == 0
    except (urllib.error.URLError, OSError):
        return False


def push_until_all_are_taken(name, seconds=40):
    """Every push that was answered with 0, from the first moment on until each target has taken one. A lease is 10 s."""
    taken, open_targets, end = [], set(TARGETS), time.monotonic() + seconds
    for number in range(100000):
        assert time.monotonic() < end, "nothing is taken for %s" % sorted(open_targets)
        for target in TARGETS:
            text = "%s-%d-%s" % (name, number, target.split("?")[0])
            if push(target, text):
                taken.append(text)
                open_targets.discard(target)
        if not open_targets:
            return taken
        time.sleep(0.01)  # a port that nobody has bound yet answers at once
    return taken


def not_told(client, texts):
    """What of `texts` does not come."""
    missing = set(texts)
    client.sock.settimeout(5)  # Kafka has them: job brings them within milliseconds of each other
    while missing:
        try:
            missing.discard(client.receive()[3].decode())
        except TimeoutError:
            break
    return missing


def pushes_after_both_died_are_refused_or_arrive():
    client = TcpClient(cluster.port("comet-1", "tcp.port")).auth(mid=8900, key="first", room_id=ROOM, accepts=[1000])
    for turn in range(ROUNDS):
        eventually(lambda: push(TARGETS[0], "before-%d" % turn), "the cluster takes no pushes")
        assert not not_told(client, ["before-%d" % turn])
        for name in ("logic-1", "router-1"):
            cluster.kill(name)
        for name in ("router-1", "logic-1"):
            cluster.start(name, wait=False)
        taken = push_until_all_are_taken("after-%d" % turn)
        missing = not_told(client, taken)
        assert not missing, "round %d: answered with code 0 and never delivered: %s" % (turn, sorted(missing))
    client.close()


def a_first_start_waits_for_nobody():
    """The first push after ./im stop and ./im start is taken."""
    cluster.im("stop")
    cluster.im("start")
    cluster.all_ready()
    client = TcpClient(cluster.port("comet-1", "tcp.port")).auth(mid=8900, key="first", room_id=ROOM, accepts=[1000])
    texts = ["first-" + target.split("?")[0] for target in TARGETS]
    for target, text in zip(TARGETS, texts):
        assert push(target, text), "refused: %s" % target
    assert not not_told(client, texts)
    client.close()


run("first-push", [pushes_after_both_died_are_refused_or_arrive, a_first_start_waits_for_nobody])
