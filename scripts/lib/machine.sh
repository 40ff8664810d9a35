# shellcheck shell=bash
# Who runs this, and what the machine lacks. Needs say.sh.

# Under sudo the person is the one who called it: it is they who paste the ssh line afterwards.
person() {
    if [[ $EUID -eq 0 && -n ${SUDO_USER:-} ]]; then echo "$SUDO_USER"; else id -un; fi
}

# The home of the passwd entry, which is where ssh looks whatever HOME says.
passwd_home() { getent passwd "$(person)" | cut -d: -f6; }

person_home() {
    if [[ $EUID -eq 0 && -n ${SUDO_USER:-} ]]; then passwd_home; else echo "$HOME"; fi
}

as_person() {
    if [[ "$(person)" == "$(id -un)" ]]; then "$@"; else sudo -H -u "$(person)" -- "$@"; fi
}

# Whoever can write the clone builds in it: the person, or in a clone of root's root.
as_builder() {
    local directory
    for directory in "$ROOT" "$ROOT"/*/target; do
        if [[ -d $directory ]] && ! as_person test -w "$directory"; then
            [[ -w $directory ]] || fail "$(id -un) cannot write $directory" "sudo chown -R $(person) '$ROOT'"
            "$@"
            return
        fi
    done
    as_person "$@"
}

# What root has made in a clone belongs to whom the clone belongs to, who is the next to build in it.
give_to_owner() {
    [[ $EUID -ne 0 ]] || chown -R --reference="$ROOT" "$ROOT"/*/target
}

# NAME=VALUE of each proxy of this environment, a line each. sudo forgets them.
proxies() {
    local name
    for name in http_proxy https_proxy ftp_proxy all_proxy no_proxy HTTP_PROXY HTTPS_PROXY FTP_PROXY ALL_PROXY NO_PROXY; do
        [[ -z ${!name:-} ]] || printf '%s=%s\n' "$name" "${!name}"
    done
}

as_root() {
    local settings
    if [[ $EUID -eq 0 ]]; then
        "$@"
    else
        command -v sudo >/dev/null || fail "needs root for: $*" "run it as root, or install sudo"
        # -v asks for a password if any rule of the user does, also where the rule that applies does not.
        sudo -n true 2>/dev/null || sudo -v || fail "sudo was refused, or has no terminal to ask for a password" "sudo -v && $0"
        mapfile -t settings < <(proxies)
        sudo -- env "${settings[@]}" "$@"
    fi
}

has_command() { command -v "$1" >/dev/null || [[ -x /usr/sbin/$1 || -x /sbin/$1 ]]; }

# need COMMAND=PACKAGE…: installs the packages of the commands that are missing.
need() {
    local pair missing=()
    for pair in "$@"; do
        has_command "${pair%%=*}" || missing+=("${pair#*=}")
    done
    [[ ${#missing[@]} -eq 0 ]] || apt_install "${missing[@]}"
    for pair in "$@"; do
        has_command "${pair%%=*}" || fail "${pair%%=*} is still missing" "install the package ${pair#*=} by hand"
    done
}

apt_install() {
    command -v apt-get >/dev/null || fail "missing: $*" "install it with this system's package manager"
    apt_update
    # A new machine's unattended upgrades hold dpkg's lock for minutes.
    run "installing $*" as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get -o DPkg::Lock::Timeout=600 install -y -q --no-install-recommends "$@" ||
        fail "apt could not install: $*" "sudo apt-get install $*"
}

# Once a run, and only when something is to be installed: a fresh machine has no lists, or old ones.
apt_update() {
    [[ -z ${APT_UPDATED:-} ]] || return 0
    as_root true # asks for the password here, before the clock of `run` draws over the prompt
    run "updating the package lists" as_root apt-get update -q || step "going on with the old package lists"
    APT_UPDATED=yes
}

# remove_stale_pidfile FILE PROGRAM: a number left by another boot may belong to anything by now, and a process that was
# killed and not collected yet still has its name. Needs say.sh.
remove_stale_pidfile() {
    local pid
    as_root test -f "$1" || return 0
    pid=$(as_root cat "$1")
    # One that was killed just now takes a moment to go.
    if [[ "$(cat "/proc/$pid/comm" 2>/dev/null)" != "$2" ]] || wait_until 5 ended "$pid"; then as_root rm -f "$1"; fi
}
