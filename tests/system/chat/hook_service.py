"""The operator's service (docs/hooks.md), played by a test. Checks the signature of each call."""
import hashlib
import hmac
import http.server
import json
import threading
import time


class Service:
    """`heard`: calls that were taken, in order; `tried`: all of them. `failures`: how many calls of an event are refused first. `refused`: users
    of whom it takes nothing. `hold`: seconds until it answers; `under_way`: calls that wait for that."""

    def __init__(self, port, secret_file):
        with open(secret_file, "rb") as file:
            self.secret = file.read().strip()
        self.changed = threading.Condition()
        self.heard, self.tried, self.failures, self.refused = [], [], {}, set()
        self.bad = set()  # texts that are refused from now on
        self.hold, self.under_way = 0, 0
        service = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status, answer = service.answer(self.path, self.headers.get("IM-Signature", ""), body)
                try:
                    self.send_response(status)
                    self.send_header("Content-Length", str(len(answer)))
                    self.end_headers()
                    self.wfile.write(answer)
                except OSError:
                    self.close_connection = True  # who asked is dead

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, path, signature, body):
        parts = dict(part.split("=", 1) for part in signature.split(","))
        want = hmac.new(self.secret, parts["t"].encode() + b"." + body, hashlib.sha256).hexdigest()
        assert hmac.compare_digest(parts["v1"], want) and abs(time.time() - int(parts["t"])) < 300, signature
        told = json.loads(body)
        if path == "/check":
            return self.check(told)
        with self.changed:
            self.tried.append(told)
            if told["uid"] in self.refused:
                return 500, b""
            if self.failures.get(told["event"], 0) > 0:
                self.failures[told["event"]] -= 1
                return 500, b""
            self.heard.append(told)
            self.under_way += 1
            self.changed.notify_all()
        time.sleep(self.hold)  # whoever asked may die meanwhile: it was heard all the same
        with self.changed:
            self.under_way -= 1
        return 200, b""

    def check(self, told):
        if told["body"] in self.bad:
            return 200, b'{"action":"refuse"}'
        if told["body"] == "hang":
            time.sleep(20)
        action = {"spam": {"action": "refuse"}, "damn": {"action": "rewrite", "body": "d***"}}.get(told["body"], {"action": "allow"})
        return (200, json.dumps(action).encode()) if told["body"] != "nonsense" else (200, b"?")

    def wait(self, event, seconds=60, **want):
        def found():
            return [told for told in self.heard if told["event"] == event and all(told.get(k) == v for k, v in want.items())]
        with self.changed:
            assert self.changed.wait_for(found, seconds), "no %s %r; heard %r" % (event, want, self.heard[-20:])
            return found()
