# shellcheck shell=bash
# How long each suite takes: scripts/test prints it at its end. SUITE_TIMES is the file that collects it, for the scripts
# that test runs as well; without one nothing is noted.

note_time() { [[ -z ${SUITE_TIMES:-} ]] || printf '%s\t%s\t%s\n' "$EPOCHREALTIME" "$1" "$2" >>"$SUITE_TIMES"; }

# timed SUITE COMMAND…: runs it, and notes when it began and ended. One that fails ends the script, as it does without this.
timed() {
    note_time begin "$1"
    "${@:2}"
    note_time end "$1"
}

# beside SUITE COMMAND…: runs it in the background, in a process group of its own, so that it does not ignore SIGINT.
# await_beside waits for all of these, prints what they said, and fails if one of them has; end_beside ends them.
BESIDE=()
beside() {
    local log
    log=$(mktemp)
    set -m
    (timed "$@") >"$log" 2>&1 </dev/null &
    set +m
    BESIDE+=("$!" "$log" "$1")
}

end_beside() {
    local i
    for ((i = 0; i < ${#BESIDE[@]}; i += 3)); do
        kill -- "-${BESIDE[i]}" 2>/dev/null || true
        rm -f "${BESIDE[i + 1]}"
    done
}

await_beside() {
    local status=0 i
    for ((i = 0; i < ${#BESIDE[@]}; i += 3)); do
        wait "${BESIDE[i]}" || { status=1 && echo "failed: ${BESIDE[i + 2]}" >&2; }
        cat "${BESIDE[i + 1]}"
        rm -f "${BESIDE[i + 1]}"
    done
    BESIDE=()
    return "$status"
}

# print_times ROOT: the table, with the suites within Maven's run, as its reports tell them.
print_times() { python3 -B "$1/scripts/lib/times.py" "$SUITE_TIMES" "$1" >&2; }
