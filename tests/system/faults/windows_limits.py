"""F24: a daemon may have no more memory, or the disk of the logs is full. (Descriptors: group nodes.)"""
import contextlib
import json
import os
import resource
import shlex
import signal
import socket
import time

import cluster
from goim_client import Closed, TcpClient
from tmpfs import Tmpfs
from wait import eventually
from window import QUICK, Row, load, times

LAST_LINES = ("out of memory, this process ends", "a library aborts this process", "an exception that nobody catches ends this process",
              "a bad address ends this process")
MISSING = "lines of this log are missing before this one"
DISK = 1 << 20
VICTIMS = ("comet-1", "logic-1", "router-1", "job-1")


def lines_of(path):
    with open(path, encoding="utf-8") as file:
        return file.read().splitlines()


def logged(path, message):
    """The lines with this message; what is torn is no line."""
    found = []
    for line in lines_of(path):
        with contextlib.suppress(ValueError):
            found += [one for one in [json.loads(line)] if one.get("msg") == message]
    return found


def lost_lines(name):
    return int(cluster.metrics(name)["im_log_lines_lost_total"])


def speak(name):
    """A line of its log, and nothing else: what SIGUSR1 does."""
    os.kill(cluster.pid(name), signal.SIGUSR1)


def logs_on(disk):
    """The victims started again with their logs there; afterwards as they were."""
    def edit(name):
        head = [*disk.enter, "sh", "-c", 'exec "$@" >>"$0" 2>&1', os.path.join(disk.folder, name + ".log")]
        return lambda usual: " ".join(map(shlex.quote, head)) + " " + usual
    with contextlib.ExitStack() as started:
        for name in VICTIMS:
            started.enter_context(cluster.command(name, edit(name)))
        return started.pop_all()


def f24_full_log():
    row = Row("F24", "the disk of the logs of a comet, a logic, a router and a job is full for %d s" % times(5, 60))
    folder = os.path.join(cluster.RUN, "small-log")
    os.makedirs(folder, exist_ok=True)
    with Tmpfs(folder, DISK) as disk:
        if disk is None:
            print("a full disk of logs: not tested, there are no mount namespaces here")
            return row
        with logs_on(disk):
            with load(*QUICK) as ledger:
                with disk.filled():
                    for name in VICTIMS:  # the last block of a log may have room for some lines yet
                        eventually(lambda name=name: speak(name) or lost_lines(name) > 0, "no line of %s is lost" % name, 60, 0.02)
                    time.sleep(times(5, 60))
                    unready = [name for name in VICTIMS if not cluster.ready(name)]
                for name in VICTIMS:
                    speak(name)
                time.sleep(2)
            told = {name: sum(line["lines"] for line in logged(disk.seen(name + ".log"), MISSING)) for name in VICTIMS}
            lost = {name: lost_lines(name) for name in VICTIMS}
    row.count(**{"lines_lost_" + name: count for name, count in lost.items()})
    row.must(not unready, "not ready while the disk was full: %s" % " ".join(unready))
    row.must(told == lost, "the logs say that %r lines are missing" % told)
    return row.judge(ledger)


def hold_memory(number):
    """From now on it gets no memory of the system: what it has is all."""
    before = resource.prlimit(number, resource.RLIMIT_DATA)
    resource.prlimit(number, resource.RLIMIT_DATA, (1 << 20, before[1]))
    return before


def press(first_uid, clients):
    """Logins, each with a long room: rows for comet and router, work for logic."""
    held = []
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    for i in range(clients):
        try:
            held.append(TcpClient(cluster.port("comet-1", "tcp.port")).auth(mid=first_uid + i, key="press-%d" % i, accepts=[1000],
                                                                            room_id="live://press-%d-%s" % (i, "x" * 80)))
        except (OSError, AssertionError, Closed):
            break  # what they go through has ended
    return held


def crowd(name):
    """Many who begin and do not go on: half a push at a logic, an empty HTTP/2 connection at the gRPC port of others."""
    half_a_push = b"POST /goim/push/mids?operation=1000&mids=74900001 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\n\r\n" + b"x" * 59000
    no_settings = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\4\0\0\0\0\0"
    flag, begin = ("http.push_port", half_a_push) if name.startswith("logic") else ("grpc.port", no_settings)
    held = []
    with contextlib.suppress(OSError):  # it has ended
        for _ in range(400):
            held.append(socket.create_connection(("127.0.0.1", cluster.port(name, flag)), timeout=5))
            held[-1].sendall(begin)
    return held


def out_of_memory(name, must_end=False):
    row = Row("F24", "%s gets no more memory" % name)
    log = os.path.join(cluster.RUN, "log", name + ".log")
    with load(*QUICK) as ledger:
        time.sleep(2)
        number, written = cluster.pid(name), len(lines_of(log))
        before = hold_memory(number)
        held = press(74_000_001, times(1500, 5000))
        held += crowd(name) if not name.startswith("job") else []
        with contextlib.suppress(AssertionError):
            eventually(lambda: not cluster.alive(number), "it lives", 5)
        ended = not cluster.alive(number)
        others = [other for other in VICTIMS if other != name and not cluster.alive(cluster.pid(other))]
        if ended:
            last = lines_of(log)[written:]
            row.must(any(words in line for line in last for words in LAST_LINES), "it ends without a word: %r" % last[-1:])
            cluster.start(name)
        else:
            resource.prlimit(number, resource.RLIMIT_DATA, before)
            eventually(lambda: cluster.ready(name), "%s lives and is not ready" % name, cluster.PATIENCE)
        time.sleep(3)
    for client in held:
        client.close()
    row.count(ended=int(ended))
    row.must(ended or not must_end, "it did not run out of memory")
    row.must(not others, "it took others with it: %s" % " ".join(others))
    return row.judge(ledger, may_refuse=name.startswith(("logic", "router")))


def f24_memory_comet():
    return out_of_memory("comet-1", must_end=True)


def f24_memory_logic():
    return out_of_memory("logic-1")


def f24_memory_router():
    return out_of_memory("router-1")


def f24_memory_job():
    return out_of_memory("job-1")


SCENARIOS = [f24_full_log, f24_memory_comet, f24_memory_logic, f24_memory_router, f24_memory_job]
