#!/usr/bin/env python3
"""openapi.json of the client API against a new cluster with identity accounts and an empty store: every example is sent as it stands and in
order, and answered as it says. IM_PUBLIC, IM_OPS, IM_OPENAPI come from the environment. test_client_api.py --take FILE writes the answers."""
import json
import os
import re
import sys
import urllib.request

from doors import Http
from jsonschema import Draft202012Validator
from runner_of_cases import run

PUBLIC, OPS = os.environ["IM_PUBLIC"], os.environ["IM_OPS"]
with open(os.environ["IM_OPENAPI"]) as file:
    API = json.load(file)
# What the server makes anew each time.
MADE = {"ts", "edited_ts", "last_ts", "epoch", "token", "refresh", "device", "created", "last_seen", "expires_in_s", "muted_until"}
EVENT_TIME = re.compile(r'"until_ms":\d+')


def schema(part):
    return Draft202012Validator({"$ref": "#/schema", "schema": part, "components": API["components"]})


def shown(value, name=""):
    """The value without what is made anew."""
    if isinstance(value, dict):
        return {key: shown(one, key) for key, one in value.items()}
    if isinstance(value, list):
        return [shown(one) for one in value]
    if name == "body" and isinstance(value, str):
        return EVENT_TIME.sub('"until_ms":0', value)
    return "made" if name in MADE else value


class Story:
    """The users of the examples, with the tokens that they have got so far."""

    def __init__(self):
        self.tokens, self.last = {}, {}

    def filled(self, cmd, body):
        """Tokens and devices cannot stand in a document."""
        if cmd == "account.refresh":
            return dict(body, refresh=self.last["refresh"])
        if cmd == "device.kick":
            return dict(body, device=self.last["device"])
        return body

    def play(self, cmd, example):
        body = self.filled(cmd, example["value"])
        answer = Http(PUBLIC, self.tokens.get(example.get("x-as"))).ask(cmd, **body)
        if cmd == "account.register":
            self.tokens[body["login"]] = answer["token"]
        if cmd in ("account.login", "account.refresh"):
            self.last = answer
        return answer


def examples():
    for path, methods in API["paths"].items():
        call = methods["post"]
        asked = call["requestBody"]["content"]["application/json"]
        answered = call["responses"]["200"]["content"]["application/json"]
        for name, example in asked["examples"].items():
            yield path.split("/")[-1], name, example, asked["schema"], answered


def every_example_is_answered_as_it_says():
    story, count = Story(), 0
    for cmd, name, example, asks, answered in examples():
        schema(asks).validate(example["value"])
        got = story.play(cmd, example)
        assert got["ok"], (cmd, name, got)
        schema(answered["schema"]).validate(got)
        assert shown(got) == shown(answered["examples"][name]["value"]), (cmd, name, got)
        count += 1
    assert count > 60, count
    print("     examples replayed=%d" % count)


def every_failure_looks_as_it_says():
    ann = Http(PUBLIC, Http(PUBLIC).ask("account.register", login="failing", password="correct horse")["token"])
    got = {
        "Malformed": ann.raw("sync", b"{")[2],
        "NoToken": Http(PUBLIC).ask("sync", conv_id=1),
        "NotFound": ann.ask("sync", conv_id=1),
        "Conflict": Http(PUBLIC).ask("account.register", login="failing", password="correct horse"),
        "BadValue": ann.ask("sync"),
    }
    wrong = {}
    for name, answer in got.items():
        [described] = [one["value"] for one in API["components"]["responses"][name]["content"]["application/json"]["examples"].values()]
        if answer != described:
            wrong[name] = answer
    assert not wrong, wrong


def every_command_is_described_or_named():
    with urllib.request.urlopen(OPS + "/metrics", timeout=10) as reply:
        commands = set(re.findall(r'im_logic_requests_total\{cmd="([^"]+)"\}', reply.read().decode()))
    described = {path.split("/")[-1] for path in API["paths"]}
    elsewhere = tuple(API["x-elsewhere"])
    assert described <= commands, described - commands
    assert all(cmd in described or cmd.startswith(elsewhere) for cmd in commands), commands - described


def documents_are_served():
    for path, kind, word in (("openapi.json", "application/json", '"3.1.0"'), ("docs", "text/html", "docs/docs.js"),
                             ("docs/docs.js", "text/javascript", "openapi.json"), ("docs/docs.css", "text/css", "main")):
        with urllib.request.urlopen(PUBLIC + "/v1/" + path, timeout=10) as reply:
            text = reply.read().decode()
            assert reply.headers["Content-Type"].startswith(kind) and word in text, path
            assert "default-src 'none'" in reply.headers["Content-Security-Policy"], path


def take(path):
    """For whoever changes the document: what is answered now."""
    story, answers = Story(), {}
    for cmd, name, example, _, _ in examples():
        answers[cmd + "/" + name] = story.play(cmd, example)
    with open(path, "w") as out:
        json.dump(answers, out)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--take"]:
        sys.exit(take(sys.argv[2]))
    sys.exit(run("client API", globals()))
