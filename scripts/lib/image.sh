# shellcheck shell=bash
# The image of a shed, and a variant for tests. Needs say.sh, machine.sh, a running engine, and ROOT.
# An image carries a hash of what it was made from; it is made again when that differs, and only then.

IMAGE=${SHED_IMAGE:-shed-base:latest}
IMAGE_NOTMUX=shed-test-notmux:latest
PUBLIC_BASE=debian:bookworm-slim
LOCAL_BASE=shed-rootfs:local

# What is shown of a build: its steps, as the classic builder or BuildKit writes them.
BUILD_STEPS='^(Step [0-9]|#[0-9]+ \[)'

# Where Debian's update-ca-certificates finds what the administrator of this machine trusts.
AUTHORITIES=/usr/local/share/ca-certificates

image_label() { docker image inspect --format "{{index .Config.Labels \"$2\"}}" "$1" 2>/dev/null || true; }
image_exists() { docker image inspect "$1" >/dev/null 2>&1; }

# image_inputs BASE: the hash of everything that decides what the image holds.
image_inputs() {
    (cd "$ROOT/config" && {
        echo "base=$1 agents=$(image_agents)"
        find tmux.conf image -type f | LC_ALL=C sort | xargs sha256sum
        machine_authorities | xargs -r -d '\n' sha256sum
    }) | sha256sum | cut -c 1-16
}

# Agents asked for once stay in until another list, or an empty one, is given.
image_agents() { echo "${AGENTS-$(image_label "$IMAGE" dev.shed.image.agents)}"; }

# Somebody's own image, named in the configuration, is nothing to rebuild.
image_foreign() { image_exists "$IMAGE" && [[ -z "$(image_label "$IMAGE" dev.shed.image.inputs)" ]]; }

# Asks nobody when the image was made from the same inputs, on whichever base.
image_current() {
    local made base
    made=$(image_label "$IMAGE" dev.shed.image.inputs)
    for base in ${SHED_BASE:-$PUBLIC_BASE $LOCAL_BASE}; do
        [[ $made == "$(image_inputs "$base")" ]] && return
    done
    return 1
}

need_image() {
    local base
    if image_current || image_foreign; then return; fi
    base=${SHED_BASE:-}
    if [[ -z $base ]]; then
        base=$PUBLIC_BASE
        image_exists "$base" || pull_base || { base=$LOCAL_BASE && need_rootfs; }
    fi
    RUN_LINES=$BUILD_STEPS run "building the image $IMAGE on $base (a few minutes)" build_image "$base" || fail "the image could not be built" \
        "look at the output above. If it names a certificate, copy your network's authority to $AUTHORITIES/NAME.crt (or to config/image/ca/NAME.crt, for sheds only), and run this again; SHED_BASE=IMAGE chooses another Debian or Ubuntu base"
}

# The authorities that this machine trusts beside those of its distribution. Its sheds are in the same network.
machine_authorities() { find -L "$AUTHORITIES" -name '*.crt' -type f -readable 2>/dev/null | LC_ALL=C sort; }

# What the image is made of, as a tar file: nothing else in config/ can change the image.
image_context() {
    machine_authorities | tar --create --dereference --absolute-names \
        --transform "flags=r;s,^$AUTHORITIES/,image/ca/machine/," --transform 's,^[.]/,,' \
        --directory "$ROOT/config" ./image ./tmux.conf --verbatim-files-from --files-from=-
}

build_image() {
    local arguments
    mapfile -t arguments < <(proxy_arguments)
    image_context | docker build --force-rm --tag "$IMAGE" --file image/Dockerfile "${arguments[@]}" \
        --build-arg BASE="$1" --build-arg AGENTS="$(image_agents)" --build-arg INPUTS="$(image_inputs "$1")" -
}

# How a build finds the proxies of this environment, a word a line; they do not stay in the image. A proxy of this
# machine's own loopback is there on its network only.
proxy_arguments() {
    proxies | sed 's/^/--build-arg\n/'
    # shellcheck disable=SC2016
    if proxies | grep -iv '^no_proxy=' | grep -qE '[=/@](localhost|127[.][0-9.]+|\[::1\])(:|/|$)'; then echo --network=host; fi
}

# A registry that answers says so within seconds; only then is it given the time that a download takes.
pull_base() {
    local log pull
    log=$(mktemp)
    step "asking the registry for $PUBLIC_BASE …"
    timeout 300 docker pull "$PUBLIC_BASE" </dev/null >"$log" 2>&1 &
    pull=$!
    wait_until 15 pull_decided "$pull" "$log" || kill "$pull" 2>/dev/null || true
    if wait "$pull"; then rm -f "$log"; else
        step "going on without a registry, since none answers: $(tail -n 1 "$log")"
        rm -f "$log"
        return 1
    fi
}

pull_decided() { ! kill -0 "$1" 2>/dev/null || grep -q 'Pulling from' "$2"; }

# Debian's own packages make the same thing that the registry has.
need_rootfs() {
    image_exists "$LOCAL_BASE" && return
    need mmdebstrap=mmdebstrap
    [[ -e /usr/share/keyrings/debian-archive-keyring.gpg ]] || apt_install debian-archive-keyring
    run "making a Debian root file system (about a minute)" make_rootfs ||
        fail "no base for the image: neither a registry nor Debian's mirrors answer" \
            "load a Debian image by hand (docker load) and name it: SHED_BASE=IMAGE"
}

make_rootfs() {
    as_root mmdebstrap --quiet --variant=minbase --include=ca-certificates bookworm - | docker import - "$LOCAL_BASE" && return
    docker image rm "$LOCAL_BASE" # half a file system is imported as readily as a whole one
    return 1
}

# For the tests of what happens in an image that lacks tmux.
need_image_notmux() {
    local from
    from=$(docker image inspect --format '{{.Id}}' "$IMAGE")
    [[ "$(image_label "$IMAGE_NOTMUX" dev.shed.image.inputs)" != "$from" ]] || return 0
    RUN_LINES=$BUILD_STEPS run "building the image $IMAGE_NOTMUX" build_image_notmux "$from" || fail "$IMAGE_NOTMUX could not be built"
}

build_image_notmux() {
    printf '%s\n' "FROM $IMAGE" 'USER root' 'RUN rm /usr/bin/tmux' 'USER dev' "LABEL dev.shed.image.inputs=$1" |
        docker build --tag "$IMAGE_NOTMUX" -
}
