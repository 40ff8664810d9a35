package dev.shed.gateway.container;

import java.io.IOException;

/// A stream socket in a container. One thread receives, one sends, and any thread closes it. Each direction can be
/// closed separately (half-close).
public interface ContainerSocket extends AutoCloseable {
    /// Receives the data of a socket.
    interface Receiver {
        /// The socket is connected. Called once, before any data; nothing may be sent before.
        void connected() throws IOException;

        /// Receives some bytes, which are valid only until this method returns. It may keep some of them until the next
        /// pause.
        void data(byte[] source, int offset, int length) throws IOException;

        /// There is nothing more at the moment, or at all.
        void pause() throws IOException;
    }

    /// Waits for the connection, passes on the data received, and returns at the peer's end-of-file. Blocks
    /// while `receiver` does.
    ///
    /// @throws SocketRefusedException if the connection cannot be established
    /// @throws IOException if this socket was closed, or as thrown by `receiver`
    void receive(Receiver receiver) throws IOException;

    /// Sends bytes; blocks while the peer does not read.
    ///
    /// @throws IOException if the peer no longer reads
    void send(byte[] source, int offset, int length) throws IOException;

    /// Sends as many bytes as is possible without waiting. Nobody may be sending meanwhile.
    ///
    /// @return how many, from the first; also 0 if sending would fail
    default int sendNow(byte[] source, int offset, int length) {
        return 0;
    }

    /// Sends end-of-file. The other direction stays open.
    void endOutput() throws IOException;

    /// Closes both directions and wakes the threads that are blocked above. Data that was sent is still
    /// delivered.
    @Override
    void close();
}
