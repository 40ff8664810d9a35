"""The processes of this machine, as /proc shows them."""
import os

from harness import eventually


def processes(pattern):
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            line = open(f"/proc/{pid}/cmdline", "rb").read().replace(b"\0", b" ").decode(errors="replace")
            state = open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if (line.startswith(pattern[1:]) if pattern.startswith("^") else pattern in line) and state != "Z" and int(pid) != os.getpid():
            found.append(int(pid))
    return found


def running(pattern, what="it runs"):
    """The processes of that command line, as soon as there are any: while a process is in execve, its command line is empty."""
    return eventually(lambda: processes(pattern), f"{what}: {pattern}", 5)


def porters(program):
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            if os.readlink(f"/proc/{pid}/exe") == program:
                found.append(int(pid))
        except OSError:
            continue
    return found


def alive(pid):
    try:
        return open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
