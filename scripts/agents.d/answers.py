"""Answers by hook, by plugin and by keys, to the real dialogs."""
import json
import time

from races import Asking


def find(asking, text):
    """The question with that text, once the agent has drawn its dialog: before that it is another one."""
    listed = json.loads(asking.shed.gateway.lobby(f"inbox {asking.shed.name} --json"))["questions"]
    return next((row for row in listed if row["session"] == asking.session.name and text in row["detail"] and row["options"]), None)


def once(asking, task, verb, text):
    """Answers the question with that text; returns its source, or what the verb said."""
    asking.session.until("it takes a task", asking.session.takes_a_task)
    asking.session.send(task)
    row = asking.session.until("the question in the inbox", lambda: find(asking, text))
    word, _, rest = verb.partition(" ")
    status, said = asking.shed.gateway.try_lobby(f"{word} {row['id']} {rest}")
    time.sleep(1.5)
    return row["source"] if status == 0 else f"refused ({status})"


def run(shed, agent):
    """Prints how each answer was given; returns whether each had its effect or was refused."""
    asking, good, rows = Asking(shed, agent, "answers"), True, []
    for verb, wanted in (("approve", True), ("deny", False), ("answer --option 1", True)):
        file = f"answer-{agent.word}-{verb.split()[0]}"
        said = once(asking, f"mock: run touch /workspace/proj/{file}", verb, file)
        if not said.startswith("refused"):
            good &= asking.made(file) == wanted
            said += "" if asking.made(file) == wanted else " WRONG"
        rows.append(f"{verb.split()[0]} {said}")
        asking.refuse()
    if agent.question:
        said = once(asking, "mock: ask it", "answer --option 2", "Which colour")
        rows.append(f"option of a question {said}")
        asking.session.key("escape")
    asking.session.kill()
    print(f"answers to {agent.word}: {', '.join(rows)}", flush=True)
    return good
