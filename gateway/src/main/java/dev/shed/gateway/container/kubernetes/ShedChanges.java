package dev.shed.gateway.container.kubernetes;

import dev.shed.gateway.container.kubernetes.api.ApiClient;
import dev.shed.gateway.name.ShedName;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Wakes the threads that wait for the pod or the claim of a shed when a watch has seen a change. A watch may be
/// late or cut off, so they also look again after a while, and more often if there is none.
final class ShedChanges {
    private static final Duration WATCHED = Duration.ofSeconds(1);
    private static final Duration UNWATCHED = Duration.ofMillis(250);

    private final Duration watched;
    private final Duration unwatched;
    private final AtomicInteger watches = new AtomicInteger();
    private final Map<ShedName, Set<Semaphore>> waiting = new ConcurrentHashMap<>();

    ShedChanges() {
        this(WATCHED, UNWATCHED);
    }

    /// @param watched when to look again while there is a watch
    /// @param unwatched the same without one
    ShedChanges(Duration watched, Duration unwatched) {
        this.watched = watched;
        this.unwatched = unwatched;
    }

    /// Somebody who waits for a shed. What changes from its creation on is not missed.
    final class Wait implements AutoCloseable {
        private final ShedName shed;
        private final Semaphore changes = new Semaphore(0);

        private Wait(ShedName shed) {
            this.shed = shed;
            waiting.compute(shed, (_, others) -> {
                var all = others == null ? ConcurrentHashMap.<Semaphore>newKeySet() : others;
                all.add(changes);
                return all;
            });
        }

        /// Returns when something has changed, or when it is time to look again.
        void untilChanged() {
            var limit = watches.get() > 0 ? watched : unwatched;
            try {
                if (changes.tryAcquire(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                    changes.drainPermits();
                }
            } catch (InterruptedException e) {
                throw ApiClient.interrupted(e);
            }
        }

        @Override
        public void close() {
            waiting.computeIfPresent(shed, (_, all) -> {
                all.remove(changes);
                return all.isEmpty() ? null : all;
            });
        }
    }

    Wait of(ShedName shed) {
        return new Wait(shed);
    }

    /// The pod of a shed has changed, or its pod or claim is gone.
    void changed(ShedName shed) {
        waiting.getOrDefault(shed, Set.of()).forEach(Semaphore::release);
    }

    /// A watch begins, which tells of changes.
    void watchBegins() {
        watches.incrementAndGet();
    }

    void watchEnds() {
        watches.decrementAndGet();
    }
}
