package dev.shed.gateway.ssh;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.session.Session;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds peers that have vanished without a word: asks `keepalive@openssh.com` at every interval, and
/// closes the connection when too many questions in a row stay unanswered (as sshd's ClientAliveInterval
/// and ClientAliveCountMax). Any answer will do, also the refusal that RFC 4254 section 4 prescribes for an
/// unknown request.
final class Keepalive {
    private static final Logger LOG = LoggerFactory.getLogger(Keepalive.class);

    private final Session session;
    private final Duration interval;
    private final int count;
    private final AtomicInteger unanswered = new AtomicInteger();
    private final AtomicBoolean asking = new AtomicBoolean();
    private final CountDownLatch closed = new CountDownLatch(1);

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
            while (!closed.await(interval.toMillis(), TimeUnit.MILLISECONDS)) {
                if (unanswered.getAndIncrement() >= count) {
                    LOG.atDebug()
                            .addKeyValue("peer", session.getRemoteAddress())
                            .log("peer does not answer");
                    session.close(true);
                    return;
                }
                ask();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// On a thread of its own: sending may block for as long as a key exchange is stuck, and that is just
    /// when the counting must go on.
    private void ask() {
        if (asking.compareAndSet(false, true)) {
            Thread.ofVirtual().name(Thread.currentThread().getName() + "/ask").start(this::send);
        }
    }

    private void send() {
        try {
            var request = session.createBuffer(SshConstants.SSH_MSG_GLOBAL_REQUEST, 64);
            request.putString("keepalive@openssh.com");
            request.putBoolean(true);
            session.request(request, "keepalive@openssh.com", (_, _) -> unanswered.set(0));
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("keepalive not sent");
        } finally {
            asking.set(false);
        }
    }
}
