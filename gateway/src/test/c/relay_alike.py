"""A program behind a relay does as one without it: byte for byte on a terminal that this test holds in tmux's place."""
import hashlib
import os
import select
import signal

from harness import LIMIT, equal, eventually
from relay_place import both, children


def every_byte_of_the_output(place):
    script = """
import os, tty
tty.setraw(1)
data = bytes(range(256)) * 8 + b"\\x1b]7501;state=done\\x07\\x1bPtmux;\\x1b\\x1b]7501;?\\x07\\x1b\\\\" + b"\\x1bP1000p%begin 1 1 1\\r\\n%end\\r\\n\\x1b\\\\"
data += b"\\x1b_Gf=100,a=T;" + b"A" * 100000 + b"\\x1b\\\\\\x1b]52;c;" + b"QUJD" * 50000 + b"\\x07\\x1b[>1u\\x1b[?u\\x1b[38;5;201m\\xf0\\x9f\\x98\\x80\\x1b]7501;" + b"x" * 9000
while data:
    data = data[os.write(1, data[:777]):]
"""
    both(place, script, form="python")


def every_byte_of_the_input(place):
    data = bytes(range(256)) * 64 + b"\033[200~pasted\033[201~\033[97;5u" + b"x" * 5000

    def drive(pane):
        pane.until("ready")
        rest = data
        while rest:
            select.select([], [pane.master], [], LIMIT)
            rest = rest[os.write(pane.master, rest[:1000]):]

    output, _ = both(place, f"""
import hashlib, os, tty
tty.setraw(0)
os.write(1, b"ready")
got = b""
while len(got) < {len(data)}:
    got += os.read(0, 4096)
os.write(1, hashlib.sha256(got).hexdigest().encode())
""", drive, "python")
    equal(output, b"ready" + hashlib.sha256(data).hexdigest().encode())


def much_output(place):
    size = 100 << 20
    digest, total = hashlib.sha256(), 0
    pane = place.python(f"""
import os, tty
tty.setraw(1)
block = bytes(range(1, 256)) * 257
left = {size}
while left:
    left -= os.write(1, block[:min(left, 65535)])
""")
    while pane.take():
        digest.update(pane.output)
        total, pane.output = total + len(pane.output), b""
    equal(total, size)
    equal(pane.status(), 0)


def how_it_ends(place):
    for script in ("exit 0", "exit 7", "exit 255", "kill -9 $$", "kill -TERM $$", "kill -SEGV $$", "printf last", "exec no-such-program"):
        both(place, script)


def a_program_that_is_not_there(place):
    output, status = place.pane("no-such-program").end()
    equal((output, os.waitstatus_to_exitcode(status)), (b"no-such-program: No such file or directory\r\n", 1))


def the_last_output_comes(place):
    for _ in range(20):
        output, _ = place.sh("printf '%4000s' x; printf end").end()
        equal((len(output), output[-3:]), (4003, b"end"))


def the_terminal_is_as_tmux_made_it(place):
    both(place, "stty -a; stty size; tty >/dev/null && echo tty; pwd; ps -o stat= -p $$ | tr -d ' '")


def sizes_follow(place):
    def drive(pane):
        pane.until("ready")
        for i in range(200):
            pane.resize(20 + i % 50, 60 + i % 70)
        pane.resize(33, 111)
        pane.until("33 111")
        pane.type("\n")

    for relay in (False, True):
        pane = place.sh("trap 'stty size' WINCH; printf ready; until read line; do :; done", relay=relay)
        drive(pane)
        equal(pane.end()[1], 0)


def keys_that_are_signals(place):
    def drive(pane):
        for key, seen in (("\003", "INT"), ("\034", "QUIT"), ("\004", "EOF")):
            pane.until("ready")
            pane.type(key)
            pane.until(seen)

    both(place, """
import os, signal, sys
for name in ("INT", "QUIT"):
    signal.signal(getattr(signal, "SIG" + name), lambda *_, name=name: os.write(1, name.encode() + b" ready"))
os.write(1, b"ready")
while os.read(0, 100):
    pass
os.write(1, b"EOF")
""", drive, "python")


def jobs_are_stopped_and_continued(place):
    pane = place.pane("bash", "--norc", "-i")
    pane.until("$ ")
    pane.type("sleep 1000\n")
    shell = children(pane.pid)[0]
    job = eventually(lambda: next(iter(children(shell)), None), "a job")
    eventually(lambda: open(f"/proc/{job}/comm").read() == "sleep\n", "the job's start")
    pane.type("\032")
    pane.until("Stopped")
    pane.type("fg\n")
    eventually(lambda: open(f"/proc/{job}/stat").read().rsplit(")", 1)[1].split()[0] == "S", "its going on")
    pane.type("\003")
    pane.until("$ ")
    pane.type("exit 3\n")
    equal(os.waitstatus_to_exitcode(pane.end()[1]), 3)


def signals_to_the_pane_are_the_programs(place):
    for name in ("TERM", "USR1", "HUP", "INT"):
        pane = place.sh(f"trap 'echo got; exit 5' {name}; echo ready; while :; do sleep 0.05; done")
        pane.until("ready")
        os.kill(pane.pid, getattr(signal, f"SIG{name}"))
        pane.until("got")
        equal(os.waitstatus_to_exitcode(pane.end()[1]), 5)


def a_program_that_stops_itself_goes_on(place):
    pane = place.sh("kill -STOP $$; printf on")
    equal(pane.end(), (b"on", 0))


TESTS = [every_byte_of_the_output, every_byte_of_the_input, much_output, how_it_ends, a_program_that_is_not_there, the_last_output_comes,
         the_terminal_is_as_tmux_made_it, sizes_follow, keys_that_are_signals, jobs_are_stopped_and_continued,
         signals_to_the_pane_are_the_programs, a_program_that_stops_itself_goes_on]
