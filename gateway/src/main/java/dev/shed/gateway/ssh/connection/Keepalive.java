package dev.shed.gateway.ssh.connection;

import dev.shed.gateway.ssh.socket.ClientSocket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.session.Session;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Detects peers that have vanished. It sends a `keepalive@openssh.com` request at every interval, and closes
/// the connection after `count` intervals in a row without a sign of life. Any data from the peer is a sign
/// of life, not only the reply (as with sshd's ClientAliveInterval and ClientAliveCountMax). Acknowledged
/// output is one, too: on a slow link the request waits behind megabytes of output.
final class Keepalive {
    private static final Logger LOG = LoggerFactory.getLogger(Keepalive.class);

    /// The number of bytes that TCP must have acknowledged in an interval. It is larger than the keepalive
    /// requests, which the kernel of a stopped client acknowledges, too.
    private static final long TAKES = 1024;

    private final Session session;
    private final Duration interval;
    private final int count;
    private final TcpTable table = new TcpTable();
    private final AtomicInteger unanswered = new AtomicInteger();
    private final AtomicBoolean asking = new AtomicBoolean();
    private final CountDownLatch closed = new CountDownLatch(1);

    // Used by the keepalive's thread only.
    private long received;
    private OptionalLong taken = OptionalLong.empty();

    Keepalive(Session session, Duration interval, int count) {
        this.session = session;
        this.interval = interval;
        this.count = count;
    }

    void start(String connectionId) {
        session.addCloseFutureListener(_ -> closed.countDown());
        Thread.ofVirtual().name(connectionId + "/keepalive").start(this::run);
    }

    private void run() {
        try {
            int silent = 0;
            while (!closed.await(interval.toMillis(), TimeUnit.MILLISECONDS)) {
                silent = isAlive(ClientSocket.of(session)) ? 0 : silent;
                if (silent++ >= count) {
                    LOG.atDebug()
                            .addKeyValue("peer", session.getRemoteAddress())
                            .log("peer gives no sign of life");
                    session.close(true);
                    return;
                }
                ask();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Whether there was a sign of life since the last call. Acknowledgements are checked only if no data was
    /// received.
    private boolean isAlive(ClientSocket socket) {
        long before = received;
        received = socket.received();
        if (received > before) {
            taken = OptionalLong.empty();
            return true;
        }
        var takenBefore = taken;
        taken = taken(socket);
        return takenBefore.isPresent() && taken.isPresent() && taken.getAsLong() >= takenBefore.getAsLong() + TAKES;
    }

    /// `written` is read before the kernel's queue, so bytes that are written in between count as not
    /// acknowledged.
    private OptionalLong taken(ClientSocket socket) {
        long written = socket.written();
        var left = table.unacknowledged(
                (InetSocketAddress) socket.getLocalAddress(), (InetSocketAddress) socket.getRemoteAddress());
        return left.isPresent() ? OptionalLong.of(written - left.getAsLong()) : left;
    }

    /// Sends on a separate thread: sending blocks while a key exchange is stuck, and meanwhile the intervals
    /// must still be counted.
    private void ask() {
        // If the peer never replies, no more than `count` requests are sent.
        if (unanswered.get() < count && asking.compareAndSet(false, true)) {
            Thread.ofVirtual().name(Thread.currentThread().getName() + "/ask").start(this::send);
        }
    }

    private void send() {
        try {
            var request = session.createBuffer(SshConstants.SSH_MSG_GLOBAL_REQUEST, 64);
            request.putString("keepalive@openssh.com");
            request.putBoolean(true);
            unanswered.incrementAndGet();
            session.request(request, "keepalive@openssh.com", (_, _) -> unanswered.decrementAndGet());
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("keepalive not sent");
        } finally {
            asking.set(false);
        }
    }
}
