#!/usr/bin/env python3
"""The porter's care for tmux's sockets (docs/porter-protocol.md, section 9), against a real tmux.

    tmux_test.py PORTER [pattern]      needs root, python3 and tmux
"""
import os
import shutil
import signal
import stat
import sys

from harness import attempt, default_signals, equal, eventually
from carried_side import CarriedGateway
from gateway_side import CONTAINER_ENV, Gateway
from process_table import alive

# A user that nobody else has: one of its sockets is below /tmp.
UID = 1_000_000 + int.from_bytes(os.urandom(3), "big")
OLD_AGENT = "/tmp/.shed-agent"
USUAL = f"/tmp/tmux-{UID}/default"


class Place:
    """A porter with a directory for sockets, and a user without an entry whose shell is /bin/sh."""

    def __init__(self, program, variables=()):
        self.gw = Gateway(program, launcher=lambda directory: self.launch(program, directory, variables))
        self.sockets = self.gw.directory + "/shed/sockets"
        self.own = f"{self.sockets}/tmux-{UID}/default"

    @staticmethod
    def launch(program, directory, variables):
        return ["env", *variables, program, "--socket", directory + "/gateway.sock", "--sockets", directory + "/shed/sockets"]

    def run(self, line, **kwargs):
        task = self.gw.run(line, user=str(UID), env=["LANG=C.UTF-8"], **kwargs)
        equal((task.status, bytes(task.err)), (0, b""))
        return bytes(task.out).decode().strip()

    def variable(self, **kwargs):
        return self.run('echo "$TMUX_TMPDIR"', **kwargs)

    def new(self, name, directory="$TMUX_TMPDIR"):
        """The process id of the server in which a session begins."""
        return self.run(f"export TMUX_TMPDIR={directory}; tmux new -d -s {name} 'exec sleep 1000'; tmux display -p '#{{pid}}'")

    def server(self):
        return self.run("tmux display -p '#{pid}'")

    def close(self):
        # tmux's servers have its name, and the user.
        for pid in [entry for entry in os.listdir("/proc") if entry.isdigit()]:
            try:
                if os.stat(f"/proc/{pid}").st_uid == UID:
                    os.kill(int(pid), signal.SIGKILL)
            except OSError:
                pass
        for link in self.gw.data:
            link.close()
        log = self.gw.log()
        if os.path.islink(OLD_AGENT) and os.readlink(OLD_AGENT).startswith(self.gw.directory):
            os.unlink(OLD_AGENT)
        equal(self.gw.stop(), 0)
        shutil.rmtree(os.path.dirname(USUAL), ignore_errors=True)
        assert "Sanitizer" not in log and "runtime error" not in log, log


def the_directory_is_made_for_everybody(place):
    equal(place.variable(), place.sockets)
    equal(stat.S_IMODE(os.stat(place.sockets).st_mode), 0o1777)
    shutil.rmtree(os.path.dirname(place.sockets))
    equal(place.variable(), place.sockets)


def the_agents_place_is_the_users_own(place):
    """Whoever makes it first, from the next process on."""
    agent, other = place.sockets + "/agent", UID + 1

    def own():
        place.run("true")
        info = os.lstat(agent)
        equal((info.st_uid, info.st_mode), (UID, stat.S_IFDIR | 0o700))

    own()
    open(agent + "/agent.sock", "w").close()
    own()
    assert os.path.exists(agent + "/agent.sock"), "what is the user's stays"
    for trap in (os.mkdir, lambda path: os.symlink("/tmp", path), lambda path: os.makedirs(path + "/full"), lambda path: open(path, "w").close()):
        shutil.rmtree(agent, ignore_errors=True)
        trap(agent)
        os.lchown(agent, other, other)
        own()
        equal(os.listdir(agent), [])
    os.chmod(agent, 0o777)
    own()


def where_others_may_replace_it_no_agents_place_is_made(place):
    os.makedirs(place.sockets)
    os.chmod(place.sockets, 0o777)
    place.run("true")
    equal(os.listdir(place.sockets), [])


def one_that_cannot_be_used_is_not_used(place):
    os.makedirs(place.sockets, 0o755)
    equal(place.variable(), "")
    shutil.rmtree(place.sockets)
    open(place.sockets, "w").close()
    equal(place.variable(), "")


def what_was_chosen_stays(program):
    place = Place(program, ["TMUX_TMPDIR=/var/empty"])
    try:
        equal(place.variable(flags=CONTAINER_ENV), "/var/empty")
        equal(place.variable(), place.sockets)
    finally:
        place.close()


def ours_is_not_taken_from_the_container_when_it_cannot_be_used(program):
    gw = Gateway(program, launcher=lambda directory: ["env", f"TMUX_TMPDIR={directory}/no/sockets", program, "--socket",
                                                      directory + "/gateway.sock", "--sockets", directory + "/no/sockets"])
    try:
        open(gw.directory + "/no", "w").close()
        equal(bytes(gw.run('echo "[$TMUX_TMPDIR]"', user=str(UID), flags=CONTAINER_ENV).out), b"[]\n")
    finally:
        for link in gw.data:
            link.close()
        gw.stop()


def a_lost_socket_is_made_again(place):
    server = place.new("agent")
    for loss in ("rm $TMUX_TMPDIR/*/default", "rm -r $TMUX_TMPDIR/*", "rm -r $TMUX_TMPDIR/*; mkdir -m 700 $TMUX_TMPDIR/tmux-$(id -u)"):
        place.run(loss)
        equal(place.server(), server)
        equal(place.run("tmux ls -F '#{session_name}'"), "agent")
    shutil.rmtree(os.path.dirname(place.sockets))
    equal(place.server(), server)


def many_at_once_find_one_server(place):
    server = place.new("agent")
    place.run("rm -r $TMUX_TMPDIR/*")
    tasks = [place.gw.task("tmux display -p '#{pid}'", user=str(UID)) for _ in range(12)]
    equal({bytes(task.finish().out).decode().strip() for task in tasks}, {server})
    place.run("rm -r $TMUX_TMPDIR/*")
    tasks = [place.gw.task(f"tmux new -d -s s{i} 'exec sleep 1000'", user=str(UID)) for i in range(8)]
    equal([task.finish().status for task in tasks], [0] * 8)
    equal(place.server(), server)


def a_server_in_tmp_is_reached(place):
    server = place.new("old", "/tmp")
    equal(place.server(), server)
    for loss in (f"rm {USUAL}", f"rm -r /tmp/tmux-{UID}", "rm -r $TMUX_TMPDIR/*", f"rm -r $TMUX_TMPDIR/* /tmp/tmux-{UID}"):
        place.run(loss)
        equal(place.server(), server)
        equal(place.run(f"tmux -S {USUAL} display -p '#{{pid}}'"), server)
    os.kill(int(server), signal.SIGKILL)
    eventually(lambda: place.run("tmux ls >/dev/null 2>&1; echo $?") == "1", "it is gone")
    other = place.new("new")
    assert other != server
    equal(place.server(), other)
    assert not os.path.islink(place.own), "a server of its own"


def without_the_variable_tmux_reaches_it_as_well(place):
    server = place.new("agent")
    plain = "env -u TMUX_TMPDIR tmux display -p '#{pid}'"
    equal(place.run(plain), server)
    place.run(f"rm -r /tmp/tmux-{UID}")
    equal(place.run(plain), server)
    # A socket that is left over from an earlier server is in nobody's way.
    place.run(f"rm {USUAL}; python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"{USUAL}\")'")
    equal(place.run(plain), server)


def only_tmux_is_woken(place):
    place.variable()
    directory = os.path.dirname(place.own)
    listen = ("import os, socket, time; s = socket.socket(socket.AF_UNIX); os.mkdir(%r, 0o700); s.bind(%r); s.listen(); os.unlink(%r); "
              "print('up', flush=True); time.sleep(1000)" % (directory, place.own, place.own))
    other = place.gw.task(["python3", "-c", listen], user=str(UID))
    other.until(lambda: b"up" in other.out)
    place.variable()
    server = place.new("agent")
    equal(place.server(), server)
    assert alive(other.started), "another program got the signal"


def a_directory_of_somebody_elses_is_left_alone(place):
    elsewhere = place.gw.directory + "/elsewhere"
    os.mkdir(elsewhere)
    os.chmod(elsewhere, 0o777)
    open(elsewhere + "/default", "w").close()
    os.symlink(elsewhere, os.path.dirname(USUAL))
    try:
        place.new("agent")
        place.variable()
        assert os.path.isfile(elsewhere + "/default")
    finally:
        os.unlink(os.path.dirname(USUAL))


def of_a_carried_porter(program):
    """As in a container that the gateway did not make."""
    place = Place(program)
    try:
        server = place.new("agent")
        place.run("rm -r $TMUX_TMPDIR/*")
        gw = CarriedGateway(program, arguments=("--sockets", place.sockets))
        equal(bytes(gw.run("tmux display -p '#{pid}'", user=str(UID)).out).decode().strip(), server)
        equal(gw.stop(), 0)
    finally:
        place.close()


PLACED = [the_directory_is_made_for_everybody, the_agents_place_is_the_users_own, where_others_may_replace_it_no_agents_place_is_made,
          one_that_cannot_be_used_is_not_used, a_lost_socket_is_made_again, many_at_once_find_one_server,
          a_server_in_tmp_is_reached, without_the_variable_tmux_reaches_it_as_well, only_tmux_is_woken, a_directory_of_somebody_elses_is_left_alone]
WHOLE = [what_was_chosen_stays, ours_is_not_taken_from_the_container_when_it_cannot_be_used, of_a_carried_porter]


def in_a_place(program, function):
    place = Place(program)
    try:
        function(place)
    finally:
        place.close()


def main():
    program, pattern = os.path.abspath(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else ""
    if shutil.which("tmux") is None:
        print("tmux is not installed; scripts/test installs it")
        return 1
    default_signals()
    results = [attempt(f.__name__, lambda f=f: in_a_place(program, f)) for f in PLACED if pattern in f.__name__]
    results += [attempt(f.__name__, lambda f=f: f(program)) for f in WHOLE if pattern in f.__name__]
    print(f"{sum(results)} of {len(results)} passed: {os.path.basename(program)}")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
