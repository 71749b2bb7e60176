"""F09, and F07's moved coordinator, on im-devkafka, which does as it is told."""
import os
import socket
import time

import cluster
from window import STAYING, Row, load, times


def devkafka(line):
    with socket.socket(socket.AF_UNIX) as control:
        control.settimeout(5)
        control.connect(os.environ["IM_DEVKAFKA"])
        control.sendall(line.encode() + b"\n")
        answer = control.recv(65536).decode()
    assert not answer.startswith("error"), (line, answer)
    return answer


def f09_errors():
    rounds = times(5, 20)
    row = Row("F09", "%d times: 3 produce errors, 3 lost produce connections, a leader that moves" % rounds)
    with load(**STAYING) as ledger:
        for i in range(rounds):
            devkafka("err 3")
            time.sleep(1)
            devkafka("cut 3")
            time.sleep(1)
            devkafka("leader %d %d" % (i % 8, 1 + i % 3))
            time.sleep(0.5)
    # This broker does not check sequence numbers: what is sent again is in its log twice, and it may acknowledge what is not in it.
    row.what += " (lost and dup_same are not judged here)"
    return row.judge(ledger, may_refuse=True, but=("lost", "dup_same", "im-ledger ended with 1"))


def f09_down():
    seconds = times(8, 30)
    row = Row("F09", "one broker down 5 s, answers 2 s late for 4 s, all brokers down %d s" % seconds)
    with load("--settle", "20", "--refusal-limit", str(seconds + 10), **STAYING) as ledger:
        time.sleep(1)
        devkafka("down 2")
        time.sleep(5)
        devkafka("up 2")
        time.sleep(2)
        devkafka("rtt -1 2000")
        time.sleep(4)
        devkafka("rtt -1 0")
        time.sleep(2)
        devkafka("down -1")
        time.sleep(seconds)
        devkafka("up -1")
        time.sleep(10)
    row.must(ledger.count("refused_longer_than_%ds" % (seconds + 10)) == 0, "pushes are refused after the brokers came back")
    return row.judge(ledger, may_refuse=True)


def f07_coordinator():
    rounds = times(4, 10)
    row = Row("F07", "the group's coordinator moves to another broker, %d times" % rounds)
    with load() as ledger:
        for i in range(rounds):
            devkafka("coord %d" % (1 + i % 3))
            time.sleep(3)
    return row.judge(ledger)


def f09_stopped():
    """On the real broker, which checks sequence numbers: what it appended and could not answer is sent again and must not double."""
    row = Row("F09", "kill -STOP of the real broker for 2, 4 and 8 s: timeouts after the append")
    with load("--refusal-limit", "20", **STAYING) as ledger:
        for seconds in times((2, 4, 8), (2, 4, 8, 2, 4, 8, 15, 30)):
            time.sleep(3)
            cluster.pause("broker")
            time.sleep(seconds)
            cluster.resume("broker")
        time.sleep(10)
    row.must(ledger.count("dup_raw") == 0, "duplicates in the log")
    return row.judge(ledger, may_refuse=True)


REAL_BROKER = [f09_stopped]
SCENARIOS = times([f09_down, f07_coordinator], [f09_errors, f09_down, f07_coordinator])
