"""paramiko as a conformance client; the checks: README.md."""

import os
import socket
import sys
import threading

import paramiko


def connect():
    connection = paramiko.Transport(("127.0.0.1", int(os.environ["PORT"])))
    limit = int(os.environ.get("REKEY_BYTES", "0"))
    if limit:
        connection.packetizer.REKEY_BYTES = limit
    connection.connect(username=os.environ["LOGIN"], pkey=kind(os.environ["KEY"]).from_private_key_file(os.environ["KEY"]))
    return connection


def kind(file):
    with open(file + ".pub") as public:
        words = public.read().split()
    return {"ssh-rsa": paramiko.RSAKey, "ssh-ed25519": paramiko.Ed25519Key}.get(words[0], paramiko.ECDSAKey)


def send(channel, data):
    channel.sendall(data)
    channel.shutdown_write()


def copy(channel):
    while data := channel.recv(65536):
        sys.stdout.buffer.write(data)
    sys.stdout.flush()


def run(connection, command, data=None, agent=False):
    channel = connection.open_session()
    handler = paramiko.agent.AgentRequestHandler(channel) if agent else None
    channel.exec_command(command)
    if data is not None:
        threading.Thread(target=send, args=(channel, data)).start()
    copy(channel)
    if handler:
        handler.close()
    return channel.recv_exit_status()


def leave(connection, command):
    connection.open_session().exec_command(command)


def feed_close(connection, command, data):
    channel = connection.open_session()
    channel.exec_command(command)
    send(channel, data)
    channel.close()
    return run(connection, "echo alive")


def refused(connection, port):
    try:
        connection.open_channel("direct-tcpip", ("localhost", int(port)), ("127.0.0.1", 1))
    except paramiko.ChannelException:
        return run(connection, "echo alive")
    return 1


def forward(connection, port):
    channel = connection.open_channel("direct-tcpip", ("localhost", int(port)), ("127.0.0.1", 1))
    send(channel, bytes(5000))
    copy(channel)


def back(connection, count):
    print(connection.request_port_forward("localhost", 0), flush=True)
    for _ in range(int(count)):
        channel = connection.accept(30)
        channel.sendall(bytes(1000))
        channel.close()
    sys.stdin.read()


def again(connection, count):
    for _ in range(int(count)):
        connection.request_port_forward("localhost", int(os.environ["BACK_PORT"]))
        connection.cancel_port_forward("localhost", int(os.environ["BACK_PORT"]))


def main(check, *arguments):
    connection = connect()
    try:
        match check:
            case "exec":
                return run(connection, *arguments)
            case "agent":
                return run(connection, *arguments, agent=True)
            case "feed":
                return run(connection, *arguments, data=sys.stdin.buffer.read())
            case "leave":
                return leave(connection, *arguments)
            case "feed-close":
                return feed_close(connection, *arguments, data=sys.stdin.buffer.read())
            case "refused":
                return refused(connection, *arguments)
            case "forward":
                return forward(connection, *arguments)
            case "back":
                return back(connection, *arguments)
            case "again":
                return again(connection, *arguments)
            case _:
                return 64
    finally:
        connection.close()


socket.setdefaulttimeout(60)
sys.exit(main(*sys.argv[1:]))
