# shellcheck shell=bash
# Debian packages from what package.sh has staged. Needs say.sh, package.sh, ROOT, ARCH, OUT, VERSION and SOURCE_DATE_EPOCH.

# Debian sorts 0.1.0~SNAPSHOT before 0.1.0.
deb_version() { echo "${VERSION//-/\~}"; }

# shellcheck disable=SC2153 # ROOT is that of the clone
# deb_gateway DIR, which it takes: /usr, the unit, and the files that the administrator may change.
deb_gateway() {
    local root=$1.deb
    mkdir -p "$root/etc/default" "$root/etc/shed"
    mv "$1" "$root/usr"
    gateway_launcher shed >"$root/usr/bin/shed-gateway"
    chmod 0755 "$root/usr/bin/shed-gateway"
    install -D -m 0644 "$ROOT/packages/gateway/shed-gateway.service" "$root/usr/lib/systemd/system/shed-gateway.service"
    install -m 0644 "$ROOT/packages/gateway/default" "$root/etc/default/shed-gateway"
    deb "$root" shed-gateway gateway
}

deb_client() {
    local root=$1.deb
    mkdir -p "$root"
    mv "$1" "$root/usr"
    # Its place is known, so the launcher need not look for it.
    client_launcher /usr/lib/shed-cli >"$root/usr/bin/shed"
    chmod 0755 "$root/usr/bin/shed"
    find "$root/usr/share/man" -type f ! -name '*.gz' -exec gzip -9n {} +
    deb "$root" shed-cli client
}

# java_depends DIR: the packages of the libraries that a Java is linked with, which differ between vendors.
java_depends() {
    local files libc
    mapfile -t files < <(find "$1" -name '*.so')
    libc=$(grep -aoh 'GLIBC_2[.][0-9]*' "${files[@]}" | sort -Vu | tail -n 1)
    printf 'libc6 (>= %s)' "${libc#GLIBC_}"
    ! grep -qaF libz.so.1 "${files[@]}" || printf ', zlib1g'
    ! grep -qaF 'libstdc++.so.6' "${files[@]}" || printf ', libstdc++6'
}

# deb ROOT NAME DIR: packs ROOT, with what packages/DIR says of it.
deb() {
    local root=$1 name=$2 from=$ROOT/packages/$3 size script
    size=$(find "$root" -type f -printf '%s\n' | awk '{ s += $1 } END { print int(s / 1024) }')
    mkdir "$root/DEBIAN"
    (cd "$root" && find . -path ./DEBIAN -prune -o -type f -printf '%P\n' | sort | xargs -d '\n' md5sum) >"$root/DEBIAN/md5sums"
    [[ ! -d $root/etc ]] || (cd "$root" && find etc -type f -printf '/%p\n' | sort) >"$root/DEBIAN/conffiles"
    fill "$from/control" VERSION="$(deb_version)" ARCH="$(deb_arch)" SIZE="$size" \
        JAVA="$(java_depends "$root/usr/lib/$name/java")" >"$root/DEBIAN/control"
    for script in preinst postinst prerm postrm; do
        [[ ! -f $from/$script ]] || install -m 0755 "$from/$script" "$root/DEBIAN/$script"
    done
    chmod -R u=rwX,go=rX "$root"
    # dpkg-deb lowers later times to SOURCE_DATE_EPOCH, and leaves earlier ones.
    find "$root" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
    # gzip: the bytes of xz depend on how many processors there are.
    dpkg-deb --root-owner-group -Zgzip --build "$root" "$OUT/${name}_$(deb_version)_$(deb_arch).deb" >/dev/null ||
        fail "dpkg-deb could not pack $name"
}
