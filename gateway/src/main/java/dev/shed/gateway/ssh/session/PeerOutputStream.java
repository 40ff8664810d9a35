package dev.shed.gateway.ssh.session;

import dev.shed.gateway.ssh.connection.ChannelOutput;
import dev.shed.gateway.stream.BlockOutput;
import java.io.IOException;
import java.io.OutputStream;

/// One of a channel's two outputs. Every write is sent at once, because a person may be watching. A write fails only if
/// the client has disconnected.
public final class PeerOutputStream extends BlockOutput {
    private final ChannelOutput channel;

    /// Written by the thread that copies output, and read by the thread that ends the channel afterwards.
    private volatile long written;

    PeerOutputStream(ChannelOutput channel) {
        this.channel = channel;
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        try {
            channel.write(source, offset, length);
            channel.flush();
            count(length);
        } catch (IOException e) {
            throw new PeerGoneException(e);
        }
    }

    /// Sends what [#buffered] holds.
    @Override
    public void flush() throws IOException {
        try {
            channel.flush();
        } catch (IOException e) {
            throw new PeerGoneException(e);
        }
    }

    /// The same stream, but it sends on flush or when a packet is full. For bulk output whose writer knows
    /// when to flush.
    OutputStream buffered() {
        return new Buffered();
    }

    private synchronized void count(int length) {
        written += length;
    }

    long written() {
        return written;
    }

    private final class Buffered extends BlockOutput {
        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            try {
                channel.write(source, offset, length);
                count(length);
            } catch (IOException e) {
                throw new PeerGoneException(e);
            }
        }

        @Override
        public void flush() throws IOException {
            PeerOutputStream.this.flush();
        }
    }
}
