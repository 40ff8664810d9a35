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


async def forward(connection, port):
    reader, writer = await connection.open_connection("localhost", int(port), encoding=None)
    writer.write(bytes(5000))
    writer.write_eof()
    sys.stdout.buffer.write(await reader.read())


async def back(connection, count):
    left = asyncio.Semaphore(0)

    def accepted(_host, _port):
        async def serve(_reader, writer):
            writer.write(bytes(1000))
            writer.close()
            left.release()

        return serve

    listener = await connection.start_server(accepted, "localhost", 0, encoding=None)
    print(listener.get_port(), flush=True)
    for _ in range(int(count)):
        await left.acquire()
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


async def main(check, *arguments):
    async with asyncssh.connect(
        "127.0.0.1",
        int(os.environ["PORT"]),
        username=os.environ["LOGIN"],
        client_keys=[os.environ["KEY"]],
        agent_path=None,
        config=None,
        known_hosts=None,
        rekey_bytes=os.environ.get("REKEY_BYTES", "1G"),
    ) as connection:
        match check:
            case "exec":
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
            case "back":
                return await back(connection, *arguments)
            case _:
                return 64


sys.exit(asyncio.run(main(*sys.argv[1:])))
