#!/usr/bin/env python3
"""A medium from its beginning to its end, with an S3 store that refuses one kind of call of it: out of order, full, or forbidden (docs/media.md).
What was answered stays, what was not is not served, and nothing of it is left. IM_PUBLIC, IM_MEDIA_DIR, IM_S3_DIR and IM_DB come from the
environment."""
import os

import cluster
from media_client import call
from runner import run
from sample import sampled
from test_check import STORE, found
from test_phases import Story, heard
from wait import eventually

ID = r"\S+/media/[0-9a-f]{32}"
LARGE = 20 << 20  # three parts
# In words, what is sent, and how the calls begin that are refused.
PHASES = (
    ("put", "file", "PUT %s " % ID),
    ("put the picture", "image", "PUT %s " % ID),
    ("put its small one", "image", r"PUT %s\.small " % ID),
    ("put its large one", "image", r"PUT %s\.large " % ID),
    ("list what is left of parts", "large", r"GET \S+&uploads="),
    ("begin parts", "large", r"POST %s\?uploads=" % ID),
    ("put the first part", "large", r"PUT %s\?partNumber=1&" % ID),
    ("put the last part", "large", r"PUT %s\?partNumber=3&" % ID),
    ("complete", "large", r"POST %s\?uploadId=" % ID),
    ("complete and abort", "large", r"(POST|DELETE) %s\?uploadId=" % ID),
    ("look", "file", "HEAD %s " % ID),
    ("look at a picture", "image", "HEAD %s" % ID),
    ("read", "file", "GET %s " % ID),
    ("remove what is left of parts", "file", r"GET \S+&uploads="),
    ("remove", "file", "DELETE %s " % ID),
    ("remove the small one", "image", r"DELETE %s\.small " % ID),
    ("remove the large one", "image", r"DELETE %s\.large " % ID))
TIMES = {"500": 3, "507": 3, "403": 1}  # a call is made so often until it counts as failed
PLAIN = 6


class FailingStore:
    """In the place of a logic that dies: what is to be well again is the store, once a call has failed for good."""

    def __init__(self, status, pattern):
        self.times, self.is_well = TIMES[status], False
        STORE.door("fail %s %s" % (status, pattern))

    def revive(self):
        assert cluster.alive(cluster.pid("logic-1")), "logic has ended"
        if not self.is_well and STORE.counted() >= self.times:
            self.mend()

    def mend(self):
        self.is_well = True
        STORE.door("pass")


class S3Story(Story):
    def __init__(self, logic, what):
        super().__init__(logic, what)
        if what == "large":
            self.data, self.part = os.urandom(LARGE), LARGE // 2

    def look(self, url):
        """503: the store is away."""
        def hear(ask):
            answer = heard(ask)
            return None if answer is None or answer[0] == 503 else answer
        return self.insist(lambda: call("GET", url), hear)


def goes_on(row, status):
    _, what, pattern = row
    store = FailingStore(status, pattern)
    try:
        S3Story(store, what).tell()
        assert store.is_well, "no call of this kind failed"
    finally:
        store.mend()
    assert STORE.half_put() == [], "parts are left"
    eventually(lambda: not found(), "imctl media check finds something", 120, 0.5)


def main():
    rows = [(row, status) for row in PHASES for status in TIMES]
    chosen = sampled("phases of S3", rows, PLAIN, lambda one: "%s:%s" % (one[0][0], one[1]))
    run("media in phases of S3", {"%s: %s" % (row[0], status): lambda row=row, status=status: goes_on(row, status) for row, status in chosen})


if __name__ == "__main__":
    main()
