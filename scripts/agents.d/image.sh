# shellcheck shell=bash
# The image of a shed with the coding agents of npm. Needs say.sh, image.sh, and for the build a running engine.
# npm's registry, its certificates and proxies are those of npm's configuration here.

AGENTS_IMAGE=shed-agents:latest
ONE_AGENT_IMAGE=shed-test-agent:latest
# The smallest agent: one program of 60 MB that needs no Node.js. A new version is a change here, and nowhere else.
OPENCODE_VERSION=1.18.33
AGENTS_PACKAGES=(@anthropic-ai/claude-code @openai/codex opencode-ai @google/gemini-cli)

# The newest version of each agent. One who says them all answers.
agent_versions() {
    local package
    for package in "${AGENTS_PACKAGES[@]}"; do
        timeout 60 npm view "$package" version || fail "npm's registry does not tell the version of $package" \
            "npm ping, which asks the registry that is configured: npm config get registry"
    done
}

# The hash of what decides what is in an image with agents: its base, and this.
agents_inputs() { printf '%s\n' "$(docker image inspect --format '{{.Id}}' "$IMAGE")" "$1" | sha256sum | cut -c 1-16; }

# need_agents_image VERSIONS: made again when its base or a version is another one.
need_agents_image() {
    local inputs
    inputs=$(agents_inputs "$1")
    [[ "$(image_label "$AGENTS_IMAGE" dev.shed.agents.inputs)" != "$inputs" ]] || return 0
    RUN_LINES=$BUILD_STEPS run "building the image $AGENTS_IMAGE (minutes)" build_agents_image "$inputs" ||
        fail "the image with agents could not be built" "look at the output above; npm ping"
}

# An image with OpenCode only. npm is asked when the image is made, and not before its base or the version is another one.
need_one_agent_image() {
    local inputs package=opencode-linux-x64-baseline
    [[ $(uname -m) != aarch64 ]] || package=opencode-linux-arm64
    inputs=$(agents_inputs "$package@$OPENCODE_VERSION")
    [[ "$(image_label "$ONE_AGENT_IMAGE" dev.shed.agents.inputs)" != "$inputs" ]] || return 0
    RUN_LINES=$BUILD_STEPS run "building the image $ONE_AGENT_IMAGE with $package $OPENCODE_VERSION" build_one_agent_image "$package" "$inputs" ||
        fail "npm's registry does not deliver $package $OPENCODE_VERSION, or the image could not be built" \
            "look at the output above; npm ping, which asks the registry that is configured: npm config get registry"
}

build_one_agent_image() {
    local context status=0
    context=$(mktemp -d)
    cat >"$context/Dockerfile" <<DOCKERFILE
FROM $IMAGE
USER root
ADD *.tgz /opt/opencode/
RUN ln -s /opt/opencode/package/bin/opencode /usr/local/bin/opencode
USER dev
LABEL dev.shed.agents.inputs=$2 dev.shed.image.inputs=
DOCKERFILE
    { timeout 300 npm pack --pack-destination "$context" "$1@$OPENCODE_VERSION" &&
        docker build --tag "$ONE_AGENT_IMAGE" "$context"; } || status=1
    rm -rf "$context"
    return "$status"
}

build_agents_image() {
    local context arguments authorities
    context=$(mktemp -d)
    mkdir "$context/ca"
    authorities=$(npm config get cafile)
    [[ ! -f $authorities ]] || cp -- "$authorities" "$context/ca/npm.crt"
    # An image without the label `inputs` is nobody's to build again (image_foreign).
    cat >"$context/Dockerfile" <<DOCKERFILE
FROM $IMAGE
USER root
COPY ca/ /usr/local/share/ca-certificates/
ARG npm_config_registry
RUN update-ca-certificates && install-agents claude-code codex opencode gemini
USER dev
LABEL dev.shed.agents.inputs=$1 dev.shed.image.inputs=
DOCKERFILE
    mapfile -t arguments < <(proxy_arguments)
    docker build --network=host --tag "$AGENTS_IMAGE" "${arguments[@]}" \
        --build-arg npm_config_registry="$(npm config get registry)" "$context" && rm -rf "$context"
}
