"""kubernetes.py SHEDS ROUNDS DOCKER CLUSTER: measures two gateways in turn. Of each: its directory, and its shed. Run by
scripts/bench/kubernetes."""

import concurrent.futures
import fcntl
import json
import os
import pty
import select
import statistics
import struct
import subprocess
import sys
import termios
import time

SHEDS, ROUNDS = int(sys.argv[1]), int(sys.argv[2])
MIB = 1 << 20
BULK = 256 * MIB
LIMIT = 300
SESSION = "bench"
AT_ONCE = 4

samples = {}


def step(text):
    print(f"bench: {time.strftime('%T')} {text}", file=sys.stderr, flush=True)


def run(argv, **how):
    """Popen.wait looks after pauses of up to 50 ms if it has a limit."""
    how.setdefault("stdin", subprocess.DEVNULL)
    how.setdefault("stdout", subprocess.DEVNULL)
    with subprocess.Popen(argv, **how) as child:
        ended = os.pidfd_open(child.pid)
        in_time = select.select([ended], [], [], LIMIT)[0]
        os.close(ended)
        if not in_time:
            child.kill()
            raise SystemExit(f"bench: not within {LIMIT} s: {argv}")
        if child.wait() != 0:
            raise SystemExit(f"bench: status {child.returncode}: {argv}")


class Gateway:
    def __init__(self, name, place):
        self.name = name
        self.scratch, self.shed = place.split()
        self.program = f"{self.scratch}/bin/ssh"

    def ssh(self, *words, user=None):
        return [self.program, *(["-l", user] if user else []), "H", *words]

    def add(self, part, value):
        samples.setdefault(part, {}).setdefault(self.name, []).append(value)

    def verb(self, *words, **how):
        run(self.ssh(*words, user="shed"), **how)


def seconds(work):
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def milliseconds(work):
    return seconds(work) * 1000


def commands(gateway):
    control = f"{gateway.scratch}/master"
    shared = [gateway.program, "-o", f"ControlPath={control}"]
    with subprocess.Popen([*shared, "-N", "-M", "H"], stdin=subprocess.DEVNULL) as master:
        end = time.monotonic() + LIMIT
        while not os.path.exists(control):
            if time.monotonic() > end:
                raise SystemExit("bench: no connection")
            time.sleep(0.05)
        for count in range(60):
            took = milliseconds(lambda: run([*shared, "H", "true"]))
            if count >= 20:  # those before warm up
                gateway.add("a command, open connection, ms", took)
        master.terminate()


def echo(gateway, part):
    def once():
        client.stdin.write(b"x")
        if not client.stdout.read(1):
            raise SystemExit(f"bench: no echo: {part}")

    with subprocess.Popen(gateway.ssh("cat"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0) as client:
        for count in range(120):
            took = milliseconds(once)
            if count >= 20:
                gateway.add(part, took)
            time.sleep(0.005)


def echo_beside_bulk(gateway):
    with subprocess.Popen(gateway.ssh("cat /dev/zero"), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as bulk:
        time.sleep(1)
        echo(gateway, "echo of a byte beside bulk, ms")
        bulk.kill()


def rate(gateway, part, work):
    gateway.add(part, BULK / MIB / seconds(work))


def output(gateway):
    rate(gateway, "output, MiB/s", lambda: run(gateway.ssh(f"head -c {BULK} /dev/zero")))


def given(gateway):
    with subprocess.Popen(["head", "-c", str(BULK), "/dev/zero"], stdout=subprocess.PIPE) as source:
        run(gateway.ssh("cat >/dev/null"), stdin=source.stdout)


def input_(gateway):
    rate(gateway, "input, MiB/s", lambda: given(gateway))


def screen(gateway, name):
    gateway.verb("create", name)
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ["TERM"] = "xterm-256color"
        os.execv(gateway.program, gateway.ssh("-tt", user=name))
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    seen = b""
    while b"[default]" not in seen:
        if not select.select([terminal], [], [], LIMIT)[0]:
            raise SystemExit(f"bench: no screen: {seen[-300:]}")
        seen += os.read(terminal, 1 << 16)
    return pid, terminal


def first_screen(gateway):
    name = f"{gateway.shed}-new"
    began = time.perf_counter()
    try:
        pid, terminal = screen(gateway, name)
        gateway.add("create to the first screen, s", time.perf_counter() - began)
        os.close(terminal)
        os.waitpid(pid, 0)
    finally:
        gateway.verb("delete", "--force", name)


def more_sheds(gateway, work):
    names = [f"{gateway.shed}-{number}" for number in range(1, SHEDS)]
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(work, names))


def begin_session(gateway, name):
    run(gateway.ssh(f"tmux new-session -d -s {SESSION} 'sleep infinity'", user=name))


def made(gateway, name):
    gateway.verb("create", name)
    begin_session(gateway, name)


def removed(gateway, name):
    subprocess.run(
        gateway.ssh("delete", "--force", name, user="shed"), capture_output=True, stdin=subprocess.DEVNULL, timeout=LIMIT, check=False
    )


def sessions(gateway):
    """Each answer has to be whole."""
    answer = f"{gateway.scratch}/answer"
    for count in range(20):
        with open(answer, "w", encoding="utf-8") as file:
            took = milliseconds(lambda: gateway.verb("sessions", stdout=file))
        with open(answer, encoding="utf-8") as file:
            found = sum(SESSION in line.split() for line in file)
        if found != SHEDS:
            raise SystemExit(f"bench: {found} sessions of {SHEDS}")
        if count >= 5:
            gateway.add(f"sessions of {SHEDS} sheds, ms", took)


def many_sheds(gateway):
    step(f"{SHEDS} sheds, {gateway.name}")
    try:
        took = seconds(lambda: more_sheds(gateway, lambda name: made(gateway, name)))
        step(f"made in {took:.0f} s, {AT_ONCE} at a time")
        begin_session(gateway, gateway.shed)
        sessions(gateway)
    finally:
        more_sheds(gateway, lambda name: removed(gateway, name))


def first_line(*argv):
    return (subprocess.run(argv, capture_output=True, text=True, check=False).stdout or "?").splitlines()[0]


def load():
    return ", ".join(f"{value:.1f}" for value in os.getloadavg())


def about():
    """Of the machine, as in scripts/bench/all."""
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        processor = next((line.partition(":")[2].strip() for line in file if line.startswith("model name")), "?")
    version = subprocess.run(["kubectl", "get", "--raw", "/version"], capture_output=True, text=True, check=False).stdout
    return {
        "date": time.strftime("%Y-%m-%d"),
        "processors": f"{os.cpu_count()} of {processor}",
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') >> 30} GiB",
        "kernel": os.uname().release.partition("-")[0],
        "java": first_line(os.environ["JAVA_HOME"] + "/bin/java", "--version"),
        "docker": first_line("docker", "version", "--format", "{{.Server.Version}}"),
        "kubernetes": json.loads(version or "{}").get("gitVersion", "?"),
        "gateway": first_line("git", "-C", os.path.dirname(__file__), "describe", "--always", "--dirty"),
        "load": load(),
    }


def cell(values):
    ordered = sorted(values)
    return f"{statistics.median(ordered):.3g} ({ordered[int(0.9 * (len(ordered) - 1))]:.3g})"


def report(gateways, facts):
    print("; ".join(f"{key}: {value}" for key, value in facts.items()) + f"; load after: {load()}")
    print()
    print("| median (p90) | " + " | ".join(gateway.name for gateway in gateways) + " |")
    print("|---" * (len(gateways) + 1) + "|")
    for part, values in samples.items():
        print(f"| {part} | " + " | ".join(cell(values[gateway.name]) for gateway in gateways) + " |")


def main():
    gateways = [Gateway("docker", sys.argv[3]), Gateway("kubernetes", sys.argv[4])]
    facts = about()
    parts = (commands, lambda gateway: echo(gateway, "echo of a byte, ms"), echo_beside_bulk, output, input_, first_screen)
    for number in range(ROUNDS):
        step(f"round {number + 1} of {ROUNDS}")
        for part in parts:
            for gateway in gateways:
                part(gateway)
    for gateway in gateways:
        many_sheds(gateway)
    report(gateways, facts)


main()
