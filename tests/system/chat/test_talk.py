#!/usr/bin/env python3
"""People who talk with `imctl chat`, on two comets (docs/chat.md). A cluster with identity accounts and a store. IM_TCP, IM_TCP2, IM_PUBLIC,
IMCTL come from the environment."""
import json
import os
import pty
import subprocess
import sys
import tempfile
import threading
import time
import uuid

from imctl_chat import IMCTL, PASSWORD, PUBLIC, SECONDS, Chat
from one_way import OneWay
from runner_of_cases import run

TCP, TCP2 = int(os.environ["IM_TCP"]), int(os.environ["IM_TCP2"])
FILES = tempfile.mkdtemp(prefix="im-talk-")


def person():
    return "t" + uuid.uuid4().hex[:12]


def eventually(look, otherwise):
    end = time.monotonic() + SECONDS
    while not look():
        assert time.monotonic() < end, otherwise()
        time.sleep(0.05)


def finish(*chats):
    for chat in chats:
        assert chat.end() == (0, ""), chat.events[-5:]


def two_users_on_two_comets_one_of_them_twice():
    ann, bob = person(), person()
    phone, other = Chat(ann, TCP, "--register"), Chat(bob, TCP2, "--register")
    tablet = Chat(ann, TCP2)
    assert tablet.uid == phone.uid
    phone.type("/to %d hello" % other.uid)
    conv = other.wait(event="row", body="hello")["conv_id"]
    other.type("/conv %d" % conv)
    other.type("hello yourself")
    tablet.wait(event="row", body="hello yourself")
    tablet.type("/conv %d" % conv)
    tablet.type("from the tablet")
    for chat in (phone, tablet, other):
        chat.wait(event="row", body="from the tablet")
        assert chat.seqs(conv) == [1, 2, 3], chat.events
        assert [row["sender"] for row in chat.find(event="row")] == [phone.uid, other.uid, phone.uid]
    assert (other.unread(conv), phone.unread(conv), tablet.unread(conv)) == (2, 1, 1)
    tablet.type("/read")
    tablet.wait(event="answer", cmd="read", unread=0)
    assert (phone.unread(conv), tablet.unread(conv)) == (0, 0)
    finish(phone, tablet, other)


def killed_between_send_and_answer():
    ann, bob = person(), person()
    state = os.path.join(FILES, ann)
    other, tablet = Chat(bob, TCP2, "--register"), Chat(ann, TCP2, "--register")
    net = OneWay(TCP)
    phone = Chat(ann, net.port, state=state)
    phone.type("/to %d 1" % other.uid)
    conv = phone.wait(event="answer", cmd="msg.send", ok=True)["conv_id"]
    net.deaf.set()
    phone.type("2")
    other.wait(event="row", body="2")
    assert len(phone.find(event="answer", cmd="msg.send")) == 1, "the answer came through"
    phone.kill()
    net.close()
    again = Chat(ann, TCP, state=state)
    assert again.wait(event="answer", cmd="msg.send")["seq"] == 2
    again.type("/conv %d" % conv)
    again.type("3")
    for chat in (again, tablet, other):
        chat.wait(event="row", body="3")
        assert [row["seq"] for row in chat.ask("sync", conv_id=conv)["messages"]] == [1, 2, 3]
    for chat in (tablet, other):
        assert (chat.seqs(conv), chat.bodies(conv)) == ([1, 2, 3], ["1", "2", "3"]), chat.events
    assert again.seqs(conv) in ([1, 2, 3], [2, 3]), again.events
    assert (again.unread(conv), tablet.unread(conv), other.unread(conv)) == (0, 0, 3)
    finish(again, tablet, other)


def a_connection_that_dies_alone_is_made_again():
    ann, bob = person(), person()
    other = Chat(bob, TCP2, "--register")
    net = OneWay(TCP)
    phone = Chat(ann, net.port, "--register")
    phone.type("/to %d 1" % other.uid)
    conv = phone.wait(event="answer", cmd="msg.send")["conv_id"]
    other.wait(event="row", body="1")
    other.type("/conv %d" % conv)
    net.deaf.set()
    phone.type("2")
    other.wait(event="row", body="2")
    other.type("3")  # nobody tells the phone
    other.wait(event="answer", cmd="msg.send", seq=3)
    net.deaf.clear()
    phone.wait(event="row", body="3")  # after the time for an answer is over
    assert phone.seqs(conv) == [1, 2, 3] and other.seqs(conv) == [1, 2, 3], (phone.events, other.events)
    finish(phone, other)
    net.close()


def commands_of_a_line():
    ann, bob = person(), person()
    one, two = Chat(ann, TCP, "--register"), Chat(bob, TCP2, "--register")
    one.type("/edit 1 x")
    assert "no conversation yet" in one.wait(event="problem")["text"]
    one.type("/to %d tpyo" % two.uid)
    conv = one.wait(event="status", state="conversation")["text"]
    one.type("/edit 1 typo")
    assert two.wait(event="row", kind="edit")["body"] == "typo"
    two.type("/conv " + conv)
    two.type("/react 1 \U0001F44D")
    one.wait(event="row", kind="reaction")
    two.type("/reply 1 I see")
    assert one.wait(event="row", body="I see")["ref_seq"] == 1
    two.wait(event="row", seq=4)
    two.type("/typing")
    assert one.wait(event="told", cmd="typing")["uid"] == two.uid
    two.type("/read")
    assert one.wait(event="told", cmd="read")["read_seq"] == 4
    two.type("/search typo")
    assert [row["seq"] for row in two.wait(event="answer", cmd="search")["messages"]] == [1]
    two.type("/recall 1")
    assert two.wait(event="answer", cmd="msg.recall")["code"] == 4403
    one.type("/recall 1")
    two.wait(event="row", kind="recall")
    two.type("/more 2")
    assert [row["seq"] for row in two.wait(event="answer", cmd="history")["messages"]] == []
    one.type("/nonsense")
    one.wait(event="problem", text="there is no /nonsense; /help shows what there is")
    for chat, failed in ((one, 2), (two, 1)):
        code, said = chat.end()
        assert code == 1 and "%d failed" % failed in said, (code, said)


def a_pipe_ends_when_all_is_answered():
    ann, bob = person(), person()
    other = Chat(bob, TCP2, "--register")
    words = [IMCTL, "chat", "--server", PUBLIC, "--tcp", "127.0.0.1:%d" % TCP, "--login", ann, "--register", "--to", str(other.uid)]
    lines = ["line %d" % number for number in range(20)]
    done = subprocess.run(words, input="\n".join(lines), env={**os.environ, "IM_PASSWORD": PASSWORD}, capture_output=True, text=True,
                          timeout=SECONDS)
    assert done.returncode == 0 and done.stderr == "", done
    other.wait(event="row", body="line 19")
    conv = other.find(event="row")[0]["conv_id"]
    assert other.bodies(conv) == lines, other.events
    finish(other)


def typed(login, lines, *flags):
    """One run through pipes, for people: (exit code, stdout, stderr)."""
    words = [IMCTL, "chat", "--server", PUBLIC, "--tcp", "127.0.0.1:%d" % TCP, "--login", login, *flags]
    done = subprocess.run(words, input=lines, env={**os.environ, "IM_PASSWORD": PASSWORD}, capture_output=True, text=True, timeout=SECONDS)
    return done.returncode, done.stdout, done.stderr


def a_conversation_that_is_not_there_is_named():
    ann = Chat(person(), TCP, "--register")
    ann.type("/conv 999999999")
    assert ann.wait(event="problem")["text"] == "you are in no conversation 999999999; /list shows yours"
    ann.type("hello?")
    assert 'not sent: "hello?"; no conversation yet' in ann.wait(2, event="problem")["text"], ann.events
    assert ann.end()[0] == 1


def a_pipe_says_by_its_exit_code_that_a_line_failed():
    ann, bob = person(), person()
    other = Chat(bob, TCP2, "--register")
    code, out, said = typed(ann, "again\n", "--register", "--to", "999999")
    assert code == 1 and "no such user" in out and 'not sent: "again"' in out and "failed" in said, (code, out, said)
    to = ["--to", str(other.uid)]
    code, out, _ = typed(ann, "/file /nothere\n", *to)
    assert code == 1 and "-- /nothere: no such file\n" in out, (code, out)
    code, out, _ = typed(ann, "/nonsense\n", *to)
    assert code == 1 and "there is no /nonsense" in out, (code, out)
    path = os.path.join(FILES, "three words.txt")
    with open(path, "w", encoding="utf-8") as file:
        file.write("one two three")
    code, out, said = typed(ann, "/file %s\n" % path, *to)
    assert (code, said) == (0, "") and "(file) three words.txt, 13 bytes" in out, (code, out, said)
    assert "{" not in out, out  # words, not JSON
    finish(other)


def token_of(login):
    done = subprocess.run(["curl", "-sS", "-H", "Content-Type: application/json", "-d",
                           json.dumps({"login": login, "password": PASSWORD, "device": "two"}), PUBLIC + "/v1/account.login"],
                          capture_output=True, text=True, check=True, timeout=SECONDS)
    return json.loads(done.stdout)["token"]


def with_token(token, *where):
    """`imctl chat`, its input open."""
    return subprocess.Popen([IMCTL, "--json", "chat", "--server", PUBLIC, "--token", token, *where], stdin=subprocess.PIPE,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_ready(process):
    for line in process.stdout:
        if json.loads(line).get("state") == "ready":
            return
    raise AssertionError(process.stderr.read())


def two_with_one_token_do_not_throw_each_other_out_for_ever():
    ann = person()
    finish(Chat(ann, TCP, "--register"))
    token = token_of(ann)
    ws = ["--ws", "127.0.0.1:" + os.environ["IM_WS"]]
    older = with_token(token, *ws)
    wait_ready(older)
    newer = with_token(token, *ws)
    older.wait(SECONDS)  # its input stays open: the end of it would end the program, too
    said = older.stderr.read()
    assert older.returncode == 1 and "code 4002 replaced" in said and "must not come back" in said, said
    wait_ready(newer)
    newer.stdin.close()
    assert newer.wait(SECONDS) == 0
    pair = [with_token(token, "--tcp", "127.0.0.1:%d" % TCP) for _ in range(2)]  # no close code: the third time it is believed
    eventually(lambda: any(one.poll() is not None for one in pair), lambda: "both go on")
    gone = next(one for one in pair if one.poll() is not None)
    assert gone.wait() == 1 and "another client uses the token" in gone.stderr.read()
    other = next(one for one in pair if one is not gone)
    other.stdin.close()
    assert other.wait(SECONDS) == 0, other.stderr.read()


def a_token_that_is_not_taken_is_not_tried_for_ever():
    for where in (["--tcp", "127.0.0.1:%d" % TCP], ["--ws", "127.0.0.1:" + os.environ["IM_WS"]]):
        chat = with_token("nonsense", *where)
        said = chat.communicate(timeout=SECONDS)[1]
        assert chat.returncode == 1 and "the token is refused" in said, said
        watch = subprocess.run([IMCTL, "watch", *where, "--token", "nonsense"], capture_output=True, text=True, timeout=SECONDS)
        assert watch.returncode == 1 and "the login was refused 3 times" in watch.stderr, watch


def a_device_that_was_logged_out_ends():
    ann = person()
    phone, tablet = Chat(ann, TCP, "--register"), Chat(ann, TCP2)
    others = [one["device"] for one in tablet.ask("device.list")["devices"] if not one["this"]]
    assert tablet.ask("device.kick", device=others[0])["ok"]
    assert phone.process.wait(SECONDS) == 1
    assert "logged out" in phone.process.stderr.read()
    finish(tablet)


def at_a_terminal():
    ann, bob = person(), person()
    other = Chat(bob, TCP2, "--register")
    main, end = pty.openpty()
    words = [IMCTL, "chat", "--server", PUBLIC, "--tcp", "127.0.0.1:%d" % TCP, "--login", ann, "--register", "--to", str(other.uid)]
    process = subprocess.Popen(words, stdin=end, stdout=end, stderr=end, env={**os.environ, "IM_PASSWORD": PASSWORD, "TERM": "xterm"},
                               start_new_session=True)
    os.close(end)
    seen = bytearray()

    def read():
        try:
            while data := os.read(main, 65536):
                seen.extend(data)
        except OSError:
            pass

    reader = threading.Thread(target=read, daemon=True)
    reader.start()

    def shows(text):
        eventually(lambda: text in seen, lambda: "no %r in %r" % (text, bytes(seen)))

    shows(b"conversation: ")
    os.write(main, b"helo\x1b[Dl\r")
    conv = other.wait(event="row", body="hello")["conv_id"]
    other.type("/conv %d" % conv)
    other.type("\u202eboo")
    shows(b"\\u{202e}boo")
    assert "\u202e".encode() not in seen
    os.write(main, b"x")
    other.wait(event="told", cmd="typing")
    os.write(main, b"\x03")
    assert process.wait(SECONDS) == 0
    reader.join(10)
    os.close(main)
    eventually(lambda: other.unread(conv) == 1, lambda: "unread %r" % other.unread(conv))
    finish(other)


if __name__ == "__main__":
    sys.exit(run("talk", globals()))
