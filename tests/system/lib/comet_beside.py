"""A comet beside a running cluster. IM_BIN (folder of the programs) and IM_LOGIC_GRPC come from the environment."""
import os
import socket
import subprocess
import tempfile
import urllib.error

from wait import eventually
from web import get


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Comet:
    """A comet beside the cluster, with free ports."""

    def __init__(self, name, *flags, logic=None, before=None):
        self.ports = {kind: free_port() for kind in ("tcp", "ws", "grpc", "ops")}
        self.log = tempfile.TemporaryFile("w+")
        flags = ["--%s.port=%d" % item for item in self.ports.items()] + list(flags)
        self.process = subprocess.Popen(
            [os.path.join(os.environ["IM_BIN"], "comet"), "--node.name=" + name, "--logic.addresses=" + (logic or os.environ["IM_LOGIC_GRPC"]), *flags],
            stdout=self.log, stderr=subprocess.STDOUT, preexec_fn=before)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def health(self, path="ready"):
        try:
            return get("http://127.0.0.1:%d/healthz/%s" % (self.ports["ops"], path))
        except urllib.error.URLError:
            return 0, ""

    def metric(self, name):
        lines = get("http://127.0.0.1:%d/metrics" % self.ports["ops"])[1].splitlines()
        return sum(float(line.split()[-1]) for line in lines if line.startswith(name))

    def ready(self):
        eventually(lambda: self.health()[0] == 200, "the comet is not ready")
        return self

    def text(self):
        self.log.seek(0)
        return self.log.read()
