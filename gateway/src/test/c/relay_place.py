"""A pane that tmux starts, with and without a relay, for the tests of `porter --relay`."""
import fcntl
import json
import os
import pty
import select
import shutil
import struct
import subprocess
import sys
import tempfile
import termios

from harness import LIMIT, equal, eventually


def set_size(terminal, rows, columns):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 8 * columns, 16 * rows))


class Pane:
    """A process that leads the session of a terminal of ours, as one of tmux's panes does."""

    def __init__(self, place, command, size=(24, 80)):
        self.output, self.read = b"", 0
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            set_size(0, *size)  # as tmux does, before the program can ask for it
            os.chdir("/usr")
            os.execvpe(command[0], command, place.environment)

    def resize(self, rows, columns):
        set_size(self.master, rows, columns)

    def type(self, text):
        os.write(self.master, text if isinstance(text, bytes) else text.encode())

    def take(self):
        """Reads once; false at the end."""
        if not select.select([self.master], [], [], LIMIT)[0]:
            raise AssertionError(f"nothing more comes after {self.output[-200:]!r}")
        try:
            self.output += os.read(self.master, 65536)
        except OSError:
            return False
        return True

    def until(self, text):
        """Reads on until there is this text, behind what was waited for before."""
        while (at := self.output.find(text.encode(), self.read)) < 0:
            assert self.take(), f"the end comes instead of {text!r}: {self.output[-400:]!r}"
        self.read = at + len(text.encode())

    def end(self):
        """All of its output, and the status of its end."""
        while self.take():
            pass
        return self.output, self.status()

    def status(self):
        def ended():
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            return pid == self.pid and (status,)
        return eventually(ended, "the end of the pane's process")[0]

    def close(self):
        try:
            os.close(self.master)
        except OSError:
            pass


class Place:
    def __init__(self, program):
        self.program, self.directory, self.panes = program, tempfile.mkdtemp(prefix="relay"), []
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": self.directory, "TMUX_TMPDIR": self.directory, "LANG": "C.UTF-8", "SHELL": "/bin/sh",
            "TERM": "tmux-256color", "TMUX_PANE": "%7", "PS1": "$ ", "ENV": "",
            "ASAN_OPTIONS": f"log_path={self.directory}/sanitizer", "UBSAN_OPTIONS": f"log_path={self.directory}/sanitizer"}

    def pane(self, *command, relay=True, **options):
        before = [self.program, "--relay", *(["--"] if command else [])] if relay else []
        self.panes.append(Pane(self, [*before, *command], **options))
        return self.panes[-1]

    def sh(self, script, **options):
        return self.pane("sh", "-c", script, **options)

    def python(self, script, **options):
        return self.pane(sys.executable, "-c", script, **options)

    def tmux(self, *words):
        words = ["tmux", "-u", "-f", "/dev/null", *words]
        return subprocess.run(words, env=self.environment, check=True, capture_output=True, text=True, timeout=LIMIT).stdout.strip()

    def window(self, *command, relay=True):
        """A window of tmux in which the command runs, behind a relay or without one; its name there."""
        return self.tmux("new-session", "-d", "-x", "100", "-y", "30", "-c", "/usr", "-P", "-F", "#{pane_id}", "--",
                         *([self.program, "--relay", "--"] if relay else []), *command)

    def shown(self, pane, form):
        return self.tmux("display-message", "-p", "-t", pane, form)

    def path(self, pid):
        return os.path.join(self.directory, ".local/state/shed/agents", f"{pid}.relay")

    def record(self, pid):
        try:
            with open(self.path(pid)) as file:
                return json.load(file)
        except FileNotFoundError:
            return None

    def recorded(self, pid, **wanted):
        """Waits for a record with these values."""
        def is_so():
            record = self.record(pid)
            return record and all(record.get(key) == value for key, value in wanted.items()) and record
        return eventually(is_so, f"a record with {wanted} instead of {self.record(pid)}")

    def close(self):
        for pane in self.panes:
            pane.close()
        subprocess.run(["tmux", "-f", "/dev/null", "kill-server"], env=self.environment, capture_output=True, timeout=LIMIT, check=False)
        complaints = [name for name in os.listdir(self.directory) if name.startswith("sanitizer")]
        for name in complaints:
            print(open(os.path.join(self.directory, name)).read())
        shutil.rmtree(self.directory, ignore_errors=True)
        equal(complaints, [])


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return [int(child) for child in file.read().split()]


def name(pid):
    try:
        with open(f"/proc/{pid}/comm") as file:
            return file.read().strip()
    except OSError:
        return ""


def relay_of(pane_pid):
    """The process that copies the bytes."""
    return eventually(lambda: next((child for child in children(pane_pid) if name(child) == "shed-relay"), None), "a relay")


def both(place, script, drive=lambda pane: None, form="sh"):
    """The output and the end with a relay and without are the same."""
    results = []
    for relay in (False, True):
        pane = getattr(place, form)(script, relay=relay)
        drive(pane)
        results.append(pane.end())
    equal(results[1], results[0])
    return results[0]


def alive(pid):
    try:
        return open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
