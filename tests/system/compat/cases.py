"""Compatibility cases: a function with @covers("P01") holds facts of docs/protocol.md. run(globals()) runs a module's cases
against the cluster named by the environment (IM_TCP, IM_WS, IM_API; IM_TCP2 and IM_WS2 for a second comet)."""
import json
import os
import sys
import urllib.error
import urllib.request

from covers import covers  # noqa: F401, for the modules with cases
from goim_client import TcpClient, WsClient
from runner import run as run_cases

TCP = int(os.environ.get("IM_TCP", 3101))
WS = int(os.environ.get("IM_WS", 3102))
TCP2 = int(os.environ.get("IM_TCP2", 0))
API = os.environ.get("IM_API", "http://127.0.0.1:3111")


def http(method, path, body=None):
    """(status, content type, body bytes)"""
    request = urllib.request.Request(API + path, data=body, method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as reply:
            return reply.status, reply.headers.get("Content-Type"), reply.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers.get("Content-Type"), error.read()


def data_of(path):
    status, kind, body = http("GET", path)
    answer = json.loads(body)
    assert (status, answer["code"], answer["message"]) == (200, 0, ""), (status, body)
    assert kind == "application/json; charset=utf-8", kind
    return answer["data"]


def push(path, body):
    status, kind, answer = http("POST", path, body)
    assert (status, json.loads(answer)) == (200, {"code": 0, "message": ""}), (status, answer)
    assert kind == "application/json; charset=utf-8", kind


def both():
    """The two transports: class and port."""
    return (TcpClient, TCP), (WsClient, WS)


def run(module):
    cases = {name: fn for name, fn in module.items() if hasattr(fn, "facts")}
    run_cases("compat-" + os.path.basename(sys.argv[0]).removesuffix(".py"), cases, note=lambda case: " ".join(case.facts))
