"""A process: its streams, its status, its signals."""
import os
import pwd
import struct
import time

from harness import equal, eventually, kill_all
from gateway_side import EXITED, IN, OUT_EOF, RESIZE, SIGNAL, SPAWN, Task, USER, WINDOW, spawn, test, text
from process_table import processes, running


@test
def statuses_0_to_255(gw):
    for status in range(256):
        equal(gw.run(f"exit {status}").status, status)


@test
def death_by_signal(gw):
    for name in "TERM KILL SEGV HUP INT USR1 PIPE".split():
        task = gw.run(f"ulimit -c 0; kill -{name} $$")
        equal((task.status, task.killed), (None, name))


@test
def missing_and_forbidden_programs(gw):
    equal(gw.run("nosuchcommand").status, 127)
    equal(gw.run("/etc/passwd").status, 126)
    equal(gw.run(["nosuchcommand"]).failed[:2], (2, 5))
    equal(gw.run(["/etc/passwd"]).failed[:2], (13, 5))
    assert "nosuchcommand" in gw.run(["nosuchcommand"]).failed[2]
    equal(gw.run(["/bin/echo", "x" * 131072]).failed[:2], (7, 5))


@test
def the_first_program_that_is_there(gw):
    task = gw.run(["/nonexistent", "/etc/passwd/pwd", "/bin/pwd", "/bin/false"], kind=3)
    equal((bytes(task.out), task.status), (os.path.expanduser("~").encode() + b"\n", 0))
    equal(gw.run(["/nonexistent", "/etc/passwd/pwd"], kind=3).failed[:2], (2, 5))
    equal(gw.run(["/nonexistent"], kind=3).failed[:2], (2, 5))
    equal(gw.run(["/etc/passwd", "/bin/pwd"], kind=3).failed[:2], (13, 5))


@test
def stdout_and_stderr_apart(gw):
    task = gw.run("echo o; echo e >&2")
    equal((bytes(task.out), bytes(task.err), task.status), (b"o\n", b"e\n", 0))


@test
def streams_are_opened_anew_as_the_user(gw):
    task = gw.run(["sh", "-c", "cat </dev/stdin >/dev/stdout; echo e >/dev/stderr"], user=USER, stdin=b"in")
    equal((task.status, bytes(task.out), bytes(task.err)), (0, b"in", b"e\n"))


@test
def stdin_end_of_file(gw):
    equal(bytes(gw.run("cat; echo EOF", stdin=b"abc").out), b"abcEOF\n")
    equal(bytes(gw.run("cat; echo done", stdin=b"").out), b"done\n")


@test
def eight_bit_16_megabytes_both_ways(gw):
    data = os.urandom(1 << 24)
    task = gw.run(["cat"], stdin=data)
    assert bytes(task.out) == data and task.status == 0 and not task.in_closed


@test
def eight_bit_through_a_raw_terminal(gw):
    # One chunk at a time: a terminal's input queue takes 4095 bytes.
    task = gw.task("stty raw -echo; echo ready; head -c 65536", pty=(24, 80))
    task.until(lambda: b"ready" in task.out)
    data = bytes(range(256)) * 256
    task.send_in(data)
    task.finish()
    assert bytes(task.out).endswith(data), (len(task.out), bytes(task.out[:100]))


@test
def the_rest_of_a_terminal(gw):
    # Whoever still holds it when the leader has ended is read until it is silent.
    task = gw.run("trap '' HUP; (i=0; while [ $i -lt 2000 ]; do echo line $i; i=$((i+1)); done) & exit 3", pty=(24, 80))
    equal((task.out.count(b"line"), task.out[-11:], task.status), (2000, b"line 1999\r\n", 3))


@test
def command_line_verbatim_and_long(gw):
    equal(bytes(gw.run("printf %s 'a\"b'\\''c * $HOME\n\xc3\xa9'").out), "a\"b'c * $HOME\n\xc3\xa9".encode())
    equal(gw.run("true " + "x" * 100000).status, 0)
    task = gw.run(["/usr/bin/printf", "%s|", "", "a b", "*", "\n"])
    equal(bytes(task.out), b"|a b|*|\n|")
    # many words and a large environment
    task = gw.run(["/bin/sh", "-c", "echo $#", "sh"] + ["word"] * 15000, env=[f"V{i}={'v' * 100}" for i in range(2000)])
    equal(bytes(task.out), b"15000\n")


@test
def shell_is_argv0_and_not_login(gw):
    equal(bytes(gw.run("echo $0").out).strip().decode(), os.path.basename(pwd.getpwuid(0).pw_shell))
    task = gw.task([], kind=2)
    task.send_in(b"echo $0; exit 4\n")
    task.finish()
    assert task.out.decode().strip().endswith("-" + os.path.basename(pwd.getpwuid(0).pw_shell)), str(task)
    equal(task.status, 4)


@test
def late_output_of_a_background_child(gw):
    task = gw.run("(sleep 2.5; echo late) & echo now")
    equal(bytes(task.out), b"now\nlate\n")
    assert task.order.index(EXITED) < len(task.order) - 1, "the status is told when the leader ends"


@test
def detached_daemon_does_not_hold(gw):
    begin = time.monotonic()
    task = gw.run("setsid sleep 61.25 >/dev/null 2>&1 </dev/null & echo ok")
    equal(bytes(task.out), b"ok\n")
    assert time.monotonic() - begin < 5
    kill_all(running("sleep 61.25", "daemon lives"))


@test
def output_closed_early_status_still_comes(gw):
    task = gw.run("exec >&- 2>&-; sleep 0.3; exit 9")
    equal((task.status, task.eof), (9, True))
    assert task.order.index(OUT_EOF) < task.order.index(EXITED)


@test
def stdin_closed_by_the_process(gw):
    task = gw.task("exec <&-; echo closed; sleep 0.5; exit 3")
    task.until(lambda: task.in_closed)
    task.send_in(b"x" * 1000000)  # discarded, and credited
    task.finish()
    equal(task.status, 3)


@test
def stuck_stdin_lets_signals_and_resizes_through(gw):
    task = gw.task("trap 'echo got; exit 5' USR1; echo ready; while :; do sleep 0.05; done")
    task.until(lambda: b"ready" in task.out)
    for _ in range(4):
        task.use_credit(65536)
    task.link.send(SIGNAL, text("USR1"))
    task.finish()
    equal((task.status, bytes(task.out)), (5, b"ready\ngot\n"))


@test
def credit_is_given_back_as_the_process_reads(gw):
    task = gw.task("read line; sleep 0.2; wc -c")
    data = b"\n" + b"y" * (1 << 20)
    task.send_in(data)
    task.eof_in().finish()
    # what `read` took with its line is the shell's
    assert 0 < int(task.out) <= 1 << 20, str(task)


@test
def input_beyond_the_credit_ends_the_connection(gw):
    task = gw.task("echo $$; exec sleep 62.5")
    task.until(lambda: b"\n" in task.out)
    for _ in range(4):
        task.use_credit(65536)
    task.until(lambda: task.credit > 0)  # what the pipe took
    try:
        for _ in range(4):
            task.link.send(IN, b"x" * 65536)
    except (BrokenPipeError, ConnectionResetError):
        pass
    while task.step():
        pass
    assert task.status is None and task.killed is None
    eventually(lambda: not processes("sleep 62.5"), "hung up")
    assert "credit" in gw.log()


@test
def signals_by_name_and_number(gw):
    for name, expected in (("TERM", "TERM"), ("9", "KILL"), ("INT", "INT")):
        task = gw.task(["sleep", "63"])
        task.until(lambda: task.started)
        task.link.send(SIGNAL, text("NOSUCH"))
        task.link.send(SIGNAL, text("0"))
        task.link.send(SIGNAL, text(name))
        equal(task.finish().killed, expected)


@test
def signal_reaches_the_group(gw):
    task = gw.task("sleep 64.5 & echo; wait")
    task.until(lambda: b"\n" in task.out)
    task.link.send(SIGNAL, text("TERM"))
    task.finish()
    equal(task.killed, "TERM")
    eventually(lambda: not processes("sleep 64.5"), "the group ends")


@test
def slow_reader_loses_nothing(gw):
    task = gw.task("head -c 30000000 /dev/zero")
    task.until(lambda: task.started)
    time.sleep(1.5)  # a peer that does not read for a while
    task.finish()
    equal((len(task.out), task.status), (30000000, 0))


@test
def requests_right_behind_spawn(gw):
    link = gw.take()
    link.sock.sendall(b"".join(struct.pack(">BI", kind, len(p)) + p for kind, p in
                               ((SPAWN, spawn("cat; stty size", pty=(10, 20))), (RESIZE, struct.pack(">IIII", 33, 44, 0, 0)), (IN, b"hi\n\x04"))))
    task = object.__new__(Task)
    task.__dict__.update(link=link, out=bytearray(), err=bytearray(), credit=WINDOW, started=None, failed=None, status=None, killed=None,
                         eof=False, in_closed=False, closed=False, order=[])
    task.finish()
    assert b"33 44" in task.out, str(task)
