#!/usr/bin/env python3
"""How the porter ends the processes of a container before it is stopped (docs/porter-protocol.md), among processes of its own.

    stop_test.py PORTER [pattern]      needs root, python3 and unshare
"""
import os
import pty
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from harness import attempt, default_signals, equal, eventually

ALONE = ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child"]
NOBODY = 65534

# Tells when it is up, and which signal has ended it.
VICTIM = """
for signal in HUP TERM; do trap "echo $1 $signal >>$0; exit" $signal; done
echo $1 up >>$0
while :; do sleep 0.02; done
"""
DEAF = 'trap "" HUP TERM; echo $1 up >>$0; while :; do sleep 0.02; done'


class Container:
    """What runs besides this program, which is process 1."""

    def __init__(self, program):
        self.program = program
        self.directory = tempfile.mkdtemp(prefix="porter-stop-")
        os.chmod(self.directory, 0o777)
        self.file = self.directory + "/told"
        self.started = []

    def told(self):
        return open(self.file).read().split("\n")[:-1] if os.path.exists(self.file) else []

    def signals(self):
        return [line for line in self.told() if not line.endswith(" up")]

    def is_up(self, name):
        eventually(lambda: f"{name} up" in self.told(), f"{name} is up")

    def begin(self, name, script=VICTIM, before=(), session=True):
        process = subprocess.Popen([*before, "sh", "-c", script, self.file, name], start_new_session=session, stderr=subprocess.DEVNULL)
        self.started.append(process.pid)
        self.is_up(name)
        return process

    def at_a_terminal(self, name):
        pid, terminal = pty.fork()
        if pid == 0:
            os.execvp("sh", ["sh", "-c", VICTIM, self.file, name])
        self.started.append(pid)
        self.is_up(name)
        return terminal

    def stop(self, *words, before=(), **kwargs):
        return subprocess.run([*before, self.program, "--stop", *words], timeout=30, stderr=subprocess.PIPE, **kwargs).returncode

    def close(self):
        for pid in [int(entry) for entry in os.listdir("/proc") if entry.isdigit() and entry != "1"]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        for pid in self.started:
            try:
                os.waitpid(pid, 0)
            except ChildProcessError:
                pass
        shutil.rmtree(self.directory)


def terminals_are_hung_up_and_then_the_rest_is_told(container):
    terminal = container.at_a_terminal("terminal")
    container.begin("service")
    equal(container.stop("5000", "--all"), 0)
    equal(container.signals(), ["terminal HUP", "service TERM"])
    os.close(terminal)


def what_does_not_end_has_its_time_and_is_left(container):
    deaf = container.begin("deaf", DEAF)
    begin = time.monotonic()
    equal(container.stop("700", "--all"), 1)
    assert time.monotonic() - begin >= 0.7
    equal(deaf.poll(), None)


def one_that_is_suspended_takes_its_signal(container):
    os.kill(container.begin("suspended").pid, signal.SIGSTOP)
    equal(container.stop("5000", "--all"), 0)
    equal(container.signals(), ["suspended TERM"])


def process_1_ends_what_is_in_its_session(container):
    child = container.begin("child", session=False)
    container.begin("other")
    equal(container.stop("5000", "--all"), 0)
    equal(container.signals(), ["other TERM"])
    equal(child.poll(), None)


def without_all_it_is_logins_and_sessions(container):
    """A login is what a porter has begun, a session what a tmux server has."""
    before = {}
    for name in ("porter", "tmux: server"):
        shutil.copy(shutil.which("sh"), f"{container.directory}/{name}")
        before[name] = [f"{container.directory}/{name}", "-c", 'setsid "$@" & wait', "-"]
    porter = container.begin("login", before=before["porter"])
    container.begin("session", before=before["tmux: server"])
    service = container.begin("service")
    equal(container.stop("5000"), 0)
    equal(sorted(container.signals()), ["login TERM", "session TERM"])
    equal(service.poll(), None)
    equal(porter.wait(30), 0)  # of itself, since there is nothing left to wait for


def what_a_session_has_begun_has_its_time_though_the_server_is_gone(container):
    shutil.copy(shutil.which("sh"), container.directory + "/tmux: server")
    server = [container.directory + "/tmux: server", "-c", 'setsid "$@" & wait', "-"]
    container.begin("session", 'trap "sleep 0.5; echo $1 done >>$0; exit" TERM; ' + DEAF.replace(" HUP TERM", " HUP"), before=server)
    equal(container.stop("5000"), 0)
    equal(container.signals(), ["session done"])


def what_a_pane_has_begun_is_told_though_its_shell_is_gone(container):
    shutil.copy(shutil.which("sh"), container.directory + "/tmux: server")
    with open(container.directory + "/job", "w") as job:
        job.write(VICTIM.replace("$0", container.file))
    shell = f"trap 'echo shell HUP >>{container.file}; exit' HUP; setsid sh {container.directory}/job job & while :; do sleep 0.02; done"
    spawn = 'python3 -c "import pty, sys; pty.spawn(sys.argv[1:])" "$@" & wait'
    server = subprocess.Popen([container.directory + "/tmux: server", "-c", spawn, "-", "sh", "-c", shell], start_new_session=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    container.started.append(server.pid)
    container.is_up("job")
    equal(container.stop("5000"), 0)
    equal(sorted(container.signals()), ["job TERM", "shell HUP"])


def who_may_not_says_so(container):
    service = container.begin("service")
    equal(container.stop("5000", "--all", user=NOBODY), 3)
    equal(service.poll(), None)


def of_processes_that_are_seen_by_others_it_ends_its_own(container):
    """As with --pid=host, and an engine that makes no control groups."""
    host = container.begin("host")
    terminal = container.at_a_terminal("terminal")
    inside = 'setsid sh -c "$0" "$1" own & until grep -q "own up" "$1"; do sleep 0.02; done; shift; exec "$@"'
    before = ["unshare", "--mount", "sh", "-c", inside, VICTIM, container.file]
    equal(container.stop("5000", "--all", before=before), 0)
    equal(container.signals(), ["own TERM"])
    equal(host.poll(), None)
    os.kill(container.started[-1], 0)
    os.close(terminal)


def what_is_no_time_is_refused(container):
    service = container.begin("service")
    for words in ([], ["0"], ["600001"], ["--all"], ["5", "6"], ["5", "--all", "x"]):
        equal((words, container.stop(*words)), (words, 2))
    equal(container.signals(), [])
    equal(service.poll(), None)


TESTS = [terminals_are_hung_up_and_then_the_rest_is_told, what_does_not_end_has_its_time_and_is_left, one_that_is_suspended_takes_its_signal,
         process_1_ends_what_is_in_its_session, without_all_it_is_logins_and_sessions,
         what_a_session_has_begun_has_its_time_though_the_server_is_gone,
         what_a_pane_has_begun_is_told_though_its_shell_is_gone, who_may_not_says_so,
         of_processes_that_are_seen_by_others_it_ends_its_own, what_is_no_time_is_refused]


def in_a_container(program, function):
    container = Container(program)
    try:
        function(container)
    finally:
        container.close()


def alone():
    """Begins again as process 1 of a namespace: whatever has a terminal on this machine would be hung up otherwise."""
    os.execvp(ALONE[0], [*ALONE, sys.executable, "-B", os.path.abspath(__file__), *sys.argv[1:]])


def main():
    program, pattern = os.path.abspath(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else ""
    if os.getpid() != 1:
        alone()
    assert os.readlink("/proc/self") == "1", "/proc shows the processes of others"
    default_signals()
    if os.getsid(0) != 1:
        os.setsid()
    results = [attempt(f.__name__, lambda f=f: in_a_container(program, f)) for f in TESTS if pattern in f.__name__]
    print(f"{sum(results)} of {len(results)} passed: {os.path.basename(program)}")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
