"""A process whose pipes the porter passes (version 3)."""
import os
import signal
import socket

from harness import equal, eventually, kill_all
from gateway_side import EXITED, FAILED, Gateway, IN, OUT_EOF, SPAWN, SIGNAL, STARTED, spawn, text
from process_table import processes, running


class PassedTask:
    """A process, and this side's ends of its pipes."""

    def __init__(self, gw, *arguments, **options):
        self.link = gw.take()
        self.link.send(SPAWN, spawn(*arguments, **options))
        data, self.pipes, _, _ = socket.recv_fds(self.link.sock, 1 << 16, 16)
        equal((data[0], len(self.pipes)), (STARTED, 3))
        equal([os.readlink(f"/proc/self/fd/{fd}")[:5] for fd in self.pipes], ["pipe:"] * 3)

    def give(self, data):
        os.write(self.pipes[0], data)
        return self

    def end_input(self):
        os.close(self.pipes[0])
        self.pipes[0] = None
        return self

    def read(self, pipe):
        """All of it, as it comes: the descriptions do not block."""
        os.set_blocking(self.pipes[pipe], True)
        data = b""
        while part := os.read(self.pipes[pipe], 1 << 16):
            data += part
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
        for fd in self.pipes:
            if fd is not None:
                os.close(fd)
        self.link.close()


def both_ways(gw):
    task = PassedTask(gw, "ls /proc/self/fd | wc -l; cat; echo e >&2; exit 3")
    task.give(b"in").end_input()
    equal((task.read(1), task.read(2), task.kinds()), (b"4\nin", b"e\n", ([OUT_EOF, EXITED], 3)))
    task.close()
    # What was written stays when the porter's worker has gone.
    task = PassedTask(gw, "echo out; echo err >&2")
    equal(task.kinds(), ([OUT_EOF, EXITED], 0))
    equal((task.read(1), task.read(2)), (b"out\n", b"err\n"))
    task.close()


def late_output_comes(gw):
    task = PassedTask(gw, "(read x; echo late) <&0 & echo first; exit 4")
    kind, payload = task.link.frame()
    equal((kind, payload), (EXITED, b"\x04"))
    task.give(b"\n").end_input()
    equal((task.read(1), task.link.frame()), (b"first\nlate\n", (OUT_EOF, b"")))
    task.close()


def a_daemon_holds_nothing(gw):
    task = PassedTask(gw, "sleep 84.1 >/dev/null 2>&1 </dev/null & echo ready")
    equal((task.read(1), task.kinds()), (b"ready\n", ([OUT_EOF, EXITED], 0)))
    task.close()
    eventually(lambda: gw.stat()["tasks"] == 0, "worker ends")
    kill_all(running("sleep 84.1", "nobody hangs it up"))


def signals_pass_a_stuck_stdin(gw):
    task = PassedTask(gw, "trap 'echo usr1; exit 5' USR1; echo ready; while :; do sleep 0.01; done")
    os.set_blocking(task.pipes[0], False)
    try:
        while True:
            task.give(bytes(1 << 16))
    except BlockingIOError:
        pass
    os.set_blocking(task.pipes[1], True)
    equal(os.read(task.pipes[1], 100), b"ready\n")
    task.link.send(SIGNAL, text("USR1"))
    equal((task.read(1), task.kinds()), (b"usr1\n", ([OUT_EOF, EXITED], 5)))
    task.close()


def a_gateway_that_goes_hangs_up(gw):
    for line in ("sleep 84.2; :", "yes >/dev/null; sleep 84.2", "while :; do echo 84.2; sleep 0.01; done", "exec yes 84.2"):
        task = PassedTask(gw, line)
        task.close()
        eventually(lambda: not processes("84.2"), line, 5)
    task = PassedTask(gw, "cat >/dev/null; echo over >" + gw.directory + "/over")
    task.close()
    eventually(lambda: os.path.exists(gw.directory + "/over"), "what reads sees the end and goes on", 5)
    eventually(lambda: gw.stat()["tasks"] == 0, "workers end")


def a_child_that_holds_the_output_is_hung_up(gw):
    task = PassedTask(gw, "sleep 84.3 & exit 0")
    equal(task.link.frame()[0], EXITED)
    running("sleep 84.3")
    task.close()
    eventually(lambda: not processes("sleep 84.3"), "it ends", 5)


def a_worker_that_is_killed(gw):
    task = PassedTask(gw, "cat")
    os.kill(task.link.pid, signal.SIGKILL)
    equal(task.link.raw_or_reset(), b"")
    equal(task.give(b"goes on").end_input().read(1), b"goes on")
    task.close()


def input_in_frames_breaks_the_protocol(gw):
    task = PassedTask(gw, "sleep 84.4; :")
    task.link.send(IN, b"x")
    eventually(lambda: "the gateway has stdin itself" in gw.log(), "violation")
    eventually(lambda: not processes("sleep 84.4"), "it is hung up", 5)
    task.close()


def the_rest_is_in_frames(gw):
    link = gw.take()
    link.send(SPAWN, spawn(["/nosuch"]))
    equal(link.frame_with_descriptors()[::2], (FAILED, []))
    link.close()
    task = gw.run("echo $((6 * 7))", pty=(24, 80), terms=["xterm"])
    equal((bytes(task.out), task.status), (b"42\r\n", 0))


def passed_streams(program):
    gw = Gateway(program, grace=1000, version=3)
    for part in (both_ways, late_output_comes, a_daemon_holds_nothing, signals_pass_a_stuck_stdin, a_gateway_that_goes_hangs_up,
                 a_child_that_holds_the_output_is_hung_up, a_worker_that_is_killed, input_in_frames_breaks_the_protocol,
                 the_rest_is_in_frames):
        part(gw)
    eventually(lambda: gw.stat()["tasks"] == 0, "no task left")
    log = gw.log()
    assert "Sanitizer" not in log and "runtime error" not in log, log
    equal(gw.stop(), 0)
