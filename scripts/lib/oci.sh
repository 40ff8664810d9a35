# shellcheck shell=bash
# The image of the gateway, from what package.sh has staged. Its archive is an OCI image layout, and has the file that
# `docker load` of older engines reads. Needs say.sh, java.sh, package.sh, ROOT, ARCH, STAGE, OUT, VERSION and
# SOURCE_DATE_EPOCH.

LOCALE=/usr/lib/locale/C.utf8

# image_gateway DIR: there is no base image: Java needs no more of a system than the C library.
image_gateway() {
    local tree=$STAGE/image.root layout=$STAGE/image
    local config layer manifest diff file
    image_root "$1" "$tree"
    mkdir -p "$layout/blobs/sha256"
    layer "$tree" "$STAGE/layer.tar"
    diff=$(digest "$STAGE/layer.tar")
    gzip -n "$STAGE/layer.tar"
    layer=$(blob "$STAGE/layer.tar.gz")
    image config.json CREATED="$(date -u -d "@$SOURCE_DATE_EPOCH" +%FT%TZ)" DIFF="$diff" >"$STAGE/config"
    config=$(blob "$STAGE/config")
    image manifest.json CONFIG="$config" CONFIG_SIZE="$(size "$config")" LAYER="$layer" LAYER_SIZE="$(size "$layer")" >"$STAGE/manifest"
    manifest=$(blob "$STAGE/manifest")
    image index.json MANIFEST="$manifest" MANIFEST_SIZE="$(size "$manifest")" >"$layout/index.json"
    image docker.json CONFIG="$config" LAYER="$layer" >"$layout/manifest.json"
    printf '{"imageLayoutVersion": "1.0.0"}\n' >"$layout/oci-layout"
    file=$OUT/shed-gateway-$VERSION-linux-$ARCH.oci.tar
    archive "$layout" -c . >"$file.new"
    mv "$file.new" "$file"
}

# image FILE NAME=TEXT…
image() { fill "$ROOT/packages/image/$1" ARCH="$(deb_arch)" VERSION="$VERSION" "${@:2}"; }

# image_root DIR ROOT: without what needs a shell.
image_root() {
    local file files
    mkdir -p "$2/etc/shed" "$2/var/lib/shed" "$2/tmp" "$2/usr"
    cp -r "$1/lib" "$1/share" "$2/usr/"
    rm "$2/usr/lib/shed-gateway/train-cache"
    mapfile -t files < <(libraries "$1/lib/shed-gateway/java")
    [[ " ${files[*]} " == *'/libc.so.6 '* ]] || fail "this Java does not run with this machine's C library"
    [[ -d $LOCALE ]] || fail "there is no $LOCALE" "sudo apt-get install libc-bin"
    for file in "${files[@]}"; do install -D "$file" "$2/$file"; done
    cp -r --parents "$LOCALE" "$2/"
    cp --parents /usr/share/doc/libc6/copyright "$2/"
    printf '%s\n' root:x:0:0:root:/: shed:x:2222:2222:shed:/var/lib/shed: >"$2/etc/passwd"
    printf '%s\n' root:x:0: shed:x:2222: >"$2/etc/group"
    printf 'hosts: files dns\n' >"$2/etc/nsswitch.conf"
    # The arguments of java, as `java @shed-gateway` takes them.
    printf '%s\n' "${GATEWAY_JVM[@]}" '"-Dshed.program=java @shed-gateway"' -jar /usr/lib/shed-gateway/shed-gateway.jar >"$2/shed-gateway"
    chmod -R u=rwX,go=rX "$2"
    chmod 1777 "$2/tmp"
}

# libraries DIR: the files of this machine that the programs and libraries in DIR are linked with, and the loader.
libraries() {
    { find "$1" -type f \( -name '*.so' -o -perm -u+x \) -exec ldd {} + || true; } 2>/dev/null |
        sed -nE 's|^\t([^ ]+ => )?(/[^ ]+) \(0x[0-9a-f]+\)$|\2|p' | { grep -vF "$1/" || true; } | sort -u
}

# layer ROOT FILE: two directories are the gateway's, the rest is root's.
layer() {
    archive "$1" --exclude=./etc/shed --exclude=./var/lib/shed -c . >"$2"
    archive "$1" --owner=shed:2222 --group=shed:2222 --mode=0700 -rf "$2" ./etc/shed ./var/lib/shed
}

digest() { sha256sum <"$1" | cut -c 1-64; }
size() { stat -c %s "$STAGE/image/blobs/sha256/$1"; }

# blob FILE: moves it into the layout, and prints its digest.
blob() {
    local sum
    sum=$(digest "$1")
    mv "$1" "$STAGE/image/blobs/sha256/$sum"
    echo "$sum"
}
