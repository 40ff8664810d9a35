"""What a process has: environment, directory, user, descriptors."""
import grp
import os
import pwd
import re

from harness import equal
from gateway_side import CONTAINER_ENV, DIR_REQUIRED, TOKEN, USER, environment, failed, test


@test
def base_environment(gw):
    env = environment(gw.run(["env", "-0"], user=USER, env=["LANG=C.UTF-8", "A=1", "A=2", "E=", "M=a=b\nc"]))
    account = pwd.getpwnam(USER)
    equal(env, {"HOME": account.pw_dir, "USER": USER, "LOGNAME": USER, "SHELL": account.pw_shell, "PATH": os.environ["PATH"],
                "LANG": "C.UTF-8", "A": "2", "E": "", "M": "a=b\nc"})
    env = environment(gw.run(["env", "-0"], flags=CONTAINER_ENV, env=["PATH=/bin:/usr/bin", "HOME=/elsewhere"]))
    equal((env["CONTAINER_VAR"], env["PATH"], env["HOME"], env["USER"]), ("of the image", "/bin:/usr/bin", "/elsewhere", "root"))
    assert "SHED_PORTER_TOKEN" not in env


@test
def token_is_nowhere(gw):
    link = gw.take()
    for pid in [gw.process.pid, link.pid]:
        assert TOKEN.encode() not in open(f"/proc/{pid}/environ", "rb").read()
        assert TOKEN.encode() not in open(f"/proc/{pid}/cmdline", "rb").read()


@test
def directories(gw):
    equal(bytes(gw.run(["pwd"]).out), (pwd.getpwuid(0).pw_dir + "\n").encode())
    equal(bytes(gw.run(["pwd"], cwd="/usr").out), b"/usr\n")
    equal(bytes(gw.run(["pwd"], cwd="../etc").out), b"/etc\n")
    equal(bytes(gw.run(["pwd"], cwd="/nosuch").out), (pwd.getpwuid(0).pw_dir + "\n").encode())
    failed = gw.run(["pwd"], cwd="/nosuch", flags=DIR_REQUIRED).failed
    equal(failed[:2], (2, 4))
    equal(gw.run(["pwd"], cwd="/root", user=USER, flags=DIR_REQUIRED).failed[:2], (13, 4))
    equal(bytes(gw.run(["pwd"], user=USER).out), b"/\n")  # its home does not exist


@test
def users_and_groups(gw):
    account = pwd.getpwnam(USER)
    groups = " ".join(map(str, sorted(os.getgrouplist(USER, account.pw_gid))))
    ids = "echo $(id -u) $(id -g) $(id -G | tr ' ' '\\n' | sort -n | tr '\\n' ' '); grep -E '^(Uid|Gid|CapEff|CapPrm|SigIgn|SigBlk)' /proc/self/status; umask"
    task = gw.run(["sh", "-c", ids], user=USER)
    equal(task.out.decode().splitlines()[0], f"{account.pw_uid} {account.pw_gid} {groups}")
    assert re.search(r"CapEff:\s0+\n", task.out.decode()), str(task)
    assert re.search(r"CapPrm:\s0+\n", task.out.decode()), str(task)
    assert re.search(r"SigIgn:\s0+\n", task.out.decode()) and re.search(r"SigBlk:\s0+\n", task.out.decode()), str(task)
    assert task.out.endswith(b"0022\n"), str(task)
    equal(bytes(gw.run(["sh", "-c", "echo $(id -u) $(id -g) $(id -G) $HOME $SHELL $USER"], user="12345").out), b"12345 0 0 / /bin/sh 12345\n")
    equal(bytes(gw.run(["sh", "-c", "echo $(id -u) $(id -g) $(id -G)"], user="12345:54321").out), b"12345 54321 54321\n")
    tty = grp.getgrnam("tty").gr_gid
    equal(bytes(gw.run(["sh", "-c", "echo $(id -u) $(id -G)"], user=USER + ":tty").out), f"{account.pw_uid} {tty}\n".encode())
    equal(gw.run(["true"], user="no-such-user").failed[1], 1)
    equal(gw.run(["true"], user="4294967295").failed[1], 1)


@test
def no_descriptor_leaks(gw):
    for kwargs in ({}, {"pty": (24, 80)}, {"user": USER}):
        task = gw.run(["ls", "/proc/self/fd"], **kwargs)
        equal(task.out.split(), [b"0", b"1", b"2", b"3"])  # 3 is ls reading the directory


@test
def session_and_parent(gw):
    task = gw.run(["sh", "-c", "cut -d' ' -f1,4-8 /proc/$$/stat"])
    pid, parent, group, session, tty, foreground = map(int, task.out.split())
    equal((group, session, tty), (pid, pid, 0))
    assert parent > 1 and task.started == pid
