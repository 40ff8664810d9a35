# shellcheck shell=bash
# What rows are written in. A check that fails prints what came and ends the row. Needs say.sh, server.sh, ROOT.

uses() { :; } # read by rows.sh

# inside COMMAND…: in the container past the server, as the user there.
inside() { "$ROOT/scripts/conformance.d/inside" "$@"; }

wrong() { printf '%s\n' "$@" && exit 1; }

# same GOT WANT [WHAT]
same() {
    [[ $1 != "$2" ]] || return 0
    echo "${3:-the answer} (< wanted, > got):"
    diff <(printf '%s\n' "$2" | cat -v) <(printf '%s\n' "$1" | cat -v) | head -n 10
    exit 1
}

# status WANT COMMAND…
status() {
    local want=$1 got=0
    shift
    "$@" || got=$?
    same "$got" "$want" "status of: $*"
}

# fails COMMAND…
fails() { ! "$@" || wrong "this should have failed: $*"; }

# within SECONDS COMMAND…: COMMAND must have ended by itself by then; its status passes through.
within() {
    local got=0
    timeout "$@" || got=$?
    [[ $got -ne 124 ]] || wrong "not done after $1 s: ${*:2}"
    return "$got"
}

# random FILE MEGABYTES
random() { head -c "$(($2 * 1000000))" /dev/urandom >"$1"; }

# soon COMMAND…: true within ten seconds.
soon() { wait_until 10 "$@" || wrong "still not so after 10 s: $*"; }

# master: a connection without a session, for `ssh -S m H …`.
master() {
    ssh -M -S m -N H &
    # shellcheck disable=SC2034 # for rows that end it
    MASTER=$!
    wait_until 20 ssh -S m -O check H 2>/dev/null || wrong "no connection"
}

# talk COMMAND…: in the background, what it says in the file `said`, its stdin open until hang_up.
talk() {
    mkfifo talk
    exec 9<>"$PWD/talk"
    "$@" <"$PWD/talk" >said 2>said.err 9>&- &
    TALKER=$!
}
say() { printf '%b' "$*" >&9; }
hears() { wait_until "${2:-15}" grep -qsa -- "$1" said || wrong "never said '$1', but:" "$(cat -v said said.err)"; }

# hang_up WANT: end of input; the status of the talker must be WANT.
hang_up() {
    exec 9>&-
    ends "$1"
}
ends() {
    local got=0
    wait_until 15 ended "$TALKER" || wrong "it does not end" "$(cat -v said said.err)"
    wait "$TALKER" || got=$?
    same "$got" "$1" "its status"
}

# hold_input: descriptor 8, from which nothing comes, nor an end.
hold_input() {
    [[ -p open ]] || mkfifo open
    exec 8<>"$PWD/open"
}

# alive MARK: how many processes in the container have MARK in their words.
alive() { processes_as pid,args | grep -cF -- "$1" || true; }
is_alive() { [[ "$(alive "$1")" -gt 0 ]]; }
is_gone() { [[ "$(alive "$1")" -eq 0 ]]; }
