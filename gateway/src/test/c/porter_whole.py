"""A porter from its start to its end, in every way of starting it."""
import grp
import os
import pwd
import signal
import socket
import struct
import subprocess
import tempfile

from harness import LIMIT, equal, eventually, kill_all
from porter_sockets import fill_up
from porter_listing import listings
from porter_masters import of_an_older_version, passed_terminals
from porter_streams import passed_streams
from carried_side import CarriedGateway
from gateway_side import (
    CONNECTED, CONTAINER_ENV, DIAL, FAILED, Gateway, SPAWN, TCP, Task, USER, dial, dial_request, failed, spawn, tcp_server, text, UNIX)
from process_table import alive, processes, running


def gone_gateway(program):
    gw = Gateway(program, grace=500)
    task = gw.task("echo ready; sleep 80.5; :")
    task.until(lambda: b"ready" in task.out)
    idle = [gw.take().pid for _ in range(2)]
    daemon = gw.task("setsid sleep 80.7 >/dev/null 2>&1 </dev/null & sleep 0.3; echo ready; sleep 80.6")
    daemon.until(lambda: b"ready" in daemon.out)
    for link in gw.data + [task.link, daemon.link]:
        link.close()
    equal(gw.stop(), 0)
    eventually(lambda: not any(map(alive, idle)), "idle workers end", 5)
    eventually(lambda: not processes("sleep 80.5") and not processes("sleep 80.6"), "tasks end", 5)
    kill_all(running("sleep 80.7", "daemons live on"))


def control_closed_busy_lives(program):
    gw = Gateway(program, grace=200)
    task = gw.task("echo ready; cat")
    task.until(lambda: b"ready" in task.out)
    gw.take("control").close()
    equal(gw.process.wait(LIMIT), 0)
    task.send_in(b"still here")
    task.eof_in().finish()
    assert bytes(task.out).endswith(b"still here") and task.status == 0
    gw.stop()


def killed_main_costs_nothing_busy(program):
    gw = Gateway(program)
    idle = gw.take().pid
    task = gw.task("cat")
    task.until(lambda: task.started)
    gw.process.kill()
    gw.process.wait()
    eventually(lambda: not alive(idle), "idle workers end", 5)
    task.send_in(b"on")
    task.eof_in().finish()
    equal((bytes(task.out), task.status), (b"on", 0))
    gw.stop()


def wrong_token(program):
    gw = Gateway(program, token="wrong")
    equal(gw.process.wait(LIMIT), 3)
    equal(gw.refused, 1)
    assert "refused" in gw.log()
    gw.stop()


def wrong_version_and_garbage_on_control(program):
    for piece, status in ((b"\x00", 4), (b"\x06", 4), (b"\x01\x10\0\0\0\0", 4), (b"\x01\x01\0\0\0\x04\0\0\0\x04", 4), (b"\x01\xff", 4)):
        with tempfile.TemporaryDirectory() as directory:
            server = socket.socket(socket.AF_UNIX)
            server.bind(directory + "/s")
            server.listen(64)
            process = subprocess.Popen([program, "--socket", directory + "/s", "--grace", "0"], stderr=subprocess.PIPE)
            sock, _ = server.accept()
            sock.sendall(piece)
            equal(process.wait(LIMIT), status)
            assert b"control connection" in process.stderr.read()
            process.stderr.close()
            server.close()


def no_gateway_and_usage(program):
    equal(subprocess.run([program, "--socket", "/nosuch/gateway.sock"], stderr=subprocess.DEVNULL).returncode, 1)
    for arguments in ([], ["--socket"], ["--carry", "--socket", "/x"], ["--idle", "999", "--socket", "/x"], ["--grace", "-1", "--carry"], ["x"]):
        equal(subprocess.run([program, *arguments], stderr=subprocess.DEVNULL).returncode, 2)
    assert subprocess.run([program, "--version"], stdout=subprocess.PIPE).stdout.startswith(b"porter 1.")


def full_process_table(program):
    # As a container with a pids limit: no process for the task, then there is one.
    limit = 60
    if not os.path.isdir("/sys/fs/cgroup/pids"):
        return
    group = f"/sys/fs/cgroup/pids/porter-test-{os.getpid()}"
    try:
        os.mkdir(group)
    except OSError:
        return
    gw = Gateway(program)
    try:
        gw.take("control")
        links = [gw.take() for _ in range(4)]
        for pid in [gw.process.pid] + [link.pid for link in links]:
            open(group + "/cgroup.procs", "w").write(str(pid))
        current = int(open(group + "/pids.current").read())
        open(group + "/pids.max", "w").write(str(current))
        task = Task(links[0], spawn(["true"])).finish()
        equal(task.failed[:2], (11, 2))
        for link in links[1:3]:
            Task(link, spawn(["true"])).finish()
        open(group + "/pids.max", "w").write(str(limit))
        eventually(lambda: gw.stat()["idle"] == 4, "workers again")
        equal(gw.run("exit 3").status, 3)
    finally:
        for link in gw.data:
            link.close()
        gw.stop()
        eventually(lambda: not open(group + "/cgroup.procs").read(), "cgroup empty")
        os.rmdir(group)


def run_carried(program, *words, user="", flags=0, **options):
    gw = CarriedGateway(program, **options)
    task = Task(gw.take(), spawn(list(words), user=user, flags=flags))
    task.eof_in()
    task.finish()
    equal(gw.stop(), 0)
    return task


IDS = ("sh", "-c", "echo $(id -u) $(id -g) $(id -G) $HOME $SHELL $USER $LOGNAME")


def what_the_container_was_made_with(program):
    """--group-add, and variables for a uid that has no entry."""
    account, tty = pwd.getpwnam(USER), grp.getgrnam("tty").gr_gid
    made = ("--groups", "tty,4242,no-such-group", "--home", "/made")
    env = dict(os.environ, SHELL="/bin/made", USER="maker")
    env.pop("LOGNAME", None)
    out = bytes(run_carried(program, *IDS, user=USER, arguments=made, env=env, flags=CONTAINER_ENV).out).decode()
    groups = " ".join(map(str, os.getgrouplist(USER, account.pw_gid)))
    equal(out, f"{account.pw_uid} {account.pw_gid} {groups} {tty} 4242 {account.pw_dir} {account.pw_shell} {USER} {USER}\n")
    out = bytes(run_carried(program, *IDS, user="12345", arguments=made, env=env, flags=CONTAINER_ENV).out)
    equal(out, f"12345 0 0 {tty} 4242 /made /bin/made maker 12345\n".encode())
    out = bytes(run_carried(program, *IDS, user="12345", env=dict(env, HOME="/root"), flags=CONTAINER_ENV).out)
    equal(out, b"12345 0 0 / /bin/made maker 12345\n")


def without_the_right_to_change_users(program):
    """As in a container with --cap-drop=ALL: root has no rights there, and said so must be."""
    account = pwd.getpwnam(USER)
    bare = ("setpriv", "--bounding-set=-all", "--inh-caps=-all", "--")
    equal(run_carried(program, "true", user=USER, launcher=bare).failed[:2], (1, 3))
    gw = CarriedGateway(program, launcher=bare)
    _, kind, payload = dial(gw, TCP, "127.0.0.1", 1, user=USER)
    equal((kind, failed(payload)), (FAILED, (1, 3)))
    equal(gw.stop(), 0)
    # Started as the user itself, it serves that one with what it was started with, and nobody else.
    as_is = ("--as-is",)
    task = run_carried(program, "id", "-u", launcher=bare, arguments=as_is)
    equal((bytes(task.out), task.status), (b"0\n", 0))
    equal(run_carried(program, "true", user=USER, launcher=bare, arguments=as_is).failed[:2], (1, 3))
    user = ("setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--groups=4242,5", "--")
    out = bytes(run_carried(program, "sh", "-c", "echo $(id -u) $(id -G)", user=USER, launcher=user, arguments=as_is).out)
    equal(out, f"{account.pw_uid} {account.pw_gid} 5 4242\n".encode())
    equal(run_carried(program, "true", launcher=user, arguments=as_is).failed[:2], (1, 3))
    user = ("setpriv", "--reuid=12345", "--regid=23456", "--clear-groups", "--")
    env = dict(os.environ, HOME="/engine")
    out = bytes(run_carried(program, *IDS[:2], "echo $(id -u) $(id -g) $HOME", user="12345", launcher=user,
                          arguments=as_is, env=env).out)
    equal(out, b"12345 23456 /engine\n")
    server, port = tcp_server()
    gw = CarriedGateway(program, arguments=as_is, launcher=user)
    link, kind, _ = dial(gw, TCP, "127.0.0.1", port, user="12345")
    equal(kind, CONNECTED)
    link.close()
    server.close()
    equal(gw.stop(), 0)


def thousand_hang_ups(program):
    """Clients that go at any moment leave nothing behind."""
    gw = Gateway(program, idle=8, grace=300)
    commands = ["sleep 82.5", "yes", "cat", "sleep 82.5 & wait", "exit 3"]
    for i in range(200):
        link = gw.take()
        link.send(SPAWN, spawn(commands[i % len(commands)], pty=(24, 80) if i % 2 else None))
        if i % 3:
            link.frame()
        link.close()
    eventually(lambda: gw.stat()["tasks"] == 0, "all end")
    equal(processes("sleep 82.5"), [])
    descriptors = len(os.listdir(f"/proc/{gw.process.pid}/fd"))
    assert descriptors < 16, descriptors
    gw.stop()


def names_of_hosts_whatever_their_case(program):
    server, port = tcp_server()
    six, port6 = None, None
    try:
        six, port6 = tcp_server(socket.AF_INET6, "::1")
    except OSError:
        pass  # no IPv6 here

    def with_hosts(directory):
        with open(directory + "/hosts", "w") as hosts:
            hosts.write("# 192.0.2.1 DB.example\n\n192.0.2.9\n127.0.0.1 mixed.Example\tDb.Example # db2\n"
                        "::1 six.example\nnonsense bad.example\n127.0.0.1 last.example")
        porter = f"{program} --socket {directory}/gateway.sock --idle 4"
        return ["unshare", "-m", "sh", "-c", f"mount --bind {directory}/hosts /etc/hosts && exec {porter}"]
    gw = Gateway(program, launcher=with_hosts)
    for name in ("db.example", "DB.EXAMPLE", "MIXED.example", "LAST.Example", "LOCALHOST", "LocalHost"):
        link, kind, payload = dial(gw, TCP, name, port)
        equal((name, kind, payload), (name, CONNECTED, text("127.0.0.1") + struct.pack(">I", port)))
        link.close()
        server.accept()[0].close()
    if six:
        link, kind, payload = dial(gw, TCP, "SIX.example", port6)
        equal((kind, payload), (CONNECTED, text("::1") + struct.pack(">I", port6)))
        link.close()
        six.close()
    for name in ("db2", "bad.example", "example", "#"):
        equal((name, failed(dial(gw, TCP, name, port)[2])[1]), (name, 6))
    server.close()
    gw.stop()


def dial_passed(gw, *arguments, **options):
    link = gw.take()
    link.send(DIAL, dial_request(*arguments, **options))
    return link, *link.frame_with_descriptors()


def passed_sockets(program):
    gw = Gateway(program, grace=1000, version=2)
    server, port = tcp_server()
    link, kind, payload, sockets = dial_passed(gw, TCP, "127.0.0.1", port)
    equal((kind, payload, len(sockets)), (CONNECTED, text("127.0.0.1") + struct.pack(">I", port), 1))
    peer, _ = server.accept()
    peer.settimeout(LIMIT)
    mine = sockets[0]
    equal((mine.getpeername(), mine.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)), (("127.0.0.1", port), 1))
    mine.settimeout(LIMIT)
    mine.sendall(b"question")
    mine.shutdown(socket.SHUT_WR)
    equal((peer.recv(100), peer.recv(100)), (b"question", b""))
    peer.sendall(b"answer after the end")
    peer.close()
    equal((mine.recv(100), mine.recv(100)), (b"answer after the end", b""))
    equal(gw.stat()["tasks"], 1)  # counts as long as the gateway has it
    mine.close()
    link.close()
    eventually(lambda: gw.stat()["tasks"] == 0, "worker ends")
    # What is no connection is no descriptor.
    link, kind, payload, sockets = dial_passed(gw, UNIX, "/nosuch/socket")
    equal((kind, failed(payload), sockets), (FAILED, (2, 7), []))
    link.close()
    unix_socket_is_passed(gw)
    gateway_with_a_passed_socket_goes(gw, server, port)
    worker_with_a_passed_socket_is_killed(gw, server, port)
    # A gateway that goes on speaking there breaks the protocol.
    link, _, _, [mine] = dial_passed(gw, TCP, "127.0.0.1", port)
    peer, _ = server.accept()
    peer.settimeout(LIMIT)
    link.sock.sendall(b"raw bytes")
    equal(link.raw_or_reset(), b"")
    assert "sends bytes here" in gw.log(), gw.log()
    mine.close()
    equal(peer.recv(100), b"")  # nobody else has it any more
    peer.close()
    link.close()
    # All else is as it was.
    equal(bytes(gw.run("cat", stdin=b"frames").out), b"frames")
    eventually(lambda: gw.stat()["tasks"] == 0, "no task left")
    log = gw.log()
    assert "Sanitizer" not in log and "runtime error" not in log, log
    server.close()
    equal(gw.stop(), 0)


def unix_socket_is_passed(gw):
    path = gw.directory + "/service.sock"
    with socket.socket(socket.AF_UNIX) as service:
        service.bind(path)
        service.listen(1)
        os.chmod(path, 0o666)
        link, kind, payload, [mine] = dial_passed(gw, UNIX, path, user=USER)
        equal((kind, payload, mine.family), (CONNECTED, text(path) + struct.pack(">I", 0), socket.AF_UNIX))
        peer, _ = service.accept()
        equal(struct.unpack("iII", peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[1], pwd.getpwnam(USER).pw_uid)
        for end in (mine, peer, link):
            end.close()
    os.unlink(path)


def gateway_with_a_passed_socket_goes(gw, server, port):
    """What it had sent is delivered, and the target is closed even if it neither reads nor closes."""
    link, _, _, [mine] = dial_passed(gw, TCP, "127.0.0.1", port)
    peer, _ = server.accept()
    peer.settimeout(LIMIT)
    sent = fill_up(mine)
    mine.close()
    link.close()
    peer.sendall(b"nobody reads this")
    heard = 0
    while part := peer.recv(1 << 16):
        heard += len(part)
    equal(heard, sent)
    peer.close()
    link, _, _, [mine] = dial_passed(gw, TCP, "127.0.0.1", port)
    peer, _ = server.accept()
    mine.close()
    link.close()
    eventually(lambda: gw.stat()["tasks"] == 0, "worker ends, whatever its target does", 10)
    peer.close()


def worker_with_a_passed_socket_is_killed(gw, server, port):
    link, _, _, [mine] = dial_passed(gw, TCP, "127.0.0.1", port)
    peer, _ = server.accept()
    os.kill(link.pid, signal.SIGKILL)
    equal(link.raw_or_reset(), b"")
    for end in (mine, peer, link):
        end.close()


WHOLE = [gone_gateway, control_closed_busy_lives, killed_main_costs_nothing_busy, wrong_token, wrong_version_and_garbage_on_control,
         no_gateway_and_usage, full_process_table, what_the_container_was_made_with, without_the_right_to_change_users, thousand_hang_ups,
         names_of_hosts_whatever_their_case, passed_sockets, passed_streams, passed_terminals, of_an_older_version,
         listings]
