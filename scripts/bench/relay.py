"""The measuring of scripts/bench/relay: relay.py PORTER ROUNDS SIZE KEYS"""

import os
import pathlib
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "gateway/src/test/c"))

from relay_place import Place, relay_of

REST = 10  # seconds

OUTPUT = """
import os, tty
tty.setraw(0)
os.write(1, b"ready")
os.read(0, 1)
block, left = b"0123456789abcde\\n" * 4096, {size}
while left:
    left -= os.write(1, block[:min(left, 65536)])
"""
ECHO = """
import os, tty
tty.setraw(0)
os.write(1, b"ready")
while (key := os.read(0, 1)) != b"q":
    os.write(1, key)
"""


def output(place, relay, size):
    """MiB in a second."""
    pane = place.python(OUTPUT.format(size=size << 20), relay=relay)
    pane.until("ready")
    left = size << 20
    began = time.perf_counter()
    pane.type("x")
    while left > 0:
        left -= len(os.read(pane.master, 65536))
    took = time.perf_counter() - began
    pane.status()
    pane.close()
    return size / took


def echo(place, relay, keys):
    """Microseconds."""
    pane = place.python(ECHO, relay=relay)
    pane.until("ready")
    times = []
    for _ in range(keys):
        began = time.perf_counter()
        os.write(pane.master, b"x")
        os.read(pane.master, 16)
        times.append((time.perf_counter() - began) * 1e6)
    pane.type("q")
    pane.status()
    pane.close()
    return statistics.median(times)


def switches(pid):
    with open(f"/proc/{pid}/status") as file:
        return sum(int(line.split()[1]) for line in file if "ctxt_switches" in line)


def at_rest(place):
    """Context switches of the keeper and the relay in some seconds without input or output."""
    pane = place.sh("echo ready; exec sleep 1000")
    pane.until("ready")
    processes = pane.pid, relay_of(pane.pid)
    time.sleep(3)  # a relay looks for the foreground command for a second after output
    before = sum(map(switches, processes))
    time.sleep(REST)
    after = sum(map(switches, processes))
    pane.close()
    pane.status()
    return after - before


def main():
    rounds, size, keys = map(int, sys.argv[2:])
    place = Place(os.path.abspath(sys.argv[1]))
    results = {(name, relay): [] for name in ("output", "echo") for relay in (False, True)}
    try:
        for _ in range(rounds):
            for relay in (False, True):
                results["output", relay].append(output(place, relay, size))
                results["echo", relay].append(echo(place, relay, keys))
        rest = at_rest(place)
    finally:
        place.close()
    median = {key: statistics.median(values) for key, values in results.items()}
    print(f"{'':44}{'without':>10}{'with':>10}")
    print(f"{f'{size} MiB of output, MiB/s':44}{median['output', False]:10.0f}{median['output', True]:10.0f}")
    print(f"{'echo of a key, µs':44}{median['echo', False]:10.0f}{median['echo', True]:10.0f}")
    print(f"{f'context switches in {REST} s at rest':44}{'-':>10}{rest:10}")
    print(f"load {os.getloadavg()[0]:.0f} on {os.cpu_count()} processors")


if __name__ == "__main__":
    main()
