package dev.shed.gateway.ssh;

import dev.shed.gateway.ssh.connection.Connection;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.session.Session;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ends the connections of a gateway that stops: at once those without a request under way, and the others when their
/// requests have ended.
final class Drain {
    private static final Logger LOG = LoggerFactory.getLogger(Drain.class);

    /// The reason that clients are given.
    static final String GOODBYE = "the gateway is stopping; your sessions go on";

    private static final Duration PAUSE = Duration.ofMillis(50);

    /// The time that a client has to leave by itself after the end of its request. It would report a disconnect as
    /// a failure of the request.
    private static final Duration LEAVING = Duration.ofMillis(500);

    private final Supplier<? extends List<? extends Session>> open;
    private final CountDownLatch hurry;

    /// When the last request under way was seen, for connections that had one.
    private final Map<Session, Long> busy = new HashMap<>();

    private final Set<Session> told = new HashSet<>();

    /// @param open the connections that are open
    /// @param hurry ends the wait when it is counted down
    Drain(Supplier<? extends List<? extends Session>> open, CountDownLatch hurry) {
        this.open = open;
        this.hurry = hurry;
    }

    /// Waits until no connection has a request under way, for `limit` at most.
    void await(Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        int waiting = endOthers();
        if (waiting > 0) {
            LOG.atInfo().addKeyValue("connections", waiting).log("stopping when the requests under way have ended");
        }
        while (waiting > 0 && System.nanoTime() < end && !hurry.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
            waiting = endOthers();
        }
        if (waiting > 0) {
            LOG.atInfo().addKeyValue("connections", waiting).log("stopping without waiting any longer");
        }
    }

    /// Ends the connections for which nobody has to wait, and returns how many are left.
    private int endOthers() {
        long now = System.nanoTime();
        int left = 0;
        for (var session : open.get()) {
            var connection = Connection.find(session);
            if (connection != null) {
                connection.end();
                if (connection.isUnderWay()) {
                    busy.put(session, now);
                }
            }
            var last = busy.get(session);
            if (last != null && now - last < LEAVING.toNanos()) {
                left++;
            } else {
                disconnect(session);
            }
        }
        return left;
    }

    private void disconnect(Session session) {
        if (!told.add(session)) {
            return;
        }
        try {
            session.disconnect(SshConstants.SSH2_DISCONNECT_BY_APPLICATION, GOODBYE);
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("gone already");
        }
    }
}
