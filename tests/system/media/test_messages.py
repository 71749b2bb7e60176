#!/usr/bin/env python3
"""Media as messages: who may read them, how they are served, when they go (docs/media.md). IM_PUBLIC and IM_MEDIA_DIR come from the
environment."""
import json
import os
import subprocess
import sys
import tempfile
import uuid

from media_client import begin, call, code, pair, put, upload, user
from pictures import exif, film, opus, png, size_of
from stored import store
from wait import eventually

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "requests"))
from runner_of_cases import run  # noqa: E402

FOLDER = os.environ["IM_MEDIA_DIR"]


def send(door, conv, kind, media_id, **more):
    return door.ask("msg.send", conv_id=conv, client_msg_id=uuid.uuid4().hex, type=kind, body=json.dumps({"media": media_id, **more}))


def sent(door, conv, kind, media_id, **more):
    answer = send(door, conv, kind, media_id, **more)
    assert answer["ok"], answer
    return answer["msg_id"]


def links_of(door, msg_id):
    answer = door.ask("media.get", msg_id=msg_id)
    assert answer["ok"], answer
    return answer


def links(door, msg_id):
    return links_of(door, msg_id)["urls"]


def body_of(door, conv):
    return json.loads(door.ask("history", conv_id=conv)["messages"][0]["body"])


def on_disk(media_id):
    return os.path.exists(os.path.join(FOLDER, "files", media_id[:2], media_id))


def a_file_reaches_its_reader():
    ann, bob, conv = pair()
    data = os.urandom(300_000)
    msg_id = sent(ann, conv, "file", upload(ann, conv, data, name="r\u00e9sum\u00e9 1.pdf"))
    body = body_of(bob, conv)
    assert (body["name"], body["size"], body["mime"]) == ("r\u00e9sum\u00e9 1.pdf", len(data), "application/octet-stream"), body
    url = links(bob, msg_id)["file"]
    status, headers, got = call("GET", url)
    assert (status, got) == (200, data)
    assert headers["content-disposition"] == \
        "attachment; filename=\"r__sum__ 1.pdf\"; filename*=UTF-8''r%C3%A9sum%C3%A9%201.pdf", headers
    assert headers["x-content-type-options"] == "nosniff" and headers["content-security-policy"] == "sandbox; default-src 'none'"
    status, part, got = call("GET", url, headers={"Range": "bytes=100-199"})
    assert (status, got, part["content-range"]) == (206, data[100:200], "bytes 100-199/300000")
    assert call("GET", url, headers={"If-None-Match": headers["etag"]})[0] == 304
    assert call("HEAD", url)[1]["content-length"] == "300000"
    assert call("GET", url, headers={"Range": "bytes=300000-"})[0] == 416


def pictures_are_made_anew():
    ann, bob, conv = pair()
    data = png(1600, 40, chunks=[(b"tEXt", b"Comment\0GPS-SECRET")])
    msg_id = sent(ann, conv, "image", upload(ann, conv, data, "p.png", "image/png"), caption="wide")
    body = body_of(bob, conv)
    assert (body["width"], body["height"], body["mime"], body["caption"]) == (1600, 40, "image/jpeg", "wide"), body
    urls = links(bob, msg_id)
    assert sorted(urls) == ["file", "large", "small"], urls
    assert links_of(bob, msg_id)["size"] == body["size"] != len(data), "the size of what was uploaded, not of what is served"
    for variant, size in {"file": (1600, 40), "large": (1280, 32), "small": (320, 8)}.items():
        status, headers, got = call("GET", urls[variant])
        assert status == 200 and headers["content-type"] == "image/jpeg" and headers["content-disposition"].startswith("inline")
        assert size_of(got) == size and b"GPS-SECRET" not in got, (variant, size_of(got))
        said = body if variant == "file" else body[variant]
        assert (said["width"], said["height"], said["size"]) == (*size, len(got)), (variant, len(got), body)


def what_a_camera_says_is_done_and_forgotten():
    ann, bob, conv = pair()
    first = sent(ann, conv, "image", upload(ann, conv, png(60, 20), "p.png", "image/png"))
    jpeg = call("GET", links(bob, first)["file"])[2]
    assert size_of(jpeg) == (60, 20)
    turned = jpeg[:2] + exif(6) + jpeg[2:]
    msg_id = sent(ann, conv, "image", upload(ann, conv, turned, "t.jpg", "image/jpeg"))
    assert (body_of(bob, conv)["width"], body_of(bob, conv)["height"]) == (20, 60)
    got = call("GET", links(bob, msg_id)["file"])[2]
    assert size_of(got) == (20, 60) and b"Exif" not in got and b"GPS" not in got


def voice_and_video_say_how_long_they_are():
    ann, bob, conv = pair()
    sound = opus(2500)
    voice = sent(ann, conv, "voice", upload(ann, conv, sound, "v.ogg", "audio/ogg"), waveform=[1, 50, 100])
    body = body_of(bob, conv)
    assert (body["duration_ms"], body["waveform"], body["mime"]) == (2500, [1, 50, 100], "audio/ogg"), body
    status, headers, got = call("GET", links(bob, voice)["file"], headers={"Range": "bytes=4-"})
    assert (status, headers["content-type"], got) == (206, "audio/ogg", sound[4:])
    poster = upload(ann, conv, png(64, 36), "p.png", "image/png")
    video = sent(ann, conv, "video", upload(ann, conv, film(), "f.mp4", "video/mp4"), poster=poster)
    body = body_of(bob, conv)
    assert (body["duration_ms"], body["poster"]) == (1500, {"media": poster, "width": 64, "height": 36}), body
    assert call("GET", links(bob, video)["poster"])[1]["content-type"] == "image/jpeg"
    assert code(send(ann, conv, "voice", upload(ann, conv, b"OggS and then nothing of the kind", "x.ogg", "audio/ogg"))) == 4422
    assert code(send(ann, conv, "voice", upload(ann, conv, opus(10), "y.ogg"), waveform=[1000])) == 4422


def the_rights_are_those_of_the_message():
    ann, bob, conv = pair()
    foreigner = user()
    media_id = upload(ann, conv, b"for bob only")
    msg_id = sent(ann, conv, "file", media_id)
    rows = [("ann reads", code(ann.ask("media.get", msg_id=msg_id)), 0),
            ("bob reads", code(bob.ask("media.get", msg_id=msg_id)), 0),
            ("a foreigner reads", code(foreigner.ask("media.get", msg_id=msg_id)), 4404),
            ("a foreigner names it", code(foreigner.ask("msg.send", to=ann.uid, client_msg_id="x", type="file",
                                                        body=json.dumps({"media": media_id}))), 4404),
            ("bob names it as his own", code(send(bob, conv, "file", media_id)), 4404),
            ("bob forwards it", code(bob.ask("msg.forward", msg_id=msg_id, conv_id=bob.ask("conv.open", to=foreigner.uid)["conv_id"],
                                             client_msg_id="f")), 0),
            ("a text has none", code(ann.ask("media.get", msg_id=ann.ask("msg.send", conv_id=conv, client_msg_id="t",
                                                                         body="hi")["msg_id"])), 4404)]
    assert [row for row in rows if row[1] != row[2]] == [], rows
    url = links(bob, msg_id)["file"]
    assert call("GET", url)[0] == 200, "the address needs no session"
    assert call("GET", url[:-1] + ("0" if url[-1] != "0" else "1"))[0] == 403, "a bent address"


def yesterdays_address_is_forbidden():
    ann, bob, conv = pair()
    msg_id = sent(ann, conv, "file", upload(ann, conv, b"soon over"))
    url = links(bob, msg_id)["file"]
    eventually(lambda: call("GET", url)[0] == 403, "an address is good for ever", 120, 0.5)
    assert json.loads(call("GET", url)[2])["code"] == 4403
    assert call("GET", links(bob, msg_id)["file"])[0] == 200


def a_recall_takes_the_bytes_away():
    ann, bob, conv = pair()
    media_id = upload(ann, conv, b"a mistake")
    msg_id = sent(ann, conv, "file", media_id)
    forwarded = bob.ask("msg.forward", msg_id=msg_id, conv_id=conv, client_msg_id="f")["msg_id"]
    url = links(bob, msg_id)["file"]
    assert ann.ask("msg.recall", msg_id=msg_id)["ok"]
    assert call("GET", url)[0] == 404 and code(bob.ask("media.get", msg_id=msg_id)) == 4404
    assert on_disk(media_id) and call("GET", links(ann, forwarded)["file"])[2] == b"a mistake", "another message names it"
    assert bob.ask("msg.recall", msg_id=forwarded)["ok"]
    eventually(lambda: not on_disk(media_id), "the bytes are still there", 120, 0.5)


def an_edit_changes_no_media():
    ann, _, conv = pair()
    msg_id = sent(ann, conv, "file", upload(ann, conv, b"one"))
    assert code(ann.ask("msg.edit", msg_id=msg_id, body="{}")) == 4403


def what_is_not_finished_cannot_be_named():
    ann, _, conv = pair()
    begun = begin(ann, conv, b"not all of it")
    put(begun, 0, b"not")
    assert code(send(ann, conv, "file", begun["media_id"])) == 4404
    assert code(ann.ask("msg.send", conv_id=conv, client_msg_id="1", type="image", body="http://evil/x.png")) == 4422
    assert code(send(ann, conv, "image", upload(ann, conv, b"text"))) == 4422


def imctl(door, *words):
    done = subprocess.run([os.path.join(os.environ["IM_BIN"], "imctl"), "media", *words], capture_output=True, text=True, timeout=120,
                          env={**os.environ, "IM_TOKEN": door.token})
    return done.returncode, done.stdout + done.stderr


def imctl_puts_and_gets():
    ann, bob, conv = pair()
    with tempfile.TemporaryDirectory() as folder:
        path, back = os.path.join(folder, "big file.bin"), os.path.join(folder, "back")
        data = os.urandom(8 << 20)  # two whole parts
        with open(path, "wb") as file:
            file.write(data)
        code_, said = imctl(ann, "put", path, "--conv", str(conv))
        assert code_ == 0, said
        media_id, *next_steps = said.splitlines()  # the id alone on standard output
        assert any("msg.send" in line or "imctl media get" in line for line in next_steps), said
        msg_id = sent(ann, conv, "file", media_id)
        code_, said = imctl(bob, "get", msg_id, "-o", back)
        assert code_ == 0, said
        with open(back, "rb") as file:
            assert file.read() == data
        code_, said = imctl(user(), "get", msg_id, "-o", back)
        assert code_ == 1 and "4404" in said, said
        assert imctl(bob, "get", msg_id, "--variant", "small", "-o", back)[0] == 1


def imctl_says_what_is_wrong_and_leaves_nothing_behind():
    ann, bob, conv = pair()
    media_id = upload(ann, conv, os.urandom(1000))
    msg_id = sent(ann, conv, "file", media_id)
    with tempfile.TemporaryDirectory() as folder:
        empty, back = os.path.join(folder, "empty"), os.path.join(folder, "back")
        open(empty, "w").close()
        assert imctl(ann, "put", empty, "--conv", str(conv)) == (1, "imctl: %s: the file is empty\n" % empty)
        code_, said = imctl(ann, "put", os.environ["IM_BIN"] + "/imctl", "--conv", str(conv), "--public", os.environ["IM_API"])
        assert code_ == 1 and "is that the public port of a logic (http.public_port, default 3113)?" in said, said
        code_, said = imctl(bob, "get", msg_id, "-o", os.path.join(folder, "no", "back"))
        assert code_ == 1 and "back.part: No such file or directory" in said, said
        store().remove(media_id)
        code_, said = imctl(bob, "get", msg_id, "-o", back)
        assert code_ == 1 and said == "imctl: the download is refused: the bytes of this file are missing (code 4404)\n", said
        assert os.listdir(folder) == ["empty"], os.listdir(folder)
    assert ann.ask("msg.recall", msg_id=msg_id)["ok"]


if __name__ == "__main__":
    sys.exit(run("media messages", globals()))
