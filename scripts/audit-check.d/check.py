#!/usr/bin/env python3
"""check.py: what scripts/audit-check runs once it has a gateway's configuration and a shed."""

import argparse
import collections
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import account  # noqa: E402
import clients  # noqa: E402
import reconcile  # noqa: E402
import sockets  # noqa: E402


class Gateway:
    """The gateway's process: started, stopped, killed."""

    def __init__(self, options):
        self._words = [options.gateway, "serve", "--config", f"{options.scratch}/gateway.yaml"]
        self._port = options.port
        self._log = open(f"{options.scratch}/gateway.log", "ab")
        self._process = None

    def start(self):
        self._process = subprocess.Popen(self._words, stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log)
        deadline = time.time() + sockets.LIMIT
        while not sockets.listens(self._port):
            if self._process.poll() is not None or time.time() > deadline:
                sys.exit("audit-check: the gateway does not start; see gateway.log")
            time.sleep(0.2)

    def end(self, how):
        self._process.send_signal(how)
        status = self._process.wait(sockets.LIMIT)
        if how == signal.SIGTERM and status != 0:
            sys.exit(f"audit-check: the gateway ended with {status}")


def worker(book, all_clients, until):
    while time.time() < until:
        kind = all_clients.choose()
        operation = book.begin(kind.__name__)
        try:
            kind(operation)
        except Exception as e:  # a defect of a client is a problem of its operation
            operation.problem = f"{type(e).__name__}: {e}"
        book.end(operation)
        for letter in "cflrk":
            pathlib.Path(f"{all_clients.scratch}/{letter}{operation.number}").unlink(missing_ok=True)


def start_agent(scratch):
    agent = subprocess.Popen(["ssh-agent", "-D", "-a", f"{scratch}/agent"], stdout=subprocess.DEVNULL)
    while not os.path.exists(f"{scratch}/agent"):
        time.sleep(0.05)
    subprocess.run(["ssh-add", "-q", f"{scratch}/home/.ssh/id_ed25519"], env={**os.environ, "SSH_AUTH_SOCK": f"{scratch}/agent"}, check=True)
    return agent


def run(options, gateway, book, all_clients):
    """Returns how often the gateway was killed."""
    kills = 0
    until = time.time() + options.minutes * 60
    gateway.start()
    book.gateway_up()
    workers = [threading.Thread(target=worker, args=(book, all_clients, until)) for _ in range(options.parallel)]
    for thread in workers:
        thread.start()
    while (left := until - time.time()) > 20:
        time.sleep(min(left - 10, 20 + all_clients.random.random() * 40))
        how = all_clients.random.choice([signal.SIGTERM, signal.SIGKILL])
        kills += how == signal.SIGKILL
        book.gateway_ends()
        gateway.end(how)
        gateway.start()
        book.gateway_up()
    for thread in workers:
        thread.join()
    time.sleep(10)  # what was killed is hung up after ssh.hangup-grace
    gateway.end(signal.SIGTERM)
    return kills


def report(options, book, log):
    kinds = collections.Counter(operation.kind for operation in book.done)
    unknown = sum(operation.login is None for operation in book.done)
    print(f"{len(book.done)} clients, of {unknown} of which only starts and ends are known: "
          + ", ".join(f"{kind} {count}" for kind, count in sorted(kinds.items())))
    print("lines: " + ", ".join(f"{name} {count}" for name, count in sorted(log.counts.items())))
    print(f"open when the gateway was killed: {log.open_at_crash}")
    problems = list(log.problems)
    known = {operation.source for operation in book.done} | {"127.0.0.1"}
    problems += [f"nobody was at {source}: {events[0]}" for source, events in log.by_source.items() if source not in known]
    for operation in sorted(book.done, key=lambda operation: operation.number):
        problems += [f"client {operation.number} ({operation.kind}, {operation.source}): {problem}"
                     for problem in reconcile.reconcile(operation, log.by_source[operation.source], log.cut[operation.source])]
    for problem in problems[:60]:
        print("  " + problem)
    print(f"{len(problems)} differences between the audit log and what happened (seed {options.seed})")
    return bool(problems)


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    for name in ("scratch", "login", "container", "gateway"):
        parser.add_argument("--" + name, required=True)
    for name in ("port", "minutes", "parallel", "seed"):
        parser.add_argument("--" + name, type=int, required=True)
    options = parser.parse_args()
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "wrong", "-f", f"{options.scratch}/wrong"], check=True)
    config = pathlib.Path(f"{options.scratch}/ssh_config").read_text()
    pathlib.Path(f"{options.scratch}/wrong_config").write_text(config.replace(f"{options.scratch}/home/.ssh/id_ed25519", f"{options.scratch}/wrong"))
    agent = start_agent(options.scratch)
    book, gateway = account.Account(), Gateway(options)
    all_clients = clients.Clients(options.scratch, options.login, options.container, options.seed)
    all_clients.port = options.port
    try:
        kills = run(options, gateway, book, all_clients)
    finally:
        agent.kill()
    sys.exit(report(options, book, reconcile.Log(f"{options.scratch}/state", kills)))


main()
