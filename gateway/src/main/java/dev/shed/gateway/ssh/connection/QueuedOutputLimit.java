package dev.shed.gateway.ssh.connection;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.channel.exception.SshChannelClosedException;

/// Limits the queued output of a connection. MINA queues every packet that the client's window allows, and a client may
/// announce a window of gigabytes and then stop reading. Without a limit one login could use up the gateway's heap.
public final class QueuedOutputLimit {
    /// How often a blocked writer checks whether its channel was closed.
    private static final Duration LOOK = Duration.ofMillis(500);

    private final Semaphore budget;
    private final int capacity;

    /// @param capacity bytes
    /// @param fair whether channels that wait take turns
    QueuedOutputLimit(int capacity, boolean fair) {
        this.budget = new Semaphore(capacity, fair);
        this.capacity = capacity;
    }

    /// The most bytes that can be queued.
    int capacity() {
        return capacity;
    }

    /// Waits until so many more bytes may be queued, which [#release] says later. The open state is polled, because
    /// nothing wakes the writer if its channel is closed while another channel fills the queue.
    ///
    /// @param bytes at most the capacity
    /// @throws IOException if the channel was closed meanwhile, or the thread interrupted
    void acquire(Channel channel, int bytes) throws IOException {
        try {
            while (!budget.tryAcquire(bytes, LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
                if (channel.isClosing()) {
                    throw new SshChannelClosedException(channel.getChannelId(), "closed while the peer does not read");
                }
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    static IOException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        var interrupted = new InterruptedIOException("interrupted while the peer does not read");
        interrupted.initCause(cause);
        return interrupted;
    }

    void release(int bytes) {
        budget.release(bytes);
    }
}
