"""A small file system of its own in the place of media.dir, which stays when logic ends. IM_MEDIA_DIR comes from the environment."""
import contextlib
import os
import re
import shlex
import subprocess

import cluster
from wait import eventually

FOLDER = os.environ["IM_MEDIA_DIR"]
WAYS = (("unshare", "--mount"), ("unshare", "--map-root-user", "--mount"))
ENTER = (("nsenter", "--mount"), ("nsenter", "--user", "--preserve-credentials", "--mount"))


class SmallDisk:
    """Made with `size` bytes, gone at the end. A process that only sleeps keeps it."""

    def __init__(self, size):
        self.size, self.keeper, self.enter = size, None, None

    def __enter__(self):
        mount = "mount -t tmpfs -o size=%d tmpfs %s && echo made && exec sleep infinity" % (self.size, shlex.quote(FOLDER))
        for way, enter in zip(WAYS, ENTER):
            self.keeper = subprocess.Popen([*way, "sh", "-c", mount], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            if self.keeper.stdout.readline() == "made\n":
                self.enter = [*enter, "--target", str(self.keeper.pid), "--"]
                return self
            self.keeper.wait()
        return None

    def __exit__(self, *_):
        if self.enter:
            self.keeper.kill()
            self.keeper.wait()

    def seen(self, *names):
        """The path of something on it for those outside."""
        return os.path.join("/proc/%d/root%s" % (self.keeper.pid, FOLDER), *names)

    def free(self):
        facts = os.statvfs(self.seen())
        return facts.f_bavail * facts.f_bsize

    def logic(self, *flags):
        """logic-1 with its media and its database on it; afterwards as it was."""
        def edit(usual):
            moved = re.sub(r"store\.dsn=\S+", "store.dsn=sqlite:%s/im.db" % FOLDER, usual)
            return " ".join(map(shlex.quote, self.enter)) + " " + " ".join((moved.rstrip("\n"), *flags)) + "\n"
        return cluster.command("logic-1", edit)

    @contextlib.contextmanager
    def filled(self, but=0):
        """Nothing is free on it but so many bytes."""
        path = self.seen("filler")
        with open(path, "wb", buffering=0) as file:
            with contextlib.suppress(OSError):
                while file.write(bytes(4096)):
                    pass
            file.truncate(max(0, os.path.getsize(path) - but))
        try:
            yield
        finally:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path)


def killed_and_started():
    """Its number; it is alive, which is all that is waited for."""
    cluster.kill("logic-1")
    cluster.start("logic-1", wait=False)
    number = cluster.pid("logic-1")
    eventually(lambda: not cluster.alive(number) or cluster.live("logic-1"), "logic-1 neither ends nor answers", cluster.PATIENCE)
    return number
