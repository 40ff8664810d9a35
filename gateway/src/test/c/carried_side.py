"""The gateway's side of `porter --carry`, for the tests: the channels of one stream, each with a socket at this end, so that all
that is tested of a porter with a socket is tested of a carried one."""
import os
import select
import shutil
import socket
import struct
import subprocess
import tempfile
import threading

from harness import LIMIT, equal
from gateway_side import Gateway, is_ready

OPEN, DATA, WINDOW_ADJUST, EOF, CLOSE, KEEPALIVE = 1, 2, 3, 4, 5, 6
MAX_DATA, WINDOW, FIRST_CREDIT, MAX_CHANNELS = 32768, 65536, 2048, 1024


class Channel:
    """One connection of the porter. `sock` is the gateway's end of it; the carrier's two threads copy between it and the stream."""

    def __init__(self, stream, number):
        self.stream, self.number, self.credit, self.granted = stream, number, WINDOW, FIRST_CREDIT
        self.mine, self.sock = socket.socketpair()
        self.changed, self.telling = threading.Condition(), threading.Lock()
        self.received, self.ended, self.closed, self.told_close = b"", False, False, False
        threads = [threading.Thread(target=copy, daemon=True) for copy in (self.send_all, self.deliver_all)]
        threading.Thread(target=self.copy_all, args=(threads,), daemon=True).start()

    def take(self, kind, payload):
        with self.changed:
            if kind == DATA:
                assert 0 < len(payload) <= self.granted and not self.ended, (self.number, len(payload), self.granted)
                self.granted -= len(payload)
                self.received += payload
            elif kind == WINDOW_ADJUST:
                self.credit += struct.unpack(">I", payload)[0]
                assert self.credit <= WINDOW, self.credit
            elif kind == EOF:
                assert not self.ended and not payload
                self.ended = True
            else:
                assert kind == CLOSE and not self.closed and not payload, kind
                self.closed = True
            self.changed.notify_all()

    def vanish(self):
        with self.changed:
            self.ended = self.closed = True
            self.changed.notify_all()

    def copy_all(self, threads):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.mine.close()

    def deliver_all(self):
        """To the gateway, as it reads: what it does not read is not granted again."""
        delivered = 0
        try:
            while True:
                with self.changed:
                    self.changed.wait_for(lambda: self.received or self.ended or self.closed)
                    data, self.received = self.received, b""
                if not data:
                    break
                self.mine.sendall(data)
                delivered += len(data)
                # The first credit is enlarged to a whole window at once.
                grant = delivered if delivered >= WINDOW // 4 else 0
                if self.granted + delivered < WINDOW // 2:
                    grant = WINDOW - self.granted
                if grant:
                    delivered = 0
                    with self.changed:
                        self.granted += grant
                    self.tell(WINDOW_ADJUST, struct.pack(">I", grant))
            self.mine.shutdown(socket.SHUT_WR)
        except OSError:
            pass
        with self.changed:
            self.changed.wait_for(lambda: self.closed)
        self.tell(CLOSE)
        try:
            self.mine.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def send_all(self):
        try:
            while data := self.mine.recv(MAX_DATA):
                while data:
                    with self.changed:
                        # One that was closed has a second for what was sent before.
                        while not self.changed.wait_for(lambda: self.credit or self.closed, 1) and not self.is_hung_up(0):
                            pass
                        if self.closed or not self.credit:
                            break
                        part, data = data[:self.credit], data[self.credit:]
                        self.credit -= len(part)
                    self.tell(DATA, part)
                if data:
                    break
            else:
                self.tell(EOF)
        except OSError:
            pass
        # Closed altogether, or only this direction?
        while not self.closed and not self.is_hung_up(0.05):
            pass
        self.tell(CLOSE)

    def is_hung_up(self, seconds):
        return is_ready(self.mine, select.POLLHUP, seconds)

    def tell(self, kind, payload=b""):
        """Nothing after CLOSE."""
        with self.telling:
            if not self.told_close:
                self.told_close = kind == CLOSE
                self.stream.send(kind, self.number, payload)


class Stream:
    """Both directions of a `porter --carry`: pipes, as docker exec has."""

    def __init__(self, command, env, stderr, opened):
        self.process = subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, bufsize=0,
                                        start_new_session=True)
        self.lock, self.opened, self.channels, self.last, self.kept_alive = threading.Lock(), opened, {}, 0, 0
        self.problem, self.kind = None, Channel
        self.thread = threading.Thread(target=self.receive_all, daemon=True)
        self.thread.start()

    def send(self, kind, number, payload=b""):
        self.raw(struct.pack(">BII", kind, number, len(payload)) + payload)

    def raw(self, data):
        with self.lock:
            try:
                view = memoryview(data)
                while view:
                    view = view[os.write(self.process.stdin.fileno(), view):]
            except (OSError, ValueError):
                pass  # the carrier has gone, which its output says

    def exactly(self, n):
        data = b""
        while len(data) < n:
            part = self.process.stdout.read(n - len(data))
            if not part:
                raise EOFError()
            data += part
        return data

    def receive_all(self):
        try:
            equal(self.exactly(1), b"\x01")
            while True:
                kind, number, n = struct.unpack(">BII", self.exactly(9))
                self.take(kind, number, self.exactly(n) if n else b"")
        except (EOFError, OSError, ValueError):
            pass
        except AssertionError as problem:
            self.problem = problem
        for channel in list(self.channels.values()):
            channel.vanish()

    def take(self, kind, number, payload):
        if kind == KEEPALIVE:
            assert number == 0 and not payload
            self.kept_alive += 1
        elif kind == OPEN:
            self.last += 1
            equal((number, payload), (self.last, b""))
            self.channels[number] = self.kind(self, number)
            if self.opened:
                threading.Thread(target=self.opened, args=(self.channels[number],), daemon=True).start()
        else:
            self.channels[number].take(kind, payload)

    def end(self):
        """As a gateway that dies."""
        self.process.stdin.close()

    def close(self):
        try:
            self.process.stdin.close()
        except OSError:
            pass
        self.thread.join(LIMIT)
        self.process.stdout.close()


class CarriedGateway(Gateway):
    def __init__(self, program, idle=4, grace=5000, arguments=(), launcher=(), env=None, version=1, accept_token=""):
        self.version, self.accept_token = version, accept_token
        self.directory = tempfile.mkdtemp(prefix="porter-test-")
        os.chmod(self.directory, 0o755)
        self.path = "--carry"
        self.lock = threading.Condition()
        self.data, self.accepted, self.control, self.refused = [], [], None, 0
        self.stderr = tempfile.TemporaryFile()
        command = [*launcher, program, "--carry", "--idle", str(idle), "--grace", str(grace), *arguments]
        env = dict(os.environ, CONTAINER_VAR="of the image", SHELL="") if env is None else env
        self.stream = Stream(command, env, self.stderr, lambda channel: self.greet(channel.sock, 1))
        self.process = self.stream.process

    def stop(self):
        try:
            if self.control:
                self.control.close()
            for link in self.data + self.accepted:
                link.close()
            status = self.process.wait(LIMIT)
            assert self.stream.problem is None, self.stream.problem
            return status
        finally:
            self.stream.close()
            shutil.rmtree(self.directory, ignore_errors=True)
