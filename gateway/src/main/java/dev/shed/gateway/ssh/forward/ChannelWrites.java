package dev.shed.gateway.ssh.forward;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.sshd.common.future.CloseFuture;
import org.apache.sshd.common.io.IoWriteFuture;
import org.apache.sshd.common.util.closeable.SimpleCloseable;

/// The writes in progress on a channel. Closing the channel waits for them, so that CHANNEL_CLOSE is the last
/// message (RFC 4254, section 5.3): OpenSSH's client closes the whole connection if it receives data for an
/// unknown channel. MINA checks whether a channel is closing, and then writes; the close may come between the
/// two, or overtake data that a key exchange delays.
public final class ChannelWrites extends SimpleCloseable {
    private final AtomicInteger running = new AtomicInteger();
    private volatile boolean ending;

    /// @param channel for MINA's log
    public ChannelWrites(Object channel) {
        super(channel, null);
    }

    /// A write that does nothing if the channel is closing.
    @FunctionalInterface
    public interface Write {
        IoWriteFuture run() throws IOException;
    }

    /// Runs a write, which must check itself whether the channel is closing.
    public IoWriteFuture run(Write write) throws IOException {
        running.incrementAndGet();
        try {
            return write.run();
        } finally {
            if (running.decrementAndGet() == 0 && ending) {
                future.setClosed();
            }
        }
    }

    /// Called when the channel is closing. No write begins after this.
    @Override
    public CloseFuture close(boolean immediately) {
        ending = true;
        if (immediately || running.get() == 0) {
            future.setClosed();
        }
        return future;
    }
}
