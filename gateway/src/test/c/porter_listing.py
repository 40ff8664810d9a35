"""A listing: tmux's answer where that is all there is, or a shell's (version 4). The connection takes another request."""
import os
import shutil
import socket
import struct
import subprocess
import tempfile

from harness import equal, eventually, kill_all
from gateway_side import Closed, ERR, EXITED, FAILED, Gateway, IN, OUT, OUT_EOF, READY, SPAWN, STARTED, spawn
from process_table import processes

SCRIPT = 'printf "shell $1 "; if [ "$1" = ask ]; then tmux; else cat; fi'
PANE = "pane\t%s\t%s\t$0\tone\n"
SESSION = "session\t1\tone\n"


class Place:
    """Directories of a user, and a tmux that prints what it is told."""

    def __init__(self):
        self.path = tempfile.mkdtemp(prefix="listing-")
        self.answer, self.calls = self.path + "/answer", self.path + "/calls"
        self.tmux(SESSION)

    def tmux(self, answer, then="exit 0"):
        self.write("answer", answer)
        self.write("bin/tmux", f'#!/bin/sh\necho "$*" >>{self.calls}\ncat {self.answer}\necho said >&2\n{then}\n', 0o755)

    def write(self, name, content="{}", mode=0o644):
        path = f"{self.path}/{name}"
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(content)
        os.chmod(path, mode)
        return path

    def socket(self, name):
        directory = f"{self.path}/tmux-0"
        os.makedirs(directory, 0o700, exist_ok=True)
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(f"{directory}/{name}")
        return f"{directory}/{name}"

    def request(self, words=("tmux", "-u", "list"), shell=("sh", "-c", SCRIPT, "name", "ask"), **options):
        env = [f"PATH={self.path}/bin:/usr/bin:/bin", f"HOME={self.path}", f"TMUX_TMPDIR={self.path}"]
        return spawn([*words, "", *shell], kind=4, env=env, **options)

    def remove(self):
        """Also while a listing that was hung up still writes there."""
        eventually(lambda: shutil.rmtree(self.path, ignore_errors=True) or not os.path.exists(self.path), "removed")


def frames(link, payload):
    """What comes after a request, up to READY or the end of the connection: a listing that takes long is a task like others."""
    link.send(SPAWN, payload)
    found = []
    try:
        while not found or found[-1][0] != READY:
            found.append(link.frame())
    except Closed:
        link.close()
    return found


def listing(gw, payload):
    """What it prints on both streams, and its status. The connection goes back if it takes another request."""
    link = gw.take()
    found = frames(link, payload)
    kinds = [kind for kind, _ in found]
    equal((kinds[0], kinds.count(OUT_EOF), kinds.count(EXITED)), (STARTED, 1, 1))
    if kinds[-1] == READY:
        gw.data.insert(0, link)
    streams = [b"".join(data for kind, data in found if kind == wanted).decode() for wanted in (OUT, ERR)]
    return streams[0], streams[1], next(data[0] for kind, data in found if kind == EXITED)


def tmux_alone(gw, place):
    """Its answer and its status. The pid of this process is no shell's at its prompt, but `other` needs none."""
    for answer in (SESSION, "", PANE % (1, "other") + SESSION, PANE % (1, "other") * 512 + SESSION):
        place.tmux(answer)
        equal(listing(gw, place.request()), (answer, "said\n", 0))
    equal(open(place.calls).read().splitlines(), ["-u list"] * 4)
    place.tmux(SESSION, "exit 3")
    equal(listing(gw, place.request()), (SESSION, "said\n", 3))


def a_shell_at_its_prompt_is_no_agent(gw, place):
    prompt, busy = (subprocess.Popen(["bash", "--norc", "-c", line], stdin=subprocess.PIPE) for line in ("read -r line; :", "sleep 85.1; :"))
    try:
        eventually(lambda: comm(prompt.pid) == "bash" and processes("sleep 85.1"), "both shells")
        for pid, said in ((prompt.pid, ""), (busy.pid, "shell 0 ")):
            place.tmux(PANE % (pid, "sh") + SESSION)
            equal(listing(gw, place.request())[0], said + PANE % (pid, "sh") + SESSION)
    finally:
        kill_all(processes("sleep 85.1"))
        for shell in (prompt, busy):
            shell.kill()
            shell.communicate()


def comm(pid):
    try:
        return open(f"/proc/{pid}/comm").read().strip()
    except OSError:
        return None


def where_there_may_be_more_a_shell_lists(gw, place):
    """It gets what tmux has answered, and its status."""
    def is_the_shells(why):
        equal((why, listing(gw, place.request())[0]), (why, "shell 0 " + open(place.answer).read()))

    for pane in (PANE % (1, "-"), PANE % (1, "sh"), PANE % (99999999, "sh"), PANE % ("x", "other"), PANE % ("", "other"), "pane\t\n",
                 PANE % ("1" * 10, "other"), PANE % (1, "other") * 513):
        place.tmux(pane + SESSION)
        is_the_shells(pane[:20])
    place.tmux(SESSION)
    for name in (".local/state/shed/agents/7.json", ".local/state/shed/sessions/one.json", ".claude/sessions/7.json"):
        path = place.write(name)
        is_the_shells(name)
        os.unlink(path)
    path = place.socket("other")
    is_the_shells("another server")
    os.unlink(path)
    for name in (".local/state/shed/agents/7.run", ".claude/sessions/.json", "tmux-0/lock"):
        path = place.write(name)
        equal(listing(gw, place.request())[0], SESSION)
        os.unlink(path)


def what_is_no_answer(gw, place):
    """A tmux that is not there or cannot be run, one that is killed, and one that says too much."""
    equal(listing(gw, place.request(words=["no-tmux"])), ("", "", 127))
    equal(listing(gw, place.request(words=[place.answer])), ("", "", 126))
    place.tmux("", "kill -9 $$")
    equal(listing(gw, place.request()), ("", "said\n", 137))
    place.tmux("x" * (1 << 20) + "\n")
    out, _, status = listing(gw, place.request())
    equal((out[:10], len(out), status), ("shell ask ", 10 + (1 << 20) + 1, 0))
    with open(place.answer, "wb") as file:
        file.write(b"session\0pane\n")
    equal(listing(gw, place.request())[0], "shell 0 session\0pane\n")


def a_server_that_cannot_be_reached_is_looked_for(gw, place):
    """tmux is run once if nobody can listen, and otherwise again if it fails."""
    place.tmux("", "exit 1")
    equal((listing(gw, place.request())[2], len(open(place.calls).read().splitlines())), (1, 1))
    place.socket("default")
    os.unlink(place.calls)
    equal((listing(gw, place.request())[2], len(open(place.calls).read().splitlines())), (1, 2))


def it_has_no_input_and_no_terminal(gw, place):
    place.tmux(SESSION, "cat")
    equal(listing(gw, place.request())[0], SESSION)
    link = gw.take()
    link.send(SPAWN, place.request())
    link.send(IN, b"x")
    eventually(lambda: "IN after IN_EOF" in gw.log() or "this frame is not a request" in gw.log(), "violation")
    link.close()
    for payload in (place.request(pty=(24, 80)), spawn(["tmux"], kind=4), spawn(["tmux", "", "sh", "-c", "x", "n"], kind=4),
                    spawn(["", "sh", "-c", "x", "n", "ask"], kind=4)):
        link = gw.take()
        equal(frames(link, payload)[0][1][4], 0)
        link.close()
    link = gw.take()
    found = frames(link, spawn(["tmux", "", "sh", "-c", "x", "n", "ask"], kind=4, user="nobody-here"))
    equal([(kind, data[4]) for kind, data in found], [(FAILED, 1)])


def the_connection_takes_another_request(gw, place):
    """Listings, one after the other by one worker, and at last something else."""
    eventually(lambda: len(gw.data) == 4, "idle connections")
    before, link = gw.stat(), gw.take()
    alike = 0
    for _ in range(100):
        if frames(link, place.request())[-1][0] != READY:
            link, alike = gw.take(), 0
        alike += 1
        if alike == 10:
            break
    equal(alike, 10)
    eventually(lambda: {key: gw.stat()[key] for key in ("tasks", "idle")} == {key: before[key] for key in ("tasks", "idle")}, "idle")
    link.send(SPAWN, spawn("echo $PPID"))
    data, pipes, _, _ = socket.recv_fds(link.sock, 1 << 16, 16)
    os.set_blocking(pipes[1], True)
    equal((data[0], os.read(pipes[1], 100)), (STARTED, b"%d\n" % link.pid))
    for pipe in pipes:
        os.close(pipe)
    link.close()


def one_that_takes_long_is_like_any_other_task(gw, place):
    link = gw.take()
    before = gw.stat()["idle"]
    place.tmux(SESSION, "sleep 0.5")
    link.send(SPAWN, place.request())
    eventually(lambda: gw.stat()["tasks"] == 1 and gw.stat()["idle"] == before, "another worker in its place")
    kinds = []
    data = link.raw()
    while data:
        kinds.append(data[0])
        data = data[5 + struct.unpack_from(">I", data, 1)[0]:]
    assert READY not in kinds and EXITED in kinds and OUT_EOF in kinds, kinds
    link.close()
    eventually(lambda: gw.stat()["tasks"] == 0, "it ends")
    link = gw.take()
    place.tmux(SESSION, "sleep 85.2")
    link.send(SPAWN, place.request())
    eventually(lambda: processes("sleep 85.2"), "it runs")
    link.close()
    eventually(lambda: not processes("sleep 85.2"), "it is hung up")


def listings(program):
    gw = Gateway(program, grace=1000, version=4)
    for part in (tmux_alone, where_there_may_be_more_a_shell_lists, what_is_no_answer, a_server_that_cannot_be_reached_is_looked_for,
                 it_has_no_input_and_no_terminal, the_connection_takes_another_request, one_that_takes_long_is_like_any_other_task,
                 a_shell_at_its_prompt_is_no_agent):
        place = Place()
        try:
            part(gw, place)
        finally:
            place.remove()
    eventually(lambda: gw.stat()["tasks"] == 0, "no task left")
    log = gw.log()
    assert "Sanitizer" not in log and "runtime error" not in log, log
    equal(gw.stop(), 0)
