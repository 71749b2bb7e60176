#!/usr/bin/env python3
"""Plays the examples of docs/chat.md, in order. A cluster with identity accounts, a store and two comets. IM_TCP, IM_TCP2, IM_PUBLIC come from
the environment."""
import os
import re
import sys

from device import Device, person
from doors import Listener
from examples import Stage, blocks_of
from goim_client import TcpClient
from runner_of_cases import run

TCP, TCP2 = int(os.environ["IM_TCP"]), int(os.environ["IM_TCP2"])
PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "docs", "chat.md")


EVENTS = ("msg.new", "msg.changed", "read", "delivered", "typing", "conv", "group", "contact", "presence")


class Talker(Device):
    def again(self):
        """On a new connection, before its hello."""
        fresh = Talker.__new__(Talker)
        fresh.port, fresh.login, fresh.token, fresh.uid = self.port, self.login, self.token, self.uid
        Listener.__init__(fresh, TcpClient, self.port, self.token.encode(), hello=False)
        return fresh


def examples_of_the_page():
    lines = [line for block in blocks_of(PAGE, "chat") for line in block.splitlines()]
    assert len(lines) > 130, len(lines)
    ann = Talker(TCP, person())
    stage = Stage({"ann": ann, "pad": Talker(TCP2, ann.login), "bob": Talker(TCP2, person()), "eve": Talker(TCP, person())})
    for line in lines:
        stage.play(line)


def commands_of_the_page():
    """What stands in the first column of its tables of commands."""
    named, inside = set(), False
    with open(PAGE) as file:
        for line in file:
            inside = line.startswith("| command |") or (inside and line.startswith("|"))
            if inside:
                named.update(re.findall(r"`([\w.]+)`", line.split("|")[1]))
    return named


def every_command_and_event_has_an_example():
    named = commands_of_the_page()
    assert len(named) > 45, named
    lines = [line for block in blocks_of(PAGE, "chat") for line in block.splitlines()]
    asked = "".join(line for line in lines if re.match(r"\w+> ", line))
    told = "".join(line for line in lines if re.match(r"\w+< ", line))
    missing = sorted(name for name in named | {"hello"} if '"cmd":"%s"' % name not in asked)
    missing += [name for name in EVENTS if '"cmd":"%s"' % name not in told]
    assert not missing, missing


if __name__ == "__main__":
    sys.exit(run("examples of docs/chat.md", globals()))
