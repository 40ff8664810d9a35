package dev.shed.gateway.container;

/// What a person can do with the engine's own program where the gateway can do no more: lines for the hint of a
/// failure.
public interface EngineHints {
    /// Wakes a paused container.
    String paused(Container container);

    /// Shows why the main program of a container ended.
    String ended(Container container);

    /// Shows why a container of this image does not stay up, when it is gone.
    String endsAtOnce(String image);
}
