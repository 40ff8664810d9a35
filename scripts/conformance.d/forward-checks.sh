# shellcheck shell=bash
# The checks of forwards that rows with client libraries have: `speaks LIBRARY refused forward …` in rows-libraries.sh. What
# each asks of the client: clients/README.md. A port or path of a check has the number of its row in it.

row_number() { echo "${FUNCNAME[3]#row_}"; }

check_refused() {
    same "$(speak "$1" refused 7998)" alive "what runs after a refused forward"
}

check_forward() {
    local port=$((7200 + $(row_number)))
    counter "$port" 2>/dev/null
    soon inside nc -z 127.0.0.1 "$port"
    same "$(speak "$1" forward "$port")" "hello got 5000"
    stop_counter "$port"
}

# Eight megabytes come whole, and then the end.
check_bulk() {
    local port=$((7600 + $(row_number)))
    counter "$port" 8000000 2>/dev/null
    soon inside nc -z 127.0.0.1 "$port"
    same "$(speak "$1" forward "$port" | wc -c)" 8000015
    stop_counter "$port"
}

# A listener on this machine's loopback is out of reach.
check_outside() {
    local port listener
    port=$(free_port)
    nc -lk 127.0.0.1 "$port" &
    listener=$!
    wait_until 10 nc -z 127.0.0.1 "$port" || wrong "nobody listens"
    same "$(speak "$1" refused "$port")" alive "what runs after a refused forward"
    kill "$listener"
}

# -L to a unix socket.
check_unix() {
    local path
    path=/tmp/unix.$(row_number)
    counter "$path" 2>/dev/null
    soon inside test -S "$path"
    same "$(speak "$1" unix "$path")" "hello got 5000"
    stop_counter "$path"
    inside rm -f "$path"
}

# starts LIBRARY CHECK ARGUMENT: a client that listens until ends_library; SAID is its first line.
starts() {
    [[ -p library.in ]] || mkfifo library.in
    exec 7<>"$PWD/library.in"
    speak "$@" <"$PWD/library.in" >library.out 2>library.err 7>&- &
    LIBRARY=$!
    wait_until 20 test -s library.out || wrong "it does not listen" "$(cat library.err)"
    SAID=$(head -n 1 library.out)
}

ends_library() {
    local status=0
    exec 7>&-
    wait_until 20 ended "$LIBRARY" || wrong "it does not end"
    wait "$LIBRARY" || status=$?
    same "$status" 0 "its status"
    rm library.out
}

# reader PLACE COUNT: in the container, connects so often, one after the other, and says how many bytes came in all.
READER='
import socket, sys
place, total = sys.argv[1], 0
for _ in range(int(sys.argv[2])):
    with socket.socket(socket.AF_UNIX if "/" in place else socket.AF_INET) as s:
        s.settimeout(20)
        s.connect(place if "/" in place else ("127.0.0.1", int(place)))
        while d := s.recv(65536):
            total += len(d)
print(total)
'

# What a client writes and then closes arrives.
check_back() {
    BACK_PORT=$((7300 + $(row_number))) starts "$1" back 30
    same "$(inside timeout 60 python3 -c "$READER" "$SAID" 30)" 30000 "bytes through a listener"
    ends_library
}

# The same with a unix socket; sshd leaves its file.
check_unix_back() {
    starts "$1" unix-back "/tmp/back.$(row_number)"
    same "$(inside timeout 60 python3 -c "$READER" "$SAID" 30)" 30000 "bytes through a unix socket"
    ends_library
    inside rm -f "$SAID"
}

# A listener that was cancelled is gone: the next one can have its port.
check_again() {
    local port=$((7400 + $(row_number)))
    BACK_PORT=$port speak "$1" again 20
    nobody_at 127.0.0.1 "$port" || wrong "somebody listens at port $port"
}

# An agent that is forwarded can sign; it ends with the row.
check_agent() {
    local socket=$PWD/agent.sock
    ssh-agent -D -a "$socket" >/dev/null &
    wait_until 10 test -S "$socket" || wrong "no agent"
    ssh-keygen -q -t ed25519 -N '' -f forwarded
    SSH_AUTH_SOCK=$socket ssh-add -q forwarded
    same "$(SSH_AUTH_SOCK=$socket speak "$1" agent "ssh-add -L >$R/agent.pub && ssh-add -T $R/agent.pub && wc -l <$R/agent.pub")" 1
}

# -D: names are resolved at the far end, and a target that refuses leaves the others alone.
check_socks() {
    local port=$((7500 + $(row_number))) through
    inside python3 -m http.server --bind 127.0.0.1 "$port" >/dev/null 2>&1 &
    soon inside nc -z 127.0.0.1 "$port"
    starts "$1" socks 0
    wait_until 10 nc -z 127.0.0.1 "$SAID" || wrong "nobody listens at port $SAID"
    through=(within 30 curl -sS -o /dev/null -w '%{http_code}' --socks5-hostname "127.0.0.1:$SAID")
    fails "${through[@]}" http://localhost:7997/ >/dev/null
    same "$("${through[@]}" "http://localhost:$port/")" 200
    ends_library
    inside pkill -f "http.server --bind 127.0.0.1 $port"
}
