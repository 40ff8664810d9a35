package dev.shed.gateway.container.porter.frame;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Builds one frame.
public final class FrameWriter {
    private final int type;
    private final ByteArrayOutputStream payload = new ByteArrayOutputStream();

    public FrameWriter(int type) {
        this.type = type;
    }

    public FrameWriter u8(int value) {
        payload.write(value);
        return this;
    }

    public FrameWriter u32(long value) {
        payload.writeBytes(
                ByteBuffer.allocate(Integer.BYTES).putInt((int) value).array());
        return this;
    }

    public FrameWriter string(byte[] bytes) {
        u32(bytes.length);
        payload.writeBytes(bytes);
        return this;
    }

    public FrameWriter string(String text) {
        return string(text.getBytes(StandardCharsets.UTF_8));
    }

    public FrameWriter strings(List<byte[]> all) {
        u32(all.size());
        all.forEach(this::string);
        return this;
    }

    public int length() {
        return payload.size();
    }

    public byte[] frame() {
        return header(type, payload.size()).put(payload.toByteArray()).array();
    }

    /// A frame's header, with room for `length` bytes of payload.
    private static ByteBuffer header(int type, int length) {
        return ByteBuffer.allocate(Frames.HEADER + length).put((byte) type).putInt(length);
    }

    /// The header of a frame whose payload is sent separately.
    public static ByteBuffer headerOnly(int type, int length) {
        return ByteBuffer.allocate(Frames.HEADER)
                .put((byte) type)
                .putInt(length)
                .flip();
    }
}
