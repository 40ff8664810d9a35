package dev.shed.gateway.container;

import dev.shed.gateway.name.ShedName;

/// Whose network a container has.
public sealed interface Network {
    /// Its own, or one that it shares with containers that are no sheds.
    record Own() implements Network {}

    /// The host's, or one of which nobody can say whose it is.
    record Host() implements Network {}

    /// Another shed's.
    record Shared(ShedName with) implements Network {}
}
