"""im-ledger as a process beside the faults: start it, hurt the cluster, end it, read its counters."""
import os
import random
import re
import signal
import subprocess
import threading
import time

import cluster

from sample import seed_number

BROKEN = ("lost", "dup_same", "dup_shown", "reorder", "phantom")
END_SECONDS = 600  # it waits as long as something comes, at most 300 s, and counts sessions twice
chances = random.Random(seed_number())


def comet_ports(kind):
    return ",".join(str(cluster.port(name, kind + ".port")) for name in cluster.names("comet"))


class Ledger:
    """`with Ledger(...) as ledger: faults()`, then ledger.counters and ledger.code."""

    def __init__(self, *flags, tcp=None, ws=None, also_api=None, file=None, seed=None):
        """`seed`: for what clients and pushers do by chance (pushes by key, to all and through /v1/push, op 12, Close frames, two
        connections with one key). IM_LOAD_KEY: an API key of the cluster; without it nothing goes through /v1/push."""
        ports = [cluster.port(name, "http.push_port") for name in cluster.names("logic")] + ([also_api] if also_api else [])
        apis = ",".join("127.0.0.1:%d" % port for port in ports)
        self.command = [os.path.join(cluster.BIN, "im-ledger"), "--api", apis, "--tcp", tcp or comet_ports("tcp"),
                        "--ws", ws or comet_ports("ws"), "--admin", cluster.admin(),
                        "--seed", str(seed or chances.randrange(1, 2 ** 31)), *flags]
        if os.environ.get("IM_LOAD_KEY"):
            self.command += ["--api-key", os.environ["IM_LOAD_KEY"]]
        if file:
            self.command += ["--ledger", file]
        self.output = []
        self.counters = {}
        self.code = None

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        first = self.process.stdout.readline()
        self.output.append(first)
        print("load: %s" % first.strip(), flush=True)
        if not re.match(r"connections=(\d+) open=\1 ", first):
            self.process.wait()
            raise AssertionError("im-ledger did not begin: %s%s" % (first, self.process.stdout.read()))
        # The rest is read beside the faults, so that a full pipe never holds im-ledger back.
        self.reader = threading.Thread(target=lambda: self.output.extend(self.process.stdout), daemon=True)
        self.reader.start()
        return self

    def __exit__(self, kind, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.reader.join(10)
        self.code = self.process.returncode
        for line in self.output:
            self.counters.update({key: float(value) for key, value in re.findall(r"(\w+)=(-?[\d.]+)", line)})
        return False

    def text(self):
        return "".join(self.output)

    def count(self, name):
        return int(self.counters.get(name, -1))

    def judged_share(self):
        pairs = self.count("judged") + self.count("away") + self.count("cut")
        return self.count("judged") / max(1, pairs)

    def faults_seen(self, enough=0.3, strict=False):
        """What breaks the promise, as words; empty when the run is good. `strict`: older connections of a key that stayed open, too; when
        parts die, whoever had to close them may have been one of them."""
        wrong = ["%s=%d" % (name, self.count(name)) for name in BROKEN if self.count(name) != 0]
        for name in ("stale_sessions", "unlisted") + (("kept_old",) if strict else ()):
            if self.count(name) != 0:
                wrong.append("%s=%d" % (name, self.count(name)))
        if self.count("connected_at_end") != self.count("connections"):
            wrong.append("connected_at_end=%d of %d" % (self.count("connected_at_end"), self.count("connections")))
        if self.judged_share() < enough:
            wrong.append("only %.0f %% of the pairs could be judged" % (100 * self.judged_share()))
        if not wrong and self.code != 0:
            wrong.append("im-ledger ended with %s" % self.code)
        return wrong


def warm_up():
    """The first seconds of a cluster and its broker on a busy machine, in which pushes wait longer than their caller: judged by nobody."""
    with Ledger("--rate", "300", "--settle", "2"):
        time.sleep(5)
