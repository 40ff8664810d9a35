"""Checks that need a client which says exactly what goes over the wire: asyncssh. Arguments: names of checks."""

import asyncio
import os
import sys

import asyncssh

LOOP = "echo ready; while :; do sleep 0.1; done"


def equal(got, want):
    if got != want:
        raise AssertionError(f"got {got!r}, wanted {want!r}")


async def inside(*words):
    """Runs a command in the container past the server; its output."""
    process = await asyncio.create_subprocess_exec(
        os.environ["ROOT"] + "/scripts/conformance.d/inside", *words, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE
    )
    return (await process.communicate())[0].decode()


async def appears(path, want):
    for _ in range(40):
        got = await inside("sh", "-c", f"cat {path} 2>/dev/null")
        if got:
            break
        await asyncio.sleep(0.25)
    equal(got, want)


async def ready(process):
    equal((await process.stdout.readline()).strip(), "ready")


async def signal(connection):
    """Signals of the client reach the process."""
    for name in ("USR1", "TERM", "INT"):
        process = await connection.create_process(f"trap 'echo got; exit 5' {name}; {LOOP}")
        await ready(process)
        process.send_signal(name)
        result = await process.wait()
        equal((name, result.stdout, result.exit_status), (name, "got\n", 5))


async def status(connection):
    """Death by a signal is exit-signal, or 128 + its number."""
    result = await connection.run("kill -TERM $$")
    got = result.exit_signal[0] if result.exit_signal else result.exit_status
    if got not in ("TERM", 143):
        raise AssertionError(f"got {got!r}, wanted exit-signal TERM or 143")


async def resize(connection):
    """window-change is SIGWINCH and the new size."""
    process = await connection.create_process(
        f"stty size; trap 'stty size; exit 0' WINCH; {LOOP}", term_type="xterm", term_size=(80, 24)
    )
    equal((await process.stdout.readline()).strip(), "24 80")
    await ready(process)
    process.change_terminal_size(123, 45)
    result = await process.wait()
    equal((result.stdout.strip(), result.exit_status), ("45 123", 0))


async def hung_up(connection, path):
    process = await connection.create_process(f"trap 'echo hup >{path}; exit' HUP; {LOOP}", term_type="xterm")
    await ready(process)
    return process


async def close(connection):
    """A closed channel is SIGHUP, where there is a terminal; the connection lives."""
    process = await hung_up(connection, "c/30/closed")
    process.close()
    await appears("c/30/closed", "hup\n")
    equal((await connection.run("echo alive")).stdout, "alive\n")


async def abort(connection):
    """So is a connection that breaks."""
    async with connect() as other:
        await hung_up(other, "c/30/aborted")
        other.abort()
    await appears("c/30/aborted", "hup\n")


async def answers(reader, writer):
    """The listener at this end: sends back what came once that has ended."""
    writer.write(b"<" + await reader.read() + b">")
    writer.write_eof()
    await writer.drain()
    writer.close()


async def tcpip_forward(connection):
    """tcpip-forward with port 0 tells the port, and what is sent to it in the container arrives here."""
    server = await asyncio.start_server(answers, "127.0.0.1", 0)
    listener = await connection.forward_remote_port("localhost", 0, *server.sockets[0].getsockname())
    port = listener.get_port()
    assert port > 0, port
    equal(await inside("sh", "-c", f"echo hi | timeout 10 nc -N localhost {port}"), "<hi\n>")
    listener.close()
    await listener.wait_closed()
    equal(await inside("sh", "-c", f"timeout 5 nc -z localhost {port} || echo refused"), "refused\n")


async def streamlocal_forward(connection):
    """streamlocal-forward: a unix socket in the container."""
    await asyncio.start_unix_server(answers, "answers")
    path = "/home/dev/c/30b/socket"
    listener = await connection.forward_remote_path(path, "answers")
    equal(await inside("sh", "-c", f"echo hi | timeout 10 nc -N -U {path}"), "<hi\n>")
    listener.close()
    await listener.wait_closed()


def connect():
    return asyncssh.connect(
        "127.0.0.1",
        int(os.environ["PORT"]),
        username=os.environ["LOGIN"],
        client_keys=[os.environ["KEY"]],
        known_hosts=os.environ["HOME"] + "/.ssh/known_hosts",
        config=[],
        agent_path=None,
    )


async def check(name):
    try:
        async with connect() as connection:
            await asyncio.wait_for(globals()[name.replace("-", "_")](connection), 25)
    except Exception as failure:  # each check is told apart, and the others still run
        print(f"{name}: {type(failure).__name__} {failure}")
        return False
    return True


async def main():
    results = [await check(name) for name in sys.argv[1:]]
    return 0 if all(results) else 1


sys.exit(asyncio.run(main()))
