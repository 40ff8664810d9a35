package dev.shed.gateway.ssh.session;

import dev.shed.gateway.ssh.connection.ReceiveBuffer;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.apache.sshd.server.channel.ChannelDataReceiver;
import org.apache.sshd.server.channel.ChannelSession;
import org.jspecify.annotations.Nullable;

/// The input of a session channel, for a process or for a verb that reads it as a stream.
public final class InputQueue implements ChannelDataReceiver {
    private final ReceiveBuffer receiveBuffer;
    private volatile boolean complete;

    InputQueue(ChannelSession channel) {
        this.receiveBuffer = new ReceiveBuffer(channel);
    }

    /// MINA returns this many bytes of window to the client at once.
    @Override
    public int data(ChannelSession from, byte[] buffer, int start, int length) {
        return receiveBuffer.add(buffer, start, length) ? 0 : length;
    }

    /// The client has sent all that it wanted to send.
    void complete() {
        complete = true;
        receiveBuffer.end();
    }

    /// Nothing more will come: the client's end-of-file, or its end. What was received before stays readable.
    @Override
    public void close() {
        receiveBuffer.end();
    }

    /// The next chunk, waiting for one; null at end-of-file. The caller calls [#passedOn] once it is dealt
    /// with.
    byte @Nullable [] take() throws InterruptedException {
        return receiveBuffer.take();
    }

    /// Gives `bytes` of window back to the client.
    void passedOn(int bytes) {
        receiveBuffer.passedOn(bytes);
    }

    long received() {
        return receiveBuffer.received();
    }

    /// The queue as a stream, for the verbs that read from the client. All such streams are the same one. It fails
    /// where the client has gone before the end of what it wanted to send: half a text is no text.
    public InputStream asStream() {
        return new Stream();
    }

    /// Waits until a reader would not have to wait; false when that takes too long.
    public boolean awaitInput(Duration limit) throws InterruptedException {
        return receiveBuffer.await(limit);
    }

    /// Keeps nothing of its own, so what it has not read is there for whoever reads next.
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
