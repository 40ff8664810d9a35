"""What the porter's tests share: waiting, comparing, and running one after the other with a limit each."""
import os
import signal
import sys
import time
import traceback

LIMIT = 30  # seconds that anything within a test may take
TEST_LIMIT = 90  # seconds that a test may take


class TooLong(Exception):
    pass


def happens(check, limit):
    """What the check says once it says anything; false when that is not within the limit, in seconds."""
    end = time.monotonic() + limit
    while time.monotonic() < end:
        value = check()
        if value:
            return value
        time.sleep(0.01)
    return False


def eventually(check, what="condition", limit=LIMIT):
    value = happens(check, limit)
    if not value:
        raise AssertionError(f"{what}: not within {limit} s")
    return value


def equal(left, right):
    assert left == right, f"{left!r} is not {right!r}"


def kill_all(pids):
    """Kills them. One that has ended since it was listed is no error."""
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def default_signals():
    """In the background of a script SIGINT is ignored, under nohup SIGHUP, and so it would be in all that is started here. What
    has a handler begins with its default there, and this program stays as deaf as it was."""
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP):
        if signal.getsignal(number) == signal.SIG_IGN:
            signal.signal(number, lambda *_: None)


def time_is_up(*_):
    raise TooLong(f"not within {TEST_LIMIT} s")


def attempt(name, action):
    """Runs it; whether it has passed. What blocks is broken off by the alarm, wherever it blocks."""
    begin = time.monotonic()
    signal.signal(signal.SIGALRM, time_is_up)
    signal.alarm(TEST_LIMIT)
    try:
        action()
    except Exception:
        print(f"FAILED  {name}")
        traceback.print_exc(file=sys.stdout)
        return False
    finally:
        signal.alarm(0)
    print(f"ok      {name} ({time.monotonic() - begin:.2f} s)", flush=True)
    return True
