"""A porter whose connections are carried over one stream (docs/porter-protocol.md, section 12)."""
import os
import resource
import signal
import socket
import struct
import subprocess
import threading
import time

from carried_side import CLOSE, DATA, EOF, KEEPALIVE, MAX_CHANNELS, MAX_DATA, OPEN, WINDOW, WINDOW_ADJUST, CarriedGateway
from harness import LIMIT, equal, eventually, kill_all
from gateway_side import CONNECTED, LISTEN, LISTENING, TCP, dial, tcp_server, text
from process_table import alive, porters, processes, running


def is_clean(gw):
    log = gw.log()
    assert "Sanitizer" not in log and "runtime error" not in log, log


def stream_ends(program):
    """As when the gateway dies: each connection ends as one that the gateway closes, and what was sent before is delivered."""
    gw = CarriedGateway(program, grace=800)
    said = gw.directory + "/said"
    kept = gw.task("cat >$F.part; mv $F.part $F", env=["F=" + said])
    for _ in range(4):
        kept.use_credit(65536)
    kept.eof_in()
    hung = gw.task("echo ready; sleep 84.1; :")
    hung.until(lambda: b"ready" in hung.out)
    terminal = gw.task("echo ready; sleep 84.2; :", pty=(24, 80))
    terminal.until(lambda: b"ready" in terminal.out)
    spared = gw.task("nohup sleep 84.3 >/dev/null 2>&1 & echo ready; sleep 84.4")
    spared.until(lambda: b"ready" in spared.out)
    idle = [gw.take().pid for _ in range(2)]
    eventually(lambda: gw.stream.channels[number_of(gw, kept.link)].credit > WINDOW // 2, "all was sent")
    gw.stream.end()
    equal(gw.process.wait(LIMIT), 0)
    assert not any(map(alive, idle)), "idle workers end"
    assert not processes("sleep 84.1") and not processes("sleep 84.2") and not processes("sleep 84.4"), "tasks are hung up"
    equal(os.path.getsize(said), 4 * 65536)
    kill_all(running("sleep 84.3", "nohup is heeded"))
    is_clean(gw)
    gw.stream.close()


def number_of(gw, link):
    return next(number for number, channel in gw.stream.channels.items() if channel.sock is link.sock)


def reader_of_the_stream_dies(program):
    """stdin stays open, nobody reads stdout, and there is nothing to write."""
    process = subprocess.Popen([program, "--carry", "--idle", "0", "--grace", "300"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
    equal(process.stdout.read(1), b"\x01")
    equal(process.stdout.read(9), struct.pack(">BII", OPEN, 1, 0))
    process.stdout.read(1 << 16)
    time.sleep(0.2)
    process.stdout.close()
    equal(process.wait(LIMIT), 3)
    process.stdin.close()


def violations_end_the_carrier(program):
    def frame(kind, number, payload=b""):
        return struct.pack(">BII", kind, number, len(payload)) + payload
    pieces = [
        frame(9, 1), frame(0, 1), frame(OPEN, 77), frame(DATA, 77, b"x"), frame(DATA, 0, b"x"), frame(DATA, 1), frame(CLOSE, 77),
        struct.pack(">BII", DATA, 1, MAX_DATA + 1), struct.pack(">BII", DATA, 1, 0xffffffff), frame(KEEPALIVE, 1), frame(KEEPALIVE, 0, b"x"),
        frame(WINDOW_ADJUST, 1, b"abc"), frame(WINDOW_ADJUST, 1, b"\xff" * 4), frame(EOF, 1) * 2, frame(EOF, 1) + frame(DATA, 1, b"x"),
        frame(CLOSE, 1) + frame(CLOSE, 1), frame(CLOSE, 1) + frame(DATA, 1, b"x"), b"\xff" * 5000]
    for piece in pieces:
        gw = CarriedGateway(program, grace=100)
        gw.take("control")
        task = gw.task("echo ready; sleep 84.6; :")
        task.until(lambda: b"ready" in task.out)
        gw.stream.raw(piece)
        equal((piece[:30], gw.process.wait(LIMIT)), (piece[:30], 4))
        assert "porter: carrier: " in gw.log(), gw.log()
        assert not processes("sleep 84.6"), piece[:30]
        is_clean(gw)
        gw.stream.close()


def window_is_held_by_the_porter(program):
    """A target that does not read, by a gateway that ignores its credit."""
    server, port = tcp_server()
    gw = CarriedGateway(program, grace=100)
    link, kind, _ = dial(gw, TCP, "127.0.0.1", port)
    equal(kind, CONNECTED)
    peer, _ = server.accept()
    number = number_of(gw, link)
    gw.stream.channels[number].credit = -1 << 40
    gone = threading.Event()

    def flood():
        while gw.process.poll() is None:
            gw.stream.send(DATA, number, bytes(MAX_DATA))
        gone.set()
    threading.Thread(target=flood, daemon=True).start()
    equal(gw.process.wait(LIMIT), 4)
    assert "beyond the window" in gw.log(), gw.log()
    assert gone.wait(LIMIT)
    peer.close()
    server.close()
    is_clean(gw)
    gw.stream.close()


def keys_pass_bulk(program):
    """Nobody reads the output of `yes`, and a target that does not read has been sent all that its window allows."""
    server, port = tcp_server()
    gw = CarriedGateway(program, grace=300)
    stuck = [gw.task("yes") for _ in range(3)]
    link, _, _ = dial(gw, TCP, "127.0.0.1", port)
    peer, _ = server.accept()
    filler = threading.Thread(target=fill, args=(link.sock,), daemon=True)
    filler.start()
    echo = gw.task("cat", pty=(24, 80))
    for i in range(50):
        echo.send_in(b"%02d\n" % i)
        echo.until(lambda: b"%02d\r\n" % i in echo.out)
    for task in stuck:
        task.link.close()
    peer.close()
    echo.link.close()
    link.close()
    eventually(lambda: gw.stat()["tasks"] == 0, "all end", 10)
    equal(processes("^yes"), [])
    is_clean(gw)
    server.close()
    equal(gw.stop(), 0)


def fill(sock):
    try:
        while True:
            sock.sendall(bytes(65536))
    except OSError:
        pass


def half_close_of_a_dialled_socket(program):
    """Slower than the grace period, in both directions."""
    server, port = tcp_server()
    gw = CarriedGateway(program, grace=100)
    link, kind, _ = dial(gw, TCP, "127.0.0.1", port)
    equal(kind, CONNECTED)
    peer, _ = server.accept()
    peer.settimeout(LIMIT)
    link.sock.sendall(b"question")
    link.sock.shutdown(socket.SHUT_WR)
    equal((peer.recv(100), peer.recv(100)), (b"question", b""))
    time.sleep(0.5)
    peer.sendall(b"answer")
    peer.close()
    equal(link.raw(), b"answer")
    eventually(lambda: gw.stat()["tasks"] == 0, "worker ends")
    server.close()
    equal(gw.stop(), 0)


def stuck_target_holds_up_no_hang_up(program):
    """The gateway sent more than its target takes, and closes: the target has a grace period, and then it is closed."""
    server, port = tcp_server()
    gw = CarriedGateway(program, grace=300)
    link, _, _ = dial(gw, TCP, "127.0.0.1", port)
    peer, _ = server.accept()
    link.sock.settimeout(0.5)
    try:
        while True:
            link.sock.sendall(bytes(65536))
    except TimeoutError:
        pass
    link.close()
    eventually(lambda: gw.stat()["tasks"] == 0, "worker ends", 5)
    peer.close()
    server.close()
    equal(gw.stop(), 0)


def killed_supervisor_costs_nothing_busy(program):
    gw = CarriedGateway(program)
    supervisor = gw.take("control").pid
    idle = gw.take().pid
    task = gw.task("cat")
    task.until(lambda: task.started)
    os.kill(supervisor, signal.SIGKILL)
    eventually(lambda: not alive(idle), "idle workers end", 5)
    task.send_in(b"on")
    task.eof_in().finish()
    equal((bytes(task.out), task.status), (b"on", 0))
    gw.stop()
    equal(porters(program), [])


def killed_carrier_hangs_up(program):
    gw = CarriedGateway(program, grace=300)
    task = gw.task("echo ready; sleep 84.7; :")
    task.until(lambda: b"ready" in task.out)
    gw.process.kill()
    eventually(lambda: not processes("sleep 84.7"), "task is hung up", 5)
    eventually(lambda: not porters(program), "no porter left", 5)
    gw.stream.close()


def refused_porter_ends(program):
    """As with a socket: a control connection that is closed without a version byte."""
    gw = CarriedGateway(program, accept_token="other")
    equal(gw.process.wait(LIMIT), 3)
    assert "refused" in gw.log()
    gw.stream.close()


def keepalives_are_answered(program):
    gw = CarriedGateway(program)
    gw.take("control")
    for _ in range(3):
        gw.stream.send(KEEPALIVE, 0)
    eventually(lambda: gw.stream.kept_alive > 0, "an answer")
    equal(gw.run("exit 3").status, 3)
    equal(gw.stop(), 0)


def descriptors_are_never_offered(program):
    """The gateway cannot ask for a version in which descriptors are passed."""
    gw = CarriedGateway(program, version=2)
    equal(gw.process.wait(LIMIT), 4)
    assert "another version" in gw.log(), gw.log()
    gw.stream.close()


class Unattended:
    """A channel that nobody reads, writes or closes before the end of the test."""

    def __init__(self, _, number):
        self.number = number

    def take(self, kind, _):
        pass

    def vanish(self):
        pass


def many_channels(program):
    """More than the carrier takes at a time: the others wait for their turn."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (8192, max(8192, resource.getrlimit(resource.RLIMIT_NOFILE)[1])))
    gw = CarriedGateway(program, grace=300)
    listeners = []
    for _ in range(5):
        link = gw.take()
        link.send(LISTEN, text("") + bytes([TCP]) + text("127.0.0.1") + struct.pack(">II", 0, 0) + text("L") + b"\0")
        kind, payload = link.frame()
        equal(kind, LISTENING)
        listeners.append(struct.unpack(">I", payload)[0])
    for _ in range(4):
        eventually(lambda: gw.stat()["idle"] == 4, "4 idle")
    attended = len(gw.stream.channels)
    gw.stream.opened, gw.stream.kind = None, Unattended
    peers = [socket.create_connection(("127.0.0.1", port), LIMIT) for port in listeners for _ in range(210)]
    eventually(lambda: len(gw.stream.channels) >= MAX_CHANNELS, "as many channels as there may be")
    time.sleep(0.5)
    equal(len(gw.stream.channels), MAX_CHANNELS)
    for number in range(attended + 1, MAX_CHANNELS + 1):
        gw.stream.send(CLOSE, number)
    eventually(lambda: len(gw.stream.channels) == attended + len(peers), "all had their turn")
    for peer in peers:
        peer.close()
    is_clean(gw)
    gw.stream.end()
    equal(gw.process.wait(LIMIT), 0)
    gw.stream.close()


CARRIED = [stream_ends, reader_of_the_stream_dies, violations_end_the_carrier, window_is_held_by_the_porter, keys_pass_bulk,
           half_close_of_a_dialled_socket, stuck_target_holds_up_no_hang_up, killed_supervisor_costs_nothing_busy, killed_carrier_hangs_up,
           refused_porter_ends, keepalives_are_answered, descriptors_are_never_offered, many_channels]
