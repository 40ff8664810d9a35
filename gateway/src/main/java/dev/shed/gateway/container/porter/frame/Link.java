package dev.shed.gateway.container.porter.frame;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/// A connection with a porter over any transport, after its greeting. One thread receives, any thread sends or closes.
public interface Link extends AutoCloseable {
    /// Sends all parts, without bytes of other senders in between.
    void send(ByteBuffer... parts) throws IOException;

    /// Sends a short frame if that is possible without waiting.
    ///
    /// @param frame at most 1 KiB
    /// @return whether it was sent; always false on connections that cannot tell
    default boolean sendNow(byte[] frame) throws IOException {
        return false;
    }

    /// Sends end-of-file.
    void endOutput() throws IOException;

    /// The version of the protocol on it.
    default byte version() {
        return Frames.VERSION;
    }

    /// This connection as one that carries descriptors; nothing may be done with this object then. Empty if the
    /// porter passes none.
    ///
    /// @param since the version of the protocol in which they are passed
    /// @param expected how many come with the answer
    /// @throws IOException if the gateway has too many open files
    default Optional<PassingLink> passing(byte since, int expected) throws IOException {
        return Optional.empty();
    }

    /// This connection for a process with a terminal; nothing may be done with this object then.
    ///
    /// @throws IOException if the gateway has too many open files
    default Link withTerminal() throws IOException {
        return this;
    }

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
