#!/usr/bin/env python3
"""A Redis master, its replica and three Sentinels, which promote the replica when the master is gone.
  redis_set.py start DIR    prints the addresses of the Sentinels, with commas
  redis_set.py stop DIR"""
import glob
import os
import shutil
import signal
import subprocess
import sys
import time

from proxy import free_port

NAME = "im"


def cli(port, *words):
    return subprocess.run(["redis-cli", "-p", str(port), *words], capture_output=True, text=True, timeout=10).stdout.strip()


class RedisSet:
    def __init__(self, folder):
        self.folder = folder

    def ports(self, kind):
        return sorted(int(path.rsplit("-", 1)[1][:-5]) for path in glob.glob(os.path.join(self.folder, kind + "-*.conf")))

    def write(self, kind, port, *lines):
        common = ["port %d" % port, "bind 127.0.0.1", "daemonize yes", "dir " + self.folder, "protected-mode no",
                  "pidfile %s/%s-%d.pid" % (self.folder, kind, port), "logfile %s/%s-%d.log" % (self.folder, kind, port)]
        with open(os.path.join(self.folder, "%s-%d.conf" % (kind, port)), "w") as file:
            file.write("\n".join(common + list(lines)) + "\n")
        self.run(kind, port)

    def run(self, kind, port):
        words = ["redis-server", os.path.join(self.folder, "%s-%d.conf" % (kind, port))]
        subprocess.run(words + (["--sentinel"] if kind == "sentinel" else []), check=True, capture_output=True, timeout=20)
        end = time.monotonic() + 20
        while cli(port, "ping") != "PONG":
            assert time.monotonic() < end, "%s on port %d does not answer" % (kind, port)
            time.sleep(0.05)

    def start(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder)
        memory_only = ('save ""', "appendonly no")
        master, replica = free_port(), free_port()
        self.write("server", master, *memory_only)
        self.write("server", replica, *memory_only, "replicaof 127.0.0.1 %d" % master)
        for _ in range(3):
            self.write("sentinel", free_port(), "sentinel monitor %s 127.0.0.1 %d 2" % (NAME, master),
                       "sentinel down-after-milliseconds %s 1000" % NAME, "sentinel failover-timeout %s 5000" % NAME)
        self.wait_until_safe()

    def master(self):
        """The port of the master as the first Sentinel sees it."""
        return int(cli(self.ports("sentinel")[0], "sentinel", "get-master-addr-by-name", NAME).splitlines()[1])

    def wait_until_safe(self, seconds=40):
        """Until a replica follows the master and the Sentinels know it and each other."""
        end = time.monotonic() + seconds
        sentinels = self.ports("sentinel")
        while True:
            asked = [cli(port, "sentinel", "ckquorum", NAME) for port in sentinels]
            follows = "state=online" in cli(self.master(), "info", "replication")
            known = all("flags\nslave\n" in cli(port, "sentinel", "replicas", NAME) + "\n" for port in sentinels)
            if follows and known and all(answer.startswith("OK 3") for answer in asked):
                return
            assert time.monotonic() < end, "no safe master and replica: %s" % asked
            time.sleep(0.2)

    def kill(self, port):
        with open(os.path.join(self.folder, "server-%d.pid" % port)) as file:
            os.kill(int(file.read()), signal.SIGKILL)

    def stop(self):
        for path in glob.glob(os.path.join(self.folder, "*.pid")):
            with open(path) as file:
                try:
                    os.kill(int(file.read()), signal.SIGKILL)
                except (OSError, ValueError):
                    pass


def main():
    one = RedisSet(sys.argv[2])
    if sys.argv[1] == "start":
        one.start()
        print(",".join("127.0.0.1:%d" % port for port in one.ports("sentinel")))
    else:
        one.stop()


if __name__ == "__main__":
    main()
