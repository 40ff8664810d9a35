package dev.shed.gateway.access;

/// Whether a key gets in.
public sealed interface AuthDecision {
    /// Somebody gets in.
    ///
    /// @param by the line that lets in, such as `line 3`
    /// @param token what is asked of a token
    record Accepted(Identity identity, String by, TokenRules token) implements AuthDecision {
        /// By a line that asks for nothing unusual.
        public Accepted(Identity identity, String by) {
            this(identity, by, TokenRules.USUAL);
        }
    }

    /// Nobody gets in.
    ///
    /// @param reason for the audit log; the client is told nothing but that its key was refused
    record Refused(String reason) implements AuthDecision {}

    /// Nobody gets in now, whatever the key: the authorized keys cannot be read.
    record Unknown(String reason) implements AuthDecision {}
}
