"""Twenty agents in ten sheds: what the inbox lists, and what it costs to look."""
import json
import os
import subprocess
import time

from place import HERE, Session, until

SHEDS, EACH = 10, 2
SECONDS = 20


def questions(gateway, names):
    """Those of these sheds: the engine may have others."""
    return [row for row in json.loads(gateway.lobby("inbox --json"))["questions"] if row["shed_name"] in names]


def listed(gateway, names):
    return sorted((row["shed_name"], row["session"], row["detail"]) for row in questions(gateway, names))


def processor_time(pid):
    """Of a process, in seconds."""
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def container_time(names):
    """Of what runs in these containers, in seconds. Microseconds of cgroup v2, or nanoseconds of v1."""
    read = ["sh", "-c", "cat /sys/fs/cgroup/cpu.stat || cat /sys/fs/cgroup/cpuacct/cpuacct.usage"]
    texts = (subprocess.run(["docker", "exec", f"shed-{name}", *read], capture_output=True, text=True).stdout for name in names)
    words = [text.split() for text in texts]
    return sum(int(word[1]) / 1e6 if word[0] == "usage_usec" else int(word[0]) / 1e9 for word in words)


def cost(gateway, pid, names):
    """The processor time a second of the gateway and of the containers while somebody watches the inbox."""
    words = [*gateway.ssh_words, "-n", "-o", "ControlPath=none", "shed@gw", "inbox --watch --json"]
    watch = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    time.sleep(5)
    before = processor_time(pid), container_time(names)
    time.sleep(SECONDS)
    after = processor_time(pid), container_time(names)
    watch.kill()
    watch.wait()
    return [100 * (late - early) / SECONDS for early, late in zip(before, after)]


def run(gateway, prefix, pid):
    """Prints the figures; returns whether each question was listed as long as it was asked."""
    names = [f"{prefix}-inbox-{number}" for number in range(SHEDS)]
    sheds = [gateway.create(name, {"fake.py": (HERE / "fake.py").read_text()}) for name in names]
    sessions = [Session(shed, f"s{number}") for shed in sheds for number in range(EACH)]
    for session in sessions:
        session.start("sleep 100000")
    idle = cost(gateway, pid, names)
    for session in sessions:
        session.kill()
        session.start("bash -c 'exec -a claude python3 ~/fake.py'")
    wanted = sorted((session.shed.name, session.name, f"{session.name} 1") for session in sessions)
    complete = until("all questions", lambda: listed(gateway, names) == wanted, 60)
    busy = cost(gateway, pid, names)
    for row in questions(gateway, names)[::2]:
        gateway.lobby(f"approve {row['id']}")
    right = until("the next questions", lambda: [row[2][-1] for row in listed(gateway, names)].count("2") == len(sessions) // 2, 30)
    print(f"inbox of {len(sessions)} agents in {SHEDS} sheds: complete and right", flush=True)
    print(f"while it is watched, % of a processor: gateway {busy[0]:.1f}, without agents {idle[0]:.1f}; "
          f"all containers {busy[1]:.1f}, without agents {idle[1]:.1f}", flush=True)
    for shed in sheds:
        shed.delete()
    return bool(complete and right)
