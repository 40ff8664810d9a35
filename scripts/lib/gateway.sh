# shellcheck shell=bash
# The gateway as a background process: its files, its process, its start and end.
# Needs say.sh, machine.sh, java.sh, ROOT; CONFIG, STATE, HOST and PORT are set by gateway_files.

# shellcheck disable=SC2034 # for build.sh
JAR=$ROOT/gateway/target/shed-gateway.jar
# shellcheck disable=SC2034
CACHE=$ROOT/gateway/target/shed-gateway.aot

# yaml_value FILE SECTION KEY: a value of the files that write_config makes and people change; SECTION may be empty.
yaml_value() {
    [[ -f $1 ]] || return 0
    awk -v section="$2" -v key="$3" -f "$ROOT/scripts/lib/yaml_value.awk" "$1"
}

# yaml_word TEXT: a value that YAML reads as TEXT, whatever is in it.
yaml_word() {
    if [[ $1 =~ ^[A-Za-z0-9/._][A-Za-z0-9/._:-]*$ && $1 != *: ]]; then echo "$1"; else echo "'${1//\'/\'\'}'"; fi
}

# gateway_files CONFIG STATE PORT: what is empty comes from the configuration, else from the defaults.
gateway_files() {
    if [[ $EUID -eq 0 ]]; then
        DEFAULT_CONFIG=/etc/shed/gateway.yaml DEFAULT_STATE=/var/lib/shed
    else
        DEFAULT_CONFIG=$HOME/.config/shed/gateway.yaml DEFAULT_STATE=$HOME/.local/state/shed
    fi
    CONFIG=$(realpath -m -- "${1:-$DEFAULT_CONFIG}")
    agree "$2" "$(yaml_value "$CONFIG" "" state)" state
    agree "$3" "$(yaml_value "$CONFIG" listen port)" port
    STATE=$(yaml_value "$CONFIG" "" state) PORT=$(yaml_value "$CONFIG" listen port)
    HOST=$(reachable "$(yaml_value "$CONFIG" listen address)")
    STATE=$(realpath -m -- "${2:-${STATE:-$DEFAULT_STATE}}")
    PORT=${3:-${PORT:-2222}}
    [[ $PORT =~ ^[1-9][0-9]{0,4}$ && $PORT -le 65535 ]] || fail "not a port: $PORT" "--port 2222"
    # shellcheck disable=SC2034 # for engine.sh
    ENGINE_STATE=$DEFAULT_STATE
    PIDFILE=$STATE/gateway.pid LOG=$STATE/gateway.log
}

# reachable ADDRESS: where somebody on this machine finds what listens there.
reachable() {
    case $1 in
        '' | 0.0.0.0) echo 127.0.0.1 ;;
        :: | 0:0:0:0:0:0:0:0) echo ::1 ;;
        *) echo "$1" ;;
    esac
}

# An option that contradicts the configuration is an error: that file is the person's, and is never changed.
agree() {
    [[ -z $1 || -z $2 || $1 == "$2" || "$(realpath -m -- "$1")" == "$2" ]] ||
        fail "--$3 $1, but $CONFIG says $2" "change that file, or name another with --config FILE"
}

# is_gateway PID: a gateway of this configuration, whatever its pid file says.
is_gateway() {
    local words
    [[ $1 =~ ^[0-9]+$ && -r /proc/$1/cmdline ]] || return 1
    words=" $(tr '\0' ' ' <"/proc/$1/cmdline" 2>/dev/null)"
    [[ $words == *"shed-gateway.jar serve --config $CONFIG "* ]]
}

# is_built_here PID: a gateway of this clone's build.
is_built_here() { [[ " $(tr '\0' ' ' <"/proc/$1/cmdline" 2>/dev/null)" == *" $JAR serve "* ]]; }

# Its process id, or status 1. A lost pid file does not hide it, a stale one does not invent it.
gateway_pid() {
    local pid
    for pid in $(cat "$PIDFILE" 2>/dev/null) $(pgrep -f 'shed-gateway[.]jar serve'); do
        if is_gateway "$pid"; then
            echo "$pid"
            return 0
        fi
    done
    return 1
}

# What a service manager started is the service manager's to stop.
gateway_is_service() { grep -qs 'shed-gateway[.]service' "/proc/$1/cgroup"; }

port_open() { (exec 3<>"/dev/tcp/$HOST/$PORT") 2>/dev/null; }

# Bash reads with a time limit: a listener that says nothing is no ssh server.
banner() {
    local line=
    { exec 3<>"/dev/tcp/$HOST/$PORT"; } 2>/dev/null || return 1
    IFS= read -r -t 5 line <&3 || true
    exec 3>&-
    [[ $line == SSH-2.0-* ]]
}

start_gateway() {
    local pid
    ! port_open || fail "port $PORT of $HOST is in use by another program$(port_owner)" "scripts/up --port $((PORT + 1)) --config FILE, or stop the other"
    step "starting the gateway on $HOST port $PORT: log $LOG"
    # A session, streams and signals of its own: neither the caller's terminal nor its pipes end with it or hold it, and
    # what is ignored here, as nohup and a script's background have it, is not ignored there.
    env --default-signal setsid "$ROOT/scripts/shed-gateway" serve --config "$CONFIG" </dev/null >>"$LOG" 2>&1 3>&- &
    pid=$!
    disown "$pid"
    echo "$pid" >"$PIDFILE"
    wait_until 60 gateway_decided "$pid" || true
    banner || gateway_failed "$pid"
}

gateway_decided() { ! kill -0 "$1" 2>/dev/null || banner; }

gateway_failed() {
    tail -n 20 "$LOG" | sed 's/^/  | /' >&2
    if kill -0 "$1" 2>/dev/null; then kill "$1"; fi
    rm -f "$PIDFILE"
    fail "the gateway did not come up on $HOST port $PORT" "the end of its log is above; all of it: $LOG"
}

port_owner() {
    local owner
    owner=$(ss -Hltnp "sport = :$PORT" 2>/dev/null | grep -o 'users:.*' | head -n 1) || true
    echo "${owner:+ ($owner)}"
}

stop_gateway() {
    local pid
    if pid=$(gateway_pid); then
        ! gateway_is_service "$pid" || fail "the gateway (process $pid) is a service" "sudo systemctl stop shed-gateway"
        step "stopping the gateway (process $pid)"
        kill "$pid"
        # It lets verbs and transfers end: ssh.drain-timeout, and 15 s to close what is open.
        wait_until 45 ended "$pid" || { step "it does not end: killing it" && kill -KILL "$pid"; }
        wait_until 5 ended "$pid" || fail "process $pid does not end" "kill -KILL $pid"
    fi
    rm -f "$PIDFILE"
}

# older_than PID FILE…: the process began before one of the files was written.
older_than() {
    local began file
    began=$(($(date +%s) - $(ps -o etimes= -p "$1")))
    for file in "${@:2}"; do
        if (($(stat -c %Y "$file") > began)); then return 0; fi
    done
    return 1
}
