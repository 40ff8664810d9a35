package dev.shed.gateway.event;

import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerEngine;
import dev.shed.gateway.container.ContainerEvent;
import dev.shed.gateway.container.ContainerObserver;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.ShedName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Follows the engine: which sheds are created, started, ended and deleted. If the stream of the engine
/// ends, it is opened again every second. What happened in between is found in the engine's own memory of
/// events, and by comparing its list of containers.
final class ShedWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ShedWatch.class);

    private static final Duration PAUSE = Duration.ofSeconds(1);

    /// The most events in the queue. While it is full, the engine's stream is not read.
    private static final int MAX_WAITING = 1000;

    private final ContainerEngine engine;
    private final ShedListener shedListener;
    private final ShedState book = new ShedState();
    private final CountDownLatch begun = new CountDownLatch(1);

    private volatile @Nullable Thread thread;

    /// The time of the newest event. Used only by the watching thread.
    private Optional<Instant> heard = Optional.empty();

    /// Gets the news; called by one thread.
    interface ShedListener {
        /// A shed runs.
        ///
        /// @param news whether it was started just now
        void runs(Container container, boolean news);

        void ended(ShedName shed);

        void tell(ShedName shed, EventDetails what);
    }

    /// An entry of the queue.
    private sealed interface Heard {
        record Happened(ContainerEvent event) implements Heard {}

        record Over() implements Heard {}
    }

    ShedWatch(ContainerEngine engine, ShedListener shedListener) {
        this.engine = engine;
        this.shedListener = shedListener;
    }

    /// Starts and returns at once.
    void start() {
        thread = Thread.ofVirtual().name("events-engine").start(this::run);
    }

    /// Waits until all that happens from now on is reported.
    void awaitBegun(Duration patience) throws InterruptedException {
        if (!begun.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            LOG.atDebug().log("the engine is not watched yet");
        }
    }

    @Override
    public void close() {
        var running = thread;
        if (running != null) {
            running.interrupt();
        }
    }

    private void run() {
        try {
            while (true) {
                follow();
                TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void follow() throws InterruptedException {
        var listener = new Listener();
        // The listener is closed first, so that the engine's stream does not wait for the queue.
        try (var _ = engine.watch(heard, listener);
                listener) {
            compare(engine.list());
            begun.countDown();
            drain(listener.queue);
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            LOG.atDebug().setCause(e).log("the engine cannot be watched");
        }
    }

    private void compare(List<Container> now) {
        var news = book.compare(now);
        var started = news.stream()
                .filter(told -> told.what().kind() == EventDetails.Kind.SHED_STARTED)
                .map(ShedState.News::shed)
                .toList();
        news.forEach(this::tell);
        now.stream()
                .filter(Container::running)
                .forEach(container -> shedListener.runs(container, started.contains(container.shed())));
    }

    private void drain(BlockingQueue<Heard> queue) throws InterruptedException {
        while (queue.take() instanceof Heard.Happened(ContainerEvent event)) {
            heard = Optional.of(event.time());
            for (var news : book.take(event)) {
                tell(news);
                if (news.what().kind() == EventDetails.Kind.SHED_STARTED) {
                    find(event).ifPresent(container -> shedListener.runs(container, true));
                }
            }
        }
    }

    /// Reports news. The end of a shed comes after the end of its sessions.
    private void tell(ShedState.News news) {
        switch (news.what().kind()) {
            case SHED_STOPPED, SHED_DIED, SHED_DELETED -> shedListener.ended(news.shed());
            default -> {}
        }
        shedListener.tell(news.shed(), news.what());
    }

    private Optional<Container> find(ContainerEvent event) {
        try {
            return engine.find(event.shed()).filter(Container::running);
        } catch (ShedException e) {
            LOG.atDebug().setCause(e).log("the engine does not answer");
            return Optional.empty();
        }
    }

    private static final class Listener implements ContainerObserver, AutoCloseable {
        private final BlockingQueue<Heard> queue = new ArrayBlockingQueue<>(MAX_WAITING);
        private volatile boolean closed;

        @Override
        public void happened(ContainerEvent event) {
            put(new Heard.Happened(event));
        }

        @Override
        public void over() {
            put(new Heard.Over());
        }

        private void put(Heard heard) {
            try {
                while (!closed && !queue.offer(heard, PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
                    LOG.atDebug().log("the engine tells faster than is taken");
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
