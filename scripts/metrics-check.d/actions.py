"""What people do, one function for each kind: with programs of OpenSSH's, and each written into the account as the gateway
has to count it."""

import contextlib
import os
import socket
import subprocess
import time

from programs import HOME, Programs  # also finds those of audit-check.d
from clients import CONNECT, SERVER, wait_for
from sockets import LIMIT, SERVER_PORT, Failed, exchange, free_port, listen, listens, socks, unix

# Tells by OSC 7501 what somebody writes into its pipe. By its name it is a coding agent's program: it must be started
# by that name, since a shell that waits for input is no agent.
AGENT = """#!/bin/sh
pipe=/tmp/agent-$1
rm -f "$pipe"
mkfifo "$pipe"
while read -r words <"$pipe"; do shed-notify $words; done
"""

# What shed-notify is told, and what an agent's session then is.
TOLD = {"working on it": "working", "idle": "idle", "done": "done", "error out of credit": "failed", "clear": "unknown",
        "blocked --kind permission may I": "needs-approval", "blocked --kind question which one": "needs-input"}


class Actions(Programs):
    # Commands

    def command(self, through=(), shed=None):
        taken, out, err = (self.random.choice([0, 1, 100, 40_000, 1_000_000]) for _ in range(3))
        status = self.random.choice([0, 0, 1, 42, 254])
        line = f"cat >/dev/null; head -c {out} /dev/zero; head -c {err} /dev/zero >&2; exit {status}"
        words = self.words("ssh", *through, "-l", shed or self.shed(), "H", line)
        with contextlib.nullcontext() if through else self.account.connection():
            self.run(words, status, stdin=b"x" * taken)
        self.account.process()
        self.account.channel("exec", "exit", taken, out + err)

    def commands_at_once(self):
        shed = self.shed()
        count = self.random.randint(2, 4)
        words = [self.words("ssh", "-l", shed, "H", "echo here") for _ in range(count)]
        with contextlib.ExitStack() as stack:
            clients = []
            for each in words:
                stack.enter_context(self.account.connection())
                clients.append(self.start(each))
            for client in clients:
                out, err = client.communicate(timeout=LIMIT)
                if client.returncode:
                    raise Failed(f"a command ended with {client.returncode}: {err!r}")
                self.account.process()
                self.account.channel("exec", "exit", 0, len(out + err))

    def signalled(self):
        with self.account.connection():
            self.run(self.words("ssh", "-l", self.shed(), "H", "kill -TERM $$"), 255)
        self.account.process()
        self.account.channel("exec", "signal")

    def several(self):
        """Some commands on one connection; the client of one is killed."""
        control = f"{self.scratch}/c{self.number()}"
        with self.running(self.words("ssh", "-M", "-S", control, "-N", "H")) as master:
            wait_for(lambda: os.path.exists(control), master)
            for _ in range(self.random.randint(1, 3)):
                self.command(("-S", control), HOME)
            self.killed_command(("-S", control))

    def killed_command(self, through=()):
        words = self.words("ssh", *through, "H", "echo ready; sleep 600")
        with contextlib.nullcontext() if through else self.account.connection():
            with self.start(words, stdin=subprocess.PIPE) as client:
                line = client.stdout.readline()
                client.kill()
                if line != b"ready\n":
                    raise Failed(f"not ready: {client.stderr.read()[-300:]!r}")
        self.account.process()
        self.account.channel("exec", "peer-gone", 0, 6)

    def no_such_shed(self):
        name, outcome, status = self.random.choice([("mc-nosuch", "SHED_NOT_FOUND", 66), ("Bad_Name", "INVALID_NAME", 64)])
        self.failing(name, "true", None, outcome, status)

    def stopped_shed(self):
        if (shed := self.one("stopped")) is not None:
            self.failing(shed, "true", None, "SHED_STOPPED", 75)

    def paused_shed(self):
        if (shed := self.one("paused")) is not None:
            self.failing(shed, "true", None, "SHED_NOT_READY", 75)

    # Verbs

    def failing(self, login, line, verb, outcome, status, config="ssh_config"):
        with self.account.connection():
            done = self.run(self.words("ssh", "-l", login, "H", line, config=config), status)
        self.account.channel("exec", outcome, 0, len(done.stdout + done.stderr))
        if verb:
            self.account.verb(verb, "failed")

    def verb(self, *words):
        # What asks all sheds fails with 75 if one does not answer: it is paused, or slow on a busy machine.
        status = (0, 75) if words[0] in ("sessions", "inbox") and words[1:2] in ((), ("--json",)) else (0,)
        with self.account.connection():
            done = self.run(self.words("ssh", "-l", "shed", "H", *words), *status)
        self.account.channel("exec", "exit", 0, len(done.stdout + done.stderr))
        self.account.verb(words[0], "failed" if done.returncode else "ok")
        return done.stdout.decode()

    def good_verb(self):
        shed = self.shed()
        self.verb(*self.random.choice([
            ["whoami"], ["version"], ["help"], ["help", "run"], ["list"], ["sessions"], ["sessions", shed], ["status"], ["inbox"],
            ["info", shed], ["ports", shed], ["recordings", "list"], ["wait", "--help"]]))

    def verb_as_subsystem(self):
        word = self.random.choice(["whoami", "version", "sessions", "info", "ports", "inbox"])
        with self.account.connection():
            done = self.run(self.words("ssh", "-l", self.shed(), "-s", "H", word))
        self.account.channel("subsystem", "exit", 0, len(done.stdout + done.stderr))
        self.account.verb(word, "ok")

    def bad_verb(self):
        self.failing("shed", *self.random.choice([
            ("nosuchverb", "other", "USAGE", 64),
            ("list --nosuch", "list", "USAGE", 64),
            ("info mc-nosuch", "info", "SHED_NOT_FOUND", 66),
            (f"kill {HOME} nosuch", "kill", "SESSION_NOT_FOUND", 66),
            (f"send {HOME} nosuch text", "send", "SESSION_NOT_FOUND", 66),
            (f"create {HOME}", "create", "SHED_ALREADY_EXISTS", 73),
            ("create Bad_Name", "create", "INVALID_NAME", 64),
            ("create mc-image --image mc-nosuch:1", "create", "IMAGE_NOT_FOUND", 66),
            (f"start {HOME}", "start", "SHED_ALREADY_RUNNING", 73),
            (f"wait {HOME} held --until exit --timeout 1s", "wait", "TIMED_OUT", 75),
            ("approve aaaaaaaaaa", "approve", "STALE", 75),
        ]))

    def forbidden(self):
        self.failing("shed", f"stop {HOME}", "stop", "FORBIDDEN", 77, config="viewer_config")

    def killed_verb(self):
        words = self.words("ssh", "-l", "shed", "H", "events", "--json", HOME, unmeasured=True)
        with self.account.connection(), self.start(words, stdin=subprocess.PIPE) as client:
            line = client.stdout.readline()
            client.kill()
            if b"listening" not in line:
                raise Failed(f"events began with {line!r}: {client.stderr.read()[-300:]!r}")
        self.account.channel("exec", "peer-gone")
        self.account.verb("events", "gone")

    def console(self):
        with self.account.connection():
            self.run(self.words("ssh", "-l", "shed", "H", "console", HOME, unmeasured=True), 3, stdin=b"exit 3\n")
        self.account.process()
        self.account.channel("exec", "exit")
        self.account.verb("console", "failed")

    # Sheds

    def new_shed(self):
        if len(self.account.sheds) < 5:
            self.create(f"mc-{self.number()}")

    def create(self, name):
        self.verb("create", name)
        self.account.started(name)
        self.use_shed(name)

    def use_shed(self, name):
        """What makes its porter start, before somebody else ends the shed."""
        line = "cat >/home/dev/claude && chmod +x /home/dev/claude"
        subprocess.run(["docker", "exec", "-i", "--user", "dev", f"shed-{name}", "sh", "-c", line],
                       input=AGENT.encode(), check=True, timeout=LIMIT)
        self.command(shed=name)

    def stop_shed(self):
        if (shed := self.one("running")) is not None:
            self.verb("stop", shed)
            self.account.stopped(shed)
            self.failing("shed", f"stop {shed}", "stop", "SHED_ALREADY_STOPPED", 73)

    def start_shed(self):
        if (shed := self.one("stopped")) is not None:
            self.verb("start", shed)
            self.account.started(shed)
            self.use_shed(shed)

    def restart_shed(self):
        if (shed := self.one("running")) is not None:
            self.verb("restart", shed)
            self.account.stopped(shed)
            self.account.started(shed)
            self.use_shed(shed)

    def delete_shed(self):
        state = self.random.choice(["running", "stopped"])
        if (shed := self.one(state)) is not None:
            self.verb("delete", shed, "--force")
            del self.account.sheds[shed]

    def pause_shed(self):
        """By the engine, as an operator does."""
        if (shed := self.one("running")) is not None and self.one("paused") is None:
            self.docker("pause", f"shed-{shed}")
            self.account.sheds[shed].state = "paused"

    def unpause_shed(self):
        if (shed := self.one("paused")) is not None:
            self.docker("unpause", f"shed-{shed}")
            self.account.sheds[shed].state = "running"

    # Sessions and agents

    def sessions(self, shed):
        return self.account.sheds[shed].sessions

    def agent(self):
        """A new agent, or one of those that there are does something else."""
        shed = self.shed()
        agents = [name for name, status in self.sessions(shed).items() if status]
        if len(agents) < 3 and self.random.random() < 0.5:
            name = f"a{self.number()}"
            self.verb("run", shed, name, "--", "/home/dev/claude", name)
            self.sessions(shed)[name] = "unknown"
            agents = [name]
        if agents:
            name = self.random.choice(agents)
            told = self.random.choice(list(TOLD))
            pipe = f"/tmp/agent-{name}"
            line = f"for i in $(seq 1000); do [ ! -p {pipe} ] || break; sleep 0.1; done; echo '{told}' >{pipe}"
            self.docker("exec", "--user", "dev", f"shed-{shed}", "sh", "-c", line)
            self.sessions(shed)[name] = TOLD[told]

    def plain_session(self):
        shed, name = self.shed(), f"p{self.number()}"
        if len(self.sessions(shed)) < 8:
            self.verb("run", shed, name, "--", "cat")
            self.sessions(shed)[name] = None
            self.verb("send", shed, name, "hello")
            self.verb("peek", shed, name)
            self.verb("rename", shed, name, name + "-new")
            self.sessions(shed)[name + "-new"] = self.sessions(shed).pop(name)

    def kill_session(self):
        shed = self.shed()
        names = [name for name in sorted(self.sessions(shed)) if name[0] in "ap"]
        if names:
            name = self.random.choice(names)
            self.verb("kill", shed, name)
            del self.sessions(shed)[name]

    # Files

    def sftp(self):
        stdin = self.random.choice([b"ls\n", b"get .profile /dev/null\n", b"get nosuch /dev/null\n"])
        with self.account.connection():
            self.run(self.words("sftp", "-q", "-b", "-", "-o", f"User={self.shed()}", "H", unmeasured=True),
                     1 if b"nosuch" in stdin else 0, stdin=stdin)
        self.account.process()
        self.account.channel("subsystem", "exit")
        self.account.verb("sftp", "ok")

    # Forwards

    def local_forward(self):
        here = f"{self.scratch}/l{self.number()}"
        words = self.words("ssh", "-N", "-L", f"{here}:127.0.0.1:{SERVER_PORT}", "H")
        self.through(words, lambda: unix(here), lambda: os.path.exists(here))

    def dynamic_forward(self):
        port = free_port()
        self.through(self.words("ssh", "-N", "-D", str(port), "H"), lambda: socks(port), lambda: listens(port))

    def sizes(self):
        return [(self.random.choice([0, 1, 5000, 200_000]), self.random.choice([0, 1, 5000, 200_000]))
                for _ in range(self.random.randint(1, 3))]

    def through(self, words, connect, ready):
        with self.running(words) as tunnel:
            wait_for(ready, tunnel)
            for give, take in self.sizes():
                head = b"%d\n" % take
                with connect() as s:
                    exchange(s, head + b"z" * give, take)
                self.account.forward("direct-tcpip", len(head) + give, take)
        if words[-2].startswith(self.scratch):
            os.unlink(words[-2].partition(":")[0])  # ssh leaves it

    def remote_forward(self):
        here = f"{self.scratch}/r{self.number()}"
        with listen(here), self.running(self.words("ssh", "-N", "-R", f"127.0.0.1:0:{here}", "H")) as tunnel:
            line = tunnel.stderr.readline().split()  # Allocated port N for remote forward to …
            if line[:2] != [b"Allocated", b"port"]:
                raise Failed(f"no port: {line}")
            for give, take in self.sizes():
                self.docker("exec", f"shed-{HOME}", "python3", "-c", CONNECT, line[2].decode(), f"{give},{take}")
                self.account.forward("forwarded-tcpip", take, len(b"%d\n" % take) + give)
        self.account.forward("tcpip-forward", 0, 0)

    def refused_forward(self):
        """Nothing listens there; nor may a viewer listen."""
        with self.account.connection():
            if self.random.random() < 0.5:
                self.run(self.words("ssh", "-W", "127.0.0.1:1", "H"), 255)
                self.account.forward_refused("direct-tcpip")
            else:
                forward = ("-N", "-o", "ExitOnForwardFailure=yes", "-R", "0:127.0.0.1:1")
                self.run(self.words("ssh", *forward, "H", config="viewer_config"), 255)
                self.account.forward_refused("tcpip-forward")

    # Who does not get in

    def wrong_key(self):
        """Also with a user name that nobody has: the answer is the same."""
        began = time.monotonic()
        login = self.random.choice([HOME, "shed", "nobody-there", "Bad_Name"])
        self.run(self.words("ssh", "-l", login, "H", "true", config="wrong_config"), 255)
        self.account.admitted()
        self.account.refused()
        self.account.closed(time.monotonic() - began)

    def silent(self):
        began = time.monotonic()
        with socket.create_connection(("127.0.0.1", self.port), LIMIT, (self.source(), 0)) as s:
            if not s.recv(100).startswith(b"SSH-2.0"):
                raise Failed("no banner")
        self.account.admitted()
        self.account.refused(keys=False)
        self.account.closed(time.monotonic() - began)

    def crowd(self):
        """More connections of one source than may log in at a time: the last is dropped, or an earlier one in its place."""
        source, began = self.source(), time.monotonic()
        with contextlib.ExitStack() as stack:
            for _ in range(5):
                s = stack.enter_context(socket.create_connection(("127.0.0.1", self.port), LIMIT, (source, 0)))
                if s.recv(300).startswith(b"SSH-2.0"):
                    s.sendall(b"SSH-2.0-crowd\r\n")
                    self.account.admitted()
                    self.account.refused(keys=False)
                    stack.callback(lambda: self.account.closed(time.monotonic() - began))
                else:
                    self.account.dropped()

    def kinds(self):
        return {
            self.command: 8, self.commands_at_once: 2, self.signalled: 1, self.several: 2, self.killed_command: 2,
            self.no_such_shed: 1, self.stopped_shed: 1, self.paused_shed: 1, self.good_verb: 6, self.verb_as_subsystem: 3,
            self.bad_verb: 6, self.forbidden: 1, self.killed_verb: 1, self.console: 1, self.new_shed: 2, self.stop_shed: 2,
            self.start_shed: 2, self.restart_shed: 1, self.delete_shed: 1, self.pause_shed: 1, self.unpause_shed: 1,
            self.agent: 6, self.plain_session: 2, self.kill_session: 2, self.sftp: 3, self.local_forward: 2,
            self.dynamic_forward: 1, self.remote_forward: 2, self.refused_forward: 2, self.wrong_key: 3, self.silent: 1, self.crowd: 1,
        }

    def prepare(self):
        """The shed that always runs, with the server that forwards reach, and a session that nobody ends."""
        self.create(HOME)
        self.docker("exec", "-d", f"shed-{HOME}", "python3", "-c", SERVER)
        self.verb("run", HOME, "held", "--", "cat")
        self.sessions(HOME)["held"] = None
