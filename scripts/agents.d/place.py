"""A gateway, its sheds, and the clients that look at them."""
import json
import os
import pathlib
import pty
import re
import shlex
import signal
import subprocess
import threading
import time

MARK = "zqj"
BUSY = ("working", "needs-approval", "needs-input")
HERE = pathlib.Path(__file__).resolve().parent
VARIABLES = {
    "ANTHROPIC_BASE_URL": "http://127.0.0.1:4141", "ANTHROPIC_API_KEY": "0" * 20,
    "OPENAI_BASE_URL": "http://127.0.0.1:4141/v1", "OPENAI_API_KEY": "mock",
    "GOOGLE_GEMINI_BASE_URL": "http://127.0.0.1:4141", "GEMINI_API_KEY": "mock",
    "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1", "DISABLE_AUTOUPDATER": "1", "GEMINI_CLI_NO_RELAUNCH": "true",
}


def until(what, check, seconds=60):
    """What `check` returns as soon as it is true."""
    end = time.time() + seconds
    while not (found := check()):
        if time.time() > end:
            raise TimeoutError(f"not within {seconds} s: {what}")
        time.sleep(0.1)
    return found


class Gateway:
    """The gateway of an ssh configuration in which it is `gw`."""

    def __init__(self, config):
        self.ssh_words = ["ssh", "-F", config, "-o", "BatchMode=yes"]

    def ssh(self, host, line, stdin=None, check=True, seconds=120):
        """The status and the output of a command."""
        words = [*self.ssh_words, *([] if stdin else ["-n"]), f"{host}@gw", line]
        done = subprocess.run(words, input=stdin, capture_output=True, timeout=seconds)
        out = done.stdout.decode(errors="replace")
        if check and done.returncode:
            raise RuntimeError(f"{host}: {line[:100]}: status {done.returncode}: {out}{done.stderr.decode(errors='replace')}")
        return done.returncode, out

    def lobby(self, line, **options):
        return self.ssh("shed", line, **options)[1]

    def try_lobby(self, line):
        return self.ssh("shed", line, check=False)

    def recreate(self, name):
        variables = " ".join(f"--env {variable}={value}" for variable, value in VARIABLES.items())
        self.lobby(f"create {name} {variables}", seconds=300)

    def create(self, name, files, mock=""):
        """A shed with a mock that has these options, and files by their names in the home."""
        self.recreate(name)
        shed = Shed(self, name)
        shed.put("mock.py", (HERE / "mock.py").read_text())
        for file, text in files.items():
            shed.put(file, text)
        shed.run("mkdir -p /workspace/proj /workspace/other; git init -q /workspace/proj")
        shed.start_mock(mock)
        return shed


class Process:
    """The gateway's own process: the one in the pid file of `state`, of this configuration."""

    def __init__(self, config, state):
        self.config, self.file, self.log = config, pathlib.Path(state, "gateway.pid"), pathlib.Path(state, "gateway.log")

    def number(self):
        return int(self.file.read_text())

    def restart(self):
        """Kills it without a warning, and starts another one."""
        os.kill(self.number(), signal.SIGKILL)
        words = [HERE.parent / "shed-gateway", "serve", "--config", self.config]
        with open(self.log, "ab") as log:
            started = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        self.file.write_text(str(started.pid))


class Shed:
    def __init__(self, gateway, name):
        self.gateway, self.name = gateway, name

    def run(self, line, **options):
        return self.gateway.ssh(self.name, line, **options)[1]

    def put(self, file, text):
        self.run(f'mkdir -p "$(dirname {file})"; cat >{file}', stdin=text.encode())

    def start_mock(self, options=""):
        self.run(f"setsid python3 mock.py --log mock.log {options} >mock.out 2>&1 </dev/null & "
                 "until (exec 3<>/dev/tcp/127.0.0.1/4141) 2>/dev/null; do sleep 0.1; done")

    def log(self):
        return [json.loads(line) for line in self.run("cat mock.log 2>/dev/null || true").splitlines()]

    def exists(self, file):
        return self.gateway.ssh(self.name, f"test -e {file}", check=False)[0] == 0

    def delete(self):
        self.gateway.try_lobby(f"delete {self.name} --force")


class Session:
    def __init__(self, shed, name):
        self.shed, self.name = shed, name
        self.gateway = shed.gateway

    def run(self, *words):
        self.gateway.lobby(shlex.join(["run", self.shed.name, self.name, "--", *words]))

    def start(self, command, directory="/workspace/proj"):
        self.run("sh", "-c", f"cd {directory} && exec {command}")

    def begin(self, agent):
        """Starts the agent, and waits until it takes a task."""
        self.start(agent.command)
        self.ready(agent)

    def ready(self, agent):
        self.until(f"{agent.word} is ready", lambda: re.search(agent.ready, self.screen()), 240)
        self.until(f"{agent.word} takes keys", self.echoes, 120)
        self.until("its line is empty again", self.erased)

    def echoes(self):
        """Types a mark, and looks whether it is shown. Some agents draw their screen first, and lose early keys."""
        self.send(MARK, "--no-enter")
        end = time.time() + 2
        while not (shown := MARK in self.screen()) and time.time() < end:
            time.sleep(0.1)
        return shown

    def erased(self):
        """Takes the marks back; what was typed early may be shown late."""
        if MARK in self.screen():
            self.key(*["backspace"] * len(MARK))
            time.sleep(0.5)
        return MARK not in self.screen()

    def until(self, what, check, seconds=60):
        """As `until`; a failure has the screen."""
        try:
            return until(what, check, seconds)
        except TimeoutError as error:
            raise TimeoutError(f"{error}; {self.name} is {self.status()}\n{self.screen()}") from None

    def takes_a_task(self):
        return self.status() not in BUSY

    def send(self, text, *options, check=True):
        """0, or the status with which the gateway refused it."""
        line = shlex.join(["send", self.shed.name, self.name, *options, text])
        return self.gateway.ssh("shed", line, check=check)[0]

    def key(self, *keys):
        self.gateway.lobby(f"send {self.shed.name} {self.name} " + " ".join(f"--key {key}" for key in keys))

    def screen(self):
        return self.gateway.try_lobby(f"peek {self.shed.name} {self.name}")[1]

    def row(self):
        listed = json.loads(self.gateway.lobby(f"sessions {self.shed.name} --json"))["sessions"]
        return next((row for row in listed if row["name"] == self.name), {})

    def status(self):
        return self.row().get("status", "gone")

    def kill(self):
        self.gateway.try_lobby(f"kill {self.shed.name} {self.name}")


class Follower:
    """The events of a shed, with the time when each one came."""

    def __init__(self, shed):
        words = [*shed.gateway.ssh_words, "-n", "-o", "ControlPath=none", "shed@gw", f"events {shed.name} --json"]
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        self.rows = []
        threading.Thread(target=self.read, daemon=True).start()
        until("events", lambda: self.rows, 30)

    def read(self):
        for line in self.process.stdout:
            self.rows.append((time.time(), json.loads(line)))

    def last(self, session):
        """What the session was last said to have."""
        return next((row["status"] for _, row in reversed(self.rows) if self.is_about(session, row)), None)

    @staticmethod
    def is_about(session, row):
        return row.get("event") == "session-status" and row["session"] == session.name

    def first(self, session, statuses, since):
        """When the session was first said to have one of these statuses after that time."""
        return next((at for at, row in list(self.rows)
                     if at > since and self.is_about(session, row) and row["status"] in statuses), None)

    def close(self):
        self.process.kill()
        self.process.wait()


class Terminal:
    """A client that is attached to a session."""

    def __init__(self, session, columns=120, rows=40):
        self.main, terminal = pty.openpty()
        os.set_inheritable(terminal, True)
        subprocess.run(["stty", "rows", str(rows), "cols", str(columns)], stdin=terminal, check=True)
        words = [*session.gateway.ssh_words, "-tt", f"{session.shed.name}+{session.name}@gw"]
        environment = {**os.environ, "TERM": "xterm-256color"}
        self.process = subprocess.Popen(words, stdin=terminal, stdout=terminal, stderr=terminal, env=environment)
        os.close(terminal)
        threading.Thread(target=self.read, daemon=True).start()
        until("a client is attached", lambda: session.row().get("attached"), 30)

    def read(self):
        try:
            while os.read(self.main, 65536):
                pass
        except OSError:
            pass

    def type(self, text):
        os.write(self.main, text.encode())

    def close(self):
        self.process.kill()
        self.process.wait()
        os.close(self.main)
