# shellcheck shell=bash
# The server that is tested: a gateway with a shed of its own on the Docker Engine or in a cluster, or Debian's sshd in a
# container of the same image; and clients that find it as the host H without an option. Needs the parts of scripts/lib, ROOT, AGAINST.
# What rows and the soak read is exported: SCRATCH, CONTAINER (a pod in a cluster), PORT, LOGIN, KEY, KEYS, KEEPALIVE.

TEST_IMAGE=shed-test-conformance:latest
REKEY= # bytes after which keys are exchanged anew; empty: as usual

prepare_machine() {
    gateway_files '' '' '' # for the place of an engine started by hand
    need ssh=openssh-client docker=docker.io script=bsdutils flock=util-linux
    need_engine
    need_image
    need_test_image
    use_jdk25 install
    [[ $AGAINST != kubernetes ]] || need_cluster
}

need_cluster() {
    need kubectl=kubernetes-client mvn=maven
    [[ -r ${KUBECONFIG:-} ]] || fail "KUBECONFIG names no cluster" "scripts/test-kubernetes"
    : "${SHED_TEST_NAMESPACE:=$(kubectl config view --minify --output 'jsonpath={..namespace}')}"
    : "${SHED_TEST_NAMESPACE:=default}"
    need_jars
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
    case $AGAINST in
        sshd) start_reference ;;
        gateway) start_own_gateway ;;
        kubernetes) start_cluster_gateway ;;
    esac
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
    {
        own_settings
        printf 'engine:\n  host: %s\nshed:\n  image: %s\n' "$DOCKER_HOST" "$TEST_IMAGE"
    } >"$SCRATCH/gateway.yaml"
    own_home env SHED_IMAGE="$TEST_IMAGE" \
        ${REKEY:+JAVA_TOOL_OPTIONS="$(rekey_option)"} "$ROOT/scripts/up" --config "$SCRATCH/gateway.yaml" --state "$SCRATCH/state" \
        --port "$PORT" --shed "$SHED" >/dev/null </dev/null || fail "scripts/up did not bring up a gateway"
}

own_settings() {
    cat <<YAML
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
YAML
}

# MINA takes its properties from the JVM's where the gateway does not set them.
rekey_option() { echo "-Dorg.apache.sshd.config.rekey-bytes-limit=$REKEY"; }

# Started without scripts/up, which is for the Docker Engine of this machine.
start_cluster_gateway() {
    export CONTAINER=shed-$SHED LOGIN=$SHED SHED_TEST_NAMESPACE
    mkdir -m 0700 "$SCRATCH/state"
    cat "$KEYS"/id_*.pub >"$SCRATCH/authorized_keys"
    {
        own_settings
        printf 'engine:\n  kind: kubernetes\n  kubernetes:\n    kubeconfig: %s\n    namespace: %s\n    size: 4GiB\n' \
            "$(realpath -- "$KUBECONFIG")" "$SHED_TEST_NAMESPACE"
        [[ -z ${SHED_TEST_STORAGE_CLASS:-} ]] || printf '    storage-class: %s\n' "$SHED_TEST_STORAGE_CLASS"
        printf 'shed:\n  image: %s\n' "${SHED_TEST_IMAGE:-$TEST_IMAGE}"
    } >"$SCRATCH/gateway.yaml"
    gateway_files "$SCRATCH/gateway.yaml" '' ''
    [[ -z $REKEY ]] || export JAVA_TOOL_OPTIONS
    [[ -z $REKEY ]] || JAVA_TOOL_OPTIONS=$(rekey_option)
    start_gateway
    # ed25519 first, as scripts/up has it, since libgit2 asks for the type of the first line alone.
    cat "$SCRATCH"/state/host_{ed25519,rsa,ecdsa}.pub | sed "s/^/[127.0.0.1]:$PORT /" >"$SCRATCH/home/.ssh/known_hosts"
    client_files
    run "creating the shed $SHED in the cluster" "$SCRATCH/bin/ssh" -l shed H create "$SHED" ||
        fail "the shed was not created; the nodes need the image ${SHED_TEST_IMAGE:-$TEST_IMAGE}" \
            "kind load docker-image $TEST_IMAGE, or push it and name it with SHED_TEST_IMAGE"
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
    if [[ $AGAINST == kubernetes ]]; then
        "$SCRATCH/bin/ssh" -l shed H delete --force "$SHED" >/dev/null 2>&1 || step "the shed $SHED may be left in the cluster"
        stop_gateway
        rm -rf "$SCRATCH"
        return
    fi
    if [[ $AGAINST == gateway ]]; then
        own_home "$ROOT/scripts/down" --config "$SCRATCH/gateway.yaml" --state "$SCRATCH/state" 2>/dev/null || true
        docker volume rm --force "shed-$SHED-workspace" "shed-$SHED-home" >/dev/null 2>&1 || true
    fi
    docker rm --force --volumes "$CONTAINER" >/dev/null 2>&1 || true
    docker volume rm --force "shed-$SHED-workspace" "shed-$SHED-home" >/dev/null 2>&1 || true
    rm -rf "$SCRATCH"
}

# processes_as COLUMNS: a line for each process in the container.
processes_as() {
    if [[ $AGAINST == kubernetes ]]; then
        "$ROOT/scripts/conformance.d/inside" ps --no-headers -eo "$1" | grep -vF 'ps --no-headers'
    else
        docker top "$CONTAINER" -eo "$1" | sed 1d
    fi
}

# Everything that runs in the container, by what it is: numbers differ from one time to the next.
# The words of a tmux server are those of the command that happened to start it.
processes() {
    processes_as pid,user,args | awk '{ $1 = ""; print }' | sed 's/ tmux -.*/ tmux/' | LC_ALL=C sort
}

# One login of each kind, so that what stays after the first is there.
settle() {
    "$SCRATCH/bin/ssh" H true
    echo pwd | "$SCRATCH/bin/sftp" -q -b - H >/dev/null
    # The image's tmux server stays when its last session has ended.
    printf 'exit\r' | timeout 20 "$SCRATCH/bin/ssh" -tt H >/dev/null 2>&1 || true
    sleep 2
}
