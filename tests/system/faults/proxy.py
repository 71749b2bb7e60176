"""im-faultproxy as a process: routes with names, commands as lines."""
import os
import socket
import subprocess
import time

import cluster


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Proxy:
    """Proxy(c1=3101) listens on proxy.port("c1") for 127.0.0.1:3101."""

    def __init__(self, **targets):
        self.ports = {name: free_port() for name in targets}
        self.control = free_port()
        flags = ["--route=%s=%d:127.0.0.1:%d" % (name, self.ports[name], target) for name, target in targets.items()]
        self.process = subprocess.Popen([os.path.join(cluster.BIN, "im-faultproxy"), "--control", str(self.control), *flags])

    def __enter__(self):
        for _ in range(100):
            try:
                self.socket = socket.create_connection(("127.0.0.1", self.control), timeout=5)
                return self
            except OSError:
                time.sleep(0.05)
        raise AssertionError("im-faultproxy does not listen")

    def __exit__(self, *_):
        self.socket.close()
        self.process.terminate()
        self.process.wait(10)

    def port(self, name):
        return self.ports[name]

    def do(self, *lines):
        answer = ""
        for line in lines:
            self.socket.sendall(line.encode() + b"\n")
            answer = ""
            while not answer.endswith("ok\n"):
                answer += self.socket.recv(65536).decode()
                assert not answer.startswith("error"), (line, answer)
        return answer

    def numbers(self, name):
        """{open, accepted, bytes_up, bytes_down}"""
        for line in self.do("list").splitlines():
            words = line.split()
            if words and words[0] == name:
                return {key: int(value) for key, value in (word.split("=") for word in words[1:]) if value.isdigit()}
        raise AssertionError("no route " + name)
