"""What the clients know of themselves: an operation is one client, and has an address of its own as its source, by
which the log's lines are told to be its."""

import dataclasses
import itertools
import threading


@dataclasses.dataclass
class Operation:
    """One client: what it did, and what the log must therefore say.

    login     "accepted", "refused", or None where nobody can know (the client was killed at any time)
    exact     the log has the channels and forwards below and no others
    channels  fields of each channel's end; a number may be ("at least", N)
    forwards  fields of each forward's end
    refused   how many forwards were refused
    """

    number: int
    kind: str
    source: str
    login: str | None = "accepted"
    exact: bool = True
    channels: list = dataclasses.field(default_factory=list)
    forwards: list = dataclasses.field(default_factory=list)
    refused: int = 0
    connections: int = 1
    problem: str = ""

    def unknown(self):
        """Its gateway ended while it was under way, or it was killed at any time: only starts and ends are looked at."""
        self.login, self.exact = None, False


class Account:
    """All operations, and the gate that they pass while the gateway is up."""

    def __init__(self):
        self._numbers = itertools.count(1)
        self._changed = threading.Condition()
        self._up = False
        self._running = {}
        self.done = []

    def begin(self, kind):
        with self._changed:
            self._changed.wait_for(lambda: self._up)
            number = next(self._numbers)
            source = f"127.{1 + (number >> 14)}.{(number >> 7) & 127}.{1 + (number & 127)}"
            operation = Operation(number, kind, source)
            self._running[number] = operation
            return operation

    def end(self, operation):
        with self._changed:
            if self._running.pop(operation.number, None) is None:
                operation.unknown()
                operation.problem = ""
            self.done.append(operation)

    def gateway_up(self):
        with self._changed:
            self._up = True
            self._changed.notify_all()

    def gateway_ends(self):
        """Whatever runs now may be cut off anywhere."""
        with self._changed:
            self._up = False
            self._running.clear()
