#!/usr/bin/env python3
"""Plays the examples of docs/calls.md, in order, against a cluster. As test_calls.py."""
import json
import os
import random
import re
import sys

from peer import Device, person
from runner_of_cases import run

TCP, TCP2 = int(os.environ["IM_TCP"]), int(os.environ["IM_TCP2"])
PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "docs", "calls.md")


class Stage:
    def __init__(self):
        self.people = {"ann": Device(TCP, person(), "ann"), "bob": Device(TCP2, person(), "bob")}
        self.names = {"$" + name: device.uid for name, device in self.people.items()}
        self.names["$meeting"] = str(random.randrange(10**9, 10**10))
        self.waiting = {}  # the answer that a person has yet to show

    def filled(self, value):
        if isinstance(value, dict):
            return {name: self.filled(one) for name, one in value.items()}
        if isinstance(value, list):
            return [self.filled(one) for one in value]
        return self.names.get(value, value) if isinstance(value, str) else value

    def fits(self, want, got):
        """What is shown must be there; a name that is new takes what it finds."""
        if want == "$any":
            return True
        if isinstance(want, str) and want.startswith("$"):
            return self.names.setdefault(want, got) == got
        if isinstance(want, dict):
            return isinstance(got, dict) and all(name in got and self.fits(one, got[name]) for name, one in want.items())
        if isinstance(want, list):
            return isinstance(got, list) and len(want) == len(got) and all(map(self.fits, want, got))
        return want == got

    def known(self, shown):
        """By what an event is told from others of its kind: the plain members that are shown."""
        filled = self.filled({name: value for name, value in shown.items() if name != "cmd"})
        return {name: value for name, value in filled.items()
                if not isinstance(value, (dict, list)) and not str(value).startswith("$")}

    def play(self, line):
        who, sign, text = re.match(r"(\w+)([<>=]) (.*)", line).groups()
        if sign == "=":
            self.people[who].close()
            self.people[who] = self.people[who].again()
            return
        shown = json.loads(text)
        if sign == ">":
            sent = self.filled(shown)
            self.waiting[who] = self.people[who].ask(sent.pop("cmd"), **sent)
        elif "ok" in shown:
            got = self.waiting.pop(who)
            assert self.fits(shown, got), (line, got)
        else:
            got = self.people[who].event(shown["cmd"], **self.known(shown))
            assert self.fits(shown, got), (line, got)


def examples_of_the_page():
    with open(PAGE) as file:
        blocks = re.findall(r"^```call\n(.*?)^```$", file.read(), re.M | re.S)
    lines = [line for block in blocks for line in block.splitlines()]
    assert len(lines) > 60, len(lines)
    stage = Stage()
    for line in lines:
        stage.play(line)


def every_command_and_event_has_an_example():
    with open(PAGE) as file:
        text = file.read()
    examples = "".join(re.findall(r"^```call\n(.*?)^```$", text, re.M | re.S))
    named = set(re.findall(r"^\| `(call\.\w+)`", text, re.M)) - {"call.transfer", "call.handled_elsewhere", "call.mirror"}  # test_calls.py
    missing = sorted(name for name in named if '"%s"' % name not in examples)
    assert not missing, missing


if __name__ == "__main__":
    sys.exit(run("examples of docs/calls.md", globals()))
