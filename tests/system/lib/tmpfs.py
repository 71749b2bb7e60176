"""A small file system in a mount namespace of its own."""
import contextlib
import os
import shlex
import subprocess

WAYS = (("unshare", "--mount"), ("unshare", "--map-root-user", "--mount"))
ENTER = (("nsenter", "--mount"), ("nsenter", "--user", "--preserve-credentials", "--mount"))


class Tmpfs:
    """Made with `size` bytes in the place of a folder that is there, gone at the end. A process that only sleeps keeps it. `enter`: the words
    before a command that is to see it. None of it where there are no mount namespaces: `with` gives None."""

    def __init__(self, folder, size):
        self.folder, self.size, self.keeper, self.enter = folder, size, None, None

    def __enter__(self):
        mount = "mount -t tmpfs -o size=%d tmpfs %s && echo made && exec sleep infinity" % (self.size, shlex.quote(self.folder))
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
        return os.path.join("/proc/%d/root%s" % (self.keeper.pid, self.folder), *names)

    def free(self):
        facts = os.statvfs(self.seen())
        return facts.f_bavail * facts.f_bsize

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
