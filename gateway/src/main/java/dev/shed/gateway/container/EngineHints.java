package dev.shed.gateway.container;

/// Commands of the engine's own client, for the hints of failures.
public interface EngineHints {
    /// Wakes a paused container.
    String paused(Container container);

    /// Shows why the main program of a container ended.
    String ended(Container container);

    /// Shows why a container of this image does not stay up, when it is gone.
    String endsAtOnce(String image);
}
