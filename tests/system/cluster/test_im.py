#!/usr/bin/env python3
"""./im as a stranger meets it: help, mistakes, status, logs, kill, and the commands of README.md, on the cluster of IM_RUN_DIR."""
import json
import os
import re
import socket
import subprocess
import tempfile

from runner import run
from wait import eventually

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..")
VERBS = ("demo", "status", "start", "kill", "add", "remove", "logs", "stop", "test")
# Commands of README.md that do not run beside a cluster, and where they do.
ELSEWHERE = {"./im demo": "tests/bare/demo.sh", "./im test": "this run"}


def im(*words, code=0):
    """(stdout, stderr)"""
    done = subprocess.run([os.path.join(ROOT, "im"), *words], capture_output=True, text=True, timeout=60)
    assert done.returncode == code, (words, done.returncode, done.stdout, done.stderr)
    return done.stdout, done.stderr


def every_verb_has_help():
    listed = im("help")[0]
    for verb in VERBS:
        assert "./im " + verb in listed, verb
        for flag in ("--help", "-h"):
            assert im(verb, flag)[0].startswith("./im " + verb), verb


def lists_end_in_silence_when_nobody_reads_on():
    """As in `./im test compat --list | head`: here nobody reads from the beginning."""
    programs = [["./im", "help"], ["./im", "status"], ["./im", "test", "--list"], ["./im", "test", "compat", "--list"],
                ["tests/system/ws_cases/run.py", "--list"]]
    for program in programs:
        reader, writer = os.pipe()
        os.close(reader)
        with open(writer, "wb") as closed:
            done = subprocess.run(program, cwd=ROOT, stdout=closed, stderr=subprocess.PIPE, text=True, timeout=60)
        assert done.returncode != 2 and "roken pipe" not in done.stderr, (program, done)


def mistakes_are_named_and_change_nothing():
    assert 'unknown command "stauts"; did you mean "status"?' in im("stauts", code=2)[1]
    for words in (("foo",), ("stauts",), ("demo", "--foo"), ("test", "no-such-group")):
        assert "./im help says what there is" in im(*words, code=2)[1], words
    assert 'did you mean "--comets"?' in im("demo", "--comet", "2", code=2)[1]
    assert "--kafka needs a value" in im("demo", "--kafka", code=2)[1]
    assert "--accounts and --open exclude each other" in im("demo", "--open", "--accounts", code=2)[1]
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # bound, but it does not listen
        place = "127.0.0.1:%d" % nobody.getsockname()[1]
        for flag, what, where in (("--kafka", "Kafka", place), ("--redis", "Redis", place), ("--redis", "Redis", place + "," + place)):
            assert "%s: no %s takes connections at %s" % (flag, what, where) in im("demo", flag, where, code=2)[1]
    assert 'did you mean "compat"?' in im("test", "compatt", code=2)[1]
    for verb in ("start", "kill", "add", "remove", "logs", "stop"):
        assert "unknown flag" in im(verb, "--now", code=2)[1], verb
    assert "too many words" in im("kill", "comet-1", "job-1", code=2)[1]
    assert json.loads(im("status", "--json")[0])["ready"], "nothing that runs was touched"


def kill_without_a_name_says_what_there_is():
    said = im("kill", code=2)[1]
    assert "comet-1" in said and "router-1" in said, said
    assert 'there is no "comet-9"' in im("kill", "comet-9", code=1)[1]


def status_is_a_table_and_json():
    lines = im("status")[0].splitlines()
    assert lines[0].split() == ["NAME", "PID", "STATE", "PORTS"], lines
    rows = {line.split()[0]: line.split()[2] for line in lines[1:]}
    assert set(rows) == {"comet-1", "job-1", "kafka", "logic-1", "router-1"} and set(rows.values()) == {"ready"}, rows
    im("kill", "job-1")
    assert [line.split()[2] for line in im("status")[0].splitlines() if line.startswith("job-1")] == ["ended"]
    assert "job-1 is not running" in im("kill", "job-1", code=1)[1]
    assert "started job-1" in im("start")[0]
    eventually(lambda: json.loads(im("status", "--json")[0])["ready"], "job-1 is not ready again")


def running():
    return {row["name"] for row in json.loads(im("status", "--json")[0])["daemons"] if row["pid"]}


def the_last_of_a_kind_is_kept():
    there = running()
    lost = {"router": "without --redis all sessions are forgotten", "logic": "no client could log in", "job": "reach nobody", "comet": "none could come back"}
    for kind, what in lost.items():
        said = im("remove", kind + "-1", code=2)[1]
        assert "%s-1 is the last %s that runs" % (kind, kind) in said and what in said and "--force" in said, said
    assert running() == there, "nothing was ended"
    assert im("add", "job")[0].strip() == "job-2"
    im("kill", "job-2")
    assert "the last job that runs" in im("remove", "job-1", code=2)[1], "one that was killed does not count"
    assert im("remove", "--force", "job-1")[0].strip() == "removed job-1"
    im("start", "job-2")
    eventually(lambda: json.loads(im("status", "--json")[0])["ready"], "job-2 is not ready again")
    assert im("add", "job")[0].strip() == "job-3" and im("remove", "job-3")[0].strip() == "removed job-3"


def first_lines(*words):
    """What `./im logs` prints before it waits for more."""
    follow = subprocess.Popen([os.path.join(ROOT, "im"), "logs", *words], stdout=subprocess.PIPE, text=True, start_new_session=True)
    try:
        return [follow.stdout.readline() for _ in range(5)]
    finally:
        os.killpg(follow.pid, 15)
        follow.wait(10)


def logs_of_all_and_of_one():
    assert any(line.startswith("==> ") for line in first_lines()), "the logs of all are named"
    assert any(line.strip() for line in first_lines("comet-1"))
    assert 'there is no "comet-9"' in im("logs", "comet-9", code=1)[1]


def commands_of(page):
    with open(os.path.join(ROOT, page)) as file:
        for block in re.findall(r"^```\w*\n(.*?)^```$", file.read(), re.M | re.S):
            for line in block.splitlines():
                if re.match(r"\s*(\./im|build/|curl) ?", line):
                    yield re.sub(r"\s+# .*", "", line).strip()


def the_readme_as_it_stands():
    """`watch` gets what the next command pushes."""
    places = {"127.0.0.1:3101": "127.0.0.1:" + os.environ["IM_TCP"], "127.0.0.1:3111": os.environ["IM_API"].removeprefix("http://")}
    watching, ran = None, 0
    for command in commands_of("README.md"):
        if command in ELSEWHERE:
            continue
        for documented, real in places.items():
            command = command.replace(documented, real)
        command = command.replace("build/demo/bin/imctl", os.environ["IMCTL"])
        ran += 1
        if " watch " in command:
            watching = subprocess.Popen(command.split() + ["--count", "1"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            eventually(lambda: "connected" in watching.stderr.readline(), "watch is not connected")
            continue
        done = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, (command, done)
        if "curl" in command:
            assert json.loads(done.stdout)["code"] == 0, done
    assert ran >= 2 and watching.wait(20) == 0 and "hello" in watching.stdout.read()


def the_demo_makes_a_key():
    """Its own functions, in a folder of their own: the demo of a test has no users."""
    with tempfile.TemporaryDirectory() as folder:
        script = ('set -euo pipefail; RUN=%s BIN=%s; source "%s/tools/im/accounts.sh"; port_of() { echo 3111; }; demo_key; echo; print_key 7'
                  % (folder, os.path.dirname(os.environ["IMCTL"]), ROOT))
        done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done
        flag, text = done.stdout.split("\n", 1)
        file = os.path.join(folder, "api-keys.json")
        assert flag == "--push_api.keys_file=" + file and os.stat(file).st_mode & 0o077 == 0, flag
        assert os.stat(os.path.join(folder, "api-key")).st_mode & 0o077 == 0
        listed = json.loads(subprocess.run([os.environ["IMCTL"], "--json", "key", "list", "--file", file], capture_output=True,
                                           text=True, check=True).stdout)["keys"]
        assert [key["scopes"] for key in listed] == [["users", "rooms"]] and "Bearer imk_" + listed[0]["id"] in text, (listed, text)


run("im", [the_demo_makes_a_key, every_verb_has_help, lists_end_in_silence_when_nobody_reads_on, mistakes_are_named_and_change_nothing, kill_without_a_name_says_what_there_is, status_is_a_table_and_json,
           the_last_of_a_kind_is_kept, logs_of_all_and_of_one, the_readme_as_it_stands])
