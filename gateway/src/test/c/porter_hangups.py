"""The gateway goes first."""
import os
import time

from harness import attempt, equal, eventually, kill_all
from gateway_side import SPAWN, WINDOW, spawn, test
from process_table import alive, processes, running


def hang_up_on(gw, command, marker="ready", **kwargs):
    task = gw.task(command, **kwargs)
    task.until(lambda: marker.encode() in task.out)
    task.link.close()
    return task


@test
def close_hangs_up_pipes_and_their_group(gw):
    hang_up_on(gw, "sleep 70.1 & sleep 70.2 & echo ready; wait")
    eventually(lambda: not processes("sleep 70."), "group ends", 3)


@test
def without_a_terminal_the_streams_go_first(gw):
    """What reads sees the end and goes on; what does neither read nor write learns of it half a grace period later."""
    said = gw.directory + "/said"
    line = "trap '' PIPE; trap 'echo hup >>$F; exit' HUP; echo ready; cat; echo eof >>$F; sleep 0.2; echo on >>$F; while :; do sleep 0.05; done"
    begin = time.monotonic()
    task = hang_up_on(gw, line, env=["F=" + said], grace=3000)
    eventually(lambda: not alive(task.started), "ends", 5)
    assert 1.4 < time.monotonic() - begin < 2.9, "told after half the grace period"
    equal(open(said).read(), "eof\non\nhup\n")


@test
def what_ends_at_the_end_of_its_input_is_not_hung_up(gw):
    said = gw.directory + "/said-over"
    line = "trap 'echo hup >>$F' HUP; echo ready; cat; echo eof >>$F; sleep 0.3; echo over >>$F"
    begin = time.monotonic()
    task = hang_up_on(gw, line, env=["F=" + said], grace=20000)
    eventually(lambda: gw.stat()["tasks"] == 0, "worker ends", 5)
    assert time.monotonic() - begin < 5, "nobody waits for what has ended"
    assert not alive(task.started)
    equal(open(said).read(), "eof\nover\n")


@test
def what_was_sent_before_the_close_is_delivered(gw):
    """However soon the gateway closes, and however full the pipe is."""
    for size in (1, 20000, WINDOW):
        for slow in ("", "sleep 0.3; "):
            for attempt in range(10 if not slow else 1):
                file = f"{gw.directory}/sent-{size}-{len(slow)}-{attempt}"
                task = gw.task(f"{slow}cat >$F.part; mv $F.part $F", env=["F=" + file], grace=3000)
                for at in range(0, size, 65536):
                    task.use_credit(min(65536, size - at))
                task.eof_in()
                task.link.close()
                eventually(lambda: os.path.exists(file), f"{file} is there", 5)
                equal(os.path.getsize(file), size)


@test
def input_that_nobody_takes_holds_up_no_hang_up(gw):
    begin = time.monotonic()
    task = gw.task("echo ready; exec sleep 70.7", grace=1000)
    task.until(lambda: b"ready" in task.out)
    for _ in range(4):
        task.use_credit(65536)
    task.link.close()
    eventually(lambda: not processes("sleep 70.7"), "ends", 3)
    assert time.monotonic() - begin < 2, "within the grace period"


@test
def close_hangs_up_a_terminal(gw):
    task = hang_up_on(gw, ["bash", "-c", "trap 'echo hup > $F; exit' HUP; echo ready; while :; do sleep 0.05; done"], pty=(24, 80),
                      env=["F=" + gw.directory + "/hup"])
    eventually(lambda: os.path.exists(gw.directory + "/hup"), "SIGHUP", 3)
    eventually(lambda: not alive(task.started), "leader ends", 3)


@test
def close_hangs_up_the_foreground_job(gw):
    # An interactive shell with job control: the job has a group of its own.
    task = gw.task(["bash", "--norc", "-i"], pty=(24, 80))
    task.send_in(b"sleep 71.1 | sleep 71.2\n")
    eventually(lambda: len(processes("sleep 71.")) == 2, "job runs")
    task.link.close()
    eventually(lambda: not processes("sleep 71."), "job ends", 3)
    eventually(lambda: not alive(task.started), "shell ends", 3)


@test
def stopped_processes_are_hung_up(gw):
    task = hang_up_on(gw, "echo ready; kill -STOP $$; sleep 1")
    eventually(lambda: not alive(task.started), "ends", 3)


@test
def close_makes_writers_and_readers_end(gw):
    task = hang_up_on(gw, "trap '' HUP; echo ready; cat /dev/zero", grace=60000)
    eventually(lambda: not processes("cat /dev/zero"), "writer dies of SIGPIPE", 3)
    task = hang_up_on(gw, ["python3", "-c", "import signal,sys; signal.signal(1, signal.SIG_IGN); print('ready', flush=True); sys.stdin.read(); open(sys.argv[1],'w')", gw.directory + "/eof"], grace=60000)
    eventually(lambda: os.path.exists(gw.directory + "/eof"), "reader sees the end", 3)
    eventually(lambda: not alive(task.started), "reader ends", 3)


@test
def kill_after_the_grace_period(gw):
    # Its dead `sleep` makes bash write to stderr, which is gone.
    catcher = "trap : HUP; trap '' PIPE; echo ready; while :; do sleep 0.05; done"
    task = gw.task(["bash", "-c", catcher], grace=700)
    task.until(lambda: b"ready" in task.out)
    begin = time.monotonic()
    task.link.close()
    eventually(lambda: not alive(task.started), "killed", 5)
    assert 0.6 < time.monotonic() - begin < 3, "the grace period was kept, once"


@test
def nohup_and_setsid_survive(gw):
    marker = ["sleep 72.1", "sleep 72.2"]
    hang_up_on(gw, "nohup sleep 72.1 >/dev/null 2>&1 & setsid sleep 72.2 >/dev/null 2>&1 & sleep 72.3 & sleep 0.3; echo ready; wait", grace=300)
    eventually(lambda: not processes("sleep 72.3"), "the ordinary one ends", 3)
    eventually(lambda: gw.stat()["tasks"] == 0, "worker ends", 5)
    for name in marker:
        kill_all(running(name, "it has survived"))


@test
def close_before_started(gw):
    for _ in range(20):
        link = gw.take()
        link.send(SPAWN, spawn(["sleep", "73.5"]))
        link.close()
    eventually(lambda: gw.stat()["tasks"] == 0, "all end")
    eventually(lambda: not processes("sleep 73.5"), "none left", 3)
