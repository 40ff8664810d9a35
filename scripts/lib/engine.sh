# shellcheck shell=bash
# The Docker Engine: a running one is used as it is. Needs say.sh and machine.sh, sourced before.
# ENGINE_STATE is where an engine started by hand has its pid file and log: one place per person, since there is one
# engine per machine, however many gateways run beside it.

LOCAL_ENGINE=unix:///var/run/docker.sock

# Where the person's docker looks: at the context in use (rootless Docker has one), else at this machine's own engine.
current_engine() {
    local host=
    if has_command docker; then
        host=$(as_person docker context inspect --format '{{.Endpoints.docker.Host}}' 2>/dev/null) || host=
    fi
    echo "${host:-$LOCAL_ENGINE}"
}

export DOCKER_HOST=${DOCKER_HOST:-$(current_engine)}
export DOCKER_CLI_HINTS=false

engine_answers() { timeout 10 docker version --format '{{.Server.Version}}' >/dev/null 2>&1; }

# Before anything is built, installed or started: whether the person may use the engine that is here, or the one that would
# be installed.
may_use_engine() {
    local socket=${LOCAL_ENGINE#unix://}
    [[ $EUID -ne 0 && $DOCKER_HOST == "$LOCAL_ENGINE" && " $(id -Gn) " != *' docker '* ]] || return 0
    if [[ -S $socket ]]; then [[ -w $socket ]]; else has_command dockerd; fi || not_in_group
}

not_in_group() {
    local person
    person=$(id -un)
    fail "$person may not use the engine of this machine, since this login is not in the group docker" \
        "sudo groupadd -f docker && sudo usermod -aG docker $person && newgrp docker
  and then scripts/$NAME again. newgrp is for this terminal; others have the group when you log in anew."
}

need_engine() {
    [[ $DOCKER_HOST == unix://* ]] ||
        fail "the engine is at $DOCKER_HOST, but the gateway needs one on its own host" "DOCKER_HOST=$LOCAL_ENGINE scripts/$NAME"
    engine_answers && return
    [[ $DOCKER_HOST == "$LOCAL_ENGINE" ]] ||
        fail "no engine answers at $DOCKER_HOST" "start it, or use this machine's own: DOCKER_HOST=$LOCAL_ENGINE scripts/$NAME"
    if ! has_command dockerd; then
        # Without live-restore a restart of the engine ends every session. Only for an engine that is new here: the
        # settings of one that exists are its owner's.
        [[ -e /etc/docker/daemon.json ]] || as_root sh -c \
            'mkdir -p /etc/docker && echo "{ \"live-restore\": true }" > /etc/docker/daemon.json'
        apt_install docker.io
    fi
    has_command docker || apt_install docker-cli
    engine_answers || start_engine
    engine_reachable
}

start_engine() {
    local init
    init=$(cat /proc/1/comm)
    [[ ! -f $ENGINE_STATE/dockerd.pid ]] || as_root rm -f "$ENGINE_STATE/dockerd.pid" # of an engine that is no more
    if [[ -d /run/systemd/system ]]; then
        run "starting the engine (systemd)" as_root systemctl start docker || fail "the engine does not start" \
            "sudo journalctl -u docker -n 50"
    elif [[ $init == init ]] && command -v service >/dev/null && run "starting the engine (service)" as_root service docker start; then
        :
    else
        start_engine_by_hand
    fi
    wait_until 60 engine_decided || true
    root_reaches_engine || engine_failed
}

# Root's answer: the person may not have the right to ask, which engine_reachable tells them.
root_reaches_engine() { as_root env DOCKER_HOST="$DOCKER_HOST" timeout 10 docker version >/dev/null 2>&1; }

# It answers, or the one that was started by hand has ended.
engine_decided() {
    root_reaches_engine || { [[ -f $ENGINE_STATE/dockerd.pid ]] && ended "$(cat "$ENGINE_STATE/dockerd.pid")"; }
}

start_engine_by_hand() {
    local flags=()
    step "starting the engine (no service manager here): log $ENGINE_STATE/dockerd.log"
    mkdir -p "$ENGINE_STATE"
    remove_stale_pidfile /var/run/docker.pid dockerd
    remove_stale_pidfile /var/run/docker/containerd/containerd.pid containerd
    # Named in both places, dockerd refuses to start.
    grep -qs '"live-restore"' /etc/docker/daemon.json || flags+=(--live-restore)
    # shellcheck disable=SC2016 # expanded by that shell
    as_root sh -c 'log=$1 pid=$2; shift 2; PATH=$PATH:/usr/sbin:/sbin setsid dockerd "$@" </dev/null >>"$log" 2>&1 &
        echo $! >"$pid"' sh "$ENGINE_STATE/dockerd.log" "$ENGINE_STATE/dockerd.pid" "${flags[@]}"
}

engine_failed() {
    [[ ! -f $ENGINE_STATE/dockerd.log ]] || tail -n 20 "$ENGINE_STATE/dockerd.log" | sed 's/^/  | /' >&2
    fail "the engine does not answer" "look at the log above; without systemd, cgroups must be mounted (package cgroupfs-mount)"
}

# Root may start it, but it is the person's gateway that has to reach the socket.
engine_reachable() {
    engine_answers && return
    [[ " $(id -Gn) " == *' docker '* ]] || not_in_group
    fail "the engine runs, but $(id -un) may not use it" "ls -l ${LOCAL_ENGINE#unix://}"
}

engine_started_here() {
    local pid
    pid=$(cat "$ENGINE_STATE/dockerd.pid" 2>/dev/null) || return 1
    [[ "$(cat "/proc/$pid/comm" 2>/dev/null)" == dockerd ]]
}

# Only one that this project started by hand; with live-restore its containers go on.
stop_engine() {
    local pid
    if engine_started_here; then
        pid=$(cat "$ENGINE_STATE/dockerd.pid")
        step "stopping the engine (its containers go on)"
        as_root kill "$pid"
        wait_until 30 ended "$pid" || fail "the engine (process $pid) does not stop" "sudo kill -9 $pid"
    fi
    [[ ! -f $ENGINE_STATE/dockerd.pid ]] || as_root rm -f "$ENGINE_STATE/dockerd.pid"
}
