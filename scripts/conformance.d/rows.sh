# shellcheck shell=bash
# Which rows there are: functions `row_NN() { # title` in rows-*.sh beside this file. A row's first line may be
# `uses COMMAND=PACKAGE…` (or python:MODULE=PACKAGE, ruby:MODULE=PACKAGE, file:PATH=PACKAGE, npm:MODULE=MODULE@VERSION,
# maven:ARTIFACT-VERSION=GROUP:ARTIFACT:VERSION, deb:PACKAGE=PACKAGE/SUITE for one of another suite, which is unpacked beside
# the system), which is read here to install them all at once.
# Needs ROOT, and for installing say.sh and machine.sh.

ROWS_DIR=$ROOT/scripts/conformance.d
NODE_MODULES=${NODE_MODULES:-${XDG_CACHE_HOME:-$HOME/.cache}/shed-conformance/node_modules}
JARS=${JARS:-$(dirname "$NODE_MODULES")/maven}
DEBS=${DEBS:-$(dirname "$NODE_MODULES")/deb}
export NODE_MODULES JARS DEBS # a row has another home
for part in "$ROWS_DIR"/rows-*.sh; do
    # shellcheck source=/dev/null
    source "$part"
done

row_titles() { sed -n 's/^row_\([0-9a-z]*\)() { # /\1 /p' "$ROWS_DIR"/rows-*.sh; }
row_title() { row_titles | sed -n "s/^$1 //p"; }

# Seconds that a row may take; most have a minute and a half.
row_limit() {
    case $1 in
        8[2-5]) echo 400 ;; # a Java machine starts some thirty times
        02 | 09 | 10 | 58 | 61 | 8[1-9] | 9[0-9] | 10[0-9]) echo 180 ;;
        *) echo 90 ;;
    esac
}

# They wait more than they work.
is_slow() { [[ $1 =~ ^(02|09|10|12|33|97|98)$ ]]; }

# They are about containers, settings and limits that are the gateway's own: sshd is not asked.
is_own() { [[ $1 =~ ^(98|10[6-9]|110)$ ]]; }

# They make containers of their own with the Docker Engine.
needs_docker() { [[ $1 =~ ^10[6-9]$ ]]; }

# select_rows LIST: their names, one a line. Row 80 is about all the others and comes by itself.
select_rows() {
    local name number part low high
    while read -r name _; do
        number=$((10#${name%%[a-z]*}))
        [[ $number -ne 80 ]] || continue
        [[ $AGAINST != sshd ]] || ! is_own "$name" || continue
        [[ $AGAINST != kubernetes ]] || ! needs_docker "$name" || continue
        for part in ${1//,/ }; do
            low=${part%%-*} high=${part##*-}
            if [[ $low == *[a-z] ]]; then
                [[ $name != "$(printf '%02d' "$((10#${low%[a-z]}))")${low: -1}" ]] || echo "$name"
            elif ((number >= 10#$low && number <= 10#$high)); then
                echo "$name"
            fi
        done
    done < <(row_titles) | sort -u
}

row_clients() { declare -f "row_$1" | sed -n 's/^ *uses \(.*\);$/\1/p'; }

# has_client COMMAND: also python:MODULE, in Debian's own python.
has_client() {
    case $1 in
        python:*) /usr/bin/python3 -c "import ${1#python:}" 2>/dev/null ;;
        ruby:*) ruby -e "require '${1#ruby:}'" 2>/dev/null ;;
        file:*) [[ -e ${1#file:} ]] ;;
        npm:*) [[ -d $NODE_MODULES/${1#npm:} ]] ;;
        maven:*) [[ -d $JARS/${1#maven:} ]] ;;
        deb:*) [[ -d $DEBS/${1#deb:} ]] ;;
        *) has_command "$1" ;;
    esac
}

# A client that cannot be installed fails its rows, and only those.
install_clients() {
    local row pair packages=() modules=() artifacts=() debs=()
    for row in "$@"; do
        for pair in $(row_clients "$row"); do
            if has_client "${pair%%=*}"; then continue; fi
            case $pair in
                npm:*) modules+=("${pair#*=}") ;;
                maven:*) artifacts+=("${pair#*=}") ;;
                deb:*) debs+=("${pair#*=}") ;;
                *) packages+=("${pair#*=}") ;;
            esac
        done
    done
    [[ ${#packages[@]} -eq 0 ]] || (apt_install "${packages[@]}") || true
    [[ ${#modules[@]} -eq 0 ]] || (install_modules "${modules[@]}") || true
    for pair in "${artifacts[@]}"; do (install_artifact "$pair") || true; done
    for pair in "${debs[@]}"; do (unpack_deb "${pair%/*}" "${pair#*/}") || true; done
}

# unpack_deb PACKAGE SUITE: into DEBS/PACKAGE, with lists of its own: apt's sources stay as they are.
unpack_deb() {
    local work=$DEBS/$1.new options
    rm -rf "$work"
    mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/tree"
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian $2 main" >"$work/sources.list"
    options=(-o "Dir::Etc::sourcelist=$work/sources.list" -o Dir::Etc::sourceparts=-
        -o "Dir::State::lists=$work/lists" -o "Dir::Cache=$work/cache" -o APT::Sandbox::User=root -q)
    run "looking for $1 in $2" apt-get "${options[@]}" update &&
        (cd "$work" && run "getting $1 of $2" apt-get "${options[@]}" download -t "$2" "$1") &&
        dpkg-deb -x "$work/$1"_*.deb "$work/tree" && mv "$work/tree" "$DEBS/$1" && rm -rf "$work"
}

# install_artifact GROUP:ARTIFACT:VERSION: with all that it needs, in a directory of its own: JSch and its successor have
# the same classes.
install_artifact() {
    local group artifact version into
    IFS=: read -r group artifact version <<<"$1"
    into=$JARS/$artifact-$version
    need mvn=maven
    rm -rf "$into.new"
    mkdir -p "$into.new"
    cat >"$into.new/pom.xml" <<XML
<project><modelVersion>4.0.0</modelVersion><groupId>dev.shed</groupId><artifactId>conformance</artifactId><version>1</version>
<dependencies><dependency><groupId>$group</groupId><artifactId>$artifact</artifactId><version>$version</version></dependency></dependencies>
</project>
XML
    run "installing $1" mvn -B -q -f "$into.new/pom.xml" dependency:copy-dependencies "-DoutputDirectory=$into.new" &&
        mv "$into.new" "$into"
}

# Without their build steps: ssh2 works without the faster ciphers that it could compile.
install_modules() {
    need npm=npm
    mkdir -p "$NODE_MODULES"
    run "installing $*" npm install --prefix "$(dirname "$NODE_MODULES")" --ignore-scripts --no-audit --no-fund "$@"
}
