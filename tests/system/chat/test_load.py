#!/usr/bin/env python3
"""What load.py makes of the figures of `imctl bench chat`: a good run is good whatever its size, each broken promise is seen. Nothing runs:
the environment names places that are never used."""
from load import MUST_BE_ZERO, Load, Row
from runner import run

# users, conversations, devices, pairs of a device and a conversation: of the loads that the tests use
SIZES = [(200, 50, 250, 175), (100, 25, 125, 119), (20, 10, 25, 77)]


def ended(size=SIZES[0], code=0, **changed):
    users, conversations, devices, counts = size
    load = Load(users=users, conversations=conversations, comets=[1])
    figures = {"devices": devices, "present_at_end": devices, "judged": 2000, "counts": counts, "sent": 900, "acked": 900,
               **dict.fromkeys(MUST_BE_ZERO, 0), **changed}
    load.output = ["devices=%d open=%d\n" % (devices, devices), " ".join("%s=%d" % one for one in figures.items()) + "\n"]
    load.code = code
    return load


def good_runs_of_each_size_are_good():
    for size in SIZES:
        assert ended(size).wrong() == [], (size, ended(size).wrong())


def each_broken_promise_is_seen():
    for name in MUST_BE_ZERO:
        assert ended(code=5, **{name: 3}).wrong() == ["%s=3" % name], name
    assert ended(code=5, present_at_end=249).wrong() == ["present_at_end=249 of 250"]


def a_run_that_judged_nothing_is_no_good_run():
    for name in ("acked", "judged", "counts"):
        assert ended(**{name: 0}).wrong() == ["too little was judged"], name


def a_bench_that_failed_otherwise_is_no_good_run():
    assert ended(code=1).wrong() == ["imctl bench ended with 1"]


def a_planted_fault_that_left_no_trace_is_told():
    row = Row("W26", "planted").must_be_red(ended(), "unpushed")
    assert len(row.problems) == 1 and row.problems[0].startswith("the checker saw nothing"), row.problems
    assert Row("W26", "planted").must_be_red(ended(unpushed=1), "lost", "unpushed").problems == []


run("judge of chat loads", [good_runs_of_each_size_are_good, each_broken_promise_is_seen, a_run_that_judged_nothing_is_no_good_run,
                            a_bench_that_failed_otherwise_is_no_good_run, a_planted_fault_that_left_no_trace_is_told])
