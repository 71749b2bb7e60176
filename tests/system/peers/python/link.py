"""A connection to a comet: packets of goim v2 over TCP, requests (op 100) and events (op 102). docs/protocol.md, docs/requests.md"""
import asyncio
import json
import struct

HEARTBEAT, HEARTBEAT_REPLY, AUTH, AUTH_REPLY, REQUEST, ANSWER, EVENT = 2, 3, 7, 8, 100, 101, 102


class Refused(Exception):
    """An answer with "ok": false."""

    def __init__(self, answer):
        super().__init__("%s %s" % (answer.get("code"), answer.get("error")))
        self.code = answer.get("code")


class Link:
    def __init__(self):
        self.seq = 0
        self.waiting = {}
        self.events = asyncio.Queue()

    async def open(self, port, token, device):
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", port)
        self.send(AUTH, {"token": token})
        _, op, _ = await self.receive()
        if op != AUTH_REPLY:
            raise ConnectionError("the token was not accepted")
        self.tasks = [asyncio.create_task(self.read()), asyncio.create_task(self.beat())]
        return await self.ask("hello", device=device, caps=["call"])

    def send(self, op, body=None, seq=0):
        data = json.dumps(body).encode() if body is not None else b""
        self.writer.write(struct.pack(">ihhii", 16 + len(data), 16, 1, op, seq) + data)

    async def receive(self):
        size, _, _, op, seq = struct.unpack(">ihhii", await self.reader.readexactly(16))
        return seq, op, await self.reader.readexactly(size - 16)

    async def ask(self, cmd, **fields):
        self.seq += 1
        self.waiting[self.seq] = answer = asyncio.get_running_loop().create_future()
        self.send(REQUEST, {"cmd": cmd, **fields}, self.seq)
        got = await asyncio.wait_for(answer, 60)
        if not got["ok"]:
            raise Refused(got)
        return got

    async def read(self):
        while True:
            seq, op, body = await self.receive()
            if op == ANSWER and seq in self.waiting:
                self.waiting.pop(seq).set_result(json.loads(body))
            elif op == EVENT:
                self.events.put_nowait(json.loads(body))

    async def beat(self):
        while True:
            await asyncio.sleep(60)
            self.send(HEARTBEAT)

    def close(self):
        for task in self.tasks:
            task.cancel()
        self.writer.close()
