#!/usr/bin/env python3
"""Plays the examples of docs/chat.md, in order. A cluster with identity accounts, a store and two comets. IM_TCP, IM_TCP2, IM_PUBLIC come from
the environment."""
import os
import re
import sys

from device import Device, person
from examples import Stage, blocks_of
from runner_of_cases import run

TCP, TCP2 = int(os.environ["IM_TCP"]), int(os.environ["IM_TCP2"])
PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "docs", "chat.md")


def examples_of_the_page():
    lines = [line for block in blocks_of(PAGE, "chat") for line in block.splitlines()]
    assert len(lines) > 70, len(lines)
    stage = Stage({"ann": Device(TCP, person()), "bob": Device(TCP2, person()), "eve": Device(TCP, person())})
    for line in lines:
        stage.play(line)


def every_command_of_groups_and_contacts_has_an_example():
    with open(PAGE) as file:
        rows = re.findall(r"^\| (`(?:group|contact|presence)\.[^|]*) \|", file.read(), re.M)
    named = {name for row in rows for name in re.findall(r"`([\w.]+)`", row)}
    assert len(named) > 20, named
    examples = "".join(blocks_of(PAGE, "chat"))
    missing = sorted(name for name in named if '"cmd":"%s"' % name not in examples)
    assert not missing, missing


if __name__ == "__main__":
    sys.exit(run("examples of docs/chat.md", globals()))
