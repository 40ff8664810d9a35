"""Processes on a terminal."""
import os
import struct
import tempfile
import time

from harness import equal, eventually, kill_all
from gateway_side import IN, RESIZE, USER, environment, test
from process_table import processes, running


@test
def terminal_size_before_the_program(gw):
    for i in range(20):
        equal(gw.run(["stty", "size"], pty=(33 + i, 101)).out.strip(), f"{33 + i} 101".encode())


@test
def terminal_basics(gw):
    task = gw.run(["sh", "-c", "tty; echo hi >/dev/tty; echo $SSH_TTY; stat -c '%U %G %a' $(tty); echo err >&2; exit 7"], pty=(24, 80), user=USER)
    lines = task.out.decode().split("\r\n")
    equal(lines, [task.tty, "hi", task.tty, f"{USER} tty 620", "err", ""])
    equal((task.status, bytes(task.err)), (7, b""))
    task = gw.run(["sh", "-c", "cut -d' ' -f1,5-8 /proc/$$/stat"], pty=(24, 80))
    pid, group, session, tty, foreground = map(int, task.out.split())
    assert pid == group == session == foreground and tty != 0


@test
def resize_order(gw):
    task = gw.task(["bash", "-c", "trap 'stty size' WINCH; echo ready; while read -t 0.1 x; [ \"$x\" != end ]; do :; done; stty size"], pty=(10, 10))
    task.until(lambda: b"ready" in task.out)
    task.link.send(RESIZE, struct.pack(">IIII", 555, 80, 0, 0))
    task.until(lambda: b"555 80" in task.out)
    for rows in range(1, 200):
        task.link.send(RESIZE, struct.pack(">IIII", rows, 80, 0, 0))
    task.link.send(RESIZE, struct.pack(">IIII", 77, 88, 0, 0))
    task.link.send(IN, b"end\n")  # bash may drop signals that come while it handles one; the size itself is what counts
    task.finish()
    assert task.out.rstrip().endswith(b"77 88"), str(task)


@test
def interrupt_through_the_terminal(gw):
    task = gw.task(["bash", "-c", "trap 'echo int; exit 6' INT; echo ready; sleep 65.5"], pty=(24, 80))
    task.until(lambda: b"ready" in task.out)
    # An interrupt just before the fork is bash's to keep until the sleep is over.
    running("^sleep 65.5")
    task.send_in(b"\x03")
    task.finish()
    equal(task.status, 6)
    eventually(lambda: not processes("sleep 65.5"), "sleep ends")


@test
def terminal_modes(gw):
    def mode(*pairs):
        return b"".join(struct.pack(">BI", op, value) for op, value in pairs) + b"\0"
    task = gw.run(["stty", "-a"], pty=(24, 80), modes=mode((53, 0), (3, 8), (72, 0), (36, 0), (42, 1), (1, 255), (5, 5), (128, 9600), (129, 9600), (17, 3), (51, 0)))
    out = task.out.decode()
    for expected in ("-echo ", "erase = ^H", "-onlcr", "-icrnl", " iutf8", "intr = <undef>", "eof = ^E", "speed 9600", "-icanon"):
        assert expected in out, (expected, out)
    task = gw.run(["stty", "-a"], pty=(24, 80), modes=mode((91, 1), (90, 0), (70, 1)) + mode((53, 0)))
    assert "cs8" in task.out.decode() and " echo " in task.out.decode()
    task = gw.run(["stty", "-a"], pty=(24, 80), modes=b"\x35\0\0")  # breaks off
    assert " echo " in task.out.decode()


@test
def term_is_the_first_known(gw):
    def term(*terms, **kwargs):
        task = gw.run(["sh", "-c", "printf %s \"$TERM\""], pty=(24, 80), terms=terms, **kwargs)
        equal(task.term, task.out.decode())
        return task.term
    equal(term("xterm-nosuch", "../xterm", "xterm-256color", "xterm"), "xterm-256color")
    equal(term("nosuch", "nosuch-either"), "nosuch-either")
    with tempfile.TemporaryDirectory() as home:
        os.makedirs(home + "/.terminfo/73")
        open(home + "/.terminfo/73/special", "w").close()
        equal(term("special", "xterm", env=["HOME=" + home]), "special")
        os.makedirs(home + "/db/o")
        open(home + "/db/o/other", "w").close()
        equal(term("other", "xterm", env=["TERMINFO=" + home + "/db"]), "other")
        equal(term("other", "xterm", env=[f"TERMINFO_DIRS=/nosuch:{home}/db"]), "other")
    equal(bytes(gw.run(["sh", "-c", "printf %s \"$TERM\""], pty=(24, 80), env=["TERM=dumb"]).out), b"dumb")
    assert "TERM" not in environment(gw.run(["env", "-0"]))


@test
def terminal_output_is_complete(gw):
    for _ in range(10):
        task = gw.run("seq 1 20000", pty=(24, 80))
        assert task.out.endswith(b"20000\r\n") and task.out.count(b"\n") == 20000, len(task.out)


@test
def background_job_does_not_hold_a_terminal(gw):
    begin = time.monotonic()
    task = gw.run(["bash", "-c", "set -m; (trap '' HUP; sleep 66.5) & (trap '' HUP; while echo y; do :; done) & echo done; exit 2"], pty=(24, 80))
    equal(task.status, 2)
    assert b"done" in task.out and time.monotonic() - begin < 5
    kill_all(running("sleep 66.5"))


@test
def terminal_closed_by_the_process_is_not_hung_up(gw):
    task = gw.run(["sh", "-c", "exec <&- >&- 2>&-; sleep 0.5; exit 8"], pty=(24, 80))
    equal((task.status, task.killed), (8, None))


@test
def end_of_input_on_a_terminal_does_nothing(gw):
    task = gw.task(["sh", "-c", "echo ready; sleep 0.3; exit 4"], pty=(24, 80))
    task.eof_in().finish()
    equal(task.status, 4)
