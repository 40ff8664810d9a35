package dev.shed.gateway.ssh.session;

import dev.shed.gateway.ssh.connection.ReceiveBuffer;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.apache.sshd.server.channel.ChannelDataReceiver;
import org.apache.sshd.server.channel.ChannelSession;
import org.jspecify.annotations.Nullable;

/// The input of a session channel, read by a process or, as a stream, by a verb.
public final class InputQueue implements ChannelDataReceiver {
    private final ReceiveBuffer receiveBuffer;
    private volatile boolean complete;

    InputQueue(ChannelSession channel) {
        this.receiveBuffer = new ReceiveBuffer(channel);
    }

    /// Returns the number of bytes by which MINA enlarges the client's window at once.
    @Override
    public int data(ChannelSession from, byte[] buffer, int start, int length) {
        return receiveBuffer.add(buffer, start, length) ? 0 : length;
    }

    /// Records that the client has sent end-of-file.
    void complete() {
        complete = true;
        receiveBuffer.end();
    }

    /// Ends the input, after the client's end-of-file or disconnect. Input that was received before stays
    /// readable.
    @Override
    public void close() {
        receiveBuffer.end();
    }

    /// Waits for the next chunk; null at end-of-file. The caller calls [#passedOn] when it has processed the
    /// chunk.
    byte @Nullable [] take() throws InterruptedException {
        return receiveBuffer.take();
    }

    /// The same, but what comes meanwhile is first offered to `shortcut`, which also passes it on.
    byte @Nullable [] take(ReceiveBuffer.Shortcut shortcut) throws InterruptedException {
        return receiveBuffer.take(shortcut);
    }

    /// Enlarges the client's window by `bytes`.
    void passedOn(int bytes) {
        receiveBuffer.passedOn(bytes);
    }

    long received() {
        return receiveBuffer.received();
    }

    /// The queue as a stream, for verbs that read from the client. All these streams read from the same
    /// queue. Reading fails if the client disconnected before it sent end-of-file, because a truncated text
    /// must not be used.
    public InputStream asStream() {
        return new Stream();
    }

    /// Waits until a read would not block; returns false on timeout.
    public boolean awaitInput(Duration limit) throws InterruptedException {
        return receiveBuffer.await(limit);
    }

    /// Has no buffer of its own, so the next reader gets all bytes that it has not read.
    private final class Stream extends InputStream {
        @Override
        public int read() throws IOException {
            var single = new byte[1];
            return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            var chunk = next();
            if (chunk == null && !complete) {
                throw new PeerGoneException();
            }
            if (chunk == null) {
                return -1;
            }
            int count = Math.min(length, chunk.length);
            System.arraycopy(chunk, 0, target, offset, count);
            if (count < chunk.length) {
                receiveBuffer.putBack(chunk, count);
            }
            passedOn(count);
            return count;
        }

        private byte @Nullable [] next() throws IOException {
            try {
                return take();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while reading from the client", e);
            }
        }
    }
}
