#!/usr/bin/env python3
"""What `./im demo` builds: the pages beside the programs. Its own functions; cmake and npm are played by the test."""
import os
import pathlib
import subprocess
import tempfile

from runner import run
from wait import eventually

TOOLS = pathlib.Path(__file__).resolve().parents[3] / "tools" / "im"
# The pages wait for a word of the programs: whoever builds one after the other never ends.
MEET = 'build_preset() { echo programs; echo go >pipe; }; web_build() { read -r word <pipe; echo "pages $word"; }'
PAGES_FAIL = 'build_preset() { echo programs; }; web_build() { echo "npm: no network"; false; echo "went on"; }'
# The pages say who they are, and then wait for ever, in a child of theirs.
PROGRAMS_FAIL = ('build_preset() { read -r child <pipe; echo "$child"; return 3; }; '
                 'web_build() { (echo "$BASHPID" >pipe; read -r word <never); }')


def build(stubs, pages=1):
    """(code, what was said, on stderr)"""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("pipe", "never"):
            os.mkfifo(os.path.join(folder, name))
        script = (f'set -euo pipefail; ROOT=/nowhere; for part in say build web; do source "{TOOLS}/$part.sh"; done; {stubs}; '
                  f'build_demo demo {pages}; echo built')
        done = subprocess.run(["bash", "-c", script], cwd=folder, env=os.environ | {"TMPDIR": folder}, capture_output=True, text=True, timeout=30)
        assert not list(pathlib.Path(folder).glob("tmp.*")), "a file of web_begin stays behind"
        return done.returncode, done.stdout.split("\n")[:-1], done.stderr


def lives(process):
    try:
        return "(zombie)" not in pathlib.Path("/proc", process, "status").read_text()
    except FileNotFoundError:
        return False


def pages_are_built_beside_the_programs_and_shown_after_them():
    assert build(MEET) == (0, ["programs", "pages go", "built"], ""), build(MEET)


def without_pages_only_the_programs():
    assert build('build_preset() { echo programs; }; web_build() { echo pages; }', pages=0) == (0, ["programs", "built"], "")


def pages_that_fail_are_named():
    code, said, errors = build(PAGES_FAIL)
    assert code == 1 and said == ["programs", "npm: no network"], (code, said)
    assert "the pages were not built" in errors and "--no-web" in errors, errors


def programs_that_fail_take_the_pages_along():
    code, said, errors = build(PROGRAMS_FAIL)
    assert code == 3 and len(said) == 1, (code, said, errors)
    eventually(lambda: not lives(said[0]), "what npm started stays behind")


run("demo build", [pages_are_built_beside_the_programs_and_shown_after_them, without_pages_only_the_programs, pages_that_fail_are_named,
                   programs_that_fail_take_the_pages_along])
