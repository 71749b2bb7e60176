#!/usr/bin/env python3
"""permessage-deflate (ws.deflate) on a comet beside a running cluster, with Python's own zlib as the other side: what is agreed, what is said,
a bomb; and what a compressed push costs beside a plain one in the same run. IM_BIN, IM_API and IM_LOGIC_GRPC come from the environment."""
import json
import os
import statistics
import time
import urllib.request
import zlib

from comet_beside import Comet
from goim_client import Closed, WsClient, packet
from runner import run

API = os.environ["IM_API"]
OFFER = b"Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"
MEMBERS, PUSHES, ROUNDS = 300, 40, 5


def packed(payload):
    stream = zlib.compressobj(9, zlib.DEFLATED, -15)
    return (stream.compress(payload) + stream.flush(zlib.Z_SYNC_FLUSH))[:-4]


class Packed(WsClient):
    """Agrees to compression; `seen` counts the compressed messages that came."""

    def __init__(self, port):
        self.seen = 0
        super().__init__(port, headers=OFFER)

    def next_frame(self):
        while len(self.buffer) < 2:
            self._more()
        compressed = self.buffer[0] & 0x40
        opcode, payload = super().next_frame()
        if compressed:
            self.seen += 1
            payload = zlib.decompressobj(-15).decompress(payload + b"\0\0\xff\xff")
        return opcode, payload

    def send(self, op, body=b"", seq=1, ver=1):
        self.frame(packed(packet(op, seq, body, ver)), opcode=0x42)


def comet():
    return Comet("deflate", "--ws.deflate=true", "--worker.threads=1").ready()


def push(room, text):
    url = API + "/goim/push/room?operation=1000&type=live&room=" + room
    with urllib.request.urlopen(urllib.request.Request(url, data=text, method="POST"), timeout=10) as reply:
        assert json.loads(reply.read())["code"] == 0


def joined(kind, port, room, first, count=1):
    return [kind(port).auth(mid=first + i, room_id="live://" + room, platform="t", accepts=[1000]) for i in range(count)]


def text_of(number):
    """About 700 bytes, as chat is: words that come again, numbers that do not."""
    rows = [{"seq": number * 8 + i, "from": "user-%d" % (number * 31 + i), "kind": "text", "text": "what is said here, again and again"}
            for i in range(8)]
    return json.dumps(rows).encode()


def everybody_reads_the_same():
    with comet() as one:
        plain, small = joined(WsClient, one.ports["ws"], "words", 91000)[0], joined(Packed, one.ports["ws"], "words", 91001)[0]
        for number in range(20):
            push("words", text_of(number))
        for client in (plain, small):
            assert [client.receive()[3] for _ in range(20)] == [text_of(number) for number in range(20)]
        assert small.seen > 0, "nothing was compressed"
        small.send(2)
        assert small.receive()[1] == 3
        plain.send(2)
        assert plain.receive()[1] == 3


def a_bomb_ends_its_connection():
    with comet() as one:
        there, bomb = joined(Packed, one.ports["ws"], "bombs", 91100, 2)
        bomb.frame(packed(b"\0" * (32 << 20)), opcode=0x42)
        opcode, payload = bomb.message()
        assert opcode == 8 and int.from_bytes(payload[:2], "big") == 1009, (opcode, payload)
        there.send(2)
        assert there.receive()[1] == 3, "the neighbour is served"


def without_an_offer_or_the_key_nothing_is_compressed():
    with Comet("plain").ready() as one:
        client = Packed(one.ports["ws"])
        try:
            client.auth(mid=91200)
            raise AssertionError("RSV 1 was taken")
        except (Closed, ConnectionError):
            pass


def seconds_for(one, clients, room, texts):
    """CPU of the comet while these get every text."""
    before = one.metric("process_cpu_seconds_total ")
    for text in texts:
        push(room, text)
        time.sleep(0.02)  # a sweep each, not one for all
    for client in clients:
        for text in texts:
            assert client.receive()[3] == text
    return one.metric("process_cpu_seconds_total ") - before


def a_compressed_push_beside_a_plain_one():
    """Prints, and judges no time."""
    with comet() as one:
        plain = joined(WsClient, one.ports["ws"], "plain", 92000, MEMBERS)
        small = joined(Packed, one.ports["ws"], "small", 93000, MEMBERS)
        texts = [text_of(number) for number in range(PUSHES)]
        written = one.metric("im_comet_written_bytes_total ")
        pairs = []
        for _ in range(ROUNDS):
            pairs.append((seconds_for(one, plain, "plain", texts), seconds_for(one, small, "small", texts)))
        assert all(client.seen > 0 for client in small)
        ratios = sorted(packed_ / plain_ for plain_, packed_ in pairs)
        print("CPU a push: compressed / plain %.2f (%.2f-%.2f), %d rounds of %d pushes of %d B to %d members; %.0f MB written in all"
              % (statistics.median(ratios), ratios[0], ratios[-1], ROUNDS, PUSHES, len(texts[0]), MEMBERS,
                 (one.metric("im_comet_written_bytes_total ") - written) / 1e6), flush=True)


run("deflate", [everybody_reads_the_same, a_bomb_ends_its_connection, without_an_offer_or_the_key_nothing_is_compressed,
                a_compressed_push_beside_a_plain_one])
