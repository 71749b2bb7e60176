"""A daemon beside those of ./im: started as the first of its kind, with other ports, flags and, if wanted, a fault point."""
import os
import shlex
import signal
import subprocess

import cluster
from proxy import free_port

PORTS = {"comet": ("ops.port", "grpc.port", "tcp.port", "ws.port"),
         "logic": ("ops.port", "grpc.port", "http.push_port", "http.public_port"),
         "job": ("ops.port",), "router": ("ops.port", "grpc.port")}
KEPT = ("kafka.", "router.addresses", "config", "redis.", "store.", "push_api.keys_file")


def flags_of(name):
    """{flag: value} of a daemon of ./im"""
    with open(os.path.join(cluster.RUN, "cmd", name)) as file:
        words = shlex.split(file.read())[1:]
    return dict(word[2:].split("=", 1) for word in words if word.startswith("--") and "=" in word)


class Extra:
    """`with Extra("job", fault="job.after_push:kill:50") as job:`"""

    def __init__(self, kind, fault=None, environment=None, **flags):
        self.kind, self.fault, self.environment = kind, fault, environment or {}
        self.ports = {flag: free_port() for flag in PORTS[kind]}
        kept = {flag: value for flag, value in flags_of(cluster.names(kind)[0]).items() if flag.startswith(KEPT)}
        self.flags = {"node.name": kind + "-extra", **kept, **self.ports,
                      **{flag.replace("__", "."): value for flag, value in flags.items()}}
        self.log = os.path.join(cluster.RUN, "log", kind + "-extra.log")
        self.process = None

    def start(self, fault=None):
        program = os.path.join(cluster.BIN, self.kind)
        if fault:
            program = os.path.join(cluster.BIN, "..", "tests", self.kind + "-faults")
        words = [program] + ["--%s=%s" % item for item in self.flags.items()]
        with open(self.log, "a") as log:
            self.process = subprocess.Popen(words, stdout=log, stderr=subprocess.STDOUT,
                                            env={**os.environ, "FAULT": fault or "", **self.environment})
        return self

    def __enter__(self):
        self.start(self.fault)
        if not self.fault:
            cluster.eventually(self.ready, "%s is not ready: %s" % (self.kind, self.log), 60)
        return self

    def __exit__(self, *_):
        self.end()

    def end(self, number=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.send_signal(number)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def send(self, number):
        self.process.send_signal(number)

    def health(self):
        return cluster.get("http://127.0.0.1:%d/healthz/ready" % self.ports["ops.port"], 2)

    def ready(self):
        return self.health()[0] == 200

    def port(self, flag):
        return self.ports[flag]
