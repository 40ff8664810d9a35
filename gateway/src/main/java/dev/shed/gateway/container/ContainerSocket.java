package dev.shed.gateway.container;

import java.io.IOException;

/// A stream socket in a container. One thread receives, one sends, and any thread closes it. Each direction can be
/// closed separately (half-close).
public interface ContainerSocket extends AutoCloseable {
    /// Takes what a socket has to say.
    interface Receiver {
        /// It is connected. Called once, before any data; nothing may be sent before that.
        void connected() throws IOException;

        /// Some bytes; only valid until this returns.
        void data(byte[] source, int offset, int length) throws IOException;
    }

    /// Waits for the connection, hands on what comes, and returns at the other side's end-of-file. Blocks while
    /// `receiver` does.
    ///
    /// @throws SocketRefusedException when there will be no connection
    /// @throws IOException when this was closed, or what `receiver` throws
    void receive(Receiver receiver) throws IOException;

    /// Sends bytes; blocks while the other side takes none.
    ///
    /// @throws IOException when the other side takes no more
    void send(byte[] source, int offset, int length) throws IOException;

    /// Says that nothing more will be sent. The other direction goes on.
    void endOutput() throws IOException;

    /// Wakes whoever is blocked above. What was sent is still delivered.
    @Override
    void close();
}
