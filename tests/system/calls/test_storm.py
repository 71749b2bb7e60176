#!/usr/bin/env python3
"""Everybody comes back at once (docs/decisions/0067): IM_STORM_CLIENTS users on two comets lose their connections in one moment and log in again
as clients do, with backoff. Then all of them ask at once, again and again (docs/decisions/0112). A cluster with accounts. IM_TCP, IM_TCP2, IM_PUBLIC, IM_OPS (of all daemons) come from the environment. Times are
printed, not asserted."""
import asyncio
import collections
import http.client
import json
import os
import random
import re
import sys
import time
import urllib.request
import uuid
from concurrent.futures import ThreadPoolExecutor

from goim_client import packet
from runner import run

PORTS = [int(os.environ["IM_TCP"]), int(os.environ["IM_TCP2"])]
COUNT = int(os.environ.get("IM_STORM_CLIENTS", "2000"))
PATIENCE = 10  # seconds that a client waits for its login, as common/client does
WITHIN = 300  # seconds after which a client that is not in counts as never
ASKING = 60 if COUNT > 5000 else 10  # seconds


def tokens(count):
    """Tokens of new users, over one connection."""
    address = os.environ["IM_PUBLIC"].split("//")[1]
    link, made = http.client.HTTPConnection(address, timeout=60), []
    for _ in range(count):
        body = {"login": "s" + uuid.uuid4().hex[:12], "password": "correct horse", "device": "storm"}
        link.request("POST", "/v1/account.register", json.dumps(body), {"Content-Type": "application/json"})
        answer = json.loads(link.getresponse().read())
        assert answer["ok"], answer
        made.append(answer["token"])
    return made


def figure(name):
    """Over all comets."""
    total = 0.0
    for ops in os.environ["IM_OPS"].split(","):
        with urllib.request.urlopen(ops + "/metrics", timeout=30) as page:
            total += sum(float(value) for value in re.findall(r"^%s(?:\{[^}]*\})? (\S+)" % name, page.read().decode(), re.M))
    return total


class Client:
    def __init__(self, port, token):
        self.port, self.token = port, token
        self.reader, self.writer, self.attempts, self.took = None, None, 0, None

    async def attempt(self):
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        self.writer.write(packet(7, 1, self.token.encode()) + packet(100, 2, json.dumps({"cmd": "hello", "device": "storm"}).encode()))
        return (await self.answer())["ok"]

    async def answer(self):
        while True:
            head = await self.reader.readexactly(16)
            size, op = int.from_bytes(head[:4], "big"), int.from_bytes(head[8:12], "big")
            body = await self.reader.readexactly(size - 16)
            if op == 101:
                return json.loads(body)

    async def ask_on(self, until, codes):
        """For a call that there is not: logic asks the router that has its slot."""
        while time.monotonic() < until:
            self.writer.write(packet(100, 3, json.dumps({"cmd": "call.look", "call_id": "c%016x" % random.getrandbits(62)}).encode()))
            codes[(await self.answer())["code"]] += 1

    async def come(self):
        """Until it is in; a client that was refused or waited too long pauses and tries again."""
        begun, pause = time.monotonic(), 0.2
        self.attempts, self.took = 0, None
        while time.monotonic() - begun < WITHIN:
            self.attempts += 1
            try:
                if await asyncio.wait_for(self.attempt(), PATIENCE):
                    self.took = time.monotonic() - begun
                    return
            except (OSError, asyncio.IncompleteReadError, asyncio.TimeoutError):
                pass
            self.leave()
            await asyncio.sleep(pause * random.uniform(0.5, 1))
            pause = min(pause * 2, 3)

    def leave(self):
        if self.writer:
            self.writer.transport.abort()
        self.writer = None


async def storm(clients):
    quiet = asyncio.Semaphore(64)

    async def gently(client):
        async with quiet:
            await client.come()

    await asyncio.gather(*(gently(client) for client in clients))
    first = summary("one after the other", clients)
    for client in clients:
        client.leave()
    await asyncio.gather(*(client.come() for client in clients))
    second, codes = summary("all at once", clients), collections.Counter()
    until = time.monotonic() + ASKING
    asking = asyncio.gather(*(client.ask_on(until, codes) for client in clients if client.writer), return_exceptions=True)
    ends = await asyncio.wait_for(asking, ASKING + WITHIN)
    print("all ask for %d s, answers by code: %s" % (ASKING, dict(codes)), flush=True)
    return first, second, codes, [end for end in ends if end is not None]


def summary(what, clients):
    times = sorted(client.took for client in clients if client.took is not None)
    at = {part: round(times[min(len(times) - 1, int(part / 100 * len(times)))], 2) for part in (50, 90, 99, 100)} if times else {}
    print("%s: %d of %d in, %d attempts, seconds until in by percent: %s" %
          (what, len(times), len(clients), sum(client.attempts for client in clients), at), flush=True)
    return len(times)


def everybody_is_served_and_no_comet_loses_its_place():
    with ThreadPoolExecutor(8) as pool:
        made = sum(pool.map(tokens, [COUNT // 8] * 8), [])
    clients = [Client(PORTS[i % 2], token) for i, token in enumerate(made)]
    before = figure("im_comet_registrations_total")
    first, again, codes, cut = asyncio.run(storm(clients))
    assert (first, again) == (len(clients), len(clients))
    assert not cut, "%d were cut off while they asked, the first one by %r" % (len(cut), cut[0])
    assert codes[4404] > 0 and set(codes) <= {4404, 4503}, codes
    assert figure("im_comet_registrations_total") == before, "a comet lost its lease"
    assert figure("im_comet_fenced_total") == 0


if __name__ == "__main__":
    sys.exit(run("storm", [everybody_is_served_and_no_comet_loses_its_place]))
