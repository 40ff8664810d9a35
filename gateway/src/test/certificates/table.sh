#!/usr/bin/env bash
# table.sh DIRECTORY PORT LOGIN GROUP
#
# Makes certificates with ssh-keygen, one row of the group after another, and logs in with each as LOGIN at 127.0.0.1:PORT, where a
# server reads these files of DIRECTORY anew for each login: authorized_keys, ca_keys (TrustedUserCAKeys), principals
# (AuthorizedPrincipalsFile), revoked (RevokedKeys). It asks for RSA keys of 3072 bits. CertificatesWireTest runs it
# against the gateway, scripts/certificates against Debian's sshd.
#
# Prints a line for each row: its name, what OpenSSH 9.2 does, what the gateway does, and what was seen, with tabs between.
# What was seen is 'refused', or what the command printed; where it was asked for, 'pty' or 'no-pty', 'forward' or
# 'no-forward'.
set -euo pipefail
umask 022

DIR=$1 PORT=$2 LOGIN=$3 GROUP=$4
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
cd "$WORK"

make_keys() {
    local name
    for name in alice bob ca stranger; do
        ssh-keygen -q -t ed25519 -N '' -C "$name" -f "$name"
    done
}

make_other_keys() {
    local name
    ssh-keygen -q -t ecdsa -N '' -C alice-ecdsa -f alice-ecdsa
    ssh-keygen -q -t ecdsa -b 384 -N '' -C ca-ecdsa -f ca-ecdsa
    for name in alice-rsa ca-rsa; do
        ssh-keygen -q -t rsa -b 3072 -N '' -C "$name" -f "$name"
    done
    for name in alice-rsa-2048 ca-rsa-2048; do
        ssh-keygen -q -t rsa -b 2048 -N '' -C "$name" -f "$name"
    done
}

# put FILE [LINE]...: what the server finds in it. The file is replaced, so that a half of it is never seen.
put() {
    local file=$1
    shift
    : >"$DIR/.next"
    (($# == 0)) || printf '%s\n' "$@" >"$DIR/.next"
    chmod 0644 "$DIR/.next"
    mv "$DIR/.next" "$DIR/$file"
}

# begin: nobody gets in, nothing is revoked, and alice's key is signed by nobody.
begin() {
    put authorized_keys
    put ca_keys
    put principals
    put revoked
    key=alice with=()
    rm -f ./*-cert.pub
}

# line OPTIONS KEY: adds a line to authorized_keys.
line() {
    put authorized_keys "$(cat "$DIR/authorized_keys")" "$1${1:+ }$(cat "$2.pub")"
}

# trusted CA [LINE]...: the authority is trusted with what the lines of principals say.
trusted() {
    put ca_keys "$(cat "$1.pub")"
    put principals "${@:2}"
}

# sign CA [OPTION]...: signs the key that logs in. Without -V a certificate holds for ever, without -n for everybody.
sign() {
    ssh-keygen -q -s "$1" -I "$key-id" "${@:2}" "$key.pub"
}

# revoke FILE [OPTION]...: makes a key revocation list of FILE's lines.
revoke() {
    ssh-keygen -q -k -f "$DIR/.next" "${@:2}" "$1"
    chmod 0644 "$DIR/.next"
    mv "$DIR/.next" "$DIR/revoked"
}

login() {
    local certificate=()
    [[ ! -e $key-cert.pub ]] || certificate=(-o "CertificateFile=$key-cert.pub")
    timeout 30 ssh -F none -n -o BatchMode=yes -o IdentitiesOnly=yes -o IdentityAgent=none -o LogLevel=INFO \
        -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o KexAlgorithms=curve25519-sha256 \
        -p "$PORT" -i "$key" "${certificate[@]}" "$@" 2>err
}

seen() {
    local out
    out=$(login "${with[@]}" "$LOGIN@127.0.0.1" "$@" | tr -d '\r' | tr '\n' ' ') || true
    if grep -q 'Permission denied (' err; then
        echo refused
        return
    fi
    case ${with[*]} in
        -tt) if grep -q 'PTY allocation request failed' err; then echo no-pty; else echo pty; fi ;;
        -W*) if grep -q 'administratively prohibited' err; then echo no-forward; else echo forward; fi ;;
        *) echo "${out% }" ;;
    esac
}

# row NAME EXPECTED [OURS]: logs in.
row() {
    local command=('echo ran')
    [[ ${with[*]} != -W* ]] || command=()
    printf '%s\t%s\t%s\t%s\n' "$1" "$2" "${3-$2}" "$(seen "${command[@]}")"
    begin
}

lines_of_authorized_keys() {
    line cert-authority ca; sign ca -n "$LOGIN"; row 'the login is the principal' ran
    line cert-authority ca; sign ca -n "alice,$LOGIN"; row 'the login is one of the principals' ran
    line cert-authority ca; sign ca -n alice; row 'another principal' refused
    line cert-authority ca; sign ca; row 'no principal at all' ran refused
    line 'cert-authority,principals="alice"' ca; sign ca -n alice; row 'principals= has it' ran
    line 'cert-authority,principals="bob,alice"' ca; sign ca -n carol,alice; row 'principals= has one of them' ran
    line 'cert-authority,principals="bob"' ca; sign ca -n "alice,$LOGIN"; row 'principals= has none of them' refused
    line 'cert-authority,principals="alice"' ca; sign ca; row 'principals=, and no principal at all' refused
    line 'cert-authority,principals="alice*"' ca; sign ca -n alice1; row 'principals= knows no patterns' refused
    line '' ca; sign ca -n "$LOGIN"; row 'the authority as a plain key' refused
    key=ca; line cert-authority ca; row 'the authority itself, as a plain key' refused
    line cert-authority ca; row 'the plain key that it has signed' refused
    line cert-authority ca; sign stranger -n "$LOGIN"; row 'signed by another authority' refused
    line '' alice; sign stranger -n "$LOGIN"; row 'the plain key is authorized' ran
    line 'cert-authority,principals="bob"' ca; line 'cert-authority,principals="alice"' ca
    sign ca -n alice; row 'the second line has the principal' ran
    line 'cert-authority,expiry-time="20200101"' ca; sign ca -n "$LOGIN"; row 'the line has expired' refused
    line 'cert-authority,from="192.0.2.1"' ca; sign ca -n "$LOGIN"; row 'from= of the line is elsewhere' refused
    line 'cert-authority,from="127.0.0.0/8"' ca; sign ca -n "$LOGIN"; row 'from= of the line is here' ran
    line 'principals="alice"' ca; sign ca -n alice; row 'principals= without cert-authority' refused
}

validity() {
    line cert-authority ca; sign ca -n "$LOGIN" -V 20200101:20200102; row 'expired' refused
    line cert-authority ca; sign ca -n "$LOGIN" -V +1h:+2h; row 'not valid yet' refused
    line cert-authority ca; sign ca -n "$LOGIN" -V -5m:+5m; row 'valid for ten minutes' ran
    line cert-authority ca; sign ca -n "$LOGIN" -V always:+1h; row 'valid from the beginning of time' ran
    line cert-authority ca; sign ca -n "$LOGIN" -V -1h:forever; row 'valid for ever' ran
    line cert-authority ca; sign ca -h -n "$LOGIN"; row 'a certificate for a host' refused
}

critical_options() {
    line cert-authority ca; sign ca -n "$LOGIN" -O source-address=127.0.0.1/32; row 'source-address is here' ran
    line cert-authority ca; sign ca -n "$LOGIN" -O source-address=192.0.2.0/24; row 'source-address is elsewhere' refused
    line cert-authority ca; sign ca -n "$LOGIN" -O source-address=192.0.2.0/24,127.0.0.0/8
    row 'source-address is here and elsewhere' ran
    line cert-authority ca; sign ca -n "$LOGIN" -O source-address=2001:db8::/32; row 'source-address is IPv6' refused
    line cert-authority ca; sign ca -n "$LOGIN" -O critical:source-address=home; row 'source-address is a name' refused
    line cert-authority ca; sign ca -n "$LOGIN" -O critical:source-address=127.0.0.1/8
    row 'source-address whose length does not fit' refused
    line 'cert-authority,from="192.0.2.1"' ca; sign ca -n "$LOGIN" -O source-address=127.0.0.1
    row 'source-address is here, from= is elsewhere' refused
    line cert-authority ca; sign ca -n "$LOGIN" -O force-command='echo forced'; row 'force-command' forced
    line 'cert-authority,command="echo forced"' ca; sign ca -n "$LOGIN" -O force-command='echo forced'
    row 'force-command and command= are equal' forced
    line 'cert-authority,command="echo lined"' ca; sign ca -n "$LOGIN" -O force-command='echo forced'
    row 'force-command and command= differ' refused
    line 'cert-authority,command="echo lined"' ca; sign ca -n "$LOGIN"; row 'command= alone' lined
    line cert-authority ca; sign ca -n "$LOGIN" -O verify-required; row 'verify-required, and no token' ran
    line cert-authority ca; sign ca -n "$LOGIN" -O critical:x@example.com=1; row 'an unknown critical option' refused
    line cert-authority ca; sign ca -n "$LOGIN" -O critical:permit-pty; row 'an extension as a critical option' refused
}

extensions() {
    line cert-authority ca; sign ca -n "$LOGIN" -O extension:x@example.com=1; row 'an unknown extension' ran
    line cert-authority ca; sign ca -n "$LOGIN" -O extension:permit-pty=1; row 'an extension with a value' refused
    line cert-authority ca; sign ca -n "$LOGIN" -O extension:force-command='echo forced'
    row 'a critical option as an extension' ran
    with=(-tt); line cert-authority ca; sign ca -n "$LOGIN"; row 'a PTY' pty
    with=(-tt); line cert-authority ca; sign ca -n "$LOGIN" -O clear; row 'a PTY without any extension' no-pty
    with=(-tt); line cert-authority ca; sign ca -n "$LOGIN" -O clear -O permit-pty; row 'a PTY with permit-pty alone' pty
    with=(-tt); line cert-authority,no-pty ca; sign ca -n "$LOGIN"; row 'a PTY that the line denies' no-pty
    with=(-tt); line cert-authority,restrict ca; sign ca -n "$LOGIN"; row 'a PTY on a line with restrict' no-pty
    with=(-W 127.0.0.1:1); line cert-authority ca; sign ca -n "$LOGIN"; row 'a forward' forward
    with=(-W 127.0.0.1:1); line cert-authority ca; sign ca -n "$LOGIN" -O no-port-forwarding
    row 'a forward without permit-port-forwarding' no-forward
    with=(-W 127.0.0.1:1); line cert-authority,no-port-forwarding ca; sign ca -n "$LOGIN"
    row 'a forward that the line denies' no-forward
}

kinds_of_keys() {
    make_other_keys
    key=alice-rsa; line cert-authority ca; sign ca -n "$LOGIN"; row 'an RSA key' ran
    key=alice-rsa-2048; line cert-authority ca; sign ca -n "$LOGIN"; row 'an RSA key of 2048 bits' refused
    key=alice-rsa-2048; line '' alice-rsa-2048; row 'an RSA key of 2048 bits without a certificate' refused
    key=alice-ecdsa; line cert-authority ca-ecdsa; sign ca-ecdsa -n "$LOGIN"; row 'ECDSA keys' ran
    line cert-authority ca-rsa; sign ca-rsa -n "$LOGIN"; row 'an RSA authority' ran
    line cert-authority ca-rsa; sign ca-rsa -t rsa-sha2-256 -n "$LOGIN"; row 'an RSA authority with SHA-256' ran
    line cert-authority ca-rsa; sign ca-rsa -t ssh-rsa -n "$LOGIN"; row 'an RSA authority with SHA-1' refused
    line cert-authority ca-rsa-2048; sign ca-rsa-2048 -n "$LOGIN"; row 'an RSA authority of 2048 bits' ran refused
}

trusted_authorities() {
    trusted ca alice; sign ca -n alice; row 'trusted, and the principal is known' ran
    trusted ca bob; sign ca -n alice; row 'trusted, and the principal is unknown' refused
    trusted ca; sign ca -n "$LOGIN"; row 'trusted, and no principal is known' refused
    trusted ca alice; sign ca; row 'trusted, and no principal at all' refused
    trusted ca alice; sign stranger -n alice; row 'another authority is trusted' refused
    trusted ca '# people' '' 'alice # and nobody else'; sign ca -n bob,alice; row 'comments among the principals' ran
    trusted ca 'command="echo lined" alice'; sign ca -n alice; row 'options of a principal' lined
    trusted ca 'from="192.0.2.1" alice'; sign ca -n alice; row 'from= of a principal is elsewhere' refused
    trusted ca 'from="192.0.2.1" alice' alice; sign ca -n alice; row 'the first line of a principal counts' refused
    trusted ca 'nonsense alice' alice; sign ca -n alice; row 'a broken line of a principal is skipped' ran
    trusted ca 'cert-authority alice'; sign ca -n alice; row 'cert-authority among the principals' refused
    trusted ca alice; sign ca -n alice -V 20200101:20200102; row 'trusted and expired' refused
    trusted ca 'command="echo lined" alice'; sign ca -n alice -O force-command='echo forced'
    row 'trusted, force-command and command= differ' refused
    with=(-tt); trusted ca alice; sign ca -n alice -O clear; row 'trusted, without any extension' no-pty
    trusted ca alice; put authorized_keys "cert-authority,principals=\"bob\" $(cat ca.pub)"; sign ca -n alice
    row 'trusted, and not by its line' ran
}

# plain: alice's plain key gets in; signed: so does her certificate with the number 7.
plain() { line '' alice; }
signed() { line cert-authority ca; sign ca -n "$LOGIN" -z 7; }

revocation() {
    plain; put revoked "$(cat bob.pub)"; row 'another key is revoked' ran
    plain; put revoked '# gone' "$(cat bob.pub)" "$(cat alice.pub)"; row 'the key is revoked' refused
    signed; put revoked "$(cat alice.pub)"; row "the certificate's key is revoked" refused
    signed; put revoked "$(cat ca.pub)"; row 'the authority is revoked' refused
    signed; put revoked "$(cat alice-cert.pub)"; row 'the certificate is in a list of keys' refused
    plain; put revoked nonsense; row 'the list of keys is broken' refused
    plain; rm "$DIR/revoked"; row 'the list of keys is missing' refused
    plain; revoke bob.pub; row 'KRL: another key' ran
    plain; revoke alice.pub; row 'KRL: the key' refused
    signed; revoke alice.pub; row "KRL: the certificate's key" refused
    signed; revoke ca.pub; row 'KRL: the authority' refused
    signed; revoke alice-cert.pub -s ca.pub; row 'KRL: the certificate' refused
    signed; spec 'serial: 7' -s ca.pub; row 'KRL: its number' refused
    signed; spec 'serial: 8' -s ca.pub; row 'KRL: another number' ran
    signed; spec 'serial: 5-9' -s ca.pub; row 'KRL: a range of numbers' refused
    signed; spec 'serial: 8-18446744073709551615' -s ca.pub; row 'KRL: a range of other numbers' ran
    signed; spec "$(printf 'serial: %d\n' 1 3 5 7 9 11 13 15 17 19 21)" -s ca.pub; row 'KRL: a bitmap of numbers' refused
    signed; spec "$(printf 'serial: %d\n' 2 4 6 8 10 12 14 16 18 20)" -s ca.pub; row 'KRL: a bitmap of others' ran
    signed; spec 'serial: 7' -s stranger.pub; row 'KRL: its number of another authority' ran
    signed; spec 'serial: 7' -s none; row 'KRL: its number of any authority' refused
    signed; spec 'id: alice-id' -s ca.pub; row 'KRL: its key ID' refused
    signed; spec 'id: bob-id' -s ca.pub; row 'KRL: another key ID' ran
    plain; spec "key: $(cat alice.pub)"; row 'KRL: the key, explicitly' refused
    plain; spec "sha1: $(cat alice.pub)"; row 'KRL: the SHA-1 of the key' refused
    plain; spec "sha256: $(cat alice.pub)"; row 'KRL: the SHA-256 of the key' refused
    plain; spec "hash: $(ssh-keygen -lf alice.pub | cut -d' ' -f2)"; row 'KRL: the fingerprint of the key' refused
    plain; revoke bob.pub; head -c -3 "$DIR/revoked" >"$DIR/.next"; mv "$DIR/.next" "$DIR/revoked"
    row 'KRL: cut off' refused
}

# spec LINES [OPTION]...: a key revocation list as the lines say.
spec() {
    printf '%s\n' "$1" >krl.spec
    revoke krl.spec "${@:2}"
}

make_keys
begin
"$GROUP"
