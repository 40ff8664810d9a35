"""security_key.py FILE: writes a key pair as a FIDO token has it, FILE and FILE.pub, without a token: nobody can sign with it."""
import base64
import os
import struct
import sys

TYPE = b"sk-ssh-ed25519@openssh.com"


def text(data):
    return struct.pack(">I", len(data)) + data


file = sys.argv[1]
public = text(TYPE) + text(os.urandom(32)) + text(b"ssh:")
check = os.urandom(4)
private = check + check + public + b"\x01" + text(os.urandom(64)) + text(b"") + text(b"token")
private += bytes(range(1, 1 + -len(private) % 8))
blob = b"openssh-key-v1\0" + text(b"none") + text(b"none") + text(b"") + struct.pack(">I", 1) + text(public) + text(private)
lines = base64.encodebytes(blob).decode()
with open(os.open(file, os.O_CREAT | os.O_WRONLY, 0o600), "w") as out:
    out.write(f"-----BEGIN OPENSSH PRIVATE KEY-----\n{lines}-----END OPENSSH PRIVATE KEY-----\n")
with open(file + ".pub", "w") as out:
    out.write(f"{TYPE.decode()} {base64.b64encode(public).decode()} token\n")
