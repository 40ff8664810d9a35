#!/usr/bin/env python3
"""A pane's program behind a relay: `porter --relay` (docs/porter-protocol.md, section 11).

    relay_test.py PORTER [pattern]      needs python3, tmux, vim, htop and less

What can be compared is compared with the same program without a relay, byte for byte, on a terminal that this test holds in
tmux's place; the rest with a real tmux.
"""
import os
import select
import shutil
import signal
import subprocess
import sys

import relay_alike
import relay_programs
from harness import LIMIT, attempt, default_signals, equal, eventually
from relay_place import Place, alive, children, relay_of


# --- what a program tells

def a_state_is_recorded(place):
    pane = place.sh(r"printf '\033]7501;state=blocked:kind=question:msg=drop it?\033\\'; printf ready; read line")
    pane.until("ready")
    record = place.recorded(pane.pid, state="blocked")
    program = children(pane.pid)[0]
    equal({key: record[key] for key in ("version", "agent", "pid", "pane", "kind", "message")},
          {"version": 1, "agent": "sh", "pid": program, "pane": "%7", "kind": "question", "message": "drop it?"})
    equal(record["procStart"], open(f"/proc/{program}/stat").read().rsplit(")", 1)[1].split()[19])
    equal(os.stat(place.path(pane.pid)).st_mode & 0o777, 0o600)
    pane.type("\n")
    equal(pane.end()[1], 0)
    equal(place.record(pane.pid), None)


def states_follow_one_another(place):
    pane = place.sh(r"""printf '\033]7501;state=working\a'; read line
        printf '\033]7501;state=blocked:kind=permission:msg=%s\a' "$(printf 'rm "a" \\ \303\244' | base64)"; read line
        for i in 1 2 3 4 5 6 7 8 9; do printf '\033]7501;state=working:msg=%s\a' $i; done; printf '\033]7501;state=done:id=part\a'; read line
        printf '\033]7501;state=clear\a'; read line""")
    first = place.recorded(pane.pid, state="working", message="")
    assert "kind" not in first, first
    pane.type("\n")
    place.recorded(pane.pid, state="blocked", kind="permission", message='rm "a" \\ ä')
    pane.type("\n")
    place.recorded(pane.pid, state="working", message="9")
    pane.type("\n")
    eventually(lambda: place.record(pane.pid) is None, "the end of the record")


def it_is_about_the_program_in_the_foreground(place):
    pane = place.pane("bash", "--norc", "-i")
    pane.until("$ ")
    pane.type(r"""bash -c 'printf "\033]7501;state=working\a"; read line'""" + "\n")
    record = place.recorded(pane.pid, state="working", agent="bash")
    equal(os.getpgid(record["pid"]), record["pid"])
    equal(os.getsid(record["pid"]), children(pane.pid)[0])
    assert record["pid"] != children(pane.pid)[0], "it is the shell's"


def the_question_is_answered_before_that_for_da1(place):
    """DA1 is answered by what stands in tmux's place, as soon as it comes."""
    for closed in ("\\x1b\\\\", "\\x07"):
        pane = place.python(f"""
import os, tty
tty.setraw(0)
os.write(1, b"\\x1b]7501;?{closed}\\x1b[c")
got = b""
while not got.endswith(b"c"):
    got += os.read(0, 100)
os.write(1, ascii(got).encode())
""")
        pane.until("\033[c")
        pane.type("\033[?1;2c")
        output, status = pane.end()
        equal((output.split(b"\033[c")[1].decode(), status), (ascii(f"\033]7501;?{closed}\033[?1;2c".encode().decode("unicode_escape").encode()), 0))


def questions_without_end_are_bounded(place):
    pane = place.python("""
import os, tty
tty.setraw(0)
for _ in range(20000):
    os.write(1, b"\\x1b]7501;?\\x07")
os.write(1, b"asked")
os.read(0, 1)
""")
    pane.until("asked")
    equal(pane.end()[1], 0)


def shed_notify_tells_the_relay(place):
    notify = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../../config/image/agents/shed-notify")
    pane = place.sh(f"{notify} blocked --kind permission 'go: \xe4?'; read line; {notify} clear; read line")
    place.recorded(pane.pid, state="blocked", kind="permission", message="go: \xe4?", agent="sh")
    pane.type("\n")
    eventually(lambda: place.record(pane.pid) is None, "the end of the record")


# --- its end

def nothing_is_left_when_tmux_closes_the_pane(place):
    pane = place.sh(r"printf '\033]7501;state=working\a'; printf ready; sleep 1000")
    pane.until("ready")
    place.recorded(pane.pid, state="working")
    processes = [pane.pid, *children(pane.pid)]
    pane.close()
    pane.status()
    eventually(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in processes), "their end")
    equal(place.record(pane.pid), None)


def what_ignores_the_hangup_lives_on(place):
    pane = place.sh(f"trap '' HUP; echo ready; until test -e {place.directory}/go; do sleep 0.05; done; : >{place.directory}/done")
    pane.until("ready")
    pane.close()
    open(f"{place.directory}/go", "w").close()
    eventually(lambda: os.path.exists(f"{place.directory}/done"), "its end")
    pane.status()


# --- the relay is killed

def a_relay_that_is_killed_is_started_again(place):
    pane = place.sh("trap 'echo hup' HUP; echo ready; while read line; do echo \"<$line>\"; [ \"$line\" != end ] || exit 4; done")
    pane.until("ready")
    for number, name in ((signal.SIGKILL, "a"), (signal.SIGTERM, "b"), (signal.SIGABRT, "c")):
        relay = relay_of(pane.pid)
        os.kill(relay, number)
        eventually(lambda relay=relay: not os.path.exists(f"/proc/{relay}"), "its end")
        pane.type(f"{name}\n")
        pane.until(f"<{name}>")
        pane.resize(20, 70)
    pane.type("end\n")
    output, status = pane.end()
    equal((b"hup" in output, os.waitstatus_to_exitcode(status)), (False, 4))


def what_waits_for_tmux_outlives_the_relay(place):
    """While tmux reads nothing, the relay holds output; it is the keeper's as well."""
    pane = place.python("""
import os, tty
tty.setraw(1)
for i in range(30000):
    os.write(1, b"%07d " % i)
""")
    relay = relay_of(pane.pid)

    def waits():
        with open(f"/proc/{relay}/wchan") as file:
            first = file.read()
        return "poll" in first and not select.select([], [], [], 0.3)[0] and open(f"/proc/{relay}/wchan").read() == first
    eventually(waits, "a relay that waits")
    os.kill(relay, signal.SIGKILL)
    output, status = pane.end()
    equal((output == b"".join(b"%07d " % i for i in range(30000)), status), (True, 0))


def a_flood_outlives_the_relay(place):
    """What a relay was moving when it was killed is lost. Nothing comes twice, and everything else comes."""
    kills, killed, total = 12, [], 1_500_000
    pane = place.python(f"""
import os, tty
tty.setraw(1)
for i in range(0, {total}, 1000):
    data = b"".join(b"%07d%07d\\n" % (number, number) for number in range(i, i + 1000))
    while data:
        data = data[os.write(1, data):]
""")
    output = bytearray()
    while pane.take():
        output += pane.output
        pane.output = b""
        if len(killed) < kills and len(output) > 1_000_000 * (1 + len(killed)):
            killed.append(relay_of(pane.pid))
            os.kill(killed[-1], signal.SIGKILL)
    numbers = [int(line[:7]) for line in output.split(b"\n") if len(line) == 14 and line[:7] == line[7:]]
    equal((pane.status(), len(killed), numbers[-1]), (0, kills, total - 1))
    assert all(left < right for left, right in zip(numbers, numbers[1:])), "something came twice"
    lost = 15 * total - len(output)
    assert 0 <= lost <= kills * 65536, f"{lost} bytes are lost"


def the_program_goes_when_its_keeper_is_killed(place):
    pane = place.sh("echo ready; sleep 1000")
    pane.until("ready")
    processes = children(pane.pid)
    os.kill(pane.pid, signal.SIGKILL)
    pane.status()
    eventually(lambda: not any(alive(pid) for pid in processes), "their end")


# --- in tmux

def tmux_sees_the_program(place):
    pane = place.window("bash", "--norc", "-i")
    eventually(lambda: place.shown(pane, "#{pane_current_command} #{pane_current_path}") == "bash /usr", "the shell")
    place.tmux("send-keys", "-t", pane, "cd /usr/lib && sleep 1000", "Enter")
    eventually(lambda: place.shown(pane, "#{pane_current_command} #{pane_current_path}") == "sleep /usr/lib", "the job")
    place.tmux("send-keys", "-t", pane, "C-c")
    place.tmux("send-keys", "-t", pane, "exec -a " + "/a/very/long/" * 15 + "name sleep 1000", "Enter")
    eventually(lambda: place.shown(pane, "#{pane_current_command} #{pane_current_path}") == "name /usr/lib", "a long name")


def tmux_sees_how_it_ends(place):
    for script, shown in (("exit 7", "1 7 "), ("kill -TERM $$", "1  15")):
        pane = place.window("sh", "-c", f"read line; {script}")
        place.tmux("set-option", "-p", "-t", pane, "remain-on-exit", "on")
        place.tmux("send-keys", "-t", pane, "Enter")
        eventually(lambda: place.shown(pane, "#{pane_dead} #{pane_dead_status} #{pane_dead_signal}") == shown.strip(), f"the end of {script}")


def a_tmux_in_a_tmux(place):
    pane = place.window("tmux", "-L", "inner", "-f", "/dev/null", "new-session", "-s", "x", "exec sh -c 'echo inside; sleep 1000'")
    eventually(lambda: "inside" in place.tmux("capture-pane", "-p", "-t", pane), "its screen")
    place.tmux("kill-pane", "-t", pane)
    place.tmux("-L", "inner", "kill-server")


def usage(place):
    for words in (["--relay", "--"], ["--relay", "sh"], ["--relay", "", "sh"]):
        equal(subprocess.run([place.program, *words], env=place.environment, capture_output=True, timeout=LIMIT).returncode, 2)


def without_a_terminal_the_program_runs(place):
    done = subprocess.run([place.program, "--relay", "--", "sh", "-c", "cat; exit 3"], env=place.environment, input=b"in", capture_output=True,
                          timeout=LIMIT)
    equal((done.returncode, done.stdout), (3, b"in"))


def without_a_command_it_is_the_login_shell(place):
    with open(f"{place.directory}/.profile", "w") as profile:
        profile.write("echo profile\n")
    pane = place.pane()
    pane.until("profile")
    pane.type("echo \"<$0>\"; printf '\\033]7501;state=done\\a'\n")
    pane.until("<-sh>")
    equal(place.recorded(pane.pid, state="done", agent="sh")["pid"], children(pane.pid)[0])
    pane.type("exit 3\n")
    equal(os.waitstatus_to_exitcode(pane.end()[1]), 3)


def as_the_default_command_of_tmux(place):
    """tmux gives it to the user's shell, whichever that is; what it shows of the pane is that shell."""
    for name in ("bash", "zsh", "fish", "sh"):
        pane = place.tmux("set-environment", "-g", "PROGRAM", place.program, ";", "set-option", "-g", "default-shell", shutil.which(name), ";",
                          "set-option", "-g", "default-command", 'exec "$PROGRAM" --relay', ";",
                          "new-session", "-d", "-c", "/usr", "-P", "-F", "#{pane_id}")
        relay_of(int(place.shown(pane, "#{pane_pid}")))
        eventually(lambda pane=pane, name=name: place.shown(pane, "#{pane_current_command} #{pane_current_path}") == f"{name} /usr", name)


TESTS = [a_state_is_recorded, states_follow_one_another, it_is_about_the_program_in_the_foreground,
         the_question_is_answered_before_that_for_da1, questions_without_end_are_bounded, shed_notify_tells_the_relay,
         nothing_is_left_when_tmux_closes_the_pane, what_ignores_the_hangup_lives_on, a_relay_that_is_killed_is_started_again,
         what_waits_for_tmux_outlives_the_relay, a_flood_outlives_the_relay, the_program_goes_when_its_keeper_is_killed, tmux_sees_the_program, tmux_sees_how_it_ends,
         a_tmux_in_a_tmux, usage, without_a_terminal_the_program_runs, without_a_command_it_is_the_login_shell,
         as_the_default_command_of_tmux, *relay_alike.TESTS, *relay_programs.TESTS]


def in_a_place(program, test):
    place = Place(program)
    try:
        test(place)
    finally:
        place.close()


def main():
    program, pattern = os.path.abspath(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else ""
    missing = [name for name in ("tmux", "vim", "htop", "less", "bash", "zsh", "fish") if shutil.which(name) is None]
    if missing:
        print(f"{', '.join(missing)} not installed; scripts/test installs it")
        return 1
    default_signals()
    results = [attempt(test.__name__, lambda test=test: in_a_place(program, test)) for test in TESTS if pattern in test.__name__]
    print(f"{sum(results)} of {len(results)} passed: {os.path.basename(program)}")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
