package dev.shed.gateway.access;

/// Whether a key gets in.
public sealed interface AuthDecision {
    /// Somebody gets in.
    ///
    /// @param by the line that lets in, such as `line 3`
    record Accepted(Identity identity, String by) implements AuthDecision {}

    /// Nobody gets in.
    ///
    /// @param reason for the audit log; the client is told nothing but that its key was refused
    record Refused(String reason) implements AuthDecision {}

    /// Nobody gets in now, whatever the key: the authorized keys cannot be read.
    record Unknown(String reason) implements AuthDecision {}
}
