"""tour.py SSH_CONFIG PREFIX DIRECTORY: plays the tour, and writes tour.cast, picker.cast and inbox.cast there."""
import json
import os
import pathlib
import re
import sys
import time

import agents
import place
from recording import Recording

CLAUDE, OPENCODE = agents.ALL["claude-code"], agents.ALL["opencode"]
COLUMNS, ROWS = 100, 28
DETACH, DOWN = "\x02d", "j"
TASK = "Run the tests"
REPLIES = {TASK: "mock: run ./test.sh => All 42 tests pass.", "Build the site": "mock: run npm run build => The site is built."}
SCRIPT = "#!/bin/sh\nsleep 1; echo 'ok: 42 tests passed'\n"
TRUSTED = {"projects": {"/workspace": {"hasTrustDialogAccepted": True, "hasCompletedProjectOnboarding": True}}}
SHELL = """\
PS1='\\[\\e[1;32m\\]{machine}\\[\\e[0m\\]$ '
ssh() {{ command ssh -o ControlMaster=no -o ControlPath=none -F '{config}' "$@"; }}
printf 'machine %s\\n' {machine}
"""


class Tour:
    def __init__(self, config, prefix, directory):
        self.config, self.directory = config, pathlib.Path(directory)
        self.gateway = place.Gateway(config)
        self.first, self.api, self.web = (f"{prefix}-{name}" for name in ("first", "api", "web"))

    def prepare(self):
        """Two sheds; in one an agent that asks already."""
        self.gateway.try_lobby(f"delete {self.first} --force")
        files = {".claude.json": json.dumps({**agents.CLAUDE, **TRUSTED}), **OPENCODE.files,
                 "replies.json": json.dumps(REPLIES), "/workspace/test.sh": SCRIPT,
                 "/workspace/.claude/settings.json": json.dumps({"permissions": {"defaultMode": "default"}})}
        for name in (self.api, self.web):
            shed = self.gateway.create(name, files, "--replies replies.json")
            shed.run("rmdir /workspace/other; chmod +x /workspace/test.sh")
        asking = place.Session(shed, "opencode")
        asking.begin(OPENCODE)
        asking.send("Build the site")
        asking.until("a question", lambda: asking.status() == "needs-approval")

    def on(self, recording, machine):
        """A clear screen, and the prompt of this machine."""
        file = self.directory / "bashrc"
        file.write_text(SHELL.format(machine=machine, config=self.config))
        recording.unrecorded(f". {file}", f"machine {machine}")
        recording.show(f"\x1b[H\x1b[2J\x1b[1;32m{machine}\x1b[0m$ ")
        time.sleep(1)

    def play(self):
        recording = Recording(["bash", "--rcfile", "/dev/null"], {**os.environ, "TERM": "xterm-256color"}, COLUMNS, ROWS)
        try:
            self.begin_work(recording)
            self.answer(recording)
            self.look(recording)
            recording.save(self.directory / "tour.cast")
        finally:
            recording.close()

    def begin_work(self, recording):
        """An agent is given a task. When it asks, nobody is there."""
        session = place.Session(place.Shed(self.gateway, self.api), "claude")
        self.on(recording, "laptop")
        recording.type("# Ctrl-B d will detach")
        recording.type(f"ssh {self.api}+claude@gw")
        recording.wait("/workspace")
        recording.type("claude")
        session.until("Claude Code", lambda: "❯" in session.screen())
        time.sleep(2)
        recording.type(TASK)
        session.until("a question", lambda: re.search(CLAUDE.permission, session.screen()))
        time.sleep(4)
        recording.type(DETACH, enter=False)
        recording.wait("detached")
        time.sleep(2)

    def answer(self, recording):
        """The questions of all agents, and an answer to one."""
        self.on(recording, "phone")
        recording.type("# an hour later, on the phone")
        recording.type("ssh gw inbox")
        recording.wait(r"Bash: ./test.sh[^$]*\$")
        recording.save(self.directory / "inbox.cast", 10)
        time.sleep(3)
        questions = json.loads(self.gateway.lobby("inbox --json"))["questions"]
        asked = next(row["id"] for row in questions if row["shed_name"] == self.api)
        recording.type(f"ssh gw answer {asked} --option 1")
        recording.wait("answered")
        session = place.Session(place.Shed(self.gateway, self.api), "claude")
        session.until("the end", lambda: session.status() == "done")
        time.sleep(2)

    def look(self, recording):
        """The picker: all sessions of all sheds, and into one of them."""
        recording.type("ssh gw")
        recording.wait("── " + self.web)
        time.sleep(3)
        recording.save(self.directory / "picker.cast")
        recording.type(DOWN, enter=False)
        recording.wait("── " + self.api)
        time.sleep(1)
        recording.type("\r", enter=False)
        recording.wait("claude")
        time.sleep(3)
        recording.type(DETACH, enter=False)
        recording.wait("── " + self.api)
        time.sleep(2)
        recording.type("q", enter=False)
        recording.wait("closed|phone")
        time.sleep(2)


def main():
    tour = Tour(*sys.argv[1:])
    tour.prepare()
    tour.play()


main()
