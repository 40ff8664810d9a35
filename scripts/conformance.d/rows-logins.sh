# shellcheck shell=bash
# shellcheck disable=SC2016,SC2034,SC2054 # expanded at the other end; lists by name, whose commas are ssh's
# Rows 102-110: who gets in, with which keys and algorithms; and who they are then, in containers of many kinds.

# authorize FILE: a public key that logs in from now on.
authorize() {
    if [[ $AGAINST == sshd ]]; then inside sh -c 'cat >>.ssh/authorized_keys' <"$1"; else cat "$1" >>"$SCRATCH/authorized_keys"; fi
}

# new_key NAME OPTION…: a key pair in the file NAME, which logs in.
new_key() {
    ssh-keygen -q -N '' -C "$1" -f "$1" "${@:2}" </dev/null
    authorize "$1.pub"
}

# key_types: each in a file of its own, of the types that need no device.
key_types() {
    new_key ed25519 -t ed25519
    new_key ecdsa256 -t ecdsa -b 256
    new_key ecdsa384 -t ecdsa -b 384
    new_key ecdsa521 -t ecdsa -b 521
    new_key rsa -t rsa -b 3072
}
KEY_TYPES='ed25519 ecdsa256 ecdsa384 ecdsa521 rsa'

# with_key FILE OPTION… COMMAND: with no other key, and whatever host key comes.
with_key() {
    grep -v IdentityFile "$SCRATCH/ssh_config" >ssh_config
    ssh -F ssh_config -i "$1" -o UserKnownHostsFile=/dev/null -o StrictHostKeyChecking=no "${@:2:$#-2}" H "${@: -1}"
}

row_102() { # a key of each type, with OpenSSH; RSA with SHA-2 only
    local key
    key_types
    for key in $KEY_TYPES; do same "$(with_key "$key" 'echo in')" in "$key"; done
    for key in rsa-sha2-256 rsa-sha2-512; do
        same "$(with_key rsa -o "PubkeyAcceptedAlgorithms=$key" 'echo in')" in "$key"
    done
    fails with_key rsa -o PubkeyAcceptedAlgorithms=ssh-rsa true 2>/dev/null
    new_key nobody -t ed25519
    ssh-keygen -q -t ed25519 -N '' -f stranger
    fails with_key stranger true 2>/dev/null
}

row_103() { # security keys, which OpenSSH's own tests have as software
    uses deb:openssh-tests=openssh-tests/bookworm
    local key device=$DEBS/openssh-tests/usr/lib/openssh/regress/misc/sk-dummy/sk-dummy.so
    for key in ed25519-sk ecdsa-sk; do
        new_key "$key" -t "$key" -w "$device"
        same "$(with_key "$key" -o "SecurityKeyProvider=$device" 'echo in')" in "$key"
    done
}

row_104() { # a key of each type, with asyncssh, paramiko and ssh2
    uses python:asyncssh=python3-asyncssh python:paramiko=python3-paramiko node=nodejs npm:ssh2=ssh2@1.17.0
    local key library
    key_types
    for key in $KEY_TYPES; do
        for library in asyncssh paramiko ssh2; do
            same "$(KEY=$PWD/$key speak "$library" exec 'echo in')" in "$library with $key"
        done
    done
}

# What clients are held to, where rules allow no more; the table in docs/operations.md. Where a rule says nothing of ciphers
# or MACs: AES, and HMAC with SHA-2.
RHEL_FIPS=(
    -o KexAlgorithms=ecdh-sha2-nistp256,ecdh-sha2-nistp384,ecdh-sha2-nistp521,diffie-hellman-group-exchange-sha256,diffie-hellman-group14-sha256,diffie-hellman-group16-sha512,diffie-hellman-group18-sha512
    -o Ciphers=aes256-gcm@openssh.com,aes256-ctr,aes128-gcm@openssh.com,aes128-ctr
    -o MACs=hmac-sha2-256-etm@openssh.com,hmac-sha1-etm@openssh.com,hmac-sha2-512-etm@openssh.com,hmac-sha2-256,hmac-sha1,hmac-sha2-512
    -o HostKeyAlgorithms=ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,rsa-sha2-256,rsa-sha2-512
    -o PubkeyAcceptedAlgorithms=ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,rsa-sha2-256,rsa-sha2-512)
RHEL_OSPP=(
    -o KexAlgorithms=ecdh-sha2-nistp384,ecdh-sha2-nistp521,diffie-hellman-group16-sha512,diffie-hellman-group18-sha512
    -o Ciphers=aes256-gcm@openssh.com,aes256-ctr -o MACs=hmac-sha2-256,hmac-sha2-512
    -o HostKeyAlgorithms=rsa-sha2-256,rsa-sha2-512 -o PubkeyAcceptedAlgorithms=rsa-sha2-256,rsa-sha2-512)
UBUNTU_24=(
    -o KexAlgorithms=ecdh-sha2-nistp521,ecdh-sha2-nistp384,ecdh-sha2-nistp256,diffie-hellman-group-exchange-sha256,diffie-hellman-group16-sha512,diffie-hellman-group14-sha256
    -o Ciphers=aes256-gcm@openssh.com,aes256-ctr,aes128-gcm@openssh.com,aes128-ctr
    -o MACs=hmac-sha2-512-etm@openssh.com,hmac-sha2-256-etm@openssh.com,hmac-sha2-512,hmac-sha2-256
    -o HostKeyAlgorithms=ecdsa-sha2-nistp256,rsa-sha2-512,rsa-sha2-256)
CNSA=(
    -o KexAlgorithms=ecdh-sha2-nistp384,diffie-hellman-group16-sha512 -o Ciphers=aes256-gcm@openssh.com
    -o HostKeyAlgorithms=ecdsa-sha2-nistp384,rsa-sha2-512 -o PubkeyAcceptedAlgorithms=ecdsa-sha2-nistp384,rsa-sha2-512)
MACOS_FIPS=(
    -o KexAlgorithms=ecdh-sha2-nistp256 -o Ciphers=aes128-gcm@openssh.com -o HostKeyAlgorithms=ecdsa-sha2-nistp256
    -o MACs=hmac-sha2-256-etm@openssh.com,hmac-sha2-256 -o PubkeyAcceptedAlgorithms=ecdsa-sha2-nistp256)
UBUNTU_22=(
    -o KexAlgorithms=ecdh-sha2-nistp256,ecdh-sha2-nistp384,ecdh-sha2-nistp521,diffie-hellman-group-exchange-sha256
    -o Ciphers=aes256-ctr,aes256-gcm@openssh.com,aes192-ctr,aes128-ctr,aes128-gcm@openssh.com
    -o MACs=hmac-sha2-512,hmac-sha2-512-etm@openssh.com,hmac-sha2-256,hmac-sha2-256-etm@openssh.com
    -o HostKeyAlgorithms=ecdsa-sha2-nistp256,rsa-sha2-512,rsa-sha2-256)

row_105() { # regulated lists: Red Hat's FIPS and OSPP, Ubuntu 24.04's STIG, CNSA
    same "$(with_key "$KEYS/id_rsa" "${RHEL_FIPS[@]}" 'echo in')" in "Red Hat, FIPS, RSA"
    same "$(with_key "$KEYS/id_ecdsa" "${RHEL_FIPS[@]}" 'echo in')" in "Red Hat, FIPS, ECDSA"
    same "$(with_key "$KEYS/id_rsa" "${RHEL_OSPP[@]}" 'echo in')" in "Red Hat, OSPP"
    same "$(with_key "$KEYS/id_rsa" "${UBUNTU_24[@]}" 'echo in')" in "Ubuntu 24.04"
    same "$(with_key "$KEYS/id_rsa" "${CNSA[@]}" 'echo in')" in CNSA
}

# What the engine's exec tells of a user is what each client must be told: ids, groups, rights, home.
RIGHTS='id -u; id -g; id -G | tr " " "\n" | sort -n; grep -E "^(Cap|NoNewPrivs|Seccomp)" /proc/self/status; echo "$HOME"'

# kind USER OPTION… IMAGE COMMAND…: a container made by hand, in which USER is who logs in: looked at with OpenSSH and two
# libraries, and removed.
kind() {
    local shed=$LOGIN-kind-$$ library
    echo "kind: $*"
    trap 'docker rm --force --volumes "shed-'"$shed"'" >/dev/null; end_row' EXIT
    docker run --detach --init --name "shed-$shed" --label shed=true --label "shed.name=$shed" "${@:2}" >/dev/null
    wait_until 20 ssh -l "$shed" H true 2>err || wrong "no login" "$(cat err)"
    RIGHTS_THERE=$(docker exec --user "$1" "shed-$shed" sh -c "$RIGHTS")
    same "$(ssh -l "$shed" H "$RIGHTS")" "$RIGHTS_THERE" OpenSSH
    for library in asyncssh paramiko; do
        same "$(LOGIN=$shed speak "$library" exec "$RIGHTS")" "$RIGHTS_THERE" "$library"
    done
    status 7 ssh -l "$shed" H 'exit 7'
    same "$(ssh -l "$shed" H 'wc -c' <"$KEY")" "$(wc -c <"$KEY")" "its input"
    docker rm --force --volumes "shed-$shed" >/dev/null
}

row_106() { # a login is what the engine's exec is: containers with few rights
    uses python:asyncssh=python3-asyncssh python:paramiko=python3-paramiko
    kind dev --security-opt no-new-privileges "$TEST_IMAGE" sleep infinity
    kind dev --cap-drop ALL "$TEST_IMAGE" sleep infinity
    kind dev --user root --cap-drop SETUID --cap-drop SETGID "$TEST_IMAGE" sleep infinity
    kind dev --cap-drop ALL --security-opt no-new-privileges --group-add 999 "$TEST_IMAGE" sleep infinity
}

row_107() { # the same: groups, and users whom passwd does not know
    uses python:asyncssh=python3-asyncssh python:paramiko=python3-paramiko
    kind dev --group-add video --group-add 4242 "$TEST_IMAGE" sleep infinity
    kind 12345:23456 --label shed.user=12345:23456 --user 12345:23456 "$TEST_IMAGE" sleep infinity
    kind 12345 --label shed.user=12345 --group-add 999 --env HOME=/tmp "$TEST_IMAGE" sleep infinity
    kind root --label shed.user=root --user root "$TEST_IMAGE" sleep infinity
}

row_108() { # the same: a read-only root
    uses python:asyncssh=python3-asyncssh python:paramiko=python3-paramiko
    kind dev --read-only "$TEST_IMAGE" sleep infinity
    kind dev --read-only --tmpfs /tmp:rw,noexec --cap-drop ALL "$TEST_IMAGE" sleep infinity
    kind 12345 --read-only --label shed.user=12345 --group-add 999 "$TEST_IMAGE" sleep infinity
}

# busybox_image: nothing but busybox and two users; its tag.
busybox_image() {
    mkdir -p image
    cp "$DEBS/busybox-static/bin/busybox" image/
    cat >image/Dockerfile <<'DOCKERFILE'
FROM scratch
COPY busybox /bin/busybox
RUN ["/bin/busybox", "sh", "-c", "/bin/busybox --install -s /bin && mkdir -p /etc /tmp /home/ash /proc && chown 1000 /home/ash && chmod 1777 /tmp && printf 'root:x:0:0::/:/bin/sh\nash:x:1000:1000::/home/ash:/bin/sh\n' >/etc/passwd && printf 'root:x:0:\nash:x:1000:\nextra:x:1001:ash\n' >/etc/group"]
DOCKERFILE
    docker build --quiet --tag shed-test-conformance:busybox image >/dev/null
    echo shed-test-conformance:busybox
}

row_109() { # the same: an image of busybox alone
    uses deb:busybox-static=busybox-static/bookworm python:asyncssh=python3-asyncssh python:paramiko=python3-paramiko
    local image
    image=$(busybox_image)
    kind ash --user ash "$image" sleep 3600
    kind ash --label shed.user=ash --cap-drop ALL "$image" sleep 3600
    kind root "$image" sleep 3600
}

row_110() { # lists of NIST's curves alone, or of ciphers that are not offered to OpenSSH, are refused and say why
    local name
    for name in MACOS_FIPS UBUNTU_22; do
        declare -n list=$name
        fails with_key "$KEYS/id_ecdsa" "${list[@]}" true 2>"$name"
        grep -q 'no matching key exchange method found' "$name" || wrong "$(cat "$name")"
    done
    fails with_key "$KEYS/id_rsa" -o Ciphers=aes256-ctr,aes192-ctr,aes128-ctr -o MACs=hmac-sha2-512,hmac-sha2-256 true 2>ciphers
    grep -q 'no matching cipher found' ciphers || wrong "$(cat ciphers)"
    grep '"event":"auth-refused"' "$SCRATCH/state/audit.log" | grep -q 'the client offers ecdh-sha2-nistp256,' ||
        wrong "the audit log does not name what was offered"
}
