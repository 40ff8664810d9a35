# shellcheck shell=bash
# A gateway for one run, with a home, a key and an ssh configuration of its own. Needs say.sh, and PREFIX, with which
# the names of its sheds begin. Sets SCRATCH.

# own_gateway PORT SHED IMAGE: starts it with this first shed. When the script ends it goes, and its sheds with it.
own_gateway() {
    SCRATCH=$(mktemp -d)
    trap end_own_gateway EXIT
    trap 'exit 130' INT TERM
    local home=$SCRATCH/home
    mkdir -m 0700 "$home" "$home/.ssh"
    ssh-keygen -q -t ed25519 -N '' -f "$home/.ssh/id_ed25519"
    HOME=$home SHED_IMAGE=$3 "$ROOT/scripts/up" --config "$SCRATCH/gateway.yaml" --state "$SCRATCH/state" \
        --port "$1" --shed "$2" >/dev/null
    cat >"$SCRATCH/ssh.config" <<CONFIG
Host gw
  User shed
Host *
  HostName 127.0.0.1
  Port $1
  IdentityFile $home/.ssh/id_ed25519
  IdentityAgent none
  UserKnownHostsFile $home/.ssh/known_hosts
  ControlMaster auto
  ControlPath $SCRATCH/%C
  ControlPersist 60
CONFIG
}

end_own_gateway() {
    trap - EXIT INT TERM
    ssh -F "$SCRATCH/ssh.config" -O exit gw 2>/dev/null || true
    "$ROOT/scripts/down" --config "$SCRATCH/gateway.yaml" --state "$SCRATCH/state" 2>/dev/null || true
    docker ps -aq --filter "name=^shed-$PREFIX-" | xargs -r docker rm -f >/dev/null 2>&1 || true
    docker volume ls -q --filter "name=^shed-$PREFIX-" | xargs -r docker volume rm >/dev/null 2>&1 || true
    rm -rf "$SCRATCH"
}
