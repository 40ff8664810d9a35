package dev.shed.gateway.container.porter;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/// Keeps the last few hundred bytes of what a program says, which is why it ended.
final class LastWords extends OutputStream {
    private static final int MAX = 400;

    private byte[] kept = {};

    @Override
    public void write(int single) {
        write(new byte[] {(byte) single}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) {
        int fresh = Math.min(length, MAX);
        int old = Math.min(kept.length, MAX - fresh);
        var all = new byte[old + fresh];
        System.arraycopy(kept, kept.length - old, all, 0, old);
        System.arraycopy(source, offset + length - fresh, all, old, fresh);
        kept = all;
    }

    @Override
    public String toString() {
        return new String(kept, StandardCharsets.UTF_8).strip();
    }
}
