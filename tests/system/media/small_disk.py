"""A small file system of its own in the place of media.dir, which stays when logic ends. IM_MEDIA_DIR comes from the environment."""
import os
import re
import shlex

import cluster
from tmpfs import Tmpfs
from wait import eventually

FOLDER = os.environ["IM_MEDIA_DIR"]


class SmallDisk(Tmpfs):
    """With `size` bytes."""

    def __init__(self, size):
        super().__init__(FOLDER, size)

    def logic(self, *flags):
        """logic-1 with its media and its database on it; afterwards as it was."""
        def edit(usual):
            moved = re.sub(r"store\.dsn=\S+", "store.dsn=sqlite:%s/im.db" % FOLDER, usual)
            return " ".join(map(shlex.quote, self.enter)) + " " + " ".join((moved.rstrip("\n"), *flags)) + "\n"
        return cluster.command("logic-1", edit)


def killed_and_started():
    """Its number; it is alive, which is all that is waited for."""
    cluster.kill("logic-1")
    cluster.start("logic-1", wait=False)
    number = cluster.pid("logic-1")
    eventually(lambda: not cluster.alive(number) or cluster.live("logic-1"), "logic-1 neither ends nor answers", cluster.PATIENCE)
    return number
