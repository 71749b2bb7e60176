"""Bytes that are no text, where a room, a key or a header belongs (issue 17: 1, 2)."""
import json
import urllib.parse

from goim_client import WsClient

from neighbours import API, OPS, PORTS, WS, http, login, metric, push, restart_router

BAD = (b"\xff", b"live://\xe8\x81", b"live://a\nb", b"live://\x00", b"\x1b[2J", b"\xc2\x9b31m", b"r" * 513)


def a_room_that_is_no_text_changes_nothing():
    before = metric("comet-1", "im_comet_bad_requests_total")
    client = login(mid=1, key="a", room_id="attack://mine", accepts=[1000])
    for seq, room in enumerate(BAD, 10):
        client.send(12, room, seq=seq)
        assert client.receive() == (1, 13, seq, room), room
    push("/goim/push/room?operation=1000&type=attack&room=mine", b"still in my room")
    assert client.receive()[3] == b"still in my room"
    client.close()
    assert metric("comet-1", "im_comet_bad_requests_total") >= before + len(BAD)


def a_login_into_a_room_that_is_no_text_is_in_no_room():
    for room in ("a\nb", "\x1b[2J", "r" * 513):
        client = login(mid=2, key="b", room_id=room, accepts=[1000])
        push("/goim/push/mids?operation=1000&mids=2", b"reached")
        assert client.receive()[3] == b"reached", room
        client.close()


def many_bad_rooms_and_a_restarted_router_lose_no_push():
    """A snapshot that could not be read counted as the end of a good one: 20 of 20 pushes were answered 0 and lost."""
    attackers = [login(comet, mid=0, key="x-%d" % i) for i, comet in enumerate(list(PORTS) * 10)]
    for client in attackers:
        for room in BAD:
            client.send(12, room)
    victims = [login(comet, mid=100 + i, key="v-%d" % i, accepts=[1000]) for i, comet in enumerate(list(PORTS) * 10)]
    restart_router()
    for i, client in enumerate(victims):
        push("/goim/push/mids?operation=1000&mids=%d" % (100 + i), b"after %d" % i)
        assert client.receive()[3] == b"after %d" % i
    for client in attackers + victims:
        client.close()


def headers_that_are_no_text_do_not_stop_a_login():
    for headers in (b"Cookie: a=\xff\r\n", b"Origin: http://\xfe\xff\r\n", b"Cookie: \xe8\x81; b=1\r\nOrigin: \xff\r\n"):
        client = WsClient(WS, headers=headers)
        assert client.status == 101, (headers, client.status)
        client.auth(mid=3, key="ws")
        client.close()


def parameters_that_are_no_text_are_400():
    long = "r" * 600
    for path in ("/goim/push/room?operation=1&type=live&room=%ff", "/goim/push/room?operation=1&type=%ff&room=1",
                 "/goim/push/room?operation=1&type=live&room=%0a", "/goim/push/room?operation=1&type=live&room=" + long,
                 "/goim/push/keys?operation=1&keys=%ff", "/goim/push/keys?operation=1&keys=good&keys=%fe",
                 "/goim/push/mids?operation=1&mids=%ff", "/goim/push/keys?operation=1&keys=" + "k" * 1025):
        status, answer = http(API + path, b"x")
        assert status == 400, (path, status, answer)
        assert json.loads(answer.decode())["code"] == -400, answer
    for path in ("/goim/online/top?type=%ff&limit=5", "/goim/online/room?type=live&rooms=%ff", "/goim/online/room?type=%ff&rooms=1"):
        status, answer = http(API + path)
        assert status == 400 and json.loads(answer.decode())["code"] == -400, (path, status, answer)
    for path in ("/admin/v1/session?key=%ff", "/admin/v1/room?id=live://%ff", "/admin/v1/session?uid=%ff"):
        status, answer = http(OPS["logic-1"] + path)
        assert status == 400 and json.loads(answer.decode())["code"] == "invalid", (path, status, answer)
    for path in ("/admin/v1/kick?key=%ff", "/admin/v1/trace?key=%ff"):
        status, answer = http(OPS["logic-1"] + path, b"")
        assert status == 400 and json.loads(answer.decode())["code"] == "invalid", (path, status, answer)


def text_of_any_language_is_a_room():
    room = "聊天室 🙂"
    client = login(mid=4, key="c", accepts=[1000])
    client.send(12, ("live://" + room).encode(), seq=2)
    assert client.receive()[1] == 13
    push("/goim/push/room?operation=1000&type=live&room=" + urllib.parse.quote(room), b"hello")
    assert client.receive()[3] == b"hello"
    client.close()


CASES = [a_room_that_is_no_text_changes_nothing, a_login_into_a_room_that_is_no_text_is_in_no_room,
         many_bad_rooms_and_a_restarted_router_lose_no_push, headers_that_are_no_text_do_not_stop_a_login,
         parameters_that_are_no_text_are_400, text_of_any_language_is_a_room]
