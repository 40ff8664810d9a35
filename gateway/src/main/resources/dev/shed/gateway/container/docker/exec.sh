# shellcheck shell=sh
# What stands between the engine and every process that the gateway starts: makes the engine's bare exec into a
# login as sshd makes one, then becomes the program. POSIX sh; runs in dash, bash and busybox.
#
# Arguments: ROWS COLUMNS (both empty without a terminal) DIRECTORY (empty: home) ELSE (not
# empty: home will do if it cannot be entered) KIND (argv, first, line or login),
# then the program's words. Whatever a client said arrives as an argument or in the environment; nothing here
# is ever evaluated a second time. Names begin with shed_ so that no variable of the container's is overwritten.
shed_rows=$1 shed_columns=$2 shed_directory=$3 shed_else=$4 shed_kind=$5
shift 5

# The passwd line of the user that this runs as.
shed_passwd() {
    shed_uid=$(id -u)
    getent passwd "$shed_uid" 2>/dev/null || sed -n "/^[^:]*:[^:]*:$shed_uid:/{p;q;}" /etc/passwd 2>/dev/null
}

# Takes the fields of a passwd line. They are split here, where $@ is the function's own. Without a line, what the
# container was made with stays.
shed_account() {
    set -f
    IFS=:
    # shellcheck disable=SC2086 # splitting at the colons is the point
    set -- $1
    unset IFS
    set +f
    if [ $# -gt 0 ]; then
        USER=$1 LOGNAME=$1 HOME=${6:-/} SHELL=${7:-/bin/sh}
    else
        USER=${USER:-$(id -u)} LOGNAME=${LOGNAME:-$(id -u)} HOME=${HOME:-/} SHELL=${SHELL:-/bin/sh}
    fi
}

# The entry that stands in for one that terminfo lacks.
shed_nearest() {
    case $1 in
        screen*) echo screen-256color ;;
        tmux*) echo tmux-256color ;;
        rxvt*) echo rxvt-unicode-256color ;;
        linux*) echo linux ;;
        vt* | ansi) echo vt100 ;;
        unknown | eterm*) echo dumb ;;
        *) echo xterm-256color ;;
    esac
}

# The client's TERM where the user's terminfo has it, else the nearest one. What cannot be a terminal's name is
# never shown to infocmp, which would take it for a path or an option.
shed_terminal() {
    case $1 in
        dumb) echo dumb && return ;;
        -* | *[!A-Za-z0-9._+-]*) set -- xterm-256color ;;
    esac
    if command -v infocmp >/dev/null 2>&1; then
        for shed_candidate in "$1" "$(shed_nearest "$1")" xterm-256color xterm; do
            infocmp "$shed_candidate" >/dev/null 2>&1 && echo "$shed_candidate" && return
        done
    fi
    shed_nearest "$1"
}

# Whether the container has this locale. With one that it lacks programs fall back to ASCII, and take letters for keys.
shed_has_locale() {
    case $1 in
        '' | C | POSIX | C.[Uu][Tt][Ff]*8) return 0 ;;
    esac
    ! command -v locale >/dev/null 2>&1 || [ -z "$(LC_ALL=$1 locale 2>&1 >/dev/null)" ]
}

# Whether a tmux server listens at this path, be its file there or not: the kernel remembers it.
shed_listens() {
    grep -qF " $1" /proc/net/unix 2>/dev/null
}

# A tmux server that has lost its socket makes it again at SIGUSR1, in a directory that is there.
shed_wake_tmux() {
    shed_turns=0
    mkdir -m 700 "${1%/*}" 2>/dev/null
    for shed_process in /proc/[0-9]*; do
        # shellcheck disable=SC3067 # dash, bash and busybox have -O
        if [ -O "$shed_process" ] && read -r shed_name <"$shed_process/comm" && [ "$shed_name" = "tmux: server" ]; then
            kill -USR1 "${shed_process#/proc/}"
        fi
    done 2>/dev/null
    while [ ! -S "$1" ] && [ "$shed_turns" -lt 20 ]; do
        shed_turns=$((shed_turns + 1))
        sleep 0.1
    done
}

# Makes sure that a tmux that is started from here finds the server that runs already, of earlier gateways too.
shed_reach_tmux() {
    shed_uid=$(id -u)
    for shed_tmpdir in "${TMUX_TMPDIR:-/tmp}" /tmp; do
        shed_socket=$shed_tmpdir/tmux-$shed_uid/default
        if shed_listens "$shed_socket"; then
            export TMUX_TMPDIR="$shed_tmpdir"
            [ -S "$shed_socket" ] || shed_wake_tmux "$shed_socket"
            return
        fi
    done
}

# The engine sets HOME alone, and neither USER, LOGNAME nor SHELL.
shed_account "$(shed_passwd)"
export HOME USER LOGNAME SHELL

shed_has_locale "${LANG-}" || LANG=C.UTF-8
shed_has_locale "${LC_ALL-}" || unset LC_ALL
shed_has_locale "${LC_CTYPE-}" || unset LC_CTYPE
shed_has_locale "${LC_COLLATE-}" || unset LC_COLLATE
shed_has_locale "${LC_MESSAGES-}" || unset LC_MESSAGES
shed_has_locale "${LC_TIME-}" || unset LC_TIME
shed_has_locale "${LC_NUMERIC-}" || unset LC_NUMERIC

# tmux has its socket where clean-ups of /tmp do not reach, if there is such a place. One that the container has chosen
# stays.
shed_sockets=/.shed/sockets
if [ "${TMUX_TMPDIR:-$shed_sockets}" = "$shed_sockets" ]; then
    if [ -d "$shed_sockets" ] && [ -w "$shed_sockets" ]; then
        export TMUX_TMPDIR="$shed_sockets"
    else
        unset TMUX_TMPDIR
    fi
fi
shed_reach_tmux

# A terminal is born 0x0: it gets its size before anything can look at it. One that has a size already was
# resized in the meantime, and that is newer.
if [ -n "$shed_rows" ]; then
    if [ "$(stty size 2>/dev/null)" = "0 0" ]; then
        stty rows "$shed_rows" cols "$shed_columns"
    fi
    TERM=$(shed_terminal "${TERM:-dumb}")
    export TERM
fi

# A missing home is no reason to keep somebody out; a directory that was asked for is. CDPATH would send a
# relative one elsewhere, and "-" would be the previous one.
unset CDPATH
cd -- "$HOME" 2>/dev/null || cd /
if [ -n "$shed_directory" ]; then
    case $shed_directory in
        /*) ;;
        *) shed_directory=./$shed_directory ;;
    esac
    if ! cd -- "$shed_directory" 2>/dev/null && [ -z "$shed_else" ]; then
        printf 'shed: cannot change to directory %s\n' "$shed_directory" >&2
        exit 1
    fi
fi
unset OLDPWD SHLVL

case $shed_kind in
    argv)
        # The gateway says itself what is missing; the shell's own words would only confuse.
        command -v -- "$1" >/dev/null 2>&1 || exit 127
        exec "$@"
        ;;
    first)
        for shed_program; do
            [ ! -x "$shed_program" ] || exec "$shed_program"
        done
        exit 127
        ;;
    line) exec "$SHELL" -c "$1" ;;
    login) exec "$SHELL" -l ;;
esac
