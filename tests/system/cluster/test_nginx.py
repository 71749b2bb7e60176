#!/usr/bin/env python3
"""nginx from deploy/nginx/nginx.conf in front of one logic and one comet; at last in Chromium. IM_PUBLIC, IM_COMET_WS, IM_NGINX_PORT and
IM_RUN_DIR come from the environment; node runs in the folder web."""
import atexit
import hashlib
import json
import os
import pathlib
import re
import socket
import subprocess
import urllib.error
import urllib.request
import uuid

from runner import run
from wait import eventually

ROOT = pathlib.Path(__file__).resolve().parents[3]
PUBLIC, RUN = os.environ["IM_PUBLIC"], pathlib.Path(os.environ["IM_RUN_DIR"])


PORT = int(os.environ["IM_NGINX_PORT"])
BASE = "http://127.0.0.1:%d" % PORT


def start():
    text = (ROOT / "deploy/nginx/nginx.conf").read_text()
    for here, there in (("127.0.0.1:3113", PUBLIC.split("//")[1]), ("127.0.0.1:3102", "127.0.0.1:" + os.environ["IM_COMET_WS"]),
                        ("/usr/share/webrtc-im/web", str(ROOT / "build/web")), ("listen 8080", "listen 127.0.0.1:%d" % PORT),
                        ("/run/webrtc-im-nginx.pid", str(RUN / "nginx.pid")), ("/var/log/nginx/webrtc-im.log", str(RUN / "nginx.log"))):
        assert here in text, here
        text = text.replace(here, there)
    if os.geteuid() == 0:
        text = "user root;\n" + text
    conf = RUN / "nginx.conf"
    conf.write_text(text)
    process = subprocess.Popen(["nginx", "-c", str(conf), "-p", str(RUN), "-g", "daemon off;"])
    atexit.register(process.terminate)
    eventually(lambda: get("/chat/")[0] == 200, "nginx serves", 60)


def get(path, headers=None, data=None, method=None):
    """(status, headers, body)"""
    request = urllib.request.Request(BASE + path, data=data, headers=headers or {}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=60) as reply:
            return reply.status, reply.headers, reply.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()
    except urllib.error.URLError:  # not yet, or not any more
        return 0, {}, b""


def ask(command, token="", **fields):
    headers = {"Content-Type": "application/json", **({"Authorization": "Bearer " + token} if token else {})}
    answer = json.loads(get("/v1/" + command, headers, json.dumps(fields).encode())[2])
    assert answer["ok"], answer
    return answer


def pages():
    status, headers, body = get("/chat/", {"Accept-Encoding": "gzip"})
    assert status == 200 and headers["Content-Encoding"] == "gzip" and headers["ETag"] and headers["Cache-Control"] == "no-cache", headers
    policy = headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy and "connect-src 'self';" in policy and "unsafe" not in policy, policy
    html = get("/chat/")[2].decode()
    script = re.search(r'src="\./(assets/[^"]+\.js)"', html).group(1)
    status, headers, _ = get("/chat/" + script, {"Accept-Encoding": "gzip"})
    assert status == 200 and "immutable" in headers["Cache-Control"] and headers["Content-Type"].endswith("javascript"), headers
    assert get("/call")[0] == 200
    assert get("/chat/../../etc/passwd")[0] in (400, 404)


def requests_and_media():
    user = ask("account.register", login=uuid.uuid4().hex[:16], password="correct horse", name="Ann")
    conv = ask("conv.open", user["token"], to=user["uid"] - 1)["conv_id"]
    content = b"not much, but ours\n" * 1000
    begun = ask("media.begin", user["token"], name="a.txt", size=len(content), sha256=hashlib.sha256(content).hexdigest(), conv_id=conv)
    headers = {"Authorization": "Bearer " + begun["token"], "Content-Range": "bytes 0-%d/%d" % (len(content) - 1, len(content))}
    status, _, body = get(begun["upload"], headers, content, "PUT")
    assert status == 200 and json.loads(body)["done"], body
    sent = ask("msg.send", user["token"], conv_id=conv, client_msg_id="1", type="file", body=json.dumps({"media": begun["media_id"]}))
    url = ask("media.get", user["token"], msg_id=sent["msg_id"])["urls"]["file"]
    status, headers, body = get(re.sub(r"^https?://[^/]+", "", url), {"Range": "bytes=5-14"})
    assert status == 206 and body == content[5:15] and headers["Content-Security-Policy"], (status, body)


def websocket_and_poll():
    head = "GET /sub HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n"
    for origin, wanted in ((PUBLIC, b"101"), ("https://other.example", b"403")):
        with socket.create_connection(("127.0.0.1", PORT), timeout=60) as sock:
            sock.sendall((head + "Origin: %s\r\n\r\n" % origin).encode())
            assert sock.recv(4096).split()[1] == wanted, origin
        status, _, body = get("/poll", {"Origin": origin}, b"type=connect")
        assert status == (200 if wanted == b"101" else 403), (status, body)
        assert wanted != b"101" or re.fullmatch(r"[0-9a-f]{32}", json.loads(body)["session_id"]), body

def in_chromium():
    subprocess.run(["node", "--test", "browser/nginx.test.ts"], cwd=ROOT / "web", env={**os.environ, "IM_PUBLIC": BASE}, check=True)


start()
run("nginx", (pages, requests_and_media, websocket_and_poll, in_chromium))
