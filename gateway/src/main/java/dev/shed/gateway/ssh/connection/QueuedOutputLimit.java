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
    /// How often a blocked writer checks whether its channel was closed. It loses its turn then, so a link that carries
    /// less
    /// than the largest piece in this time favours small ones.
    private static final Duration LOOK = Duration.ofSeconds(2);

    /// What a packet costs besides its data: a client that wants packets of one byte fills the queue with objects.
    private static final int PACKET = 512;

    /// A writer waits for no more than this part of the whole at a time.
    private static final int PART = 4;

    private final Semaphore budget;
    private final int capacity;

    /// @param capacity bytes
    /// @param fair whether channels that wait take turns
    QueuedOutputLimit(int capacity, boolean fair) {
        this.budget = new Semaphore(capacity, fair);
        this.capacity = capacity;
    }

    /// The most bytes that can be asked for at a time, in up to four packets.
    int largest() {
        return capacity / PART;
    }

    /// Waits until so many more bytes may be queued, which [#release] says later. The open state is polled, because
    /// nothing wakes the writer if its channel is closed while another channel fills the queue.
    ///
    /// @param bytes of data, at most [#largest]
    /// @param packets how many have these
    /// @throws IOException if the channel was closed meanwhile, or the thread interrupted
    void acquire(Channel channel, int bytes, int packets) throws IOException {
        try {
            while (!budget.tryAcquire(cost(bytes, packets), LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
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

    void release(int bytes, int packets) {
        budget.release(cost(bytes, packets));
    }

    private static int cost(int bytes, int packets) {
        return bytes + packets * PACKET;
    }
}
