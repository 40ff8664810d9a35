# shellcheck shell=bash
# What the tests on a machine have in common.

step() { printf '  %s\n' "$*" >&2; }
fail() { printf '  failed: %s\n' "$*" >&2 && exit 1; }

# within SECONDS COMMAND…
within() {
    local end=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        ((SECONDS < end)) || fail "not in time: $*"
        sleep 0.2
    done
}

login() {
    ssh -F none -p 2222 -o BatchMode=yes -o LogLevel=ERROR -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null "$@"
}
answers() { login -n shed@127.0.0.1 whoami; }
pane() { docker exec -u dev shed-demo sh -c '. /etc/profile >/dev/null; tmux list-panes -s -t "=work" -F "#{pane_pid}"'; }
attached() { login -n -s demo@127.0.0.1 sessions | grep -q 'work .*attached'; }
