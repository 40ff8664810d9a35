"""suite.py all|quick FILE: measures everything, and writes the samples to FILE. Run by scripts/bench/all."""

import json
import os
import pathlib
import random
import socket
import string
import subprocess
import sys
import time

import measure as m
from measure import PEERS, SCRATCH, SHED, add, run, seconds, ssh, step

QUICK = sys.argv[1] == "quick"


def size(of_all, of_quick):
    return of_quick if QUICK else of_all


def in_turn(part, unit, count, measures):
    """`measures` has for each peer what measures it once."""
    for _ in range(count):
        for peer, once in measures.items():
            add(part, unit, peer, once())


def milliseconds(argv):
    return lambda: 1e3 * seconds(run, argv)


def warm_up():
    step("warming up")
    for peer in PEERS:
        m.open_connection(peer)
        for _ in range(size(300, 100)):
            run(ssh(peer, "true"))
    mib = size(512, 192)
    for way in (down, up, get, put):
        for _ in range(size(2, 1)):
            way("gateway", mib)


def commands():
    step("commands")
    docker = ["docker", "exec", "-u", "dev", SHED, "true"]
    shared = {peer: milliseconds(ssh(peer, "true")) for peer in PEERS}
    in_turn("command, open connection", "ms", size(200, 40), shared | {"docker exec": milliseconds(docker)})
    in_turn("command, new connection", "ms", size(30, 6), {peer: milliseconds(m.alone(peer, "true")) for peer in PEERS})


# Transfers of so many MiB


def down(peer, mib):
    run(ssh(peer, f"head -c {mib}M /dev/zero", more=("-n",)))


def down_usual(peer, mib):
    run(["ssh", "-n", *usual(peer), m.host(peer), f"head -c {mib}M /dev/zero"])


def usual(peer):
    """For ssh over a shared connection with the ciphers that the client chooses by itself."""
    return ["-F", str(SCRATCH / "config"), "-o", f"ControlPath={SCRATCH}/{peer}.usual"]


def up(peer, mib):
    with subprocess.Popen(["head", "-c", f"{mib}M", "/dev/zero"], stdout=subprocess.PIPE) as source:
        run(ssh(peer, "cat >/dev/null"), stdin=source.stdout)


def terminal(peer, mib):
    run(ssh(peer, f"stty raw; head -c {mib}M /dev/zero", more=("-tt",)), stderr=subprocess.DEVNULL)


def sftp(peer, line):
    batch = SCRATCH / "batch"
    batch.write_text(line + "\n")
    run(["sftp", "-q", *m.options(peer), "-b", str(batch), m.host(peer)])


def big(mib):
    """A file of that size, here and in the shed."""
    here = SCRATCH / f"{mib}.bin"
    if not here.exists():
        run(["head", "-c", f"{mib}M", "/dev/zero"], stdout=here.open("wb"))
        run(["docker", "exec", "-u", "dev", SHED, "sh", "-c", f"head -c {mib}M /dev/zero >/tmp/{mib}.bin"])
    return here


def get(peer, mib):
    big(mib)
    sftp(peer, f"get /tmp/{mib}.bin /dev/null")


def put(peer, mib):
    sftp(peer, f"put {big(mib)} /tmp/put.bin")


def scp_get(peer, mib):
    big(mib)
    run(["scp", "-q", *m.options(peer), f"{m.host(peer)}:/tmp/{mib}.bin", str(SCRATCH / "got.bin")])


def scp_put(peer, mib):
    run(["scp", "-q", *m.options(peer), str(big(mib)), f"{m.host(peer)}:/tmp/put.bin"])


def transfers():
    step("transfers")
    mib = size(512, 128)
    ways = {
        "exec down": (down, mib),
        "exec down, the client's ciphers": (down_usual, mib),
        "exec up": (up, mib),
        "sftp get": (get, mib),
        "sftp put": (put, mib),
        "scp get": (scp_get, mib),
        "scp put": (scp_put, mib),
        "PTY down": (terminal, mib // 8),
    }
    big(mib)
    for peer in PEERS:
        run(["ssh", "-fNM", *usual(peer), m.host(peer)])
    for _ in range(size(5, 1)):
        for name, (way, much) in ways.items():
            for peer in PEERS:
                with m.Processors(peer) as used:
                    took = seconds(way, peer, much)
                account(name, peer, much, took, used)


def account(name, peer, mib, took, used):
    add(name, "MiB/s", peer, mib / took)
    add(name, "CPU s/GiB", peer, used.server(peer) * 1024 / mib)
    for process, spent in used.spent.items():
        if spent > 0 and process != ("sshd" if peer == "gateway" else "gateway"):
            add(name, "CPU s/GiB of each", f"{peer}: {process}", spent * 1024 / mib)


def small_files():
    count = size(10_000, 1_000)
    step(f"rsync of {count} files")
    tree = SCRATCH / "tree"
    for i in range(count):
        file = tree / f"{i % 100}" / f"{i}.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{i}\n" * 100)
    for _ in range(size(3, 1)):
        for peer in PEERS:
            run(ssh(peer, "rm -rf /tmp/tree"))
            shell = " ".join(["ssh", *m.options(peer)])
            argv = ["rsync", "-a", "-e", shell, f"{tree}/", f"{m.host(peer)}:/tmp/tree/"]
            add(f"rsync of {count} files", "s", peer, seconds(run, argv))


def forwards():
    step("forwards")
    code = (m.HERE / "forward_server.py").read_text()
    children = []
    try:
        for peer in PEERS:
            server = subprocess.Popen(
                ssh(peer, f"exec python3 -uc '{code}'", more=("-n",)), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
            children.append(server)
            way = f"{SCRATCH}/{peer}.sock:127.0.0.1:{int(server.stdout.readline())}"
            children.append(subprocess.Popen(m.alone(peer, more=("-n", "-N", "-L", way))))
            m.until("a forward", (SCRATCH / f"{peer}.sock").exists)
        numbers = [size(200, 40), size(256, 128), size(5, 2), 64, size(4, 2)]
        file = SCRATCH / "forward.json"
        sockets = [f"{peer}.sock" for peer in PEERS]
        environment = os.environ | {"SAMPLES": str(file), "WARM": str(size(4, 1))}
        run([sys.executable, "-B", str(m.HERE / "forward.py"), *map(str, numbers), *sockets], cwd=SCRATCH, env=environment)
        m.samples.extend(json.loads(file.read_text()))
        for _ in range(size(3, 1)):
            for way in ("down", "up"):
                for peer in PEERS:
                    with m.Processors(peer) as used:
                        moved(SCRATCH / f"{peer}.sock", way, numbers[1])
                    add(f"forward {way}", "CPU s/GiB", peer, used.server(peer) * 1024 / numbers[1])
    finally:
        for child in children:
            child.terminate()
            child.wait(30)


def moved(path, way, mib):
    """Moves so much through a forward to a forward_server.py."""
    left, block = mib << 20, bytearray(1 << 18)
    with socket.socket(socket.AF_UNIX) as s:
        s.settimeout(120)
        s.connect(str(path))
        s.recv(1)
        s.sendall(f"{way} {left}\n".encode())
        while left > 0:
            left -= s.recv_into(block) if way == "down" else s.send(block[: min(left, len(block))])
        if way == "up":
            s.recv(1)


# Terminals


def session(peer, name):
    """The words that attach to a session."""
    if peer == "gateway":
        return m.alone(peer, more=("-tt", "-l", f"{SHED.removeprefix('shed-')}+{name}"))
    return m.alone(peer, f"tmux -u new-session -A -s {name}", more=("-tt",))


def first_screen(peer):
    began = time.perf_counter()
    shown = m.Terminal(session(peer, "screen"))
    shown.await_text(b"dev@")
    took = 1e3 * (time.perf_counter() - began)
    shown.close()
    return took


def echoes(part, peer, count):
    typed = m.Terminal(session(peer, "echo"))
    typed.await_text(b"dev@")
    typed.write(b"exec cat\r")
    typed.drain(0.5)
    for i in range(count):
        if i % 30 == 29:
            typed.write(b"\r")
            typed.drain(0.1, 2)
        key = random.choice(string.ascii_lowercase).encode()
        began = time.perf_counter()
        typed.write(key)
        typed.await_text(key)
        add(part, "ms", peer, 1e3 * (time.perf_counter() - began))
        time.sleep(0.01)
    typed.write(b"\x03")
    typed.drain(0.3, 2)
    typed.close()


def terminals():
    step("terminals")
    for peer in PEERS:
        first_screen(peer)
    in_turn("connect to screen", "ms", size(20, 4), {peer: lambda peer=peer: first_screen(peer) for peer in PEERS})
    keys, others, floods = size(300, 60), size(50, 10), size(5, 2)
    for peer in PEERS:
        echoes("echo, nobody else", peer, keys)
        crowd = []
        for i in range(others):
            # One at a time: each server drops some of many logins at once (MaxStartups).
            crowd.append(m.Terminal(session(peer, f"other{i}")))
            crowd[-1].await_text(b"dev@")
        for other in crowd[:floods]:
            other.write(b"while :; do seq 2000; done\r")
        with m.Readers(crowd):
            echoes(f"echo, {others} others of which {floods} flood", peer, keys)
        for other in crowd:
            other.close()
        run(ssh(peer, "tmux kill-server"))


# Sheds


def make_shed(name):
    directory = SCRATCH / "state/run" / name
    directory.mkdir(parents=True, exist_ok=True)
    directory.chmod(0o755)
    sessions = "for s in one two three; do tmux -u new-session -d -s $s; done; exec sleep infinity"
    labels = ["--label", "shed=true", "--label", f"shed.name={name}", "--hostname", name, "--name", f"shed-{name}"]
    small = ["--rm", "--init", "--network", "none", "--memory", "64m", "-v", f"{directory}:/run/shed:ro"]
    run(["docker", "run", "-d", *small, *labels, os.environ["PLAIN_IMAGE"], "sh", "-c", sessions])


def lobby(*command, more=()):
    return ["ssh", *more, *m.options("lobby"), "-l", "shed", "gateway", *command]


def listed(prefix):
    told = subprocess.run(lobby("sessions", more=("-n",)), capture_output=True, text=True, check=False, timeout=120)
    return sum(line.startswith(prefix) for line in told.stdout.splitlines())


def listing():
    prefix = SHED.removeprefix("shed-") + "-s"
    made = 0
    run(lobby(more=("-fNM",)))
    try:
        for count in size((1, 10, 50, 100, 200), (1, 10)):
            step(f"sessions of {count} sheds")
            while made < count:
                make_shed(f"{prefix}{made}")
                made += 1
            m.until("all sheds answer", lambda count=count: listed(prefix) == 3 * count)
            for _ in range(size(10, 5)):
                before = m.name_and_seconds(m.gateway())[1]
                took = seconds(listed, prefix)
                add("sessions", "ms", "gateway", 1e3 * took, count)
                used = m.name_and_seconds(m.gateway())[1] - before
                add("sessions, CPU of the gateway", "ms", "gateway", 1e3 * used, count)
    finally:
        sheds = [f"shed-{prefix}{i}" for i in range(made)]
        subprocess.run(["docker", "rm", "-f", *sheds], stdout=subprocess.DEVNULL, check=False, timeout=600)
        run(lobby(more=("-O", "exit")), stderr=subprocess.DEVNULL)


# What a connection costs the gateway


def resources():
    run([os.environ["JAVA_HOME"] + "/bin/jcmd", str(m.gateway()), "GC.run"])
    time.sleep(1)
    pid = m.gateway()
    return {"KiB": m.kib(pid, "VmRSS"), "threads": m.kib(pid, "Threads"), "descriptors": m.descriptors(pid)}


def idle_connection(_):
    process = subprocess.Popen(m.alone("gateway", more=("-n", "-N", "-o", "KexAlgorithms=curve25519-sha256")))
    return lambda: (process.terminate(), process.wait(30))


def attached_session(number):
    shown = m.Terminal(session("gateway", f"m{number}"))
    shown.await_text(b"dev@")
    return shown.close


def grow(what, begin, steps, descriptors):
    start, ends = resources(), []
    logins = lambda: (m.descriptors(m.gateway()) - start["descriptors"]) // descriptors
    try:
        for count in steps:
            step(f"{count} {what}s")
            while len(ends) < count:
                ends.append(begin(len(ends)))
                # A few at a time: each login takes a moment of both processors.
                m.until("logins", lambda: logins() >= len(ends) - 4)
            m.until("all logins", lambda count=count: logins() >= count)
            for unit, now in resources().items():
                add(f"{what}, each", unit, "gateway", (now - start[unit]) / count, count)
    finally:
        for end in ends:
            end()
    m.until("all connections are closed", lambda: m.descriptors(m.gateway()) <= start["descriptors"] + 8)
    for unit, now in resources().items():
        add(f"{what}s, afterwards", unit, "gateway", now - start[unit])


def memory():
    grow("idle connection", idle_connection, size((100, 500, 1000), (20,)), 1)
    grow("attached session", attached_session, size((100, 300, 500), (10,)), 3)


def start():
    """Milliseconds from the start of a process to the banner of ssh."""
    m.end(m.gateway())
    began = time.perf_counter()
    gateway = subprocess.Popen(
        [m.HERE.parent / "shed-gateway", "serve", "--config", SCRATCH / "gateway.yaml"],
        stdin=subprocess.DEVNULL,
        stdout=(SCRATCH / "serve.log").open("ab"),
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    (SCRATCH / "state/gateway.pid").write_text(str(gateway.pid))
    m.until("the gateway listens", lambda: m.greets(int(os.environ["GATEWAY_PORT"])), pause=0.002)
    return 1e3 * (time.perf_counter() - began)


def starts():
    step("starts")
    in_turn("start to first accept", "ms", size(5, 2), {"gateway": start})


def main():
    about = m.machine()
    parts = [warm_up, commands, transfers, small_files, forwards, terminals, listing, memory, starts]
    if chosen := os.environ.get("PARTS"):
        parts = [part for part in parts if part.__name__ in chosen.split() or part is warm_up]
    began = time.monotonic()
    for part in parts:
        part()
        about.setdefault("seconds", {})[part.__name__] = round(time.monotonic() - began)
        began = time.monotonic()
        m.save(sys.argv[2], about)
    for peer in PEERS:
        m.control(peer, "exit")


main()
