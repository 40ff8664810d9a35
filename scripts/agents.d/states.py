"""What the gateway says of each agent in each state, with nobody attached and with somebody attached."""
import dataclasses
import re
import time

from place import BUSY, Follower, Session, Terminal

STATES = ("idle", "thinking", "streaming", "permission", "question", "trust", "done", "error", "interrupted")
RIGHT = {
    "idle": {"idle"}, "thinking": {"working"}, "streaming": {"working"}, "permission": {"needs-approval"},
    "question": {"needs-input"}, "trust": {"needs-input", "needs-approval"}, "done": {"done", "idle"}, "error": {"failed"},
    "interrupted": {"idle", "done"},
}
# How long a status may be wrong before it counts: a busy machine is late, and late is shown.
PATIENCE = 15
# How long the mock works, and where being late is allowed, in seconds.
WORK, LONG_WORK = 6, 20


@dataclasses.dataclass
class Cell:
    """What was answered in a state, and how long after its beginning an event said so, if one had to."""
    answer: str
    right: bool
    lag: float | None = None
    told: bool = True

    def text(self, within):
        if self.answer in ("-", "unknown"):
            return self.answer
        if not self.right:
            return f"WRONG: {self.answer}"
        if not self.told:
            return f"{self.answer} NO EVENT"
        lag = "" if self.lag is None else f" {max(0.0, self.lag):.1f} s" + (" LATE" if self.lag > within else "")
        return self.answer + lag


NONE = Cell("-", True)


class Probe:
    """One session of an agent that is brought from state to state."""

    def __init__(self, shed, agent, attached, within):
        self.shed, self.agent, self.attached = shed, agent, attached
        self.patience = max(PATIENCE, within)
        self.work = WORK if within <= 1 else LONG_WORK
        self.session = Session(shed, f"{agent.word}-{'attached' if attached else 'detached'}")
        self.cells = {}

    def shows(self, pattern):
        return re.search(pattern, self.session.screen())

    def see(self, state, at, begun):
        """Notes what is answered. `at` is when the state began, and what led to it began at `begun`."""
        # The end of a turn is news until somebody has looked.
        right = {"done"} if state == "done" and not self.attached else RIGHT[state]
        end = time.time() + self.patience
        while (answer := self.session.status()) not in right and time.time() < end:
            time.sleep(0.3)
        seen = lambda: self.follower.first(self.session, right, begun)  # noqa: E731
        quiet = state in ("idle", "trust")
        while answer in right and not quiet and not seen() and time.time() < end:
            time.sleep(0.1)
        self.cells[state] = Cell(answer, answer in right, seen() and seen() - at, quiet or seen() is not None)

    def logged(self, event, verb, begun):
        """When the mock has noted this about what was sent since `begun`."""
        rows = [row for row in self.shed.log() if row["time"] > begun and row["event"] == event and row["verb"] == verb]
        return rows[0]["time"] if rows else None

    def send(self, text, event):
        """Sends a task to the model; returns when it was sent, and when the mock began or ended its answer."""
        self.session.until("it takes a task", self.session.takes_a_task)
        self.session.until("an event says so", lambda: self.follower.last(self.session) not in BUSY)
        begun, verb = time.time(), text.split()[1]
        self.session.send(text)
        return begun, self.session.until(f"mock: {text}", lambda: self.logged(event, verb, begun))

    def dialog(self, state, task, pattern):
        """A task that ends in a dialog, which Esc closes."""
        begun, _ = self.send(task, "end")
        self.session.until(state, lambda: self.shows(pattern), 30)
        self.see(state, time.time(), begun)
        self.session.key("escape")
        self.session.until("the dialog is gone", lambda: not self.shows(pattern), 30)
        time.sleep(1)

    def idle(self):
        self.session.begin(self.agent)
        now = time.time()
        self.see("idle", now, now)

    def thinking(self):
        self.see("thinking", *reversed(self.send(f"mock: think {self.work}", "begin")))

    def streaming(self):
        begun, at = self.send(f"mock: stream {self.work}", "begin")
        self.see("streaming", at, begun)
        ended = self.session.until("the end of the turn", lambda: self.logged("end", "stream", begun))
        self.see("done", ended, ended - 0.2)

    def error(self):
        self.see("error", *reversed(self.send("mock: fail 400", "end")))

    def interrupted(self):
        self.send("mock: think 30", "begin")
        time.sleep(2)
        for key in self.agent.interrupt:
            now = time.time()
            self.session.key(key)
            time.sleep(0.3)
        self.see("interrupted", now, now)

    def permission(self):
        self.dialog("permission", "mock: run touch /workspace/proj/never", self.agent.permission)
        if self.shed.exists("/workspace/proj/never"):
            raise AssertionError(f"{self.agent.word} ran what Esc refused")

    def question(self):
        self.dialog("question", "mock: ask it", self.agent.question)

    def trust(self):
        other = Session(self.shed, self.session.name + "-trust")
        other.start(self.agent.command, "/workspace/other")
        self.session, main = other, self.session
        self.session.until("the dialog about trust", lambda: self.shows(self.agent.trust), 90)
        time.sleep(1)
        now = time.time()
        self.see("trust", now, now)
        self.session = main
        other.kill()

    def run(self, states):
        wanted = [state for state in ("thinking", "streaming", "permission", "question", "error", "interrupted", "trust")
                  if state in states or (state == "streaming" and "done" in states)]
        self.follower = Follower(self.shed)
        terminal = None
        try:
            self.idle()
            terminal = Terminal(self.session) if self.attached else None
            for state in wanted:
                if state in ("question", "trust") and not getattr(self.agent, state):
                    continue
                self.attempt(state)
        finally:
            if terminal:
                terminal.close()
            self.follower.close()
            self.session.kill()
        return {state: self.cells.get(state, NONE) for state in STATES if state in states}

    def attempt(self, state):
        try:
            getattr(self, state)()
        except (TimeoutError, AssertionError, RuntimeError) as error:
            self.cells.setdefault(state, Cell("not reached", False))
            print(f"{self.session.name}: {state}: {error}", flush=True)


def row(probe, states, within):
    try:
        return [cell.text(within) for cell in probe.run(states).values()]
    except (RuntimeError, TimeoutError) as error:
        print(f"{probe.session.name}: {error}", flush=True)
        return ["WRONG: not started"] * len(states)


def table(shed, agents, options):
    """Prints the table; returns whether it has nothing wrong or late."""
    good, states = True, options.states.split()
    print(f"| agent | attached | {' | '.join(state for state in STATES if state in states)} |")
    print("|---|---|" + "---|" * len(states), flush=True)
    for agent in agents:
        for attached in options.attached.split():
            texts = row(Probe(shed, agent, attached == "yes", options.within), states, options.within)
            print(f"| {agent.word} | {attached} | {' | '.join(texts)} |", flush=True)
            good &= not any(bad in text for text in texts for bad in ("WRONG", "LATE", "NO EVENT"))
    return good
