package dev.shed.gateway.shed;

import java.util.Optional;

/// A listening TCP port in a shed.
///
/// @param address a literal address; `0.0.0.0` and `::` are all addresses
/// @param process who listens; empty when it is another user's
public record ListeningPort(String address, int port, Optional<Owner> process) {
    /// A process, as the container numbers and names it.
    public record Owner(long pid, String name) {}
}
