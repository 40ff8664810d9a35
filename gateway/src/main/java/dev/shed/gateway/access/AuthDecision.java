package dev.shed.gateway.access;

/// Whether a key may log in.
public sealed interface AuthDecision {
    /// The key may log in.
    ///
    /// @param by the line that accepts it, such as `line 3`
    /// @param token the requirements on a signature by a token
    record Accepted(Identity identity, String by, TokenRules token) implements AuthDecision {
        /// Accepted by a line without unusual requirements on tokens.
        public Accepted(Identity identity, String by) {
            this(identity, by, TokenRules.USUAL);
        }
    }

    /// The key may not log in.
    ///
    /// @param reason for the audit log; the client only learns that its key was refused
    record Refused(String reason) implements AuthDecision {}

    /// No key may log in at present, because one of the files that decide about logins cannot be read.
    record Unknown(String reason) implements AuthDecision {}
}
