# shellcheck shell=bash
# shellcheck disable=SC2016,SC2029,SC2094 # expanded at the other end; a file is compared with what comes back
# Rows 57-61, 65 and 69-76: programs that bring ssh with them or call it, and clients that vanish.

row_57() { # git: push, clone, protocol version 2
    uses git=git
    export GIT_CONFIG_GLOBAL=$PWD/gitconfig GIT_CONFIG_NOSYSTEM=1
    printf '[user]\nname = x\nemail = x@localhost\n[init]\ndefaultBranch = main\n' >gitconfig
    inside git init -q --bare -b main "$R/r.git"
    git init -q local
    random local/big 10
    git -C local add big
    git -C local commit -qm first
    git -C local push -q "H:$R/r.git" main 2>err || wrong "$(cat err)"
    GIT_TRACE_PACKET=$PWD/packets git ls-remote -q "H:$R/r.git" >refs
    same "$(cut -f1 refs | sort -u)" "$(git -C local rev-parse HEAD)"
    grep -q '< version 2' packets || wrong "not version 2" "$(head -n 3 packets)"
    git clone -q "ssh://H/~/$R/r.git" clone
    cmp local/big clone/big
    git -C clone fetch -q --all
    fails git clone -q "H:$R/nosuch.git" other 2>err
    grep -q 'does not appear to be a git repository' err || wrong "$(cat err)"
}

row_58() { # Ansible: ping, copy, pipelining, piped, scp
    uses ansible=ansible-core
    printf 'H\n' >hosts
    random f 1
    export ANSIBLE_LOCAL_TEMP=$PWD/tmp ANSIBLE_SSH_CONTROL_PATH_DIR=$PWD/cp ANSIBLE_NOCOLOR=1 ANSIBLE_DEPRECATION_WARNINGS=0
    export ANSIBLE_SSH_ARGS='-C -o ControlMaster=auto -o ControlPersist=3s' ANSIBLE_CONFIG=$PWD/ansible.cfg
    : >ansible.cfg
    export ANSIBLE_PYTHON_INTERPRETER=/usr/bin/python3
    ansible -i hosts H -m ping
    ansible -i hosts H -m copy -a "src=f dest=~/$R/sftp mode=0640"
    ANSIBLE_PIPELINING=True ansible -i hosts H -m command -a 'echo through the pipe' | grep -q 'through the pipe'
    ANSIBLE_SSH_TRANSFER_METHOD=piped ansible -i hosts H -m copy -a "src=f dest=~/$R/piped"
    ANSIBLE_SSH_TRANSFER_METHOD=scp ANSIBLE_SCP_EXTRA_ARGS=-O ansible -i hosts H -m copy -a "src=f dest=~/$R/scp"
    ANSIBLE_SSH_TRANSFER_METHOD=piped ansible -i hosts H -m fetch -a "src=~/$R/piped dest=back flat=yes"
    cmp f back
    inside sh -c "cd $R && cmp sftp piped && cmp sftp scp && cat scp" | cmp - f
    status 2 ansible -i hosts H -m command -a 'sh -c "exit 9"' >out
    grep -q 'rc=9' out || wrong "$(cat out)"
}

row_59() { # lftp: mirror both ways
    uses lftp=lftp
    make_tree tree
    within 60 lftp -c "set cmd:fail-exit yes; set sftp:connect-program 'ssh -a -x'; set net:max-retries 1
        open sftp://H; mirror -R tree $R/tree; mirror $R/tree back"
    diff -r tree back
    inside sh -c "cd $R/tree && cat big" | cmp - tree/big
}

row_60() { # Unison: both sides' changes meet
    uses unison=unison
    make_tree tree
    within 60 unison tree "ssh://H/$R/tree" -batch -ui text -silent >log 2>&1 || wrong "$(cat log)"
    inside sh -c "cd $R/tree && echo there >new-there && rm empty"
    echo here >tree/new-here
    within 60 unison tree "ssh://H/$R/tree" -batch -ui text -silent >log 2>&1 || wrong "$(cat log)"
    same "$(cat tree/new-there; inside cat "$R/tree/new-here")" $'there\nhere'
    [[ ! -e tree/empty ]] || wrong "a deletion did not arrive"
}

row_61() { # Emacs TRAMP: ssh, scp, sshx
    uses emacs=emacs-nox
    within 150 emacs -Q --batch -l "$ROWS_DIR/tramp.el"
}

row_65() { # infocmp | ssh tic: a terminal brings its own description
    uses infocmp=ncurses-bin
    infocmp -0 -x xterm-256color 2>/dev/null | sed 's/^xterm-256color/conf-term/' |
        ssh H 'infocmp conf-term >/dev/null 2>&1 && exit 9; mkdir -p ~/.terminfo && tic -x -' 2>/dev/null
    same "$(TERM=conf-term ssh -tt H 'tput colors; echo $TERM' 2>/dev/null)" $'256\r\nconf-term\r'
    inside sh -c 'rm -r ~/.terminfo/c/conf-term'
}

row_69() { # dbclient -K 1
    uses dbclient=dropbear-bin dropbearconvert=dropbear-bin
    local client=(dbclient -y -y -i dropbear -p "$PORT" -K 1)
    dropbearconvert openssh dropbear "$KEY" dropbear 2>/dev/null
    status 3 within 30 "${client[@]}" "$LOGIN@127.0.0.1" 'echo out; sleep 4; exit 3' >out
    same "$(cat out)" out
    random r 4
    "${client[@]}" "$LOGIN@127.0.0.1" cat <r | cmp - r
    same "$(echo 'echo $((6*7))' | "${client[@]}" -T "$LOGIN@127.0.0.1")" 42
}

row_70() { # plink, pscp, psftp
    uses plink=putty-tools puttygen=putty-tools
    local options host
    puttygen "$KEY" -o key.ppk
    options=(-batch -P "$PORT" -l "$LOGIN" -i key.ppk -noagent)
    for host in $(ssh-keygen -l -f "$HOME/.ssh/known_hosts" | cut -d' ' -f2); do options+=(-hostkey "$host"); done
    status 3 within 30 plink "${options[@]}" 127.0.0.1 'echo out; exit 3' >out
    same "$(cat out)" out
    random f 4
    plink "${options[@]}" 127.0.0.1 cat <f | cmp - f
    # A PTY in the middle, whose command ends before the input does.
    same "$(within 30 plink -t "${options[@]}" 127.0.0.1 'test -t 0 && echo terminal' | tr -d '\r')" terminal
    pscp -q -sftp "${options[@]}" f "127.0.0.1:$R/sftp"
    pscp -q -scp "${options[@]}" f "127.0.0.1:$R/scp"
    pscp -q -scp "${options[@]}" "127.0.0.1:$R/sftp" back
    cmp f back
    printf '%s\n' "cd $R" 'get scp back2' 'mv scp moved' quit | psftp "${options[@]}" -b /dev/stdin 127.0.0.1 >out
    cmp f back2
    same "$(inside ls "$R")" $'moved\nsftp'
}

row_71() { # curl (libssh2): sftp and scp
    uses curl=curl
    local options=(-sS -k --key "$KEY" --pubkey "$KEY.pub" -u "$LOGIN:")
    random f 4
    curl "${options[@]}" -T f "sftp://127.0.0.1:$PORT/~/$R/sftp"
    curl "${options[@]}" "sftp://127.0.0.1:$PORT/~/$R/sftp" | cmp - f
    curl "${options[@]}" -T f "scp://127.0.0.1:$PORT/~/$R/scp"
    curl "${options[@]}" "scp://127.0.0.1:$PORT/~/$R/scp" | cmp - f
    curl "${options[@]}" "sftp://127.0.0.1:$PORT/~/$R/" | grep -q sftp
}

row_72() { # rclone: copy and check
    uses rclone=rclone
    local there=":sftp,host=127.0.0.1,port=$PORT,user=$LOGIN,key_file='$KEY',known_hosts_file='$HOME/.ssh/known_hosts':$R/tree"
    make_tree tree
    export RCLONE_CONFIG=/dev/null
    within 60 rclone -q copy tree "$there"
    within 60 rclone check tree "$there" 2>log || wrong "$(cat log)"
    grep -q ' 0 differences found' log || wrong "$(cat log)"
    ! grep -q 'hashes could not be checked' log || wrong "no md5sum:" "$(cat log)"
    within 60 rclone -q copy "$there" back
    diff -r tree back
}

row_73() { # mosh-server says its line
    local got
    got=$(within 20 ssh -n -tt H "mosh-server 'new' '-c' '8' '-s' '-l' 'LANG=en_US.UTF-8'" 2>/dev/null)
    inside pkill mosh-server || wrong "mosh-server does not run" "$got"
    grep -qE 'MOSH CONNECT [0-9]+ [A-Za-z0-9/+]{22}' <<<"$got" || wrong "$got"
}

# vanish COMMAND…: a client with the command, killed by SIGKILL once it runs (MARK shows in the container).
vanish() {
    hold_input
    ssh "$@" <&8 >got 2>&1 &
    wait_until 15 is_alive "$MARK" || wrong "it never ran" "$(head -c 500 got)"
    kill -KILL "$!"
    wait "$!" 2>/dev/null || true
}
written() { [[ "$(inside cat "$R/$1" 2>/dev/null)" == "$2" ]]; }

row_74() { # client killed: a writer dies of SIGPIPE, a slow one as well
    MARK='yes conf-74' vanish H "trap '' HUP; yes conf-74; echo \$? >$R/fast"
    soon is_gone 'yes conf-74'
    soon written fast 141
    MARK='conf-74b' vanish H 'while sleep 0.3; do echo conf-74b; done'
    soon is_gone conf-74b
}

row_75() { # client killed: cat sees the end of its input
    MARK='cat - /dev/null' vanish H "trap '' HUP; cat - /dev/null >/dev/null; echo eof >$R/seen"
    soon written seen eof
}

row_75b() { # client killed: what comes after cat still runs
    MARK='cat -u - /dev/null' vanish H "cat -u - /dev/null >/dev/null; echo eof >$R/seen"
    soon written seen eof
}

row_76() { # the parent is a live process
    same "$(ssh H '[ "$PPID" -gt 0 ] && ps -o pid= -p "$PPID" | grep -q . && echo alive || echo "PPID $PPID"')" alive
}

row_80() { # nothing is left in the container
    wait_until 20 as_before || same "$(processes)" "$(cat "$SCRATCH/before")" 'what runs in the container'
}
as_before() { [[ "$(processes)" == "$(cat "$SCRATCH/before")" ]]; }
