package dev.shed.gateway.container.porter.carry;

import dev.shed.gateway.container.ContainerProcess;
import dev.shed.gateway.stream.BlockOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Carries all connections of one porter as channels over one stream: the stdin and stdout of
/// `porter --carry`, however an engine connects them. The porter opens the channels. Two threads
/// do the work, one for each direction; they end with the stream.
///
/// Nothing that the porter sends makes the reading thread wait: what a channel may hold is
/// bounded by its window. The writing thread is the only one that waits for the stream, so
/// nobody's interrupt breaks it.
public final class Carrier implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Carrier.class);

    /// How long the gateway is silent on a stream; whatever lies in between may cut one that is idle for longer.
    private static final Duration KEEPALIVE = Duration.ofSeconds(15);

    private final ContainerProcess stream;
    private final String name;
    private final Duration keepalive;
    private final Consumer<CarriedLink> opened;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by the lock.
    private final Map<Long, CarriedLink> channels = new HashMap<>();

    /// Those that have something to send. Each sends one frame of data in its turn.
    private final Set<CarriedLink> ready = new LinkedHashSet<>();

    private long last;
    private boolean ended;

    /// @param stream a process that runs `porter --carry`
    /// @param name the prefix of the threads' names
    /// @param opened receives each channel that the porter opens, on a thread of its own
    public Carrier(ContainerProcess stream, String name, Consumer<CarriedLink> opened) {
        this(stream, name, KEEPALIVE, opened);
    }

    /// @param keepalive how long the gateway is silent
    Carrier(ContainerProcess stream, String name, Duration keepalive, Consumer<CarriedLink> opened) {
        this.stream = stream;
        this.name = name;
        this.keepalive = keepalive;
        this.opened = opened;
    }

    /// Reads the stream until it ends. Then all channels have ended as well, and the stream is closed.
    ///
    /// @param words receives the porter's messages for people
    /// @throws ProtocolException if the porter breaks the protocol
    /// @throws IOException if the stream breaks, or this side has closed it
    public void run(OutputStream words) throws IOException {
        Thread.ofVirtual().name(name + "/carrier-out").start(this::sendAll);
        var decoder = new CarryDecoder(new Frames());
        try {
            stream.copyOutput(
                    new BlockOutput() {
                        @Override
                        public void write(byte[] source, int offset, int length) throws IOException {
                            decoder.accept(source, offset, length);
                        }
                    },
                    words);
        } finally {
            close();
        }
    }

    /// Ends the stream, and all channels with it. The porter hangs up its tasks.
    @Override
    public void close() {
        lock.lock();
        try {
            if (!ended) {
                ended = true;
                channels.values().forEach(CarriedLink::vanish);
                channels.clear();
                ready.clear();
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
        stream.close();
    }

    /// Ends the stream once nobody uses a channel any more. The porter then has `limit` to end by itself.
    public void closeWhenUnused(Duration limit) {
        Thread.ofVirtual().name(name + "/carrier-end").start(() -> {
            try {
                awaitUnused();
                awaitEnd(limit);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            } finally {
                close();
            }
        });
    }

    private void awaitUnused() throws InterruptedException {
        lock.lock();
        try {
            while (!ended && channels.values().stream().anyMatch(CarriedLink::isUsed)) {
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    private void awaitEnd(Duration limit) throws InterruptedException {
        long left = limit.toNanos();
        lock.lock();
        try {
            while (!ended && left > 0) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Something of this link has changed. Called with the lock held.
    void ready(CarriedLink link) {
        if (!ended && link.hasFrames() && ready.add(link)) {
            changed.signalAll();
        }
    }

    private void sendAll() {
        try {
            var stdin = stream.stdin();
            for (var frames = next(); frames != null; frames = next()) {
                stdin.write(frames);
                stdin.flush();
            }
        } catch (IOException e) {
            LOG.atDebug().addKeyValue("carrier", name).setCause(e).log("nothing can be sent any more");
        } finally {
            close();
        }
    }

    /// The frames of the channel whose turn it is, or a `KEEPALIVE`. Null when the stream has ended.
    private byte @Nullable [] next() {
        long left = keepalive.toNanos();
        lock.lock();
        try {
            while (ready.isEmpty() && !ended && left > 0) {
                left = changed.awaitNanos(left);
            }
            if (ended) {
                return null;
            }
            return ready.isEmpty() ? keepalive() : framesOf(ready.iterator().next());
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts this thread", e);
        } finally {
            lock.unlock();
        }
    }

    private static byte[] keepalive() {
        var frame = ByteBuffer.allocate(CarryFrames.HEADER);
        CarryFrames.header(frame, CarryFrames.KEEPALIVE, 0, 0);
        return frame.array();
    }

    private byte[] framesOf(CarriedLink link) {
        ready.remove(link);
        var frames = link.frames();
        forget(link);
        return frames;
    }

    private void forget(CarriedLink link) {
        if (link.isOver()) {
            channels.remove(link.number());
            ready.remove(link);
            changed.signalAll();
        }
    }

    private CarriedLink channel(long number) throws ProtocolException {
        var link = channels.get(number);
        if (link == null) {
            throw new ProtocolException("a frame of channel " + number + ", which is not open");
        }
        return link;
    }

    /// What the porter sends. On the reading thread.
    private final class Frames implements CarryDecoder.Receiver {
        @Override
        public void expect(long channel, int length) throws ProtocolException {
            lock.lock();
            try {
                if (!ended) {
                    channel(channel).expect(length);
                }
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void data(long channel, byte[] source, int offset, int length) {
            lock.lock();
            try {
                var link = channels.get(channel);
                if (link != null) {
                    link.append(source, offset, length);
                }
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void frame(int type, long channel, long adjust) throws ProtocolException {
            lock.lock();
            try {
                if (ended) {
                    return;
                }
                switch (type) {
                    case CarryFrames.OPEN -> open(channel);
                    case CarryFrames.WINDOW_ADJUST -> channel(channel).adjust(adjust);
                    case CarryFrames.EOF -> channel(channel).endReceived();
                    case CarryFrames.CLOSE -> closed(channel(channel));
                    default -> {} // KEEPALIVE: the answer to ours
                }
            } finally {
                lock.unlock();
            }
        }

        private void open(long channel) throws ProtocolException {
            if (channel != last + 1 || channels.size() >= CarryFrames.MAX_CHANNELS) {
                throw new ProtocolException(
                        "channel " + channel + " after " + last + ", " + channels.size() + " are open");
            }
            last = channel;
            var link = new CarriedLink(Carrier.this, channel, lock);
            channels.put(channel, link);
            Thread.ofVirtual().name(name + "/connection").start(() -> opened.accept(link));
        }

        private void closed(CarriedLink link) throws ProtocolException {
            link.closeReceived();
            forget(link);
            ready(link);
        }
    }
}
