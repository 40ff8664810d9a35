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
    local pid=$1 log=$2 began=$3 width line shown=
    width=$(tput cols 2>/dev/null || echo 80)
    while kill -0 "$pid" 2>/dev/null; do
        line=$(newest_line "$log")
        shown=${line:-$shown}
        printf '\r\e[K  %3ds  %s' "$((SECONDS - began))" "${shown:0:$((width - 10))}" >&2
        sleep 0.3
    done
}

# newest_line LOG: the newest line that tells somebody how far it is: none that is empty or a warning, and, if RUN_LINES is an
# extended regular expression, only one that it matches. Without what a terminal would obey: OSC and its like, CSI, the rest.
newest_line() {
    { if [[ -n ${RUN_LINES:-} ]]; then grep -aE "$RUN_LINES" "$1"; else tail -c 4096 "$1"; fi || :; } |
        LC_ALL=C sed -E -e 's/\r/\n/g' -e 's/\x1b[]PX^_][^\x07\x1b]*(\x07|\x1b\\)?//g' -e 's/\x1b\[[0-?]*[ -\/]*[@-~]?//g' \
            -e 's/\x1b[ -\/]*[0-~]?//g' -e 's/[^ -~\n]//g' | sed -E '/^ *($|\[?WARN|npm warn|debconf:)/Id' | tail -n 1
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
