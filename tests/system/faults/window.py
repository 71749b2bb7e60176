"""What the scenarios of failure windows share: how long they are, one row of the table, load beside a fault."""
import itertools
import json
import os
import time

import cluster
from ledger import Ledger, comet_ports


FULL = bool(os.environ.get("FULL"))
LEASE_S = 10


def times(short, full):
    return full if FULL else short


class Row:
    def __init__(self, window, what):
        self.window, self.what = window, what
        self.counters, self.wrong = [], []
        self.detail = ""

    def count(self, **numbers):
        self.counters += ["%s=%s" % item for item in numbers.items()]

    def must(self, good, otherwise):
        if not good:
            self.wrong.append(otherwise)

    def judge(self, ledger, enough=0.3, but=(), may_refuse=False):
        """`but`: counters that are told and not judged. `may_refuse`: what is done makes pushes fail, and they say so."""
        names = ("sent", "acked", "refused", "judged", "lost", "dup_raw", "dup_same", "dup_shown", "reorder", "phantom", "stale_sessions",
                 "recovery_ms_p50", "recovery_ms_p99")
        self.counters += ["%s=%d" % (name, ledger.count(name)) for name in names]
        wrong = [word for word in ledger.faults_seen(enough) if word.split("=")[0] not in but]
        if not may_refuse and ledger.count("refused") != 0:
            wrong.append("%d pushes refused" % ledger.count("refused"))
        self.wrong += wrong
        if wrong:
            self.detail += ledger.text()
        return self

    def verdict(self):
        return ", ".join(self.wrong) or "ok"


# Where nothing waits for Kafka, less is enough at the end.
QUICK = ("--settle", "8")
# While brokers are away, what they acknowledged waits longer than people who come and go stay: nobody goes.
STAYING = {"churn": 0}


runs = itertools.count(1)


def load(*flags, churn=2, **settings):
    """The load of every window: 500 pushes per second, some clients coming and going."""
    file = os.path.join(cluster.RUN, "ledger-window-%d.json" % next(runs))
    return Ledger("--rate", "500", "--churn", str(churn), *flags, file=file, **settings)


def also(kind, port):
    """The comets of the cluster and one more."""
    return "%s,%d" % (comet_ports(kind), port)


def sessions_of(uid, seconds=10):
    """Listed sessions of a user; a router that cannot say on a busy machine is asked again. None when it cannot say at all."""
    end = time.monotonic() + seconds
    while True:
        status, text = cluster.get("%s/admin/v1/session?uid=%d" % (cluster.admin(), uid))
        if status == 404:
            return []
        if status == 200:
            return json.loads(text)["sessions"]
        if time.monotonic() > end:
            return None
        time.sleep(0.1)
