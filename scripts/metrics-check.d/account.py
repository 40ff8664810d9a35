"""What the script has done, as the numbers that the gateway must show for it."""

import collections
import contextlib
import dataclasses
import time

from page import sample

# Compared sample by sample: one that the account does not have must not be on the page.
COUNTED = {
    "shed_connections_opened_total", "shed_connections_dropped_total", "shed_connection_duration_seconds_count",
    "shed_logins_total", "shed_login_stage_duration_seconds_count", "shed_channels_ended_total",
    "shed_channel_duration_seconds_count", "shed_channel_received_bytes_total", "shed_channel_sent_bytes_total",
    "shed_verb_duration_seconds_count", "shed_forwards_refused_total", "shed_forward_duration_seconds_count",
    "shed_forward_received_bytes_total", "shed_forward_sent_bytes_total", "shed_porter_start_duration_seconds_count",
    "shed_answers_total", "shed_audit_lines_lost_total", "shed_recordings_failed_total",
}
PRESENT = {"shed_connections", "shed_channels", "shed_forwards", "shed_porters", "shed_sheds", "shed_agents", "shed_ready"}


@dataclasses.dataclass
class Shed:
    """A shed, and its sessions: by name, with the status of the agent in it, or None without an agent."""

    state: str = "running"
    sessions: dict = dataclasses.field(default_factory=dict)


class Account:
    def __init__(self):
        self.total = collections.Counter()  # by sample: what never decreases
        self.open = collections.Counter()  # what is open: logged_in, logging_in, channels, forwards
        self.sheds = {}
        self.unmeasured = set()  # sources of clients whose bytes only the audit log knows
        self.longest = self.shortest = 0.0  # the sum of what connections can have lasted at most and at least

    def add(self, name, count=1, **labels):
        self.total[sample(name, **labels)] += count

    # Connections

    def admitted(self):
        self.add("shed_connections_opened_total")

    def keys_exchanged(self):
        self.add("shed_login_stage_duration_seconds_count", stage="key_exchange")

    def dropped(self):
        self.add("shed_connections_dropped_total")

    def closed(self, longest, shortest=0.0):
        self.add("shed_connection_duration_seconds_count")
        self.longest += longest
        self.shortest += shortest

    def refused(self, keys=True):
        """The login of a connection that has been admitted."""
        self.add("shed_logins_total", result="refused")
        if keys:
            self.keys_exchanged()

    def accepted(self):
        self.keys_exchanged()
        self.add("shed_logins_total", result="accepted")
        self.add("shed_login_stage_duration_seconds_count", stage="authentication")

    @contextlib.contextmanager
    def connection(self):
        """A connection that logs in: open meanwhile."""
        began = time.monotonic()
        self.admitted()
        self.accepted()
        self.open["logged_in"] += 1
        try:
            yield
        finally:
            self.open["logged_in"] -= 1
            self.closed(time.monotonic() - began)

    # Channels

    def process(self):
        """A login found its shed running, and started a process in it."""
        self.shed_found()
        self.add("shed_login_stage_duration_seconds_count", stage="process")

    def shed_found(self):
        self.add("shed_login_stage_duration_seconds_count", stage="shed")

    def channel(self, kind, outcome, received=0, sent=0):
        self.add("shed_channels_ended_total", kind=kind, outcome=outcome)
        self.add("shed_channel_duration_seconds_count", kind=kind)
        self.add("shed_channel_received_bytes_total", received)
        self.add("shed_channel_sent_bytes_total", sent)

    def verb(self, verb, result):
        self.add("shed_verb_duration_seconds_count", verb=verb, result=result)

    # Forwards

    def forward(self, kind, received, sent):
        self.add("shed_forward_duration_seconds_count", kind=kind)
        self.add("shed_forward_received_bytes_total", received)
        self.add("shed_forward_sent_bytes_total", sent)

    def forward_refused(self, kind):
        self.add("shed_forwards_refused_total", kind=kind)

    # Sheds

    def started(self, shed):
        """A container has started: the first process in it needs a porter."""
        self.sheds.setdefault(shed, Shed()).state = "running"
        self.add("shed_porter_start_duration_seconds_count", mode="resident")

    def stopped(self, shed):
        self.sheds[shed] = Shed("stopped")

    def running(self):
        return sorted(name for name, shed in self.sheds.items() if shed.state == "running")

    def present(self):
        """What there is now, by sample, without zeros."""
        now = collections.Counter()
        for state in ("logged_in", "logging_in"):
            now[sample("shed_connections", state=state)] = self.open[state]
        now["shed_channels"], now["shed_forwards"] = self.open["channels"], self.open["forwards"]
        for shed in self.sheds.values():
            now[sample("shed_sheds", state=shed.state)] += 1
            for status in shed.sessions.values():
                if status and shed.state == "running":
                    now[sample("shed_agents", status=status)] += 1
        now[sample("shed_porters", mode="resident")] = sum(shed.state in ("running", "paused") for shed in self.sheds.values())
        for check in ("listener", "engine", "state"):
            now[sample("shed_ready", check=check)] = 1
        return now
