#!/usr/bin/env python3
"""./im add, remove, kill, start and status --json on a running cluster with its own Redis. IM_RUN_DIR names its folder; the
cluster is what tools/im/groups/members.sh starts: one of each."""
import json
import os
import subprocess
import urllib.request

from runner import run
from wait import eventually
from goim_client import Closed, TcpClient

IM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "im")


def im(*words, code=0):
    done = subprocess.run([IM, *words], capture_output=True, text=True, timeout=120)
    assert done.returncode == code, (words, done.returncode, done.stdout, done.stderr)
    return done.stdout.strip() if code == 0 else done.stderr


def daemons():
    return {row["name"]: row for row in json.loads(im("status", "--json"))["daemons"]}


def port(name, kind):
    return daemons()[name]["ports"][kind]


def client_of(comet, uid):
    return TcpClient(port(comet, "tcp")).auth(mid=uid, key="m%d" % uid, room_id="live://77", platform="web", accepts=[1000])


def push_through(logic, text):
    url = "http://127.0.0.1:%d/goim/push/room?operation=1000&type=live&room=77" % port(logic, "http.push_port")
    with urllib.request.urlopen(urllib.request.Request(url, data=text, method="POST"), timeout=10) as reply:
        assert json.loads(reply.read())["code"] == 0


def gets(client, text):
    ver, op, seq, body = client.receive()
    assert text in body, (ver, op, seq, body)


def nodes():
    with urllib.request.urlopen("http://127.0.0.1:%d/admin/v1/nodes" % port("logic-1", "ops"), timeout=5) as reply:
        return reply.read().decode()


def router_metric(line):
    with urllib.request.urlopen("http://127.0.0.1:%d/metrics" % port("router-1", "ops"), timeout=5) as reply:
        return line in reply.read().decode().split("\n")


def mistakes_are_explained():
    assert "takes router, logic, job or comet" in im("add", "redis", code=2)
    assert "that ./im status lists" in im("remove", "redis", code=2)
    assert "that ./im status lists" in im("remove", "comet-7", code=2)
    assert "add --redis local" in im("demo", "--routers", "2", code=2)
    assert "none, local or HOST:PORT" in im("demo", "--redis", "here", code=2)
    assert "dev, real or HOST:PORT" in im("demo", "--kafka", "there", code=2)
    assert "take 1 to 99" in im("demo", "--comets", "many", code=2)
    assert all(row["ready"] for row in daemons().values()), "a wrong flag must not touch what runs"


def reloaded(name, key):
    """How often it took another value for a key at SIGHUP."""
    with open(os.path.join(os.environ["IM_RUN_DIR"], "log", name + ".log")) as file:
        return sum("configuration taken" in line and key in line for line in file)


def logs_in(comet, uid):
    try:
        client_of(comet, uid).close()
    except (AssertionError, OSError, Closed):
        return False
    return True


def comets_go_on_with_the_logics_there_are(old):
    """comet-1 was there before logic-2: its clients log in while logic-1 is dead, and again after logic-2 was removed."""
    im("kill", "logic-1")
    eventually(lambda: logs_in("comet-1", 7703), "comet-1 does not use the added logic")
    push_through("logic-2", b"by the second")
    gets(old, b"by the second")
    im("start", "logic-1")
    eventually(lambda: daemons()["logic-1"]["ready"], "logic-1 does not come back")
    im("remove", "logic-2")
    eventually(lambda: reloaded("comet-1", "logic.addresses") == 2, "comet-1 did not hear that a logic came and went")
    assert logs_in("comet-1", 7704)
    assert "the last logic that runs" in im("remove", "logic-1", code=2)


def an_added_comet_logic_and_job_work_and_the_removed_ones_are_gone():
    old = client_of("comet-1", 7701)
    assert im("add", "comet") == "comet-2"
    assert im("add", "logic") == "logic-2"
    assert im("add", "job") == "job-2"
    new = client_of("comet-2", 7702)
    for i, logic in enumerate(("logic-1", "logic-2")):
        text = b"added %d" % i
        push_through(logic, text)
        gets(old, text)
        gets(new, text)
    comets_go_on_with_the_logics_there_are(old)
    im("remove", "comet-2")
    assert new.closed_within(5), "a client of the removed comet stays connected"
    im("remove", "job-2")
    assert sorted(daemons()) == ["comet-1", "job-1", "kafka", "logic-1", "redis", "router-1"], daemons()
    eventually(lambda: "comet-2" not in nodes(), "the router still lists comet-2")
    push_through("logic-1", b"removed")
    gets(old, b"removed")


def slots_of(name):
    with urllib.request.urlopen("http://127.0.0.1:%d/metrics" % port(name, "ops"), timeout=5) as reply:
        return int(next(line.split()[1] for line in reply.read().decode().split("\n") if line.startswith("im_router_slots ")))


def all_shared_by(*routers):
    counts = [slots_of(name) for name in routers]
    return sum(counts) == 1024 and all(counts)


def routers_share_the_slots_whoever_comes_and_goes():
    client = client_of("comet-1", 7704)
    eventually(lambda: all_shared_by("router-1"), "one router does not have all slots")
    assert im("add", "router") == "router-2"
    assert im("add", "router") == "router-3"
    eventually(lambda: all_shared_by("router-1", "router-2", "router-3"), "three routers do not share the slots")
    push_through("logic-1", b"three routers")
    gets(client, b"three routers")
    im("remove", "router-1")
    eventually(lambda: all_shared_by("router-2", "router-3"), "the slots of the removed router are nobody's")
    push_through("logic-1", b"two routers")
    gets(client, b"two routers")
    subprocess.run(["redis-cli", "-p", str(port("redis", "redis")), "flushall"], check=True, capture_output=True, timeout=10)
    push_through("logic-1", b"emptied")
    gets(client, b"emptied")
    eventually(lambda: all_shared_by("router-2", "router-3"), "slots are lost with what Redis held")
    im("remove", "router-3")
    eventually(lambda: all_shared_by("router-2"), "the last router does not take all")


def redis_killed_and_started():
    eventually(lambda: router_metric("im_router_store_up 1"), "the router is not connected to Redis")
    client = client_of("comet-1", 7703)
    im("kill", "redis")
    assert not daemons()["redis"]["ready"]
    eventually(lambda: router_metric("im_router_store_up 0"), "the router does not notice")
    eventually(lambda: daemons()["router-1"]["ready"], "a router that has seen Redis goes on without it")
    push_through("logic-1", b"without redis")
    gets(client, b"without redis")
    im("start", "redis")
    eventually(lambda: router_metric("im_router_store_up 1"), "the router does not find Redis again")
    assert daemons()["redis"]["ready"]


def metric(name, line_start):
    with urllib.request.urlopen("http://127.0.0.1:%d/metrics" % port(name, "ops"), timeout=5) as reply:
        lines = reply.read().decode().split("\n")
    return sum(int(float(line.rsplit(" ", 1)[1])) for line in lines if line.startswith(line_start))


def user_events(state, *logics):
    return [metric(name, 'im_logic_user_events_total{state="%s"}' % state) for name in logics]


def what_happens_in_slots_is_told_to_one_logic_and_to_another_when_it_dies():
    router = next(name for name in daemons() if name.startswith("router"))
    assert im("add", "logic") == "logic-2"
    eventually(lambda: metric(router, "im_router_event_watchers") == 2, "a logic does not listen")
    online, offline = user_events("online", "logic-1", "logic-2"), user_events("offline", "logic-1", "logic-2")
    clients = [client_of("comet-1", 7800 + i) for i in range(40)]
    eventually(lambda: sum(user_events("online", "logic-1", "logic-2")) == sum(online) + 40, "users came and were not told once")
    assert all(now > then for now, then in zip(user_events("online", "logic-1", "logic-2"), online)), "one logic has all slots"
    for client in clients[:20]:
        client.close()
    eventually(lambda: sum(user_events("offline", "logic-1", "logic-2")) == sum(offline) + 20, "users went and were not told once")
    im("kill", "logic-2")
    alone = user_events("offline", "logic-1")[0]
    for client in clients[20:]:
        client.close()
    eventually(lambda: user_events("offline", "logic-1")[0] == alone + 20, "what the dead logic was to be told is lost")
    eventually(lambda: metric(router, "im_router_events_waiting") == 0, "events wait for nobody")
    im("start", "logic-2")
    eventually(lambda: metric(router, "im_router_event_watchers") == 2, "the logic that came back does not listen")
    im("remove", "logic-2")


CASES = [mistakes_are_explained, an_added_comet_logic_and_job_work_and_the_removed_ones_are_gone, redis_killed_and_started,
         routers_share_the_slots_whoever_comes_and_goes, what_happens_in_slots_is_told_to_one_logic_and_to_another_when_it_dies]


run("members", CASES)
