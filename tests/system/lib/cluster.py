"""The cluster under test, driven as an operator drives it: ./im start, kill, status. IM_RUN_DIR and IM_BIN come from the environment."""
import contextlib
import json
import os
import signal
import subprocess

from wait import eventually
from web import get

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", ".."))
RUN = os.environ["IM_RUN_DIR"]
BIN = os.environ["IM_BIN"]
PATIENCE = 180  # seconds: what a machine with other work to do may take to start or end a process


def im(*words):
    done = subprocess.run([os.path.join(ROOT, "im"), *words], capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, (words, done.stdout, done.stderr)
    return done.stdout


def names(kind=""):
    """What was started, of one kind ("comet") or all."""
    return sorted(name for name in os.listdir(os.path.join(RUN, "cmd")) if name.startswith(kind))


def port(name, flag):
    with open(os.path.join(RUN, "ports", name)) as file:
        return int(dict(line.split() for line in file)[flag])


def pid(name):
    path = os.path.join(RUN, "kafka", "pid") if name == "broker" else os.path.join(RUN, "pid", name)
    with open(path) as file:
        return int(file.read().split()[0])


def ready(name):
    return get("http://127.0.0.1:%d/healthz/ready" % port(name, "ops.port"), 2)[0] == 200


def live(name):
    """It answers, ready or not."""
    return get("http://127.0.0.1:%d/healthz/live" % port(name, "ops.port"), 2)[0] == 200


def health(name):
    """(HTTP status, what it says of each dependency)"""
    status, text = get("http://127.0.0.1:%d/healthz/ready" % port(name, "ops.port"), 2)
    assert status, text
    return status, json.loads(text)["dependencies"]


def kill(name):
    """kill -9 and wait until the process is gone."""
    number = pid(name)
    os.kill(number, signal.SIGKILL)
    eventually(lambda: not alive(number), "%s outlives SIGKILL" % name, PATIENCE, 0.02)


def end(name):
    """kill -9 of what may be about to end by itself."""
    if alive(pid(name)):
        with contextlib.suppress(ProcessLookupError):
            kill(name)


def dead(name, seconds=300):
    """Waits until it has killed itself: at its nth commit or push, which comes when the machine gets there."""
    number = pid(name)
    eventually(lambda: not alive(number), "%s did not die" % name, seconds)


def alive(number):
    """A zombie is not alive: whoever started it may not have looked yet. But it is while other threads of it still close its files."""
    try:
        with open("/proc/%d/stat" % number) as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return fields[0] != "Z" or int(fields[17]) > 1
    except OSError:
        return False


def start(name, wait=True):
    if name == "broker":
        subprocess.run([os.path.join(ROOT, "deploy", "kafka", "kafka.sh"), "start", "--dir", os.path.join(RUN, "kafka")],
                       check=True, capture_output=True, timeout=PATIENCE)
        return
    im("start", name)
    if wait and has_ops(name):
        eventually(lambda: ready(name), "%s is not ready again: %s" % (name, os.path.join(RUN, "log", name + ".log")), PATIENCE)


@contextlib.contextmanager
def command(name, edit):
    """The node, killed and started with `edit` of its usual command line; afterwards as it was."""
    path = os.path.join(RUN, "cmd", name)
    with open(path) as file:
        usual = file.read()
    kill(name)
    with open(path, "w") as file:
        file.write(edit(usual))
    try:
        start(name)
        yield
    finally:
        with open(path, "w") as file:
            file.write(usual)
        end(name)
        start(name)


def has_ops(name):
    return name.split("-")[0] in ("comet", "logic", "router", "job")


def all_ready(seconds=PATIENCE):
    for name in names():
        if has_ops(name):
            eventually(lambda: ready(name), "%s is not ready" % name, seconds)


def pause(name):
    os.kill(pid(name), signal.SIGSTOP)


def resume(name):
    os.kill(pid(name), signal.SIGCONT)


def admin():
    return "http://127.0.0.1:%d" % port("logic-1", "ops.port")


def routers():
    """gRPC addresses of the routers."""
    return ["127.0.0.1:%d" % port(name, "grpc.port") for name in names("router")]


def redis_port():
    with open(os.path.join(RUN, "ports", "redis")) as file:
        return int(file.read().split()[1])


def overview():
    status, text = get(admin() + "/admin/v1/overview")
    return json.loads(text) if status == 200 else None


def metric(ops_port, name, label=""):
    """The sum of a metric over the series that have this label (`reason="stalled"`)."""
    status, text = get("http://127.0.0.1:%d/metrics" % ops_port)
    assert status == 200, (ops_port, status)
    return int(sum(float(line.rsplit(" ", 1)[1]) for line in text.splitlines()
                   if (line.startswith(name + "{") or line.startswith(name + " ")) and label in line))


def metrics(name):
    """{name{labels}: value} of a daemon"""
    status, text = get("http://127.0.0.1:%d/metrics" % port(name, "ops.port"))
    assert status == 200, (name, status)
    return {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1])
            for line in text.splitlines() if line and not line.startswith("#")}
