package dev.shed.gateway.stream;

import java.nio.charset.StandardCharsets;

/// Keeps the end of a program's output, which usually says why the program ended.
public final class Tail extends BlockOutput {
    private final int most;
    private byte[] kept = {};

    /// @param most how many bytes are kept
    public Tail(int most) {
        this.most = most;
    }

    @Override
    public void write(byte[] source, int offset, int length) {
        int fresh = Math.min(length, most);
        int old = Math.min(kept.length, most - fresh);
        var all = new byte[old + fresh];
        System.arraycopy(kept, kept.length - old, all, 0, old);
        System.arraycopy(source, offset + length - fresh, all, old, fresh);
        kept = all;
    }

    @Override
    public String toString() {
        return new String(kept, StandardCharsets.UTF_8);
    }
}
