package dev.shed.gateway.agent;

/// An answer to a question of an agent.
public sealed interface Reply {
    /// Permission is given.
    record Allow() implements Reply {}

    /// Permission is refused.
    ///
    /// @param reason what the agent is told; may be empty
    record Deny(String reason) implements Reply {}

    /// One of the options.
    ///
    /// @param number its number, from 1
    record Choose(int number) implements Reply {}

    /// An answer in words.
    record Say(String text) implements Reply {}
}
