# shellcheck shell=bash
# Finds a JDK 25 (the build accepts no other) and exports it as JAVA_HOME. Needs say.sh; installing needs machine.sh.

# How the gateway's JVM runs. Little lives for long in it, and left alone a JVM takes a 64th of the machine's memory before it
# collects anything. The young generation has room for what is under way: with less, packets grow old, and the serial collector
# lets the old generation grow before it looks at it (docs/benchmarks.md).
# shellcheck disable=SC2034 # for whoever starts a gateway
GATEWAY_JVM=(-XX:+UseSerialGC -Xms48m -Xmn24m -XX:SurvivorRatio=4 -XX:MinHeapFreeRatio=20 -XX:MaxHeapFreeRatio=40)

is_jdk25() {
    [[ -x $1/bin/javac && -x $1/bin/java ]] || return 1
    if [[ -f $1/release ]]; then
        grep -q '^JAVA_VERSION="25[."]' "$1/release"
    else
        "$1/bin/javac" -version 2>&1 | grep -q '^javac 25\b'
    fi
}

jdk_on_path() {
    local javac
    javac=$(command -v javac) || return 0
    dirname -- "$(dirname -- "$(readlink -f -- "$javac")")"
}

# find_jdk25: its directory on stdout, or status 1.
find_jdk25() {
    local home
    for home in "${JAVA_HOME:-}" "$(jdk_on_path)" /usr/lib/jvm/* /opt/* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/*; do
        if [[ -n $home ]] && is_jdk25 "$home"; then
            echo "$home"
            return 0
        fi
    done
    return 1
}

# unpack_jdk25: the command that unpacks Eclipse Temurin's JDK 25, where the distribution has none.
unpack_jdk25() {
    local machine=x64
    [[ $(uname -m) != aarch64 ]] || machine=aarch64
    echo "sudo mkdir -p /opt/jdk-25 && curl -fsSL https://api.adoptium.net/v3/binary/latest/25/ga/linux/$machine/jdk/hotspot/normal/eclipse |" \
        "sudo tar -xz --strip-components=1 -C /opt/jdk-25"
}

# use_jdk25 [install]: JAVA_HOME is right afterwards, or the script has ended.
use_jdk25() {
    local home
    if ! home=$(find_jdk25) && [[ ${1:-} == install ]] && command -v apt-get >/dev/null; then
        apt_update
        if apt-cache show openjdk-25-jdk-headless >/dev/null 2>&1; then
            apt_install openjdk-25-jdk-headless
            home=$(find_jdk25) || home=
        fi
    fi
    [[ -n $home ]] || fail "no JDK 25 (looked at JAVA_HOME, PATH, /usr/lib/jvm, /opt, ~/.sdkman, ~/.jdks)" \
        "$(unpack_jdk25), or point JAVA_HOME at one; then run this again"
    export JAVA_HOME=$home
}
