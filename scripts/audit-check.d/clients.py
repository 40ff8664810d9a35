"""The clients: one function for each kind. Each does something with a program of OpenSSH's and writes down in its
operation what the audit log has to say of that."""

import contextlib
import os
import pty
import random
import select
import socket
import subprocess
import threading
import time

from sockets import LIMIT, SERVER_PORT, Failed, exchange, free_port, listen, listens, socks, unix

# In the container: the first line of a connection says how many bytes to answer once its input has ended; a negative one is
# answered at once.
SERVER = f"""
import socketserver
class Answer(socketserver.StreamRequestHandler):
    def handle(self):
        count = int(self.rfile.readline())
        if count < 0: self.wfile.write(b"r")
        while self.rfile.read(65536): pass
        self.wfile.write(b"y" * max(count, 0))
class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True
    request_queue_size = 100
Server(("127.0.0.1", {SERVER_PORT}), Answer).serve_forever()
"""

CONNECT = """
import socket, sys
for line in sys.argv[2:]:
    give, take = map(int, line.split(","))
    s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
    s.sendall(b"%d\\n" % take + b"z" * give)
    s.shutdown(socket.SHUT_WR)
    got = 0
    while data := s.recv(65536): got += len(data)
    assert got == take, (got, take)
"""


class Clients:
    def __init__(self, scratch, login, container, seed):
        self.scratch, self.login, self.container = scratch, login, container
        self.random = random.Random(seed)
        self._agent = threading.Lock()
        subprocess.run(["docker", "exec", "-d", container, "python3", "-c", SERVER], check=True)
        there = "head -c 300000 /dev/zero >/home/dev/there"
        subprocess.run(["docker", "exec", "--user", "dev", container, "sh", "-c", there], check=True)
        self.kinds = {
            self.command: 6, self.signalled: 1, self.verb: 3, self.wrong_verb: 1, self.upload: 2, self.download: 2, self.copy: 1,
            self.several: 2, self.local_forward: 3, self.dynamic_forward: 2, self.remote_forward: 2, self.agent: 1,
            self.refused_forward: 1, self.wrong_key: 2, self.silent: 1, self.killed: 3, self.killed_anywhere: 4,
            self.killed_forward: 2, self.session: 1, self.killed_session: 1, self.aborted_channel: 1,
        }

    def choose(self):
        return self.random.choices(list(self.kinds), self.kinds.values())[0]

    # How they are started

    def words(self, program, operation, *options):
        return [program, "-F", f"{self.scratch}/ssh_config", "-o", f"BindAddress={operation.source}", *options]

    def ssh(self, operation, *words, **more):
        return self.run(self.words("ssh", operation, *words), **more)

    @staticmethod
    def run(words, status=0, stdin=b"", **more):
        done = subprocess.run(words, input=stdin, capture_output=True, timeout=LIMIT, check=False, **more)
        if done.returncode != status:
            raise Failed(f"status {done.returncode} instead of {status}: {done.stderr[-300:]!r}")
        return done

    def start(self, words, **more):
        more.setdefault("stdin", subprocess.DEVNULL)
        return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)

    @contextlib.contextmanager
    def running(self, words):
        """A client that is told to end afterwards."""
        with self.start(words) as client:
            try:
                yield client
            finally:
                client.terminate()
                client.wait(LIMIT)

    def sizes(self, count):
        return [(self.random.choice([0, 1, 70, 5000, 200_000]), self.random.choice([0, 1, 70, 5000, 200_000]))
                for _ in range(count)]

    # Commands and verbs

    def command(self, operation, *through):
        taken, out, err = (self.random.choice([0, 1, 100, 40_000, 1_000_000]) for _ in range(3))
        status = self.random.choice([0, 0, 1, 42, 254])
        line = f"cat >/dev/null; head -c {out} /dev/zero; head -c {err} /dev/zero >&2; exit {status}"
        self.ssh(operation, *through, "H", line, stdin=b"x" * taken, status=status)
        operation.channels.append({"kind": "exec", "outcome": "exit", "exit": status, "bytes_in": taken, "bytes_out": out + err,
                                   "session": "", "verb": ""})

    def signalled(self, operation):
        self.ssh(operation, "H", "kill -TERM $$", status=255)
        operation.channels.append({"kind": "exec", "outcome": "signal", "exit": 255})

    def verb(self, operation):
        word = self.random.choice(["whoami", "list", "sessions", "version"])
        if word == "list" or self.random.random() < 0.5:
            # Of this shed alone: another one of the same engine may be broken.
            words = [word, self.login] if word == "sessions" else [word]
            done = self.ssh(operation, "-l", "shed", "H", *words)
            kind, shed = "exec", ""
        else:
            done = self.ssh(operation, "-s", "H", word)
            kind, shed = "subsystem", self.login
        verb = f"sessions {self.login}" if word == "sessions" and kind == "exec" else word
        operation.channels.append({"kind": kind, "verb": verb, "outcome": "exit", "exit": 0, "shed": shed,
                                   "bytes_out": len(done.stdout + done.stderr)})

    def wrong_verb(self, operation):
        self.ssh(operation, "-l", "shed", "H", "nosuchverb", status=64)
        operation.channels.append({"kind": "exec", "outcome": "USAGE", "exit": 64})

    def several(self, operation):
        """Some commands on one connection."""
        control = f"{self.scratch}/c{operation.number}"
        with self.running(self.words("ssh", operation, "-M", "-S", control, "-N", "H")) as master:
            wait_for(lambda: os.path.exists(control), master)
            for _ in range(self.random.randint(2, 5)):
                self.command(operation, "-S", control)

    def aborted_channel(self, operation):
        """A command's client is killed; its connection goes on."""
        control = f"{self.scratch}/c{operation.number}"
        with self.running(self.words("ssh", operation, "-M", "-S", control, "-N", "H")) as master:
            wait_for(lambda: os.path.exists(control), master)
            self.killed(operation, "-S", control)
            self.command(operation, "-S", control)

    # Files

    def upload(self, operation):
        size = self.file(operation)
        self.run(self.words("sftp", operation, "-b", "-", "H"), stdin=f"put {self.scratch}/f{operation.number} up\n".encode())
        operation.channels.append({"kind": "subsystem", "outcome": "exit", "exit": 0, "bytes_in": ("at least", size)})

    def download(self, operation):
        self.run(self.words("sftp", operation, "-b", "-", "H"), stdin=b"get there /dev/null\n")
        operation.channels.append({"kind": "subsystem", "outcome": "exit", "exit": 0, "bytes_out": ("at least", 300_000)})

    def copy(self, operation):
        size = self.file(operation)
        self.run(self.words("scp", operation, "-O", f"{self.scratch}/f{operation.number}", "H:copied"))
        operation.channels.append({"kind": "exec", "outcome": "exit", "exit": 0, "bytes_in": ("at least", size)})

    def file(self, operation):
        size = self.random.choice([1, 3000, 2_000_000])
        with open(f"{self.scratch}/f{operation.number}", "wb") as file:
            file.write(b"f" * size)
        return size

    # Forwards

    def local_forward(self, operation):
        here = f"{self.scratch}/l{operation.number}"
        words = self.words("ssh", operation, "-N", "-L", f"{here}:127.0.0.1:{SERVER_PORT}", "H")
        self.use(operation, words, lambda: unix(here), lambda: os.path.exists(here))

    def dynamic_forward(self, operation):
        port = free_port()
        words = self.words("ssh", operation, "-N", "-D", str(port), "H")
        self.use(operation, words, lambda: socks(port), lambda: listens(port))

    def use(self, operation, words, connect, ready):
        with self.running(words) as tunnel:
            wait_for(ready, tunnel)
            for give, take in self.sizes(self.random.randint(1, 4)):
                head = b"%d\n" % take
                with connect() as s:
                    exchange(s, head + b"z" * give, take)
                operation.forwards.append({"kind": "direct-tcpip", "bytes_in": len(head) + give, "bytes_out": take})

    def remote_forward(self, operation):
        here = f"{self.scratch}/r{operation.number}"
        words = self.words("ssh", operation, "-N", "-R", f"127.0.0.1:0:{here}", "H")
        with listen(here), self.running(words) as tunnel:
            line = tunnel.stderr.readline().split()  # Allocated port N for remote forward to …
            if line[:2] != [b"Allocated", b"port"]:
                raise Failed(f"no port: {line}")
            operation.forwards.append({"kind": "tcpip-forward", "bytes_in": 0, "bytes_out": 0})
            sizes = self.sizes(self.random.randint(1, 3))
            self.run(["docker", "exec", self.container, "python3", "-c", CONNECT, line[2].decode(),
                      *(f"{give},{take}" for give, take in sizes)])
            for give, take in sizes:
                operation.forwards.append({"kind": "forwarded-tcpip", "bytes_in": take, "bytes_out": len(b"%d\n" % take) + give})

    def agent(self, operation):
        with self._agent:  # all share the shed's socket: the newest connection's agent is asked
            count = self.random.randint(1, 3)
            self.ssh(operation, "-o", f"IdentityAgent={self.scratch}/agent", "-A", "H", "; ".join(["ssh-add -l >/dev/null"] * count))
        operation.channels.append({"kind": "exec", "outcome": "exit", "exit": 0})
        operation.forwards += [{"kind": "auth-agent", "bytes_in": ("at least", 5), "bytes_out": ("at least", 5)}] * count

    def refused_forward(self, operation):
        self.ssh(operation, "-W", "127.0.0.1:1", "H", status=255)
        operation.refused = 1

    # Who does not get in

    def wrong_key(self, operation):
        self.run(["ssh", "-F", f"{self.scratch}/wrong_config", "-o", f"BindAddress={operation.source}", "H", "true"], status=255)
        operation.login = "refused"

    def silent(self, operation):
        with socket.create_connection(("127.0.0.1", self.port), LIMIT, (operation.source, 0)) as s:
            if not s.recv(100).startswith(b"SSH-2.0"):
                raise Failed("no banner")
        operation.login = "refused"

    # Who is killed

    def killed(self, operation, *through):
        client = self.start(self.words("ssh", operation, *through, "H", "echo ready; sleep 600"), stdin=subprocess.PIPE)
        with client:
            if client.stdout.readline() != b"ready\n":
                client.kill()
                raise Failed(f"not ready: {client.stderr.read()[-300:]!r}")
            client.kill()
        operation.channels.append({"kind": "exec", "outcome": "peer-gone", "exit": -1, "bytes_out": 6})

    def killed_anywhere(self, operation):
        operation.unknown()
        line = self.random.choice(["yes", "cat", "sleep 100", "head -c 50000000 /dev/zero"])
        client = self.start(self.words("ssh", operation, "H", line))
        with client:
            threading.Thread(target=client.stdout.read, daemon=True).start()
            time.sleep(self.random.random() * 2)
            client.kill()

    def killed_forward(self, operation):
        here = f"{self.scratch}/k{operation.number}"
        tunnel = self.start(self.words("ssh", operation, "-N", "-L", f"{here}:127.0.0.1:{SERVER_PORT}", "H"))
        with tunnel:
            wait_for(lambda: os.path.exists(here), tunnel)
            with unix(here) as under_way, unix(here) as over:
                under_way.sendall(b"-1\n")
                under_way.recv(1)
                exchange(over, b"3\n", 3)
                tunnel.kill()
        operation.forwards += [{"kind": "direct-tcpip", "bytes_in": 2, "bytes_out": 3}, {"kind": "direct-tcpip", "bytes_in": 3, "bytes_out": 1}]

    # Sessions

    def session(self, operation):
        with self.attached(operation) as (name, client, terminal):
            os.write(terminal, b"exit\r")
            drain(terminal)
            status = client.wait(LIMIT)
        if status != 0:
            raise Failed(f"a session ended with {status}")
        operation.channels.append({"kind": "shell", "session": name, "outcome": "exit", "exit": 0})

    def killed_session(self, operation):
        with self.attached(operation) as (name, client, _):
            client.kill()
            client.wait(LIMIT)
        operation.channels.append({"kind": "shell", "session": name, "outcome": "peer-gone", "exit": -1})
        # The gateway has to notice first: the end of the session would be an end, too.
        tmux = ["docker", "exec", "--user", "dev", self.container, "tmux"]
        deadline = time.time() + LIMIT
        while self.run([*tmux, "list-clients", "-t", "=" + name]).stdout and time.time() < deadline:
            time.sleep(0.2)
        self.run([*tmux, "kill-session", "-t", "=" + name])

    @contextlib.contextmanager
    def attached(self, operation):
        """A client in a session of its own, at its first prompt; killed afterwards where it still runs."""
        name = f"op{operation.number}"
        ours, theirs = pty.openpty()
        try:
            client = subprocess.Popen(self.words("ssh", operation, "-tt", "-l", f"{self.login}+{name}", "H"), stdin=theirs, stdout=theirs,
                                      stderr=theirs, env={**os.environ, "TERM": "xterm-256color"}, start_new_session=True)
            os.close(theirs)
            try:
                await_prompt(ours)
                yield name, client, ours
            finally:
                client.kill()
                client.wait(LIMIT)
        finally:
            os.close(ours)


def await_prompt(terminal):
    poll = select.poll()  # select() ends at descriptor 1023
    poll.register(terminal, select.POLLIN)
    seen = b""
    deadline = time.time() + LIMIT
    while b"$ " not in seen:
        if time.time() > deadline or not poll.poll(LIMIT * 1000):
            raise Failed(f"no prompt: {seen[-300:]!r}")
        seen += os.read(terminal, 65536)


def drain(terminal):
    try:
        while os.read(terminal, 65536):
            pass
    except OSError:  # EIO: the other end is closed
        pass


def wait_for(ready, client):
    deadline = time.time() + LIMIT
    while not ready():
        if client.poll() is not None:
            raise Failed(f"ended with {client.returncode}: {client.stderr.read()[-300:]!r}")
        if time.time() > deadline:
            raise Failed("not ready in time")
        time.sleep(0.05)
