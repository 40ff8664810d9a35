package dev.shed.gateway.container.porter.frame;

import dev.shed.gateway.container.ContainerProcess;
import dev.shed.gateway.stream.BlockOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;

/// A connection over stdin and stdout of a porter that was started for one task.
public final class ExecLink implements Link {
    private final ContainerProcess porter;
    private final OutputStream stdin;
    private final ReentrantLock sending = new ReentrantLock();

    public ExecLink(ContainerProcess porter) {
        this.porter = porter;
        this.stdin = porter.stdin();
    }

    @Override
    public boolean greeted() {
        return false;
    }

    @Override
    public void send(ByteBuffer... parts) throws IOException {
        sending.lock();
        try {
            for (var part : parts) {
                stdin.write(part.array(), part.arrayOffset() + part.position(), part.remaining());
            }
        } finally {
            sending.unlock();
        }
    }

    @Override
    public void endOutput() throws IOException {
        stdin.close();
    }

    @Override
    public void receive(Taker taker) throws IOException {
        porter.copyOutput(new Output(taker), OutputStream.nullOutputStream());
    }

    @Override
    public void close() {
        porter.close();
    }

    /// The porter's stdout. Its first byte is the protocol version. It ends after the task.
    private static final class Output extends BlockOutput {
        private final Taker taker;
        private boolean begun;

        Output(Taker taker) {
            this.taker = taker;
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            if (begun || length == 0) {
                taker.take(source, offset, length);
            } else if (source[offset] == Frames.VERSION) {
                begun = true;
                taker.take(source, offset + 1, length - 1);
            } else {
                throw new ProtocolException("another version of the protocol");
            }
        }
    }
}
