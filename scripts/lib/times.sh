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

# print_times ROOT: the table, with the suites within Maven's run, as its reports tell them.
print_times() { python3 -B "$1/scripts/lib/times.py" "$SUITE_TIMES" "$1" >&2; }
