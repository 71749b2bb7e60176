"""F10, F11, F12: a router dies, joins or leaves; Redis is killed, slow, full or empty. What needs several routers or Redis is left
out on a cluster without them, and says so."""
import subprocess
import time

import cluster
from window import FULL, LEASE_S, QUICK, Row, load, times


def several_routers():
    return len(cluster.names("router")) > 1


def with_redis():
    return bool(cluster.names("redis"))


def f10_killed():
    rounds = times(3, 20)
    row = Row("F10", "kill -9 of a router in turn, %d times, back after 1 to 6 s" % rounds)
    names = cluster.names("router")
    with load() as ledger:
        for i in range(rounds):
            cluster.kill(names[i % len(names)])
            time.sleep((1, 3, 6)[i % 3])
            cluster.start(names[i % len(names)])
            time.sleep(4 if i % 2 else LEASE_S + 1)
        time.sleep(4)
    return row.judge(ledger)


SLOTS = 1024
SHARE_OF_THREE = SLOTS * (1 / 3 + 0.05)


def router_number(name, what):
    text = cluster.get("http://127.0.0.1:%d/metrics" % cluster.port(name, "ops.port"))[1]
    return sum(float(line.split()[-1]) for line in text.splitlines() if line.startswith(what))


def slots_of_all():
    return sum(router_number(name, "im_router_slots ") for name in cluster.names("router"))


def slots_taken():
    """By the routers that live now; one that went takes its number with it."""
    return {name: router_number(name, 'im_router_slot_moves_total{move="claimed"}') for name in cluster.names("router")}


def moved(before):
    cluster.eventually(lambda: slots_of_all() == SLOTS, "not every slot has a router again", cluster.PATIENCE)
    return int(sum(count - before.get(name, 0) for name, count in slots_taken().items()))


def f10_ring():
    row = Row("F10", "a third router is added and the first one removed under load, then one is added again")
    moves = []
    with load(*QUICK) as ledger:
        time.sleep(3)
        for words in (("add", "router"), ("remove", "router-1"), ("add", "router")):
            before = slots_taken()
            cluster.im(*words)
            time.sleep(times(6, LEASE_S))
            moves.append(moved(before))
    row.count(slots_moved="%d/%d/%d" % tuple(moves))
    for count in moves:
        row.must(count <= SHARE_OF_THREE, "%d of %d slots moved, more than a third and 5 %%" % (count, SLOTS))
    row.must(ledger.count("refused") == 0, "%d pushes were refused while the ring changed" % ledger.count("refused"))
    return row.judge(ledger)


def redis_cli(*words):
    done = subprocess.run(["redis-cli", "-p", str(cluster.redis_port()), *words], capture_output=True, text=True, timeout=30)
    assert done.stdout.strip() == "OK", (words, done.stdout, done.stderr)


def f11_killed():
    rounds = times(2, 20)
    row = Row("F11", "kill -9 of Redis, %d times, back empty or not after 1 to 8 s" % rounds)
    with load() as ledger:
        for i in range(rounds):
            time.sleep(2)
            cluster.kill("redis")
            time.sleep((1, 7, 4)[i % 3])
            cluster.start("redis")
        time.sleep(LEASE_S)
    return row.judge(ledger)


def f12_paused():
    redis_cli("client", "pause", "5000")
    time.sleep(times(6, LEASE_S))


def f12_stopped():
    """As DEBUG SLEEP, which Redis 7 refuses: connections stand, nothing is answered."""
    cluster.pause("redis")
    time.sleep(3)
    cluster.resume("redis")
    time.sleep(times(3, LEASE_S))


def f12_full():
    redis_cli("config", "set", "maxmemory", "1mb")
    time.sleep(times(5, LEASE_S))
    redis_cli("config", "set", "maxmemory", "0")
    time.sleep(times(3, LEASE_S))


def f12_emptied():
    redis_cli("flushall")
    time.sleep(times(5, LEASE_S))


HURTS = {"CLIENT PAUSE 5000": f12_paused, "kill -STOP for 3 s": f12_stopped, "maxmemory 1mb for some seconds": f12_full,
         "FLUSHALL": f12_emptied}


def f12_redis():
    """Short: one after the other in one run; full: each in a run of its own, see f12_each()."""
    row = Row("F12", "Redis: " + ", ".join(HURTS))
    with load(*QUICK) as ledger:
        for hurt in HURTS.values():
            hurt()
    return row.judge(ledger)


def f12_each(name, hurt):
    def f12_one():
        row = Row("F12", "Redis: %s, 5 times" % name)
        with load() as ledger:
            for _ in range(5):
                hurt()
        return row.judge(ledger)
    return f12_one


def scenarios():
    out = [f10_killed]
    if several_routers():
        out.append(f10_ring)
    if with_redis():
        out += [f11_killed, f12_redis]
        if FULL:
            out += [f12_each(*hurt) for hurt in HURTS.items()]
    return out


def left_out():
    words = [] if several_routers() else ["F10 adding and removing routers (one router)"]
    return words + ([] if with_redis() else ["F11, F12 (no Redis)"])
