# shellcheck shell=bash
# shellcheck disable=SC2016,SC2088 # expanded at the other end, by its home
# Rows 48-56: files.

row_48() { # SFTP version 3 and nine extensions
    local name
    echo pwd | sftp -vvv -b - H >out 2>log
    grep -q 'Remote version: 3' log || wrong "$(grep -i version log)"
    for name in posix-rename statvfs fstatvfs hardlink fsync lsetstat limits expand-path copy-data; do
        grep -qiE "(extension|supports).*\"?$name" log || wrong "no $name:" "$(grep -i extension log)"
    done
}

row_49() { # sftp starts in HOME
    same "$(echo pwd | sftp -q -b - H | tail -n 1)" 'Remote working directory: /home/dev'
    echo here >f
    echo "put f $R/f" | sftp -q -b - H >/dev/null
    same "$(inside cat "$R/f")" here
}

row_50() { # sftp: rename over, ln, ln -s, cp, df, chmod, mkdir, put -p
    echo old >a
    echo new >b
    touch -d '2001-02-03 04:05:06 UTC' b
    sftp -q -b - H >out <<BATCH
cd $R
put a x
put -p b y
rename y x
ln x hard
ln -s x soft
cp x copy
chmod 640 copy
mkdir dir
rmdir dir
df -h
get -p x back
BATCH
    same "$(inside sh -c "cd $R && stat -c '%n %a %h' copy hard && readlink soft && cat x hard copy && stat -c %Y x && ls")" \
        $'copy 640 1\nhard 644 2\nx\nnew\nnew\nnew\n981173106\ncopy\nhard\nsoft\nx'
    same "$(stat -c %Y back)" 981173106 'time of what came back'
    grep -q Avail out || wrong "no df:" "$(cat out)"
}

row_51() { # sftp: reput and reget go on where it stopped
    random r 3
    head -c 1000000 r >part
    printf '%s\n' "put part $R/r" "reput r $R/r" | sftp -q -b - H >/dev/null
    inside cat "$R/r" | cmp - r
    cp part back
    echo "reget $R/r back" | sftp -q -b - H >/dev/null
    cmp back r
}

# make_tree DIRECTORY: spaces, UTF-8, modes, times, an empty file, a link.
make_tree() {
    mkdir -p "$1/sub dir/ünï"
    random "$1/big" 2
    echo text >"$1/sub dir/ünï/with 'quotes' \"and\" \$"
    : >"$1/empty"
    printf '#!/bin/sh\n' >"$1/run"
    chmod 750 "$1/run"
    touch -d '2001-02-03 04:05:06 UTC' "$1/run" "$1/empty"
}

# same_tree A B: contents, modes and times.
same_tree() {
    diff -r "$1" "$2"
    same "$(cd "$2" && find . -type f -printf '%P %m\n' | sort)" "$(cd "$1" && find . -type f -printf '%P %m\n' | sort)" modes
    same "$(stat -c %Y "$2/run")" "$(stat -c %Y "$1/run")" time
}

row_52() { # scp: ~/, ~user/, spaces, UTF-8, -rp
    local to
    echo text >f
    for to in "~/$R/tilde" "~dev/$R/user" "$R/a b" "$R/äö" "/home/dev/$R/abs"; do
        scp -q f "H:$to"
        scp -q "H:$to" back
        cmp f back
        rm back
    done
    same "$(inside ls "$R")" $'a b\nabs\ntilde\nuser\näö'
    make_tree tree
    scp -q -rp tree "H:$R/tree"
    scp -q -rp "H:$R/tree" back
    same_tree tree back
}

row_53() { # scp -O: up, down, -rp
    echo text >f
    scp -O -q f "H:$R/f"
    scp -O -q "H:~/$R/f" back
    cmp f back
    rm back
    make_tree tree
    scp -O -q -rp tree "H:$R/tree"
    scp -O -q -rp "H:$R/tree" back
    same_tree tree back
    fails scp -O -q "H:$R/nosuch" back2 2>err
    grep -q 'No such file' err || wrong "$(cat err)"
}

row_54() { # scp -3 between two hosts
    random f 5
    inside sh -c "cat >$R/a" <f
    scp -q -3 "H:$R/a" "H2:$R/b"
    inside cat "$R/b" | cmp - f
}

row_55() { # rsync -aHAX both ways, and once more finds nothing to do
    uses rsync=rsync
    make_tree tree
    ln tree/run tree/hard
    ln -s 'sub dir/ünï' tree/soft
    python3 -c 'import os; os.setxattr("tree/run", "user.shed", b"x")'
    rsync -aHAX --no-owner --no-group tree/ "H:$R/tree/"
    same "$(inside stat -c %h "$R/tree/run")" 2 'hard links'
    same "$(inside python3 -c "import os; print(os.getxattr('$R/tree/run', 'user.shed'))")" "b'x'" xattr
    rsync -aHAX "H:$R/tree/" back/
    same_tree tree back
    same "$(readlink back/soft)" 'sub dir/ünï'
    same "$(rsync -aHAXi --no-owner --no-group tree/ "H:$R/tree/")" '' 'the second run'
    rsync -az --delete --partial --append-verify tree/big "H:$R/tree/big2"
}

row_56() { # sshfs: write, rename over, fsync, truncate, links, df
    uses sshfs=sshfs fusermount3=fuse3
    mkdir mnt
    sshfs "H:$R" "$PWD/mnt" -o reconnect,ServerAliveInterval=15
    trap 'fusermount3 -u "$PWD/mnt" || fusermount3 -uz "$PWD/mnt" || true; end_row' EXIT
    mountpoint -q mnt
    python3 "$ROWS_DIR/mounted.py" mnt
    random r 20
    cp r mnt/r
    cmp r mnt/r
    df mnt >/dev/null
    same "$(inside sh -c "cd $R && cat f && stat -c %s cut && readlink soft")" $'second\n3\nf'
    inside cat "$R/r" | cmp - r
    fusermount3 -u "$PWD/mnt"
    trap end_row EXIT
}
