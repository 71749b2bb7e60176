"""What the database of a group holds, as its own client shows it. IM_MARIADB: the folder of tools/im/mariadb.sh."""
import os
import subprocess


def rows(statement):
    """A list of columns, as text, for each row; no column may hold a tab or the end of a line."""
    socket = os.path.join(os.environ["IM_MARIADB"], "sock")
    done = subprocess.run(["mariadb", "--no-defaults", "--user=root", "--socket=" + socket, "--default-character-set=utf8mb4", "im", "-N", "-B", "-r", "-e",
                           statement], capture_output=True, text=True, timeout=60, check=True)
    return [line.split("\t") for line in done.stdout.splitlines()]
