#!/usr/bin/env python3
"""goim v2: auth, keys, rooms, online numbers. Needs two comets (IM_TCP2)."""
import struct
import time

from cases import TCP, TCP2, both, covers, push, run
from goim_client import Closed, TcpClient
from wait import eventually


def refused(body):
    for make, port in both():
        client = make(port)
        client.send(7, body)
        try:
            client.receive()
            return False
        except Closed:
            pass
    return True


def online(client, seq=1):
    client.send(2, seq=seq)
    return struct.unpack(">i", client.receive()[3])[0]


@covers("S01")
def other_ops_before_auth_are_ignored():
    for make, port in both():
        client = make(port)
        for op in (2, 3, 4, 9, 12, 14, 16, 254):
            client.send(op, b"1", seq=op)
        client.auth(mid=1)


@covers("S03")
def all_members_are_optional_and_others_ignored():
    for make, port in both():
        make(port).auth()
        make(port).auth(mid=5, unknown={"a": [1, 2, {"b": None}]}, device="x")
        make(port).auth(mid=None, key=None, room_id=None, platform=None, accepts=None)
        make(port).auth(mid=2**63 - 1, key="k%d" % port, room_id="live://1", platform="web", accepts=[])


@covers("S04")
def member_names_match_in_any_case():
    client = TcpClient(TCP).auth(MID=4401, Key="case-key", Room_ID="live://case", ACCEPTS=[7])
    push("/goim/push/keys?operation=7&keys=case-key", b"by key")
    assert client.receive()[3] == b"by key"
    push("/goim/push/mids?operation=7&mids=4401", b"by mid")
    assert client.receive()[3] == b"by mid"
    push("/goim/push/room?operation=7&type=live&room=case", b"by room")
    assert client.receive()[3] == b"by room"


@covers("S05")
def wrong_types_close_without_a_packet():
    for body in (b'{"mid":"12"}', b'{"mid":1.5}', b'{"key":7}', b'{"room_id":[]}', b'{"platform":1}', b'{"accepts":1}',
                 b'{"accepts":["1"]}', b'{"accepts":[99999999999]}', b"[]", b"12", b"", b"{", b'{"mid":1} x', b"[" * 4000):
        assert refused(body), body


@covers("S06")
def without_a_key_each_gets_its_own():
    first, second = TcpClient(TCP).auth(mid=4600, accepts=[1]), TcpClient(TCP).auth(mid=4600, accepts=[1])
    push("/goim/push/mids?operation=1&mids=4600", b"both")
    assert first.receive()[3] == second.receive()[3] == b"both"


@covers("S07")
def no_user_below_one():
    for mid in (0, -5):
        client = TcpClient(TCP).auth(mid=mid, key="nobody%d" % mid, accepts=[1])
        push("/goim/push/mids?operation=1&mids=%d" % mid, b"to nobody")
        push("/goim/push/keys?operation=1&keys=nobody%d" % mid, b"by key")
        assert client.receive()[3] == b"by key"


@covers("S08")
def without_a_room_nobody_is_online():
    for make, port in both():
        client = make(port).auth(mid=4800)
        assert online(client) == 0
        client.send(12, b"live://s08-%d" % port)
        client.receive()
        assert online(client) == 1
        client.send(12, b"")
        client.receive()
        assert online(client) == 0


@covers("S09")
def auth_reply():
    for make, port in both():
        client = make(port)
        client.send(7, b'{"mid":1}', seq=9)
        assert client.receive() == (1, 8, 9, b"")


@covers("S10", "S14")
def same_key_here_closes_the_older():
    for make, port in both():
        key = "same%d" % port
        first = make(port).auth(mid=70, key=key, accepts=[1])
        second = make(port).auth(mid=70, key=key, accepts=[1])
        assert first.closed_within(3)
        time.sleep(0.3)  # the disconnect of the first is on its way
        push("/goim/push/keys?operation=1&keys=" + key, b"still here")
        assert second.receive()[3] == b"still here"
        push("/goim/push/mids?operation=1&mids=70", b"by user too")
        assert second.receive()[3] == b"by user too"
        second.close()


@covers("S11", "S14")
def same_key_on_another_comet():
    assert TCP2, "needs a second comet"
    first = TcpClient(TCP).auth(mid=71, key="wander", accepts=[1])
    second = TcpClient(TCP2).auth(mid=71, key="wander", accepts=[1])
    push("/goim/push/keys?operation=1&keys=wander", b"to the newest")
    assert second.receive()[3] == b"to the newest"
    assert first.closed_within(5), "the older connection is not told"
    time.sleep(0.5)
    push("/goim/push/keys?operation=1&keys=wander", b"the late disconnect changed nothing")
    assert second.receive()[3] == b"the late disconnect changed nothing"


@covers("S13")
def online_numbers_are_of_the_whole_cluster():
    room = "live://s13-%d" % time.time()
    here = [TcpClient(TCP).auth(room_id=room) for _ in range(3)]
    assert 1 <= online(here[0]) <= 3  # at once, before the total is known
    there = [TcpClient(TCP2).auth(room_id=room) for _ in range(2)]
    assert eventually(lambda: online(here[0]) == 5), online(here[0])
    assert eventually(lambda: online(there[0]) == 5)
    for client in there:
        client.close()
    assert eventually(lambda: online(here[0]) == 3)


run(globals())
