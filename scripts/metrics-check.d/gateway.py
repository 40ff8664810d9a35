"""The gateway's process, its configuration and its clients' files."""

import os
import pathlib
import signal
import subprocess
import sys
import time

import page
from sockets import LIMIT, Failed, free_port, listens

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = str(ROOT / "scripts/shed-gateway")

CONFIGURATION = """
listen: {{ port: {port} }}
metrics: {{ listen: "127.0.0.1:{metrics}" }}
state: {scratch}/state
access: {{ authorized-keys: {scratch}/authorized_keys }}
ssh: {{ login-grace: 3h, keepalive-interval: {keepalive}s, drain-timeout: 20s }}
strangers: {{ per-source-max-startups: 3 }}
agents: {{ relay: run }}
engine: {{ host: "unix://{scratch}/docker.sock" }}
shed: {{ image: "{image}" }}
"""

CLIENT = """
Host H
    HostName 127.0.0.1
    Port {port}
    User mc-home
    IdentityFile {scratch}/{key}
    IdentitiesOnly yes
    IdentityAgent none
    UserKnownHostsFile {scratch}/known_hosts
    GlobalKnownHostsFile none
    StrictHostKeyChecking yes
    BatchMode yes
    LogLevel {level}
    ConnectTimeout 120
"""


class Gateway:
    def __init__(self, scratch, image):
        self.scratch, self.image = scratch, image
        self.port, self.metrics = free_port(), free_port()
        self.log = open(f"{scratch}/gateway.log", "ab")
        self.process, self.keepalive = None, 15
        os.mkdir(f"{scratch}/state", 0o700)
        for key in ("admin", "viewer", "wrong"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", key, "-f", f"{scratch}/{key}"], check=True)
            name = "ssh_config" if key == "admin" else f"{key}_config"
            # A line "Allocated port" of -R is one of level INFO.
            self.write(name, CLIENT.format(port=self.port, scratch=scratch, key=key, level="INFO"))
        public = {key: pathlib.Path(f"{scratch}/{key}.pub").read_text() for key in ("admin", "viewer")}
        self.write("authorized_keys", public["admin"] + 'role="viewer" ' + public["viewer"])
        self.configure()

    def write(self, name, text):
        path = pathlib.Path(f"{self.scratch}/{name}")
        path.write_text(text)
        path.chmod(0o600)

    def configure(self, addition=""):
        self.write("gateway.yaml", addition + CONFIGURATION.format(
            port=self.port, metrics=self.metrics, scratch=self.scratch, keepalive=self.keepalive, image=self.image))

    def start(self):
        self.started = time.time()
        words = [PROGRAM, "serve", "--config", f"{self.scratch}/gateway.yaml"]
        self.process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        deadline = time.time() + LIMIT
        while not (listens(self.metrics) and page.read(self.metrics, "/readyz")[0] == 200):
            if self.process.poll() is not None or time.time() > deadline:
                sys.exit("metrics-check: the gateway does not start; see gateway.log")
            time.sleep(0.5)
        self.ready = time.time()
        # Known from the start: what ssh says about a new key would count as what the gateway has sent.
        key = pathlib.Path(f"{self.scratch}/state/host_ed25519.pub").read_text()
        self.write("known_hosts", f"[127.0.0.1]:{self.port} {key}")

    def kill(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def reload(self):
        """Of a configuration with an error, which changes nothing, and of a changed one."""
        self.keepalive = 30 if self.keepalive == 15 else 15
        for error in ("nonsense: 1\n", ""):
            self.configure(error)
            self.process.send_signal(signal.SIGHUP)
            time.sleep(1)

    def status(self):
        words = [PROGRAM, "status", "--json", "--config", f"{self.scratch}/gateway.yaml"]
        done = subprocess.run(words, capture_output=True, timeout=LIMIT, check=False)
        return done.returncode, done.stdout.decode()

    def page(self):
        status, text = page.read(self.metrics, "/metrics")
        if status != 200:
            raise Failed(f"/metrics is {status}")
        return page.Page(text)

    def drain(self, do):
        """A command is under way while the gateway stops: it is alive, and not ready."""
        problems = []
        line = "for i in $(seq 40); do echo $i; sleep 0.2; done"
        with do.start(do.words("ssh", "H", line)) as client:
            client.stdout.readline()
            self.process.send_signal(signal.SIGTERM)
            time.sleep(2)
            ready, alive = page.read(self.metrics, "/readyz"), page.read(self.metrics, "/healthz")
            if ready[0] != 503 or "listener failed" not in ready[1] or "engine ok" not in ready[1]:
                problems.append(f"/readyz while the gateway stops: {ready}")
            if alive != (200, "ok\n"):
                problems.append(f"/healthz while the gateway stops: {alive}")
            if self.page().get("shed_ready", check="listener") != 0:
                problems.append("shed_ready of the listener is not 0 while the gateway stops")
            out, err = client.communicate(timeout=LIMIT)
            if client.returncode != 0 or not out.endswith(b"40\n"):
                problems.append(f"the command under way ended with {client.returncode}: {out!r} {err!r}")
        if (status := self.process.wait(LIMIT)) != 0:
            problems.append(f"the gateway ended with {status}")
        status, text = self.status()
        if status != 69 or '"not-running"' not in text:
            problems.append(f"status without a gateway: {status} {text}")
        return problems
