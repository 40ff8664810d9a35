"""What the parts of the suite share: samples, processor time, ssh, terminals. See scripts/bench/all."""

import fcntl
import glob
import json
import os
import pathlib
import pty
import re
import select
import signal
import socket
import struct
import subprocess
import termios
import threading
import time

HERE = pathlib.Path(__file__).parent
SCRATCH = pathlib.Path(os.environ["SCRATCH"])
SHED = os.environ["SHED_CONTAINER"]
CIPHER = os.environ["CIPHER"]
PEERS = ("gateway", "sshd")
TICK = os.sysconf("SC_CLK_TCK")
GIB = 1 << 30
MIB = 1 << 20

samples = []


def add(part, unit, peer, value, x=None):
    """One more sample; `x` is what it depends on, such as a number of sheds."""
    samples.append({"part": part, "unit": unit, "peer": peer, "x": x, "value": round(value, 4)})


def step(text):
    print(f"bench: {time.strftime('%T')} {text}", flush=True)


def seconds(work, *words):
    began = time.perf_counter()
    work(*words)
    return time.perf_counter() - began


def until(what, condition, limit=60, pause=0.05):
    end = time.monotonic() + limit
    while not condition():
        if time.monotonic() > end:
            raise SystemExit(f"bench: not within {limit} s: {what}")
        time.sleep(pause)


def end(pid):
    os.kill(pid, signal.SIGTERM)
    state = pathlib.Path(f"/proc/{pid}/stat")
    until(f"process {pid} has ended", lambda: not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z")


def greets(port):
    try:
        with socket.create_connection(("127.0.0.1", port), 5) as connection:
            return connection.recv(4) == b"SSH-"
    except OSError:
        return False


# ssh


def host(peer):
    """The name in the configuration of ssh: the sshd of the comparison runs in the shed's own container."""
    return "inside" if peer == "sshd" else peer


def options(peer):
    """For ssh, scp and sftp: over the shared connection."""
    return ["-F", str(SCRATCH / "config"), "-c", CIPHER, "-o", f"ControlPath={SCRATCH}/{peer}.mux"]


def ssh(peer, *command, more=()):
    return ["ssh", *more, *options(peer), host(peer), *command]


def alone(peer, *command, more=()):
    """Over a connection of its own."""
    return ssh(peer, *command, more=("-S", "none", *more))


def run(argv, **how):
    how.setdefault("stdin", subprocess.DEVNULL)
    how.setdefault("stdout", subprocess.DEVNULL)
    child = subprocess.Popen(argv, **how)
    await_end(child, 300)
    if child.poll() != 0:
        child.kill()
        raise SystemExit(f"bench: status {child.returncode}: {argv}")


def await_end(child, limit):
    """As Popen.wait, which with a limit looks after pauses of up to 50 ms."""
    ended = os.pidfd_open(child.pid)
    select.select([ended], [], [], limit)
    os.close(ended)


def open_connection(peer):
    run(["ssh", "-fNM", *options(peer), host(peer)])


def control(peer, word):
    return subprocess.run(
        ["ssh", "-O", word, *options(peer), host(peer)], capture_output=True, text=True, check=False, timeout=30
    ).stderr


def client(peer):
    """The process that holds the shared connection."""
    return int(re.search(r"pid=(\d+)", control(peer, "check"))[1])


# Processor time and memory


def gateway():
    return int((SCRATCH / "state/gateway.pid").read_text())


def container_processes():
    container = subprocess.check_output(["docker", "inspect", "-f", "{{.Id}}", SHED], text=True).strip()
    ways = ("docker/", "*/docker/", "system.slice/docker-", "*/system.slice/docker-")
    places = [f"/sys/fs/cgroup/{way}{container}*" for way in ways]
    found = [file for place in places for file in glob.glob(f"{place}/cgroup.procs")]
    if not found:
        raise SystemExit("bench: the container's cgroup was not found")
    return found[0]


def name_and_seconds(pid):
    try:
        text = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    end = text.rindex(")")
    fields = text[end + 2 :].split()
    return text[text.index("(") + 1 : end], (int(fields[11]) + int(fields[12])) / TICK


class Processors:
    """The processor time of the gateway, of the client, and of the container's processes by their name."""

    def __init__(self, peer):
        self.cgroup = container_processes()
        self.named = {"gateway": gateway(), "client": client(peer)}
        self.first, self.last, self.over = {}, {}, threading.Event()

    def __enter__(self):
        self.scan(True)
        self.before = {name: name_and_seconds(pid)[1] for name, pid in self.named.items()}
        self.thread = threading.Thread(target=self.follow, daemon=True)
        self.thread.start()
        return self

    def follow(self):
        while not self.over.wait(0.1):
            self.scan(False)

    def scan(self, new):
        for pid in pathlib.Path(self.cgroup).read_text().split():
            now = name_and_seconds(pid)
            if now:
                self.first.setdefault(pid, now if new else (now[0], 0.0))
                self.last[pid] = now

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()
        self.scan(False)
        self.spent = {name: name_and_seconds(pid)[1] - self.before[name] for name, pid in self.named.items()}
        self.spent |= {"porter": 0.0, "sshd": 0.0, "process": 0.0}
        for pid, (name, now) in self.last.items():
            kind = next((known for known in ("porter", "sshd") if name.startswith(known)), "process")
            self.spent[kind] += now - self.first[pid][1]

    def server(self, peer):
        return self.spent["gateway"] + self.spent["porter"] if peer == "gateway" else self.spent["sshd"]


def kib(pid, field):
    found = re.search(rf"^{field}:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text(), re.M)
    return int(found[1])


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


# Terminals


class Terminal:
    """A program at a PTY of its own."""

    open = []

    def __init__(self, argv):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ["TERM"] = "xterm-256color"
            os.execvp(argv[0], argv)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        Terminal.open.append(self)

    def write(self, data):
        os.write(self.fd, data)

    def read(self, limit):
        """What has come; nothing if that is so within the limit, or if the program has ended."""
        if not select.select([self.fd], [], [], limit)[0]:
            return b""
        try:
            return os.read(self.fd, 1 << 16)
        except OSError:
            return b""

    def drain(self, quiet, limit=10):
        end = time.monotonic() + limit
        while time.monotonic() < end and self.read(quiet):
            pass

    def await_text(self, text, limit=30):
        end, seen = time.monotonic() + limit, b""
        while text not in seen:
            got = self.read(max(0, end - time.monotonic()))
            if not got:
                raise SystemExit(f"bench: {text} does not appear within {limit} s: {seen[-200:]}")
            seen += got

    def close(self):
        Terminal.open.remove(self)
        try:
            os.kill(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        os.close(self.fd)
        os.waitpid(self.pid, 0)


class Readers:
    """Reads what comes at many terminals, so that nothing waits for them."""

    def __init__(self, terminals):
        self.terminals, self.over = list(terminals), threading.Event()
        self.thread = threading.Thread(target=self.follow, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()

    def follow(self):
        poll = select.poll()
        for terminal in self.terminals:
            poll.register(terminal.fd, select.POLLIN)
        while not self.over.is_set():
            for fd, _ in poll.poll(200):
                try:
                    os.read(fd, 1 << 18)
                except OSError:
                    poll.unregister(fd)


# The results


def machine():
    cpu = re.search(r"^model name\s*:\s*(.*)$", pathlib.Path("/proc/cpuinfo").read_text(), re.M)
    first = lambda *argv: (subprocess.run(argv, capture_output=True, text=True, check=False).stdout or "?").splitlines()[0]
    ssh_version = subprocess.run(["ssh", "-V"], capture_output=True, text=True, check=False).stderr.strip()
    return {
        "date": time.strftime("%Y-%m-%d"),
        "processors": f"{os.cpu_count()} of {cpu[1] if cpu else '?'}",
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') >> 30} GiB",
        "kernel": os.uname().release.partition("-")[0],
        "java": first(os.environ["JAVA_HOME"] + "/bin/java", "--version"),
        "engine": first("docker", "version", "--format", "{{.Server.Version}}"),
        "client": ssh_version,
        "sshd": subprocess.run(
            ["docker", "exec", SHED, "/usr/sbin/sshd", "-V"], capture_output=True, text=True, check=False
        ).stderr.splitlines()[-1:],
        "gateway": first("git", "-C", str(HERE), "describe", "--always", "--dirty"),
        "load": [round(load, 1) for load in os.getloadavg()],
    }


def save(file, about):
    about["load after"] = [round(load, 1) for load in os.getloadavg()]
    lines = ",\n".join(json.dumps(sample) for sample in samples)
    pathlib.Path(file).write_text(f'{{"about": {json.dumps(about)},\n"samples": [\n{lines}\n]}}\n')
