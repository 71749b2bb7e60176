#!/usr/bin/env python3
"""What `imctl chat` says to who makes a mistake at first (docs/chat.md). The environment is that of test_talk.py."""
import json
import os
import subprocess
import sys
import tempfile

from imctl_chat import IMCTL, PASSWORD, PUBLIC, SECONDS
from runner_of_cases import run
from test_talk import TCP, person, token_of, typed, with_token


def who_is_not_let_in_is_told_why():
    env = {**os.environ, "IM_PASSWORD": "wrong horse"}
    for words, text, code in ((["--login", person(), "--server", PUBLIC], "login", 1),
                              (["--login", "x", "--server", "http://127.0.0.1:1"], "cannot reach logic", 4), ([], "--login NAME", 2)):
        done = subprocess.run([IMCTL, "chat", "--tcp", "127.0.0.1:%d" % TCP, *words], env=env, capture_output=True, text=True,
                              timeout=SECONDS, stdin=subprocess.DEVNULL)
        assert done.returncode == code and text in done.stderr, done


def each_mistake_is_named():
    ann = person()
    assert typed(ann, "", "--register")[0] == 0
    code, _, said = typed(ann, "", "--register")
    assert code == 1 and 'the login "%s" is taken; when it is yours, leave out --register' % ann in said, said
    code, _, said = typed(ann, "", "--password-file", "/nothere")
    assert code == 2 and "--password-file: cannot read /nothere" in said, said
    waiting = with_token(token_of(ann), "--tcp", "127.0.0.1:1")
    told = json.loads(waiting.stdout.readline())
    waiting.kill()
    waiting.communicate()
    assert told == {"event": "status", "state": "waiting", "text": "127.0.0.1:1: connection refused; trying again"}, told


def the_other_may_be_named_by_the_login():
    ann, bob = person(), person()
    assert typed(bob, "", "--register")[0] == 0
    code, out, said = typed(ann, "by your name\n", "--register", "--to", bob)
    assert code == 0, (code, out, said)
    out = typed(bob, "", "--everything", "--to", ann)[1]
    assert "by your name" in out, out
    code, out, said = typed(ann, "/to %s and by it again\n/to %s\nand here\n" % (bob, bob))
    assert code == 0, (code, out, said)
    out = typed(bob, "", "--everything", "--to", ann)[1]
    assert "and by it again" in out and "and here" in out, out
    code, out, said = typed(ann, "/to nobody.of.this.name hello\n/to %s still here\n" % bob)
    assert code == 1 and 'not sent: "hello"; nobody has the login "nobody.of.this.name"' in out, (code, out, said)
    assert "still here" in typed(bob, "", "--everything", "--to", ann)[1]
    code, out, said = typed(ann, "to nobody\n", "--to", "nobody.of.this.name")
    assert code == 1 and '--to: nobody has the login "nobody.of.this.name"' in said, (code, out, said)


def a_pipe_gives_up_where_no_comet_is_and_says_what_becomes_of_what_was_typed():
    ann = person()
    with tempfile.TemporaryDirectory() as folder:
        state = os.path.join(folder, "state")
        assert typed(ann, "", "--register", "--state", state)[0] == 0
        done = subprocess.run([IMCTL, "chat", "--server", PUBLIC, "--login", ann, "--tcp", "127.0.0.1:1", "--patience", "1", "--state", state],
                              input="/conv 1\nhello\n", capture_output=True, text=True, timeout=SECONDS)
        assert done.returncode == 4, done
        assert "no way to the cluster for 1 s (--patience): 127.0.0.1:1: connection refused; messages not sent: 1, kept in " in done.stderr, done
        with open(state, encoding="utf-8") as kept:
            assert [one["text"] for one in json.load(kept)["unsent"]] == ["hello"]


def a_state_that_cannot_be_kept_is_refused_before_anything_is_sent():
    ann, bob = person(), person()
    assert typed(bob, "", "--register")[0] == 0
    code, out, said = typed(ann, "lost?\n", "--register", "--to", bob, "--state", "/nowhere/state")
    assert code == 1 and "--state: cannot write /nowhere/state.new" in said, (code, out, said)
    assert typed(ann, "", "--register", "--to", bob)[0] == 0, "the user was made all the same"


if __name__ == "__main__":
    sys.exit(run("talk mistakes", globals()))
