package dev.shed.gateway.shed.create;

import java.util.Locale;

/// How ssh treats a host whose key is not known yet.
public enum HostKeys {
    /// Accept the key and store it in the container; refuse a changed key.
    ACCEPT_NEW,
    /// Refuse the host; the image or a mount provides a known_hosts file.
    STRICT;

    /// The value for ssh's `StrictHostKeyChecking` (ssh_config(5)).
    String word() {
        return this == STRICT ? "yes" : "accept-new";
    }

    /// Parses the value of the configuration; throws [IllegalArgumentException] for any other.
    public static HostKeys parse(String word) {
        return valueOf(word.replace('-', '_').toUpperCase(Locale.ROOT));
    }
}
