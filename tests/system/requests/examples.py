"""Plays the examples of a page: blocks of lines `who> {...}` (asked), `who< {...}` (the answer, or an event), `who= ` (on a new connection).
"$name" stands for what the server made; "$any" for anything; members that are not shown are not looked at."""
import json
import re


def blocks_of(page, kind):
    with open(page) as file:
        return re.findall(r"^```%s\n(.*?)^```$" % kind, file.read(), re.M | re.S)


class Stage:
    """`people`: name → a device with uid, ask(), event(), again(). `names`: what "$name" is already known to be."""

    def __init__(self, people, names=None):
        self.people = people
        self.names = {"$" + name: device.uid for name, device in people.items()}
        self.names.update(names or {})
        self.waiting = {}  # the answer that a person has yet to show

    def filled(self, value):
        if isinstance(value, dict):
            return {self.names.get(name, name): self.filled(one) for name, one in value.items()}
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
