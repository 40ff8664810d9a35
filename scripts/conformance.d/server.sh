# shellcheck shell=bash
# The server that is tested: a gateway with a shed of its own, or Debian's sshd in a container of the same image; and
# clients that find it as the host H without an option. Needs the parts of scripts/lib, ROOT, AGAINST.
# What rows and the soak read is exported: SCRATCH, CONTAINER, PORT, LOGIN, KEY, KEYS, KEEPALIVE.

TEST_IMAGE=shed-test-conformance:latest

prepare_machine() {
    gateway_files '' '' '' # for the place of an engine started by hand
    need ssh=openssh-client docker=docker.io script=bsdutils flock=util-linux
    need_engine
    need_image
    need_test_image
    use_jdk25 install
}

# One image for both servers, so that user, home and tools are the same. Unison wants its own version at the other end,
# editors' servers are Node programs.
TEST_PACKAGES='openssh-server unison nodejs'

need_test_image() {
    local from
    from="$(docker image inspect --format '{{.Id}}' "$IMAGE") $TEST_PACKAGES"
    [[ "$(image_label "$TEST_IMAGE" dev.shed.test.from)" != "$from" ]] || return 0
    run "building the image $TEST_IMAGE" build_test_image "$from" || fail "$TEST_IMAGE could not be built"
}

# The empty label says that the image is somebody's own, which scripts/up then uses as it is.
build_test_image() {
    local arguments
    mapfile -t arguments < <(proxy_arguments)
    docker build --tag "$TEST_IMAGE" "${arguments[@]}" - <<DOCKERFILE
FROM $IMAGE
USER root
RUN apt-get update -q \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $TEST_PACKAGES \
 && rm -rf /var/lib/apt/lists/*
USER dev
LABEL dev.shed.image.inputs="" dev.shed.test.from="$1"
DOCKERFILE
}

start_server() {
    # Short: a control socket's path has at most 107 bytes.
    SCRATCH=$(mktemp -d /tmp/conf.XXXXXX)
    SHED=conf-$$ PORT=$(free_port) KEY=$SCRATCH/home/.ssh/id_ed25519
    KEYS=$SCRATCH/home/.ssh
    KEEPALIVE=5 # seconds; three without an answer, and a peer is gone
    export SCRATCH PORT KEY KEYS AGAINST ROOT KEEPALIVE
    mkdir -p "$SCRATCH/home" "$SCRATCH/bin" "$SCRATCH/results" "$SCRATCH/rows"
    mkdir -m 0700 "$SCRATCH/home/.ssh"
    make_keys
    if [[ $AGAINST == sshd ]]; then start_reference; else start_own_gateway; fi
    client_files
    wait_until 30 "$SCRATCH/bin/ssh" H true || fail "a login at port $PORT does not work"
}

# KEY, and in KEYS one of each older kind, in the format that older libraries read.
make_keys() {
    ssh-keygen -q -t ed25519 -N '' -C conformance -f "$KEY"
    ssh-keygen -q -t rsa -b 3072 -m PEM -N '' -C conformance-rsa -f "$KEYS/id_rsa"
    ssh-keygen -q -t ecdsa -b 256 -m PEM -N '' -C conformance-ecdsa -f "$KEYS/id_ecdsa"
}

free_port() {
    local port
    for ((port = 22400 + RANDOM % 400; port < 23000; port++)); do
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port" && return; }
    done
    fail "no free port below 23000"
}

# Debian's own configuration, and the variables that a newer Debian sends; 50 clients at once are no attack here.
start_reference() {
    export CONTAINER=conf-sshd-$$ LOGIN=dev
    step "starting sshd in the container $CONTAINER on port $PORT"
    # shellcheck disable=SC2016 # expanded in the container
    docker run --detach --init --name "$CONTAINER" --publish "127.0.0.1:$PORT:22" --user root "$TEST_IMAGE" sh -c '
        mkdir -p /run/sshd && exec /usr/sbin/sshd -D -e -o MaxStartups=200 -o LoginGraceTime=120 -o RekeyLimit=${1:-default} \
            -o "AcceptEnv=LANG LC_* COLORTERM NO_COLOR TERM_PROGRAM TERM_PROGRAM_VERSION GIT_PROTOCOL"' sh "$REKEY" >/dev/null
    docker exec --interactive --user dev --workdir /home/dev "$CONTAINER" sh -c 'umask 077; cat >.ssh/authorized_keys' < <(cat "$KEYS"/id_*.pub)
    docker exec "$CONTAINER" sh -c 'cat /etc/ssh/ssh_host_*.pub' |
        sed "s/^/[127.0.0.1]:$PORT /" >"$SCRATCH/home/.ssh/known_hosts"
}

# As the reference: 50 clients at once are no attack here, and on a machine that they keep busy a login takes its time.
start_own_gateway() {
    export CONTAINER=shed-$SHED LOGIN=$SHED
    cat >"$SCRATCH/gateway.yaml" <<YAML
listen:
  port: $PORT
state: $SCRATCH/state
access:
  authorized-keys: $SCRATCH/authorized_keys
ssh:
  login-grace: 2m
  keepalive-interval: ${KEEPALIVE}s
strangers:
  max-startups: 200:30:256
  per-source-max-startups: 200
  per-network-max-startups: 200
engine:
  host: $DOCKER_HOST
shed:
  image: $TEST_IMAGE
YAML
    # MINA takes its properties from the JVM's where the gateway does not set them.
    own_home env SHED_IMAGE="$TEST_IMAGE" \
        ${REKEY:+JAVA_TOOL_OPTIONS="-Dorg.apache.sshd.config.rekey-bytes-limit=$REKEY"} "$ROOT/scripts/up" --config "$SCRATCH/gateway.yaml" --state "$SCRATCH/state" \
        --port "$PORT" --shed "$SHED" >/dev/null </dev/null || fail "scripts/up did not bring up a gateway"
}

own_home() { env -u SSH_AUTH_SOCK -u SUDO_USER HOME="$SCRATCH/home" "$@"; }

# Rows call ssh, scp and sftp, and so do the programs that they call: these know where H is.
client_files() {
    local name
    cat >"$SCRATCH/ssh_config" <<CONFIG
Host H H2
    HostName 127.0.0.1
    Port $PORT
    User $LOGIN
    IdentityFile $KEY
    IdentitiesOnly yes
    IdentityAgent none
    UserKnownHostsFile $SCRATCH/home/.ssh/known_hosts
    GlobalKnownHostsFile none
    StrictHostKeyChecking yes
    BatchMode yes
    ConnectTimeout 120
CONFIG
    for name in ssh scp sftp; do
        printf '#!/bin/sh\nexec %s -F %s "$@"\n' "$(command -v "$name")" "$SCRATCH/ssh_config" >"$SCRATCH/bin/$name"
        chmod +x "$SCRATCH/bin/$name"
    done
}

stop_server() {
    if [[ $AGAINST == gateway ]]; then
        own_home "$ROOT/scripts/down" --config "$SCRATCH/gateway.yaml" --state "$SCRATCH/state" 2>/dev/null || true
        docker volume rm --force "shed-$SHED-workspace" "shed-$SHED-home" >/dev/null 2>&1 || true
    fi
    docker rm --force --volumes "$CONTAINER" >/dev/null 2>&1 || true
    docker volume rm --force "shed-$SHED-workspace" "shed-$SHED-home" >/dev/null 2>&1 || true
    rm -rf "$SCRATCH"
}

# Everything that runs in the container, by what it is: numbers differ from one time to the next.
# The words of a tmux server are those of the command that happened to start it.
processes() {
    docker top "$CONTAINER" -eo pid,user,args | sed 1d | awk '{ $1 = ""; print }' | sed 's/ tmux -.*/ tmux/' | LC_ALL=C sort
}

# One login of each kind, so that what stays after the first is there.
settle() {
    "$SCRATCH/bin/ssh" H true
    echo pwd | "$SCRATCH/bin/sftp" -q -b - H >/dev/null
    # The image's tmux server stays when its last session has ended.
    printf 'exit\r' | timeout 20 "$SCRATCH/bin/ssh" -tt H >/dev/null 2>&1 || true
    sleep 2
}
