"""F11 with Sentinels: the master dies for good, its replica takes over with what had reached it."""
import os
import time

import cluster
from redis_set import RedisSet
from window import LEASE_S, Row, load, times


def f11_failover():
    rounds = times(2, 10)
    row = Row("F11", "kill -9 of the Redis master, its replica is promoted by three Sentinels, %d times" % rounds)
    redis = RedisSet(os.environ["IM_SENTINELS"])
    slowest = 0
    with load(churn=10) as ledger:
        for _ in range(rounds):
            redis.wait_until_safe()
            time.sleep(3)
            master = redis.master()
            begin = time.monotonic()
            redis.kill(master)
            cluster.eventually(lambda: redis.master() != master, "nobody was promoted", cluster.PATIENCE)
            slowest = max(slowest, time.monotonic() - begin)
            time.sleep(4)
            redis.run("server", master)
        time.sleep(LEASE_S)
        frozen = [name for name in cluster.names("router") if cluster.metrics(name)["im_router_store_up"] != 1]
    row.count(slowest_promotion_ms=int(1000 * slowest))
    row.must(not frozen, "after the last failover without a store: " + ", ".join(frozen))
    row.must(ledger.count("refused") == 0, "%d pushes were refused" % ledger.count("refused"))
    return row.judge(ledger)


SCENARIOS = [f11_failover]
