# shellcheck shell=bash
# Keys, known hosts and logins of the person who will paste the ssh line. Needs say.sh, machine.sh, gateway.sh.
# AUTHORIZED, SSH_DIR and KEY_OPTIONS are set by login_files.

login_files() {
    SSH_DIR=$(person_home)/.ssh
    OWN_KEY=$SSH_DIR/shed_ed25519
    AUTHORIZED=$(yaml_value "$CONFIG" access authorized-keys)
    AUTHORIZED=${AUTHORIZED:-$(dirname -- "$CONFIG")/authorized_keys}
    KNOWN_HOST="[$HOST]:$PORT"
    [[ $PORT != 22 ]] || KNOWN_HOST=$HOST
    KEY_OPTIONS=()
    as_person mkdir -p -m 0700 "$SSH_DIR"
}

# ssh goes by the passwd entry, not by HOME: where they differ its files have to be named.
other_home() { [[ "$(person_home)" != "$(passwd_home)" ]]; }

# ssh_value FILE: as ssh's configuration has to name it.
ssh_value() {
    local file=${1//%/%%}
    if [[ $file == *[[:space:]]* ]]; then echo "\"$file\""; else echo "$file"; fi
}

# The person's keys, where ssh has to be told of them.
other_home_keys() {
    local key
    other_home && [[ ${#KEY_OPTIONS[@]} -eq 0 ]] || return 0
    for key in "$SSH_DIR"/id_*.pub; do
        [[ ! -f ${key%.pub} ]] || echo "${key%.pub}"
    done
}

other_home_options() {
    local key
    other_home || return 0
    printf '%s\n' -o "UserKnownHostsFile=$(ssh_value "$SSH_DIR/known_hosts")"
    other_home_keys | while read -r key; do printf '%s\n' -i "$key"; done
}

# ssh_options: how to reach the gateway, one word a line; the words of the line that is printed at the end.
ssh_options() {
    printf '%s\n' -p "$PORT"
    other_home_options
    [[ ${#KEY_OPTIONS[@]} -eq 0 ]] || printf '%s\n' "${KEY_OPTIONS[@]}"
}

# gateway_ssh USER [WORDS…]: never asks anything, of a person or of a security key, which would wait for a touch.
gateway_ssh() {
    local options
    mapfile -t options < <(ssh_options)
    as_person timeout "${SSH_LIMIT:-900}" ssh -n -o BatchMode=yes -o ConnectTimeout=10 -o 'PubkeyAcceptedKeyTypes=-sk-*' \
        "${options[@]}" "$1@$HOST" "${@:2}"
}

# The keys of the first authorized_keys: what ssh itself would offer from ~/.ssh; certificates are not keys.
own_public_keys() {
    local file
    for file in "$SSH_DIR"/*.pub; do
        if [[ ! -f $file || $file == *-cert.pub ]] || ! ssh-keygen -l -f "$file" >/dev/null 2>&1; then continue; fi
        grep -hE '^(ssh-ed25519|ssh-rsa|ecdsa-sha2-|sk-)' "$file" || true
    done
}

need_authorized_keys() {
    [[ ! -f $AUTHORIZED ]] || return 0
    own_public_keys >"$AUTHORIZED.new"
    chmod 0600 "$AUTHORIZED.new"
    mv "$AUTHORIZED.new" "$AUTHORIZED"
    [[ ! -s $AUTHORIZED ]] ||
        step "authorized keys: $(wc -l <"$AUTHORIZED") from $SSH_DIR, in $AUTHORIZED; each may do everything"
}

# Whoever else can write the file, or put another in its place, could let himself in: the gateway then lets in nobody. By
# another configuration as well: with that it does not start.
need_private_keys() {
    local place
    for place in "$(dirname -- "$(realpath -- "$AUTHORIZED")")" "$AUTHORIZED" "$(dirname -- "$(realpath -- "$CONFIG")")" "$CONFIG"; do
        [[ -n "$(find -L "$place" -maxdepth 0 -perm /022)" ]] || continue
        step "taking the right to write $place from its group and from others"
        chmod go-w "$place" || fail "$place can be written by others, and cannot be changed" "sudo chmod go-w '$place'"
    done
}

# The gateway's keys are known here for certain, so ssh need not ask. All of them, since a client asks for the type that it
# prefers and takes another key for an attack; ed25519 first, since libgit2 asks for the type of the first line alone.
# An older one at this address is a gateway whose state is gone.
need_known_host() {
    local file=$SSH_DIR/known_hosts keys known missing
    keys=$(cut -d' ' -f1,2 "$STATE/host_ed25519.pub" "$STATE/host_rsa.pub" "$STATE/host_ecdsa.pub")
    known=$(as_person ssh-keygen -F "$KNOWN_HOST" -f "$file" 2>/dev/null | grep -v '^#' | cut -d' ' -f2,3 || true)
    missing=$(grep -vxF "${known:- }" <<<"$keys" || true)
    if [[ -n "$(grep -vxF "$keys" <<<"$known" || true)" ]]; then
        step "replacing another host key of $KNOWN_HOST in $file"
        as_person ssh-keygen -R "$KNOWN_HOST" -f "$file" >/dev/null 2>&1
        missing=$keys
    fi
    [[ -z $missing ]] || while read -r keys; do echo "$KNOWN_HOST $keys"; done <<<"$missing" |
        as_person tee -a "$file" >/dev/null
}

# With the person's own keys if they open the door without a question, else with one made for this.
need_login() {
    # An agent may ask for each use of a key, at a place where nobody looks.
    ! SSH_LIMIT=20 gateway_ssh shed whoami >/dev/null 2>&1 || return 0
    # Alone: of an agent's keys one that waits for a touch may come before it.
    KEY_OPTIONS=(-i "$OWN_KEY" -o IdentitiesOnly=yes)
    if [[ ! -f $OWN_KEY ]]; then
        step "making a key for this gateway: $OWN_KEY (your own keys ask for a passphrase or a touch, or there are none)"
        as_person ssh-keygen -q -t ed25519 -N '' -C "shed@$(uname -n)" -f "$OWN_KEY"
    fi
    # On a line of its own, whether or not the file ends in a newline.
    grep -qsF "$(cut -d' ' -f1,2 "$OWN_KEY.pub")" "$AUTHORIZED" || { echo && cat "$OWN_KEY.pub"; } >>"$AUTHORIZED"
    # The gateway looks at the file again when it changes, which may take it a moment.
    wait_until 10 gateway_ssh shed whoami >/dev/null 2>&1 || login_failed
}

login_failed() {
    gateway_ssh shed whoami >&2 || true
    fail "the gateway refuses logins with $OWN_KEY" "look at $AUTHORIZED and $LOG"
}

# `start` answers all there is to know: started, running already (73), or no such shed (66).
need_shed() {
    local status=0
    gateway_ssh shed start "$1" >/dev/null 2>&1 || status=$?
    case $status in
        0) step "started the shed $1" ;;
        73) ;;
        66)
            step "creating the shed $1"
            gateway_ssh shed create "$1" >/dev/null || fail "the shed $1 could not be created" "the log: $LOG"
            ;;
        *)
            gateway_ssh shed start "$1" >&2 || true
            fail "the shed $1 could not be started (status $status)" "the log: $LOG"
            ;;
    esac
    gateway_ssh "$1" true >&2 || fail "the shed $1 runs, but a login does not work" "the log: $LOG"
    say_old_image "$1"
}

say_old_image() {
    local present shed
    present=$(docker image inspect --format '{{.Id}}' "$IMAGE" 2>/dev/null) || return 0
    shed=$(docker container inspect --format '{{.Image}}' "shed-$1" 2>/dev/null) || return 0
    [[ $present == "$shed" ]] || step "the shed $1 has the image that it was created from; sheds created now have the present one"
}

# shell_words WORD…: each after a blank, as any shell reads it; bash's own %q is for bash.
shell_words() {
    local word
    for word in "$@"; do
        if [[ $word =~ ^[A-Za-z0-9/._:@=+,-]+$ ]]; then printf ' %s' "$word"; else printf " '%s'" "${word//\'/\'\\\'\'}"; fi
    done
}

login_line() {
    local options
    mapfile -t options < <(ssh_options)
    printf 'ssh'
    shell_words "${options[@]}"
    printf ' %s@%s\n' "$1" "$HOST"
}

# For whoever goes on with README's sixty seconds: what makes `ssh SHED@gw` work, and what makes the client know it.
say_more_ways() {
    local key
    step "for 'ssh $1@gw', in $SSH_DIR/config:"
    config_lines | sed 's/^/  /' >&2
    step "for the client (scripts/install-cli):"
    printf '  shed server add %s --name gw --port %s' "$HOST" "$PORT" >&2
    [[ ${#KEY_OPTIONS[@]} -eq 0 ]] || shell_words --identity "$OWN_KEY" >&2
    # The client takes one; ssh itself tries them all.
    read -r key < <(other_home_keys) || true
    [[ -z $key ]] || shell_words --identity "$key" >&2
    printf ' --fingerprint %s\n' "$(ssh-keygen -l -f "$STATE/host_ed25519.pub" | cut -d' ' -f2)" >&2
}

config_lines() {
    local key
    printf 'Host gw\n  User shed\n  HostName %s\n  Port %s\n' "$HOST" "$PORT"
    if [[ ${#KEY_OPTIONS[@]} -ne 0 ]]; then
        printf '  IdentityFile %s\n  IdentitiesOnly yes\n' "$(ssh_value "$OWN_KEY")"
    fi
    other_home_keys | while read -r key; do printf '  IdentityFile %s\n' "$(ssh_value "$key")"; done
    ! other_home || printf '  UserKnownHostsFile %s\n' "$(ssh_value "$SSH_DIR/known_hosts")"
}
