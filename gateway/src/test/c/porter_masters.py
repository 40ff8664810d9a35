"""A process whose terminal the porter passes (version 5)."""
import os
import select
import signal
import socket
import struct
import time

from harness import equal, eventually, kill_all
from gateway_side import EXITED, FAILED, Gateway, IN, OUT_EOF, PASS_TERMINAL, RESIZE, SPAWN, SIGNAL, STARTED, spawn, text
from process_table import processes, running


class PassedTerminal:
    """A process, and this side's copy of the master of its terminal."""

    def __init__(self, gw, *arguments, **options):
        self.link = gw.take()
        self.link.send(SPAWN, spawn(*arguments, pty=(24, 80), terms=["xterm"], flags=PASS_TERMINAL, **options))
        data, descriptors, _, _ = socket.recv_fds(self.link.sock, 1 << 16, 16)
        equal((data[0], len(descriptors)), (STARTED, 1))
        self.master = descriptors[0]
        assert "tty-index" in open(f"/proc/self/fdinfo/{self.master}").read()
        equal(os.get_blocking(self.master), False)

    def give(self, data):
        os.write(self.master, data)
        return self

    def read(self, until=None):
        """What comes, up to these bytes or to the end."""
        data = b""
        while until is None or until not in data:
            select.select([self.master], [], [], 10)
            try:
                data += os.read(self.master, 1 << 16)
            except OSError:
                return data
        return data

    def kinds(self):
        """What frames come until the porter closes the connection, and the payload of EXITED."""
        kinds, status = [], None
        data = self.link.raw()
        while data:
            length = int.from_bytes(data[1:5], "big")
            kinds.append(data[0])
            status = data[5] if data[0] == EXITED else status
            data = data[5 + length:]
        return sorted(kinds), status

    def close(self):
        os.close(self.master)
        self.link.close()


def both_ways(gw):
    task = PassedTerminal(gw, "ls /proc/self/fd | wc -l; stty size; read x; echo got $x; exit 3")
    task.read(until=b"24 80\r\n")
    equal(task.give(b"in\n").read(), b"in\r\ngot in\r\n")
    equal(task.kinds(), ([OUT_EOF, EXITED], 3))
    task.close()
    # What was written stays when the porter's worker has gone.
    task = PassedTerminal(gw, "seq 1 500")
    equal(task.kinds(), ([OUT_EOF, EXITED], 0))
    assert task.read().endswith(b"\r\n500\r\n")
    task.close()


def sizes_and_signals(gw):
    task = PassedTerminal(gw, ["bash", "-c", "trap 'stty size' WINCH; trap 'exit 5' USR1; echo ready; while :; do sleep 0.01; done"])
    task.read(until=b"ready")
    task.link.send(RESIZE, struct.pack(">IIII", 33, 99, 0, 0))
    task.read(until=b"33 99")
    task.link.send(SIGNAL, text("USR1"))
    equal(task.kinds(), ([OUT_EOF, EXITED], 5))
    task.close()


def a_background_job_does_not_hold_it(gw):
    begin = time.monotonic()
    task = PassedTerminal(gw, ["bash", "-c", "set -m; (trap '' HUP; sleep 85.1) & (trap '' HUP; while echo y; do :; done) & echo done; exit 2"])
    equal(task.kinds(), ([OUT_EOF, EXITED], 2))
    assert time.monotonic() - begin < 5
    task.close()
    kill_all(running("sleep 85.1"))


def unread_output_does_not_hold_it(gw):
    task = PassedTerminal(gw, ["setsid", "-w", "sh", "-c", "sleep 85.2 & seq 1 1000; exit 4"])
    equal(task.kinds(), ([OUT_EOF, EXITED], 4))
    assert b"\r\n1000\r\n" in task.read(until=b"\r\n1000\r\n")
    task.close()
    eventually(lambda: gw.stat()["tasks"] == 0, "worker ends")
    kill_all(processes("sleep 85.2"))


def a_gateway_that_goes_hangs_up(gw):
    for line in ("sleep 85.3; :", "exec yes 85.3", "bash -c 'sleep 85.3'; true"):
        task = PassedTerminal(gw, line)
        running("85.3")
        task.close()
        eventually(lambda: not processes("85.3"), line, 5)
    eventually(lambda: gw.stat()["tasks"] == 0, "workers end")


def a_worker_that_is_killed(gw):
    """The terminal hangs up when this side closes it, too."""
    task = PassedTerminal(gw, "trap 'exit 1' HUP; echo ready; while :; do sleep 0.0854; done")
    task.read(until=b"ready")
    os.kill(task.link.pid, signal.SIGKILL)
    equal(task.link.raw_or_reset(), b"")
    assert processes("0.0854")
    task.close()
    eventually(lambda: not processes("0.0854"), "it is hung up", 5)


def input_in_frames_breaks_the_protocol(gw):
    task = PassedTerminal(gw, "sleep 85.5; :")
    task.link.send(IN, b"x")
    eventually(lambda: "the gateway has stdin itself" in gw.log(), "violation")
    eventually(lambda: not processes("sleep 85.5"), "it is hung up", 5)
    task.close()


def only_if_that_is_asked_for(gw):
    task = gw.run("echo $((6 * 7))", pty=(24, 80), terms=["xterm"])
    equal((bytes(task.out), task.status), (b"42\r\n", 0))
    for options in ({"flags": PASS_TERMINAL}, {"flags": 16}):
        link = gw.take()
        link.send(SPAWN, spawn("true", **options))
        equal(link.frame_with_descriptors()[::2], (FAILED, []))
        link.close()


def passed_terminals(program):
    gw = Gateway(program, grace=1000, version=5)
    for part in (both_ways, sizes_and_signals, a_background_job_does_not_hold_it, unread_output_does_not_hold_it,
                 a_gateway_that_goes_hangs_up, a_worker_that_is_killed, input_in_frames_breaks_the_protocol,
                 only_if_that_is_asked_for):
        part(gw)
    eventually(lambda: gw.stat()["tasks"] == 0, "no task left")
    log = gw.log()
    assert "Sanitizer" not in log and "runtime error" not in log, log
    equal(gw.stop(), 0)


def of_an_older_version(program):
    gw = Gateway(program, grace=1000, version=4)
    task = gw.run("echo $((6 * 7))", pty=(24, 80), terms=["xterm"], flags=PASS_TERMINAL)
    equal((bytes(task.out), task.status), (b"42\r\n", 0))
    equal(gw.stop(), 0)
