#!/usr/bin/env python3
"""Runs the static porter in containers: a given image, a nearly empty one, and one whose only libc is musl. Needs docker and, for
the last one, musl-gcc; no registry.

    images_test.py PORTER [IMAGE]
"""
import io
import os
import shutil
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time

from gateway_side import TOKEN, Gateway
from harness import equal

MUSL_LOADER = f"ld-musl-{os.uname().machine}.so.1"


def docker(*arguments, **kwargs):
    return subprocess.run(["docker", *arguments], check=True, stdout=subprocess.PIPE, **kwargs).stdout.decode().strip()


def make_image(name, files):
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as tar:
        for path, content in files.items():
            entry = tarfile.TarInfo(path)
            entry.size, entry.mode = len(content), 0o755
            tar.addfile(entry, io.BytesIO(content))
    docker("import", "-", name, input=data.getvalue())


def in_container(program, image, command, check):
    name = f"porter-test-{os.getpid()}"

    def launch(directory):
        shutil.copy(program, directory + "/porter")
        docker("run", "-d", "--name", name, "--network", "none", "-v", f"{directory}:/run/shed:ro", image, *command)
        return ["docker", "exec", "-u", "0", "-e", f"SHED_PORTER_TOKEN={TOKEN}", name, "/run/shed/porter", "--socket", "/run/shed/gateway.sock"]
    gateway = None
    try:
        gateway = Gateway(program, launcher=launch)
        check(gateway)
        equal(gateway.stop(), 0)
        if "/bin/sleep" in command:
            equal([line for line in docker("top", name, "-eo", "pid,args").splitlines()[1:] if "porter" in line], [])
    except BaseException:
        if gateway:
            print(gateway.log())
        raise
    finally:
        subprocess.run(["docker", "rm", "-f", name], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def in_a_full_image(gateway):
    equal(bytes(gateway.run("echo $HOME; tty <&1 || exit 7", user="0").out)[:6], b"/root\n")
    equal(gateway.run(["stty", "size"], pty=(33, 44)).out.strip(), b"33 44")
    task = gateway.run(["cat"], stdin=b"x" * 1000000)
    equal((len(task.out), task.status), (1000000, 0))
    times = []
    for _ in range(200):
        link_task_begin = time.monotonic()
        equal(gateway.run(["true"]).status, 0)
        times.append((time.monotonic() - link_task_begin) * 1000)
        time.sleep(0.003)
    times.sort()
    print(f"        spawn of true: p50 {statistics.median(times):.2f} ms, p95 {times[190]:.2f} ms")
    for title, kwargs in (("pipe", {}), ("terminal", {"pty": (24, 80)})):
        size = 1 << (30 if title == "pipe" else 28)
        begin, total = time.monotonic(), 0
        task = gateway.task(["head", "-c", str(size), "/dev/zero"], **kwargs)
        sock = task.link.sock
        buffer = bytearray(1 << 20)
        while count := sock.recv_into(buffer):
            total += count
        assert total > size
        print(f"        {size >> 20} MiB out of a {title}: {size / (time.monotonic() - begin) / (1 << 20):.0f} MiB/s")


def in_an_empty_image(gateway):
    task = gateway.run(["/bin/porter", "--version"], user="me")
    equal((bytes(task.out), task.status), (b"porter 1.0 protocol 5\n", 0))
    equal(gateway.run("true", user="me").failed[:2], (2, 5))  # there is no shell
    equal(gateway.run(["/bin/porter", "--version"], pty=(24, 80)).status, 0)
    equal(gateway.run(["/bin/porter", "--version"], user="4711").status, 0)


def in_a_musl_image(gateway):
    task = gateway.run(["hello"], user="me", env=["PATH=/bin"])
    equal((bytes(task.out), task.status), (b"hello from musl\n", 3))


def musl_files(directory):
    source, program = directory + "/hello.c", directory + "/hello"
    with open(source, "w") as file:
        file.write('#include <stdio.h>\nint main(void) { puts("hello from musl"); return 3; }\n')
    subprocess.run(["musl-gcc", "-o", program, source], check=True)
    loader = os.path.realpath(f"/lib/{MUSL_LOADER}")
    return {"bin/hello": open(program, "rb").read(), f"lib/{MUSL_LOADER}": open(loader, "rb").read()}


def main():
    program = os.path.abspath(sys.argv[1])
    image = sys.argv[2] if len(sys.argv) > 2 else "shed-base:latest"
    passwd = {"etc/passwd": b"root:x:0:0::/:\nme:x:1000:1000::/:/bin/sh\n"}
    # Something has to be PID 1 where nothing else is: a porter that waits for its gateway on stdin.
    self_running = {"bin/porter": open(program, "rb").read(), **passwd}
    made = []
    try:
        in_container(program, image, ["/bin/sleep", "600"], in_a_full_image)
        print(f"ok      {image}")
        make_image("porter-test-empty", self_running)
        made.append("porter-test-empty")
        waiting = ["-i", "porter-test-empty", "/bin/porter", "--carry"]
        in_container(program, waiting[0], waiting[1:], in_an_empty_image)
        print("ok      nearly empty image")
        if shutil.which("musl-gcc") and os.path.exists(f"/lib/{MUSL_LOADER}"):
            with tempfile.TemporaryDirectory() as directory:
                make_image("porter-test-musl", {**self_running, **musl_files(directory)})
            made.append("porter-test-musl")
            in_container(program, "-i", ["porter-test-musl", "/bin/porter", "--carry"], in_a_musl_image)
            print("ok      musl image")
    finally:
        for name in made:
            subprocess.run(["docker", "rmi", "-f", name], stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(main())
