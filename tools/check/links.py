#!/usr/bin/env python3
"""links.py [ROOT]: links of the pages to files that are not there, and decisions that their list leaves out. Exit 1 when there is one."""
import pathlib
import re
import subprocess
import signal
import sys

LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def broken(root, page):
    text = re.sub(r"^```.*?^```$", "", (root / page).read_text(encoding="utf-8"), flags=re.M | re.S)
    for target in LINK.findall(text):
        if ":" not in target and not (root / page).parent.joinpath(target).exists():
            yield f"{page}: there is no {target}"


def unlisted(root):
    folder = root / "docs" / "decisions"
    if not folder.is_dir():
        return
    listed = set(LINK.findall((folder / "README.md").read_text(encoding="utf-8")))
    for page in sorted(folder.glob("[0-9]*.md")):
        if page.name not in listed:
            yield f"docs/decisions/README.md: {page.name} is not listed"


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    pages = subprocess.run(["git", "-C", str(root), "ls-files", "*.md"], capture_output=True, text=True, check=True).stdout.split()
    found = [f"  {text}" for page in pages for text in broken(root, page)] + [f"  {text}" for text in unlisted(root)]
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # whoever reads may stop, as `| head` does
    sys.exit(main())
