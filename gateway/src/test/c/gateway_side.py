"""The gateway's side of a porter, for the tests: connections, processes and listeners."""
import os
import select
import shutil
import socket
import struct
import subprocess
import tempfile
import threading

from harness import LIMIT, equal
from process_table import processes

STAT, SPAWN, DIAL, LISTEN = 0x02, 0x10, 0x11, 0x12
IN, IN_EOF, RESIZE, SIGNAL = 0x20, 0x21, 0x22, 0x23
HELLO, STATUS, STARTED, FAILED, CONNECTED, LISTENING = 0x80, 0x81, 0x90, 0x91, 0x92, 0x93
OUT, ERR, OUT_EOF, CREDIT, IN_CLOSED, EXITED, KILLED, READY = 0xA0, 0xA1, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6, 0xA7
DIR_REQUIRED, CONTAINER_ENV, PTY, PASS_TERMINAL = 1, 2, 4, 8
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


def is_ready(sock, events, seconds):
    """Without the limits of select()."""
    poll = select.poll()
    poll.register(sock, events)
    return bool(poll.poll(seconds * 1000))


class Closed(Exception):
    pass


class Link:
    """The gateway's end of one connection."""

    def __init__(self, sock, version=5):
        self.sock, self.buffer, self.credit = sock, b"", WINDOW
        sock.settimeout(LIMIT)
        equal(self.exactly(1), bytes([version]))
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

    def frame_with_descriptors(self):
        """A whole frame that comes in one message, and its descriptors as sockets."""
        data, descriptors, _, _ = socket.recv_fds(self.sock, 1 << 16, 16)
        return data[0], data[5:], [socket.socket(fileno=descriptor) for descriptor in descriptors]

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
        return bool(self.link.buffer) or is_ready(self.link.sock, select.POLLIN, 0)

    def eof_in(self):
        self.link.send(IN_EOF)
        return self

    def __str__(self):
        return (f"started={self.started} failed={self.failed} status={self.status} killed={self.killed} eof={self.eof} "
                f"out={bytes(self.out[-300:])!r} err={bytes(self.err[-300:])!r}")


class Gateway:
    def __init__(self, program, idle=4, token=TOKEN, grace=5000, accept_token=TOKEN, launcher=None, version=1):
        self.version = version
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
            self.greet(sock)

    def greet(self, sock, newest=5):
        try:
            link = Link(sock, newest)
        except (Closed, OSError):
            return
        with self.lock:
            if link.token != self.accept_token:
                self.refused += 1
                sock.close()
                return
            try:
                sock.sendall(bytes([self.version]))
            except OSError:
                return
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


TESTS = []


def test(function):
    TESTS.append(function)
    return function


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


def environment(task):
    return dict(line.split("=", 1) for line in task.out.decode().split("\0") if "=" in line)
