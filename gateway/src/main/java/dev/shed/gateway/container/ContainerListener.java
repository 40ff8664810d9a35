package dev.shed.gateway.container;

import java.time.Duration;

/// A listening socket in a container.
public interface ContainerListener extends AutoCloseable {
    /// What to do if a file already exists at the socket's path.
    enum Mode {
        /// The file stays, and listening fails.
        KEEP,
        /// A socket is replaced.
        REPLACE,
        /// A socket is replaced. The path is the gateway's own: its directory is created, with no access for
        /// other users.
        OURS
    }

    /// Receives the connections that the listener accepts.
    @FunctionalInterface
    interface Acceptor {
        /// Takes over a connection, which it must close. Returns at once.
        ///
        /// @param address the address of the peer; empty for a unix socket
        /// @param port the port of the peer; 0 for a unix socket
        void accept(ContainerSocket socket, String address, int port);
    }

    /// The port that it listens on; 0 for a unix socket.
    int port();

    /// Whether it still listens. It ends when its container stops.
    boolean isOpen();

    /// Stops listening and removes the file of a unix socket, possibly after this call returns. Accepted
    /// connections stay open.
    @Override
    void close();

    /// The same, and waits up to `limit` until the address is free again.
    void close(Duration limit) throws InterruptedException;
}
