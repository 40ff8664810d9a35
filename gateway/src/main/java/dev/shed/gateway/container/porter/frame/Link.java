package dev.shed.gateway.container.porter.frame;

import java.io.IOException;
import java.nio.ByteBuffer;

/// A data connection with a porter over any transport. One thread receives, any thread sends or closes.
public interface Link extends AutoCloseable {
    /// Whether the porter's greeting has been read already.
    boolean greeted();

    /// Sends all parts, without bytes of other senders in between.
    void send(ByteBuffer... parts) throws IOException;

    /// Sends end-of-file.
    void endOutput() throws IOException;

    /// Passes received bytes to `taker` until the porter closes the connection or `taker` returns false. A
    /// broken connection counts as closed.
    ///
    /// @throws IOException if this side closed the connection, or as thrown by `taker`
    void receive(Taker taker) throws IOException;

    /// Closes the connection and wakes blocked threads. The porter hangs up its task.
    @Override
    void close();

    /// Takes received bytes.
    interface Taker {
        /// Receives some bytes.
        ///
        /// @return whether more bytes are wanted
        boolean take(byte[] source, int offset, int length) throws IOException;
    }
}
