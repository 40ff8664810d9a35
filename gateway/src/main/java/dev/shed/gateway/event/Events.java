package dev.shed.gateway.event;

import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerEngine;
import dev.shed.gateway.container.ContainerRuntime;
import dev.shed.gateway.name.ShedName;
import dev.shed.gateway.shed.create.CreationListener;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The events of all sheds. A shed is watched while somebody follows its events, and for a minute longer,
/// so that a client which reconnects has missed nothing. Without followers nothing runs.
public final class Events implements AutoCloseable, CreationListener {
    private static final Logger LOG = LoggerFactory.getLogger(Events.class);

    /// How long a shed is watched after its last follower has gone. A client whose link broke reconnects
    /// within this.
    private static final Duration LINGER = Duration.ofMinutes(1);

    /// How long the beginning of a stream waits for a shed that does not answer.
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /// A hundred times what the removal of the hooks takes.
    private static final Duration REMOVAL = Duration.ofSeconds(10);

    private final ContainerEngine engine;
    private final SessionWatch.Dependencies dependencies;
    private final EventLog log;
    private final Duration linger;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition watching = lock.newCondition();

    // All guarded by `lock`.
    private final Map<ShedName, SessionWatch> watches = new HashMap<>();
    private final Map<ShedName, Container> running = new HashMap<>();
    private final Set<Stream> streams = new HashSet<>();
    private final CreationEvents creationEvents = new CreationEvents();
    private @Nullable ShedWatch shedWatch;
    private boolean closed;

    /// @param gatewayId distinguishes this gateway from others that watch the same sheds
    public Events(ContainerEngine engine, ContainerRuntime runtime, Clock clock, String gatewayId) {
        this(engine, runtime, clock, gatewayId, LINGER, REMOVAL);
    }

    Events(
            ContainerEngine engine,
            ContainerRuntime runtime,
            Clock clock,
            String gatewayId,
            Duration linger,
            Duration removal) {
        this.engine = engine;
        var token = Integer.toHexString(gatewayId.hashCode());
        this.dependencies = new SessionWatch.Dependencies(runtime, clock, token, removal);
        this.log = new EventLog(clock);
        this.linger = linger;
    }

    /// Follows the events of some sheds, from now on or after an earlier one. Returns when all events from
    /// now on will be reported, or after some seconds if the engine or a shed does not answer.
    ///
    /// @param since the number of the last event that the caller knows
    public Stream open(Predicate<ShedName> sheds, OptionalLong since) throws InterruptedException {
        return open(sheds, () -> log.reader(since, sheds));
    }

    /// Follows the events of some sheds as [#open] does, and also those of `SESSION_ASKED`.
    public Stream openWithAsked(Predicate<ShedName> sheds, OptionalLong since) throws InterruptedException {
        return open(sheds, () -> log.reader(since, sheds, _ -> true));
    }

    private Stream open(Predicate<ShedName> sheds, Supplier<EventLog.Reader> reader) throws InterruptedException {
        Stream stream;
        ShedWatch source;
        lock.lock();
        try {
            source = shedWatch == null ? startShedWatch() : shedWatch;
            stream = new Stream(sheds, reader.get());
            streams.add(stream);
        } finally {
            lock.unlock();
        }
        try {
            source.awaitBegun(PATIENCE);
            awaitBegun(consider(sheds));
        } catch (InterruptedException e) {
            stream.close();
            throw e;
        }
        return stream;
    }

    /// Called with the lock held. Nothing was watched until now, so earlier events are not known.
    private ShedWatch startShedWatch() {
        log.forget();
        creationEvents.unheard();
        var started = new ShedWatch(engine, new ShedListener());
        shedWatch = started;
        started.start();
        return started;
    }

    private final class ShedListener implements ShedWatch.ShedListener {
        @Override
        public void runs(Container container, boolean news) {
            lock.lock();
            try {
                running.put(container.shed(), container);
                var known = watches.get(container.shed());
                if (!closed && wanted(container.shed()) && (known == null || !known.watches(container))) {
                    watches.put(container.shed(), watch(container, news));
                    watching.signalAll();
                }
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void ended(ShedName shed) {
            SessionWatch watch;
            lock.lock();
            try {
                running.remove(shed);
                watch = watches.remove(shed);
            } finally {
                lock.unlock();
            }
            if (watch != null) {
                watch.ended();
            }
        }

        @Override
        public void tell(ShedName shed, EventDetails what) {
            lock.lock();
            try {
                creationEvents.told(shed, what).forEach(told -> log.append(shed, told));
            } finally {
                lock.unlock();
            }
        }
    }

    /// The engine reports everything but that a shed is finished.
    @Override
    public void begins(ShedName shed) {
        lock.lock();
        try {
            creationEvents.begins(shed);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void ends(ShedName shed, boolean finished) {
        lock.lock();
        try {
            if (finished && shedWatch != null) {
                creationEvents.finished(shed).forEach(told -> log.append(shed, told));
            } else {
                creationEvents.drop(shed);
            }
        } finally {
            lock.unlock();
        }
    }

    private static void awaitBegun(List<SessionWatch> begun) throws InterruptedException {
        long until = System.nanoTime() + PATIENCE.toNanos();
        for (var watch : begun) {
            watch.awaitBegun(Duration.ofNanos(until - System.nanoTime()));
        }
    }

    /// Follows events. Used by one thread.
    public final class Stream implements AutoCloseable {
        private final Predicate<ShedName> sheds;
        private final EventLog.Reader reader;

        private Stream(Predicate<ShedName> sheds, EventLog.Reader reader) {
            this.sheds = sheds;
            this.reader = reader;
        }

        /// Whether events are missing between the one that was asked for and the first one in the log.
        public boolean missed() {
            return reader.missed();
        }

        /// The number of the last event that was read, or of the last one before this began.
        public long position() {
            return reader.position();
        }

        /// Waits for the next event.
        public ReadResult next(Duration patience) throws InterruptedException {
            return reader.next(patience);
        }

        /// A session of one of these sheds, as soon as it is known; empty if it does not become known within
        /// `patience`. A session that was created just now may not have been reported yet.
        public Optional<SessionView> find(ShedName shed, String session, Duration patience)
                throws InterruptedException {
            long end = System.nanoTime() + patience.toNanos();
            while (true) {
                var watch = awaitWatch(shed, end);
                if (watch.isEmpty()) {
                    return Optional.empty();
                }
                var sessions = watch.get().sessions();
                var found = sessions.find(session, Duration.ofNanos(end - System.nanoTime()));
                if (found.isPresent() || !sessions.isClosed()) {
                    return found;
                }
            }
        }

        /// Whether the tmux of a shed is too old to be watched.
        public boolean isUnwatchable(ShedName shed) {
            return watchOf(shed)
                    .filter(watch -> watch.sessions().isUnwatchable())
                    .isPresent();
        }

        /// The watch of a shed, which may not exist yet if the shed was started just now; empty after `end`.
        private Optional<SessionWatch> awaitWatch(ShedName shed, long end) throws InterruptedException {
            lock.lockInterruptibly();
            try {
                var watch = watches.get(shed);
                for (long left = end - System.nanoTime();
                        left > 0 && (watch == null || watch.sessions().isClosed());
                        watch = watches.get(shed)) {
                    left = watching.awaitNanos(left);
                }
                return Optional.ofNullable(watch)
                        .filter(found -> !found.sessions().isClosed());
            } finally {
                lock.unlock();
            }
        }

        /// Waits until the state of a session differs from `known`, and returns it.
        public SessionView await(ShedName shed, SessionView known, Duration patience) throws InterruptedException {
            var watch = watchOf(shed);
            return watch.isEmpty()
                    ? SessionView.closed(known.id())
                    : watch.get().sessions().await(known, patience);
        }

        private Optional<SessionWatch> watchOf(ShedName shed) {
            lock.lock();
            try {
                return Optional.ofNullable(watches.get(shed));
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() {
            lock.lock();
            try {
                if (streams.remove(this)) {
                    Thread.ofVirtual().name("events-linger").start(Events.this::lingerAndTidy);
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /// Starts the watches that these sheds need, and returns all of theirs.
    private List<SessionWatch> consider(Predicate<ShedName> wanted) {
        lock.lock();
        try {
            var watched = new ArrayList<SessionWatch>();
            running.forEach((shed, container) -> {
                if (!closed && wanted.test(shed)) {
                    watched.add(watches.computeIfAbsent(shed, _ -> watch(container, false)));
                }
            });
            return watched;
        } finally {
            lock.unlock();
        }
    }

    private SessionWatch watch(Container container, boolean news) {
        var shed = container.shed();
        return new SessionWatch(container, dependencies, what -> log.append(shed, what)).start(news);
    }

    private void lingerAndTidy() {
        try {
            TimeUnit.NANOSECONDS.sleep(linger.toNanos());
            tidy();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Ends the watches that nobody needs.
    private void tidy() {
        var unwanted = new ArrayList<AutoCloseable>();
        lock.lock();
        try {
            var all = List.copyOf(watches.keySet());
            all.stream().filter(shed -> !wanted(shed)).forEach(shed -> {
                unwanted.add(watches.remove(shed));
                log.append(shed, EventDetails.shed(EventDetails.Kind.GAP));
            });
            if (streams.isEmpty() && shedWatch != null) {
                unwanted.add(shedWatch);
                shedWatch = null;
            }
        } finally {
            lock.unlock();
        }
        unwanted.forEach(Events::close);
    }

    private boolean wanted(ShedName shed) {
        return streams.stream().anyMatch(stream -> stream.sheds.test(shed));
    }

    private static void close(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            LOG.atDebug().setCause(e).log("not closed");
        }
    }

    @Override
    public void close() {
        var all = new ArrayList<AutoCloseable>();
        lock.lock();
        try {
            closed = true;
            all.addAll(watches.values());
            if (shedWatch != null) {
                all.add(shedWatch);
            }
            watches.clear();
            shedWatch = null;
        } finally {
            lock.unlock();
        }
        all.forEach(Events::close);
    }
}
