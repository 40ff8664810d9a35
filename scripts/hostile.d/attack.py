"""Attacks a server on this host's loopback addresses, and logs in with a good key meanwhile. One row for each attack."""

import argparse
import selectors
import socket
import statistics
import subprocess
import threading
import time

STRANGER, OTHER, IDLE = "127.0.0.2", "127.0.0.9", 2000


class Attack:
    """Runs on threads of its own until it is stopped; counts what it did."""

    def __init__(self, options):
        self.options = options
        self.stopped = threading.Event()
        self.count = 0
        self.began = time.monotonic()
        self.threads = []

    def start(self, target, *arguments):
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        thread.start()
        self.threads.append(thread)

    def paced(self, rate, act):
        """Calls act so many times a second, or as often as this machine can."""
        due = time.monotonic()
        while not self.stopped.is_set():
            act()
            due = max(due + 1 / rate, time.monotonic() - 1)
            self.stopped.wait(max(0.0, due - time.monotonic()))

    def source(self):
        return STRANGER

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.options.port), 5, (self.source(), 0))

    def stop(self):
        self.stopped.set()
        for thread in self.threads:
            thread.join(20)
        return self.count / (time.monotonic() - self.began)


class Attempts(Attack):
    """5,000 connections a minute that say a name and leave."""

    name = "attempts"

    def begin(self):
        for _ in range(32):
            self.start(self.paced, 5000 / 60 / 32, self.attempt)

    def attempt(self):
        try:
            with self.connect() as peer:
                peer.sendall(b"SSH-2.0-stranger\r\n")
                peer.settimeout(2)
                peer.recv(100)
            self.count += 1
        except OSError:
            pass


class HalfOpen(Attack):
    """2,000 connections that say nothing; what the server closes is opened again, 100 a second."""

    name = "half-open"

    def begin(self):
        self.start(self.hold)

    def hold(self):
        watch = selectors.DefaultSelector()

        def one_more():
            if len(watch.get_map()) < IDLE:
                try:
                    peer = self.connect()
                except OSError:
                    return
                watch.register(peer, selectors.EVENT_READ)
                self.count += 1
            for key, _ in watch.select(0):
                self.drain(watch, key.fileobj)

        self.paced(100, one_more)
        for key in list(watch.get_map().values()):
            key.fileobj.close()

    @staticmethod
    def drain(watch, peer):
        try:
            if peer.recv(4096):
                return
        except OSError:
            pass
        watch.unregister(peer)
        peer.close()


class Spread(HalfOpen):
    """The same from 250 networks."""

    name = "spread"

    def source(self):
        return f"127.1.{self.count % 250}.1"


class WrongKeys(Attack):
    """Real clients, each with six keys of which none gets in: 65 keys a second, as far as this machine can."""

    name = "wrong-keys"

    def begin(self):
        for _ in range(6):
            self.start(self.paced, 65 / 6 / 6, self.offer)

    def offer(self):
        keys = [word for i in range(1, 7) for word in ("-i", f"{self.options.keys}/wrong{i}")]
        client(self.options, STRANGER, keys, ["-o", "KexAlgorithms=curve25519-sha256"])
        self.count += 6


def client(options, source, keys, more=()):
    command = ["ssh", "-b", source, "-p", str(options.port), *keys, *more]
    for option in (
        "BatchMode=yes",
        "IdentitiesOnly=yes",
        "IdentityAgent=none",
        "StrictHostKeyChecking=no",
        "UserKnownHostsFile=/dev/null",
        "ConnectTimeout=20",
    ):
        command += ["-o", option]
    command += [f"{options.user}@127.0.0.1", options.command]
    try:
        return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False).returncode
    except subprocess.TimeoutExpired:
        return -1


def logins(options, source):
    """How many got in, and how long that took in the middle."""
    times = []
    for _ in range(options.logins):
        began = time.monotonic()
        if client(options, source, ["-i", f"{options.keys}/good"]) == 0:
            times.append(time.monotonic() - began)
    return len(times), statistics.median(times) if times else 0.0


def row(options, kind):
    attack = kind(options)
    attack.begin()
    time.sleep(options.seconds)
    same, same_time = logins(options, STRANGER)
    other, other_time = logins(options, OTHER)
    rate = attack.stop()
    cells = [f"{n}/{options.logins} {1000 * t:.0f} ms" for n, t in ((same, same_time), (other, other_time))]
    verdict = "" if other == options.logins else " LOCKED-OUT"
    print(f"{options.server:20} {kind.name:12} {cells[0]:>14} {cells[1]:>14} {rate:12.1f}{verdict}", flush=True)


class Nothing(Attack):
    """For comparison."""

    name = "none"

    def begin(self):
        pass


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for name, kind in (("server", str), ("port", int), ("user", str), ("command", str), ("keys", str)):
        parser.add_argument(f"--{name}", type=kind, required=True)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--logins", type=int, default=14)
    options = parser.parse_args()
    for kind in (Nothing, Attempts, HalfOpen, Spread, WrongKeys):
        row(options, kind)
        time.sleep(3)


if __name__ == "__main__":
    main()
