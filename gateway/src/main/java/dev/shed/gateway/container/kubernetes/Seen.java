package dev.shed.gateway.container.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shed.gateway.container.ContainerDetails.Ending;
import dev.shed.gateway.container.ContainerEvent;
import dev.shed.gateway.container.ContainerObserver;
import dev.shed.gateway.name.ShedName;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// What is known of claims and pods, and the events that follow from what is new.
final class Seen {
    private static final int TERMINATED = 15;

    private final ContainerObserver observer;
    private final ShedChanges changes;
    private final Clock clock = Clock.systemUTC();
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by the lock.
    private final Map<String, ShedName> claims = new HashMap<>();
    private final Map<String, Pod> pods = new HashMap<>();

    /// A pod as it was seen last.
    ///
    /// @param claim the uid of its claim
    /// @param started when its container started that runs; empty if none runs
    private record Pod(String claim, ShedName shed, Optional<Instant> started, boolean deleting) {
        static Optional<Pod> of(JsonNode object) {
            boolean runs = PodState.container(object).path("state").has("running");
            return Names.shed(object)
                    .map(shed -> new Pod(
                            Names.annotation(object, Names.CLAIM),
                            shed,
                            runs ? PodState.started(object).or(() -> Optional.of(Instant.EPOCH)) : Optional.empty(),
                            Names.isDeleting(object)));
        }
    }

    /// One kind of object.
    interface Kind {
        /// All that there are.
        ///
        /// @param silently without events
        void listed(JsonNode items, boolean silently);

        void is(JsonNode object);

        void isGone(JsonNode object);
    }

    Seen(ContainerObserver observer, ShedChanges changes) {
        this.observer = observer;
        this.changes = changes;
    }

    Kind claims() {
        return new Claims();
    }

    Kind pods() {
        return new Pods();
    }

    private void tell(String claim, ShedName shed, ContainerEvent.Kind kind, int code) {
        observer.happened(new ContainerEvent(claim, shed, kind, code, clock.instant()));
    }

    private abstract class Locked implements Kind {
        private boolean silent;

        @Override
        public void listed(JsonNode items, boolean silently) {
            lock.lock();
            try {
                silent = silently;
                var there = new HashSet<String>();
                for (var item : items) {
                    there.add(Names.uid(item));
                    changed(item);
                }
                keep(there);
            } finally {
                silent = false;
                lock.unlock();
            }
        }

        @Override
        public void is(JsonNode object) {
            lock.lock();
            try {
                changed(object);
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void isGone(JsonNode object) {
            lock.lock();
            try {
                gone(Names.uid(object), object);
            } finally {
                lock.unlock();
            }
        }

        void happened(String claim, ShedName shed, ContainerEvent.Kind kind, int code) {
            if (!silent) {
                tell(claim, shed, kind, code);
            }
        }

        abstract void changed(JsonNode object);

        /// Forgets those that are not there any more.
        abstract void keep(Set<String> uids);

        /// @param last its last description, if that is known
        abstract void gone(String uid, @Nullable JsonNode last);
    }

    private final class Claims extends Locked {
        @Override
        void changed(JsonNode object) {
            Claim.of(object).ifPresent(claim -> {
                if (claims.putIfAbsent(claim.uid(), claim.shed()) == null) {
                    happened(claim.uid(), claim.shed(), ContainerEvent.Kind.CREATED, 0);
                }
            });
        }

        @Override
        void keep(Set<String> uids) {
            claims.keySet().stream().filter(uid -> !uids.contains(uid)).toList().forEach(uid -> gone(uid, null));
        }

        @Override
        void gone(String uid, @Nullable JsonNode last) {
            var shed = claims.remove(uid);
            if (shed != null) {
                changes.changed(shed);
                happened(uid, shed, ContainerEvent.Kind.REMOVED, 0);
            }
        }
    }

    private final class Pods extends Locked {
        @Override
        void changed(JsonNode object) {
            Pod.of(object).ifPresent(now -> {
                changes.changed(now.shed());
                var before = pods.put(Names.uid(object), now);
                if (now.deleting() && (before == null || !before.deleting())) {
                    happened(now.claim(), now.shed(), ContainerEvent.Kind.SIGNALLED, TERMINATED);
                }
                boolean ran = before != null && before.started().isPresent();
                if (ran && !now.started().equals(before.started())) {
                    ended(now, PodState.ending(object));
                }
                if (now.started().isPresent() && (!ran || !now.started().equals(before.started()))) {
                    happened(now.claim(), now.shed(), ContainerEvent.Kind.STARTED, 0);
                }
            });
        }

        private void ended(Pod pod, Optional<Ending> how) {
            if (how.filter(Ending::outOfMemory).isPresent()) {
                happened(pod.claim(), pod.shed(), ContainerEvent.Kind.OUT_OF_MEMORY, 0);
            }
            happened(
                    pod.claim(),
                    pod.shed(),
                    ContainerEvent.Kind.ENDED,
                    how.map(Ending::exitCode).orElse(0));
        }

        @Override
        void keep(Set<String> uids) {
            pods.keySet().stream().filter(uid -> !uids.contains(uid)).toList().forEach(uid -> gone(uid, null));
        }

        @Override
        void gone(String uid, @Nullable JsonNode last) {
            var pod = pods.remove(uid);
            if (pod != null) {
                changes.changed(pod.shed());
            }
            if (pod != null && pod.started().isPresent()) {
                ended(pod, last == null ? Optional.empty() : PodState.ending(last));
            }
        }
    }
}
