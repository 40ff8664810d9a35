"""Many connections, the control connection, and what breaks the protocol."""
import os
import struct

from harness import equal, eventually
from gateway_side import Closed, DIAL, EXITED, FAILED, IN, IN_EOF, LISTEN, OUT, RESIZE, SIGNAL, SPAWN, STAT, spawn, test, text
from process_table import processes


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
    equal((stat["wanted"], stat["pid"]), (4, gw.take("control").pid))
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
