"""Asks one question after the other, as a hook of an agent does, in its tmux session's name."""
import json
import os
import pathlib
import subprocess
import time

directory = pathlib.Path.home() / ".local/state/shed/agents"
directory.mkdir(parents=True, exist_ok=True)
start = open("/proc/self/stat").read().rsplit(")", 1)[1].split()[19]
name = subprocess.check_output(["tmux", "display-message", "-p", "-t", os.environ["TMUX_PANE"], "#S"], text=True).strip()
for number in range(1, 100):
    identity = os.urandom(12).hex()
    question, answer = directory / f"{identity}.question", directory / f"{identity}.answer"
    row = {"version": 1, "id": identity, "agent": "claude-code", "pid": os.getpid(), "procStart": start,
           "pane": os.environ["TMUX_PANE"], "kind": "permission", "title": "Bash", "detail": f"{name} {number}",
           "options": ["Yes", "No"], "since": int(time.time() * 1000)}
    (directory / f".{identity}").write_text(json.dumps(row) + "\n")
    (directory / f".{identity}").rename(question)
    while not answer.exists():
        time.sleep(0.2)
    answer.unlink()
    question.unlink()
