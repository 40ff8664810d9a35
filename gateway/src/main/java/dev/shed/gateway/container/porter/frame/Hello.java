package dev.shed.gateway.container.porter.frame;

import dev.shed.gateway.posix.ChannelDescriptors;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/// The greeting at the beginning of every connection of a porter.
///
/// @param protocol the newest version that the porter supports
/// @param kind control, data, or a connection that a listener accepted
/// @param token proves that the peer is the porter that this gateway started
/// @param listener for an accepted connection the listener's name; otherwise empty
/// @param peer for an accepted TCP connection the peer's address, with port `peerPort`; otherwise empty
@SuppressWarnings("ArrayRecordComponent") // never compared as a whole, and never kept
public record Hello(
        int protocol, int kind, byte[] token, String version, long pid, String listener, String peer, long peerPort) {
    public static final int CONTROL = 1;
    public static final int DATA = 2;
    public static final int ACCEPTED = 3;

    /// Bytes. Enough for every field; the sender is not authenticated yet.
    private static final int MAX = 1024;

    /// Reads exactly the greeting and no bytes after it.
    ///
    /// @throws ProtocolException if the bytes are no greeting
    public static Hello read(ReadableByteChannel channel) throws IOException {
        var head = fill(channel, 1 + Frames.HEADER);
        int protocol = head.get();
        if (protocol < Frames.VERSION || protocol > Frames.NEWEST) {
            throw new ProtocolException("another version of the protocol");
        }
        int type = head.get() & 0xff;
        int length = head.getInt();
        if (type != Frames.HELLO || length < 0 || length > MAX) {
            throw new ProtocolException("no greeting");
        }
        return of(protocol, new FrameReader(fill(channel, length).array()));
    }

    static Hello of(int protocol, FrameReader in) throws ProtocolException {
        var hello = new Hello(protocol, in.u8(), in.string(), in.text(), in.u32(), in.text(), in.text(), in.u32());
        in.end();
        return hello;
    }

    /// The version in which it is answered.
    public byte spoken() {
        return ChannelDescriptors.available() ? (byte) Math.min(protocol, Frames.NEWEST) : Frames.VERSION;
    }

    private static ByteBuffer fill(ReadableByteChannel channel, int length) throws IOException {
        var buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new EOFException("it ended before its greeting did");
            }
        }
        return buffer.flip();
    }
}
