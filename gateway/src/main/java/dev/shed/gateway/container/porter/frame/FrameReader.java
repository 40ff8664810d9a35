package dev.shed.gateway.container.porter.frame;

import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// Reads the payload of one frame. The payload is not trusted: root in the container may have replaced its
/// sender.
public final class FrameReader {
    private final ByteBuffer payload;

    FrameReader(byte[] payload) {
        this.payload = ByteBuffer.wrap(payload);
    }

    FrameReader skipByte() throws ProtocolException {
        u8();
        return this;
    }

    public int u8() throws ProtocolException {
        require(1);
        return payload.get() & 0xff;
    }

    public long u32() throws ProtocolException {
        require(Integer.BYTES);
        return payload.getInt() & 0xffff_ffffL;
    }

    public byte[] string() throws ProtocolException {
        long length = u32();
        require(length);
        var bytes = new byte[(int) length];
        payload.get(bytes);
        return bytes;
    }

    public String text() throws ProtocolException {
        return new String(string(), StandardCharsets.UTF_8);
    }

    /// Checks that the whole payload was read.
    ///
    /// @throws ProtocolException if not
    public void end() throws ProtocolException {
        if (payload.hasRemaining()) {
            throw new ProtocolException(payload.remaining() + " bytes too many in a frame");
        }
    }

    private void require(long bytes) throws ProtocolException {
        if (payload.remaining() < bytes) {
            throw new ProtocolException("a frame that is too short");
        }
    }
}
