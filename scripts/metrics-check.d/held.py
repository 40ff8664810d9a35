"""What stays open from one comparison to the next. Each is a generator: up to its first yield something is opened, and
after it closed; meanwhile the account has it as open."""

import contextlib
import os
import pty
import socket
import subprocess
import threading
import time

from actions import HOME
from clients import await_prompt, drain, wait_for
from sockets import LIMIT, SERVER_PORT, Failed, exchange, listen, unix


@contextlib.contextmanager
def is_open(account, what):
    account.open[what] += 1
    try:
        yield
    finally:
        account.open[what] -= 1


def connection(do):
    """Connected and logged in, with no channel."""
    control = f"{do.scratch}/c{do.number()}"
    with do.running(do.words("ssh", "-M", "-S", control, "-N", "H")) as client:
        wait_for(lambda: os.path.exists(control), client)
        yield


def login(do):
    """Connected, and not logged in."""
    began = time.monotonic()
    with is_open(do.account, "logging_in"), socket.create_connection(("127.0.0.1", do.port), LIMIT, (do.source(), 0)) as s:
        if not s.recv(100).startswith(b"SSH-2.0"):
            raise Failed("no banner")
        do.account.admitted()
        held = time.monotonic()
        yield
        held = time.monotonic() - held
    do.account.refused(keys=False)
    do.account.closed(time.monotonic() - began, held)


def command(do):
    """It ends by itself, is killed, or its client is. It prints nothing at the end of its input: whether that still counts as
    sent to a client that has vanished depends on who is faster."""
    how = do.random.choice(["end", "kill", "vanish"])
    words = do.words("ssh", "H", "echo $$; read -r line && echo $line; exit 5")
    with do.account.connection(), do.start(words, stdin=subprocess.PIPE) as client:
        process = client.stdout.readline().decode().strip()
        do.account.process()
        with is_open(do.account, "channels"):
            yield
        if how == "end":
            client.stdin.write(b"now\n")
            client.stdin.flush()
        elif how == "kill":
            do.docker("exec", "--user", "dev", f"shed-{HOME}", "kill", "-KILL", process)
        else:
            client.kill()
        client.stdin.close()
        status = client.wait(LIMIT)
        if status != {"end": 5, "kill": 255, "vanish": -9}[how]:
            raise Failed(f"a command ended with {status}: {client.stderr.read()!r}")
    outcome = {"end": "exit", "kill": "signal", "vanish": "peer-gone"}[how]
    do.account.channel("exec", outcome, 4 if how == "end" else 0, len(process) + 1 + (4 if how == "end" else 0))


def attach(do):
    """A client in a session of its own. It detaches, ends the session, or vanishes."""
    how = do.random.choice(["detach", "exit", "vanish"])
    name = f"t{do.number()}"
    ours, theirs = pty.openpty()
    words = do.words("ssh", "-tt", "-l", f"{HOME}+{name}", "H", unmeasured=True)
    with do.account.connection():
        client = subprocess.Popen(words, stdin=theirs, stdout=theirs, stderr=theirs, env={**os.environ, "TERM": "xterm-256color"},
                                  start_new_session=True)
        os.close(theirs)
        try:
            await_prompt(ours)
            do.sessions(HOME)[name] = None
            do.account.process()
            # A full terminal would block ssh, and then its answers to keepalives.
            reader = threading.Thread(target=drain, args=(ours,), daemon=True)
            reader.start()
            with is_open(do.account, "channels"):
                yield
            if how == "vanish":
                client.kill()
            else:
                os.write(ours, b"\x02d" if how == "detach" else b"exit\r")
            status = client.wait(LIMIT)
            reader.join(LIMIT)
            if status != (-9 if how == "vanish" else 0):
                raise Failed(f"an attached client ended with {status}")
        finally:
            client.kill()
            client.wait(LIMIT)
            os.close(ours)
    do.account.channel("shell", "peer-gone" if how == "vanish" else "exit")
    if how == "exit":
        del do.sessions(HOME)[name]


def forwarded(do):
    """A connection through a forward; its client may vanish."""
    here = f"{do.scratch}/k{do.number()}"
    vanishes = do.random.random() < 0.5
    with do.account.connection(), do.start(do.words("ssh", "-N", "-L", f"{here}:127.0.0.1:{SERVER_PORT}", "H")) as tunnel:
        wait_for(lambda: os.path.exists(here), tunnel)
        with unix(here) as under_way, unix(here) as over:
            under_way.sendall(b"-1\n")
            under_way.recv(1)
            exchange(over, b"3\n", 3)
            do.account.forward("direct-tcpip", 2, 3)
            with is_open(do.account, "forwards"):
                yield
            if not vanishes:
                under_way.shutdown(socket.SHUT_WR)
                while under_way.recv(1000):
                    pass
            tunnel.kill() if vanishes else tunnel.terminate()
            tunnel.wait(LIMIT)
    os.unlink(here)  # ssh leaves it
    do.account.forward("direct-tcpip", 3, 1)


def listener(do):
    """A port that is forwarded to here."""
    here = f"{do.scratch}/r{do.number()}"
    with listen(here), do.running(do.words("ssh", "-N", "-R", f"127.0.0.1:0:{here}", "H")) as tunnel:
        tunnel.stderr.readline()
        with is_open(do.account, "forwards"):
            yield
    do.account.forward("tcpip-forward", 0, 0)


def events(do):
    words = do.words("ssh", "-l", "shed", "H", "events", "--json", HOME, unmeasured=True)
    with do.account.connection(), do.start(words, stdin=subprocess.PIPE) as client:
        client.stdout.readline()
        with is_open(do.account, "channels"):
            yield
        client.kill()
    do.account.channel("exec", "peer-gone")
    do.account.verb("events", "gone")


KINDS = [connection, login, command, attach, forwarded, listener, events]


def open_one(do):
    if len(do.held) < 8:
        holder = do.random.choice(KINDS)(do)
        next(holder)
        do.held.append(holder)


def close_one(do):
    if do.held:
        holder = do.held.pop(do.random.randrange(len(do.held)))
        if next(holder, None) is not None:
            raise Failed("it yields once")
