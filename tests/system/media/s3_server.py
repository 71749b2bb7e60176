#!/usr/bin/env python3
"""An S3 store for tests, and a door before it that can be made to fail: s3_server.py FOLDER. Runs until it is ended.

FOLDER/mode says what the door does: "pass"; "500" answers so; "nothing" takes and does not answer; "stop TEXT" forwards until a request
has that text, and then nothing more; "fail STATUS PATTERN" answers so to requests whose first line begins with the pattern; "count PATTERN"
lets them pass. Each of both is a line of FOLDER/counted. FOLDER/s3.json says where all of it is. The store checks signatures."""
import json
import os
import re
import socket
import sys
import threading
import time

os.environ["INITIAL_NO_AUTH_ACTION_COUNT"] = "3"  # to make a user and its key
import boto3  # noqa: E402
from moto.server import ThreadedMotoServer  # noqa: E402

FOLDER = sys.argv[1]
BUCKET = "im-media"
REASONS = {"403": "AccessDenied", "500": "InternalError", "507": "InsufficientStorage"}


def answer(status):
    body = "<Error><Code>%s</Code></Error>" % REASONS[status]
    return ("HTTP/1.1 %s %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (status, REASONS[status], len(body), body)).encode()


def is_meant(pattern, piece):
    """Whether this request is one of those, and then it is counted."""
    line = piece.split(b"\r\n", 1)[0].decode(errors="replace")
    if not re.match(pattern, line):
        return False
    with open(os.path.join(FOLDER, "counted"), "a") as file:
        file.write(line + "\n")
    return True


def mode():
    with open(os.path.join(FOLDER, "mode")) as file:
        return file.read().strip()


def make_key(endpoint):
    iam = boto3.client("iam", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
    iam.create_user(UserName="logic")
    rights = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
    iam.put_user_policy(UserName="logic", PolicyName="s3", PolicyDocument=json.dumps(rights))
    return iam.create_access_key(UserName="logic")["AccessKey"]


class Door:
    """One connection of logic, and one to the store behind it."""

    def __init__(self, near, store):
        self.near, self.far = near, socket.create_connection(store)
        for way in ((self.near, self.far, True), (self.far, self.near, False)):
            threading.Thread(target=self.carry, args=way, daemon=True).start()

    def end(self):
        for one in (self.near, self.far):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def carry(self, source, target, asks):
        try:
            while piece := source.recv(1 << 18):
                what = mode()
                word, _, text = what.partition(" ")
                status, _, pattern = text.partition(" ")
                if word == "500" or (word == "fail" and asks and is_meant(pattern, piece)):
                    self.near.sendall(answer(status or "500"))
                    break
                if word == "count" and asks:
                    is_meant(text, piece)
                while mode() == what and (word == "nothing" or (word == "stop" and asks and text.encode() in piece)):
                    time.sleep(0.05)
                target.sendall(piece)
        except OSError:
            pass
        self.end()


def main():
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    store = server.get_host_and_port()
    endpoint = "http://%s:%d" % store
    key = make_key(endpoint)
    boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id=key["AccessKeyId"],
                 aws_secret_access_key=key["SecretAccessKey"]).create_bucket(Bucket=BUCKET)
    door = socket.create_server(("127.0.0.1", 0), backlog=256)
    with open(os.path.join(FOLDER, "mode"), "w") as file:
        file.write("pass")
    with open(os.open(os.path.join(FOLDER, "secret"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(key["SecretAccessKey"] + "\n")
    facts = {"endpoint": endpoint, "door": "http://127.0.0.1:%d" % door.getsockname()[1], "bucket": BUCKET,
             "key_id": key["AccessKeyId"], "secret": key["SecretAccessKey"]}
    with open(os.path.join(FOLDER, "s3.json.new"), "w") as file:
        json.dump(facts, file)
    os.rename(os.path.join(FOLDER, "s3.json.new"), os.path.join(FOLDER, "s3.json"))
    while True:
        Door(door.accept()[0], store)


if __name__ == "__main__":
    main()
