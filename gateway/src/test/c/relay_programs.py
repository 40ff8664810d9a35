"""Real programs behind a relay do as the same ones without: in two windows of one tmux, whose screens become equal."""
import difflib
import os
import re
import signal
import subprocess
import sys

from harness import LIMIT, equal, eventually, happens
from relay_place import both, relay_of

MODES = " ".join(f"#{{{name}}}" for name in (
    "cursor_x", "cursor_y", "cursor_flag", "alternate_on", "insert_flag", "keypad_flag", "keypad_cursor_flag", "wrap_flag", "origin_flag",
    "mouse_any_flag", "mouse_button_flag", "mouse_standard_flag", "mouse_sgr_flag", "scroll_region_lower", "pane_title",
    "pane_dead", "pane_dead_status", "?pane_dead,,#{pane_current_command}"))
SOURCE = "".join(f"/* line {i:04} */ int f{i}(void) {{ return \"\\t{i * 7919}\"[{i}]; }}\n" for i in range(1, 1001))
HTOPRC = """htop_version=3.2.2
config_reader_min_version=3
header_layout=one_100
column_meters_0=Hostname
column_meter_modes_0=2
screen:Main=PID USER PRIORITY NICE Command
.sort_key=PID
.sort_direction=1
"""
NESTED = "set -g status-right ''\nset -g assume-paste-time 0\nset -g automatic-rename off\nset -g default-command 'exec sh'\n"


class Pair:
    """A program in two windows, without a relay and with one."""

    def __init__(self, place, *command):
        self.place = place
        self.panes = [place.window(*command, relay=relay) for relay in (False, True)]
        self.tmux("set-option", "remain-on-exit-format", "")
        self.tmux("set-option", "remain-on-exit", "on")

    def tmux(self, command, *words):
        for pane in self.panes:
            self.place.tmux(command, "-t", pane, *words)

    def keys(self, *names):
        self.tmux("send-keys", "--", *names)

    def screens(self):
        """What each window shows, with its attributes, and the modes of its terminal."""
        return [self.place.tmux("capture-pane", "-e", "-p", "-t", pane) + "\n" + self.place.shown(pane, MODES) for pane in self.panes]

    def are_same(self, *texts):
        screens = self.screens()
        return screens[0] == screens[1] and all(text in screens[0] for text in texts)

    def same(self, *texts):
        """Waits until the two are equal, and show these texts."""
        try:
            eventually(lambda: self.are_same(*texts), f"equal screens with {texts}")
        except AssertionError as error:
            screens = self.screens()
            lines = difflib.unified_diff(*(ascii(screen).split("\\n") for screen in screens), "without a relay", "with one", lineterm="")
            raise AssertionError("\n".join([str(error), screens[0] if screens[0] == screens[1] else "", *lines])) from None

    def steps(self, *steps):
        for keys, text in steps:
            self.keys(*keys)
            self.same(text)

    def storm(self):
        """Sizes that follow one another faster than a program draws."""
        for i in range(60):
            self.tmux("resize-window", "-x", str(40 + i * 7 % 90), "-y", str(8 + i * 5 % 40))
        self.tmux("resize-window", "-x", "90", "-y", "28")

    def kill_relay(self):
        keeper = int(self.place.shown(self.panes[1], "#{pane_pid}"))
        relay = relay_of(keeper)
        os.kill(relay, signal.SIGKILL)
        eventually(lambda: not os.path.exists(f"/proc/{relay}") and relay_of(keeper), "another relay")

    def ends(self, *keys):
        """Both end with the same status. tmux need not show what a program writes right before its end."""
        self.keys(*keys)
        eventually(lambda: all(self.statuses()), "their ends")
        statuses = self.statuses()
        equal(statuses[1], statuses[0])

    def statuses(self):
        """tmux may miss the end of a program (SIGCHLD) until another process of its own ends."""
        self.place.tmux("run-shell", "true")
        return [self.place.shown(pane, "#{pane_dead_status}#{pane_dead_signal}") for pane in self.panes]


def file(place, name, content):
    path = os.path.join(place.directory, name)
    with open(path, "w") as output:
        output.write(content)
    return path


def stormed(pair, text, *keys):
    """With keys that make the program scroll to one place: where it is depends on which of the sizes it has seen. They are typed
    again if it was not yet the last of them."""
    for step in (lambda: None, pair.kill_relay):
        step()
        pair.storm()
        for _ in range(10):
            if not keys or happens(lambda: pair.are_same(text), 2):
                break
            pair.keys(*keys)
        pair.same(text)


# --- programs that draw on the whole screen

def in_vim(place):
    settings = "set number ruler hlsearch mouse=a title titlestring=vim termguicolors | syntax on"
    pair = Pair(place, "vim", "-N", "-n", "-u", "NONE", "-i", "NONE", "-c", settings, file(place, "source.c", SOURCE))
    pair.same("line 0001", "Top", "vim")
    pair.steps((("/", "line 0500", "Enter"), "line 0500"), (("o", "typed äö😀", "Escape"), "typed äö😀"), (("V", "5", "k"), "VISUAL LINE"),
               (("Escape", ":vsplit", "Enter"), "source.c [+]"), (("G",), "1001,1"),
               (("C-w", "w", ":silent undo", "Enter"), "1000,1"))  # what is not silent says how long ago the change was
    stormed(pair, "line 1000", "z", "z")
    pair.ends(":qa!", "Enter")


def in_htop(place):
    sleepers = [subprocess.Popen(["sleep", str(1000 + i)]) for i in range(3)]
    try:
        pair = Pair(place, "env", "HTOPRC=" + file(place, "htoprc", HTOPRC), "htop", "-p", ",".join(str(sleeper.pid) for sleeper in sleepers))
        pair.same("sleep 1000", "sleep 1002", "F10")
        pair.steps((("Down", "Down"), "sleep 1001"), (("F3", "1001"), "Search: 1001"), (("Escape", "F6"), "Sort by"), (("Escape", "F5"), "List  "))
        stormed(pair, "sleep 1002")
        pair.ends("q")
    finally:
        for sleeper in sleepers:
            sleeper.kill()
            sleeper.wait(LIMIT)


def in_less(place):
    coloured = "".join(f"\033[38;5;{i % 256}m{line}\033[m\n" for i, line in enumerate(SOURCE.splitlines()))
    pair = Pair(place, "env", "LESSHISTFILE=-", "less", "-R", "-M", file(place, "coloured", coloured))
    pair.same("line 0001")
    pair.steps(((" ",), "line 0031"), (("/", "0777", "Enter"), "lines 777-"), (("G",), "line 1000"), (("300g",), "line 0300"))
    stormed(pair, "line 0300", "300g")
    pair.ends("q")


def a_tmux_in_a_window(place):
    configuration = file(place, "nested.conf", NESTED)
    pair = Pair(place, "sh", "-c", f"exec tmux -u -L in-$$ -f {configuration} new-session -s nested")
    pair.same("[nested]", "$")
    pair.steps((("echo fi''rst", "Enter"), "first"), (("C-b", "%"), "│"), (("printf '\\033[7mse%s\\033[m' cond", "Enter"), "second"),
               (("C-b", "c"), "1:sh*"), (("echo la''st", "Enter"), "last"))
    stormed(pair, "last")
    pair.ends("tmux kill-server", "Enter")


# --- colours and keys

def colours(place):
    script = r"""i=0
        while [ $i -lt 256 ]; do printf '\033[38;5;%dm%d\033[48;5;%dm \033[38:2::%d:9:200mx\033[m' $i $i $((255 - i)) $i; i=$((i + 1)); done
        printf '\033[1;3;4:3;58;5;9;9;53mstyled\033[m\033]8;;http://a/\033\\link\033]8;;\033\\'; read line"""
    pair = Pair(place, "sh", "-c", script)
    pair.same("styled", "link", "\033[38;5;201m", "\033[48;5;8m")
    pair.ends("Enter")


READER = r"""
import os, tty
tty.setraw(0)
os.write(1, b"\x1b[>1u\x1b[?u\x1b[>4;1m\x1b[?1004h\x1b[c")
while (key := os.read(0, 1)) != b"q":
    os.write(1, key.hex().encode())
os.write(1, b"\x1b[<u")
"""


def keys_of_the_kitty_protocol(place):
    """tmux gives what it knows of it; a terminal that knows it gives all."""
    pair = Pair(place, sys.executable, "-c", READER)
    pair.same("1b5b3f")
    pair.keys("a", "C-a", "M-x", "S-F5", "C-Up", "C-Enter", "ä", "z")
    pair.same("c3a47a")
    pair.ends("q")

    def drive(pane):
        pane.until("\033[c")
        pane.type("\033[?1u\033[?62;4c\033[97;5u\033[97;5:3u\033[57441;2u\033[13;2u\033[27;1:1u\033[I\033[Oz")
        pane.until(b"z".hex())
        pane.type("q")
    both(place, READER, drive, "python")


# --- tmux's control mode, and images

def lines_of_control_mode(output):
    """Without times and numbers; what a pane has written in one piece or in several is one."""
    lines = re.sub(rb"%(begin|end) \d+ \d+ ", rb"%\1 ", output)
    return re.sub(rb"\r\n%output %(\d+) ([^\r]*)(?:\r\n%output %\1 ([^\r]*))*", lambda match: b"\r\n%output " + b"".join(
        re.findall(rb"%output %\d+ ([^\r]*)", match[0])), lines)


def tmux_in_control_mode(place):
    """On the terminal, as iTerm2 starts it."""
    outputs = []
    for relay in (False, True):
        pane = place.pane("tmux", "-u", "-L", "control", "-f", file(place, "nested.conf", NESTED), "-CC", "new-session", "-s", "x", relay=relay)
        pane.until("$ ")
        for words, text in (("new-window -n cat cat", "%session-window-changed"), ("send-keys -l tüped", "tüped"), ("send-keys Enter", "tüped"),
                            ("refresh-client -C 70,20", "%layout-change"), ("capture-pane -p", "tüped"), ("kill-server", "%exit")):
            pane.type(words + "\n")
            pane.until(text)
        output, status = pane.end()
        outputs.append((lines_of_control_mode(output), status))
    equal(outputs[1], outputs[0])
    assert outputs[0][0].startswith(b"\033P1000p%begin"), outputs[0]


def a_client_in_control_mode(place):
    """What tmux reports of a pane with a relay to a client in control mode."""
    block, end = bytes(range(1, 256)), b"\033\\\033[mend"
    script = f"import os, tty; tty.setraw(1); os.write(1, b'ready'); os.read(0, 1); os.write(1, {block!r} * 200 + {end!r}); os.read(0, 1)"
    pair = Pair(place, sys.executable, "-c", script)
    pair.same("ready")
    for pane in pair.panes:
        client = subprocess.Popen(["tmux", "-u", "-C", "attach-session", "-t", pane], env=place.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        eventually(lambda pane=pane: place.tmux("list-clients", "-t", pane), "the client")
        place.tmux("send-keys", "-t", pane, "x")
        output = b""
        while not output.endswith(b"end"):
            line = client.stdout.readline()
            assert line, output
            if line.startswith(b"%output "):
                output += re.sub(rb"\\(\d{3})", lambda match: bytes([int(match[1], 8)]), line.rstrip(b"\n").split(b" ", 2)[2])
        client.communicate(b"\n", timeout=LIMIT)
        equal(output, block * 200 + end)


def images_by_passthrough(place):
    """They reach the terminal of a client as the program has written them."""
    images = [b"\033Pq\"1;1;90;6" + b"#0;2;90;0;0#0!90~-" * 150 + b"\033\\", b"\033]1337;File=inline=1:" + b"iVBORw0K" * 400 + b"\a",
              b"\033_Ga=T,f=100,m=1;" + b"QUJD" * 500 + b"\033\\", b"\033_Gm=0;" + b"REVG" * 300 + b"\033\\"]
    wrapped = b"".join(b"\033Ptmux;" + image.replace(b"\033", b"\033\033") + b"\033\\" for image in images)
    path = os.path.join(place.directory, "images")
    with open(path, "wb") as output:
        output.write(wrapped)
    seen = []
    for pane in Pair(place, "sh", "-c", f"read line; cat {path}; printf 'do%s' ne; read line").panes:
        place.tmux("set-option", "-p", "-t", pane, "allow-passthrough", "on")
        client = place.pane("tmux", "-u", "attach-session", "-t", pane, relay=False)
        eventually(lambda pane=pane: place.tmux("list-clients", "-t", pane), "the client")
        client.type("\n")
        client.until("done")
        seen.append([client.output.count(image) for image in images])
    equal(seen, [[1] * len(images)] * 2)


TESTS = [in_vim, in_htop, in_less, a_tmux_in_a_window, colours, keys_of_the_kitty_protocol, tmux_in_control_mode, a_client_in_control_mode,
         images_by_passthrough]
