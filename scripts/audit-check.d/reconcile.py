"""Compares the audit log with the account."""

import collections
import glob
import gzip
import json
import re

STARTS = {"connection-opened": "conn", "channel-started": "channel", "forward-opened": "channel"}
ENDS = {"connection-closed": "connection-opened", "channel-ended": "channel-started", "forward-closed": "forward-opened"}


def source(event):
    return event["peer"].rsplit(":", 1)[0]


def lines(state):
    """All lines, oldest first."""
    def age(path):
        day, number = re.search(r"audit\.([0-9-]+)(?:\.([0-9]+))?\.log", path).groups()
        return day, int(number or 0)

    for path in [*sorted(glob.glob(f"{state}/audit.*.log*"), key=age), f"{state}/audit.log"]:
        with (gzip.open if path.endswith(".gz") else open)(path, "rt", encoding="utf-8") as file:
            yield from map(json.loads, file)


class Log:
    """The log, as starts with their ends; what breaks a rule is written down."""

    def __init__(self, state, crashes):
        self.problems = []
        self.counts = collections.Counter()
        self.by_source = collections.defaultdict(list)  # events of each peer's address
        self.open_at_crash = 0
        self.cut = collections.defaultdict(collections.Counter)  # of each peer's address: ends that a crash has cut off
        self._open = {}
        self._last = None
        self._crashes = 0
        for event in lines(state):
            self.counts[event["event"]] += 1
            self._take(event)
            self._last = event
        self._end_of_run(stopped=True)
        if self._crashes != crashes:
            self.problems.append(f"the gateway was killed {crashes} times; the log says {self._crashes}")

    def _take(self, event):
        name = event["event"]
        if name == "gateway-started":
            self._end_of_run(stopped=self._last is None or self._last["event"] == "gateway-stopped")
            return
        if self._last is not None and self._last["event"] == "gateway-stopped":
            self.problems.append(f"after the end of the gateway: {event}")
        if event["peer"]:
            self.by_source[source(event)].append(event)
        if name in STARTS:
            self._start(name, event)
        elif name in ENDS:
            self._end(ENDS[name], event)
        elif name == "lines-lost":
            self.problems.append(f"lines are lost: {event}")

    def _start(self, name, event):
        key = (name, event[STARTS[name]])
        if key in self._open:
            self.problems.append(f"started twice: {event}")
        self._open[key] = event

    def _end(self, start, event):
        began = self._open.pop((start, event[STARTS[start]]), None)
        if began is None:
            self.problems.append(f"an end without a start: {event}")
        elif differs := [field for field in began if field not in ("time", "event") and began[field] != event.get(field)]:
            self.problems.append(f"start and end differ in {differs}: {began} {event}")

    def _end_of_run(self, stopped):
        if stopped:
            self.problems += [f"without an end: {event}" for event in self._open.values()]
        else:
            self._crashes += 1
            self.open_at_crash += len(self._open)
            for (start, _), event in self._open.items():
                self.cut[source(event)][next(end for end, began in ENDS.items() if began == start)] += 1
                if start == "connection-opened" and not self._answered(event):
                    self.cut[source(event)]["auth-refused"] += 1  # which is written when the connection ends
        self._open = {}

    def _answered(self, connection):
        """Whether the login of the connection has an end."""
        return any(event["event"] in ("auth-accepted", "auth-refused") and event["conn"] == connection["conn"]
                   for event in self.by_source[source(connection)])


def reconcile(operation, events, cut):
    """What the log says otherwise than the operation knows.

    cut  the ends that are missing because the gateway was killed before it wrote them: a client may be done before that
    """
    def having(name):
        return [event for event in events if event["event"] == name]

    if operation.problem:
        yield operation.problem
    if operation.login is None:
        return
    expected = {"connection-opened": operation.connections, "connection-closed": operation.connections,
                "auth-accepted": operation.connections * (operation.login == "accepted"),
                "auth-refused": operation.connections * (operation.login == "refused")}
    if operation.exact:
        expected |= {"channel-started": len(operation.channels), "channel-ended": len(operation.channels),
                     "forward-opened": len(operation.forwards), "forward-closed": len(operation.forwards),
                     "forward-refused": operation.refused}
    for name, count in expected.items():
        lost = cut[name] if count else 0
        if len(having(name)) + lost != count:
            yield f"{name} {len(having(name))} times instead of {count}"
    yield from unmatched(operation.channels, having("channel-ended"), cut["channel-ended"])
    yield from unmatched(operation.forwards, having("forward-closed"), cut["forward-closed"])


def unmatched(wanted, found, cut):
    """Each that is wanted takes the first that fits; those that say most choose first. So many ends are not there."""
    left = list(found)
    for fields in sorted(wanted, key=len, reverse=True):
        fitting = next((event for event in left if fits(fields, event)), None)
        if fitting is None and cut > 0:
            cut -= 1
        elif fitting is None:
            yield f"nothing like {fields} among {[{field: event.get(field) for field in fields} for event in left]}"
        else:
            left.remove(fitting)


def fits(fields, event):
    return all(event.get(name) >= value[1] if isinstance(value, tuple) else event.get(name) == value
               for name, value in fields.items())
