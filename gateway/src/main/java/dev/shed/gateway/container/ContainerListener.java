package dev.shed.gateway.container;

import java.time.Duration;

/// A listening socket in a container.
public interface ContainerListener extends AutoCloseable {
    /// What to do if a file already exists at the socket's path.
    enum Mode {
        /// It stays, and nobody can listen there.
        KEEP,
        /// A socket is replaced.
        REPLACE,
        /// A socket is replaced: its path is the gateway's own, whose directory is made, and closed to others.
        OURS
    }

    /// Takes the connections that others make to it.
    @FunctionalInterface
    interface Acceptor {
        /// Takes a connection, which is the callee's to close, and returns at once.
        ///
        /// @param address who connected; empty for a unix socket
        /// @param port 0 for a unix socket
        void accept(ContainerSocket socket, String address, int port);
    }

    /// Where it listens; 0 for a unix socket.
    int port();

    /// Whether it listens still: it ends with its container.
    boolean isOpen();

    /// Stops listening and takes a unix socket's file away, if not at once then soon. Connections that were accepted go
    /// on.
    @Override
    void close();

    /// The same, and waits until others can listen there; gives up waiting after `limit`.
    void close(Duration limit) throws InterruptedException;
}
