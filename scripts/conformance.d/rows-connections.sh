# shellcheck shell=bash
# shellcheck disable=SC2016,SC2029,SC2094 # expanded at the other end; a file is compared with what comes back
# Rows 31-38: connections.

# at_once N: N commands at the same time on one connection, each with output and a status of its own.
at_once() {
    local i pids=() got
    master
    for ((i = 1; i <= $1; i++)); do
        ssh -S m H "sleep 4; echo $i; exit $i" >"out.$i" 2>"err.$i" </dev/null &
        pids+=("$!")
    done
    for ((i = 1; i <= $1; i++)); do
        got=0
        wait "${pids[i - 1]}" || got=$?
        same "$(cat "out.$i" "err.$i") $got" "$i $i" "number $i of $1"
    done
}

row_31() { # 8 sessions on one connection
    at_once 8
}

row_32() { # 30 sessions on one connection
    at_once 30
}

row_33() { # keepalives are answered, also while a channel is blocked
    status 3 ssh -o ServerAliveInterval=1 -o ServerAliveCountMax=1 H 'sleep 5; exit 3'
    same "$(ssh -o ServerAliveInterval=1 -o ServerAliveCountMax=2 H 'head -c 30000000 /dev/zero' | (sleep 8 && wc -c))" 30000000
    same "$(head -c 30000000 /dev/zero | ssh -o ServerAliveInterval=1 -o ServerAliveCountMax=2 H 'sleep 8; wc -c')" 30000000
}

row_34() { # an unknown subsystem fails, the connection lives
    master
    fails within 20 ssh -S m -s H nosuch </dev/null >out 2>err
    same "$(cat out)" ''
    same "$(ssh -S m H 'echo alive')" alive
    fails within 20 ssh -s H nosuch </dev/null 2>err
    grep -q 'subsystem request failed' err || wrong "$(cat err)"
}

row_35() { # new keys every megabyte
    random r 16
    ssh -v -o RekeyLimit=1M H cat <r 2>log | cmp - r
    [[ "$(grep -c 'SSH2_MSG_NEWKEYS received' log)" -ge 5 ]] || wrong "no new keys" "$(grep -i key log)"
}

row_36() { # compression
    random r 4
    seq 1 500000 >>r
    ssh -v -C H cat <r 2>log | cmp - r
    grep -q 'compression: zlib' log || wrong "not compressed" "$(grep -i compression log)"
}

row_37() { # -X does no harm
    same "$(DISPLAY=:99 within 20 ssh -X H 'echo ok' 2>/dev/null)" ok
}

row_38() { # -N lives, and is no session
    master
    sleep 8
    ssh -S m -O check H 2>/dev/null || wrong "gone after 8 s"
    same "$(ssh -S m H 'echo ok')" ok
    kill "$MASTER"
    soon ended "$MASTER"
}
