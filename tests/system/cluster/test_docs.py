#!/usr/bin/env python3
"""Runs what the documentation says. `test_docs.py prepare DIR` writes the files of docs/identity.md; then, each against its cluster:
`migrating`, `webim`, `open`, `jwt`, `webhook`. A ```sh block is run in one shell per page; a ```text block behind it is what it prints."""
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request

from goim_client import TcpClient

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..")
PLACES = {"127.0.0.1:3101": "IM_TCP", "127.0.0.1:3111": "IM_API", "127.0.0.1:3112": "IM_ADMIN",
          "127.0.0.1:3108": "IM_PAGES"}


def blocks(page, heading=None):
    """(language, text) of the fenced blocks, of one section when it is named."""
    with open(os.path.join(ROOT, "docs", page)) as file:
        text = file.read()
    if heading:
        text = re.search(r"^## %s\n(.*?)(?=^## |\Z)" % re.escape(heading), text, re.M | re.S).group(1)
    return re.findall(r"^```(\w*)\n(.*?)^```$", text, re.M | re.S)


def local(text):
    """The documented addresses are those of the first cluster on a machine; ours may be others."""
    for documented, name in PLACES.items():
        if name in os.environ:
            place = os.environ[name].replace("http://", "")
            text = text.replace(documented, place if ":" in place else "127.0.0.1:" + place)
    return text


def run(script, folder):
    environment = {**os.environ, "PATH": os.path.dirname(os.environ["IMCTL"]) + ":" + os.environ["PATH"]}
    return subprocess.run(["bash", "-euo", "pipefail", "-c", script], cwd=folder, env=environment, timeout=120,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def migrating(page="migrating-from-goim.md", mend=r"\}(?=[{\"])"):
    found = [(language, local(text)) for language, text in blocks(page)]
    script, wanted = "", []
    for (language, text), (after, output) in zip(found, found[1:] + [("", "")]):
        if language != "sh":
            continue
        lines = [line for line in text.splitlines() if not line.startswith("./im demo")]  # the cluster is up
        script += "\n".join(lines) + "\necho '=== end of block'\n"
        wanted.append(output if after == "text" else None)
    with tempfile.TemporaryDirectory() as folder:
        done = run(script, folder)
    assert done.returncode == 0, done.stdout
    parts = done.stdout.split("=== end of block\n")
    assert len(parts) == len(wanted) + 1, done.stdout
    for part, output in zip(parts, wanted):
        printed = re.sub(mend, "}\n", part)  # curl adds no end of line
        printed = re.sub(r"\n+", "\n", printed)
        assert output is None or printed.rstrip("\n") == output.rstrip("\n"), (printed, output)
    return "%d blocks, %d outputs" % (len(wanted), sum(output is not None for output in wanted))


def sessions(uid):
    with urllib.request.urlopen("%s/admin/v1/session?uid=%d" % (os.environ["IM_ADMIN"], uid), timeout=5) as reply:
        return json.loads(reply.read())["sessions"]


def login(body):
    client = TcpClient(int(os.environ["IM_TCP"]))
    client.send(7, body)
    assert client.receive()[1] == 8
    return client


def refused(body):
    client = TcpClient(int(os.environ["IM_TCP"]))
    client.send(7, body)
    return client.closed_within(6)


def example_open():
    body = blocks("identity.md", "Open")[0][1].strip()
    client = login(body.encode())
    assert [(session["key"], session["room_at_login"], session["platform"]) for session in sessions(42)] == [("phone", "live://1", "ios")]
    client.close()
    return body


def prepare(folder):
    """The keys and configurations of the examples, made as the page says; only places of files and ports are ours."""
    os.makedirs(folder, exist_ok=True)
    for name in os.listdir(folder):
        os.remove(os.path.join(folder, name))
    (shell, commands), (_, config) = blocks("identity.md", "Tokens signed with Ed25519")[:2]
    assert shell == "sh"
    done = run(commands, folder)
    assert done.returncode == 0, done.stdout
    write(folder, "token", done.stdout.splitlines()[-1])
    write(folder, "jwt.toml", config.replace("/etc/webrtc-im", folder))
    (_, config), (language, hook) = blocks("identity.md", "Webhook")[:2]
    assert language == "python"
    port = os.environ["IM_HOOK_PORT"]
    write(folder, "webhook.toml", config.replace("/etc/webrtc-im", folder).replace(":8080/", ":%s/" % port))
    assert '("127.0.0.1", 8080)' in hook
    write(folder, "hook.py", hook.replace("8080", port))
    write(folder, "hook-secret", re.search(r'SECRET = "(.*)"', hook).group(1))
    return "files in place"


def write(folder, name, text):
    with open(os.open(os.path.join(folder, name), os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)


def example_jwt(folder):
    with open(os.path.join(folder, "token")) as file:
        token = file.read().strip()
    login(json.dumps({"token": token, "key": "phone", "room_id": "live://1", "accepts": [1000]}).encode()).close()
    client = login(token.encode())
    assert sessions(42)
    client.close()
    assert refused(b'{"mid":42}')
    return "user 42"


def example_webhook(folder):
    hook = subprocess.Popen([sys.executable, os.path.join(folder, "hook.py")], stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + 10
        while refused(b"token-of-alice"):
            assert time.monotonic() < end, "the hook of the page does not answer"
        client = login(b"token-of-alice")
        assert [session["room_at_login"] for session in sessions(42)].count("live://1") >= 1
        client.close()
        assert refused(b"token-of-mallory")
    finally:
        hook.terminate()
        hook.wait(10)
    return "user 42"


def main():
    name, *rest = sys.argv[1:]
    cases = {"prepare": prepare, "migrating": migrating, "webim": lambda: migrating("migrating-from-webim.md", "$^"), "open": example_open, "jwt": example_jwt, "webhook": example_webhook}
    print("docs: %s: ok (%s)" % (name, cases[name](*rest)))


main()
