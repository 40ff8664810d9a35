"""DIAL and LISTEN."""
import os
import pwd
import select
import socket
import struct
import threading
import time

from harness import LIMIT, equal, eventually
from gateway_side import (
    CONNECTED, FAILED, LISTEN, LISTENING, MAKE_DIR, REPLACE, TCP, UNIX, USER, dial, failed, is_ready, tcp_server, test, text)


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
    # Addresses of IPv6 that a translator or a tunnel takes for one of IPv4.
    for name in ("64:ff9b::169.254.169.254", "64:ff9b:1::a9fe:a9fe", "2002:a9fe:a9fe::1", "::169.254.169.254", "::ffff:0:a9fe:a9fe"):
        link, kind, payload = dial(gw, TCP, name, port, refused="10.0.0.0/8,169.254.0.0/16")
        equal((kind, failed(payload)), (FAILED, (0, 7)))
        link.close()
    link, kind, payload = dial(gw, TCP, "::1", port_of_six, refused="10.0.0.0/8,169.254.0.0/16")
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
            is_ready(link.sock, select.POLLOUT, 0.3) or (_ for _ in ()).throw(BlockingIOError())
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
    while is_ready(sock, select.POLLOUT, 0.3):
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
        except (ConnectionResetError, ConnectionAbortedError):
            return False  # it was in the listener's queue when that ended
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
    token, gw.accept_token = gw.accept_token, "changed meanwhile"
    client = socket.create_connection(("127.0.0.1", struct.unpack(">I", payload)[0]), LIMIT)
    client.settimeout(LIMIT)
    equal(client.recv(1), b"")
    gw.accept_token = token
    link.close()
