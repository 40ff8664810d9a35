package dev.shed.gateway.access;

/// The requirements on a signature by a token (sshd's `touch-required`, `verify-required`). As in sshd, they
/// do not apply to keys that are not on a token.
///
/// @param touch whether the token must have been touched
/// @param verify whether the token must have verified its user by PIN or fingerprint
public record TokenRules(boolean touch, boolean verify) {
    static final TokenRules USUAL = new TokenRules(true, false);

    /// Requires what either of the two requires.
    TokenRules and(TokenRules other) {
        return new TokenRules(touch || other.touch, verify || other.verify);
    }
}
