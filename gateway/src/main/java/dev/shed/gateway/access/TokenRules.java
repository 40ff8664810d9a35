package dev.shed.gateway.access;

/// What a token must have asked its owner for before it signed (sshd's `touch-required`, `verify-required`). Keys that
/// are not on a token cannot, and as with sshd nothing is asked of them.
///
/// @param touch whether it must have been touched
/// @param verify whether it must have seen a PIN or a finger
public record TokenRules(boolean touch, boolean verify) {
    static final TokenRules USUAL = new TokenRules(true, false);

    /// What both ask for, of which each may do without a touch only if the other one can, too.
    TokenRules and(TokenRules other) {
        return new TokenRules(touch || other.touch, verify || other.verify);
    }
}
