# shellcheck shell=bash
# shellcheck disable=SC2016,SC2029,SC2094 # expanded at the other end; a file is compared with what comes back
# Rows 81-96 and 101: client libraries, and clients that are not OpenSSH. The programs and their checks: clients/README.md;
# the checks of forwards: forward-checks.sh.

CLIENTS=$ROWS_DIR/clients

# speak NAME CHECK ARGUMENT: one check with one library; none takes a minute.
speak() {
    local within=(timeout 60)
    case $1 in
        asyncssh | paramiko | pygit2) PYTHONWARNINGS=ignore "${within[@]}" /usr/bin/python3 "$CLIENTS/$1_client.py" "${@:2}" ;;
        net_ssh) "${within[@]}" ruby "$CLIENTS/net_ssh_client.rb" "${@:2}" ;;
        ssh2) NODE_PATH=$NODE_MODULES "${within[@]}" node "$CLIENTS/ssh2_client.js" "${@:2}" ;;
        phpseclib) "${within[@]}" php "$CLIENTS/phpseclib_client.php" "${@:2}" ;;
        erlang) KEY_DIR=$(dirname "$KEY") "${within[@]}" escript "$CLIENTS/erlang_client.escript" "${@:2}" ;;
        go) "${within[@]}" "$PWD/go_client" "${@:2}" ;;
        jsch-*) jvm "$1" JschClient "${@:2}" ;;
        sshj-*) jvm "$1" SshjClient "${@:2}" ;;
        sshlib-*) jvm "$1" SshlibClient "${@:2}" ;;
        plink | dbclient | /*) "${within[@]}" "$CLIENTS/command_client" "$@" ;;
    esac
}

# jvm LIBRARY CLASS ARGUMENT…: compiled once a row, so that a client that leaves at once is not a compiler.
jvm() {
    [[ -d classes ]] || "$JAVA_HOME/bin/javac" -nowarn -proc:none -d classes -cp "$JARS/$1/*" "$CLIENTS/$2.java"
    timeout 60 "$JAVA_HOME/bin/java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp "classes:$JARS/$1/*" "${@:2}"
}

# speaks NAME CHECK…: the named checks of one library, one after the other.
speaks() {
    local check
    for check in "${@:2}"; do
        echo "$1: $check"
        "check_${check//-/_}" "$1"
    done
}

check_exec() {
    same "$(speak "$1" exec 'echo out')" out
    status 7 speak "$1" exec 'exit 7'
    [[ "$(speak "$1" exec 'head -c 3000000 /dev/zero' | wc -c)" == 3000000 ]] || wrong "3,000,000 bytes did not come whole"
}

check_feed() {
    random fed 3
    same "$(speak "$1" feed sha256sum <fed)" "$(sha256sum <fed)"
}

# What was accepted is carried out, however soon the client is gone.
check_leave() {
    local i
    for ((i = 1; i <= 10; i++)); do
        speak "$1" leave "echo done >>$R/left" || wrong "attempt $i"
    done
    soon lines "$R/left" 10
}

# What was sent before the channel was closed arrives.
check_feed_close() {
    local i
    head -c 20000 /dev/urandom >given
    for ((i = 1; i <= 5; i++)); do
        same "$(speak "$1" feed-close "cat >$R/given.$i" <given)" alive "after attempt $i"
    done
    soon whole 20000 5
}

lines() { [[ "$(inside sh -c "cat $1 2>/dev/null | wc -l")" == "$2" ]]; }
whole() { [[ "$(inside sh -c "find $R -name 'given.*' -size ${1}c | wc -l")" == "$2" ]]; }

# Keys are exchanged anew every megabyte, both directions at once. The channel is closed when all has been read: paramiko
# hangs when a CLOSE arrives while it exchanges keys (with sshd in 6 of 60 runs).
check_rekey() {
    random rekeyed 8
    same "$(REKEY_BYTES=1000000 speak "$1" feed 'tee /dev/stderr 2>/dev/null | sha256sum; sleep 1' <rekeyed)" "$(sha256sum <rekeyed)"
    REKEY_BYTES=1000000 speak "$1" feed 'cat; sleep 1' <rekeyed | cmp - rekeyed
}

row_81() { # Net::SSH (Ruby)
    uses ruby=ruby ruby:net/ssh=ruby-net-ssh nc=netcat-openbsd
    export KEY=$KEYS/id_rsa
    speaks net_ssh exec feed leave feed-close refused forward back rekey unix agent again bulk outside
}

row_82() { # JSch 0.1.55, as old tools have it: an ECDSA key, since it signs with RSA and SHA-1 only
    uses maven:jsch-0.1.55=com.jcraft:jsch:0.1.55
    export KEY=$KEYS/id_ecdsa
    speaks jsch-0.1.55 exec feed leave feed-close refused back again
}

row_83() { # JSch of today; both close a direct connection both ways at once
    uses maven:jsch-2.27.3=com.github.mwiede:jsch:2.27.3
    export KEY=$KEYS/id_rsa
    speaks jsch-2.27.3 exec feed leave feed-close refused back again
}

row_84() { # sshj, the library of JetBrains' tools
    uses maven:sshj-0.40.0=com.hierynomus:sshj:0.40.0
    speaks sshj-0.40.0 exec feed leave feed-close refused forward back again
}

row_85() { # ConnectBot's sshlib
    uses maven:sshlib-2.2.23=org.connectbot:sshlib:2.2.23 curl=curl
    speaks sshlib-2.2.23 exec feed leave feed-close refused forward back again socks
}

row_86() { # Go's x/crypto/ssh
    uses go=golang-go file:/usr/share/gocode/src/golang.org/x/crypto/ssh=golang-golang-x-crypto-dev nc=netcat-openbsd
    GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE=$PWD/go-cache go build -o go_client "$CLIENTS/go_client.go"
    speaks go exec feed leave feed-close refused forward back rekey unix unix-back agent again bulk outside
}

row_87() { # phpseclib, with an RSA key
    uses php=php-cli file:/usr/share/php/phpseclib3/autoload.php=php-phpseclib3
    export KEY=$KEYS/id_rsa
    speaks phpseclib exec
}

row_88() { # pygit2 (libgit2, libssh2)
    uses python:pygit2=python3-pygit2
    inside git init -q --bare -b main "$R/pygit2.git"
    same "$(speak pygit2 "/home/dev/$R/pygit2.git")" same
}

row_89() { # Erlang's ssh; its tunnels end both directions at once
    uses escript=erlang-base file:/usr/share/doc/erlang-ssh=erlang-ssh
    speaks erlang exec feed leave feed-close refused back rekey
}

row_90() { # asyncssh
    uses python:asyncssh=python3-asyncssh curl=curl nc=netcat-openbsd
    speaks asyncssh exec feed leave feed-close refused forward back rekey unix unix-back agent again socks bulk outside
}

row_91() { # paramiko
    uses python:paramiko=python3-paramiko nc=netcat-openbsd
    speaks paramiko exec feed leave feed-close refused forward back rekey agent again bulk outside
}

row_92() { # ssh2 (npm)
    uses node=nodejs npm:ssh2=ssh2@1.17.0 nc=netcat-openbsd
    speaks ssh2 exec feed leave feed-close refused forward back unix unix-back agent again bulk outside
}

row_93() { # plink: beside its forwards a session that lives on
    uses plink=putty-tools puttygen=putty-tools nc=netcat-openbsd curl=curl
    speak plink prepare
    speaks plink exec feed refused forward back agent socks
}

row_94() { # dbclient
    uses dbclient=dropbear-bin dropbearconvert=dropbear-bin nc=netcat-openbsd
    speak dbclient prepare
    speaks dbclient exec feed refused forward back agent
}

row_95() { # OpenSSH 10, which Debian 12 has among its backports
    uses deb:openssh-client=openssh-client/bookworm-backports nc=netcat-openbsd curl=curl
    local ssh=$DEBS/openssh-client/usr/bin/ssh
    "$ssh" -V 2>&1 | grep -q 'OpenSSH_[1-9][0-9]' || wrong "$("$ssh" -V 2>&1)"
    speaks "$ssh" exec feed refused forward back rekey unix unix-back agent again socks
}

row_96() { # the login is what the engine's own exec of that user has
    same "$(ssh H 'id -u; id -g; id -G | tr " " "\n" | sort -n')" "$(inside sh -c 'id -u; id -g; id -G | tr " " "\n" | sort -n')"
    same "$(ssh H 'echo "$HOME"')" "$(inside sh -c 'echo "$HOME"')"
}

row_101() { # what other clients do, with the OpenSSH that is here
    uses nc=netcat-openbsd curl=curl
    local ssh
    ssh=$(PATH=${PATH#*:} command -v ssh)
    speaks "$ssh" refused forward back unix unix-back agent again socks
}
