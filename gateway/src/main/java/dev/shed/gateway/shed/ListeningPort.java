package dev.shed.gateway.shed;

import java.util.Optional;

/// A listening TCP port in a shed.
///
/// @param address a literal address; `0.0.0.0` and `::` mean all addresses
/// @param process the listening process; empty if it belongs to another user
public record ListeningPort(String address, int port, Optional<Owner> process) {
    /// A process in the container.
    ///
    /// @param pid its id in the container's PID namespace
    public record Owner(long pid, String name) {}
}
