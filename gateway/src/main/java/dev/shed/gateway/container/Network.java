package dev.shed.gateway.container;

import dev.shed.gateway.name.ShedName;

/// Whose network a container has.
public sealed interface Network {
    /// A network namespace that no other shed shares.
    record Own() implements Network {}

    /// The host's, or one of which nobody can say whose it is.
    record Host() implements Network {}

    /// Another shed's.
    record Shared(ShedName with) implements Network {}
}
