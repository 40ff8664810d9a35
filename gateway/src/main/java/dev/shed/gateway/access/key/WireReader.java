package dev.shed.gateway.access.key;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// Reads SSH's wire format (RFC 4251, section 5). The lengths in it are not trusted.
public final class WireReader {
    private final ByteBuffer bytes;

    public WireReader(byte[] bytes) {
        this.bytes = ByteBuffer.wrap(bytes);
    }

    public boolean hasMore() {
        return bytes.hasRemaining();
    }

    /// How many bytes have been read.
    int position() {
        return bytes.position();
    }

    int uint8() throws MalformedException {
        return Byte.toUnsignedInt(atLeast(Byte.BYTES).get());
    }

    int uint32() throws MalformedException {
        return atLeast(Integer.BYTES).getInt();
    }

    long uint64() throws MalformedException {
        return atLeast(Long.BYTES).getLong();
    }

    byte[] string() throws MalformedException {
        int length = uint32();
        if (length < 0 || length > bytes.remaining()) {
            throw cutOff();
        }
        byte[] string = new byte[length];
        bytes.get(string);
        return string;
    }

    /// A string that contains a sequence of values.
    public WireReader section() throws MalformedException {
        return new WireReader(string());
    }

    /// A string with text. As in OpenSSH, it ends at a NUL, after which no byte may follow.
    public String text() throws MalformedException {
        var text = new String(string(), StandardCharsets.UTF_8);
        int end = text.indexOf('\0');
        if (end >= 0 && end < text.length() - 1) {
            throw new MalformedException("there is a NUL in a text");
        }
        return end < 0 ? text : text.substring(0, end);
    }

    private ByteBuffer atLeast(int count) throws MalformedException {
        if (bytes.remaining() < count) {
            throw cutOff();
        }
        return bytes;
    }

    private static MalformedException cutOff() {
        return new MalformedException("it is cut off");
    }
}
