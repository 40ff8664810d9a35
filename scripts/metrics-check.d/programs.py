"""How clients of OpenSSH's are started, and what is known of the sheds."""

import contextlib
import pathlib
import random
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "audit-check.d"))
from sockets import LIMIT, Failed  # noqa: E402

HOME = "mc-home"  # the shed that always runs


class Programs:
    def __init__(self, scratch, port, seed, account):
        self.scratch, self.port, self.account = scratch, port, account
        self.random = random.Random(seed)
        self.numbers = 0
        self.held = []  # what stays open from one comparison to the next, to be released

    def number(self):
        self.numbers += 1
        return self.numbers

    def source(self, unmeasured=False):
        """An address of its own for each client: no two share a limit, and the audit log's lines are told apart."""
        number = self.number()
        source = f"127.{1 + (number >> 14)}.{(number >> 7) & 127}.{1 + (number & 127)}"
        if unmeasured:
            self.account.unmeasured.add(source)
        return source

    def words(self, program, *options, config="ssh_config", unmeasured=False):
        return [program, "-F", f"{self.scratch}/{config}", "-o", f"BindAddress={self.source(unmeasured)}", *options]

    @staticmethod
    def run(words, *statuses, stdin=b""):
        """A client to its end, which must be one of these statuses; 0 if there are none."""
        done = subprocess.run(words, input=stdin, capture_output=True, timeout=LIMIT, check=False)
        if done.returncode not in (statuses or (0,)):
            raise Failed(f"{words[5:]}: status {done.returncode} instead of {statuses}: {(done.stdout + done.stderr)[-300:]!r}")
        return done

    @staticmethod
    def start(words, **more):
        more.setdefault("stdin", subprocess.DEVNULL)
        return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)

    @staticmethod
    def docker(*words):
        done = subprocess.run(["docker", *words], capture_output=True, timeout=LIMIT)
        if done.returncode:
            raise Failed(f"docker {' '.join(words)}: {done.stderr.decode(errors='replace').strip()}")
        return done.stdout

    @contextlib.contextmanager
    def running(self, words):
        """A client that is told to end afterwards, and its connection."""
        with self.account.connection(), self.start(words) as client:
            try:
                yield client
            finally:
                client.terminate()
                client.wait(LIMIT)

    def shed(self):
        return self.random.choice(self.account.running())

    def one(self, state):
        """A shed in that state, other than the one that always runs; None if there is none."""
        return next((name for name, shed in sorted(self.account.sheds.items()) if shed.state == state and name != HOME), None)
