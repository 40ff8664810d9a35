"""Measures forwards, each from a unix socket here to a forward_server.py: see scripts/bench/forward.

Also writes all samples to the file that SAMPLES names, for scripts/bench/all. WARM says how many transfers come before them.
"""

import json
import os
import pathlib
import socket
import statistics
import sys
import threading
import time

runs, size, rounds, streams, seconds = map(int, sys.argv[1:6])
peers = sys.argv[6:]
warm = int(os.environ.get("WARM", "4"))
block = bytearray(1 << 18)
samples = []


def add(part, unit, peer, value):
    samples.append({"part": part, "unit": unit, "peer": name(peer), "x": None, "value": round(value, 4)})


def name(peer):
    return peer.removesuffix(".sock")


def connect(peer, order):
    """Connected, and the far end has said its first byte."""
    s = socket.socket(socket.AF_UNIX)
    s.settimeout(120)
    s.connect(peer)
    if s.recv(1) != b"+":
        raise SystemExit(f"{peer}: the far end does not answer")
    s.sendall(order.encode() + b"\n")
    return s


def timed_connect(peer):
    began = time.perf_counter()
    s = connect(peer, "close")
    took = time.perf_counter() - began
    s.close()
    return took


def down(peer):
    left = size << 20
    with connect(peer, f"down {left}") as s:
        began = time.perf_counter()
        while left > 0:
            got = s.recv_into(block)
            if got == 0:
                raise SystemExit(f"{peer}: cut off with {left} bytes missing")
            left -= got
        return time.perf_counter() - began


def up(peer):
    left = size << 20
    with connect(peer, f"up {left}") as s:
        began = time.perf_counter()
        while left > 0:
            left -= s.send(block[: min(left, len(block))])
        if s.recv(1) != b".":
            raise SystemExit(f"{peer}: not taken")
        return time.perf_counter() - began


def shares(peer):
    """What each of many streams got in the same time."""
    got = [0] * streams
    open_streams = [connect(peer, "flood") for _ in range(streams)]
    counting = threading.Event()
    over = threading.Event()

    def take(i):
        mine = bytearray(1 << 15)
        while not over.is_set():
            count = open_streams[i].recv_into(mine)
            if counting.is_set():
                got[i] += count

    threads = [threading.Thread(target=take, args=(i,), daemon=True) for i in range(streams)]
    for thread in threads:
        thread.start()
    time.sleep(1)
    counting.set()
    time.sleep(seconds)
    counting.clear()
    over.set()
    for thread in threads:
        thread.join(10)
    for s in open_streams:
        s.close()
    return got


def table(title, columns):
    print(f"\n{title:<44}" + "".join(f" {column:>8}" for column in columns))


def line(what, *values):
    print(f"{what:<44}" + "".join(f" {value:8.2f}" for value in values), flush=True)


def quantile(values, q):
    return sorted(values)[min(len(values) - 1, round(q * (len(values) - 1)))]


def in_turn(measure, count, warm):
    for peer in peers:
        for _ in range(warm):
            measure(peer)
    samples = {peer: [] for peer in peers}
    for _ in range(count):
        for peer in peers:
            samples[peer].append(measure(peer))
    return samples


times = in_turn(timed_connect, runs, 25 * warm)
table("connect and first byte, ms", ["p50", "p95"])
for peer in peers:
    line(name(peer), quantile(times[peer], 0.5) * 1e3, quantile(times[peer], 0.95) * 1e3)
    for taken in times[peer]:
        add("forward, first byte", "ms", peer, taken * 1e3)
for peer in peers[1:]:
    line(f"gateway / {name(peer)}", quantile(times[peers[0]], 0.5) / quantile(times[peer], 0.5))

for way in (down, up):
    times = in_turn(way, rounds, warm)  # a gateway that has just started still compiles
    table(f"{size} MiB {way.__name__}, MiB/s", ["median"])
    for peer in peers:
        line(name(peer), size / statistics.median(times[peer]))
        for taken in times[peer]:
            add(f"forward {way.__name__}", "MiB/s", peer, size / taken)
    for peer in peers[1:]:
        line(f"gateway / {name(peer)}", statistics.median(times[peer]) / statistics.median(times[peers[0]]))

table(f"{streams} streams for {seconds} s, parts of the mean", ["least", "most", "MiB/s"])
for peer in peers:
    got = shares(peer)
    mean = statistics.mean(got)
    line(name(peer), min(got) / mean, max(got) / mean, sum(got) / seconds / (1 << 20))
    add(f"{streams} forwards at once", "MiB/s", peer, sum(got) / seconds / (1 << 20))
    add(f"{streams} forwards at once, least of the mean", "", peer, min(got) / mean)

if "SAMPLES" in os.environ:
    pathlib.Path(os.environ["SAMPLES"]).write_text(json.dumps(samples))
