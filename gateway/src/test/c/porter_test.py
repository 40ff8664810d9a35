#!/usr/bin/env python3
"""Plays the gateway against a porter: every promise of docs/porter-protocol.md that can be seen from outside.

    porter_test.py PORTER [pattern]      needs root, python3 and the usual commands of a Debian; no network
"""
import array
import fcntl
import grp
import os
import pwd
import re
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time

from harness import LIMIT, attempt, default_signals, equal, eventually

STAT, SPAWN, DIAL, LISTEN = 0x02, 0x10, 0x11, 0x12
IN, IN_EOF, RESIZE, SIGNAL = 0x20, 0x21, 0x22, 0x23
HELLO, STATUS, STARTED, FAILED, CONNECTED, LISTENING = 0x80, 0x81, 0x90, 0x91, 0x92, 0x93
OUT, ERR, OUT_EOF, CREDIT, IN_CLOSED, EXITED, KILLED = 0xA0, 0xA1, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6
DIR_REQUIRED, CONTAINER_ENV, PTY = 1, 2, 4
TCP, UNIX = 1, 2
REPLACE, MAKE_DIR = 1, 2
WINDOW = 262144
TOKEN = "feed" * 16
USER = "nobody"


def text(value):
    data = value if isinstance(value, bytes) else value.encode()
    return struct.pack(">I", len(data)) + data


def texts(values):
    return struct.pack(">I", len(values)) + b"".join(map(text, values))


def spawn(words, kind=None, user="", env=(), cwd="", flags=0, grace=0, pty=None, terms=(), modes=b""):
    if kind is None:
        kind, words = (1, [words]) if isinstance(words, (str, bytes)) else (0, words)
    if pty:
        flags |= PTY
    payload = text(user) + bytes([kind]) + texts(words) + texts(env) + text(cwd) + bytes([flags]) + struct.pack(">I", grace)
    if pty:
        payload += texts(terms) + struct.pack(">IIII", *pty, 0, 0) + text(modes)
    return payload


class Closed(Exception):
    pass


class Link:
    """The gateway's end of one connection."""

    def __init__(self, sock):
        self.sock, self.buffer, self.credit = sock, b"", WINDOW
        sock.settimeout(LIMIT)
        assert self.exactly(1) == b"\x01"
        kind, payload = self.frame()
        assert kind == HELLO
        self.kind = payload[0]
        at, strings = 1, []
        for _ in range(2):
            n = struct.unpack_from(">I", payload, at)[0]
            strings.append(payload[at + 4:at + 4 + n].decode())
            at += 4 + n
        self.token, self.version = strings
        self.pid = struct.unpack_from(">I", payload, at)[0]
        at += 4
        strings = []
        for _ in range(2):
            n = struct.unpack_from(">I", payload, at)[0]
            strings.append(payload[at + 4:at + 4 + n].decode())
            at += 4 + n
        self.listener, self.peer = strings
        self.peer_port = struct.unpack_from(">I", payload, at)[0]
        assert at + 4 == len(payload)

    def exactly(self, n):
        while len(self.buffer) < n:
            data = self.sock.recv(1 << 17)
            if not data:
                raise Closed()
            self.buffer += data
        data, self.buffer = self.buffer[:n], self.buffer[n:]
        return data

    def frame(self):
        kind, n = struct.unpack(">BI", self.exactly(5))
        return kind, self.exactly(n)

    def send(self, kind, payload=b""):
        self.sock.sendall(struct.pack(">BI", kind, len(payload)) + payload)

    def raw(self):
        """Everything up to the end."""
        data = [self.buffer]
        while True:
            part = self.sock.recv(1 << 17)
            if not part:
                return b"".join(data)
            data.append(part)

    def raw_or_reset(self):
        """The same from a worker that leaves with bytes of ours untaken: all of its own come before the reset."""
        data = [self.buffer]
        try:
            while part := self.sock.recv(1 << 17):
                data.append(part)
        except ConnectionResetError:
            pass
        return b"".join(data)

    def close(self):
        self.sock.close()


class Task:
    """A process: collects what comes until the connection ends."""

    def __init__(self, link, payload):
        self.link, self.out, self.err, self.credit = link, bytearray(), bytearray(), WINDOW
        self.started = self.failed = self.status = self.killed = None
        self.eof = self.in_closed = self.closed = False
        self.order = []
        link.send(SPAWN, payload)

    def step(self):
        try:
            kind, payload = self.link.frame()
        except (Closed, ConnectionResetError):
            self.closed = True
            return False
        self.order.append(kind)
        if kind == OUT:
            self.out += payload
        elif kind == ERR:
            self.err += payload
        elif kind == STARTED:
            pid, n = struct.unpack_from(">II", payload)
            self.started, self.tty = pid, payload[8:8 + n].decode()
            m = struct.unpack_from(">I", payload, 8 + n)[0]
            self.term = payload[12 + n:12 + n + m].decode()
        elif kind == FAILED:
            self.failed = (struct.unpack(">I", payload[:4])[0], payload[4], payload[9:].decode())
        elif kind == EXITED:
            self.status = payload[0]
        elif kind == KILLED:
            n = struct.unpack_from(">I", payload)[0]
            self.killed = payload[4:4 + n].decode()
        elif kind == OUT_EOF:
            assert not self.eof
            self.eof = True
        elif kind == CREDIT:
            self.credit += struct.unpack(">I", payload)[0]
            assert self.credit <= WINDOW
        elif kind == IN_CLOSED:
            assert not self.in_closed
            self.in_closed = True
        else:
            raise AssertionError(f"frame {kind:#x}")
        assert not (self.eof and kind in (OUT, ERR))
        return True

    def until(self, check):
        while not check():
            if not self.step():
                raise AssertionError(f"ended early: {self}")
        return self

    def finish(self):
        while self.step():
            pass
        if self.failed is None:
            assert self.started and self.eof and (self.status is not None or self.killed), str(self)
        return self

    def send_in(self, data):
        """Sends all of it as the credit allows; reads meanwhile."""
        view, at = memoryview(data), 0
        while at < len(view):
            while self.credit == 0:
                if not self.step():
                    return
            n = min(len(view) - at, self.credit, 65536)
            if not self.readable():
                self.link.send(IN, bytes(view[at:at + n]))
                self.credit -= n
                at += n
            else:
                self.step()

    def use_credit(self, n):
        self.credit -= n
        self.link.send(IN, b"x" * n)

    def readable(self):
        return bool(self.link.buffer) or bool(select.select([self.link.sock], [], [], 0)[0])

    def eof_in(self):
        self.link.send(IN_EOF)
        return self

    def __str__(self):
        return (f"started={self.started} failed={self.failed} status={self.status} killed={self.killed} eof={self.eof} "
                f"out={bytes(self.out[-300:])!r} err={bytes(self.err[-300:])!r}")


class Gateway:
    def __init__(self, program, idle=4, token=TOKEN, grace=5000, accept_token=TOKEN, launcher=None):
        self.directory = tempfile.mkdtemp(prefix="porter-test-")
        os.chmod(self.directory, 0o755)
        self.path = self.directory + "/gateway.sock"
        self.server = socket.socket(socket.AF_UNIX)
        self.server.bind(self.path)
        self.server.listen(128)
        self.lock = threading.Condition()
        self.data, self.accepted, self.control, self.refused = [], [], None, 0
        self.accept_token = accept_token
        self.stderr = tempfile.TemporaryFile()
        env = dict(os.environ, SHED_PORTER_TOKEN=token, CONTAINER_VAR="of the image", SHELL="")
        command = [program, "--socket", self.path, "--idle", str(idle), "--grace", str(grace)]
        self.process = subprocess.Popen(launcher(self.directory) if launcher else command,
                                        env=env, stdin=subprocess.DEVNULL, stdout=self.stderr, stderr=self.stderr,
                                        start_new_session=True)
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        while True:
            try:
                sock, _ = self.server.accept()
            except OSError:
                return
            try:
                link = Link(sock)
            except (Closed, OSError):
                continue
            with self.lock:
                if link.token != self.accept_token:
                    self.refused += 1
                    sock.close()
                    continue
                try:
                    sock.sendall(b"\x01")
                except OSError:
                    continue
                if link.kind == 1:
                    self.control = link
                elif link.kind == 2:
                    self.data.append(link)
                else:
                    self.accepted.append(link)
                self.lock.notify_all()

    def take(self, which="data"):
        with self.lock:
            assert self.lock.wait_for(lambda: getattr(self, which), LIMIT), self.why_not(which)
            if which == "control":
                return self.control
            return getattr(self, which).pop(0)

    def why_not(self, which):
        workers = processes(self.path)
        states = [open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()[:2] for pid in workers]
        return f"no {which} connection, porter's status {self.process.poll()}: {list(zip(workers, states))} {self.log()}"

    def task(self, *args, **kwargs):
        return Task(self.take(), spawn(*args, **kwargs))

    def run(self, *args, stdin=None, **kwargs):
        task = self.task(*args, **kwargs)
        if stdin is not None:
            task.send_in(stdin)
            task.eof_in()
        return task.finish()

    def stat(self):
        control = self.take("control")
        control.send(STAT)
        while True:
            kind, payload = control.frame()
            if kind == STATUS:
                break
        n = struct.unpack_from(">I", payload)[0]
        pid, uptime, tasks, idle, wanted = struct.unpack(">IQIII", payload[4 + n:])
        return {"version": payload[4:4 + n].decode(), "pid": pid, "uptime": uptime, "tasks": tasks, "idle": idle, "wanted": wanted}

    def log(self):
        self.stderr.seek(0)
        return self.stderr.read().decode(errors="replace")

    def stop(self):
        if self.control:
            self.control.close()
        # Wakes the accepting thread. Only closing would let it go on with a descriptor that is the next gateway's by then.
        self.server.shutdown(socket.SHUT_RDWR)
        self.thread.join(LIMIT)
        self.server.close()
        for link in self.data + self.accepted:
            link.close()
        try:
            status = self.process.wait(LIMIT)
        finally:
            shutil.rmtree(self.directory, ignore_errors=True)
        return status


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


TESTS = []


def test(function):
    TESTS.append(function)
    return function


# --- processes -------------------------------------------------------------------------------------------------------


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
    for pid in eventually(lambda: processes("sleep 61.25"), "daemon lives"):
        os.kill(pid, signal.SIGKILL)


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


# --- environment, directory, user ------------------------------------------------------------------------------------


def environment(task):
    return dict(line.split("=", 1) for line in task.out.decode().split("\0") if "=" in line)


@test
def base_environment(gw):
    env = environment(gw.run(["env", "-0"], user=USER, env=["LANG=C.UTF-8", "A=1", "A=2", "E=", "M=a=b\nc"]))
    account = pwd.getpwnam(USER)
    equal(env, {"HOME": account.pw_dir, "USER": USER, "LOGNAME": USER, "SHELL": account.pw_shell, "PATH": os.environ["PATH"],
                "LANG": "C.UTF-8", "A": "2", "E": "", "M": "a=b\nc"})
    env = environment(gw.run(["env", "-0"], flags=CONTAINER_ENV, env=["PATH=/bin:/usr/bin", "HOME=/elsewhere"]))
    equal((env["CONTAINER_VAR"], env["PATH"], env["HOME"], env["USER"]), ("of the image", "/bin:/usr/bin", "/elsewhere", "root"))
    assert "SHED_PORTER_TOKEN" not in env


@test
def token_is_nowhere(gw):
    link = gw.take()
    for pid in [gw.process.pid, link.pid]:
        assert TOKEN.encode() not in open(f"/proc/{pid}/environ", "rb").read()
        assert TOKEN.encode() not in open(f"/proc/{pid}/cmdline", "rb").read()


@test
def directories(gw):
    equal(bytes(gw.run(["pwd"]).out), (pwd.getpwuid(0).pw_dir + "\n").encode())
    equal(bytes(gw.run(["pwd"], cwd="/usr").out), b"/usr\n")
    equal(bytes(gw.run(["pwd"], cwd="../etc").out), b"/etc\n")
    equal(bytes(gw.run(["pwd"], cwd="/nosuch").out), (pwd.getpwuid(0).pw_dir + "\n").encode())
    failed = gw.run(["pwd"], cwd="/nosuch", flags=DIR_REQUIRED).failed
    equal(failed[:2], (2, 4))
    equal(gw.run(["pwd"], cwd="/root", user=USER, flags=DIR_REQUIRED).failed[:2], (13, 4))
    equal(bytes(gw.run(["pwd"], user=USER).out), b"/\n")  # its home does not exist


@test
def users_and_groups(gw):
    account = pwd.getpwnam(USER)
    groups = " ".join(map(str, sorted(os.getgrouplist(USER, account.pw_gid))))
    ids = "echo $(id -u) $(id -g) $(id -G | tr ' ' '\\n' | sort -n | tr '\\n' ' '); grep -E '^(Uid|Gid|CapEff|CapPrm|SigIgn|SigBlk)' /proc/self/status; umask"
    task = gw.run(["sh", "-c", ids], user=USER)
    equal(task.out.decode().splitlines()[0], f"{account.pw_uid} {account.pw_gid} {groups}")
    assert re.search(r"CapEff:\s0+\n", task.out.decode()), str(task)
    assert re.search(r"CapPrm:\s0+\n", task.out.decode()), str(task)
    assert re.search(r"SigIgn:\s0+\n", task.out.decode()) and re.search(r"SigBlk:\s0+\n", task.out.decode()), str(task)
    assert task.out.endswith(b"0022\n"), str(task)
    equal(bytes(gw.run(["sh", "-c", "echo $(id -u) $(id -g) $(id -G) $HOME $SHELL $USER"], user="12345").out), b"12345 0 0 / /bin/sh 12345\n")
    equal(bytes(gw.run(["sh", "-c", "echo $(id -u) $(id -g) $(id -G)"], user="12345:54321").out), b"12345 54321 54321\n")
    tty = grp.getgrnam("tty").gr_gid
    equal(bytes(gw.run(["sh", "-c", "echo $(id -u) $(id -G)"], user=USER + ":tty").out), f"{account.pw_uid} {tty}\n".encode())
    equal(gw.run(["true"], user="no-such-user").failed[1], 1)
    equal(gw.run(["true"], user="4294967295").failed[1], 1)


@test
def no_descriptor_leaks(gw):
    for kwargs in ({}, {"pty": (24, 80)}, {"user": USER}):
        task = gw.run(["ls", "/proc/self/fd"], **kwargs)
        equal(task.out.split(), [b"0", b"1", b"2", b"3"])  # 3 is ls reading the directory


@test
def session_and_parent(gw):
    task = gw.run(["sh", "-c", "cut -d' ' -f1,4-8 /proc/$$/stat"])
    pid, parent, group, session, tty, foreground = map(int, task.out.split())
    equal((group, session, tty), (pid, pid, 0))
    assert parent > 1 and task.started == pid


# --- terminals -------------------------------------------------------------------------------------------------------


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
    eventually(lambda: processes("^sleep 65.5"), "the job runs")
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
    for pid in processes("sleep 66.5"):
        os.kill(pid, signal.SIGKILL)


@test
def terminal_closed_by_the_process_is_not_hung_up(gw):
    task = gw.run(["sh", "-c", "exec <&- >&- 2>&-; sleep 0.5; exit 8"], pty=(24, 80))
    equal((task.status, task.killed), (8, None))


@test
def end_of_input_on_a_terminal_does_nothing(gw):
    task = gw.task(["sh", "-c", "echo ready; sleep 0.3; exit 4"], pty=(24, 80))
    task.eof_in().finish()
    equal(task.status, 4)


# --- the gateway goes first ------------------------------------------------------------------------------------------


def hang_up_on(gw, command, marker="ready", **kwargs):
    task = gw.task(command, **kwargs)
    task.until(lambda: marker.encode() in task.out)
    task.link.close()
    return task


@test
def close_hangs_up_pipes_and_their_group(gw):
    hang_up_on(gw, "sleep 70.1 & sleep 70.2 & echo ready; wait")
    eventually(lambda: not processes("sleep 70."), "group ends", 3)


@test
def without_a_terminal_the_streams_go_first(gw):
    """What reads sees the end and goes on; what does neither read nor write learns of it half a grace period later."""
    said = gw.directory + "/said"
    line = "trap '' PIPE; trap 'echo hup >>$F; exit' HUP; echo ready; cat; echo eof >>$F; sleep 0.2; echo on >>$F; while :; do sleep 0.05; done"
    begin = time.monotonic()
    task = hang_up_on(gw, line, env=["F=" + said], grace=3000)
    eventually(lambda: not alive(task.started), "ends", 5)
    assert 1.4 < time.monotonic() - begin < 2.9, "told after half the grace period"
    equal(open(said).read(), "eof\non\nhup\n")


@test
def what_ends_at_the_end_of_its_input_is_not_hung_up(gw):
    said = gw.directory + "/said-over"
    line = "trap 'echo hup >>$F' HUP; echo ready; cat; echo eof >>$F; sleep 0.3; echo over >>$F"
    begin = time.monotonic()
    task = hang_up_on(gw, line, env=["F=" + said], grace=20000)
    eventually(lambda: gw.stat()["tasks"] == 0, "worker ends", 5)
    assert time.monotonic() - begin < 5, "nobody waits for what has ended"
    assert not alive(task.started)
    equal(open(said).read(), "eof\nover\n")


@test
def what_was_sent_before_the_close_is_delivered(gw):
    """However soon the gateway closes, and however full the pipe is."""
    for size in (1, 20000, WINDOW):
        for slow in ("", "sleep 0.3; "):
            for attempt in range(10 if not slow else 1):
                file = f"{gw.directory}/sent-{size}-{len(slow)}-{attempt}"
                task = gw.task(f"{slow}cat >$F.part; mv $F.part $F", env=["F=" + file], grace=3000)
                for at in range(0, size, 65536):
                    task.use_credit(min(65536, size - at))
                task.eof_in()
                task.link.close()
                eventually(lambda: os.path.exists(file), f"{file} is there", 5)
                equal(os.path.getsize(file), size)


@test
def input_that_nobody_takes_holds_up_no_hang_up(gw):
    begin = time.monotonic()
    task = gw.task("echo ready; exec sleep 70.7", grace=1000)
    task.until(lambda: b"ready" in task.out)
    for _ in range(4):
        task.use_credit(65536)
    task.link.close()
    eventually(lambda: not processes("sleep 70.7"), "ends", 3)
    assert time.monotonic() - begin < 2, "within the grace period"


@test
def close_hangs_up_a_terminal(gw):
    task = hang_up_on(gw, ["bash", "-c", "trap 'echo hup > $F; exit' HUP; echo ready; while :; do sleep 0.05; done"], pty=(24, 80),
                      env=["F=" + gw.directory + "/hup"])
    eventually(lambda: os.path.exists(gw.directory + "/hup"), "SIGHUP", 3)
    eventually(lambda: not alive(task.started), "leader ends", 3)


@test
def close_hangs_up_the_foreground_job(gw):
    # An interactive shell with job control: the job has a group of its own.
    task = gw.task(["bash", "--norc", "-i"], pty=(24, 80))
    task.send_in(b"sleep 71.1 | sleep 71.2\n")
    eventually(lambda: len(processes("sleep 71.")) == 2, "job runs")
    task.link.close()
    eventually(lambda: not processes("sleep 71."), "job ends", 3)
    eventually(lambda: not alive(task.started), "shell ends", 3)


@test
def stopped_processes_are_hung_up(gw):
    task = hang_up_on(gw, "echo ready; kill -STOP $$; sleep 1")
    eventually(lambda: not alive(task.started), "ends", 3)


@test
def close_makes_writers_and_readers_end(gw):
    task = hang_up_on(gw, "trap '' HUP; echo ready; cat /dev/zero", grace=60000)
    eventually(lambda: not processes("cat /dev/zero"), "writer dies of SIGPIPE", 3)
    task = hang_up_on(gw, ["python3", "-c", "import signal,sys; signal.signal(1, signal.SIG_IGN); print('ready', flush=True); sys.stdin.read(); open(sys.argv[1],'w')", gw.directory + "/eof"], grace=60000)
    eventually(lambda: os.path.exists(gw.directory + "/eof"), "reader sees the end", 3)
    eventually(lambda: not alive(task.started), "reader ends", 3)


@test
def kill_after_the_grace_period(gw):
    # Its dead `sleep` makes bash write to stderr, which is gone.
    catcher = "trap : HUP; trap '' PIPE; echo ready; while :; do sleep 0.05; done"
    task = gw.task(["bash", "-c", catcher], grace=700)
    task.until(lambda: b"ready" in task.out)
    begin = time.monotonic()
    task.link.close()
    eventually(lambda: not alive(task.started), "killed", 5)
    assert 0.6 < time.monotonic() - begin < 3, "the grace period was kept, once"


@test
def nohup_and_setsid_survive(gw):
    marker = ["sleep 72.1", "sleep 72.2"]
    hang_up_on(gw, "nohup sleep 72.1 >/dev/null 2>&1 & setsid sleep 72.2 >/dev/null 2>&1 & sleep 72.3 & sleep 0.3; echo ready; wait", grace=300)
    eventually(lambda: not processes("sleep 72.3"), "the ordinary one ends", 3)
    eventually(lambda: gw.stat()["tasks"] == 0, "worker ends", 5)
    for name in marker:
        pids = processes(name)
        assert pids, name
        for pid in pids:
            os.kill(pid, signal.SIGKILL)


@test
def close_before_started(gw):
    for _ in range(20):
        link = gw.take()
        link.send(SPAWN, spawn(["sleep", "73.5"]))
        link.close()
    eventually(lambda: gw.stat()["tasks"] == 0, "all end")
    eventually(lambda: not processes("sleep 73.5"), "none left", 3)


# --- many, control ---------------------------------------------------------------------------------------------------


@test
def sixty_four_at_once(gw):
    tasks = [gw.task("echo ready; read line; echo $line; exit 3") for _ in range(64)]
    for task in tasks:
        task.until(lambda: b"ready" in task.out)
    equal(gw.stat()["tasks"], 64)
    for number, task in enumerate(tasks):
        task.send_in(f"{number}\n".encode())
    for number, task in enumerate(tasks):
        task.finish()
        equal((bytes(task.out), task.status), (f"ready\n{number}\n".encode(), 3))
    eventually(lambda: gw.stat()["tasks"] == 0, "all end")


@test
def stat_tells_what_is_under_way(gw):
    stat = gw.stat()
    equal((stat["wanted"], stat["pid"]), (4, gw.process.pid))
    task = gw.task("read line")
    eventually(lambda: (gw.stat()["tasks"], gw.stat()["idle"]) == (1, 4), "1 at work, 4 idle")
    task.eof_in().finish()
    eventually(lambda: (gw.stat()["tasks"], gw.stat()["idle"]) == (0, 4), "4 idle")


@test
def closed_idle_connections_are_replaced(gw):
    for _ in range(4):
        gw.take().close()
    equal(gw.run("exit 3").status, 3)
    eventually(lambda: gw.stat()["idle"] == 4, "4 idle")


@test
def one_stuck_task_does_not_hold_another(gw):
    stuck = gw.task("yes")  # nobody reads its connection
    for _ in range(20):
        equal(gw.run("exit 3").status, 3)
    stuck.link.close()
    eventually(lambda: gw.stat()["tasks"] == 0)


# --- violations ------------------------------------------------------------------------------------------------------


@test
def garbage_ends_only_its_connection(gw):
    good = spawn(["true"])
    pieces = [
        struct.pack(">BI", 0x77, 0), struct.pack(">BI", SPAWN, 0xffffffff), struct.pack(">BI", SPAWN, (1 << 20) + 1), struct.pack(">BI", IN, 3) + b"abc",
        struct.pack(">BI", STAT, 0), struct.pack(">BI", SPAWN, 0), struct.pack(">BI", SPAWN, len(good) - 1) + good[:-1],
        struct.pack(">BI", SPAWN, len(good) + 1) + good + b"x", struct.pack(">BI", SPAWN, 5) + text("")[:4] + b"\x09",
        struct.pack(">BI", DIAL, 4) + b"\xff" * 4, struct.pack(">BI", LISTEN, 4) + b"\0\0\0\0", os.urandom(5000),
    ]
    for bad in ([], ["a\0b"], [""]):
        payload = spawn(bad)
        pieces.append(struct.pack(">BI", SPAWN, len(payload)) + payload)
    payload = spawn(["true"], env=["novalue"])
    pieces.append(struct.pack(">BI", SPAWN, len(payload)) + payload)
    payload = text("") + b"\0" + struct.pack(">I", 0x40000000)  # an absurd count
    pieces.append(struct.pack(">BI", SPAWN, len(payload)) + payload)
    for piece in pieces:
        link = gw.take()
        try:
            link.sock.sendall(piece)
            while True:
                kind, payload = link.frame()
                assert kind == FAILED and payload[4] == 0, (piece[:40], kind, payload)
        except (Closed, ConnectionError):
            pass
        link.close()
    equal(gw.run("exit 3").status, 3)
    assert gw.process.poll() is None and "porter: request:" in gw.log()


@test
def frames_in_single_bytes(gw):
    link = gw.take()
    payload = spawn("cat")
    for byte in struct.pack(">BI", SPAWN, len(payload)) + payload + struct.pack(">BI", IN, 2) + b"ok" + struct.pack(">BI", IN_EOF, 0):
        link.sock.sendall(bytes([byte]))
    seen = []
    try:
        while True:
            seen.append(link.frame())
    except Closed:
        pass
    assert (OUT, b"ok") in seen and (EXITED, b"\0") in seen, seen


@test
def garbage_in_a_task_hangs_it_up(gw):
    for piece in (struct.pack(">BI", 0x99, 0), struct.pack(">BI", SPAWN, 0), struct.pack(">BI", RESIZE, 3) + b"abc", struct.pack(">BI", IN, 0),
                  struct.pack(">BI", IN, 65537), struct.pack(">BI", SIGNAL, 4) + b"\xff\xff\xff\xff", struct.pack(">BI", IN_EOF, 0) * 2):
        task = gw.task("echo ready; sleep 74.5; :")
        task.until(lambda: b"ready" in task.out)
        task.link.sock.sendall(piece)
        while task.step():
            pass
        eventually(lambda: not processes("sleep 74.5"), "hung up", 5)
        task.link.close()


# --- dial and listen -------------------------------------------------------------------------------------------------


def dial_request(kind, name, port=0, user="", timeout=0, refused=""):
    return text(user) + bytes([kind]) + text(name) + struct.pack(">II", port, timeout) + text(refused)


def dial(gw, *args, **kwargs):
    link = gw.take()
    link.send(DIAL, dial_request(*args, **kwargs))
    kind, payload = link.frame()
    return link, kind, payload


def failed(payload):
    return struct.unpack(">I", payload[:4])[0], payload[4]


def tcp_server(family=socket.AF_INET, host="127.0.0.1"):
    server = socket.socket(family)
    server.bind((host, 0))
    server.listen(64)
    server.settimeout(LIMIT)
    return server, server.getsockname()[1]


@test
def dial_half_close_both_ways(gw):
    server, port = tcp_server()
    for name in ("127.0.0.1", "localhost"):
        link, kind, payload = dial(gw, TCP, name, port)
        equal((kind, payload), (CONNECTED, text("127.0.0.1") + struct.pack(">I", port)))
        peer, _ = server.accept()
        peer.settimeout(LIMIT)
        link.sock.sendall(b"question")
        link.sock.shutdown(socket.SHUT_WR)
        data = b""
        while part := peer.recv(100):
            data += part
        equal(data, b"question")
        peer.sendall(b"answer after the end")  # the other half still works
        peer.close()
        equal(link.raw(), b"answer after the end")
        # and the other way round
        link, _, _ = dial(gw, TCP, name, port)
        peer, _ = server.accept()
        peer.settimeout(LIMIT)
        peer.sendall(b"banner")
        peer.shutdown(socket.SHUT_WR)
        equal(link.raw(), b"banner")
        link.sock.sendall(b"still heard")
        link.sock.shutdown(socket.SHUT_WR)
        equal(peer.recv(100), b"still heard")
        equal(peer.recv(100), b"")
        peer.close()
        link.close()
    server.close()


@test
def dial_ipv6(gw):
    try:
        server, port = tcp_server(socket.AF_INET6, "::1")
    except OSError:
        return  # no IPv6 here
    link, kind, payload = dial(gw, TCP, "localhost", port)  # after 127.0.0.1 refused
    equal((kind, payload), (CONNECTED, text("::1") + struct.pack(">I", port)))
    link.close()
    server.close()


@test
def dial_16_megabytes_both_ways(gw):
    server, port = tcp_server()
    link, _, _ = dial(gw, TCP, "127.0.0.1", port)
    peer, _ = server.accept()
    peer.settimeout(LIMIT)
    data = os.urandom(1 << 24)

    def echo():
        while part := peer.recv(1 << 16):
            peer.sendall(part)
        peer.shutdown(socket.SHUT_WR)

    def feed():
        link.sock.sendall(data)
        link.sock.shutdown(socket.SHUT_WR)
    threads = [threading.Thread(target=f) for f in (echo, feed)]
    for thread in threads:
        thread.start()
    assert link.raw() == data
    for thread in threads:
        thread.join()
    server.close()


@test
def dial_failures(gw):
    server, port = tcp_server()
    server.close()
    _, kind, payload = dial(gw, TCP, "127.0.0.1", port)
    equal((kind, failed(payload)), (FAILED, (111, 7)))
    _, kind, payload = dial(gw, TCP, "no-such-host.invalid", 80)
    equal((kind, failed(payload)[1]), (FAILED, 6))
    _, kind, payload = dial(gw, UNIX, "/nosuch/socket")
    equal((kind, failed(payload)), (FAILED, (2, 7)))
    _, kind, payload = dial(gw, UNIX, "/" + "x" * 200)
    equal((kind, failed(payload)), (FAILED, (36, 7)))
    _, kind, payload = dial(gw, TCP, "127.0.0.1", port, user="no-such-user")
    equal((kind, failed(payload)[1]), (FAILED, 1))
    begin = time.monotonic()
    _, kind, payload = dial(gw, TCP, "192.0.2.1", 9, timeout=300)  # nobody is there; here and there no route either
    assert kind == FAILED and failed(payload)[1] == 7 and time.monotonic() - begin < 5, payload


@test
def dial_leads_to_no_refused_network(gw):
    server, port = tcp_server()
    six, port_of_six = tcp_server(socket.AF_INET6, "::1")
    for name in ("127.0.0.1", "::ffff:127.0.0.1", "127.0.0.9"):
        for refused in ("127.0.0.0/8", "10.0.0.0/8,127.0.0.0/28", "0.0.0.0/0", "::ffff:127.0.0.0/120", "::/0", "127.0.0.1/32,127.0.0.9/32"):
            link, kind, payload = dial(gw, TCP, name, port, refused=refused)
            equal((kind, failed(payload)), (FAILED, (0, 7)))
            assert name.removeprefix("::ffff:") in payload.decode(errors="replace"), payload
            link.close()
    # Nothing of these holds it; what is no network holds nothing.
    for refused in ("", "127.0.0.2/32", "128.0.0.0/1", "126.0.0.0/8", "8000::/1", "fe80::/10", ",,", "x/8,127.0.0.1,127.0.0.1/129,/,127.0.0.0/" + "9" * 60):
        link, kind, payload = dial(gw, TCP, "127.0.0.1", port, refused=refused)
        equal(kind, CONNECTED)
        link.close()
    # A name's other addresses are as good.
    link, kind, payload = dial(gw, TCP, "localhost", port_of_six, refused="127.0.0.0/8")
    equal(kind, CONNECTED)
    link.close()
    equal(dial(gw, TCP, "localhost", port, refused="127.0.0.0/8,::1/128")[1], FAILED)
    server.close()
    six.close()


@test
def dial_reset_and_dead_peers(gw):
    server, port = tcp_server()
    link, _, _ = dial(gw, TCP, "127.0.0.1", port)
    peer, _ = server.accept()
    link.sock.sendall(b"x")
    equal(peer.recv(1), b"x")
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    peer.close()  # a reset
    equal(link.raw(), b"")
    # the gateway goes while the target does not read: the worker ends within the grace period
    link, _, _ = dial(gw, TCP, "127.0.0.1", port)
    peer, _ = server.accept()
    link.sock.setblocking(False)
    try:
        while True:
            link.sock.send(b"x" * 65536)
            select.select([], [link.sock], [], 0.3)[1] or (_ for _ in ()).throw(BlockingIOError())
    except BlockingIOError:
        pass
    link.close()
    eventually(lambda: gw.stat()["tasks"] == 0, "worker ends", 10)
    peer.close()
    server.close()


@test
def dial_last_words_of_a_gateway_that_takes_nothing_more(gw):
    server, port = tcp_server()
    link, _, _ = dial(gw, TCP, "127.0.0.1", port)
    peer, _ = server.accept()
    peer.settimeout(LIMIT)
    sent = fill_up(link.sock)
    link.close()
    peer.sendall(b"nobody reads this")  # as an echo server would
    heard = 0
    while part := peer.recv(1 << 16):
        heard += len(part)
    equal(heard, sent)
    peer.close()
    server.close()


def fill_up(sock):
    """Sends until nothing more is taken, neither by the socket nor by those behind it."""
    sock.setblocking(False)
    sent = 0
    while select.select([], [sock], [], 0.3)[1]:
        sent += sock.send(b"x" * 65536)
    return sent


@test
def dial_a_peer_that_closes_both_ways(gw):
    server, port = tcp_server()
    # one that is written to takes no more: the gateway is told, whatever it still has to say
    link, _, _ = dial(gw, TCP, "127.0.0.1", port)
    peer, _ = server.accept()
    peer.sendall(b"all that I have to say")
    peer.close()
    refuses_more(link)
    equal(link.raw_or_reset(), b"all that I have to say")
    server.close()
    # and one whose end shows by itself
    path = gw.directory + "/closing.sock"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen(1)
        os.chmod(path, 0o666)
        link, _, _ = dial(gw, UNIX, path)
        peer, _ = listener.accept()
        peer.sendall(b"words")
        peer.close()
        eventually(lambda: gw.stat()["tasks"] == 0, "worker ends")
        equal(link.raw(), b"words")
    os.unlink(path)


def refuses_more(link):
    end = time.monotonic() + LIMIT
    try:
        while time.monotonic() < end:
            link.sock.sendall(b"x" * 65536)
    except (BrokenPipeError, ConnectionResetError):
        return
    raise AssertionError("it takes bytes for ever")


@test
def dial_unix_as_the_user(gw):
    path = gw.directory + "/service.sock"
    server = socket.socket(socket.AF_UNIX)
    server.bind(path)
    server.listen(8)
    server.settimeout(LIMIT)
    os.chmod(path, 0o600)
    _, kind, payload = dial(gw, UNIX, path, user=USER)
    equal((kind, failed(payload)), (FAILED, (13, 7)))
    os.chmod(path, 0o666)
    link, kind, payload = dial(gw, UNIX, path, user=USER)
    equal((kind, payload), (CONNECTED, text(path) + struct.pack(">I", 0)))
    peer, _ = server.accept()
    uid = struct.unpack("iII", peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[1]
    equal(uid, pwd.getpwnam(USER).pw_uid)
    link.sock.sendall(b"ping")
    link.sock.shutdown(socket.SHUT_WR)
    equal(peer.recv(10), b"ping")
    equal(peer.recv(10), b"")
    peer.sendall(b"pong")
    peer.close()
    equal(link.raw(), b"pong")
    server.close()


def listen(gw, kind, name, port=0, user="", mode=0o600, name_of="L1", flags=0):
    link = gw.take()
    link.send(LISTEN, text(user) + bytes([kind]) + text(name) + struct.pack(">II", port, mode) + text(name_of) + bytes([flags]))
    kind, payload = link.frame()
    return link, kind, payload


@test
def listen_tcp(gw):
    link, kind, payload = listen(gw, TCP, "127.0.0.1")
    port = struct.unpack(">I", payload)[0]
    assert kind == LISTENING and port > 0
    clients = [socket.create_connection(("127.0.0.1", port), LIMIT) for _ in range(5)]
    for client in clients:
        accepted = gw.take("accepted")
        equal((accepted.listener, accepted.peer), ("L1", "127.0.0.1"))
        mine = [c for c in clients if c.getsockname()[1] == accepted.peer_port][0]
        mine.settimeout(LIMIT)
        mine.sendall(b"hello")
        mine.shutdown(socket.SHUT_WR)
        equal(accepted.raw(), b"hello")
        accepted.sock.sendall(b"bye")
        accepted.close()
        equal(mine.recv(10), b"bye")
        equal(mine.recv(10), b"")
    last = socket.create_connection(("127.0.0.1", port), LIMIT)
    kept = gw.take("accepted")
    link.close()

    def refused():
        try:
            socket.create_connection(("127.0.0.1", port), LIMIT).close()
        except ConnectionRefusedError:
            return True
    eventually(refused, "listener ends")
    last.sendall(b"lives on")
    equal(kept.exactly(8), b"lives on")
    last.close()
    kept.close()
    time.sleep(0.1)
    while gw.accepted:  # what refused() got through before the end
        gw.accepted.pop().close()
    eventually(lambda: gw.stat()["tasks"] == 0, "worker ends")


@test
def listen_on_localhost_and_all(gw):
    for name in ("localhost", "", "*"):
        link, kind, payload = listen(gw, TCP, name)
        equal(kind, LISTENING)
        port = struct.unpack(">I", payload)[0]
        client = socket.create_connection(("127.0.0.1", port), LIMIT)
        gw.take("accepted").close()
        client.close()
        _, kind, payload = listen(gw, TCP, name, port)
        equal((kind, failed(payload)), (FAILED, (98, 8)))
        link.close()


@test
def listen_unix(gw):
    directory = gw.directory + "/made"
    os.chmod(gw.directory, 0o777)
    path = directory + "/agent.sock"
    account = pwd.getpwnam(USER)
    link, kind, payload = listen(gw, UNIX, path, user=USER, name_of="agent", flags=MAKE_DIR)
    equal((kind, payload), (LISTENING, struct.pack(">I", 0)))
    info = os.stat(path)
    equal((info.st_uid, info.st_mode & 0o7777, os.stat(directory).st_mode & 0o7777), (account.pw_uid, 0o600, 0o700))
    client = socket.socket(socket.AF_UNIX)
    client.settimeout(LIMIT)
    client.connect(path)
    accepted = gw.take("accepted")
    equal((accepted.listener, accepted.peer, accepted.peer_port), ("agent", "", 0))
    client.sendall(b"keys?")
    equal(accepted.exactly(5), b"keys?")
    accepted.sock.sendall(b"none")
    equal(client.recv(10), b"none")
    client.close()
    equal(accepted.raw(), b"")
    accepted.close()
    _, kind, payload = listen(gw, UNIX, path, user=USER)
    equal((kind, failed(payload)), (FAILED, (98, 8)))
    second, kind, _ = listen(gw, UNIX, path, user=USER, flags=REPLACE, mode=0o666)
    equal((kind, os.stat(path).st_mode & 0o777), (LISTENING, 0o666))
    link.close()  # its file has been replaced: it must not remove the other's
    eventually(lambda: gw.stat()["tasks"] == 1, "first listener ends")
    assert os.path.exists(path)
    second.close()
    eventually(lambda: not os.path.exists(path), "socket file removed")
    os.chmod(gw.directory, 0o755)
    _, kind, payload = listen(gw, UNIX, "/root/x/porter-test.sock", user=USER)
    equal((kind, failed(payload)), (FAILED, (13, 8)))


@test
def gateway_refuses_an_accepted_peer(gw):
    link, _, payload = listen(gw, TCP, "127.0.0.1")
    gw.accept_token = "changed meanwhile"
    client = socket.create_connection(("127.0.0.1", struct.unpack(">I", payload)[0]), LIMIT)
    client.settimeout(LIMIT)
    equal(client.recv(1), b"")
    gw.accept_token = TOKEN
    link.close()


# --- the whole program -----------------------------------------------------------------------------------------------


def gone_gateway(program):
    gw = Gateway(program, grace=500)
    task = gw.task("echo ready; sleep 80.5; :")
    task.until(lambda: b"ready" in task.out)
    idle = [gw.take().pid for _ in range(2)]
    daemon = gw.task("setsid sleep 80.7 >/dev/null 2>&1 </dev/null & sleep 0.3; echo ready; sleep 80.6")
    daemon.until(lambda: b"ready" in daemon.out)
    for link in gw.data + [task.link, daemon.link]:
        link.close()
    equal(gw.stop(), 0)
    eventually(lambda: not any(map(alive, idle)), "idle workers end", 5)
    eventually(lambda: not processes("sleep 80.5") and not processes("sleep 80.6"), "tasks end", 5)
    assert processes("sleep 80.7"), "daemons live on"
    for pid in processes("sleep 80.7"):
        os.kill(pid, signal.SIGKILL)


def control_closed_busy_lives(program):
    gw = Gateway(program, grace=200)
    task = gw.task("echo ready; cat")
    task.until(lambda: b"ready" in task.out)
    gw.take("control").close()
    equal(gw.process.wait(LIMIT), 0)
    task.send_in(b"still here")
    task.eof_in().finish()
    assert bytes(task.out).endswith(b"still here") and task.status == 0
    gw.stop()


def killed_main_costs_nothing_busy(program):
    gw = Gateway(program)
    idle = gw.take().pid
    task = gw.task("cat")
    task.until(lambda: task.started)
    gw.process.kill()
    gw.process.wait()
    eventually(lambda: not alive(idle), "idle workers end", 5)
    task.send_in(b"on")
    task.eof_in().finish()
    equal((bytes(task.out), task.status), (b"on", 0))
    gw.stop()


def wrong_token(program):
    gw = Gateway(program, token="wrong")
    equal(gw.process.wait(LIMIT), 3)
    equal(gw.refused, 1)
    assert "refused" in gw.log()
    gw.stop()


def wrong_version_and_garbage_on_control(program):
    for piece, status in ((b"\x02", 4), (b"\x01\x10\0\0\0\0", 4), (b"\x01\x01\0\0\0\x04\0\0\0\x04", 4), (b"\x01\xff", 4)):
        with tempfile.TemporaryDirectory() as directory:
            server = socket.socket(socket.AF_UNIX)
            server.bind(directory + "/s")
            server.listen(64)
            process = subprocess.Popen([program, "--socket", directory + "/s", "--grace", "0"], stderr=subprocess.PIPE)
            sock, _ = server.accept()
            sock.sendall(piece)
            equal(process.wait(LIMIT), status)
            assert b"control connection" in process.stderr.read()
            process.stderr.close()
            server.close()


def no_gateway_and_usage(program):
    equal(subprocess.run([program, "--socket", "/nosuch/gateway.sock"], stderr=subprocess.DEVNULL).returncode, 1)
    for arguments in ([], ["--socket"], ["--stdio", "--socket", "/x"], ["--idle", "999", "--socket", "/x"], ["--grace", "-1", "--stdio"], ["x"]):
        equal(subprocess.run([program, *arguments], stderr=subprocess.DEVNULL).returncode, 2)
    assert subprocess.run([program, "--version"], stdout=subprocess.PIPE).stdout.startswith(b"porter 1.")


def full_process_table(program):
    # As a container with a pids limit: no process for the task, then there is one.
    limit = 60
    if not os.path.isdir("/sys/fs/cgroup/pids"):
        return
    group = f"/sys/fs/cgroup/pids/porter-test-{os.getpid()}"
    try:
        os.mkdir(group)
    except OSError:
        return
    gw = Gateway(program)
    try:
        gw.take("control")
        links = [gw.take() for _ in range(4)]
        for pid in [gw.process.pid] + [link.pid for link in links]:
            open(group + "/cgroup.procs", "w").write(str(pid))
        current = int(open(group + "/pids.current").read())
        open(group + "/pids.max", "w").write(str(current))
        task = Task(links[0], spawn(["true"])).finish()
        equal(task.failed[:2], (11, 2))
        for link in links[1:3]:
            Task(link, spawn(["true"])).finish()
        open(group + "/pids.max", "w").write(str(limit))
        eventually(lambda: gw.stat()["idle"] == 4, "workers again")
        equal(gw.run("exit 3").status, 3)
    finally:
        for link in gw.data:
            link.close()
        gw.stop()
        eventually(lambda: not open(group + "/cgroup.procs").read(), "cgroup empty")
        os.rmdir(group)


def stdio_link(program, *arguments, launcher=(), env=None):
    """A porter on a socket pair would be too easy: two pipes, as docker exec has."""
    process = subprocess.Popen([*launcher, program, "--stdio", *arguments], env=env,
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)

    class Pipes:
        def settimeout(self, _):
            pass

        def recv(self, n):
            return os.read(process.stdout.fileno(), n)

        def sendall(self, data):
            view = memoryview(data)
            while view:
                view = view[os.write(process.stdin.fileno(), view):]

        def close(self):
            process.stdin.close()
    link = Link(Pipes())
    link.sock.sendall(b"\x01")
    equal((link.kind, link.token), (2, ""))
    return process, link


def stdio(program):
    process, link = stdio_link(program)
    task = Task(link, spawn("cat; echo e >&2; ls /proc/self/fd | wc -l; exit 3"))
    link.send(IN, b"in")
    task.eof_in().finish()
    equal((task.status, bytes(task.out), bytes(task.err)), (3, b"in4\n", b"e\n"))
    equal(process.wait(LIMIT), 0)
    process.stdout.close()
    link.close()
    # hang-up
    process, link = stdio_link(program)
    task = Task(link, spawn("echo ready; sleep 81.5; :"))
    task.until(lambda: b"ready" in task.out)
    link.close()
    process.wait(LIMIT)
    assert not processes("sleep 81.5")
    process.stdout.close()
    # dial with half-close, slower than the grace period
    server, port = tcp_server()
    process, link = stdio_link(program, "--grace", "100")
    link.send(DIAL, dial_request(TCP, "127.0.0.1", port))
    equal(link.frame()[0], CONNECTED)
    peer, _ = server.accept()
    peer.settimeout(LIMIT)
    link.sock.sendall(b"question")
    link.close()
    equal(peer.recv(100), b"question")
    equal(peer.recv(100), b"")
    time.sleep(0.5)
    peer.sendall(b"answer")
    peer.close()
    equal(link.raw(), b"answer")
    equal(process.wait(LIMIT), 0)
    process.stdout.close()
    server.close()
    # listening needs a socket
    process, link = stdio_link(program)
    link.send(LISTEN, text("") + bytes([TCP]) + text("localhost") + struct.pack(">II", 0, 0) + text("L") + b"\0")
    kind, payload = link.frame()
    equal((kind, payload[4]), (FAILED, 0))
    link.close()
    process.wait(LIMIT)
    process.stdout.close()


def stdio_run(program, *words, user="", arguments=(), launcher=(), env=None, flags=0):
    process, link = stdio_link(program, *arguments, launcher=launcher, env=env)
    task = Task(link, spawn(list(words), user=user, flags=flags))
    task.eof_in()
    task.finish()
    process.wait(LIMIT)
    process.stdout.close()
    return task


IDS = ("sh", "-c", "echo $(id -u) $(id -g) $(id -G) $HOME $SHELL $USER $LOGNAME")


def what_the_container_was_made_with(program):
    """--group-add, and variables for a uid that has no entry."""
    account, tty = pwd.getpwnam(USER), grp.getgrnam("tty").gr_gid
    made = ("--groups", "tty,4242,no-such-group", "--home", "/made")
    env = dict(os.environ, SHELL="/bin/made", USER="maker")
    env.pop("LOGNAME", None)
    out = bytes(stdio_run(program, *IDS, user=USER, arguments=made, env=env, flags=CONTAINER_ENV).out).decode()
    groups = " ".join(map(str, os.getgrouplist(USER, account.pw_gid)))
    equal(out, f"{account.pw_uid} {account.pw_gid} {groups} {tty} 4242 {account.pw_dir} {account.pw_shell} {USER} {USER}\n")
    out = bytes(stdio_run(program, *IDS, user="12345", arguments=made, env=env, flags=CONTAINER_ENV).out)
    equal(out, f"12345 0 0 {tty} 4242 /made /bin/made maker 12345\n".encode())
    out = bytes(stdio_run(program, *IDS, user="12345", env=dict(env, HOME="/root"), flags=CONTAINER_ENV).out)
    equal(out, b"12345 0 0 / /bin/made maker 12345\n")


def without_the_right_to_change_users(program):
    """As in a container with --cap-drop=ALL: root has no rights there, and said so must be."""
    account = pwd.getpwnam(USER)
    bare = ("setpriv", "--bounding-set=-all", "--inh-caps=-all", "--")
    equal(stdio_run(program, "true", user=USER, launcher=bare).failed[:2], (1, 3))
    process, link = stdio_link(program, launcher=bare)
    link.send(DIAL, dial_request(TCP, "127.0.0.1", 1, user=USER))
    kind, payload = link.frame()
    equal((kind, failed(payload)), (FAILED, (1, 3)))
    link.close()
    process.wait(LIMIT)
    process.stdout.close()
    # Started as the user itself, it serves that one with what it was started with, and nobody else.
    as_is = ("--as-is",)
    task = stdio_run(program, "id", "-u", launcher=bare, arguments=as_is)
    equal((bytes(task.out), task.status), (b"0\n", 0))
    equal(stdio_run(program, "true", user=USER, launcher=bare, arguments=as_is).failed[:2], (1, 3))
    user = ("setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--groups=4242,5", "--")
    out = bytes(stdio_run(program, "sh", "-c", "echo $(id -u) $(id -G)", user=USER, launcher=user, arguments=as_is).out)
    equal(out, f"{account.pw_uid} {account.pw_gid} 5 4242\n".encode())
    equal(stdio_run(program, "true", launcher=user, arguments=as_is).failed[:2], (1, 3))
    user = ("setpriv", "--reuid=12345", "--regid=23456", "--clear-groups", "--")
    env = dict(os.environ, HOME="/engine")
    out = bytes(stdio_run(program, *IDS[:2], "echo $(id -u) $(id -g) $HOME", user="12345", launcher=user,
                          arguments=as_is, env=env).out)
    equal(out, b"12345 23456 /engine\n")
    server, port = tcp_server()
    process, link = stdio_link(program, "--as-is", launcher=user)
    link.send(DIAL, dial_request(TCP, "127.0.0.1", port, user="12345"))
    equal(link.frame()[0], CONNECTED)
    link.close()
    server.close()
    process.wait(LIMIT)
    process.stdout.close()


def thousand_hang_ups(program):
    """Clients that go at any moment leave nothing behind."""
    gw = Gateway(program, idle=8, grace=300)
    commands = ["sleep 82.5", "yes", "cat", "sleep 82.5 & wait", "exit 3"]
    for i in range(200):
        link = gw.take()
        link.send(SPAWN, spawn(commands[i % len(commands)], pty=(24, 80) if i % 2 else None))
        if i % 3:
            link.frame()
        link.close()
    eventually(lambda: gw.stat()["tasks"] == 0, "all end")
    equal(processes("sleep 82.5"), [])
    descriptors = len(os.listdir(f"/proc/{gw.process.pid}/fd"))
    assert descriptors < 16, descriptors
    gw.stop()


def names_of_hosts_whatever_their_case(program):
    server, port = tcp_server()
    six, port6 = None, None
    try:
        six, port6 = tcp_server(socket.AF_INET6, "::1")
    except OSError:
        pass  # no IPv6 here

    def with_hosts(directory):
        with open(directory + "/hosts", "w") as hosts:
            hosts.write("# 192.0.2.1 DB.example\n\n192.0.2.9\n127.0.0.1 mixed.Example\tDb.Example # db2\n"
                        "::1 six.example\nnonsense bad.example\n127.0.0.1 last.example")
        porter = f"{program} --socket {directory}/gateway.sock --idle 4"
        return ["unshare", "-m", "sh", "-c", f"mount --bind {directory}/hosts /etc/hosts && exec {porter}"]
    gw = Gateway(program, launcher=with_hosts)
    for name in ("db.example", "DB.EXAMPLE", "MIXED.example", "LAST.Example", "LOCALHOST", "LocalHost"):
        link, kind, payload = dial(gw, TCP, name, port)
        equal((name, kind, payload), (name, CONNECTED, text("127.0.0.1") + struct.pack(">I", port)))
        link.close()
        server.accept()[0].close()
    if six:
        link, kind, payload = dial(gw, TCP, "SIX.example", port6)
        equal((kind, payload), (CONNECTED, text("::1") + struct.pack(">I", port6)))
        link.close()
        six.close()
    for name in ("db2", "bad.example", "example", "#"):
        equal((name, failed(dial(gw, TCP, name, port)[2])[1]), (name, 6))
    server.close()
    gw.stop()


WHOLE = [gone_gateway, control_closed_busy_lives, killed_main_costs_nothing_busy, wrong_token, wrong_version_and_garbage_on_control,
         no_gateway_and_usage, full_process_table, stdio, what_the_container_was_made_with, without_the_right_to_change_users, thousand_hang_ups,
         names_of_hosts_whatever_their_case]


def main():
    program, pattern = os.path.abspath(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else ""
    default_signals()
    results = []
    chosen = [t for t in TESTS if pattern in t.__name__]
    if chosen:
        gw = Gateway(program, grace=1000)
        for function in chosen:
            results.append(attempt(function.__name__, lambda: function(gw)))

        def nothing_left():
            eventually(lambda: gw.stat()["tasks"] == 0, "no task left")
            log = gw.log()
            assert "Sanitizer" not in log and "runtime error" not in log, log
            equal(gw.stop(), 0)
        results.append(attempt("nothing is left", nothing_left))
    for function in WHOLE:
        if pattern in function.__name__:
            results.append(attempt(function.__name__, lambda: function(program)))
    results.append(attempt("no process is left", lambda: eventually(lambda: not porters(program), "no porter left: " + str(porters(program)), 10)))
    for pid in porters(program):
        os.kill(pid, signal.SIGKILL)
    print(f"{sum(results)} of {len(results)} passed: {os.path.basename(program)}")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
