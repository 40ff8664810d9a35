package dev.shed.gateway.event;

/// What a reader of events gets.
public sealed interface ReadResult {
    record Found(Event event) implements ReadResult {}

    /// Nothing happened for as long as the reader waits.
    record Nothing() implements ReadResult {}

    /// The next event is not known any more: the reader was too slow.
    record Behind() implements ReadResult {}
}
