"""Runs the cases of a file: its functions without arguments, or those named on the command line."""
import sys
import traceback


def run(title, names):
    module = names["__name__"]
    cases = {name: value for name, value in names.items()
             if callable(value) and getattr(value, "__module__", "") == module and "_" in name and
             value.__code__.co_argcount == 0}
    failed = 0
    for name in sys.argv[1:] or cases:
        try:
            cases[name]()
            print("ok   %s" % name)
        except Exception:  # one case must not hide the others
            failed += 1
            print("FAIL %s" % name)
            traceback.print_exc()
    print("%s: cases=%d failed=%d" % (title, len(sys.argv[1:] or cases), failed))
    return 1 if failed else 0
