#!/usr/bin/env python3
"""The samples for HAProxy and nginx of docs/migrating-from-webim.md, their addresses replaced, in front of two comets that take the PROXY
header from 127.0.0.1. Clients come from other addresses of loopback. IM_STORE, IM_RUN_DIR come from the environment."""
import http.client
import json
import os
import re
import socket
import sqlite3
import subprocess
import tempfile

import cluster
from pages import WsPage, fetch, fresh
from runner import run
from wait import eventually

SOURCES = ["127.0.0.%d" % number for number in range(10, 42)]
FOLDER = tempfile.TemporaryDirectory(prefix="im-balancers-")


def sample(first_word):
    """The block of the page that begins with it."""
    with open(os.path.join(cluster.ROOT, "docs", "migrating-from-webim.md")) as file:
        found = [block for block in re.findall(r"^```\n(.*?)^```$", file.read(), re.M | re.S) if block.startswith(first_word)]
    assert len(found) == 1, first_word
    return found[0]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def adapted(text, port, listen):
    """`listen`: the sample's own words for its port; then those of this machine."""
    assert listen in text and "10.0.0.11:3108" in text and "10.0.0.12:3108" in text
    text = text.replace(listen, listen.replace(":3108", "127.0.0.1:%d" % port).replace(" 3108", " 127.0.0.1:%d" % port))
    for address, name in (("10.0.0.11", "comet-1"), ("10.0.0.12", "comet-2")):
        server = re.search(r"^.*%s:3108.*$" % re.escape(address), text, re.M).group(0)
        own = server.replace(address + ":3108", "127.0.0.1:%d" % cluster.port(name, "webim.port"))
        text = text.replace(server, own.replace("3110", str(cluster.port(name, "ops.port"))))
    return text


def haproxy(port):
    text = "defaults\n    timeout connect 5s\n" + adapted(sample("frontend webim"), port, "bind :3108")
    path = os.path.join(FOLDER.name, "haproxy.cfg")
    with open(path, "w") as file:
        file.write(text)
    return subprocess.Popen(["haproxy", "-db", "-f", path], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def nginx(port):
    module = "/usr/lib/nginx/modules/ngx_stream_module.so"
    text = "load_module %s;\ndaemon off;\nmaster_process off;\npid %s/nginx.pid;\nerror_log %s/error.log;\nevents {}\nstream {\n%s}\n" % (
        module, FOLDER.name, FOLDER.name, adapted(sample("upstream webim"), port, "listen 3108"))
    path = os.path.join(FOLDER.name, "nginx.conf")
    with open(path, "w") as file:
        file.write(text)
    return subprocess.Popen(["nginx", "-c", path, "-e", FOLDER.name + "/error.log"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def post(port, source, path, **form):
    """On a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60, source_address=(source, 0))
    try:
        return fetch(connection, path, **form)
    finally:
        connection.close()


def says(port, source, session, **message):
    assert post(port, source, "/pub", type="pub", session_id=session, message=json.dumps(message)) == {"success": 1}


def a_page(port, source, text):
    """Over long-poll, each call on a connection of its own: it stays on one comet, or the session is unknown there. Then it says a line."""
    session = post(port, source, "/connect", type="connect")["session_id"]
    says(port, source, session, cmd="login", name="a", avatar="")
    answer = post(port, source, "/sub", type="sub", session_id=session, time="80")
    assert json.loads(answer["data"])["cmd"] == "login", answer
    for _ in range(5):
        says(port, source, session, cmd="message", channal=11, type="sys", data="")
    says(port, source, session, cmd="message", channal=0, type="text", data=text)


def address_of(text):
    with sqlite3.connect("file:%s?mode=ro" % os.environ["IM_STORE"], uri=True) as store:
        return [row[0] for row in store.execute("SELECT send_ip FROM webim_history WHERE msg LIKE ?", ("%" + text + "%",))]


def answers(port):
    try:
        return post(port, SOURCES[0], "/connect", type="connect")["success"] == 1
    except (OSError, http.client.HTTPException):
        return False


def logins():
    """On each comet."""
    found = []
    for name in ("comet-1", "comet-2"):
        page = cluster.get("http://127.0.0.1:%d/metrics" % cluster.port(name, "ops.port"))[1]
        found.append(int(float(re.search(r"^im_comet_authenticated_total(?:\{[^}]*\})? (\S+)$", page, re.M).group(1))))
    return found


def case(start):
    port = free_port()
    process = start(port)
    try:
        eventually(lambda: answers(port), "%s does not answer" % start.__name__, 30)
        before, texts = logins(), {source: fresh("from") for source in SOURCES}
        for source, text in texts.items():
            a_page(port, source, text)
        for source, text in texts.items():
            eventually(lambda: address_of(text) == [source], "%s is %s in the history" % (source, address_of(text)), 30)
        assert all(now > then for now, then in zip(logins(), before)), "one comet has them all: %s, %s" % (before, logins())
        over_websocket(port)
    finally:
        process.terminate()
        process.wait(timeout=30)


def over_websocket(port):
    real, text = socket.create_connection, fresh("socket")
    socket.create_connection = lambda address, timeout=None: real(address, timeout=timeout, source_address=(SOURCES[0], 0))
    try:
        page = WsPage(port)
    finally:
        socket.create_connection = real
    page.line(text)
    eventually(lambda: address_of(text) == [SOURCES[0]], "not its address: %s" % address_of(text), 30)


if __name__ == "__main__":
    run("webim balancers", {"haproxy": lambda: case(haproxy), "nginx": lambda: case(nginx)})
