"""The same conversation, with the same options, after the end of its session, of its container, of the gateway."""
import json
import re
import shlex
import subprocess
import time

from agents import PROJECT
from place import Session, until


class Endings:
    """What ends a session, or what looks at it; each returns when the shed runs again."""

    def __init__(self, shed, gateway_process):
        self.shed, self.gateway, self.process = shed, shed.gateway, gateway_process

    def stop(self):
        self.gateway.lobby(f"stop {self.shed.name}")
        self.gateway.lobby(f"start {self.shed.name}")

    def kill(self):
        subprocess.run(["docker", "kill", f"shed-{self.shed.name}"], check=True, stdout=subprocess.DEVNULL)
        until("the shed is stopped", lambda: self.gateway.try_lobby(f"start {self.shed.name}")[0] == 0)

    def gateway_killed(self):
        self.process.restart()
        until("the gateway answers", lambda: self.gateway.try_lobby("list")[0] == 0)

    def delete(self):
        self.gateway.lobby(f"delete {self.shed.name} --force --keep-volume")
        self.gateway.recreate(self.shed.name)


def once(endings, agent, ending):
    """Returns whether the conversation is on the screen again after that."""
    shed, word = endings.shed, f"remember-{agent.word}-{ending}".replace("_", "-")
    session = Session(shed, f"{agent.word}-{ending.replace('_', '-')}")
    session.begin(agent)
    session.send(f"mock: say {word}")
    session.until("an answer", lambda: session.screen().count(word) > 1)
    time.sleep(1)
    getattr(endings, ending)()
    if ending != "gateway_killed":
        shed.start_mock()
        status, said = shed.gateway.try_lobby(f"resume {shed.name} {session.name}")
        if status:
            return f"NO: {status}"
    try:
        session.until("the conversation", lambda: session.screen().count(word) > 1)
        session.send("mock: say again")
        session.until("an answer in it", lambda: session.screen().count("again") > 1)
    except TimeoutError as error:
        return f"NO: {error}"
    session.kill()
    return "yes"


def run(shed, agent, process):
    """Prints after what the conversation went on; returns whether it always did."""
    endings = Endings(shed, process)
    said = {ending: once(endings, agent, ending) for ending in ("stop", "kill", "gateway_killed", "delete")}
    print(f"the same conversation of {agent.word}: " + ", ".join(f"{name} {what}" for name, what in said.items()), flush=True)
    return all(what == "yes" for what in said.values())


class WithOptions:
    """A session that `run` has started with options, in a shed whose sessions start where the agent trusts."""

    def __init__(self, gateway, name, agent):
        self.agent = agent
        self.shed = gateway.create(name, {file: text.replace(PROJECT, "/workspace") for file, text in agent.files.items()})
        self.session = Session(self.shed, f"{agent.word}-options")

    def begin(self):
        self.session.run(*shlex.split(self.agent.command), *shlex.split(self.agent.options))
        self.session.ready(self.agent)

    def does(self, name):
        """The model that it asks, and whether it asks somebody before it makes a file."""
        begun, file = time.time(), f"/workspace/{name}"
        self.session.until("it takes a task", self.session.takes_a_task)
        self.session.send(f"mock: run touch {file}")
        self.session.until("a dialog or the file", lambda: self.is_asked() or self.shed.exists(file))
        asks = not self.shed.exists(file)
        while self.is_asked():
            self.session.key("escape")
            time.sleep(1)
        models = [row["model"] for row in self.shed.log() if row["time"] > begun and row["verb"] == "run"]
        return models[0], asks

    def is_asked(self):
        return re.search(self.agent.permission, self.session.screen())

    def resumable(self):
        listed = json.loads(self.shed.gateway.lobby(f"sessions {self.shed.name} --json"))
        return [row["name"] for row in listed.get("resumable", [])]


def options(gateway, prefix, agent):
    """Prints after what the agent had its options again, and whether it stays away once it is killed."""
    it = WithOptions(gateway, f"{prefix}-options-{agent.word}", agent)
    endings, wanted, said = Endings(it.shed, None), (agent.model, agent.asks), {}
    try:
        it.begin()
        said["run"] = it.does("run")
        for ending in ("stop", "kill"):
            getattr(endings, ending)()
            it.shed.start_mock()
            gateway.lobby(f"resume {it.shed.name} {it.session.name}")
            it.session.ready(agent)
            said[ending] = it.does(ending)
        it.session.kill()
        endings.kill()
        left = it.resumable()
    finally:
        it.shed.delete()
    texts = [f"{name} {'yes' if what == wanted else f'NO: {what}'}" for name, what in said.items()]
    print(f"the options of {agent.word} after: {', '.join(texts)}; killed, it is {'RESUMABLE' if left else 'gone'}", flush=True)
    return all(what == wanted for what in said.values()) and not left
