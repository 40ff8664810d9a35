import socket, threading
def serve(c):
    c.sendall(b"+")
    order, _, size = c.makefile("rb", buffering=0).readline().decode().strip().partition(" ")
    block = bytearray(1 << 18)
    if order == "down":
        left = int(size)
        while left > 0:
            left -= c.send(block[: min(left, len(block))])
    elif order == "up":
        left = int(size)
        while left > 0:
            left -= c.recv_into(block)
        c.sendall(b".")
    elif order == "flood":
        while True: c.sendall(block)
    c.close()
def guarded(c):
    try: serve(c)
    except (OSError, ValueError): pass
s = socket.socket()
s.bind(("127.0.0.1", 0))
s.listen(512)
print(s.getsockname()[1], flush=True)
while True:
    c, _ = s.accept()
    c.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    threading.Thread(target=guarded, args=(c,), daemon=True).start()
