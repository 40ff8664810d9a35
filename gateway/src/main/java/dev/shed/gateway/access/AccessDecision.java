package dev.shed.gateway.access;

/// Whether an identity may perform an action on a shed.
public sealed interface AccessDecision {
    record Allowed() implements AccessDecision {}

    /// The identity may not see the shed, so the failure must be the same as for a missing shed.
    record NotFound() implements AccessDecision {}

    /// The identity may see the shed, but not perform this action.
    record Forbidden() implements AccessDecision {}
}
