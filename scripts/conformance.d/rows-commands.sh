# shellcheck shell=bash
# shellcheck disable=SC2016,SC2029,SC2094 # expanded at the other end; a file is compared with what comes back
# Rows 1-22: commands without a terminal.

row_01() { # stdout and status 0
    same "$(ssh H 'echo hi' 2>&1)" hi
}

row_02() { # every status from 0 to 255, exactly
    master
    seq 0 255 | xargs -P 4 -I{} sh -c \
        'got=0; err=$(ssh -S m H "exit {}" </dev/null 2>&1) || got=$?; [ "$got" = {} ] || echo "{} came as $got: $err"' >differ
    same "$(cat differ)" ''
}

row_03() { # killed by a signal is no success
    local got=0
    ssh H 'kill -TERM $$' || got=$?
    [[ $got -ne 0 ]] || wrong "status 0"
}

row_04() { # an unknown command: 127, and text on stderr only
    status 127 ssh H nosuchcmd >out 2>err
    same "$(cat out)" ''
    grep -q 'nosuchcmd.*not found' err || wrong "stderr: $(cat err)"
}

row_05() { # stderr apart from stdout
    ssh H 'echo o; echo e >&2' >out 2>err
    same "$(cat out)" o stdout
    same "$(cat err)" e stderr
}

row_06() { # end of input reaches the process
    same "$(printf abc | within 20 ssh H 'cat; echo EOF')" abcEOF
}

row_07() { # -n is end of input at once
    same "$(within 10 ssh -n H 'cat; echo done')" 'done'
}

row_08() { # 16 MB both ways, every byte
    random r 16
    ssh H cat <r | cmp - r
}

row_09() { # a reader stalls for 35 s, nothing is lost
    same "$(ssh H 'head -c 100000000 /dev/zero' | (sleep 35 && wc -c))" 100000000
}

row_10() { # a process stalls for 35 s, nothing is lost
    same "$(head -c 50000000 /dev/zero | ssh H 'sleep 35; wc -c')" 50000000
}

row_11() { # stdout is closed early, the status still arrives
    status 9 ssh H 'exec >&- 2>&-; sleep 1; exit 9'
}

row_12() { # late output of a background child
    same "$(ssh H '(sleep 4; echo late) & echo now')" $'now\nlate'
}

row_13() { # a detached daemon does not hold the channel
    same "$(within 5 ssh H 'setsid sleep 31.13 >/dev/null 2>&1 </dev/null & echo ok')" ok
    is_alive 'sleep 31.13' || wrong "the daemon is gone"
    inside pkill -f 'sleep 31[.]13'
}

# Quotes, patterns, newlines, what looks like options, what is no UTF-8: the same as bash -c here.
row_14() { # the command string verbatim
    local line
    for line in \
        $'printf "%s|" \'a  b\' "c\td" "*" \\$HOME \'$x\' é𝄞; echo "$#"' \
        $'echo first\nif true; then\n  echo second\nfi\n# a comment' \
        $'cat <<X\n a "b" \\\\ `echo c` $((1+1))\nX\n' \
        '  echo "leading and trailing  "  ' \
        'echo "$(printf "%s" "nested \"quotes\"")" ; (exit 3) || echo "\\n"' \
        $'printf "\xff\xfe\x01" | od -An -tx1'; do
        same "$(ssh H "$line" | cat -v)" "$(bash -c "$line" | cat -v)" "$line"
    done
}

row_15() { # a command line of 100 kB
    same "$(ssh H "printf %s $(head -c 100000 /dev/zero | tr '\0' x) | wc -c")" 100000
}

row_16() { # $0 is the shell, and nothing follows the command
    same "$(ssh H 'exec $0 -c "echo in"')" in
    same "$(ssh H 'echo $#')" 0
    same "$(echo 'echo typed' | ssh H 'echo; exec $0')" $'\ntyped'
}

row_17() { # a shell that is neither login nor interactive
    same "$(ssh H 'shopt -q login_shell && echo login; case $- in *i*) echo interactive;; esac; echo .')" .
}

row_18() { # PWD, HOME, USER, LOGNAME, SHELL, PATH; HOME can be written
    local home=/home/dev
    same "$(ssh H 'echo "$PWD $HOME $USER $LOGNAME $SHELL"; id -un')" "$home $home dev dev /bin/bash"$'\ndev'
    same "$(ssh H 'type -p ls git rsync >/dev/null && echo found')" found PATH
    same "$(ssh H 'printf "#!/bin/sh\necho ran\n" >~/c/18/x && chmod +x ~/c/18/x && ~/c/18/x && rm ~/c/18/x')" ran
}

row_19() { # not a byte around a command
    same "$(ssh H true 2>&1 | wc -c)" 0
}

row_20() { # a shell without a PTY runs what comes on stdin, without tmux
    local got=0
    printf 'echo $((6*7)) "[$TMUX]"\nexit 4\n' | within 20 ssh -T H >out || got=$?
    same "$(cat out)" '42 []'
    same "$got" 4 status
}

row_21() { # variables pass, unknown ones do no harm
    local send='SendEnv=LANG LC_* COLORTERM NO_COLOR TERM_PROGRAM TERM_PROGRAM_VERSION GIT_PROTOCOL CONF_UNKNOWN'
    same "$(env -u LC_ALL LANG=en_US.UTF-8 LC_TIME=C COLORTERM=truecolor NO_COLOR=1 TERM_PROGRAM=ghostty \
        TERM_PROGRAM_VERSION=1.2 GIT_PROTOCOL=version=2 CONF_UNKNOWN=x ssh -o "$send" H \
        'echo "$LANG $LC_TIME $COLORTERM $NO_COLOR $TERM_PROGRAM $TERM_PROGRAM_VERSION $GIT_PROTOCOL [$CONF_UNKNOWN]"' 2>&1)" \
        'en_US.UTF-8 C truecolor 1 ghostty 1.2 version=2 []'
}

row_22() { # SSH_CONNECTION has four words, SSH_CLIENT three
    same "$(ssh H 'set -- $SSH_CONNECTION; echo "$#"; set -- $SSH_CLIENT; echo "$#"')" $'4\n3'
    ssh H 'echo $SSH_CONNECTION' | grep -qE '^[0-9a-f.:]+ [0-9]+ [0-9a-f.:]+ [0-9]+$'
}
