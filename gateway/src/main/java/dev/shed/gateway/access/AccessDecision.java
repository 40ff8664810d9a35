package dev.shed.gateway.access;

/// Whether an identity may do something to a shed.
public sealed interface AccessDecision {
    record Allowed() implements AccessDecision {}

    /// The shed is not the identity's to see, so it is to look as if it were not there.
    record NotFound() implements AccessDecision {}

    /// The identity may know of the shed, but not do this.
    record Forbidden() implements AccessDecision {}
}
