package dev.shed.gateway.ssh.connection;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.channel.exception.SshChannelClosedException;
import org.apache.sshd.common.channel.throttle.DefaultChannelStreamWriter;
import org.apache.sshd.common.io.IoWriteFuture;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.threads.ThreadUtils;

/// Limits the queued output of a connection. MINA queues every packet that the client's window allows, and a client may
/// announce a window of gigabytes and then stop reading. Without a limit one login could use up the gateway's heap.
public final class QueuedOutputLimit extends DefaultChannelStreamWriter {
    /// How often a blocked writer checks whether its channel was closed.
    private static final Duration LOOK = Duration.ofMillis(500);

    private final Semaphore budget;
    private final int capacity;

    public QueuedOutputLimit(Channel channel, Semaphore budget, int capacity) {
        super(channel);
        this.budget = budget;
        this.capacity = capacity;
    }

    @Override
    public IoWriteFuture writeData(Buffer packet) throws IOException {
        if (ThreadUtils.isInternalThread()) {
            return super.writeData(packet);
        }
        int bytes = Math.min(packet.available(), capacity);
        acquire(bytes);
        return write(packet, bytes);
    }

    /// Blocks while the channel is open and the queue is full. The open state is polled, because nothing
    /// wakes the writer if its channel is closed while another channel fills the queue.
    private void acquire(int bytes) throws IOException {
        try {
            while (!budget.tryAcquire(bytes, LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
                if (channel.isClosing()) {
                    throw new SshChannelClosedException(channel.getChannelId(), "closed while the peer does not read");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            var interrupted = new InterruptedIOException("interrupted while the peer does not read");
            interrupted.initCause(e);
            throw interrupted;
        }
    }

    private IoWriteFuture write(Buffer packet, int bytes) throws IOException {
        boolean queued = false;
        try {
            var written = super.writeData(packet);
            written.addListener(_ -> budget.release(bytes));
            queued = true;
            return written;
        } finally {
            if (!queued) {
                budget.release(bytes);
            }
        }
    }
}
