# shellcheck shell=bash
# What the benchmarks share: a gateway and an sshd in the same image, samples, medians and ratios. Needs scripts/lib.

CIPHER=aes128-gcm@openssh.com
PLAIN_IMAGE=$IMAGE # a benchmark may choose another one for its shed
GATEWAY_CONFIG=    # and more settings of the gateway, as YAML

bench_clean() {
    local container
    pkill -f "ssh.*$SCRATCH/" 2>/dev/null || true
    "$ROOT/scripts/down" --config "$SCRATCH/gateway.yaml" --state "$SCRATCH/state" 2>/dev/null || true
    for container in "$SHED_CONTAINER" "$SSHD_CONTAINER"; do docker rm -f "$container" >/dev/null 2>&1 || true; done
    docker volume rm "$SHED_CONTAINER-workspace" "$SHED_CONTAINER-home" >/dev/null 2>&1 || true
    rm -rf "$SCRATCH"
}

free_port() {
    local port
    for ((port = $1; port < $1 + 100; port++)); do
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port" && return; }
    done
    fail "no free port from $1 on"
}

# What scripts/up would write, and GATEWAY_CONFIG.
bench_config() {
    [[ -n $GATEWAY_CONFIG ]] || return 0
    cat >"$SCRATCH/gateway.yaml" <<YAML
listen:
  port: $GATEWAY_PORT
state: $SCRATCH/state
access:
  authorized-keys: $SCRATCH/authorized_keys
engine:
  host: $DOCKER_HOST
shed:
  image: $IMAGE
$GATEWAY_CONFIG
YAML
}

# sshd in the shed's container: its image is the shed's.
sshd_in_the_shed() {
    local address
    docker exec -i -u root "$SHED_CONTAINER" sh -c 'mkdir -p -m 0700 /run/sshd /home/dev/.ssh &&
        cat >/home/dev/.ssh/authorized_keys && chown -R dev: /home/dev/.ssh' <"$SCRATCH/key.pub"
    docker exec -d -u root "$SHED_CONTAINER" /usr/sbin/sshd -D
    address=$(docker inspect --format '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' "$SHED_CONTAINER")
    sed -i "1i Host inside\n  HostName $address\n  User dev" "$SCRATCH/config"
    wait_until 20 s inside true 2>/dev/null || fail "sshd does not answer in $SHED_CONTAINER"
}

# A gateway with one shed, and an ssh configuration with it.
setup_gateway() {
    local shed=bench-$$
    SCRATCH=$(mktemp -d) SHED_CONTAINER=shed-$shed SSHD_CONTAINER=bench-sshd-$$
    trap bench_clean EXIT
    GATEWAY_PORT=$(free_port 22420)
    ssh-keygen -q -t ed25519 -N '' -f "$SCRATCH/key"
    mkdir -m 0700 "$SCRATCH/home" "$SCRATCH/home/.ssh"
    cp "$SCRATCH/key.pub" "$SCRATCH/home/.ssh/id_ed25519.pub"
    cp "$SCRATCH/key" "$SCRATCH/home/.ssh/id_ed25519"
    bench_config
    HOME=$SCRATCH/home "$ROOT/scripts/up" --config "$SCRATCH/gateway.yaml" --state "$SCRATCH/state" \
        --port "$GATEWAY_PORT" --shed "$shed" >/dev/null
    # shellcheck disable=SC2034 # for the benchmarks
    GATEWAY_PID=$(cat "$SCRATCH/state/gateway.pid")
    cat >"$SCRATCH/config" <<EOF
Host gateway
  Port $GATEWAY_PORT
  User $shed
Host *
  HostName 127.0.0.1
  IdentityFile $SCRATCH/key
  IdentitiesOnly yes
  StrictHostKeyChecking no
  UserKnownHostsFile $SCRATCH/known_hosts
  LogLevel ERROR
EOF
}

# The same, and an sshd in the same image beside it.
setup() {
    local sshd_port
    setup_gateway
    sshd_port=$(free_port 22520)
    sshd_container "$sshd_port"
    cat >>"$SCRATCH/config" <<EOF
Host sshd
  Port $sshd_port
  User dev
EOF
    wait_until 20 s sshd true 2>/dev/null || fail "the reference sshd does not answer" "docker logs $SSHD_CONTAINER"
}

# The empty label says that the image is somebody's own, which scripts/up then uses as it is.
sshd_image() {
    printf '%s\n' "FROM $PLAIN_IMAGE" 'USER root' \
        'RUN apt-get update -q && apt-get install -y -q --no-install-recommends openssh-server && mkdir -p /run/sshd' \
        'USER dev' 'LABEL dev.shed.image.inputs=""' |
        docker build -q --tag shed-bench-sshd:latest - >/dev/null
}

# On the host's network, as the gateway is: no proxy of the engine's between it and the client.
sshd_container() {
    sshd_image
    docker run -d --init --name "$SSHD_CONTAINER" --network host -u root shed-bench-sshd:latest sh -c "
        mkdir -p -m 0700 /home/dev/.ssh && echo '$(cat "$SCRATCH/key.pub")' >/home/dev/.ssh/authorized_keys &&
        chown -R dev: /home/dev/.ssh && exec /usr/sbin/sshd -D -e -o ListenAddress=127.0.0.1:$1" >/dev/null
}

s() { ssh -n -F "$SCRATCH/config" -c "$CIPHER" "$@"; }
up_stream() { ssh -F "$SCRATCH/config" -c "$CIPHER" "$@"; }
docker_exec() { docker exec -u dev "$SHED_CONTAINER" "$@"; }

# sample NAME COMMAND…: one more measured run of a series, in nanoseconds.
sample() {
    local name=$1 began
    shift
    began=$(date +%s%N)
    "$@" || fail "$name: '$*' failed"
    echo $(($(date +%s%N) - began)) >>"$SCRATCH/samples.${name// /_}"
}

quantile() { sort -n "$SCRATCH/samples.${1// /_}" | awk -v q="$2" '{ v[NR] = $1 } END { i = int(q * (NR - 1) + 1.5); if (i > NR) i = NR; print v[i] }'; }
quantiles() { awk -v a="$(quantile "$1" 0.5)" -v b="$(quantile "$1" 0.95)" 'BEGIN { printf "%8.1f %8.1f", a / 1e6, b / 1e6 }'; }
rate() { awk -v t="$(quantile "$1" 0.5)" -v m="$2" 'BEGIN { printf "%8.0f", m / (t / 1e9) }'; }
rss() { awk '/^VmRSS/ { print $2 }' "/proc/$1/status"; }

heading() { printf '\n%-36s' "$1" && printf ' %8s' "${@:2}" && printf '\n'; }
row() { printf '%-36s %s\n' "$1" "$2"; }

# ratio LABEL A B: the median of A over that of B.
ratio() {
    awk -v label="$1" -v a="$(quantile "$2" 0.5)" -v b="$(quantile "$3" 0.5)" 'BEGIN { printf "%-36s %8.2f\n", label, a / b }'
}
