#!/usr/bin/env python3
"""Who may log in to the admin page and what is refused at its door: roles on every route, hostile requests, guesses. As test_deeds.py."""
import http.client
import itertools
import os
import subprocess
import sys
import time

from console import ROLES, Session, address, call, log_in, password
from runner_of_cases import run
from wait import eventually

# Route, least role, a body that is well formed and names nobody.
NOBODY = 2**52
READS = {"me": "viewer", "overview": "viewer", "nodes": "viewer", "session": "viewer", "room": "viewer", "rooms": "viewer", "figures": "viewer",
         "users": "viewer", "online": "viewer", "user": "viewer", "groups": "viewer", "group": "viewer", "messages": "operator", "log": "admin"}
QUERIES = {"session": {"uid": 1}, "room": {"id": "live://1"}, "rooms": {"type": "live"}, "user": {"uid": NOBODY}, "group": {"conv": NOBODY},
           "messages": {"q": "nothing"}}
CHANGES = {"user/kick": "operator", "user/mute": "operator", "user/ban": "admin", "user/pardon": "admin", "group/rename": "operator",
           "group/remove": "operator", "group/dissolve": "admin", "message/remove": "operator", "push": "operator", "push/all": "admin",
           "comet/drain": "admin"}
BODIES = {"user/kick": {"uid": NOBODY}, "user/mute": {"uid": NOBODY, "for_s": 60}, "user/ban": {"uid": NOBODY}, "user/pardon": {"uid": NOBODY},
          "group/rename": {"conv": NOBODY, "name": "x"}, "group/remove": {"conv": NOBODY, "uid": 1}, "group/dissolve": {"conv": NOBODY},
          "message/remove": {"conv": NOBODY, "seq": 1}, "push": {"to": "user", "target": str(NOBODY), "op": 1000, "body": "x"},
          "push/all": {"op": 1000, "body": "x"}, "comet/drain": {"name": "nobody"}}
sessions = {}


def session(role):
    if role not in sessions:
        sessions[role] = Session(role)
    return sessions[role]


def may(role, least):
    return ROLES.index(role) >= ROLES.index(least)


def every_role_on_every_route():
    cells = 0
    # A router that has just started does not say yet who is not there.
    eventually(lambda: session("viewer").get("session", uid=1).status in (200, 404), "the router does not know its sessions", 60)
    for role in ROLES:
        for path, least in READS.items():
            status = session(role).get(path, **QUERIES.get(path, {})).status
            assert (status in (200, 404)) if may(role, least) else status == 403, (role, path, status)
            cells += 1
        for path, least in CHANGES.items():
            answer = session(role).post(path, **BODIES[path])
            allowed = answer.status in (200, 404)
            assert allowed if may(role, least) else answer.status == 403 and answer.json["code"] == "forbidden", (role, path, answer.status, answer.json)
            cells += 1
    assert cells == len(ROLES) * (len(READS) + len(CHANGES)), cells


def without_a_session_nothing_is_told():
    for path in READS:
        for cookie in ({}, {"Cookie": "im_admin=" + "A" * 43}, {"Cookie": "im_admin=" + "A" * 4000}, {"Cookie": "im_admin="}):
            assert call("GET", "/api/" + path, None, cookie).status == 401, path
    for path in CHANGES:
        assert call("POST", "/api/" + path, BODIES[path]).status == 401, path


def changes_need_the_csrf_token():
    admin = session("admin")
    for path in CHANGES:
        for token in ({}, {"X-CSRF-Token": ""}, {"X-CSRF-Token": "0" * 64}, {"X-CSRF-Token": session("viewer").csrf}):
            answer = call("POST", "/api/" + path, BODIES[path], {"Cookie": admin.cookie, **token})
            assert (answer.status, answer.json["code"]) == (403, "csrf"), (path, token, answer.status)


def pages_of_other_sites_are_refused():
    admin = session("admin")
    host, port = address()
    for headers, status in (({"Origin": "https://evil.example"}, 403), ({"Origin": "null"}, 403), ({"Origin": "http://%s:%d" % (host, port + 1)}, 403),
                            ({"Sec-Fetch-Site": "cross-site"}, 403), ({"Sec-Fetch-Site": "same-site"}, 403), ({"Host": "evil.example"}, 421)):
        for method, path, body in (("POST", "/api/user/kick", {"uid": NOBODY}), ("GET", "/api/nodes", None), ("POST", "/api/login", {"login": "admin", "password": password("admin")})):
            got = call(method, path, body, admin.headers(headers)).status
            assert got == status, (headers, path, got)
    assert call("POST", "/api/user/kick", {"uid": NOBODY}, admin.headers({"Origin": "http://%s:%d" % (host, port)})).status == 404


def bodies_that_are_none_are_refused():
    admin = session("admin")
    for body, headers, status in ((b"uid=1", {"Content-Type": "application/x-www-form-urlencoded"}, 400), (b'{"uid":1}', {"Content-Type": "text/plain"}, 400),
                                  (b"", {}, 400), (b"[]", {}, 400), (b'{"uid":1', {}, 400), (b'{"uid":"1"}', {}, 400), (b'{"uid":0}', {}, 400),
                                  (b'{"uid":1,"uid":2}', {}, 400), (b'{"uid":1.5}', {}, 400), (b"[" * 60000, {}, 400), (b"x" * 70000, {}, 413)):
        got = call("POST", "/api/user/kick", body, admin.headers(headers)).status
        assert got == status, (body[:20], got)
    for method in ("PUT", "DELETE", "PATCH"):
        assert call(method, "/api/user/kick", b"{}", admin.headers()).status in (404, 405), method
    assert call("GET", "/api/user/kick", None, admin.headers()).status in (404, 405)


def numbers_and_texts_of_questions_are_checked():
    admin = session("admin")
    for path, query in (("users", {"before": "x"}), ("online", {"after": "x"}), ("users", {"q": "x" * 300}), ("user", {}), ("user", {"uid": "1e3"}), ("group", {"conv": -1}), ("rooms", {}),
                        ("rooms", {"type": "live", "limit": 100000}), ("messages", {}), ("messages", {"q": "x"}), ("log", {"before": "-1"})):
        assert admin.get(path, **query).status == 400, (path, query)
    for text in ("'", "%", "_", '" OR 1=1 --', "a\" OR \"b", "漢字", "!!", "*", "NEAR(a b)"):
        assert admin.get("users", q=text).status == 200, text
        assert admin.get("groups", q=text).status == 200, text
        assert admin.get("messages", q=text + "xx").status == 200, text


def the_cookie_is_for_this_page_only():
    answer = log_in("viewer", password("viewer"))
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie and "Path=/" in cookie and "Secure" not in cookie, cookie
    assert answer.headers["cache-control"] == "no-store"
    host, port = address()
    assert call("GET", "/api/me", None, {"Cookie": "a=b; " + cookie.split(";")[0] + "; c=d"}).json["role"] == "viewer"
    assert "access-control-allow-origin" not in answer.headers, (host, port)


def who_logs_out_is_out():
    viewer = Session("viewer")
    assert viewer.get("me").status == 200
    assert viewer.post("logout").status == 200
    assert viewer.get("me").status == 401


def guesses_are_locked_out_and_so_is_the_right_password_then():
    source = "127.0.0.21"
    for _ in range(5):
        answer = log_in("operator", "wrong", source)
        assert answer.status == 401, answer.status
    locked = log_in("operator", password("operator"), source)
    assert locked.status == 429 and int(locked.headers["retry-after"]) > 0, (locked.status, locked.headers)
    assert Session("operator", "127.0.0.22").get("me").status == 200
    assert Session("viewer", source).get("me").status == 200


def guesses_of_many_logins_lock_the_address():
    source = "127.0.0.23"
    statuses = [log_in("nobody%d" % i, "wrong", source).status for i in range(22)]
    assert statuses[:20] == [401] * 20 and statuses[20:] == [429] * 2, statuses
    assert log_in("viewer", password("viewer"), source).status == 429


def a_right_password_clears_the_count():
    source = "127.0.0.24"
    for _ in range(3):
        for _ in range(4):
            assert log_in("viewer", "wrong", source).status == 401
        assert log_in("viewer", password("viewer"), source).status == 200


def nobody_is_told_which_logins_there_are():
    known, unknown = log_in("admin", "wrong", "127.0.0.25"), log_in("nobody-at-all", "wrong", "127.0.0.25")
    assert (known.status, known.json) == (unknown.status, unknown.json) == (401, known.json)


def a_change_of_the_file_ends_sessions():
    file = os.environ["IM_ADMINS"]
    add = [os.environ["IMCTL"], "admin", "add", "eve", "--file", file, "--password-stdin", "--role"]
    subprocess.run([*add, "admin"], input=b"the eve's password\n", check=True, capture_output=True)
    sources = itertools.count(30)  # a try that comes before the file was read is a wrong one
    eventually(lambda: log_in("eve", password("eve"), "127.0.0.%d" % next(sources)).status == 200, "the file is not followed", every=0.5)
    eve = Session("eve", "127.0.0.27")
    assert eve.get("log").status == 200
    subprocess.run([*add, "viewer"], input=b"the eve's password\n", check=True, capture_output=True)
    eventually(lambda: eve.get("me").status == 401, "a session outlives the role it was opened with")
    eve = Session("eve", "127.0.0.27")
    assert eve.get("log").status == 403
    subprocess.run([os.environ["IMCTL"], "admin", "remove", "eve", "--file", file], check=True, capture_output=True)
    eventually(lambda: eve.get("me").status == 401, "who was removed stays")


def refusals_by_role_and_logins_are_in_the_log():
    before = time.time() * 1000 - 600_000
    assert session("viewer").post("user/kick", uid=NOBODY).status == 403
    rows = session("admin").seen("log")["rows"]
    assert [row for row in rows if (row["login"], row["action"], row["outcome"]) == ("viewer", "user/kick", 403) and row["ts"] > before], rows[:3]
    assert [row for row in rows if row["action"] == "login" and row["outcome"] == 401], rows[:3]
    oldest = rows[-1]["id"]
    older = session("admin").seen("log", before=oldest)["rows"]
    assert all(row["id"] < oldest for row in older)


def the_pages_come_with_their_policy():
    host, port = address()
    connection = http.client.HTTPConnection(host, port, timeout=60)
    connection.request("GET", "/no-such-page")
    reply = connection.getresponse()
    reply.read()
    connection.close()
    policy = reply.getheader("Content-Security-Policy") or ""
    if os.environ.get("IM_PAGES"):
        assert reply.status == 404 and "script-src 'self'" in policy and "unsafe" not in policy and "connect-src 'self';" in policy, policy


if __name__ == "__main__":
    sys.exit(run("admin page: doors", globals()))
