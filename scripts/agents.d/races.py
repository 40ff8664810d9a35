"""Tries in which text or an answer comes while an agent asks: nothing may be approved that nobody has approved."""
import json
import re
import threading
import time

from place import Session, Terminal

TEXTS = ("no, do not do this", "", "yes", "1", "two\nlines")


class Asking:
    """A session of an agent that is made to ask."""

    def __init__(self, shed, agent, name):
        self.shed, self.agent = shed, agent
        self.session = Session(shed, f"{agent.word}-{name}")
        self.session.begin(agent)

    def shows(self, file):
        screen = self.session.screen()
        return re.search(self.agent.permission, screen) and file in screen

    def ask(self, *files):
        """The agent asks whether it may make the first of the files."""
        self.session.until("it takes a task", self.session.takes_a_task)
        self.session.send("mock: run " + " ;; ".join(f"touch /workspace/proj/{file}" for file in files))
        self.session.until("a dialog", lambda: self.shows(files[0]))

    def refuse(self):
        """Presses Esc until nothing is asked, and the turn has ended."""
        def refused():
            if re.search(self.agent.permission, self.session.screen()):
                self.session.key("escape")
                time.sleep(0.5)
                return False
            return self.session.takes_a_task()
        self.session.until("nothing is asked", refused)

    def made(self, file):
        return self.shed.exists(f"/workspace/proj/{file}")


def sends(shed, agent, tries):
    """Text is sent as soon as a dialog is on the screen. Returns whether nothing was approved."""
    asking = Asking(shed, agent, "sends")
    approved = typed = 0
    for number in range(tries):
        file = f"sent-{agent.word}-{number}"
        asking.ask(file)
        typed += asking.session.send(TEXTS[number % len(TEXTS)], check=False) == 0
        time.sleep(0.5)
        approved += asking.made(file)
        asking.refuse()
    asking.session.kill()
    print(f"send while {agent.word} asks: {tries} tries, {tries - typed} refused, {approved} approved", flush=True)
    return approved == 0


class Twice:
    """Of two questions in a row the first is answered by a phone and at the desk at the same time."""

    def __init__(self, shed, agent):
        self.asking, self.shed = Asking(shed, agent, "twice"), shed
        self.desk = Terminal(self.asking.session)
        self.took = 0.5

    def find(self, file):
        listed = json.loads(self.shed.gateway.lobby(f"inbox {self.shed.name} --json"))["questions"]
        mine = (row["id"] for row in listed if row["session"] == self.asking.session.name and file in row["detail"])
        return next(mine, None)

    def once(self, number):
        """Returns whether the phone was first, and whether anything was approved that nobody has approved."""
        first, second = (f"twice-{self.asking.agent.word}-{number}-{which}" for which in "ab")
        self.asking.ask(first, second)
        question = self.asking.session.until("the question in the inbox", lambda: self.find(first))
        # Sometimes the one is first and sometimes the other: the delay varies around what the phone takes.
        desk = threading.Timer(self.took * (number * 37 % 200) / 100, self.desk.type, ("\r",))
        desk.start()
        begun = time.time()
        status, _ = self.shed.gateway.try_lobby(f"approve {question}")
        self.took = time.time() - begun
        desk.join()
        time.sleep(1)
        # Where the phone was first, the key of the desk is for what the desk sees by then.
        wrong = status != 0 and self.asking.made(second)
        lost = not self.asking.made(first)
        self.asking.refuse()
        return status == 0, wrong, lost

    def run(self, tries):
        done = [self.once(number) for number in range(tries)]
        self.desk.close()
        self.asking.session.kill()
        return [sum(column) for column in zip(*done)]


def answers(shed, agent, tries):
    phone, wrong, lost = Twice(shed, agent).run(tries)
    print(f"two sides answer {agent.word}: {tries} tries, {phone} by the phone, {wrong} wrong, {lost} without effect", flush=True)
    return wrong == 0
