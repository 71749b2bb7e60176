"""`imctl --json chat` as a process: lines in, objects out. IMCTL and IM_PUBLIC come from the environment."""
import json
import os
import signal
import subprocess
import threading
import time

IMCTL, PUBLIC = os.environ["IMCTL"], os.environ["IM_PUBLIC"]
PASSWORD = "correct horse"
SECONDS = 60  # a busy machine; what is there is there at once


class Chat:
    """One run, connected to the comet at `port`, in the folder `cwd`; `state` makes the next run of the same file the same device."""

    def __init__(self, login, port, *flags, state=None, ready=True, cwd=None):
        words = [IMCTL, "--json", "chat", "--server", PUBLIC, "--login", login, "--tcp", "127.0.0.1:%d" % port, "--everything", *flags]
        if state:
            words += ["--state", state]
        self.process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                        cwd=cwd, env={**os.environ, "IM_PASSWORD": PASSWORD})
        self.events, self.changed = [], threading.Condition()
        threading.Thread(target=self._read, daemon=True).start()
        self.uid = int(self.wait(event="status", state="ready")["text"].split()[-1]) if ready else None

    def _read(self):
        for line in self.process.stdout:
            with self.changed:
                self.events.append(json.loads(line))
                self.changed.notify_all()

    def find(self, **want):
        with self.changed:
            return [event for event in self.events if all(event.get(name) == value for name, value in want.items())]

    def wait(self, count=1, **want):
        """The last of the first `count` events that have these members."""
        end = time.monotonic() + SECONDS
        with self.changed:
            while len(self.find(**want)) < count:
                left = end - time.monotonic()
                assert left > 0, "no %d x %r in %r; %s" % (count, want, self.events[-20:], self.process.poll())
                self.changed.wait(left)
            return self.find(**want)[count - 1]

    def type(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def ask(self, cmd, **fields):
        """The answer to one request."""
        before = len(self.find(event="answer", cmd=cmd))
        self.type("/do %s %s" % (cmd, json.dumps(fields)))
        return self.wait(before + 1, event="answer", cmd=cmd)

    def seqs(self, conv):
        """Of the rows that were shown, in the order in which they were."""
        return [event["seq"] for event in self.find(event="row", conv_id=conv)]

    def bodies(self, conv):
        return [event["body"] for event in self.find(event="row", conv_id=conv, kind="message")]

    def unread(self, conv):
        lines = [line for line in self.ask("sync.all")["conversations"] if line["conv_id"] == conv]
        return lines[0]["unread"] if lines else None

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def end(self):
        """Ends as at the end of a pipe; (exit code, what it said on stderr)."""
        if self.process.poll() is None:
            self.process.stdin.close()
        code = self.process.wait(SECONDS)
        return code, self.process.stderr.read()
