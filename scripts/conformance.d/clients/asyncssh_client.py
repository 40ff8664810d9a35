"""asyncssh as a conformance client; the checks: README.md."""

import asyncio
import os
import sys

import asyncssh


async def run(connection, command, data=None):
    result = await connection.run(command, input=data, encoding=None)
    sys.stdout.buffer.write(result.stdout)
    sys.stdout.flush()
    return result.exit_status


async def leave(connection, command):
    await connection.create_process(command, encoding=None)
    connection.close()


async def feed_close(connection, command, data):
    process = await connection.create_process(command, encoding=None)
    process.stdin.write(data)
    process.stdin.write_eof()
    process.close()
    return await run(connection, "echo alive")


async def refused(connection, port):
    try:
        await connection.open_connection("localhost", int(port))
    except asyncssh.ChannelOpenError:
        return await run(connection, "echo alive")
    return 1


async def send(reader, writer):
    writer.write(bytes(5000))
    writer.write_eof()
    sys.stdout.buffer.write(await reader.read())


async def forward(connection, port):
    await send(*await connection.open_connection("localhost", int(port), encoding=None))


async def unix(connection, path):
    await send(*await connection.open_unix_connection(path, encoding=None))


async def until_stdin_ends(said):
    print(said, flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


def give(*_):
    async def serve(_reader, writer):
        writer.write(bytes(1000))
        writer.close()

    return serve


async def back(connection, _count):
    listener = await connection.start_server(give, "localhost", 0, encoding=None)
    await until_stdin_ends(listener.get_port())


async def unix_back(connection, path):
    await connection.start_unix_server(give, path, encoding=None)
    await until_stdin_ends(path)


async def again(connection, count):
    for _ in range(int(count)):
        listener = await connection.start_server(give, "localhost", int(os.environ["BACK_PORT"]), encoding=None)
        listener.close()
        await listener.wait_closed()


async def socks(connection, _):
    listener = await connection.forward_socks("127.0.0.1", 0)
    await until_stdin_ends(listener.get_port())


async def main(check, *arguments):
    async with asyncssh.connect(
        "127.0.0.1",
        int(os.environ["PORT"]),
        username=os.environ["LOGIN"],
        client_keys=[os.environ["KEY"]],
        agent_path=os.environ.get("SSH_AUTH_SOCK") if check == "agent" else None,
        agent_forwarding=check == "agent",
        config=None,
        known_hosts=None,
        rekey_bytes=os.environ.get("REKEY_BYTES", "1G"),
    ) as connection:
        match check:
            case "exec" | "agent":
                return await run(connection, *arguments)
            case "feed":
                return await run(connection, *arguments, data=sys.stdin.buffer.read())
            case "leave":
                return await leave(connection, *arguments)
            case "feed-close":
                return await feed_close(connection, *arguments, data=sys.stdin.buffer.read())
            case "refused":
                return await refused(connection, *arguments)
            case "forward":
                return await forward(connection, *arguments)
            case "unix":
                return await unix(connection, *arguments)
            case "back":
                return await back(connection, *arguments)
            case "unix-back":
                return await unix_back(connection, *arguments)
            case "again":
                return await again(connection, *arguments)
            case "socks":
                return await socks(connection, *arguments)
            case _:
                return 64


sys.exit(asyncio.run(main(*sys.argv[1:])))
