# shellcheck shell=bash
# An engine with nothing in it but what the script makes: the gateway counts all sheds of its engine, also those of other
# gateways. It has a network of its own, so that its bridge and rules do not meet those of the machine's engine. Needs
# say.sh, machine.sh, engine.sh, SCRATCH and IMAGE; sets DOCKER_HOST.

start_own_engine() {
    local machine=$DOCKER_HOST
    step "starting an engine of its own: log $SCRATCH/dockerd.log"
    echo '{}' >"$SCRATCH/daemon.json" # not that of the machine's engine
    # shellcheck disable=SC2016 # expanded by that shell
    as_root sh -c 'PATH=$PATH:/usr/sbin:/sbin; scratch=$1; shift
        setsid unshare --net sh -c "ip link set lo up; exec \"\$@\"" sh dockerd "$@" </dev/null >>"$scratch/dockerd.log" 2>&1 &' \
        sh "$SCRATCH" --config-file "$SCRATCH/daemon.json" --host "unix://$SCRATCH/docker.sock" --group "$(id -g)" \
        --data-root "$SCRATCH/docker" --exec-root "$SCRATCH/run" --pidfile "$SCRATCH/dockerd.pid" \
        --containerd-namespace "${SCRATCH##*/}" --containerd-plugins-namespace "${SCRATCH##*/}-plugins"
    export DOCKER_HOST=unix://$SCRATCH/docker.sock
    wait_until 60 engine_answers || fail "the engine does not start" "look at $SCRATCH/dockerd.log"
    step "copying the image $IMAGE"
    DOCKER_HOST=$machine docker save "$IMAGE" | docker load >/dev/null
}

stop_own_engine() {
    local pid containers
    mapfile -t containers < <(timeout 60 docker ps --all --quiet || true)
    [[ ${#containers[@]} -eq 0 ]] || docker rm --force --volumes "${containers[@]}" >/dev/null || true
    pid=$(cat "$SCRATCH/dockerd.pid" 2>/dev/null) || return 0
    as_root kill "$pid"
    wait_until 60 ended "$pid" || step "the engine (process $pid) does not end"
}
