package dev.shed.gateway.shed.create;

import java.util.Locale;

/// How ssh treats a host whose key is not known yet.
public enum HostKeys {
    /// takes it and remembers it for as long as the container lives; a changed key is refused
    ACCEPT_NEW,
    /// refuses it: the image or a mount brings a known_hosts
    STRICT;

    /// As ssh_config(5) has it.
    String word() {
        return this == STRICT ? "yes" : "accept-new";
    }

    /// As the configuration has it; [IllegalArgumentException] for anything else.
    public static HostKeys parse(String word) {
        return valueOf(word.replace('-', '_').toUpperCase(Locale.ROOT));
    }
}
