package dev.shed.gateway.container;

import dev.shed.gateway.name.ShedName;

/// The network namespace of a container.
public sealed interface Network {
    /// A network namespace that no other shed shares.
    record Own() implements Network {}

    /// The host's namespace, or one whose owner cannot be determined.
    record Host() implements Network {}

    /// The namespace of another shed.
    record Shared(ShedName with) implements Network {}
}
