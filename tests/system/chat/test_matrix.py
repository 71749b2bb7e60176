#!/usr/bin/env python3
"""Who may do what (docs/chat.md; of media test_media_matrix.py): role x action x own or other's, on every door. What is refused is refused over TCP, WebSocket and HTTP with
the same code, and changes nothing. IM_TCP, IM_WS, IM_PUBLIC come from the environment."""
import itertools
import sys
import uuid

from everybody import Person, code_of
from runner_of_cases import run

ROLES = ("owner", "admin", "member", "muted", "outsider", "former")
OTHERS = ("admin2", "other", "asker", "friend")


class Scene:
    """A group in which everybody has their role and the members have said something."""

    def __init__(self, people):
        self.people = people
        for one in people.values():
            one.read()
        owner = people["owner"].main
        members = [people[name].uid for name in ROLES + OTHERS if name not in ("owner", "outsider", "asker", "friend")]
        self.conv = owner.good("group.create", name="matrix", members=members)["conv_id"]
        for name in ("admin", "admin2"):
            owner.good("group.role", conv_id=self.conv, uid=people[name].uid, role="admin")
        self.said = {name: people[name].main.send("by " + name, conv_id=self.conv)["msg_id"]
                     for name in ("owner", "admin", "member", "muted", "former", "other")}
        people["asker"].main.good("group.join", conv_id=self.conv)
        owner.good("group.mute", conv_id=self.conv, uid=people["muted"].uid)
        owner.good("group.kick", conv_id=self.conv, uid=people["former"].uid)

    def uid(self, name):
        return self.people[name].uid

    def state(self):
        owner = self.people["owner"].main
        members = owner.good("group.members", conv_id=self.conv)["members"]
        info = owner.good("group.info", conv_id=self.conv)
        asked = owner.good("group.requests", conv_id=self.conv)["requests"]
        return owner.good("sync", conv_id=self.conv)["last_seq"], members, info, asked


def of_conv(**fields):
    return lambda scene, who: {"conv_id": scene.conv, **fields}


def of_user(name, **fields):
    return lambda scene, who: {"conv_id": scene.conv, "uid": scene.uid(name), **fields}


def of_message(whose, **fields):
    return lambda scene, who: {"msg_id": scene.said[who if whose == "own" else whose], **fields}


def sending(scene, who):
    return {"conv_id": scene.conv, "client_msg_id": uuid.uuid4().hex, "body": "x"}


def forwarding(scene, who):
    return {"msg_id": scene.said["other"], "client_msg_id": uuid.uuid4().hex, "conv_id": scene.people[who].p2p}


# name of the row, command, fields, codes in the order of ROLES (0: allowed, None: there is no such cell), changes who is what
MEMBERS = (0, 0, 0, 0, 4404, 4404)
SPEAKERS = (0, 0, 0, 4403, 4404, 4404)
ADMINS = (0, 0, 4403, 4403, 4404, 4404)
OWNER = (0, 4403, 4403, 4403, 4404, 4404)
NOBODY = (4403, 4403, 4403, 4403, 4404, 4404)
MATRIX = (
    ("send", "msg.send", sending, SPEAKERS, False),
    ("edit own", "msg.edit", of_message("own", body="y"), (0, 0, 0, 4403, None, 4404), False),
    ("edit other's", "msg.edit", of_message("other", body="y"), NOBODY, False),
    ("recall own", "msg.recall", of_message("own"), (0, 0, 0, 0, None, 4404), True),
    ("recall other's", "msg.recall", of_message("other"), ADMINS, True),
    ("react", "msg.react", of_message("other", emoji="\U0001F44D"), SPEAKERS, False),
    ("pin", "msg.pin", of_message("other"), ADMINS, False),
    ("forward out of it", "msg.forward", forwarding, MEMBERS, False),
    ("sync", "sync", of_conv(), MEMBERS, False),
    ("history", "history", of_conv(), MEMBERS, False),
    ("readers", "readers", of_conv(seq=1), MEMBERS, False),
    ("read", "read", of_conv(seq=1), MEMBERS, False),
    ("delivered", "delivered", of_conv(seq=1), MEMBERS, False),
    ("typing", "typing", of_conv(), MEMBERS, False),
    ("silence", "conv.mute", of_conv(), MEMBERS, False),
    ("pin the conversation", "conv.pin", of_conv(), MEMBERS, False),
    ("hide", "conv.hide", of_conv(), MEMBERS, False),
    ("look at the conversation", "conv.get", of_conv(), MEMBERS, False),
    ("info", "group.info", of_conv(), (0, 0, 0, 0, 0, 0), False),
    ("members", "group.members", of_conv(), MEMBERS, False),
    ("requests", "group.requests", of_conv(), ADMINS, False),
    ("join", "group.join", of_conv(), (0, 0, 0, 0, 0, 0), True),
    ("invite", "group.invite", lambda scene, who: {"conv_id": scene.conv, "uids": [scene.uid("friend")]}, SPEAKERS, True),
    ("approve", "group.approve", of_user("asker"), ADMINS, True),
    ("refuse", "group.approve", of_user("asker", accept=False), ADMINS, True),
    ("kick a member", "group.kick", of_user("other"), ADMINS, True),
    ("kick an admin", "group.kick", of_user("admin2"), OWNER, True),
    ("kick the owner", "group.kick", of_user("owner"), NOBODY, True),
    ("mute a member", "group.mute", of_user("other"), ADMINS, True),
    ("mute an admin", "group.mute", of_user("admin2"), OWNER, True),
    ("mute the owner", "group.mute", of_user("owner"), NOBODY, True),
    ("mute all", "group.mute", of_conv(), ADMINS, True),
    ("make an admin", "group.role", of_user("other", role="admin"), OWNER, True),
    ("make a member", "group.role", of_user("admin2", role="member"), OWNER, True),
    ("make oneself an admin", "group.role", lambda scene, who: {"conv_id": scene.conv, "uid": scene.uid(who), "role": "admin"}, NOBODY, True),
    ("transfer", "group.transfer", of_user("other"), OWNER, True),
    ("announce", "group.announce", of_conv(text="x"), ADMINS, False),
    ("rename", "group.rename", of_conv(name="x"), ADMINS, False),
    ("dissolve", "group.dissolve", of_conv(), OWNER, True),
    ("leave", "group.leave", of_conv(), (4409, 0, 0, 0, 4404, 4404), True),
)

PEOPLE = {}


def people():
    if not PEOPLE:
        for name in ROLES + OTHERS:
            PEOPLE[name] = Person()
        for name in ROLES:
            PEOPLE[name].p2p = PEOPLE[name].main.good("conv.open", to=PEOPLE["friend"].uid)["conv_id"]
    return PEOPLE


def cells(allowed):
    for row, cmd, fields, codes, lasting in MATRIX:
        for who, code in zip(ROLES, codes):
            if code is not None and (code == 0) is allowed:
                yield row, cmd, fields, who, code, lasting


def refused_cells_are_refused_on_every_door():
    scene = Scene(people())
    before = scene.state()
    count = 0
    for row, cmd, fields, who, code, _ in cells(allowed=False):
        for door, ask in scene.people[who].doors.items():
            answer = ask.ask(cmd, **fields(scene, who))
            assert code_of(answer) == code, "%s by %s over %s: %r" % (row, who, door, answer)
        count += 1
    assert scene.state() == before, "something was changed"
    print("     refused cells: %d, on 3 doors each" % count)
    assert count + len(list(cells(allowed=True))) >= 200


def allowed_cells_are_allowed():
    shared = Scene(people())
    doors = itertools.cycle(("tcp", "websocket", "http"))
    for row, cmd, fields, who, _, lasting in cells(allowed=True):
        scene = Scene(people()) if lasting else shared
        door = next(doors)
        answer = scene.people[who].doors[door].ask(cmd, **fields(scene, who))
        assert answer["ok"], "%s by %s over %s: %r" % (row, who, door, answer)


def a_conversation_of_two_is_of_two():
    ann, eve = people()["owner"], people()["outsider"]
    own = {"conv_id": ann.p2p}
    sent = ann.main.send("x", conv_id=ann.p2p)
    for cmd, fields, member in (("group.announce", {"text": "x"}, 4403), ("group.rename", {"name": "x"}, 4403), ("group.dissolve", {}, 4403),
                                ("group.invite", {"uids": [eve.uid]}, 4403), ("group.kick", {"uid": eve.uid}, 4403), ("group.leave", {}, 4403),
                                ("group.mute", {}, 4403), ("group.transfer", {"uid": eve.uid}, 4403), ("group.join", {}, 4403)):
        for door, ask in ann.doors.items():
            assert code_of(ask.ask(cmd, **own, **fields)) == member, (cmd, door)
        for door, ask in eve.doors.items():
            assert code_of(ask.ask(cmd, **own, **fields)) == 4404, (cmd, door)
    for door, ask in eve.doors.items():
        for cmd, fields in (("sync", own), ("history", own), ("msg.edit", {"msg_id": sent["msg_id"], "body": "y"}),
                            ("msg.recall", {"msg_id": sent["msg_id"]}), ("msg.pin", {"msg_id": sent["msg_id"]}),
                            ("msg.send", {**own, "client_msg_id": "x", "body": "x"}),
                            ("msg.forward", {"msg_id": sent["msg_id"], "conv_id": eve.p2p, "client_msg_id": "x"})):
            assert code_of(ask.ask(cmd, **fields)) == 4404, (cmd, door)
        assert ask.ask("search", q="by owner")["messages"] == [], door


# What people do with a room of connections. "conv" is the one of the group they have a role in, "foreign" of a group they are not in: who is
# there is the server's to say, for every role.
ROOMS = (("join", "room.join"), ("count", "room.members"), ("leave", "room.leave"))
ROOM_KINDS = {"open": 0, "conv": 4403, "foreign": 4403, "nameless": 4422}


def room_of(kind, scene, foreign):
    return {"open": "live://matrix", "conv": "conv://%d" % scene.conv, "foreign": "conv://%d" % foreign, "nameless": "live://"}[kind]


def a_room_is_open_to_all_and_that_of_a_group_to_nobody():
    """Every role on every door: who is in a group, owns it or was never there makes no difference."""
    scene = Scene(people())
    foreign = people()["friend"].main.good("group.create", name="of others")["conv_id"]
    count = 0
    for who, (kind, code), (row, cmd) in itertools.product(ROLES, ROOM_KINDS.items(), ROOMS):
        for door, ask in scene.people[who].doors.items():
            wanted = 4409 if door == "http" and cmd != "room.members" else code  # there is no connection to let in
            answer = ask.ask(cmd, room=room_of(kind, scene, foreign))
            assert code_of(answer) == wanted, "%s a room %s by %s over %s: %r" % (row, kind, who, door, answer)
            count += 1
    print("     cells of rooms: %d" % count)
    assert count == len(ROLES) * len(ROOM_KINDS) * len(ROOMS) * 3


def nothing_in_a_body_makes_somebody_else():
    scene = Scene(people())
    for door, ask in scene.people["member"].doors.items():
        for forged in ({"sender": scene.uid("owner")}, {"by": scene.uid("owner")}, {"role": "owner"}, {"device": "x"}):
            answer = ask.ask("group.announce", conv_id=scene.conv, text="x", **forged)
            assert code_of(answer) == 4403, (door, forged, answer)


if __name__ == "__main__":
    sys.exit(run("who may do what", globals()))
