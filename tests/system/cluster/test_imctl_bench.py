#!/usr/bin/env python3
"""`imctl bench` of pushes: its ledger, its page and its comparison, with small numbers. No time is judged. What the environment holds: imctl_program.py."""
import json
import os
import subprocess
import tempfile

from imctl_program import API, IMCTL, TCP
from runner import run

PUSH = API.removeprefix("http://")
COMETS = ["--comets", "127.0.0.1:" + TCP]
LITTLE = ["--rate", "20", "--seconds", "2", "--push-api", PUSH]


def bench(verb, *args):
    """Exit code, output, errors."""
    done = subprocess.run([IMCTL, "--json", "bench", verb, *LITTLE, *args], capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout, done.stderr


def ledger(verb, *args):
    code, out, err = bench(verb, *args)
    assert code == 0, (verb, code, out, err)
    books = json.loads(out)["ledger"]
    assert books["offered"] == books["acked"] == 40, (verb, books)
    assert not any(books[name] for name in ("refused", "lost", "dup", "reorder", "phantom", "closed")), (verb, books)
    return books


def case_each_member_gets_each_push():
    assert ledger("fanout", *COMETS, "--connections", "10", "--idle", "5")["delivered"] == 400


def case_rooms_of_one_member_get_a_push_once():
    assert ledger("rooms", *COMETS, "--connections", "8", "--rooms", "4")["delivered"] == 80


def case_a_push_to_a_user_comes_once():
    assert ledger("user", *COMETS, "--connections", "10")["delivered"] == 40
    assert ledger("e2e", *COMETS, "--idle", "10")["delivered"] == 40


def case_the_api_alone_delivers_nothing():
    assert ledger("http")["delivered"] == 0


def case_all_come_back_after_a_cut():
    done = subprocess.run([IMCTL, "--json", "bench", "storm", "--comet", "127.0.0.1:" + TCP, "--connections", "200"],
                          capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, (done.returncode, done.stdout, done.stderr)
    report = json.loads(done.stdout)
    assert (report["opened"], report["back"], report["failed"]) == (200, 200, 0), report


def case_a_page_and_a_comparison():
    with tempfile.TemporaryDirectory() as folder:
        page, old = os.path.join(folder, "report.html"), os.path.join(folder, "old.json")
        flags = [*COMETS, "--connections", "5"]
        code, out, err = bench("fanout", *flags, "--html", page)
        assert code == 0, (code, err)
        with open(page, encoding="utf-8") as file:
            text = file.read()
        assert "<svg" in text and "ledger lost" in text and "<script" not in text
        with open(old, "w", encoding="utf-8") as file:
            file.write(out)
        generous = ["--tolerance", "1000000"]
        assert bench("fanout", *flags, "--compare", old, *generous)[0] == 0
        report = json.loads(out)
        report["ledger"]["lost"] = -1  # so that none lost is more than before
        with open(old, "w", encoding="utf-8") as file:
            json.dump(report, file)
        code, _, err = bench("fanout", *flags, "--compare", old, *generous)
        assert code == 5 and "WORSE" in err, (code, err)
        code, _, err = bench("user", *flags, "--compare", old)
        assert code == 2 and "another bench" in err, (code, err)


def case_what_cannot_be_run_is_refused():
    code, _, err = bench("rooms", *COMETS, "--connections", "2", "--rooms", "3")
    assert code == 2 and "--rooms" in err, (code, err)
    code, _, err = bench("fanout", "--comets", "127.0.0.1:%s,127.0.0.2:%s" % (TCP, TCP))
    assert code == 2 and "one host" in err, (code, err)


run("imctl-bench", {name[5:]: fn for name, fn in list(globals().items()) if name.startswith("case_")})
