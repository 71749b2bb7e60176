#!/usr/bin/env python3
"""openapi.json of the client API against a new cluster with identity accounts and an empty store: every example is sent as it stands and in
order, and answered as it says. IM_PUBLIC, IM_OPS, IM_OPENAPI come from the environment. test_client_api.py --take FILE writes the answers."""
import json
import os
import re
import sys
import urllib.request

from doors import Http
from replay import Story, examples
from runner_of_cases import run

PUBLIC, OPS = os.environ["IM_PUBLIC"], os.environ["IM_OPS"]
with open(os.environ["IM_OPENAPI"]) as file:
    API = json.load(file)


def every_example_is_answered_as_it_says():
    story, count = Story(PUBLIC, API), 0
    for example in examples(API):
        if example.kind == "application/json":
            story.schema(example.asks["schema"]).validate(example.body["value"])
        story.check(example, story.play(example))
        count += 1
    assert count > 75, count
    print("     examples replayed=%d" % count)


def every_failure_looks_as_it_says():
    ann = Http(PUBLIC, Http(PUBLIC).ask("account.register", login="failing", password="correct horse")["token"])
    got = {
        "Malformed": ann.raw("sync", b"{")[2],
        "NoToken": Http(PUBLIC).ask("sync", conv_id=1),
        "NotFound": ann.ask("sync", conv_id=1),
        "Conflict": Http(PUBLIC).ask("account.register", login="failing", password="correct horse"),
        "BadValue": ann.ask("sync"),
        "TooLarge": ann.ask("media.begin", name="a", size=1 << 40, sha256="0" * 64, conv_id=1),
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
    described = {path.split("/")[-1] for path in API["paths"] if path.startswith("/v1/")}
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
    story, answers = Story(PUBLIC, API), {}
    for example in examples(API):
        answers[str(example)] = story.as_described(story.play(example).text.decode())
    with open(path, "w") as out:
        json.dump(answers, out)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--take"]:
        sys.exit(take(sys.argv[2]))
    sys.exit(run("client API", globals()))
