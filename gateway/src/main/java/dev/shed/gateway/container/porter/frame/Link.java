package dev.shed.gateway.container.porter.frame;

import java.io.IOException;
import java.nio.ByteBuffer;

/// A data connection with a porter, whatever carries it. One thread receives, any thread sends or closes.
public interface Link extends AutoCloseable {
    /// Whether the greeting has been read from it already.
    boolean greeted();

    /// Sends all of it, in one piece as far as other senders are concerned.
    void send(ByteBuffer... parts) throws IOException;

    /// Says that nothing more will be sent.
    void endOutput() throws IOException;

    /// Hands on what comes, until the porter closes the connection or until `taker` wants no more. A
    /// connection that breaks ends like one that is closed.
    ///
    /// @throws IOException when this end was closed, or what `taker` throws
    void receive(Taker taker) throws IOException;

    /// Wakes whoever sends or receives. The porter hangs its task up.
    @Override
    void close();

    /// Takes received bytes.
    interface Taker {
        /// Takes some bytes.
        ///
        /// @return whether more is wanted
        boolean take(byte[] source, int offset, int length) throws IOException;
    }
}
