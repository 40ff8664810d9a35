"""Compares the pages and the status with the account."""

import collections
import json
import os
import pathlib
import re
import time

import page
import reconcile
from account import COUNTED, PRESENT
from page import sample

SETTLES = 45  # seconds: ends are counted a moment later, and the numbers of sheds and agents are 30 s old at most
# Checked one by one: what they count is not known to a client.
OTHERS = {"shed_version", "shed_engine_request_duration_seconds", "process_start_time_seconds", "process_cpu_seconds_total",
          "process_open_fds", "process_max_fds", "jvm_memory_used_bytes"}


class Checker:
    def __init__(self, do, server):
        self.do, self.server = do, server
        self.account = do.account
        self.comparisons, self.compared, self.slowest = 0, 0, 0.0
        self.last = {}
        self.known = {}  # by sample: a difference that has been reported is not one of all later comparisons

    def summary(self):
        return f"{self.compared} values compared; they were right after {self.slowest:.0f} s at most"

    def compare(self, when):
        """What differs, once nothing is under way."""
        self.comparisons += 1
        began = time.monotonic()
        while True:
            now, self.off = self.server.page(), {}
            differences = list(self.differences(now))
            took = time.monotonic() - began
            if not differences or took > SETTLES:
                break
            time.sleep(2)
        differences += self.once(now)
        self.slowest = max(self.slowest, took)
        print(f"{when}: {len(differences)} differences, {self.do.numbers} clients, {self.account.open}, "
              f"sheds {[shed.state for shed in self.account.sheds.values()]}, right after {took:.1f} s", flush=True)
        for difference in differences:
            print("  " + difference, flush=True)
        self.last, self.known = now.values, self.off
        return [f"{when}: {difference}" for difference in differences]

    # What settles

    def differences(self, now):
        wrong = list(self.of_samples(now))
        # The program takes a second, and what is not right on the page is not right there.
        yield from wrong or self.of_status()

    def of_samples(self, now):
        expected = self.account.total + self.unmeasured() + self.account.present()
        for name in sorted(COUNTED | PRESENT):
            found = now.family(name)
            wanted = {key: value for key, value in expected.items() if key.split("{")[0] == name and value != 0}
            for key in sorted(found.keys() | wanted.keys()):
                self.compared += 1
                self.off[key] = found.get(key, 0) - wanted.get(key, 0)
                if self.off[key] != self.known.get(key, 0):
                    yield f"{key}: expected {wanted.get(key, 0)}, actual {found.get(key, 0):.12g}"

    def unmeasured(self):
        """The bytes of clients whose bytes nobody else knows, as the audit log has them."""
        total = collections.Counter()
        for event in reconcile.lines(f"{self.server.scratch}/state"):
            if event["event"] == "channel-ended" and reconcile.source(event) in self.account.unmeasured:
                total["shed_channel_received_bytes_total"] += event["bytes_in"]
                total["shed_channel_sent_bytes_total"] += event["bytes_out"]
        return total

    def of_status(self):
        began = time.time()
        status, text = self.server.status()
        told = json.loads(text)
        # Which client is attached is not in the account.
        told["sessions"] = told["sessions"] and told["sessions"]["all"]
        sheds = [shed.state for shed in self.account.sheds.values()]
        expected = {
            "exit": 0, "status": "ok", "problems": [],
            "connections": {"logged_in": self.account.open["logged_in"], "logging_in": self.account.open["logging_in"],
                            "dropped": self.account.total["shed_connections_dropped_total"],
                            "channels": self.account.open["channels"], "forwards": self.account.open["forwards"]},
            "sheds": {"running": sheds.count("running"), "all": len(sheds)},
            "sessions": sum(len(shed.sessions) for shed in self.account.sheds.values() if shed.state == "running"),
            "engine": {"reachable": True, "problem": None},
            "audit": {"writing": True, "since": None, "problem": None, "lost": 0},
            "recordings": {"failed": 0, "problem": None},
        }
        for field, value in expected.items():
            self.compared += 1
            actual = status if field == "exit" else told.get(field)
            if actual != value:
                yield f"status --json: {field}: expected {value}, actual {actual}"
        if not began - self.server.ready - 2 <= told["uptime_seconds"] <= time.time() - self.server.started:
            yield f"status --json: uptime_seconds: {told['uptime_seconds']}"

    # What is asked once

    def once(self, now):
        yield from now.broken_histograms()
        families = COUNTED | PRESENT | OTHERS
        yield from (f"{name}: the check does not know it" for name in now.types
                    if not any(name in (known, known.removesuffix("_count"), known.removesuffix("_count") + "_max") for known in
                               families | {other + "_max" for other in OTHERS}))
        yield from self.sessions()
        for path, expected in (("/healthz", "ok\n"), ("/readyz", "listener ok\nengine ok\nstate ok\n")):
            if (actual := page.read(self.server.metrics, path)) != (200, expected):
                yield f"{path}: {actual}"
        yield from self.decreased(now)
        yield from self.durations(now)
        yield from self.process(now)

    def sessions(self):
        """As the verb lists them."""
        answer = json.loads(self.do.verb("sessions", "--json"))
        listed, missing = answer["sessions"], {error["shed_name"] for error in answer.get("errors", [])}
        actual = {(row["shed_name"], row["name"]): row["status"] for row in listed}
        expected = {(name, session): status for name, shed in self.account.sheds.items()
                    if shed.state == "running" and name not in missing for session, status in shed.sessions.items()}
        for key in sorted(actual.keys() | expected.keys()):
            if key not in actual or key not in expected or (expected[key] and expected[key] != actual[key]):
                yield f"session {key}: expected {expected.get(key, 'none')}, actual {actual.get(key, 'none')}"

    def decreased(self, now):
        for key, value in self.last.items():
            name = key.split("{")[0]
            if name.endswith(("_total", "_count", "_sum", "_bucket")) and now.values.get(key, -1) < value:
                yield f"{key}: {value:g} before, now {now.values.get(key)}"

    def durations(self, now):
        total = now.get("shed_connection_duration_seconds_sum")
        closed = self.account.total["shed_connection_duration_seconds_count"]
        if not self.account.shortest <= total <= self.account.longest + 3 * closed:
            yield (f"shed_connection_duration_seconds_sum: expected {self.account.shortest:.0f} to {self.account.longest:.0f}, "
                   f"actual {total:.0f}")

    def process(self, now):
        pid = self.server.process.pid
        if now.get("shed_engine_request_duration_seconds_count", result="ok") < 1:
            yield "no request to the engine has succeeded"
        if unavailable := now.values.get(sample("shed_engine_request_duration_seconds_count", result="unavailable"), 0):
            yield f"the engine was unavailable {unavailable:g} times"
        if not self.server.started - 1 <= now.get("process_start_time_seconds") <= self.server.ready:
            yield f"process_start_time_seconds: {now.get('process_start_time_seconds')}"
        files = len(os.listdir(f"/proc/{pid}/fd"))
        if abs(now.get("process_open_fds") - files) > 20:
            yield f"process_open_fds: expected {files}, actual {now.get('process_open_fds'):g}"
        most = re.search(r"Max open files\s+\d+\s+(\d+)", pathlib.Path(f"/proc/{pid}/limits").read_text()).group(1)
        if now.get("process_max_fds") != int(most):
            yield f"process_max_fds: expected {most}, actual {now.get('process_max_fds'):g}"
        ticks = sum(map(int, pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]))
        cpu = ticks / os.sysconf("SC_CLK_TCK")
        if abs(now.get("process_cpu_seconds_total") - cpu) > 10:
            yield f"process_cpu_seconds_total: expected {cpu:.0f}, actual {now.get('process_cpu_seconds_total'):.0f}"
        if not all(now.get("jvm_memory_used_bytes", area=area) > 1e6 for area in ("heap", "nonheap")):
            yield "jvm_memory_used_bytes is too little"
