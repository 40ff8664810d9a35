#!/usr/bin/env python3
"""Commands inside a session: `porter --session` against a real tmux (docs/porter-protocol.md, section 8).

    inside_test.py PORTER [pattern]      needs python3 and tmux
"""
import hashlib
import os
import pty
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from harness import LIMIT, attempt, default_signals, equal, eventually, happens


class Place:
    """A tmux server of its own with the session `build`, and a directory for files."""

    def __init__(self, program):
        self.program, self.directory, self.processes = program, tempfile.mkdtemp(prefix="inside"), []
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": self.directory, "TMUX_TMPDIR": self.directory, "LANG": "C.UTF-8", "SHELL": "/bin/sh",
            "ASAN_OPTIONS": f"log_path={self.directory}/sanitizer", "UBSAN_OPTIONS": f"log_path={self.directory}/sanitizer"}
        self.new_session("build")

    def new_session(self, name):
        self.tmux("new-session", "-d", "-s", name, "-c", "/usr", "-x", "100", "-y", "30", "exec sleep 1000")

    def tmux(self, *words):
        words = ["tmux", "-u", *words]
        return subprocess.run(words, env=self.environment, check=True, capture_output=True, text=True, timeout=LIMIT).stdout

    def start(self, command, *options, session="build", **streams):
        words = [self.program, "--session", session, *options, "--", command]
        streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "bufsize": 0} | streams
        self.processes.append(subprocess.Popen(words, env=self.environment, cwd=self.directory, **streams))
        return self.processes[-1]

    def run(self, command, *options, given=b"", session="build"):
        process = self.start(command, *options, session=session, stdin=subprocess.PIPE)
        out, err = process.communicate(given, timeout=LIMIT)
        return process.returncode, out, err

    def windows(self, form="#{window_name}", session="build"):
        return self.tmux("list-windows", "-t", f"={session}", "-F", form).splitlines()

    def file(self, name):
        return os.path.join(self.directory, name)

    def tidy(self):
        """What a test that failed has left would keep others waiting, and whoever reads what this program says."""
        for process in self.processes:
            process.kill()
            process.wait(LIMIT)
        self.processes = []
        self.tmux("kill-window", "-a", "-t", "=build:0")

    def close(self):
        complaints = [name for name in os.listdir(self.directory) if name.startswith("sanitizer")]
        for name in complaints:
            print(open(self.file(name)).read())
        self.tmux("kill-server")
        shutil.rmtree(self.directory, ignore_errors=True)
        equal(complaints, [])


def until(path):
    return f"until test -e {path}; do sleep 0.05; done"


def statuses(place):
    for status in (0, 1, 3, 126, 255):
        equal(place.run(f"exit {status}"), (status, b"", b""))


def signals(place):
    for number in (signal.SIGTERM, signal.SIGKILL, signal.SIGHUP, signal.SIGSEGV):
        equal(place.run(f"kill -{int(number)} $$"), (-number, b"", b""))


def streams_stay_apart(place):
    equal(place.run("cat; echo err >&2; test -t 1 || echo pipe", given=b"in\n"), (0, b"in\npipe\n", b"err\n"))


def every_byte(place):
    data = bytes(range(256)) * 999
    equal(place.run("cat", given=data), (0, data, b""))


def the_sessions_directory_and_environment(place):
    place.tmux("set-environment", "-t", "=build", "GREETING", "hello")
    equal(place.run("pwd; echo $GREETING"), (0, b"/usr\nhello\n", b""))
    equal(place.run("pwd", "--here"), (0, place.directory.encode() + b"\n", b""))


def the_command_is_not_read_by_tmux(place):
    for text in ("#{pane_pid}", "#(id)", "$(id)", ";", "a;", "\\;", "-x", "%1", "'", '"', "\n", "ü\udcff"):
        given = os.fsencode(text)
        process = place.start(b"printf %s \"$(cat <<'EOF'\n" + given + b"\nEOF\n)\"")
        equal(process.communicate(timeout=LIMIT)[0], given.rstrip(b"\n"))


def longer_than_tmux_takes(place):
    word = "x" * 120_000
    equal(place.run(f"printf %s {word}"), (0, word.encode(), b""))


def ten_megabytes(place):
    status, out, _ = place.run("head -c 3000000 /dev/urandom | od -An -v -tx1 | tee sum; exit 3", "--here")
    equal(status, 3)
    equal(hashlib.sha256(out).digest(), hashlib.sha256(open(place.file("sum"), "rb").read()).digest())


def found_while_it_runs(place):
    process = place.start(until(place.file("go")) + "; echo \"#{pane_pid}\";")
    eventually(lambda: place.windows("#{@shed-command}")[1:] == [until(place.file("go")) + "; echo \"#{pane_pid}\";"], "its window")
    equal(place.windows()[1:], ["until"])
    equal(place.windows("#{window_active}"), ["1", "0"])
    open(place.file("go"), "w").close()
    equal(process.communicate(timeout=LIMIT)[0], b"#{pane_pid}\n")
    eventually(lambda: len(place.windows()) == 1, "the window's end")


def lives_on(place):
    process = place.start("echo first; " + until(place.file("on")) + f"; seq 1 100000; touch {place.file('over')}")
    equal(process.stdout.readline(), b"first\n")
    process.send_signal(signal.SIGHUP)  # as the porter does when the gateway's connection ends
    process.communicate(timeout=LIMIT)
    open(place.file("on"), "w").close()
    eventually(lambda: os.path.exists(place.file("over")), "the command's end")
    eventually(lambda: len(place.windows()) == 1, "the window's end")


def started_in_the_background(place):
    """These tests in a script that goes on meanwhile, or under nohup: what they start is as it is elsewhere."""
    again = [sys.executable, os.path.abspath(__file__), place.program, "lives_on"]
    ignoring = ["sh", "-c", "trap '' INT QUIT HUP; exec \"$@\"", "sh"]
    run = subprocess.run(ignoring + again, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=2 * LIMIT)
    assert run.returncode == 0, run.stdout


def a_reader_that_waits_holds_it_up(place):
    process = place.start(f"seq 1 200000; touch {place.file('written')}")
    equal(process.stdout.readline(), b"1\n")
    equal(place.run("seq 1 100000 | tail -1"), (0, b"100000\n", b""))  # others go on
    assert not os.path.exists(place.file("written"))
    out = process.communicate(timeout=LIMIT)[0]
    equal(out.count(b"\n"), 199_999)
    equal(process.returncode, 0)


def its_signals_are_passed_on(place):
    process = place.start("trap 'echo caught; exit 4' TERM; echo ready; sleep 1000 >/dev/null 2>&1 & wait")
    equal(process.stdout.readline(), b"ready\n")
    process.send_signal(signal.SIGTERM)
    equal(process.communicate(timeout=LIMIT)[0], b"caught\n")
    equal(process.returncode, 4)


def ends_with_its_session(place):
    place.new_session("doomed")
    process = place.start("trap '' INT; echo $$; sleep 1000; echo never", session="doomed")
    pid = int(process.stdout.readline())
    place.tmux("kill-session", "-t", "=doomed")
    out, err = process.communicate(timeout=LIMIT)
    equal((process.returncode, out, err), (-signal.SIGHUP, b"", b"shed: the window was closed before the command ended\n"))
    eventually(lambda: not os.path.exists(f"/proc/{pid}"), "the command's end")


def nohup_outlives_its_session(place):
    place.new_session("left")
    process = place.start("trap '' HUP; echo $$; exec sleep 1000", session="left")
    pid = int(process.stdout.readline())
    place.tmux("kill-session", "-t", "=left")
    process.communicate(timeout=LIMIT)
    equal(process.returncode, -signal.SIGHUP)
    os.kill(pid, signal.SIGKILL)


def the_window_shows_it(place):
    process = place.start("echo out; echo err >&2; " + until(place.file("seen")))
    equal(process.stdout.readline(), b"out\n")
    eventually(lambda: place.tmux("capture-pane", "-p", "-t", "=build:1").splitlines()[:2] == ["out", "err"], "the screen")
    place.tmux("send-keys", "-t", "=build:1", "C-z")
    place.tmux("send-keys", "-t", "=build:1", "C-c")
    process.communicate(timeout=LIMIT)
    equal(process.returncode, -signal.SIGINT)


def the_window_goes_whatever_tmux_conf_says(place):
    place.tmux("set-option", "-g", "remain-on-exit", "on")
    equal(place.run("echo x"), (0, b"x\n", b""))
    eventually(lambda: len(place.windows()) == 1, "the window's end")


def no_such_session(place):
    status, out, err = place.run("echo", session="buil")
    equal((status, out), (75, b""))
    assert err.startswith(b"shed: tmux says: can't find "), err


def on_a_terminal(place):
    process = place.start("test -t 0 && test -t 1 && echo tty; stty size; read a; read b; echo $a-$b; exit 6", "--terminal", stdin=subprocess.PIPE)
    seen = b""
    for wanted, action in ((b"30 100\r\n", lambda: process.stdin.write(b"one\r")),
                           (b"one\r\n", lambda: place.tmux("send-keys", "-t", "=build:1", "two", "Enter")), (b"one-two\r\n", lambda: None)):
        while wanted not in seen:
            assert select.select([process.stdout], [], [], LIMIT)[0], seen
            data = os.read(process.stdout.fileno(), 4096)
            assert data, seen
            seen += data
        action()
    assert seen.startswith(b"tty\r\n"), seen
    equal(process.wait(LIMIT), 6)


def on_a_terminal_all_output_comes(place):
    status, out, _ = place.run("seq 1 300000; exit 2", "--terminal")
    equal((status, out.count(b"\r\n"), out[-8:]), (2, 300_000, b"300000\r\n"))


def on_a_terminal_what_a_job_says_at_once_comes(place):
    """As with a login's terminal: one that somebody still holds has ended when nothing comes any more."""
    command = "exec bash -c 'set -m; (trap \"\" HUP; sleep 0.05; echo late; sleep 2) & echo done; exit 2'"
    equal(place.run(command, "--terminal")[:2], (2, b"done\r\nlate\r\n"))


def on_a_terminal_all_comes_to_a_slow_reader(place):
    """A pipe of 64 KiB takes half of that where writes are uneven: the reader takes a page whenever the command is held up."""
    for lines in (11_000, 11_500, 12_000):
        process = place.start(f"seq 1 {lines}; touch {place.file('said')}", "--terminal")
        out = b""
        while not happens(lambda: os.path.exists(place.file("said")), 0.5):
            assert select.select([process.stdout], [], [], LIMIT)[0], "nothing comes, and not all is said"
            out += os.read(process.stdout.fileno(), 4096)
        time.sleep(1.3)  # longer than the rest of a terminal is waited for
        out += process.communicate(timeout=LIMIT)[0]
        equal((process.returncode, out.count(b"\r\n")), (0, lines))
        os.unlink(place.file("said"))


def on_a_terminal_control_c(place):
    process = place.start("trap 'exit 7' INT; echo ready; while :; do sleep 0.05; done", "--terminal", stdin=subprocess.PIPE)
    equal(process.stdout.readline(), b"ready\r\n")
    process.stdin.write(b"\x03")
    equal(process.wait(LIMIT), 7)


def on_a_terminal_it_follows_the_window(place):
    process = place.start("trap 'stty size; exit' WINCH; echo ready; while :; do sleep 0.1; done", "--terminal")
    equal(process.stdout.readline(), b"ready\r\n")
    place.tmux("resize-window", "-t", "=build:1", "-x", "77", "-y", "22")
    equal(process.stdout.readline(), b"22 77\r\n")
    process.wait(LIMIT)


def on_a_terminal_it_lives_on(place):
    process = place.start("echo ready; " + until(place.file("tty")) + f"; seq 1 100000; touch {place.file('tty-over')}", "--terminal", stdin=subprocess.PIPE)
    equal(process.stdout.readline(), b"ready\r\n")
    process.kill()
    process.communicate(timeout=LIMIT)
    open(place.file("tty"), "w").close()
    eventually(lambda: os.path.exists(place.file("tty-over")), "the command's end")


def no_stranger_is_listened_to(place):
    """A window whose caller never speaks, or has gone, ends; nobody else can give it a command."""
    master, slave = pty.openpty()
    words = [place.program, "--window", "shed-nobody"]
    process = subprocess.Popen(words, stdin=slave, stdout=slave, stderr=slave, start_new_session=True, env=place.environment)
    place.processes.append(process)
    equal(process.wait(LIMIT), 1)
    os.close(master)
    os.close(slave)


def usage(place):
    for words in (["--session"], ["--session", "x"], ["--session", "x", "--"], ["--session", "x", "--", "a", "b"], ["--session", "x", "--what", "--", "a"],
                  ["--window"], ["--window", "a", "b"]):
        equal(subprocess.run([place.program, *words], env=place.environment, capture_output=True, timeout=LIMIT).returncode, 2)


TESTS = [statuses, signals, streams_stay_apart, every_byte, the_sessions_directory_and_environment, the_command_is_not_read_by_tmux,
         longer_than_tmux_takes, ten_megabytes, found_while_it_runs, lives_on, started_in_the_background,
         a_reader_that_waits_holds_it_up, its_signals_are_passed_on, ends_with_its_session, nohup_outlives_its_session, the_window_shows_it, no_such_session, on_a_terminal,
         on_a_terminal_all_output_comes, on_a_terminal_what_a_job_says_at_once_comes, on_a_terminal_all_comes_to_a_slow_reader, on_a_terminal_control_c, on_a_terminal_it_follows_the_window, on_a_terminal_it_lives_on,
         no_stranger_is_listened_to, usage, the_window_goes_whatever_tmux_conf_says]


def main():
    program, pattern = os.path.abspath(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else ""
    if shutil.which("tmux") is None:
        print("tmux is not installed; scripts/test installs it")
        return 1
    default_signals()
    place = Place(program)

    def alone(test):
        try:
            test(place)
            eventually(lambda: len(place.windows()) == 1, "its windows' end")
        finally:
            place.tidy()

    results = [attempt(test.__name__, lambda: alone(test)) for test in TESTS if pattern in test.__name__]
    results.append(attempt("nothing is left", place.close))
    print(f"{sum(results)} of {len(results)} passed: {os.path.basename(program)}")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
