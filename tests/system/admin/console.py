"""The admin page's API as a browser asks it. IM_CONSOLE and IM_ADMINS (a file) come from the environment; passwords are those of the group."""
import http.client
import json
import os
import urllib.parse

ROLES = ("viewer", "operator", "admin")


def password(role):
    return "the %s's password" % role


def address():
    url = urllib.parse.urlsplit(os.environ["IM_CONSOLE"])
    return url.hostname, url.port


class Answer:
    def __init__(self, reply):
        self.status, self.headers = reply.status, dict((name.lower(), value) for name, value in reply.getheaders())
        text = reply.read()
        self.json = json.loads(text) if text.startswith(b"{") else {}


def call(method, path, body=None, headers=None, source="127.0.0.1"):
    """One request on a connection of its own."""
    host, port = address()
    connection = http.client.HTTPConnection(host, port, timeout=60, source_address=(source, 0))
    try:
        raw = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
        base = {"Content-Type": "application/json"} if raw is not None else {}
        connection.request(method, path, raw, {**base, **(headers or {})})
        return Answer(connection.getresponse())
    finally:
        connection.close()


def log_in(login, secret, source="127.0.0.1", **headers):
    return call("POST", "/api/login", {"login": login, "password": secret}, headers, source)


class Session:
    """Somebody who is logged in."""

    def __init__(self, role, source="127.0.0.1"):
        self.source = source
        answer = log_in(role, password(role), source)
        assert answer.status == 200, (role, answer.status, answer.json)
        self.cookie = answer.headers["set-cookie"].split(";")[0]
        self.csrf, self.role = answer.json["csrf"], answer.json["role"]

    def headers(self, more=None):
        return {"Cookie": self.cookie, "X-CSRF-Token": self.csrf, **(more or {})}

    def get(self, path, **query):
        return call("GET", "/api/" + path + ("?" + urllib.parse.urlencode(query) if query else ""), None, {"Cookie": self.cookie}, self.source)

    def post(self, path, **fields):
        return call("POST", "/api/" + path, fields, self.headers(), self.source)

    def good(self, path, **fields):
        answer = self.post(path, **fields)
        assert answer.status == 200, (path, fields, answer.status, answer.json)
        return answer.json

    def seen(self, path, **query):
        answer = self.get(path, **query)
        assert answer.status == 200, (path, query, answer.status, answer.json)
        return answer.json
