#!/usr/bin/env python3
"""A topic whose limit is far below a batch: pushes that fit it are never refused for the company they travel in. A cluster on a real Kafka.
IM_API comes from the environment; KAFKA is the command that sets a key of the topic."""
import json
import os
import shlex
import subprocess
import urllib.request
from concurrent.futures import ThreadPoolExecutor

from runner import run
from wait import eventually

API, KAFKA = os.environ["IM_API"], shlex.split(os.environ["KAFKA"])
BODY = b"x" * 1500


def push(_):
    request = urllib.request.Request(API + "/goim/push/all?operation=1000", data=BODY, method="POST")
    with urllib.request.urlopen(request, timeout=30) as reply:
        return json.load(reply)["code"]


def refused():
    """Of 400 pushes that wait for each other in one partition."""
    with ThreadPoolExecutor(40) as pool:
        return sum(code != 0 for code in pool.map(push, range(400)))


def batches_follow_the_limit_of_the_topic():
    subprocess.run([*KAFKA, "max.message.bytes=20000"], check=True, timeout=60)
    # logic learns of a changed limit when something was refused, at the latest.
    eventually(lambda: refused() == 0, "pushes are refused for the size of their batch", seconds=60)
    left = [refused() for _ in range(3)]
    assert left == [0, 0, 0], left
    subprocess.run([*KAFKA, "max.message.bytes=1048588"], check=True, timeout=60)


run("kafka_limit", [batches_follow_the_limit_of_the_topic])
