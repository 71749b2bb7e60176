"""Requests of attackers: rows of (what, how, codes that are right). How: a function of the world, giving a code."""
import hashlib
import json
import socket
import threading

from media_client import HOST, begin, bearer, call, code, pair, put

DATA = b"0123456789" * 10


class World:
    """Two users, a foreigner, and an upload that is under way, half of it there."""

    def __init__(self, ann, bob, conv, foreigner):
        self.ann, self.bob, self.conv, self.foreigner = ann, bob, conv, foreigner
        self.count = 0

    def fresh(self):
        """Bytes nobody had, and their upload, begun."""
        self.count += 1
        if self.count % 15 == 0:  # a user has at most 20 unfinished ones
            self.ann, self.bob, self.conv = pair()
        data = DATA + b"%d" % self.count
        begun = begin(self.ann, self.conv, data)
        assert begun["ok"], begun
        return data, begun


def status_code(reply):
    """Of an HTTP answer: its code, or the status where it is none of ours."""
    status, _, text = reply
    if text.startswith(b"{"):
        answer = json.loads(text)
        if "ok" in answer:
            return code(answer)
    return 0 if status < 300 else 4000 + status


def raw(text, body=b"", wait=10):
    """Bytes as they are; whatever comes back until the connection ends or is silent."""
    with socket.create_connection(tuple(HOST.split(":")), timeout=wait) as connection:
        try:
            connection.sendall(text.encode("latin-1") + body)
            connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # refused before the end
        got = b""
        try:
            while piece := connection.recv(4096):
                got += piece
        except OSError:
            pass
        return got


def begin_with(**fields):
    def ask(world):
        all_fields = {"name": "a", "size": 3, "mime": "a/b", "sha256": hashlib.sha256(b"abc").hexdigest(), "conv_id": world.conv}
        all_fields.update(fields)
        return code(world.ann.ask("media.begin", **{name: value for name, value in all_fields.items() if value != "-"}))
    return ask


def put_with(headers=None, token=None, path=None, body=None, method="PUT", chunked=False):
    """A whole PUT with one thing bent."""
    def ask(world):
        data, begun = world.fresh()
        lines = {**bearer(begun), "Content-Range": "bytes 0-%d/%d" % (len(data) - 1, len(data))}
        for name, value in (headers or {}).items():
            lines[name] = value.replace("SIZE", str(len(data)))
        lines = {name: value for name, value in lines.items() if value != "-"}
        if token is not None:
            lines["Authorization"] = token(world, begun)
        where = begun["upload"] if path is None else path(begun)
        content = data if body is None else body(data)
        if chunked:
            return status_code(call(method, where, iter([content]), {**lines, "Transfer-Encoding": "chunked"}))
        return status_code(call(method, where, content, lines))
    return ask


def range_of(value):
    return put_with(headers={"Content-Range": value})


def other_token(world, _):
    return bearer(world.fresh()[1])["Authorization"]


def bent(at, letter):
    def token(_, begun):
        text = begun["token"]
        other = letter if text[at] != letter else "8"
        return "Bearer " + text[:at] + other + text[at + 1:]
    return token


def over_what_is_there(first):
    """Half is there; then bytes from `first` on."""
    def ask(world):
        data, begun = world.fresh()
        assert put(begun, 0, data[:50])["ok"]
        return code(put(begun, first, data[first:]))
    return ask


def two_at_once(world):
    """One of two that write the same upload is told so, whichever it is; the bytes stay right."""
    data, begun = world.fresh()
    codes = []

    def one():
        codes.append(status_code(call("PUT", begun["upload"], data, {**bearer(begun), "Content-Range": "bytes 0-%d/%d" % (
            len(data) - 1, len(data))})))
    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [0, 4409], codes
    return max(codes)


def endless(world):
    """More bytes than announced, as long as somebody takes them."""
    _, begun = world.fresh()

    def pieces():
        for _ in range(2000):
            yield b"x" * 65536
    try:
        return status_code(call("PUT", begun["upload"], pieces(), {
            **bearer(begun), "Content-Range": "bytes 0-9/%d" % begun["size"], "Transfer-Encoding": "chunked"}))
    except OSError:
        return 4422  # hung up on, which is what was to be shown


def head_of(begun, *lines):
    return "PUT %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nContent-Range: bytes 0-%d/%d\r\n%s\r\n" % (
        begun["upload"], HOST, begun["token"], begun["size"] - 1, begun["size"], "".join(line + "\r\n" for line in lines))


def raw_put(*lines, body=DATA):
    def ask(world):
        begun = world.fresh()[1]
        got = raw(head_of(begun, *(line.replace("SIZE", str(begun["size"])) for line in lines)), body)
        return code(json.loads(got.partition(b"\r\n\r\n")[2])) if got else 4000
    return ask


LONG = "a" * 10_000
BEGIN = [
    ("nothing wrong, to see that the rest is", begin_with(), {0}),
    ("a name that is empty", begin_with(name=""), {4422}),
    ("a name that is a dot", begin_with(name="."), {4422}),
    ("a name that goes up", begin_with(name="../../etc/passwd"), {4422}),
    ("a name that goes up the other way", begin_with(name="..\\..\\boot.ini"), {4422}),
    ("a name with NUL", begin_with(name="a\0.png"), {4422}),
    ("a name with a line break", begin_with(name="a\r\nSet-Cookie: x=1"), {4422}),
    ("a name with ESC", begin_with(name="\x1b[2Ja"), {4422}),
    ("a name that is turned around", begin_with(name="annexe\u202egpj.exe"), {4422}),
    ("a name with an isolate", begin_with(name="\u2066a\u2069"), {4422}),
    ("a name of 10,000 letters", begin_with(name=LONG), {4422}),
    ("a name that is a list", begin_with(name=["a"]), {4422}),
    ("no name", begin_with(name="-"), {4422}),
    ("no bytes", begin_with(size=0), {4422}),
    ("less than no bytes", begin_with(size=-1), {4422}),
    ("more bytes than there are", begin_with(size=2 ** 63 - 1), {4413}),
    ("a size above 63 bits", begin_with(size=2 ** 64), {4400, 4422}),
    ("half a byte", begin_with(size=1.5), {4422}),
    ("a size in words", begin_with(size="12"), {4422}),
    ("a picture of 1 GiB", begin_with(size=1 << 30, mime="image/png"), {4413}),
    ("a short hash", begin_with(sha256="abc"), {4422}),
    ("a hash of other letters", begin_with(sha256="g" * 64), {4422}),
    ("a hash in upper case", begin_with(sha256="A" * 64), {4422}),
    ("no hash", begin_with(sha256="-"), {4422}),
    ("a type without a slash", begin_with(mime="text"), {4422}),
    ("a type with a line break", begin_with(mime="text/html\r\nX: y"), {4422}),
    ("a type with quotes", begin_with(mime='text/"html"'), {4422}),
    ("a type of 1,000 letters", begin_with(mime="a/" + "b" * 1000), {4422}),
    ("a conversation that is not there", begin_with(conv_id=2 ** 40), {4404}),
    ("a conversation with number 0", begin_with(conv_id=0), {4422}),
    ("no conversation", begin_with(conv_id="-"), {4422}),
    ("a foreigner", lambda world: code(begin(world.foreigner, world.conv, b"abc")), {4404}),
]
TOKENS = [
    ("nothing wrong with the token, either", put_with(), {0}),
    ("no token", put_with(headers={"Authorization": "-"}), {4401}),
    ("an empty token", put_with(token=lambda *_: "Bearer "), {4401}),
    ("another scheme", put_with(token=lambda _, begun: "Basic " + begun["token"]), {4401}),
    ("the token of another upload", put_with(token=other_token), {4403}),
    ("the token of a session", put_with(token=lambda world, _: "Bearer " + world.ann.token), {4403}),
    ("a token with another owner", put_with(token=bent(35, "9")), {4403}),
    ("a token of another kind", put_with(token=bent(0, "d")), {4403}),
    ("a token with its end bent", put_with(token=lambda _, begun: "Bearer " + begun["token"][:-1]), {4403}),
    ("a token of 4,000 dots", put_with(token=lambda *_: "Bearer " + "." * 4000), {4403}),
    ("a token too long for a head", put_with(token=lambda *_: "Bearer " + "a" * 60_000), {4400}),
]
PATHS = [
    ("an address that goes up", put_with(path=lambda _: "/media/upload/../../etc/passwd"), {4404}),
    ("an address that goes up in escapes", put_with(path=lambda _: "/media/upload/%2e%2e%2f%2e%2e%2fetc%2fpasswd"), {4403}),
    ("an address with NUL", put_with(path=lambda begun: begun["upload"] + "%00"), {4400, 4403}),
    ("an address with half an escape", put_with(path=lambda begun: begun["upload"] + "%2"), {4400}),
    ("DELETE of an upload", put_with(method="DELETE"), {4404, 4405}),
    ("POST to an upload", put_with(method="POST"), {4404, 4405}),
]
RANGES = [
    ("no range", range_of("-"), {4422}),
    ("a range without a size", range_of("bytes 0-99/*"), {4422}),
    ("a range of another size", range_of("bytes 0-99/100000"), {4422}),
    ("a range backwards", range_of("bytes 9-0/SIZE"), {4422}),
    ("a range beyond the end", range_of("bytes 0-SIZE/SIZE"), {4422}),
    ("a range below 0", range_of("bytes -5-9/SIZE"), {4422}),
    ("a range above 64 bits", range_of("bytes 0-99999999999999999999/SIZE"), {4422}),
    ("two ranges", range_of("bytes 0-1/SIZE, 2-3/SIZE"), {4422}),
    ("a range that leaves a gap", put_with(headers={"Content-Range": "bytes 1-10/SIZE"}, body=lambda data: data[1:11]), {4409}),
    ("a range over bytes that are there", over_what_is_there(49), {4409}),
    ("the same bytes twice", over_what_is_there(0), {4409}),
    ("the last part before the one in the middle", over_what_is_there(60), {4409}),
    ("a range of other bytes than the body", range_of("bytes 0-4/SIZE"), {4422}),
    ("finished before it began", put_with(headers={"Content-Range": "bytes */SIZE"}, body=lambda _: b""), {4409}),
    ("a body longer than its range, in chunks", put_with(headers={"Content-Range": "bytes 0-4/SIZE"}, chunked=True), {4422}),
    ("a body shorter than its range, in chunks", put_with(body=lambda data: data[:5], chunked=True), {4422}),
]
BODIES = [
    ("other bytes than announced", put_with(body=lambda data: data[::-1]), {4422}),
    ("two uploads for one token", two_at_once, {4409}),
    ("a body without end", endless, {4422}),
    ("a body with both lengths", raw_put("Content-Length: 101", "Transfer-Encoding: chunked"), {4400}),
    ("a body with two lengths", raw_put("Content-Length: 101", "Content-Length: 5"), {4400}),
    ("a length below 0", raw_put("Content-Length: -1"), {4400}),
    ("chunks that are none", raw_put("Transfer-Encoding: chunked", body=b"zz\r\nabc\r\n0\r\n\r\n"), {4400}),
    ("a chunk of 2^64 bytes", raw_put("Transfer-Encoding: chunked", body=b"ffffffffffffffff1\r\nabc"), {4400, 4413}),
    ("a body that stops", raw_put("Content-Length: SIZE", body=b"0123"), {4000, 4400, 4408}),
]
ROWS = BEGIN + TOKENS + PATHS + RANGES + BODIES
