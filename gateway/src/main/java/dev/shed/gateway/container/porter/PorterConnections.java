package dev.shed.gateway.container.porter;

import dev.shed.gateway.container.ContainerListener;
import dev.shed.gateway.container.porter.frame.FrameDecoder;
import dev.shed.gateway.container.porter.frame.FrameReader;
import dev.shed.gateway.container.porter.frame.FrameWriter;
import dev.shed.gateway.container.porter.frame.Frames;
import dev.shed.gateway.container.porter.frame.Hello;
import dev.shed.gateway.container.porter.frame.Link;
import java.io.IOException;
import java.net.ProtocolException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The connections of one porter: its control connection, which shows whether it is alive, and the idle ones
/// that it keeps open so that a process starts without a round trip.
final class PorterConnections implements PorterServer.ConnectionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(PorterConnections.class);

    /// Well above the number that the porter is asked to open. Further connections were not opened on
    /// request.
    private static final int MAX_IDLE = 4 * Porter.IDLE;

    private static final int MAX_PORT = 0xffff;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Condition answer = lock.newCondition();
    private final Map<String, ContainerListener.Acceptor> acceptors = new ConcurrentHashMap<>();

    // Guarded by the lock.
    private final Deque<Link> idle = new ArrayDeque<>();
    private @Nullable Link control;
    private String peer = "";
    private @Nullable String trouble;
    private long asked;
    private long answered;
    private @Nullable String end;

    @Override
    public boolean admit(Hello hello, Link link, String user) {
        return switch (hello.kind()) {
            case Hello.CONTROL -> takeControl(link, user);
            case Hello.DATA -> takeIdle(link, user);
            case Hello.ACCEPTED -> takePeer(hello, link, user);
            default -> false;
        };
    }

    /// Accepts the connections of this listener from now on.
    void await(String listener, ContainerListener.Acceptor acceptor) {
        acceptors.put(listener, acceptor);
    }

    void forget(String listener) {
        acceptors.remove(listener);
    }

    /// Waits for the control connection.
    ///
    /// @throws IOException if it is not established in time
    Link awaitControl(Duration limit) throws IOException, InterruptedException {
        long left = limit.toNanos();
        lock.lock();
        try {
            while (control == null && end == null && left > 0) {
                left = changed.awaitNanos(left);
            }
            if (control == null || end != null) {
                throw new IOException(end == null ? "it does not dial" : end);
            }
            return control;
        } finally {
            lock.unlock();
        }
    }

    /// Reads the control connection until end-of-file.
    ///
    /// @throws IOException if the porter breaks the protocol, or this side closes the connection
    void listen(Link link) throws IOException {
        var decoder = new FrameDecoder(new ControlReceiver());
        link.receive((source, offset, length) -> {
            decoder.accept(source, offset, length);
            return true;
        });
    }

    /// Takes an idle connection, waiting for one if necessary; empty on timeout.
    ///
    /// @throws IOException if the porter has ended
    Optional<Link> next(Duration limit) throws IOException, InterruptedException {
        long left = limit.toNanos();
        lock.lock();
        try {
            while (idle.isEmpty() && end == null && left > 0) {
                left = changed.awaitNanos(left);
            }
            if (end != null) {
                throw new IOException(end);
            }
            return Optional.ofNullable(idle.poll());
        } finally {
            lock.unlock();
        }
    }

    /// The version of the protocol on the control connection.
    byte version() {
        lock.lock();
        try {
            return control == null ? Frames.VERSION : control.version();
        } finally {
            lock.unlock();
        }
    }

    /// Takes back a connection that takes another request. It is the next to be used: its process is warm.
    void giveBack(Link link) {
        boolean wanted;
        lock.lock();
        try {
            wanted = end == null && idle.size() < MAX_IDLE;
            if (wanted) {
                idle.addFirst(link);
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
        if (!wanted) {
            link.close();
        }
    }

    /// Whether the porter answers a question in time. Concurrent callers share one answer.
    boolean answers(Duration limit) throws InterruptedException {
        long left = limit.toNanos();
        lock.lock();
        try {
            if (control == null || end != null) {
                return false;
            }
            if (asked == answered) {
                ask(control);
            }
            long awaited = asked;
            while (answered < awaited && end == null && left > 0) {
                left = answer.awaitNanos(left);
            }
            return answered >= awaited && end == null;
        } finally {
            lock.unlock();
        }
    }

    /// Sends on a separate thread that is never interrupted: an interrupt would close the connection and
    /// thereby end the porter. There is at most one question at a time, so sending does not block.
    private void ask(Link link) {
        asked++;
        Thread.ofVirtual().name("porter-stat").start(() -> {
            try {
                link.send(FrameWriter.headerOnly(Frames.STAT, 0));
            } catch (IOException e) {
                LOG.atDebug().setCause(e).log("not asked");
            }
        });
    }

    /// The reason that the porter gave for not opening another connection.
    Optional<String> trouble() {
        lock.lock();
        try {
            return Optional.ofNullable(trouble);
        } finally {
            lock.unlock();
        }
    }

    boolean controlled() {
        lock.lock();
        try {
            return control != null && end == null;
        } finally {
            lock.unlock();
        }
    }

    boolean ended() {
        lock.lock();
        try {
            return end != null;
        } finally {
            lock.unlock();
        }
    }

    /// Closes all connections except those that were taken, and wakes waiting threads.
    ///
    /// @return whether this was the first call
    boolean end(String why) {
        var links = new ArrayList<Link>();
        lock.lock();
        try {
            if (end != null) {
                return false;
            }
            end = why;
            links.addAll(idle);
            idle.clear();
            if (control != null) {
                links.add(control);
            }
            changed.signalAll();
            answer.signalAll();
        } finally {
            lock.unlock();
        }
        links.forEach(Link::close);
        return true;
    }

    private boolean takeControl(Link link, String user) {
        lock.lock();
        try {
            if (control != null || end != null) {
                return false;
            }
            control = link;
            peer = user;
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Accepts idle connections only from the user who owns the control connection, because another user
    /// might have obtained the token.
    private boolean takeIdle(Link link, String user) {
        lock.lock();
        try {
            boolean wanted = end == null && control != null && peer.equals(user) && idle.size() < MAX_IDLE;
            if (wanted) {
                idle.add(link);
                trouble = null;
                changed.signal();
            }
            return wanted;
        } finally {
            lock.unlock();
        }
    }

    private void answered() throws ProtocolException {
        lock.lock();
        try {
            if (answered == asked) {
                throw new ProtocolException("an answer that nobody asked for");
            }
            answered = asked;
            answer.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private boolean takePeer(Hello hello, Link link, String user) {
        var acceptor = acceptors.get(hello.listener());
        if (acceptor == null || hello.peerPort() > MAX_PORT || !controlledBy(user)) {
            return false;
        }
        acceptor.accept(PorterSocket.accepted(link), hello.peer(), (int) hello.peerPort());
        return true;
    }

    private boolean controlledBy(String user) {
        lock.lock();
        try {
            return end == null && control != null && peer.equals(user);
        } finally {
            lock.unlock();
        }
    }

    private void note(String failure) {
        lock.lock();
        try {
            trouble = failure;
        } finally {
            lock.unlock();
        }
    }

    private final class ControlReceiver implements FrameDecoder.Receiver {
        @Override
        public void output(int type, byte[] source, int offset, int length) throws IOException {
            throw new ProtocolException("output on a control connection");
        }

        @Override
        public void frame(int type, FrameReader payload) throws IOException {
            switch (type) {
                case Frames.FAILED -> {
                    payload.u32();
                    payload.u8();
                    note(payload.text());
                }
                case Frames.STATUS -> answered();
                default -> throw new ProtocolException("a frame of the type " + type + " on a control connection");
            }
        }
    }
}
