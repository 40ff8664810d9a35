package dev.shed.gateway.event;

/// What a reader of events gets.
public sealed interface Step {
    record Found(Event event) implements Step {}

    /// Nothing happened for as long as the reader waits.
    record Nothing() implements Step {}

    /// The next event is not known any more: the reader was too slow.
    record Behind() implements Step {}
}
