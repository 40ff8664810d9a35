# shellcheck shell=bash
# shellcheck disable=SC2016,SC2029,SC2094 # expanded at the other end; a file is compared with what comes back
# Rows 39-47 and 77: what is forwarded, into the container and out of it, with OpenSSH. The same with other clients:
# rows-libraries.sh, with the checks of forward-checks.sh.

# counter PLACE [BYTES]: in the container, at a port of its loopback or at a unix socket: says hello, reads to the end, and
# says how much that was; then that many bytes more. Both directions end by themselves.
COUNTER='
import os, socket, sys, threading
def serve(c):
    c.sendall(b"hello ")
    n = 0
    while d := c.recv(65536):
        n += len(d)
    c.sendall(b"got %d\n" % n + bytes(int(sys.argv[2])))
    c.close()
place = sys.argv[1]
s = socket.socket(socket.AF_UNIX if "/" in place else socket.AF_INET)
s.bind(place if "/" in place else ("127.0.0.1", int(place)))
s.listen(128)
while True:
    threading.Thread(target=serve, args=(s.accept()[0],), daemon=True).start()
'
counter() { inside python3 -c "$COUNTER" "$1" "${2:-0}" & }
counter_here() { python3 -c "$COUNTER" "$1" 0 & }

# stop_counter PLACE: only that one, other rows have theirs.
stop_counter() { inside pkill -f " $1 [0-9]*\$" || true; }

nobody_at() { ! inside nc -z "$@"; }

# free_port: one that nobody listens on here.
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# master_with OPTION…: as master, with forwards.
master_with() {
    ssh -M -S m -N -o ExitOnForwardFailure=yes "$@" H &
    # shellcheck disable=SC2034 # for rows that end it
    MASTER=$!
    wait_until 20 ssh -S m -O check H 2>/dev/null || wrong "no connection"
}

row_39() { # -L carries 16 MB
    uses nc=netcat-openbsd
    local port
    port=$(free_port)
    random r 16
    inside socat TCP-LISTEN:7139,bind=127.0.0.1,fork,reuseaddr EXEC:cat &
    soon inside nc -z 127.0.0.1 7139
    master_with -L "$port:localhost:7139"
    wait_until 10 nc -z 127.0.0.1 "$port" || wrong "nobody listens"
    within 60 nc -N 127.0.0.1 "$port" <r | cmp - r
    inside pkill -f TCP-LISTEN:7139
}

row_40() { # half-close: the end of the one direction is not that of the other
    uses nc=netcat-openbsd
    local port
    port=$(free_port)
    counter 7140
    master_with -L "$port:127.0.0.1:7140"
    soon inside nc -z 127.0.0.1 7140
    same "$(head -c 5000 /dev/zero | within 20 nc -N 127.0.0.1 "$port")" "hello got 5000"
    stop_counter 7140
}

row_41() { # -D: names are resolved at the far end
    uses curl=curl
    local port
    port=$(free_port)
    inside python3 -m http.server --bind 127.0.0.1 7141 >/dev/null 2>&1 &
    master_with -D "$port"
    soon inside nc -z 127.0.0.1 7141
    same "$(within 30 curl -s -o /dev/null -w '%{http_code}' --socks5-hostname "127.0.0.1:$port" http://localhost:7141/)" 200
    inside pkill -f 'http.server --bind 127.0.0.1 7141'
}

row_42() { # a target that refuses fails its channel, the connection lives
    master
    fails within 20 ssh -S m -W localhost:7999 H </dev/null 2>err
    same "$(ssh -S m H 'echo alive')" alive
}

row_43() { # -R 0, both ways
    uses nc=netcat-openbsd
    local port here
    here=$(free_port)
    counter_here "$here"
    wait_until 10 nc -z 127.0.0.1 "$here"
    master
    port=$(ssh -S m -O forward -R "0:127.0.0.1:$here" H)
    same "$(head -c 5000 /dev/zero | inside nc -N 127.0.0.1 "$port")" "hello got 5000"
    kill "$MASTER"
    soon nobody_at 127.0.0.1 "$port"
}

row_44() { # -L to a unix socket
    uses nc=netcat-openbsd
    counter /tmp/row44.sock
    master_with -L "$PWD/l.sock:/tmp/row44.sock"
    soon inside test -S /tmp/row44.sock
    same "$(head -c 5000 /dev/zero | within 20 nc -N -U l.sock)" "hello got 5000"
    stop_counter /tmp/row44.sock
    inside rm -f /tmp/row44.sock
}

row_45() { # -R from a unix socket
    uses nc=netcat-openbsd
    counter_here "$PWD/here.sock"
    wait_until 10 test -S here.sock
    master_with -R "/tmp/row45.sock:$PWD/here.sock"
    same "$(head -c 5000 /dev/zero | inside nc -N -U /tmp/row45.sock)" "hello got 5000"
    kill "$MASTER"
    # sshd leaves the file; what matters is that nobody answers there.
    soon nobody_at -U /tmp/row45.sock
    inside rm -f /tmp/row45.sock
}

row_46() { # -A: the agent is there; without it there is none
    eval "$(ssh-agent)" >/dev/null
    trap 'kill "$SSH_AGENT_PID"' EXIT
    ssh-keygen -q -t ed25519 -N '' -f row46
    ssh-add -q row46
    same "$(ssh -A -o "IdentityAgent=$SSH_AUTH_SOCK" H 'ssh-add -l | wc -l')" 1
    same "$(ssh H 'echo "${SSH_AUTH_SOCK-unset}"')" unset
}

row_47() { # -W
    counter 7147
    soon inside nc -z 127.0.0.1 7147
    same "$(head -c 5000 /dev/zero | within 20 ssh -W localhost:7147 H)" "hello got 5000"
    stop_counter 7147
}

row_77() { # a listener on this machine's loopback is out of reach
    uses nc=netcat-openbsd
    local port
    port=$(free_port)
    nc -lk 127.0.0.1 "$port" &
    wait_until 10 nc -z 127.0.0.1 "$port"
    for host in localhost 127.0.0.1 0.0.0.0; do
        fails within 20 ssh -W "$host:$port" H </dev/null 2>err
    done
    kill %1
}
