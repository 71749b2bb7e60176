#!/usr/bin/env python3
"""Who may begin, upload, name, read and forward media (docs/media.md): role x action x own or other's. Commands over TCP, WebSocket and HTTP,
bytes over HTTP. media.link_ttl is short here. IM_TCP, IM_WS, IM_PUBLIC come from the environment."""
import hashlib
import hmac
import json
import os
import sys
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "media"))
from everybody import Guest, Person, code_of
from media_client import begin, call, put, upload
from runner_of_cases import run
from wait import eventually

# The sender owns the group. blocked: a member whom the sender has blocked. guest: a member. visitor: a guest who is none.
ROLES = ("sender", "member", "muted", "blocked", "guest", "former", "outsider", "visitor")
IN_IT = ROLES[1:6]
MEMBERS = (0, 0, 0, 0, 0, 4404, 4404, 4404)
SPEAKERS = (0, 0, 4403, 0, 0, 4404, 4404, 4404)
EVERYBODY, FORBIDDEN, NOBODY_ELSE = (0,) * 8, (4403,) * 8, (4404,) * 8
NOT_THEIRS = (4404, 4404, 4403, 4404, 4404, 4404, 4404, 4404)


def key():
    return uuid.uuid4().hex


def file_of(door, conv, media_id):
    return door.ask("msg.send", conv_id=conv, client_msg_id=key(), type="file", body=json.dumps({"media": media_id}))


class Scene:
    """A group to which everybody who was ever in it has sent a file; who left has an address of the sender's."""

    def __init__(self):
        self.people = {name: Guest() if name in ("guest", "visitor") else Person() for name in ROLES}
        self.friend = Person()
        owner = self.people["sender"].main
        self.conv = owner.good("group.create", name="media", members=[self.people[name].uid for name in IN_IT])["conv_id"]
        self.media, self.said, self.mine, self.own = {}, {}, {}, {}
        for name in ROLES:
            self.add(name)
        self.yesterday = self.people["former"].main.good("media.get", msg_id=self.said["sender"])["urls"]["file"]
        owner.good("group.mute", conv_id=self.conv, uid=self.people["muted"].uid)
        owner.good("group.kick", conv_id=self.conv, uid=self.people["former"].uid)
        owner.good("contact.block", uid=self.people["blocked"].uid)

    def add(self, name):
        """A conversation with the friend, an upload there that waits, a finished one; and a file in the group."""
        who = self.people[name].main
        self.own[name] = who.good("conv.open", to=self.friend.uid)["conv_id"]
        self.mine[name] = begin(who, self.own[name], b"waits " + name.encode())
        self.media[name] = upload(who, self.own[name], b"for the group " + name.encode(), name + ".bin")
        if name == "sender" or name in IN_IT:
            sent = file_of(who, self.conv, self.media[name])
            assert sent["ok"], (name, sent)
            self.said[name] = sent["msg_id"]

    def other(self, who):
        return "member" if who == "sender" else "sender"


def begins(where):
    def ask(scene, who, door):
        return begin(door, scene.conv if where == "group" else scene.own[who], os.urandom(8))
    return ask


def names(whose):
    def ask(scene, who, door):
        return file_of(door, scene.conv, scene.media[who if whose == "own" else scene.other(who)])
    return ask


def reads(whose):
    def ask(scene, who, door):
        said = scene.said.get(who) if whose == "own" else scene.said[scene.other(who)]
        return door.ask("media.get", msg_id=said) if said else None
    return ask


def drops(whose):
    """A medium of its own for each door: after the first drop there would be none."""
    def ask(scene, who, door):
        owner = scene.people[who if whose == "own" else scene.other(who)].main
        conv = scene.own[who if whose == "own" else scene.other(who)]
        return door.ask("media.drop", media_id=upload(owner, conv, os.urandom(8)))
    return ask


def lists(scene, who, door):
    answer = door.ask("media.list")
    mine = {one["media_id"] for one in answer.get("media", ())}
    assert scene.media[who] in mine and not mine & {scene.media[name] for name in ROLES if name != who}, who
    return answer


def forwards(scene, who, door):
    return door.ask("msg.forward", msg_id=scene.said[scene.other(who)], conv_id=scene.own[who], client_msg_id=key())


# name of the row, what is asked over each door, codes in the order of ROLES
COMMANDS = (
    ("begin for the group", begins("group"), SPEAKERS),
    ("begin for a conversation of one's own", begins("own"), EVERYBODY),
    ("send an own file to the group", names("own"), SPEAKERS),
    ("send another one's file to the group", names("other"), NOT_THEIRS),
    ("read an own file", reads("own"), MEMBERS),
    ("read another one's file", reads("other"), MEMBERS),
    ("forward another one's file", forwards, MEMBERS),
    ("see one's own media", lists, EVERYBODY),
    ("take an own medium away", drops("own"), EVERYBODY),
    ("take another one's medium away", drops("other"), NOBODY_ELSE),
)
SCENE = []


def scene():
    if not SCENE:
        SCENE.append(Scene())
    return SCENE[0]


def commands_over_every_door():
    cells, asked, wrong = 0, 0, []
    for row, ask, codes in COMMANDS:
        for who, wanted in zip(ROLES, codes):
            cells += 1
            for name, door in scene().people[who].doors.items():
                answer = ask(scene(), who, door)
                asked += answer is not None
                if answer is not None and code_of(answer) != wanted:
                    wrong.append("%s by %s over %s: %d" % (row, who, name, code_of(answer)))
    print("     cells: %d, asked: %d" % (cells, asked))
    assert not wrong, wrong
    assert asked > 2 * cells


def put_with(begun, token):
    headers = {"Content-Range": "bytes 0-0/%d" % begun["size"]}
    status, _, text = call("PUT", begun["upload"], b"w", {**headers, "Authorization": "Bearer " + token} if token else headers)
    answer = json.loads(text)
    assert status == (200 if answer["ok"] else answer["code"] - 4000)
    return code_of(answer)


def asked_how_far(begun, token):
    return call("HEAD", begun["upload"], headers={"Authorization": "Bearer " + token})[0]


def uploads_are_of_their_tokens():
    cells = 0
    for who in ROLES:
        here = scene()
        own, other = here.mine[who], here.mine[here.other(who)]
        rows = (("another one's upload, with the token of the own one", put_with(other, own["token"]), 4403),
                ("another one's upload, with a session", put_with(other, here.people[who].main.token), 4403),
                ("an own upload, with a session", put_with(own, here.people[who].main.token), 4403),
                ("an own upload, with another one's token", put_with(own, other["token"]), 4403),
                ("an own upload, without a token", put_with(own, ""), 4401),
                ("how far another one is", asked_how_far(other, own["token"]), 403),
                ("how far the own one is", asked_how_far(own, own["token"]), 200))
        assert [row for row in rows if row[1] != row[2]] == [], (who, rows)
        cells += len(rows)
    for who in ROLES:
        assert put(scene().mine[who], 0, b"waits " + who.encode())["done"], who
    print("     cells: %d" % (cells + len(ROLES)))


def addresses_are_of_their_readers():
    """Nobody shows a session with an address: whoever has it is the reader whom it was given to."""
    here = scene()
    for who, wanted in zip(ROLES, MEMBERS):
        answer = here.people[who].main.ask("media.get", msg_id=here.said["sender"])
        assert code_of(answer) == wanted, (who, answer)
        if wanted == 0:
            assert call("GET", answer["urls"]["file"])[::2] == (200, b"for the group sender"), who
    for method in ("GET", "HEAD"):
        assert call(method, here.yesterday)[0] == 403, "the address of who was sent away"


def signed_by(secret, text):
    return "/media/file/%s.%s" % (text, hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()[:40])


def addresses_that_a_foreigner_makes():
    here = scene()
    url = here.people["member"].main.good("media.get", msg_id=here.said["sender"])["urls"]["file"]
    text = url.rsplit("/", 1)[1].rsplit(".", 1)[0]
    kind, media_id, variant, reader, conv, seq, until = text.split(".")
    assert int(reader) == here.people["member"].uid and int(conv) == here.conv
    mine = str(here.people["outsider"].uid)
    bent = (".".join((kind, media_id, variant, mine, conv, seq, until)), ".".join((kind, media_id, variant, reader, conv, seq, until + "0")),
            ".".join((kind, here.media["former"], variant, reader, conv, seq, until)),
            ".".join((kind, media_id, variant, reader, conv, str(int(seq) + 1), until)), ".".join(("u", media_id, mine, "9", until)))
    mac = url.rsplit(".", 1)[1]
    for other in bent:
        assert call("GET", "/media/file/%s.%s" % (other, mac))[0] == 403, other
        for secret in (b"", b"secret", here.people["outsider"].main.token.encode()):
            assert call("GET", signed_by(secret, other))[0] == 403, other
    assert call("GET", "/media/file/" + here.mine["outsider"]["token"])[0] == 403, "the token of an upload"
    assert call("GET", url)[0] == 200


def the_address_of_yesterday():
    here = scene()
    url = here.people["member"].main.good("media.get", msg_id=here.said["sender"])["urls"]["file"]
    eventually(lambda: call("GET", url)[0] == 403, "an address is good for ever", 120, 0.5)
    assert json.loads(call("GET", url)[2])["code"] == 4403
    assert call("GET", here.yesterday)[0] == 403


def who_is_blocked_does_not_notice():
    """Their file is taken like all others; who has blocked them cannot read it."""
    here = scene()
    blocked, sender = here.people["blocked"], here.people["sender"]
    conv = blocked.main.good("conv.open", to=sender.uid)["conv_id"]
    sent = file_of(blocked.main, conv, upload(blocked.main, conv, b"hello?"))
    assert sent["ok"], sent
    for door in blocked.doors.values():
        assert code_of(door.ask("media.get", msg_id=sent["msg_id"])) == 0
    for door in sender.doors.values():
        assert code_of(door.ask("media.get", msg_id=sent["msg_id"])) == 4404


def files_in_the_group_go_with_their_owners_will():
    """Also those of who was muted or sent away; readers keep the message."""
    here = scene()
    for who in here.said:
        if who == "sender":
            continue  # its message is needed by the cases behind
        reader = here.people["sender"].main
        assert code_of(here.people[who].main.ask("media.drop", media_id=here.media[who])) == 0, who
        got = reader.ask("media.get", msg_id=here.said[who])
        assert got["code"] == 4404 and (got.get("gone") or who == "blocked"), (who, got)
        assert code_of(here.people[who].main.ask("media.drop", media_id=here.media[who])) in (0, 4404), "again"


def a_forward_gives_its_reader_nothing_else():
    here = scene()
    forwarded = forwards(here, "member", here.people["member"].main)
    assert forwarded["ok"], forwarded
    assert code_of(here.friend.main.ask("media.get", msg_id=forwarded["msg_id"])) == 0
    assert code_of(here.friend.main.ask("media.get", msg_id=here.said["sender"])) == 4404
    assert here.people["sender"].main.ask("msg.recall", msg_id=here.said["sender"])["ok"]
    got = here.friend.main.good("media.get", msg_id=forwarded["msg_id"])["urls"]["file"]
    assert call("GET", got)[0] == 200, "the recall of one message takes another one's away"
    assert code_of(here.people["member"].main.ask("media.get", msg_id=here.said["sender"])) == 4404


if __name__ == "__main__":
    sys.exit(run("who may do what with media", globals()))
