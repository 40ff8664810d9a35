# shellcheck shell=bash
# Messages, all on stderr: stdout belongs to what a command answers. NAME is the running script.
NAME=$(basename -- "$0")

# Whoever read them may have gone (`up 2>&1 | head -n 1`).
step() { printf '%s: %s\n' "$NAME" "$*" >&2 || :; }

# fail MESSAGE [NEXT STEP]
fail() {
    step "$1"
    [[ $# -lt 2 ]] || printf '  Try: %s\n' "$2" >&2
    exit 1
}

# The text between the first line and the first line that is no comment is the help of a script.
usage() { sed -n '2,/^[^#]/{s/^# \{0,1\}//p}' "$0"; }

# run LABEL COMMAND…: one short line; at a terminal also a clock and the newest line of output. On failure the end of
# the output, which is also in RUN_OUTPUT, and status 1.
run() {
    local label=$1 log status=0 began=$SECONDS
    shift
    log=$(mktemp)
    step "$label …"
    if [[ -t 2 ]]; then
        "$@" </dev/null >"$log" 2>&1 &
        watch_log "$!" "$log" "$began"
        wait "$!" || status=$?
        printf '\r\e[K' >&2
    else
        "$@" </dev/null >"$log" 2>&1 || status=$?
    fi
    if [[ $status -ne 0 ]]; then
        # shellcheck disable=SC2034 # for whoever looks for the cause
        RUN_OUTPUT=$(tail -n 200 "$log")
        tail -n "${RUN_TAIL:-25}" "$log" | sed 's/^/  | /' >&2
        step "$label: failed with status $status"
    fi
    rm -f "$log"
    return "$((status != 0))"
}

watch_log() {
    local pid=$1 log=$2 began=$3 width
    width=$(tput cols 2>/dev/null || echo 80)
    while kill -0 "$pid" 2>/dev/null; do
        printf '\r\e[K  %3ds  %s' "$((SECONDS - began))" \
            "$(tail -n 1 "$log" | tr -cd '[:print:]' | cut -c "1-$((width - 10))")" >&2
        sleep 0.3
    done
}

# ended PID: gone, or only its exit status is left (nobody need have collected that yet).
ended() { ! grep -qs '^State:[[:space:]]*[^ZX]' "/proc/$1/status"; }

# wait_until SECONDS COMMAND…: 0 as soon as COMMAND succeeds, 1 when time is up.
wait_until() {
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        ((SECONDS < end)) || return 1
        sleep 0.2
    done
}
