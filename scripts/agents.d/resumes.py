"""The same conversation after the end of its session, of its container, of the gateway."""
import subprocess
import time

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
