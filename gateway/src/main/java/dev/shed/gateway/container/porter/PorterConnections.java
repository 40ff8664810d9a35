package dev.shed.gateway.container.porter;

import dev.shed.gateway.container.ContainerListener;
import dev.shed.gateway.container.porter.frame.FrameDecoder;
import dev.shed.gateway.container.porter.frame.FrameReader;
import dev.shed.gateway.container.porter.frame.FrameWriter;
import dev.shed.gateway.container.porter.frame.Frames;
import dev.shed.gateway.container.porter.frame.Hello;
import dev.shed.gateway.container.porter.frame.SocketLink;
import dev.shed.gateway.stream.Pace;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The connections of one porter: its control connection, which tells whether it lives, and the idle ones
/// that it keeps open so that a process starts without a round trip.
final class PorterConnections implements PorterServer.ConnectionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(PorterConnections.class);

    /// Far more than a porter was asked for; what is above that it did not open for us.
    private static final int MAX_IDLE = 4 * Porter.IDLE;

    private static final int CONTROL_BUFFER = 4096;

    private static final int MAX_PORT = 0xffff;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Condition answer = lock.newCondition();
    private final Map<String, ContainerListener.Acceptor> acceptors = new ConcurrentHashMap<>();

    // Guarded by the lock.
    private final Deque<SocketChannel> idle = new ArrayDeque<>();
    private @Nullable SocketChannel control;
    private String peer = "";
    private @Nullable String trouble;
    private long asked;
    private long answered;
    private @Nullable String end;

    @Override
    public boolean admit(Hello hello, SocketChannel channel, String user) {
        return switch (hello.kind()) {
            case Hello.CONTROL -> takeControl(channel, user);
            case Hello.DATA -> takeIdle(channel, user);
            case Hello.ACCEPTED -> takePeer(hello, channel, user);
            default -> false;
        };
    }

    /// From now on peers of this listener are taken.
    void await(String listener, ContainerListener.Acceptor acceptor) {
        acceptors.put(listener, acceptor);
    }

    void forget(String listener) {
        acceptors.remove(listener);
    }

    /// Waits for the control connection.
    ///
    /// @throws IOException when there will be none
    SocketChannel awaitControl(Duration limit) throws IOException, InterruptedException {
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

    /// Reads the control connection to its end.
    ///
    /// @throws IOException when it broke, or was closed here
    void listen(SocketChannel channel) throws IOException {
        var decoder = new FrameDecoder(new ControlReceiver());
        var pace = new Pace();
        var buffer = ByteBuffer.allocate(CONTROL_BUFFER);
        while (channel.read(buffer.clear()) >= 0) {
            decoder.accept(buffer.array(), 0, buffer.position());
            pace.giveWay();
        }
    }

    /// Takes an idle connection, waiting for one; empty when that took too long.
    ///
    /// @throws IOException when there will be none
    Optional<SocketChannel> next(Duration limit) throws IOException, InterruptedException {
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

    /// Whether the porter answers a question in time. Many may ask at once; they share the answer.
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

    /// On a thread that nobody interrupts: that would close the connection, and so end the porter. One question at
    /// most is under way, so that sending it never waits.
    private void ask(SocketChannel channel) {
        asked++;
        Thread.ofVirtual().name("porter-stat").start(() -> {
            try {
                channel.write(FrameWriter.headerOnly(Frames.STAT, 0));
            } catch (IOException e) {
                LOG.atDebug().setCause(e).log("not asked");
            }
        });
    }

    /// What the porter said of why it cannot open another connection.
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

    /// Closes all but those that were taken, and wakes whoever waits.
    ///
    /// @return whether this was the first call
    boolean end(String why) {
        var channels = new ArrayList<SocketChannel>();
        lock.lock();
        try {
            if (end != null) {
                return false;
            }
            end = why;
            channels.addAll(idle);
            idle.clear();
            if (control != null) {
                channels.add(control);
            }
            changed.signalAll();
            answer.signalAll();
        } finally {
            lock.unlock();
        }
        List.copyOf(channels).forEach(channel -> new SocketLink(channel).close());
        return true;
    }

    private boolean takeControl(SocketChannel channel, String user) {
        lock.lock();
        try {
            if (control != null || end != null) {
                return false;
            }
            control = channel;
            peer = user;
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Only the user whose process has the control connection may open more: the token could leak to another.
    private boolean takeIdle(SocketChannel channel, String user) {
        lock.lock();
        try {
            boolean wanted = end == null && control != null && peer.equals(user) && idle.size() < MAX_IDLE;
            if (wanted) {
                idle.add(channel);
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

    private boolean takePeer(Hello hello, SocketChannel channel, String user) {
        var acceptor = acceptors.get(hello.listener());
        if (acceptor == null || hello.peerPort() > MAX_PORT || !controlledBy(user)) {
            return false;
        }
        acceptor.accept(PorterSocket.accepted(new SocketLink(channel)), hello.peer(), (int) hello.peerPort());
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
