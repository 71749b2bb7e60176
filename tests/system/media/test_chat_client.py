#!/usr/bin/env python3
"""Pictures, voice, video and files between two `imctl chat` users, and the same over the HTTP API (docs/media.md). IM_PUBLIC, IM_TCP and IMCTL
come from the environment."""
import json
import os
import subprocess
import sys
import tempfile
import time
import uuid

from media_client import Http
from pictures import film, opus, png, size_of

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path += [os.path.join(HERE, "..", folder) for folder in ("chat", "requests")]
from imctl_chat import IMCTL, PASSWORD, PUBLIC, SECONDS, Chat  # noqa: E402
from runner_of_cases import run  # noqa: E402

TCP = int(os.environ["IM_TCP"])
FILES = {"cat.png": png(64, 36), "note.ogg": opus(2500), "film.mp4": film(), "plan of all.bin": bytes(range(256)) * 40}
TYPES = ("image", "voice", "video", "file")


def written(folder):
    for name, data in FILES.items():
        with open(os.path.join(folder, name), "wb") as file:
            file.write(data)


def read(path):
    with open(path, "rb") as file:
        return file.read()


def in_a_terminal(login, conv):
    """What `imctl chat` prints for people, with older rows."""
    done = subprocess.run([IMCTL, "chat", "--plain", "--server", PUBLIC, "--login", login, "--tcp", "127.0.0.1:%d" % TCP],
                          input="/conv %d\n/more 10\n" % conv, capture_output=True, text=True, timeout=SECONDS,
                          env={**os.environ, "IM_PASSWORD": PASSWORD})
    assert done.returncode == 0, done
    return done.stdout


def files_between_two_users():
    names = ["c" + uuid.uuid4().hex[:12] for _ in range(2)]
    ann, bob = (Chat(name, TCP, "--register") for name in names)
    ann.type("/to %d hello" % bob.uid)
    conv = bob.wait(event="row", body="hello")["conv_id"]
    bob.type("/conv %d" % conv)
    with tempfile.TemporaryDirectory() as folder:
        written(folder)
        for name, kind in zip(FILES, TYPES):
            ann.type("/file " + os.path.join(folder, name))
            row = bob.wait(event="row", type=kind)
            assert json.loads(row["body"])["name"] == name, row
            back = os.path.join(folder, "back-" + kind)
            bob.type("/get %d %s" % (row["seq"], back))
            saved = bob.wait(TYPES.index(kind) + 1, event="status", state="saved")
            assert saved["text"] == "%s, %d bytes" % (back, os.path.getsize(back)), saved
            assert size_of(read(back)) == (64, 36) if kind == "image" else read(back) == FILES[name], kind
        ann.type("/file " + os.path.join(folder, "nothing"))
        assert ann.wait(event="problem")["text"].endswith("/nothing: no such file")
    shown = in_a_terminal(names[1], conv)
    for words in ("(image) cat.png, ", " bytes, 64x36  (/get 2)", "(voice) note.ogg, %d bytes, 2.5 s  (/get 3)" % len(FILES["note.ogg"]),
                  "(video) film.mp4, %d bytes, 1.5 s  (/get 4)" % len(FILES["film.mp4"]), "(file) plan of all.bin, 10240 bytes  (/get 5)"):
        assert words in shown, (words, shown)
    http = Http(PUBLIC, Http(PUBLIC).ask("account.login", login=names[0], password=PASSWORD, device="http")["token"])
    rows = http.ask("history", conv_id=conv)["messages"]
    assert [row["type"] for row in rows] == [*reversed(TYPES), "text"], rows
    assert all(http.ask("media.get", msg_id=row["msg_id"])["ok"] for row in rows[:-1])
    assert bob.end() == (0, ""), bob.events[-5:]
    assert ann.end()[0] == 1, ann.events[-5:]  # a file was not there


def saved_or_not(bob, row):
    """What `/get SEQ` says when it is not told where to."""
    before = len(bob.find(event="status", state="saved")) + len(bob.find(event="problem"))
    bob.type("/get %d" % row["seq"])
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        said = bob.find(event="status", state="saved") + bob.find(event="problem")
        if len(said) > before:
            return [one["text"] for one in bob.events if one in said][-1]
        with bob.changed:
            bob.changed.wait(1)
    raise AssertionError("/get is not answered: %r" % bob.events[-5:])


def a_name_of_the_sender_hides_nothing_and_replaces_nothing():
    names = ["c" + uuid.uuid4().hex[:12] for _ in range(2)]
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as here:
        ann, bob = Chat(names[0], TCP, "--register"), Chat(names[1], TCP, "--register", cwd=here)
        ann.type("/to %d hello" % bob.uid)
        bob.type("/conv %d" % bob.wait(event="row", body="hello")["conv_id"])
        rows = {}
        for name in (".profile", "-rf", "..x", "link"):
            with open(os.path.join(folder, name), "w") as file:
                file.write("from ann: " + name)
            ann.type("/file " + os.path.join(folder, name))
            rows[name] = bob.wait(len(rows) + 1, event="row", type="file")
            assert json.loads(rows[name]["body"])["name"] == name, rows
        os.symlink("elsewhere", os.path.join(here, "link"))
        for name, kept in ((".profile", "file.profile"), ("-rf", "file-rf"), ("..x", "file..x")):
            assert saved_or_not(bob, rows[name]) == "%s, %d bytes" % (kept, len("from ann: " + name))
            assert read(os.path.join(here, kept)).decode() == "from ann: " + name
        for name, kept in ((".profile", "file.profile"), ("link", "link")):
            assert saved_or_not(bob, rows[name]) == kept + " is there already; say where to"
        assert sorted(os.listdir(here)) == ["file-rf", "file..x", "file.profile", "link"]
        assert ann.end()[0] == 0, ann.events[-5:]
        assert bob.end()[0] == 1, bob.events[-5:]  # what is there was not replaced


def a_pipe_ends_after_its_file():
    names = ["c" + uuid.uuid4().hex[:12] for _ in range(2)]
    bob = Chat(names[0], TCP, "--register")
    with tempfile.TemporaryDirectory() as folder:
        written(folder)
        done = subprocess.run([IMCTL, "chat", "--plain", "--server", PUBLIC, "--login", names[1], "--register", "--tcp",
                               "127.0.0.1:%d" % TCP, "--to", str(bob.uid)], input="/file %s/cat.png\n" % folder, capture_output=True,
                              text=True, timeout=SECONDS, env={**os.environ, "IM_PASSWORD": PASSWORD})
    assert done.returncode == 0, done
    assert bob.wait(event="row", type="image")["body"]
    bob.end()


def quit_through_a_pipe_waits_for_its_file_and_a_picture_is_saved_as_what_it_is():
    names = ["c" + uuid.uuid4().hex[:12] for _ in range(2)]
    with tempfile.TemporaryDirectory() as folder:
        ann, bob = (Chat(name, TCP, "--register") for name in names)
        ann.type("/to %d hello" % bob.uid)
        conv = bob.wait(event="row", body="hello")["conv_id"]
        with open(os.path.join(folder, "p.png"), "wb") as file:
            file.write(png(640, 480))
        ann.type("/file " + os.path.join(folder, "p.png"))
        seq = bob.wait(event="row", type="image")["seq"]
        done = subprocess.run([IMCTL, "chat", "--plain", "--server", PUBLIC, "--login", names[1], "--tcp", "127.0.0.1:%d" % TCP],
                              input="/conv %d\n/get %d\n/quit\n" % (conv, seq), capture_output=True, text=True, timeout=SECONDS, cwd=folder,
                              env={**os.environ, "IM_PASSWORD": PASSWORD})
        assert done.returncode == 0 and "1 file" in done.stdout and "/quit again ends at once" in done.stdout, done
        assert sorted(os.listdir(folder)) == ["p.jpg", "p.png"], os.listdir(folder)
        assert read(os.path.join(folder, "p.jpg")).startswith(b"\xff\xd8\xff")  # it is made anew, as a JPEG
        assert ann.end()[0] == bob.end()[0] == 0


if __name__ == "__main__":
    sys.exit(run("media in imctl chat", globals()))
