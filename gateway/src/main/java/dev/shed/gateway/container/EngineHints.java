package dev.shed.gateway.container;

/// Commands of the engine's own client, for use in the hints of failures.
public interface EngineHints {
    /// Resumes a paused container.
    String paused(Container container);

    /// Shows why the main program of a container ended.
    String ended(Container container);

    /// Shows why containers of this image end at once. For a container that was removed.
    String endsAtOnce(String image);
}
