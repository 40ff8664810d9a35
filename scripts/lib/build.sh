# shellcheck shell=bash
# Builds the jars when a source is newer than they are. Needs say.sh, machine.sh, java.sh, ROOT, JAR and CACHE.

# The jar alone does not tell: Maven leaves it untouched when only the other module has changed.
sources_changed() {
    local stamp=$ROOT/gateway/target/.built
    [[ -f $JAR ]] || return 0
    [[ $stamp -nt $JAR ]] || stamp=$JAR
    [[ -n "$(find "$ROOT/pom.xml" "$ROOT/gateway" "$ROOT/cli" -path '*/target' -prune -o -type f -newer "$stamp" -print -quit)" ]]
}

# maven_build GOAL…: without what is for scripts/check: format, analysis and tests keep nobody from using what compiles.
# It writes no colours, since its output goes to a log.
maven_build() {
    local status=0
    as_builder env JAVA_HOME="$JAVA_HOME" LC_ALL=C.UTF-8 mvn -B -Dstyle.color=never -Dmaven.test.skip=true \
        -Dspotless.check.skip=true -Dstatic-analysis=-Xlint:none "$@" || status=$?
    # Without these Maven compiles all of it again, with the analysis, the next time that somebody else calls it.
    rm -rf "$ROOT"/{gateway,cli}/target/maven-status
    return "$status"
}

# build_failed GOAL…: ends the script with the next step.
build_failed() {
    [[ $RUN_OUTPUT != *'PKIX path building failed'* ]] ||
        fail "the build failed: the JDK does not trust the certificate that a proxy shows in place of Maven Central's" \
            "sudo $JAVA_HOME/bin/keytool -importcert -noprompt -cacerts -storepass changeit -alias proxy -file PROXY-CA.crt"
    fail "the build failed" "cd $ROOT && JAVA_HOME=$JAVA_HOME mvn -Dmaven.test.skip=true $*"
}

need_jars() {
    sources_changed || return 0
    need make=make musl-gcc=musl-tools # for the porter, which is C
    cd "$ROOT" || fail "cannot enter $ROOT"
    RUN_TAIL=40 run "building (a few minutes the first time)" maven_build package || build_failed package
    [[ -f $JAR ]] || fail "the build did not make ${JAR#"$ROOT/"}"
    as_builder touch "$ROOT/gateway/target/.built"
    give_to_owner
}

# A gateway that has just started is cold, and everybody who comes back waits for it. Without the cache it works as well;
# one that was made for another JVM is refused by that JVM itself.
need_cache() {
    local jdk
    jdk=$("$JAVA_HOME/bin/java" -version 2>&1)
    [[ ! $CACHE -nt $JAR || "$(cat "$CACHE.jdk" 2>/dev/null)" != "$jdk" ]] || return 0
    rm -f "$CACHE"
    IMAGE=$IMAGE run "training a cache of the gateway's classes" "$ROOT/scripts/lib/train-cache" "$JAR" "$CACHE" ||
        step "going on without the cache: the gateway starts slower"
    echo "$jdk" >"$CACHE.jdk"
    give_to_owner
}
