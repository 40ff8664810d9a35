"""Both ends of the connections of scripts/soak-forward, here and in the container.

serve PLACE    listens at a port of the loopback, or at a path, and says "ready"
connect        for each line "PLACE ORDER" on stdin makes a connection, and says "." when it is over
"""

import concurrent.futures
import os
import random
import socket
import struct
import sys
import threading

# Who ends first, and how: the one that connected, or the one that accepted. The accepting end is told by a letter.
ORDERS = {
    "client-half": b"e", "client-close": b"e", "client-reset": b"e",
    "server-close": b"s", "server-half": b"h", "server-reset": b"r", "server-deaf": b"d",
}


def new_socket(place):
    return socket.socket(socket.AF_UNIX if "/" in place else socket.AF_INET)


def address(place):
    return place if "/" in place else ("127.0.0.1", int(place))


def reset_at_close(s):
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def answer(peer):
    try:
        order = peer.recv(1)
        if order == b"s":
            peer.sendall(b"x" * 10000)
        elif order == b"r":
            reset_at_close(peer)
        elif order == b"h":
            peer.sendall(b"y" * 10000)
            peer.shutdown(socket.SHUT_WR)
            while peer.recv(65536):
                pass
        elif order == b"e":
            while data := peer.recv(65536):
                peer.sendall(data)
        # "d" closes while the other end still sends
    except OSError:
        pass
    peer.close()


def listen(place):
    listener = new_socket(place)
    if "/" not in place:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(address(place))
    listener.listen(512)
    return listener


def serve(listener):
    while True:
        threading.Thread(target=answer, args=(listener.accept()[0],), daemon=True).start()


def once(place, order):
    """One connection, to its end."""
    peer = new_socket(place)
    peer.settimeout(30)
    try:
        peer.connect(address(place))
        peer.sendall(ORDERS[order])
        if order.startswith("client") or order == "server-deaf":
            peer.sendall(b"z" * random.randrange(1, 100000))
        if order == "client-half":
            peer.shutdown(socket.SHUT_WR)
        elif order == "client-reset":
            reset_at_close(peer)
        if order == "client-half" or order.startswith("server"):
            while peer.recv(65536):
                pass
    except OSError:
        pass
    finally:
        peer.close()


def connect():
    def one(line):
        once(*line.split())
        os.write(1, b".")

    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        for line in sys.stdin:
            pool.submit(one, line)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        at = listen(sys.argv[2])
        print("ready", flush=True)
        serve(at)
    else:
        connect()
