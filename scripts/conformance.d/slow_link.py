#!/usr/bin/env python3
"""slow_link.py TARGET_PORT DOWN UP

A slow link to 127.0.0.1:TARGET_PORT: prints its own port, then passes on at most DOWN bytes a second to each client and
UP from it. It holds little, as a modem does. At SIGUSR1 it falls silent: it reads and passes on nothing any more, and
closes nothing.
"""

import asyncio
import signal
import socket
import sys

PIECES = 10  # a second


async def carry(reader, writer, rate, open_link):
    try:
        while piece := await reader.read(rate // PIECES):
            await open_link.wait()
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(len(piece) / rate)
        writer.write_eof()
    except OSError:
        writer.close()


def small_buffers(stream):
    for option in (socket.SO_SNDBUF, socket.SO_RCVBUF):
        stream.setsockopt(socket.SOL_SOCKET, option, 8192)


async def main(target, down, up):
    open_link = asyncio.Event()
    open_link.set()

    async def link(reader, writer):
        far = socket.socket()
        small_buffers(far)
        far.setblocking(False)
        await asyncio.get_running_loop().sock_connect(far, ("127.0.0.1", target))
        far_reader, far_writer = await asyncio.open_connection(sock=far, limit=4096)
        for each in (writer, far_writer):
            each.transport.set_write_buffer_limits(4096)
        await asyncio.gather(carry(far_reader, writer, down, open_link), carry(reader, far_writer, up, open_link))
        writer.close()
        far_writer.close()

    listener = socket.socket()
    small_buffers(listener)
    listener.bind(("127.0.0.1", 0))
    server = await asyncio.start_server(link, sock=listener, limit=4096)
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, open_link.clear)
    print(listener.getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main(*map(int, sys.argv[1:])))
