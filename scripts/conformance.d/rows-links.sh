# shellcheck shell=bash
# shellcheck disable=SC2016,SC2029 # expanded at the other end
# Rows 97 and 98: slow links, and links that fall silent. The gateway asks for a sign of life every KEEPALIVE seconds, and
# a peer that gives none to three such questions is gone (server.sh).

# slow_link NAME DOWN UP: a link of so many bytes a second; NAME becomes a command that is ssh over it, its port in NAME.port.
slow_link() {
    /usr/bin/python3 "$ROWS_DIR/slow_link.py" "$PORT" "$2" "$3" >"$1.port" &
    LINK=$!
    wait_until 10 test -s "$1.port" || wrong "no slow link"
    printf '#!/bin/sh\nexec ssh -o Port=%s -o "HostKeyAlias=[127.0.0.1]:%s" "$@"\n' "$(cat "$1.port")" "$PORT" >"$1"
    chmod +x "$1"
}

# longer COMMAND…: it must succeed, and take longer than a peer without a sign of life has.
longer() {
    local began=$SECONDS
    "$@" || wrong "$1: status $?"
    ((SECONDS - began > KEEPALIVE * 4)) || wrong "$1: done after $((SECONDS - began)) s, which shows nothing"
}

archive() { ./slow H "tar -C $R -cf - given" | tar -xf - && cmp given "$GIVEN"; }

synchronised() { rsync -e ./slow "H:$R/given" rsynced && cmp rsynced "$GIVEN"; }

cloned() { GIT_SSH=./slow git clone -q "ssh://H/home/dev/$R/slow.git" cloned && cmp cloned/given "$GIVEN"; }

command_output() { ./faster H "head -c 1000000 /dev/zero" | wc -c | grep -qx 1000000; }

# sender PORT: in the container, gives the first who connects what comes on its input.
SENDER='
import socket, sys
with socket.create_server(("127.0.0.1", int(sys.argv[1]))) as s:
    s.accept()[0].sendall(sys.stdin.buffer.read())
'

forwarded() {
    inside python3 -c "$SENDER" 7397 <"$GIVEN" &
    soon inside grep -q ':1CE5 .* 0A ' /proc/net/tcp # listens
    ./slow -W 127.0.0.1:7397 H >forwarded </dev/null && cmp forwarded "$GIVEN"
}

session() {
    talk ./slow -tt H
    say "for i in \$(seq $((KEEPALIVE * 5))); do seq -s ' ' 300; sleep 1; done; echo finished-\$((6 * 7))\r"
    hears finished-42 100
    say 'exit\r'
    ends 0
}

row_97() { # busy slow links outlive the keepalive: tar, rsync, git, a forward, a command, a session
    uses rsync=rsync git=git
    local job failed='' jobs=()
    GIVEN=$PWD/expected
    head -c 250000 /dev/urandom >"$GIVEN"
    inside sh -c "cat >$R/given" <"$GIVEN"
    inside sh -c "cd $R && git init -q -b main w && cp given w && cd w && git add given &&
        git -c user.name=n -c user.email=e@x commit -qm given && git clone -q --bare . ../slow.git"
    slow_link slow 8000 16000
    slow_link faster 32000 32000
    for job in archive synchronised cloned command_output forwarded session; do
        (longer "$job") >"$job.log" 2>&1 &
        jobs+=("$job:$!")
    done
    for job in "${jobs[@]}"; do
        wait "${job#*:}" || failed+="${job%:*}: $(tail -n 4 "${job%:*}.log") "
    done
    [[ -z $failed ]] || wrong "$failed"
}

row_98() { # a peer that is silent is gone in the time that is configured, and not before
    local began
    slow_link slow 8000 16000
    ./slow H 'exec sleep 5998' &
    soon is_alive 'sleep 5998'
    kill -USR1 "$LINK"
    began=$SECONDS
    sleep $((KEEPALIVE * 2))
    is_alive 'sleep 5998' || wrong "gone after $((SECONDS - began)) s"
    wait_until $((KEEPALIVE * 2 + 5)) is_gone 'sleep 5998' || wrong "still there after $((SECONDS - began)) s"
}
