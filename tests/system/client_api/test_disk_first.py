#!/usr/bin/env python3
"""What was acknowledged is on the disk (W14): strace of logic on SQLite shows, for each msg.send over HTTP and over a connection, that
fdatasync of the log has returned after the row was written and before the answer leaves. The build that answers before its commit is seen.
IM_TCP, IM_PUBLIC, IM_RUN_DIR, IM_BIN come from the environment."""
import os
import re
import sys
import uuid

import cluster
from device import Device, person, public
from doors import Http
from load import instead
from runner_of_cases import run
from wait import eventually

TCP = int(os.environ["IM_TCP"])
SENDS = 20
# The beginning of a line is the thread, padded to five figures: the end of a call that was interrupted by others stands on a line of its own.
BEGUN = re.compile(r"^(\d+) +(\w+)\((.*)")
GOES_ON = re.compile(r"^(\d+) +<\.\.\. (\w+) resumed>(.*)")


def traced(log):
    return ("strace", "-D", "-f", "--seccomp-bpf", "-qq", "-y", "-s", "70000", "-o", log,
            "-e", "trace=pwrite64,fdatasync,fsync,sendmsg,sendto,write,writev")


def steps(log):
    """Calls on the write-ahead log and sends to sockets, in order, at their beginning; of a sync its end counts."""
    open_syncs = {}
    with open(log, errors="replace") as file:
        for line in file:
            begun, resumed = BEGUN.match(line), GOES_ON.match(line)
            if begun:
                thread, call, rest = begun.groups()
                on_log, on_socket = "im.db-wal>" in rest[:400], "<TCP" in rest[:80] or "<socket" in rest[:80]
                if call == "pwrite64" and on_log:
                    yield "write", rest
                elif call in ("fdatasync", "fsync") and on_log:
                    if "<unfinished" in rest:
                        open_syncs[thread] = True
                    elif rest.rstrip().endswith("= 0"):
                        yield "sync", ""
                elif call not in ("pwrite64", "fdatasync", "fsync") and on_socket:
                    yield "send", rest
            elif resumed and resumed.group(2) in ("fdatasync", "fsync") and open_syncs.pop(resumed.group(1), False):
                if resumed.group(3).rstrip().endswith("= 0"):
                    yield "sync", ""


def too_early(log, sent):
    """Those of `sent` ((text, msg_id)) whose answer left before the disk had their row."""
    order = list(steps(log))
    early = []
    for text, msg_id in sent:
        written = next((i for i, (kind, rest) in enumerate(order) if kind == "write" and text in rest), None)
        name = '\\"msg_id\\":\\"%s\\"' % msg_id
        answered = next((i for i, (kind, rest) in enumerate(order) if kind == "send" and name in rest), None)
        assert answered is not None, "no answer in the trace: %s" % msg_id
        safe = written is not None and written < answered and any(kind == "sync" for kind, _ in order[written:answered])
        if not safe:
            early.append(msg_id)
    return early


def doors_of(bob):
    ann = Device(TCP, person())
    http = Http(public(), Device(TCP, person()).token)

    def say(ask):
        text = uuid.uuid4().hex
        answer = ask("msg.send", to=bob.uid, client_msg_id=uuid.uuid4().hex, body=text)
        assert answer["ok"], answer
        return text, answer["msg_id"]
    return lambda: say(http.ask), lambda: say(ann.ask)


def at_work(log):
    """A process with this file among its words."""
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/cmdline" % pid, "rb") as file:
                if os.fsencode(log) in file.read().split(b"\0"):
                    return True
        except OSError:
            pass
    return False


def watched(send, fault=""):
    """What send(doors) sent, and those of it that were answered too early."""
    log = os.path.join(cluster.RUN, "log", "strace-%s.log" % uuid.uuid4().hex[:6])
    with instead("logic-1", before=traced(log), fault=fault) as give_back:
        sent = send(doors_of(Device(TCP, person())))
        give_back()
    eventually(lambda: not at_work(log), "strace does not end", 60)  # the end of its log comes with its own end
    early = too_early(log, sent)
    os.remove(log)
    return sent, early


def the_disk_has_it_before_the_answer_leaves():
    sent, early = watched(lambda doors: [door() for door in doors for _ in range(SENDS // 2)])
    assert len(sent) == SENDS and early == [], early
    print("     answers after fdatasync: %d of %d" % (len(sent) - len(early), len(sent)))


def stalls():
    with open(os.path.join(cluster.RUN, "log", "logic-1.log"), errors="replace") as file:
        return file.read().count("hit: stall")


def early_answer_of_a_send(skip):
    """What was sent, and what of it was answered early; None when the early answer was of something else that was written just then."""
    before = stalls()

    def send(doors):
        sent = []
        while stalls() == before and len(sent) < 300:
            sent.append(doors[0]())
        return sent
    try:
        return watched(send, "store.early_answer:skip:%d,store.after_early_answer:stall" % skip)
    except OSError:
        return None


def an_answer_before_the_commit_is_seen():
    """A build that answers once before its commit, and is killed there."""
    seen = next(found for found in (early_answer_of_a_send(skip) for skip in range(40, 46)) if found)
    sent, early = seen
    assert early == [sent[-1][1]], (early, sent[-1])


if __name__ == "__main__":
    sys.exit(run("answers after the disk", globals()))
