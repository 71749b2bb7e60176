"""Facts of docs/webim.md that hold for every kind of page. `pages`: makes them, one after the other on different comets."""
import json

from covers import covers
from pages import fresh
from wait import eventually


def all_cases(pages):
    return {case.__name__: (lambda case=case: case(pages)) for case in CASES}


CASES = []


def case(function):
    CASES.append(function)
    return function


def listed(page):
    return {str(person["fd"]): person for person in page.ask("getOnline")["list"]}


def heard_to_a_mark(page, pages):
    """What `page` hears up to a line that is said now."""
    mark = fresh("mark")
    pages().line(mark)
    return page.until(lambda said: said.get("data") == mark)[:-1]


def between(page, pages, act):
    """What `page` hears between a line said before `act` and one behind it: when it logs in, earlier ones may be on their way."""
    heard_to_a_mark(page, pages)
    act()
    return heard_to_a_mark(page, pages)


def lines(heard):
    return [said for said in heard if said["cmd"] == "fromMsg" and said["from"] != 0]


@case
@covers("I02", "I03")
def names_are_stripped_and_escaped_once(pages):
    page = pages(name="<b>a&b</b>\"'", avatar="/x.png?a=1&b=<2>")
    assert page.login["name"] == "a&amp;b&quot;&#039;", page.login
    assert page.login["avatar"] == "/x.png?a=1&amp;b=&lt;2&gt;", page.login
    assert set(page.login) == {"cmd", "fd", "name", "avatar"}, page.login
    eventually(lambda: listed(page)[str(page.fd)]["name"] == page.login["name"], "escaped twice")


@case
@covers("I04")
def guests_need_no_name(pages):
    page = pages(name="", avatar="")
    assert (page.login["name"], page.login["avatar"]) == ("", "")
    assert pages(name=None, avatar=None).fd != page.fd


@case
@covers("I05")
def addresses_are_unique(pages):
    fds = [str(pages().fd) for _ in range(12)]
    assert len(set(fds)) == len(fds), fds


@case
@covers("I10")
def the_others_hear_of_a_login(pages):
    first, name = pages(), fresh()
    second = pages(name=name, avatar="/b.png")
    heard = first.until(lambda said: said["cmd"] == "newUser" and said["fd"] == second.fd)
    assert heard[-1] == {"cmd": "newUser", "fd": second.fd, "name": name, "avatar": "/b.png"}, heard[-1]
    # Pages of earlier cases may be told to have gone in between.
    line = first.expect(lambda said: said.get("data") == name + "上线了")
    assert line == {"cmd": "fromMsg", "from": 0, "channal": 0, "data": name + "上线了"}, line
    heard = heard_to_a_mark(second, pages)
    assert not [said for said in heard if said["cmd"] == "newUser" and said["fd"] == second.fd], heard


@case
@covers("I11")
def the_list_of_people(pages):
    first, second = pages(), pages()
    online = first.ask("getOnline")
    assert {first.fd, second.fd} <= set(online["users"]), online
    people = {str(person["fd"]): person for person in online["list"]}
    assert len(online["list"]) <= 100
    if len(online["users"]) <= 100:
        assert people[str(second.fd)] == {"cmd": "login", "fd": second.fd, "name": second.name, "avatar": "/a.png"}


@case
@covers("I12")
def the_others_hear_of_an_end(pages):
    first, second = pages(), pages()
    fd, name = second.fd, second.name
    first.expect(lambda said: said["cmd"] == "newUser" and said["fd"] == fd)  # else nobody is told that it went
    second.leave()
    gone = first.expect(lambda said: said["cmd"] == "offline" and said["fd"] == fd, 120)
    assert gone == {"cmd": "offline", "fd": fd, "from": 0, "channal": 0, "data": name + "下线了"}, gone
    eventually(lambda: fd not in first.ask("getOnline")["users"], "still in the list")


@case
@covers("I20", "I22", "I40")
def a_line_goes_to_all_but_its_sender(pages):
    first, second, third = pages(), pages(), pages()
    text = fresh("line ") + " #3# &nbsp;你好"
    sent = {"cmd": "message", "from": first.fd, "channal": 0, "data": text, "type": "text", "name": "x", "more": {"a": [1]}}
    heard = between(first, pages, lambda: first.say(**sent))
    assert not [said for said in heard if said.get("data") == text], "the sender heard itself"
    for page in (second, third):
        assert page.heard_line(text) == {**sent, "cmd": "fromMsg", "name": first.login["name"]}
    forged, fake = pages(), fresh("forged")
    forged.line(fake, **{"from": second.fd})
    assert third.heard_line(fake)["from"] == forged.fd


@case
@covers("I21")
def private_words_go_to_one_page(pages):
    first, second, third = pages(), pages(), pages()
    text = fresh("secret")
    whisper = {"cmd": "message", "from": first.fd, "to": str(second.fd), "channal": 1, "data": text, "type": "text"}
    first.say(**whisper)
    assert second.heard_line(text) == {**whisper, "cmd": "fromMsg"}
    heard = heard_to_a_mark(third, pages)
    assert not [said for said in heard if said.get("data") == text], heard
    assert not [entry for entry in third.ask("getHistory")["history"] if entry["msg"]["data"] == text]


@case
@covers("I26")
def calls_of_the_page_are_relayed(pages):
    """Each word by a page of its own: a page may say one every two seconds."""
    called = pages()
    for kind in ("video", "audio", "screen"):
        for word, more in (("ask", {"room": fresh("room")}), ("ok", {}), ("gg", {})):
            caller = pages()
            call = {"cmd": "message", "from": caller.fd, "to": str(called.fd), "channal": 1, "data": word, "type": kind, **more}
            caller.say(**call)
            assert called.expect(lambda said: said.get("type") == kind) == {**call, "cmd": "fromMsg"}
    called.say(cmd="message", channal=1, to=called.fd, type="video", data="ask", room="own")
    history = called.ask("getHistory")["history"]
    assert not [entry for entry in history if entry["type"] in ("video", "audio", "screen")], "a call was kept"


@case
@covers("I20", "I27")
def a_line_without_a_type_is_a_text(pages):
    first, second = pages(), pages()
    text = fresh("plain")
    first.say(cmd="message", channal=0, data=text, **{"from": first.fd})
    assert second.heard_line(text).get("type") in (None, "text")
    entry = [entry for entry in second.ask("getHistory")["history"] if entry["msg"].get("data") == text][0]
    assert entry["type"] == "text", entry


@case
@covers("I20", "I27")
def a_page_can_draw_what_others_wrote(pages):
    """At another type, and at a text without data, it throws and shows nothing any more."""
    listener, odd = pages(), ({"type": "evil", "data": "x"}, {"type": "text"}, {"data": None, "type": None})
    writers = [pages() for _ in odd]
    for writer, message in zip(writers, odd):
        writer.say(cmd="message", channal=0, **message)
        line = listener.expect(lambda said: said["cmd"] == "fromMsg" and said["from"] == writer.fd)
        assert line.get("type", "text") == "text" and isinstance(line["data"], str), line
    history = pages().ask("getHistory")["history"]
    assert all(entry["type"] in ("text", "image") and isinstance(entry["msg"]["data"], str) for entry in history), history


@case
@covers("I02")
def wrong_types_in_a_login(pages):
    """Numbers are taken as their text; what is no text is left out."""
    assert pages(name=7, avatar=8).login["name"] == "7"
    for odd in ({"a": 1}, ["x"], True):
        page = pages(name=odd, avatar=odd)
        assert isinstance(page.login["name"], str) and isinstance(page.login["avatar"], str), page.login


@case
@covers("I21")
def words_to_somebody_who_left(pages):
    first, second, third = pages(), pages(), pages()
    second.leave()
    first.say(cmd="message", channal=1, to=second.fd, data="anybody?", type="text")
    for nobody in ("nobody", "-1", "99999999999999999999", 0.5, None, {"a": 1}):
        pages().say(cmd="message", channal=1, to=nobody, data="anybody?", type="text")
    text = fresh("still here")
    third.line(text)
    first.heard_line(text)


@case
@covers("I23")
def activity_is_no_message(pages):
    first, second = pages(), pages()
    text = fresh("after")

    def act():
        for channel in (11, "11"):
            first.say(cmd="message", channal=channel, type="sys", data="", **{"from": first.name})
        first.line(text)  # at once: the others did not count
        first.say(cmd="message", channal=11, type="sys", data="", to="stale", room="stale", url="stale", **{"from": first.name})
        first.ask("getOnline")  # then all of it has been dealt with

    heard = between(second, pages, act)
    assert [said["data"] for said in lines(heard)] == [text], heard
    assert not [entry for entry in second.ask("getHistory")["history"] if entry["type"] == "sys"]


@case
@covers("I24")
def other_channals_reach_nobody(pages):
    first, second = pages(), pages()
    def act():
        first.say(cmd="message", channal=3, type="text", data="three")
        first.ask("getOnline")

    heard = between(second, pages, act)
    assert not lines(heard), heard


@case
@covers("I25", "I27")
def pictures_and_the_history(pages):
    first, second = pages(name=fresh("<i>h</i>")), pages()
    picture = {"cmd": "message", "from": first.fd, "channal": 0, "data": "", "type": "image", "url": "/upload/%s.png" % fresh()}
    first.say(**picture)
    assert second.expect(lambda said: said.get("url") == picture["url"]) == {**picture, "cmd": "fromMsg"}
    text = fresh("later")
    second.line(text)
    first.heard_line(text)
    history = pages().ask("getHistory")["history"]
    assert len(history) <= 100
    entry, last = history[-2:]
    assert entry["msg"] == picture and entry["type"] == "image", entry
    assert entry["user"] == {"name": first.login["name"], "avatar": "/a.png"}, entry
    assert isinstance(entry["time"], int) and entry["time"] <= last["time"], entry
    assert last["msg"]["data"] == text and last["user"]["name"] == second.name, last
    assert all(entry["user"].get("name") is not None and "data" in entry["msg"] for entry in history)


@case
@covers("I30")
def what_is_no_command(pages):
    page = pages()
    for bad in (b"", b"hello", b"[1]", b"7", b"null", b"{}", b'{"cmd":""}', b'{"cmd":7}', b'{"cmd":"message"', b'{"cmd":null}'):
        page.raw(bad)
        assert page.error() == 101, bad


@case
@covers("I31")
def what_is_a_wrong_command(pages):
    page = pages()
    for bad in ({"cmd": "msg.send"}, {"cmd": "nothing"}, {"cmd": "hello"}, {"cmd": "message", "data": "x" * 1025},
                {"cmd": "message", "data": 7}, {"cmd": "message", "data": {"a": 1}}, {"cmd": "message", "data": "a", "type": ["x"]},
                {"cmd": "message", "data": "a", "type": "t" * 13}, {"cmd": "message", "data": "a", "channal": [0]},
                {"cmd": "message", "data": "a", "url": "u" * 20000}):
        page.say(**bad)
        assert page.error() == 102, bad
    text = fresh("x" * 1000)
    pages().line(text)
    page.heard_line(text)


@case
@covers("I32")
def two_seconds_between_messages(pages):
    page, other = pages(), pages()
    first, third = fresh("first"), fresh("third")
    page.line(first)
    page.line("too soon")
    assert page.error() == 104

    def passes():
        page.line(third)
        page.say(cmd="nothing")  # refused behind the answer to the line
        if page.error() == 102:
            return True
        assert page.error() == 102
        return False

    eventually(passes, "it stays too soon", 60, 0.5)
    heard = other.until(lambda said: said.get("data") == third)
    assert "too soon" not in [said.get("data") for said in heard]


@case
@covers("I41")
def one_login_a_connection(pages):
    page = pages()
    page.say(cmd="login", name="again", avatar="")
    assert page.error() == 102
    assert json.dumps(page.ask("getOnline")).count('"again"') == 0
