#!/usr/bin/env python3
"""The commands of docs/media.md "Try it", run as they stand, on our port; and what they print. IM_PUBLIC comes from the environment."""
import os
import re
import subprocess
import sys
import tempfile

import cluster
from media_client import PUBLIC
from runner import run

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "requests"))
from doors import Http  # noqa: E402


def the_commands_do_what_the_page_says():
    with open(os.path.join(cluster.ROOT, "docs", "media.md")) as file:
        part = file.read().split("## Try it\n", 1)[1].split("\n## ", 1)[0]
    commands, = re.findall(r"```sh\n(.*?)```", part, re.S)
    printed, = re.findall(r"```text\n(.*?)```", part, re.S)
    assert "http://127.0.0.1:3113" in commands
    for login in ("ann", "bob"):  # ./im demo makes them
        assert Http(PUBLIC).ask("account.register", login=login, password="correct horse")["ok"]
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(2):  # who tries it tries it again
            done = subprocess.run(["bash", "-euo", "pipefail", "-c", commands.replace("http://127.0.0.1:3113", PUBLIC)], cwd=folder,
                                  capture_output=True, text=True, timeout=120)
            assert (done.returncode, done.stdout) == (0, printed), done


if __name__ == "__main__":
    sys.exit(run("media: try it", [the_commands_do_what_the_page_says]))
