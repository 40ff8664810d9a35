package dev.shed.gateway.stream;

import java.io.IOException;
import java.io.OutputStream;

/// An output that is written in blocks. A single byte is a block of one.
public abstract class BlockOutput extends OutputStream {
    @Override
    public final void write(int single) throws IOException {
        write(new byte[] {(byte) single}, 0, 1);
    }

    @Override
    public abstract void write(byte[] source, int offset, int length) throws IOException;
}
