"""`imctl bench chat` beside a fault, and rows of a table as those of tests/system/faults. IMCTL, IM_PUBLIC, IM_RUN_DIR come from the
environment."""
import contextlib
import os
import re
import shlex
import signal
import subprocess
import threading

import cluster

FULL = bool(os.environ.get("FULL"))
MUST_BE_ZERO = ("lost", "dup", "reorder", "gap", "phantom", "unpushed", "miscount", "open")
TOLD = ("sent", "acked", "refused", "held", "judged", "counts", "copies", "losses") + MUST_BE_ZERO
# Bounds, not measures: a load that is still busy then is stuck. It ends by itself 900 s after its last message (--settle).
BEGIN_SECONDS, END_SECONDS = 600, 2400


def times(short, full):
    return full if FULL else short


class Load:
    """`with Load(...) as load: faults()`, then load.count(...) and load.wrong()."""

    def __init__(self, *flags, rate=300, users=100, conversations=25, seconds=0, comets=None):
        self.conversations = conversations
        comets = comets or [cluster.port(name, "tcp.port") for name in cluster.names("comet")]
        self.command = [os.environ["IMCTL"], "bench", "chat", "--server", os.environ["IM_PUBLIC"], "--comets",
                        ",".join("127.0.0.1:%d" % port for port in comets), "--users", str(users), "--conversations", str(conversations),
                        "--rate", str(rate), "--seconds", str(seconds), *flags]
        self.output, self.code = [], None

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        watchdog = threading.Timer(BEGIN_SECONDS, self.process.kill)
        watchdog.start()
        first = self.process.stdout.readline()
        watchdog.cancel()
        self.output.append(first)
        if not re.match(r"devices=(\d+) open=\1$", first):
            self.process.kill()
            raise AssertionError("the load did not begin: %s%s" % (first, self.process.stdout.read()))
        self.reader = threading.Thread(target=lambda: self.output.extend(self.process.stdout), daemon=True)
        self.reader.start()
        return self

    def __exit__(self, *_):
        if "--seconds" in self.command and self.command[self.command.index("--seconds") + 1] == "0":
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.reader.join(10)
        self.code = self.process.returncode
        return False

    def text(self):
        return "".join(self.output)

    def count(self, name):
        found = re.findall(r"\b%s=(-?[\d.]+)" % name, self.text())
        return float(found[-1]) if found else -1.0

    def wrong(self):
        """What breaks a promise; empty when the run is good."""
        wrong = ["%s=%d" % (name, self.count(name)) for name in MUST_BE_ZERO if self.count(name) != 0]
        if self.count("present_at_end") != self.count("devices"):
            wrong.append("present_at_end=%d of %d" % (self.count("present_at_end"), self.count("devices")))
        # Two devices count in a pair, at least; users in no conversation have nothing to count.
        if self.count("acked") < 100 or self.count("judged") < 100 or self.count("counts") < 2 * self.conversations:
            wrong.append("too little was judged")
        return wrong or (["imctl bench ended with %s" % self.code] if self.code else [])


class Row:
    def __init__(self, window, what):
        self.window, self.what, self.problems, self.detail = window, what, [], ""
        self.counters = []

    def must(self, good, otherwise):
        if not good:
            self.problems.append(otherwise)

    def judge(self, load):
        self.counters += ["%s=%d" % (name, load.count(name)) for name in TOLD]
        self.problems += load.wrong()
        self.detail = load.text() if load.wrong() else ""
        return self

    def must_be_red(self, load, *names):
        """A build with a fault of its own: the same run has to see it."""
        self.counters += ["%s=%d" % (name, load.count(name)) for name in TOLD]
        self.must(any(load.count(name) > 0 for name in names), "the checker saw nothing: %s" % load.text())
        return self


@contextlib.contextmanager
def instead(name, before=(), fault=""):
    """The daemon `name` of the cluster runs as another program meanwhile: under `before`, or the build with fault points. Yields a function
    that gives it back; it is given back at the end."""
    path = os.path.join(cluster.RUN, "cmd", name)
    with open(path) as file:
        usual = file.read()
    words = shlex.split(usual)
    if fault:
        words[0] = os.path.join(cluster.BIN, "..", "tests", name.split("-")[0] + "-faults")
        before = ("env", "FAULT=" + fault, *before)
    given_back = []

    def give_back():
        if given_back:
            return
        given_back.append(True)
        with open(path, "w") as file:
            file.write(usual)
        cluster.end(name)
        cluster.start(name)

    cluster.kill(name)
    with open(path, "w") as file:
        file.write(" ".join(shlex.quote(word) for word in (*before, *words)) + " ")
    cluster.start(name)
    try:
        yield give_back
    finally:
        give_back()
