package dev.shed.gateway.access;

/// Whether a key gets in.
public sealed interface AuthDecision {
    record Accepted(Identity identity) implements AuthDecision {}

    /// Nobody gets in.
    ///
    /// @param reason for the audit log; the client is told nothing but that its key was refused
    record Refused(String reason) implements AuthDecision {}

    /// Nobody gets in now, whatever the key: the authorized keys cannot be read.
    record Unknown(String reason) implements AuthDecision {}
}
