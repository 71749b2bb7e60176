"""W10, W11, W12: a router dies, joins or leaves; Redis is killed, slow, full or empty. What needs several routers or Redis is left
out on a cluster without them, and says so."""
import subprocess
import time

import cluster
from window import LEASE_S, Row, load, times


def several_routers():
    return len(cluster.names("router")) > 1


def with_redis():
    return bool(cluster.names("redis"))


def w10_killed():
    rounds = times(3, 20)
    row = Row("W10", "kill -9 of a router in turn, %d times, back after 1 to 6 s" % rounds)
    names = cluster.names("router")
    with load() as ledger:
        for i in range(rounds):
            cluster.kill(names[i % len(names)])
            time.sleep((1, 3, 6)[i % 3])
            cluster.start(names[i % len(names)])
            time.sleep(4 if i % 2 else LEASE_S + 1)
        time.sleep(4)
    return row.judge(ledger)


def w10_ring():
    row = Row("W10", "a router is added and the first one removed under load, then the other way round")
    with load() as ledger:
        time.sleep(3)
        cluster.im("add", "router")
        time.sleep(LEASE_S)
        cluster.im("remove", "router-1")
        time.sleep(LEASE_S)
        cluster.im("add", "router")
        time.sleep(LEASE_S)
    row.must(ledger.count("refused") == 0, "%d pushes were refused while the ring changed" % ledger.count("refused"))
    return row.judge(ledger)


def redis_cli(*words):
    port = cluster.redis_port()
    done = subprocess.run(["redis-cli", "-p", str(port), *words], capture_output=True, text=True, timeout=30)
    return done.stdout.strip()


def w11_killed():
    rounds = times(3, 20)
    row = Row("W11", "kill -9 of Redis, %d times, back empty or not after 1 to 8 s" % rounds)
    with load() as ledger:
        for i in range(rounds):
            time.sleep(2)
            cluster.kill("redis")
            time.sleep((1, 4, 8)[i % 3])
            cluster.start("redis")
        time.sleep(LEASE_S)
    return row.judge(ledger)


def hurt_redis(row_text, hurt, heal=None):
    row = Row("W12", row_text)
    with load() as ledger:
        time.sleep(2)
        hurt()
        time.sleep(LEASE_S)
        if heal:
            heal()
        time.sleep(5)
    return row.judge(ledger)


def w12_pause():
    return hurt_redis("CLIENT PAUSE 5000", lambda: redis_cli("client", "pause", "5000"))


def w12_sleep():
    return hurt_redis("DEBUG SLEEP 3", lambda: redis_cli("debug", "sleep", "3"))


def w12_full():
    return hurt_redis("maxmemory 1mb for 10 s", lambda: redis_cli("config", "set", "maxmemory", "1mb"),
                      lambda: redis_cli("config", "set", "maxmemory", "0"))


def w12_empty():
    return hurt_redis("FLUSHALL", lambda: redis_cli("flushall"))


def scenarios():
    out = [w10_killed]
    if several_routers():
        out.append(w10_ring)
    if with_redis():
        out += [w11_killed, w12_pause, w12_sleep, w12_full, w12_empty]
    return out


def left_out():
    words = [] if several_routers() else ["W10 adding and removing routers (one router)"]
    return words + ([] if with_redis() else ["W11, W12 (no Redis)"])
