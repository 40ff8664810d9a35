# shellcheck shell=bash
# What is in a package, and how it becomes a tarball. Needs say.sh, java.sh, ROOT, and of scripts/package ARCH, JMODS
# and OUT.

POM=$ROOT/pom.xml

# Those that classes name which run, as found by jdeps and by trying.
GATEWAY_MODULES=java.base,java.logging,java.management,java.naming,java.net.http,java.security.jgss,java.sql,jdk.net
# jdk.httpserver and jdk.management serve metrics.listen.
GATEWAY_MODULES+=,jdk.security.auth,jdk.httpserver,jdk.management,jdk.unsupported
CLIENT_MODULES=java.base,java.logging,java.sql

# Debian's name of ARCH.
deb_arch() { if [[ $ARCH == x64 ]]; then echo amd64; else echo "$ARCH"; fi; }

# The version and the time of everything are those of the build, whenever and wherever it runs.
reproducible() {
    VERSION=$(sed -n 's|^  <version>\(.*\)</version>|\1|p' "$POM" | head -n 1)
    SOURCE_DATE_EPOCH=$(date -d "$(sed -n 's|.*<project.build.outputTimestamp>\(.*\)</.*|\1|p' "$POM")" +%s)
    [[ -n $VERSION ]] || fail "$POM has no version"
    export SOURCE_DATE_EPOCH LC_ALL=C.UTF-8 TZ=UTC
    unset JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS
}

build_all() {
    local options="--arch $ARCH --out \"$OUT\""
    [[ -z $JMODS ]] || options+=" --jmods \"$JMODS\""
    need mvn=maven make=make musl-gcc=musl-tools
    cd "$ROOT" || fail "cannot enter $ROOT"
    as_builder env JAVA_HOME="$JAVA_HOME" mvn -B -q -Ppackage -Dmaven.test.skip=true -Dspotless.check.skip=true \
        -Dpackage.options="$options" package || fail "the build failed"
}

need_built() {
    local file
    for file in gateway/target/shed-gateway.jar cli/target/shed-cli.jar gateway/target/bom.json cli/target/bom.json; do
        [[ -f $ROOT/$file ]] || fail "there is no $file" "mvn -Ppackage package"
    done
    "$JAVA_HOME/bin/jar" --list --file "$ROOT/gateway/target/shed-gateway.jar" | grep -qx "porter/linux-$(deb_arch)" ||
        fail "the gateway's jar has no porter for $ARCH" "gateway/src/main/c/Makefile says which compiler makes it; then build anew"
}

# elf_machine FILE: e_machine of its header, as in elf.h.
elf_machine() { od -An -t u2 -j 18 -N 2 "$1" | tr -d ' '; }
elf_machine_of_arch() { if [[ $ARCH == x64 ]]; then echo 62; else echo 183; fi; }

# runtime MODULES DIR: a Java of these modules. The archive of Java's own classes can be made on its own architecture only.
# Debian's JDK has debug information in its modules.
runtime() {
    local options=(--add-modules "$1" --no-man-pages --no-header-files --compress zip-0 --exclude-files '**.debuginfo' --output "$2")
    [[ -z $JMODS ]] || options+=(--module-path "$JMODS")
    if [[ $ARCH == "$(this_arch)" ]]; then
        options+=(--strip-debug --generate-cds-archive)
    else
        options+=(--strip-java-debug-attributes "--strip-native-debug-symbols=exclude-debuginfo-files:objcopy=$(cross_objcopy)")
    fi
    # The archive's bytes depend on the directory in which it is made, as one with a blank in its name shows.
    (cd / && "$JAVA_HOME/bin/jlink" "${options[@]}" >&2) || fail "this JDK cannot make a runtime (jlink)"
    rm -f "$2"/lib/server/classes_nocoops.jsa # for heaps beyond 32 GB
    [[ "$(elf_machine "$2/bin/java")" == "$(elf_machine_of_arch)" ]] || fail "the modules in $JMODS are not for $ARCH"
}

# Comes with the compiler that makes the porter.
cross_objcopy() {
    command -v "$(if [[ $ARCH == x64 ]]; then echo x86_64; else echo aarch64; fi)-linux-gnu-objcopy" ||
        fail "there is no objcopy for $ARCH" "gateway/src/main/c/Makefile says which compiler has it"
}

# jars MODULE NAME DIR: the jar and the libraries of a module, as a cache takes them.
jars() {
    mkdir -p "$3/lib"
    cp "$ROOT/$1/target/$2.jar" "$3/"
    "$JAVA_HOME/bin/java" "$ROOT/scripts/lib/CacheableJars.java" "$3/lib" "$ROOT/$1"/target/lib/*.jar
}

# fill FILE NAME=TEXT…: replaces each @NAME@.
fill() {
    local file=$1 text pair
    shift
    text=$(cat "$file")
    for pair in "$@"; do text=${text//"@${pair%%=*}@"/"${pair#*=}"}; done
    printf '%s\n' "$text"
}

# stage_gateway DIR: bin, lib and share, as they are in the tarball, and below /usr in the Debian package.
stage_gateway() {
    local lib=$1/lib/shed-gateway share=$1/share/shed-gateway doc=$1/share/doc/shed-gateway
    mkdir -p "$1/bin" "$share" "$doc"
    jars gateway shed-gateway "$lib"
    runtime "$GATEWAY_MODULES" "$lib/java"
    gateway_launcher '' >"$1/bin/shed-gateway"
    fill "$ROOT/packages/gateway/train-cache" JVM="${GATEWAY_JVM[*]}" >"$lib/train-cache"
    cp -r "$ROOT/config/image" "$ROOT/config/tmux.conf" "$share/"
    documents "$doc"
    cp "$ROOT/config/gateway.yaml" "$ROOT/gateway/target/bom.json" "$doc/"
    modes "$1"
}

gateway_launcher() { fill "$ROOT/packages/gateway/shed-gateway" USER="$1" JVM="${GATEWAY_JVM[*]}"; }

# stage_client DIR
stage_client() {
    local lib=$1/lib/shed-cli
    mkdir -p "$1/bin" "$1/share/doc/shed-cli"
    jars cli shed-cli "$lib"
    runtime "$CLIENT_MODULES" "$lib/java"
    # shellcheck disable=SC2016 # expanded by the launcher
    client_launcher '$(dirname -- "$(dirname -- "$(readlink -f -- "$0")")")/lib/shed-cli' >"$1/bin/shed"
    fill "$ROOT/packages/client/train-cache" CLASSPATH="$(client_classpath)" >"$lib/train-cache"
    "$JAVA_HOME/bin/java" -cp "$ROOT/cli/target/shed-cli.jar" dev.shed.cli.manual.Share "$1" >/dev/null
    cp "$ROOT/docs/cli.md" "$ROOT/CHANGELOG.md" "$ROOT/cli/target/bom.json" "$1/share/doc/shed-cli/"
    modes "$1"
}

# In the same order for the cache and for the launcher.
client_classpath() {
    # shellcheck disable=SC2016 # expanded by the launcher
    printf '"$lib/shed-cli.jar'
    # shellcheck disable=SC2016
    (cd "$ROOT/cli/target/lib" && printf '%s\n' ./*.jar) | sort | sed 's|^\./|:$lib/lib/|' | tr -d '\n'
    printf '"'
}

# client_launcher LIB: as install-cli has it, with the directory that everything is in.
client_launcher() {
    # shellcheck disable=SC2016
    fill "$ROOT/cli/src/main/sh/shed" JAVA='"$lib/java/bin/java"' CLASSPATH="$(client_classpath)" CACHE='"$lib/shed.aot"' |
        sed "s|^# scripts/install-cli fills in these.\$|lib=$1|"
}

documents() { cp "$ROOT"/README.md "$ROOT"/CHANGELOG.md "$ROOT"/SECURITY.md "$ROOT"/docs/*.md "$1/"; }

# modes DIR: whatever the clone has.
modes() {
    chmod -R u=rwX,go=rX "$1"
    chmod 0755 "$1"/bin/* "$1"/lib/*/train-cache
}

# archive DIR OPTION…: tar, sorted, of one time and owner.
archive() {
    tar -C "$1" --sort=name --format=gnu --mtime="@$SOURCE_DATE_EPOCH" --owner=root:0 --group=root:0 --numeric-owner "${@:2}"
}

# tarball NAME DIR
tarball() {
    local top=$1-$VERSION-linux-$ARCH
    archive "$2" --transform="flags=r;s|^[.]|$top|" -c . | gzip -n >"$OUT/$top.tar.gz.new"
    mv "$OUT/$top.tar.gz.new" "$OUT/$top.tar.gz"
}

sums() {
    local files
    mapfile -t files < <(cd "$OUT" && find . -maxdepth 1 -type f ! -name 'SHA256SUMS*' -printf '%f\n' | sort)
    (cd "$OUT" && sha256sum "${files[@]}" >SHA256SUMS.new && mv SHA256SUMS.new SHA256SUMS)
}
