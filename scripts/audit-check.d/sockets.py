"""Connections through forwards, and what listens at this end of them."""

import contextlib
import socket
import threading
import time

LIMIT = 300  # seconds that anything may take on a busy machine
SERVER_PORT = 7400  # in the container


class Failed(Exception):
    """A client did not end as it should have."""


def exchange(s, send, take):
    s.settimeout(LIMIT)
    s.sendall(send)
    s.shutdown(socket.SHUT_WR)
    got = 0
    while data := s.recv(65536):
        got += len(data)
    if got != take:
        raise Failed(f"{got} bytes instead of {take} came through a forward")


def unix(path):
    """ssh makes the socket a moment before it listens."""
    deadline = time.time() + LIMIT
    while True:
        s = socket.socket(socket.AF_UNIX)
        try:
            s.connect(path)
            return s
        except ConnectionRefusedError:
            s.close()
            if time.time() > deadline:
                raise
        time.sleep(0.05)


def socks(port):
    """SOCKS 5 (RFC 1928) to the server in the container."""
    s = socket.create_connection(("127.0.0.1", port), LIMIT)
    s.sendall(b"\5\1\0")
    assert s.recv(2) == b"\5\0"
    s.sendall(b"\5\1\0\1" + socket.inet_aton("127.0.0.1") + SERVER_PORT.to_bytes(2, "big"))
    answer = b""
    while len(answer) < 10:
        more = s.recv(10 - len(answer))
        if not more:
            raise Failed(f"the proxy said {answer!r}")
        answer += more
    if answer[1]:
        raise Failed(f"the proxy refused: {answer[1]}")
    return s


def listens(port):
    with socket.socket() as s:
        return s.connect_ex(("127.0.0.1", port)) == 0


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@contextlib.contextmanager
def listen(path):
    """At this end of -R: answers as the server in the container does."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(20)

    def answer(s):
        try:
            with s, s.makefile("rwb") as file:
                count = int(file.readline() or 0)
                while file.read(65536):
                    pass
                file.write(b"y" * count)
        except OSError:
            pass  # the other end is gone: it was killed

    def serve():
        try:
            while True:
                threading.Thread(target=answer, args=(listener.accept()[0],), daemon=True).start()
        except OSError:
            pass

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield
    finally:
        listener.shutdown(socket.SHUT_RDWR)  # wakes accept()
        thread.join(LIMIT)
        listener.close()
