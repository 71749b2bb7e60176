"""Waiting for what a cluster does in its own time."""
import time


def eventually(check, what="it did not come", seconds=20.0, every=0.1):
    """Repeats check until it returns something true, and returns that; a failed assertion counts as not yet."""
    end = time.monotonic() + seconds
    while True:
        why = None
        try:
            seen = check()
            if seen:
                return seen
        except AssertionError as error:
            why = error
        if time.monotonic() > end:
            raise AssertionError(what) from why
        time.sleep(every)


def until_it_passes(check, seconds=20.0, every=0.2):
    """Repeats check until none of its assertions fails; returns what it returns."""
    end = time.monotonic() + seconds
    while True:
        try:
            return check()
        except AssertionError:
            if time.monotonic() > end:
                raise
            time.sleep(every)
