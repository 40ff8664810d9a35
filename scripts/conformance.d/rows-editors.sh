# shellcheck shell=bash
# shellcheck disable=SC2016,SC2029,SC2088,SC2094,SC2153 # expanded at the other end; a file is compared with what comes back
# Rows 62-64, 67 and 68: what editors and their helpers do at connect time, step by step, with what they run by then.

EDITORS=$ROWS_DIR/editors

# filled FILE ID ON: an install script with the server in it.
filled() { sed -e "s|@ID@|$2|g" -e "s|@ON@|$3|" -e "s|@SERVER@|$(base64 -w0 "$EDITORS/server.js")|" "$EDITORS/$1"; }

# said_by KEY: what an install script says of it.
said_by() { sed -n "s/^$1==\(.*\)==$/\1/p" said; }

row_62() { # Zed: a master without a session, everything else over it, a server on stdio
    local server=.zed_server/zed-remote-server-stable-linux
    printf '#!/bin/sh\nif [ "$1" = version ]; then echo 0.1.0; else exec cat; fi\nexit\n' >server
    head -c 20000000 /dev/urandom >>server
    gzip -k server
    master
    z() { ssh -S m -o ControlMaster=no "$@"; }
    status 127 z -q H 'cd; cmd /c ver' 2>/dev/null >err
    same "$(z H "cd; sh -c 'echo \$SHELL'")" /bin/bash
    same "$(z H 'cd; uname -sm' | tail -n 1 | cut -d' ' -f1)" Linux
    status 127 z H "cd; $server version" 2>/dev/null
    z H 'cd; mkdir -p .zed_server'
    echo "put server.gz $server.gz" | sftp -q -o ControlPath=m -b - H >/dev/null
    z H "cd; gunzip -f $server.gz && chmod 755 $server && mv $server $server-1"
    same "$(z H "cd; $server-1 version")" 0.1.0
    random binary 4
    z -T H "cd; env RUST_LOG=info $server-1 proxy --identifier conf" <binary | cmp - binary
    status 6 z -q -t -t H "cd ~/.zed_server && exec env K=V bash -c 'echo \$K; pwd; exit 6'" >out
    same "$(tr -d '\r' <out)" $'V\n/home/dev/.zed_server'
    inside rm -r .zed_server
}

row_63() { # JetBrains: probes by status, an upload by sftp, a worker that is run
    local worker=.cache/JetBrains/RemoteDev/remote-dev-worker sha=worker_0815
    j() { ssh -S m H "/bin/bash -lc 'echo REMOTE_EXEC_OUTPUT_MARKER_ && $1'"; }
    marked() { printf 'REMOTE_EXEC_OUTPUT_MARKER_\n%s' "$1"; }
    master
    same "$(ssh -S m H 'uname -sm' | cut -d' ' -f1)" Linux
    same "$(ssh -S m H 'echo $SHELL')" /bin/bash
    same "$(j 'echo $HOME')" "$(marked /home/dev)"
    same "$(j 'echo $XDG_CACHE_HOME')" "$(marked '')"
    status 1 j "test -f ~/$worker/$sha" >/dev/null
    status 1 ssh -S m -tt H "test -x ~/$worker/$sha" 2>/dev/null
    j "mkdir -p ~/$worker" >/dev/null
    printf '#!/bin/sh\necho "worker $1"; exit 3\n' >worker
    head -c 5000000 /dev/urandom >>worker
    printf '%s\n' "put worker $worker/$sha.tmp" "chmod 755 $worker/$sha.tmp" "rename $worker/$sha.tmp $worker/$sha" |
        sftp -q -o ControlPath=m -b - H >/dev/null
    status 0 j "test -x ~/$worker/$sha" >/dev/null
    status 3 j "~/$worker/$sha host-status" >out
    same "$(cat out)" "$(marked 'worker host-status')"
    inside sh -c "cmp - ~/$worker/$sha && rm -r ~/.cache/JetBrains" <worker
}

row_64() { # mutagen: no agent, scp -C, install, an agent on stdio with short keepalives
    local agent=.mutagen-agent1234 options=(-o ConnectTimeout=5 -o ServerAliveInterval=10 -o ServerAliveCountMax=1)
    status 127 ssh "${options[@]}" H "~/.mutagen/agents/0.18/mutagen-agent synchronizer" 2>err
    grep -q 'No such file' err || wrong "$(cat err)"
    same "$(ssh "${options[@]}" H 'uname -s -m' | cut -d' ' -f1)" Linux
    printf '#!/bin/sh\ncase $1 in
        install) mkdir -p ~/.mutagen/agents/0.18 && mv "$0" ~/.mutagen/agents/0.18/mutagen-agent ;;
        *) exec cat ;;\nesac\n' >"$agent"
    chmod 700 "$agent"
    scp -C -q "${options[@]}" "$agent" "H:$agent"
    ssh "${options[@]}" H "./$agent install"
    random binary 4
    # Longer than the keepalives: they are answered while the agent has nothing to say.
    { cat binary; sleep 12; } | ssh "${options[@]}" H '~/.mutagen/agents/0.18/mutagen-agent synchronizer' | cmp - binary
    inside rm -r .mutagen
}

# vscode ON OPTION… [COMMAND]: the install script on an open stdin; what it listens on is in LISTENING.
vscode() {
    local on=$1
    shift
    talk ssh -T "$@"
    filled vscode.sh "$ROW_ID" "$on" >&9
    hears "^$ROW_ID: end" 30
    same "$(said_by arch)" "$(uname -m)"
    LISTENING=$(said_by listeningOn)
}

# It ends with its editor's connection, and its server with it.
vscode_leaves() {
    kill "$TALKER"
    soon is_gone ".conf-server-$ROW_ID"
    inside rm -r ".conf-server-$ROW_ID"
}

row_67() { # VS Code: the install script on stdin, a Node server at a port, through -D
    uses node=nodejs
    local ROW_ID=conf67 proxy
    proxy=$(free_port)
    vscode --on-host=127.0.0.1 -D "$proxy" -o ConnectTimeout=15 H bash
    [[ $LISTENING =~ ^[0-9]+$ ]] || wrong "$(cat said)"
    within 60 node "$EDITORS/editor.js" socks "$proxy" "127.0.0.1:$LISTENING"
    within 60 node "$EDITORS/editor.js" socks "$proxy" "localhost:$LISTENING"
    hears '  $' # its sign of life
    vscode_leaves
}

row_68() { # VS Code: a login without a command, the server at a unix socket, through -L of a second connection
    uses node=nodejs
    local ROW_ID=conf68 port
    port=$(free_port)
    vscode --on-socket=/tmp/conf68.sock H
    same "$LISTENING" /tmp/conf68.sock
    master_with -L "$port:/tmp/conf68.sock"
    within 60 node "$EDITORS/editor.js" tcp "$port"
    vscode_leaves
}

row_68b() { # open-remote-ssh: ssh2's channels to a port and to a unix socket
    uses node=nodejs npm:ssh2=ssh2@1.17.0
    NODE_PATH=$NODE_MODULES within 80 node "$EDITORS/open-remote.js" "$PORT" "$LOGIN" "$KEY" \
        "$EDITORS/open-remote.sh" "$EDITORS/server.js"
    inside rm -f /tmp/open-remote.sock
}
