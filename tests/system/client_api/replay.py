"""The examples of the client API's OpenAPI document, sent as they stand and in the document's order. What the server makes anew (tokens,
ids of media, signed addresses) stands in the document as an example of it; it is replaced by what was made."""
import http.client
import json
import re
import urllib.parse

from jsonschema import Draft202012Validator

# What the server makes anew each time, and nobody names later.
MADE = {"ts", "edited_ts", "last_ts", "epoch", "token", "refresh", "device", "created", "last_seen", "expires_in_s", "muted_until", "until_ms", "created_ms"}
NAMED_LATER = {"media_id", "token", "file"}
EVENT_TIME = re.compile(r'"until_ms":\d+')


def shown(value, name=""):
    """The value without what is made anew."""
    if isinstance(value, dict):
        return {key: shown(one, key) for key, one in value.items()}
    if isinstance(value, list):
        return [shown(one) for one in value]
    if name == "body" and isinstance(value, str):
        return EVENT_TIME.sub('"until_ms":0', value)
    return "made" if name in MADE else value


class Example:
    def __init__(self, path, method, call, name):
        self.path, self.method, self.call, self.name = path, method.upper(), call, name
        self.cmd = path.split("/")[-1] if path.startswith("/v1/") else ""
        asked = call.get("requestBody", {}).get("content", {})
        self.kind, self.asks = next(iter(asked.items()), (None, {}))
        self.body = self.asks["examples"][name] if asked else {}
        self.status, self.described, self.content = self.answer()

    def __str__(self):
        return "%s %s %s" % (self.method, self.path, self.name)

    def answer(self):
        """Status, response and content with an example of this name."""
        for status, response in self.call["responses"].items():
            if self.name in response.get("x-answers", ()):
                return int(status), response, None
            for content in response.get("content", {}).values():
                if self.name in content["examples"]:
                    return int(status), response, content
        raise AssertionError("%s has no answer" % self)

    def parameters(self, where):
        return {one["name"]: one["examples"][self.name]["value"] for one in self.call.get("parameters", ())
                if one["in"] == where and self.name in one["examples"]}

    def wanted(self):
        return self.content["examples"][self.name]["value"] if self.content else None


def examples(api):
    for path, methods in api["paths"].items():
        for method, call in methods.items():
            asked = call.get("requestBody", {}).get("content", {})
            named = next(iter(asked.values())) if asked else call["parameters"][0]
            for name in named["examples"]:
                yield Example(path, method, call, name)


class Got:
    def __init__(self, status, headers, text):
        self.status, self.headers, self.text = status, headers, text
        self.is_json = bool(text) and headers.get("Content-Type", "").startswith("application/json")

    def value(self):
        return json.loads(self.text) if self.is_json else self.text.decode()


class Story:
    """The users of the examples with the tokens that they have got so far, and what the server made."""

    def __init__(self, public, api):
        self.host, self.api = urllib.parse.urlsplit(public).netloc, api
        self.tokens, self.last, self.last_upload, self.made = {}, {}, "", {}

    def filled(self, text):
        for example in sorted(self.made, key=len, reverse=True):
            text = text.replace(example, self.made[example])
        return text

    def as_described(self, text):
        for example, made in sorted(self.made.items(), key=lambda one: -len(one[1])):
            text = text.replace(made, example)
        return text

    def body_of(self, example):
        if example.kind != "application/json":
            return example.body.get("value", "").encode() if example.kind else None
        value = dict(example.body["value"])
        if example.cmd == "account.refresh":
            value["refresh"] = self.last["refresh"]
        if example.cmd == "device.kick":
            value["device"] = self.last["device"]
        return self.filled(json.dumps(value)).encode()

    def token_of(self, example):
        if example.call.get("security") == [{"upload": []}]:
            return self.last_upload
        return self.tokens.get(example.body.get("x-as"))

    def play(self, example):
        headers = {name: self.filled(value) for name, value in example.parameters("header").items()}
        if example.kind:
            headers["Content-Type"] = example.kind
        token = self.token_of(example)
        if token:
            headers["Authorization"] = "Bearer " + token
        path = example.path.format(**example.parameters("path"))
        connection = http.client.HTTPConnection(self.host, timeout=30)
        connection.request(example.method, self.filled(path), body=self.body_of(example), headers=headers)
        reply = connection.getresponse()
        got = Got(reply.status, reply.headers, reply.read())
        connection.close()
        if got.is_json:
            self.learn(example, got.value())
        return got

    def learn(self, example, answer):
        if example.cmd == "account.register":
            self.tokens[example.body["value"]["login"]] = answer["token"]
        if example.cmd in ("account.login", "account.refresh"):
            self.last = answer
        if example.cmd == "media.begin":
            self.last_upload = answer["token"]
        if example.path.startswith("/v1/media."):
            self.learn_names(example.wanted(), answer)

    def learn_names(self, described, got):
        for name, value in described.items():
            if isinstance(value, dict):
                self.learn_names(value, got[name])
            elif name in NAMED_LATER and isinstance(value, str):
                self.made[value] = got[name]

    def schema(self, part):
        return Draft202012Validator({"$ref": "#/schema", "schema": part, "components": self.api["components"]})

    def header(self, described):
        name = described.get("$ref", "").split("/")[-1]
        return self.api["components"]["headers"][name] if name else described

    def check(self, example, got):
        """Red where the answer is another one than described."""
        assert got.status == example.status, (str(example), got.status, got.text)
        for name, described in example.described.get("headers", {}).items():
            value = got.headers[name]
            assert value is not None, (str(example), name, dict(got.headers))
            if self.header(described)["schema"]["type"] == "integer":
                assert int(value) >= 0
        if example.content is None:
            assert example.status in (304, 416) or example.method == "HEAD", str(example)
            return
        if got.is_json:
            self.schema(example.content["schema"]).validate(got.value())
        said = json.loads(self.as_described(got.text.decode())) if got.is_json else got.value()
        assert shown(said) == shown(example.wanted()), (str(example), said)
