package dev.shed.gateway.event;

/// The result of reading events.
public sealed interface ReadResult {
    record Found(Event event) implements ReadResult {}

    /// Nothing happened in the time that the reader waits.
    record Nothing() implements ReadResult {}

    /// The next event was dropped from the log: the reader was too slow.
    record Behind() implements ReadResult {}
}
