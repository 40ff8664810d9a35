package dev.shed.gateway.container;

/// The containers of a gateway: the engine that makes them, and the runtime that works in them, made for each other.
public record ContainerAccess(ContainerEngine engine, ContainerRuntime runtime) implements AutoCloseable {
    /// Ends what runs before the engine that it may need for that.
    @Override
    public void close() {
        try (engine) {
            runtime.close();
        }
    }
}
