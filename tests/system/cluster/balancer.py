"""HAProxy with the shipped sample, its addresses and ports replaced, and comets behind it."""
import csv
import os
import re
import socket
import subprocess
import tempfile

from wait import eventually
from web import get

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..")
SAMPLE = os.path.join(ROOT, "deploy", "haproxy", "haproxy.cfg")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def metric(ops_port, name):
    """The value of one line of /metrics, its labels in the order they are printed."""
    status, text = get("http://127.0.0.1:%d/metrics" % ops_port)
    assert status == 200
    values = [line.rsplit(" ", 1)[1] for line in text.splitlines() if line.startswith(name + " ")]
    assert len(values) == 1, (name, values)
    return float(values[0])


def ports_of(name):
    """{"tcp.port": 3101, ...} of a daemon of the cluster."""
    with open(os.path.join(os.environ["IM_RUN_DIR"], "ports", name)) as file:
        return {kind: int(port) for kind, port in (line.split() for line in file)}


def kill(name):
    subprocess.run([os.path.join(ROOT, "im"), "kill", name], check=True, capture_output=True, timeout=20)


def start(name):
    subprocess.run([os.path.join(ROOT, "im"), "start", name], check=True, capture_output=True, timeout=20)


class Haproxy:
    """In the foreground, without its service; the ports of its three frontends are tcp, ws and grpc."""
    KINDS = {"3101": "tcp", "3102": "ws", "3118": "grpc"}
    DAEMON_PORTS = {"3101": "tcp.port", "3102": "ws.port", "3119": "grpc.port"}

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="im-haproxy-")
        self.socket = os.path.join(self.folder.name, "admin.sock")
        self.ports = {kind: free_port() for kind in self.KINDS.values()}
        path = os.path.join(self.folder.name, "haproxy.cfg")
        with open(SAMPLE) as sample, open(path, "w") as config:
            config.writelines(self.adapt(line) for line in sample)
        checked = subprocess.run(["haproxy", "-c", "-f", path], capture_output=True, text=True, timeout=20)
        assert checked.returncode == 0, checked.stderr
        self.process = subprocess.Popen(["haproxy", "-db", "-f", path], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def adapt(self, line):
        """One line of the sample for this machine."""
        if re.match(r"\s+(user|group|log /dev)", line):
            return ""
        line = line.replace("/run/haproxy/admin.sock", self.socket).replace("maxconn 200000", "maxconn 2000")
        bind = re.match(r"    bind :(\d+)$", line)
        if bind:
            port = self.ports[self.KINDS[bind.group(1)]]
            return "    bind 127.0.0.1:%d\n    bind [::1]:%d\n" % (port, port)
        server = re.match(r"    server (\S+) [\d.]+:(\d+) check port \d+(.*)$", line)
        if server:
            name, port, rest = server.groups()
            ports = ports_of(name)
            return "    server %s 127.0.0.1:%d check port %d%s\n" % (name, ports[self.DAEMON_PORTS[port]], ports["ops.port"], rest)
        return line

    def up(self, backend):
        """Names of the servers of a backend that pass their checks."""
        with socket.socket(socket.AF_UNIX) as admin:
            admin.settimeout(5)
            try:
                admin.connect(self.socket)
            except OSError:
                return []
            admin.sendall(b"show stat\n")
            text = b""
            while data := admin.recv(65536):
                text += data
        rows = csv.DictReader(text.decode().lstrip("# ").splitlines())
        return [row["svname"] for row in rows if row["pxname"] == backend and row["svname"] != "BACKEND" and row["status"] == "UP"]

    def end(self):
        self.process.terminate()
        self.process.wait(timeout=10)
        self.folder.cleanup()


class Comet:
    """A comet beside the cluster, with free ports, whose only logic is the balancer."""

    def __init__(self, name, logic_port):
        self.ports = {kind: free_port() for kind in ("tcp", "ws", "grpc", "ops")}
        flags = ["--%s.port=%d" % item for item in self.ports.items()]
        self.process = subprocess.Popen(
            [os.path.join(os.environ["IM_BIN"], "comet"), "--node.name=" + name, "--logic.addresses=127.0.0.1:%d" % logic_port, *flags],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def ready(self):
        eventually(lambda: get("http://127.0.0.1:%d/healthz/ready" % self.ports["ops"])[0] == 200, "the comet is not ready")
        return self

    def end(self):
        self.process.kill()
        self.process.wait()
