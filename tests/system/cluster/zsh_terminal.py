"""What a zsh on a terminal makes of a line when Tab is pressed."""
import os
import pty
import re
import select
import subprocess
import time


class Terminal:
    def __init__(self, path):
        pid, self.descriptor = pty.fork()
        if pid == 0:
            os.environ.update(TERM="dumb", PS1="> ", PATH=path + ":" + os.environ["PATH"])
            os.execvp("zsh", ["zsh", "-f", "-i"])
        self.pid = pid
        self.seen = b""

    def type(self, text):
        os.write(self.descriptor, text.encode())

    def wait_for(self, pattern, seconds=20):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = re.search(pattern, self.seen)
            if found:
                self.seen = self.seen[found.end():]
                return found
            if select.select([self.descriptor], [], [], 0.2)[0]:
                self.seen += os.read(self.descriptor, 65536)
        raise AssertionError("zsh never showed %s: %r" % (pattern, self.seen))

    def close(self):
        os.close(self.descriptor)
        os.waitpid(self.pid, 0)


def completed(program, folder, lines):
    """The lines after Tab; `folder` takes the completion of the program."""
    with open(os.path.join(folder, "_imctl"), "w") as file:
        subprocess.run([program, "completion", "zsh"], stdout=file, check=True, timeout=10)
    terminal = Terminal(os.path.dirname(program))
    try:
        # The quotes keep what is typed, which the terminal shows too, from looking like what is printed.
        terminal.type("fpath=(%s $fpath); autoload -Uz compinit; compinit -u -D; echo rea''dy\n" % folder)
        terminal.wait_for(rb"ready\r\n")
        out = []
        for line in lines:
            # ^A, ^E: what Tab made of the line becomes the argument of echo.
            terminal.type(line + "\t\x01echo \"<:\x05:>\"\n")
            out.append(terminal.wait_for(rb"\n<:([^\r\n]*):>\r\n").group(1).decode().rstrip())
        return out
    finally:
        terminal.close()
