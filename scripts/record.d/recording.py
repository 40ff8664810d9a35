"""A terminal in which a shell runs, recorded as an asciicast, version 2."""
import fcntl
import json
import os
import pty
import re
import signal
import struct
import termios
import threading
import time

KEY_SECONDS = 0.06


class Recording:
    """A shell on a terminal of its own. What it prints is kept, with its time."""

    def __init__(self, words, environment, columns, rows):
        self.size, self.rows, self.seen = (columns, rows), [], 0
        self.process, self.main = pty.fork()
        if self.process == 0:
            os.execvpe(words[0], words, environment)
        fcntl.ioctl(self.main, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.begin = time.time()
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        rest = b""
        try:
            while data := rest + os.read(self.main, 65536):
                text = data.decode(errors="ignore")
                rest = data[len(text.encode()):] if len(data) - len(text.encode()) < 4 else b""
                self.rows.append((time.time() - self.begin, text))
        except OSError:
            pass

    def type(self, text, enter=True):
        """Types as a person does."""
        self.seen = len(self.rows)
        for letter in text + ("\r" if enter else ""):
            os.write(self.main, letter.encode())
            time.sleep(KEY_SECONDS)

    def unrecorded(self, line, pattern):
        """Gives the shell a line, waits until this was printed, and forgets both and the time that they took."""
        kept, before = len(self.rows), time.time()
        self.seen = kept
        os.write(self.main, (line + "\r").encode())
        self.wait(pattern)
        time.sleep(0.5)
        del self.rows[kept:]
        self.begin += time.time() - before

    def show(self, text):
        """Puts a text on the screen that the shell did not print."""
        self.rows.append((time.time() - self.begin, text))

    def wait(self, pattern, seconds=60):
        """Until this was printed since the last key."""
        end = time.time() + seconds
        while not re.search(pattern, self.printed()):
            if time.time() > end:
                raise TimeoutError(f"{pattern} was not printed within {seconds} s: {self.printed()[-2000:]}")
            time.sleep(0.1)

    def printed(self):
        """The text since the last key, without what moves and colours it."""
        text = "".join(text for _, text in self.rows[self.seen:])
        return re.sub(r"\x1b(\][^\x07\x1b]*(\x07|\x1b\\)|\[[0-9;?<>=]*[a-zA-Z]|[()][A-Z0-9]|[=>78cM])", "", text)

    def save(self, file, rows=None):
        """Writes what has been recorded until now; a smaller screen is enough if only its upper rows are used."""
        header = {"version": 2, "width": self.size[0], "height": rows or self.size[1], "env": {"TERM": "xterm-256color"}}
        with open(file, "w", encoding="utf-8") as cast:
            for row in (header, *([round(at, 3), "o", text] for at, text in self.rows)):
                cast.write(json.dumps(row, ensure_ascii=False) + "\n")

    def close(self):
        os.kill(self.process, signal.SIGHUP)
        os.waitpid(self.process, 0)
        self.reader.join(5)
        os.close(self.main)
