"""A database that is bad for a while: a coded answer for each command, nothing stored, nothing accepted and lost, and all is well afterwards."""
import os
import subprocess
import uuid

import cluster
from device import PASSWORD, person, public
from doors import Http
from wait import until_it_passes


def account():
    login = person()
    answer = Http(public()).ask("account.login", login=login, password=PASSWORD, device="web")
    assert answer["ok"], answer
    door = Http(public(), answer["token"])
    door.patience = 60  # a database that does not answer costs its own deadlines first
    door.uid = answer["uid"]
    return door


class Writers:
    """Ann has written to Bob; what is tried while the database is bad has to be refused with one of `codes`, or be there afterwards."""

    def __init__(self):
        self.ann, self.bob = until_it_passes(account, 60), until_it_passes(account, 60)  # each connection finds out by itself
        self.tried, self.acked, self.conv = [], ["before"], until_it_passes(self.begin, 60)

    def begin(self):
        answer = self.ann.ask("msg.send", to=self.bob.uid, client_msg_id="before", body="before")
        assert answer["ok"], answer
        return answer["conv_id"]

    def write(self):
        """The code of the answer; 0: it was good."""
        text = uuid.uuid4().hex
        answer = self.ann.ask("msg.send", conv_id=self.conv, client_msg_id=text, body=text)
        self.tried.append(text)
        if answer["ok"]:
            self.acked.append(text)
            return 0
        assert answer["error"] and "retry_ms" in answer, answer
        for inside in ("sql", "mysql", "UPDATE", "INSERT", "/build/", "sock"):
            assert inside not in answer["error"], answer
        return answer["code"]

    def bad(self, codes, times=5):
        seen = [self.write() for _ in range(times)]
        assert set(seen) <= set(codes), seen
        return seen

    def good_again(self):
        cluster.eventually(lambda: self.write() == 0, "it is not written again", 60, 0.3)
        rows = [row["body"] for row in self.bob.ask("sync", conv_id=self.conv)["messages"]]
        assert set(self.acked) <= set(rows), "acknowledged and not there"
        assert len(rows) == len(set(rows)), rows
        for text in self.tried:  # sent again: once, whatever became of the first
            assert self.ann.ask("msg.send", conv_id=self.conv, client_msg_id=text, body=text)["ok"]
        rows = self.bob.ask("sync", conv_id=self.conv)["messages"]
        assert sorted(row["body"] for row in rows) == sorted([*self.tried, "before"]), rows
        assert [row["seq"] for row in rows] == list(range(1, len(rows) + 1))


class Injected:
    """Each `call` of logic-1 fails with `error` meanwhile (strace)."""

    def __init__(self, call, error):
        self.log = os.path.join(cluster.RUN, "log", "strace-%s.log" % error)
        self.command = ["strace", "-f", "-qq", "-o", self.log, "-p", str(cluster.pid("logic-1")), "-e", "trace=" + call,
                        "-e", "inject=%s:error=%s" % (call, error)]

    def attached(self):
        with open("/proc/%d/status" % cluster.pid("logic-1")) as file:
            return "TracerPid:\t0\n" not in file.read()

    def __enter__(self):
        self.tracer = subprocess.Popen(self.command)
        cluster.eventually(self.attached, "strace does not attach", 30)
        return self

    def __exit__(self, *_):
        self.tracer.terminate()
        self.tracer.wait()
        cluster.eventually(lambda: not self.attached(), "strace does not let go", 30)

    def hits(self):
        with open(self.log, errors="replace") as file:
            return file.read().count("(INJECTED)")
