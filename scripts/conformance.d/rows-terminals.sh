# shellcheck shell=bash
# shellcheck disable=SC2016 # expanded at the other end
# Rows 23-30 and 66: terminals and signals.

row_23() { # a PTY: its name, the status, \r\n once
    talk ssh -tt H 'tty; exit 7'
    ends 7
    sed 's/[0-9][0-9]*/N/' said | cmp - <(printf '/dev/pts/N\r\n') || wrong "$(cat -v said)"
}

row_24() { # TERM arrives, and only with a PTY
    same "$(TERM=xterm-kitty ssh -tt H 'echo $TERM' 2>/dev/null)" $'xterm-kitty\r'
    same "$(TERM=xterm-kitty ssh H 'env | grep ^TERM=' || true)" ''
}

row_25() { # the size is there before the program starts
    uses script=bsdutils
    local at
    hold_input # script types an end of input as NUL
    for at in 1 2 3; do
        same "$(TERM=xterm script -qec "stty rows 33 cols $((100 + at)); ssh -q -tt H 'stty size'" /dev/null <&8)" \
            "33 $((100 + at))"$'\r'
    done
}

row_26() { # ^C interrupts through the PTY
    talk ssh -e none -tt H "trap 'echo caught; exit 5' INT; echo ready; while :; do sleep 0.1; done"
    hears ready
    say '\003'
    hears caught
    ends 5
}

row_27() { # a raw PTY passes every byte both ways
    local bytes='bytes(range(256))'
    talk ssh -e none -tt H "stty raw -echo; echo ready; head -c 256 | od -An -v -tx1
        python3 -c 'import sys; sys.stdout.buffer.write($bytes)'; echo over"
    hears ready
    python3 -c "import sys; sys.stdout.buffer.write($bytes)" >&9
    hears over
    hang_up 0
    python3 -c "got = open('said', 'rb').read(); up, down = $bytes.hex(' ').encode(), $bytes + b'over'
assert up.split() == got[6:].split()[:256], got
assert got.endswith(down + b'\n'), got"
}

row_28() { # /dev/tty opens
    talk ssh -tt H 'echo via-tty >/dev/tty; read -r word </dev/tty; echo "got $word"'
    hears via-tty
    say 'abc\n'
    hears 'got abc'
    hang_up 0
}

row_29() { # TERM=dumb logs in to a plain shell
    TERM=dumb talk ssh -tt H
    hears '\$ '
    say 'echo "[$TMUX:$((40+2))]"\n'
    hears '^\[:42\]'
    say 'exit 6\n'
    hang_up 6
}

row_30() { # asyncssh: signals, exit-signal, resizing, hang-up
    uses python:asyncssh=python3-asyncssh
    /usr/bin/python3 -W ignore "$ROWS_DIR/client.py" signal status resize close abort
}

row_30b() { # asyncssh: tcpip-forward with port 0, streamlocal-forward
    uses python:asyncssh=python3-asyncssh
    /usr/bin/python3 -W ignore "$ROWS_DIR/client.py" tcpip-forward streamlocal-forward
}

row_66() { # RemoteCommand `/bin/sh -i` with a PTY
    talk ssh -tt -o RemoteCommand='/bin/sh -i' H
    hears '\$ '
    say 'echo "[$TMUX:$((40+2))]"\n'
    hears '^\[:42\]'
    say 'exit 3\n'
    hang_up 3
}
