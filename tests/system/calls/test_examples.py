#!/usr/bin/env python3
"""Plays the examples of docs/calls.md, in order, against a cluster. As test_calls.py."""
import os
import random
import re
import sys

from examples import Stage, blocks_of
from peer import Device, person
from runner_of_cases import run

TCP, TCP2 = int(os.environ["IM_TCP"]), int(os.environ["IM_TCP2"])
PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "docs", "calls.md")


def examples_of_the_page():
    lines = [line for block in blocks_of(PAGE, "call") for line in block.splitlines()]
    assert len(lines) > 60, len(lines)
    stage = Stage({"ann": Device(TCP, person(), "ann"), "bob": Device(TCP2, person(), "bob")},
                  {"$meeting": str(random.randrange(10**9, 10**10))})
    for line in lines:
        stage.play(line)


def every_command_and_event_has_an_example():
    with open(PAGE) as file:
        text = file.read()
    examples = "".join(blocks_of(PAGE, "call"))
    named = set(re.findall(r"^\| `(call\.\w+)`", text, re.M)) - {
        "call.transfer", "call.handled_elsewhere", "call.mirror", "call.add", "call.still_ringing"}  # test_calls.py, test_add.py, test_rings.py
    missing = sorted(name for name in named if '"%s"' % name not in examples)
    assert not missing, missing


if __name__ == "__main__":
    sys.exit(run("examples of docs/calls.md", globals()))
