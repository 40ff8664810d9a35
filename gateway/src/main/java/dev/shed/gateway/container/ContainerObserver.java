package dev.shed.gateway.container;

/// Receives events of containers. Called by one thread at a time, which may be blocked.
public interface ContainerObserver {
    void happened(ContainerEvent event);

    /// The watch has ended, because the connection to the engine was lost or the watch was closed. May be
    /// called more than once.
    void over();
}
