package dev.shed.gateway.shed.create;

import java.util.Locale;

/// What ssh does about a host whose key it does not know yet.
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
