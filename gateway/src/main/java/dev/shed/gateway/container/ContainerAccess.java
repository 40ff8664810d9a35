package dev.shed.gateway.container;

/// The containers of a gateway: an engine, and the runtime that starts processes in its containers.
public record ContainerAccess(ContainerEngine engine, ContainerRuntime runtime) implements AutoCloseable {
    /// Closes the runtime before the engine, because the runtime may need the engine to end its processes.
    @Override
    public void close() {
        try (engine) {
            runtime.close();
        }
    }
}
