#!/usr/bin/env python3
"""Throughput of media beside nginx, in the same run: 200 files at once down and up, by curl for both, in turn (docs/figures.md). IM_PUBLIC and
IM_BENCH_DIR come from the environment, IM_BENCH_ROUNDS and IM_BENCH_AT_ONCE may. Asserts that every byte came, never a time. nginx writes
what comes and no more; logic syncs it, hashes it, and writes a row. Ten users send, since one has a share only (decision 116). The third column of uploads is nginx's files, synced by us afterwards."""
import json
import os
import random
import socket
import subprocess
import sys
import time
import uuid

import cluster
from media_client import PUBLIC, begin, pair, upload
from wait import eventually

FOLDER = os.environ["IM_BENCH_DIR"]
AT_ONCE, SIZE, ROUNDS = int(os.environ.get("IM_BENCH_AT_ONCE", "200")), 2 << 20, int(os.environ.get("IM_BENCH_ROUNDS", "5"))
SENDERS = 10
CONFIG = """worker_processes auto; error_log %(dir)s/error.log; pid %(dir)s/nginx.pid; daemon off;
events { worker_connections 2048; }
http { access_log off; sendfile on; client_max_body_size 1g; client_body_temp_path %(dir)s/temp; proxy_temp_path %(dir)s/t1;
  fastcgi_temp_path %(dir)s/t2; uwsgi_temp_path %(dir)s/t3; scgi_temp_path %(dir)s/t4;
  server { listen 127.0.0.1:%(port)d; root %(dir)s/www; location /up/ { dav_methods PUT; create_full_put_path on; } } }
"""


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def start_nginx(port):
    for name in ("www/up", "temp"):
        os.makedirs(os.path.join(FOLDER, name), exist_ok=True)
    path = os.path.join(FOLDER, "nginx.conf")
    with open(path, "w") as file:
        file.write(("" if os.geteuid() else "user root;\n") + CONFIG % {"dir": FOLDER, "port": port})
    server = subprocess.Popen(["nginx", "-c", path, "-p", FOLDER])
    eventually(lambda: socket.socket().connect_ex(("127.0.0.1", port)) == 0, "nginx does not come up", 60)
    return server


def curl(blocks):
    """Seconds of all these transfers at once; each a list of lines of a curl configuration."""
    path = os.path.join(FOLDER, "curl.conf")
    with open(path, "w") as file:
        file.write("\nnext\n".join("\n".join((*block, 'write-out = "%{http_code} %{size_upload} %{size_download}\\n"')) for block in blocks) + "\n")
    start = time.monotonic()
    done = subprocess.run(["curl", "-s", "--no-progress-meter", "--parallel", "--parallel-immediate", "--parallel-max", str(AT_ONCE), "-K",
                           path], capture_output=True, text=True, timeout=600)
    took = time.monotonic() - start
    rows = [row.split() for row in done.stdout.splitlines() if row[:1].isdigit()]
    good = [row for row in rows if row[0] in ("200", "201") and SIZE in (int(row[1]), int(row[2]))]
    assert len(good) == len(blocks), (done.returncode, len(good), rows[:3], done.stderr[-300:])
    return took


def down(url):
    return curl([('url = "%s"' % url, 'output = "/dev/null"')] * AT_ONCE)


def up_nginx(base, path):
    """(seconds as nginx does it, seconds until its files are on the disk)"""
    names = [uuid.uuid4().hex for _ in range(AT_ONCE)]
    took = curl([('url = "%s/up/%s"' % (base, name), 'upload-file = "%s"' % path, 'output = "/dev/null"') for name in names])
    begin_sync = time.monotonic()
    for name in names:
        kept = os.path.join(FOLDER, "www", "up", name)
        with open(kept, "rb") as file:
            os.fdatasync(file.fileno())
        os.unlink(kept)
    return took, took + time.monotonic() - begin_sync


def begun_at(door, conv):
    """Another file each time: the same bytes of one user go up once."""
    data = random.randbytes(SIZE)
    path = os.path.join(FOLDER, "in", uuid.uuid4().hex)
    with open(path, "wb") as file:
        file.write(data)
    begun = begin(door, conv, data)
    assert begun["ok"], begun
    return begun, path


def up_logic(senders):
    all_begun = [begun_at(*senders[i % len(senders)]) for i in range(AT_ONCE)]
    took = curl([('url = "%s%s"' % (PUBLIC, begun["upload"]), 'upload-file = "%s"' % path, 'output = "/dev/null"',
                  'header = "Authorization: Bearer %s"' % begun["token"],
                  'header = "Content-Range: bytes 0-%d/%d"' % (SIZE - 1, SIZE)) for begun, path in all_begun])
    for _, path in all_begun:
        os.unlink(path)
    return took


def cpu_s(number):
    """Of a process and its children, those that live: user and system."""
    ticks = 0
    for other in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/stat" % other) as file:
                fields = file.read().rsplit(")", 1)[1].split()
        except OSError:  # it has ended meanwhile
            continue
        if number in (int(other), int(fields[1])):
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


class Cpu:
    """Seconds of a server, while it does something; what it costs does not depend on who else is at work on the machine."""

    def __init__(self, number):
        self.number, self.used = number, {}

    def of(self, way, work):
        before = cpu_s(self.number)
        result = work()
        self.used[way] = self.used.get(way, 0) + cpu_s(self.number) - before
        return result

    def per_gb(self, way):
        return self.used[way] / (ROUNDS * AT_ONCE * SIZE / 1e9)


def middle(values):
    return sorted(values)[len(values) // 2]


def main():
    os.makedirs(os.path.join(FOLDER, "in"), exist_ok=True)
    port = free_port()
    nginx = start_nginx(port)
    try:
        pairs = [pair() for _ in range(SENDERS)]
        ann, bob, conv = pairs[0]
        senders = [(door, at) for door, _, at in pairs]
        data = random.randbytes(SIZE)
        sent = ann.ask("msg.send", conv_id=conv, client_msg_id="f", type="file", body=json.dumps({"media": upload(ann, conv, data)}))
        base, local = "http://127.0.0.1:%d" % port, os.path.join(FOLDER, "www", "file")
        with open(local, "wb") as file:
            file.write(data)
        times, logic, control_cpu = {"down": [], "up": []}, Cpu(cluster.pid("logic-1")), Cpu(nginx.pid)
        for turn in range(ROUNDS):
            url = PUBLIC + bob.ask("media.get", msg_id=sent["msg_id"])["urls"]["file"]
            pair_of = {"down": (lambda: down(url), lambda: (down(base + "/file"),)), "up": (lambda: up_logic(senders), lambda: up_nginx(base, local))}
            for way, (ours, control) in pair_of.items():
                first = control_cpu.of(way, control) if turn % 2 else None  # who comes first, in turn
                mine = logic.of(way, ours)
                times[way].append((mine, *(first or control_cpu.of(way, control))))
    finally:
        nginx.terminate()
        nginx.wait()
    for way in times:
        print("| media %s, CPU of the server | %.2f s/GB | nginx: %.2f s/GB | |" % (way, logic.per_gb(way), control_cpu.per_gb(way)))
    for way, rows in times.items():
        ours, *controls = (AT_ONCE * SIZE / middle(column) / 1e6 for column in zip(*rows))
        for name, control in zip(("nginx", "nginx, on the disk"), controls):
            print("| media %s, %d files of 2 MiB at once | %.0f MB/s | %s: %.0f MB/s | %.2f |" % (way, AT_ONCE, ours, name, control, ours / control))
    return 0 if cluster.ready("logic-1") else 1


if __name__ == "__main__":
    sys.exit(main())
