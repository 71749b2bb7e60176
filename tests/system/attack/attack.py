#!/usr/bin/env python3
"""Hostile clients against a live cluster of two comets, with healthy neighbours whose pushes must keep arriving. Each case is in
CASES; after each one the neighbours are asked whether they noticed anything. IM_RUN_DIR names the cluster's folder.
attack.py [NAME...] runs these cases only."""
import os
import sys
import traceback

import case_resets
import case_rooms
import case_sizes
import case_work
from neighbours import Neighbours

CASES = case_resets.CASES + case_rooms.CASES + case_sizes.CASES + case_work.CASES


def passed(case, neighbours):
    try:
        case()
        neighbours.are_well()
        print("ok      %s" % case.__name__, flush=True)
        return True
    except Exception:  # a broken case is a failed one, and the next one is run all the same
        print("FAILED  %s\n%s" % (case.__name__, traceback.format_exc()), flush=True)
        neighbours.come_again()
        return False


def main():
    names = sys.argv[1:]
    cases = [case for case in CASES if not names or case.__name__ in names]
    assert cases, "no such case: %s" % names
    neighbours = Neighbours()
    neighbours.are_well()
    failed = sum(not passed(case, neighbours) for case in cases)
    print("cases=%d failed=%d" % (len(cases), failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    sys.exit(main())
