package dev.shed.gateway.query;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElseGet;

import dev.shed.gateway.shed.Shed;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Queries many sheds at the same time. Some of them may never answer.
final class QueryRound implements AutoCloseable {
    /// An answer is work for two cores, one in the gateway and one in the container. With a hundred sheds,
    /// more at once were not faster. So many can hang before they delay the others.
    private static final int AT_ONCE = 16;

    private static final Duration TICK = Duration.ofMillis(10);

    /// How long an interrupted query may take to end before it is no longer waited for.
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final Semaphore permits = new Semaphore(AT_ONCE);
    private final LinkedBlockingQueue<ShedQuery> answered = new LinkedBlockingQueue<>();
    private final Map<ShedQuery, SessionQuery.Answer> taken = new HashMap<>();
    private final List<ShedQuery> queries;
    private final AdaptiveTimeout adaptiveTimeout;
    private final Set<String> silent;

    /// Queries one shed.
    interface Asking {
        /// Returns its answer.
        ///
        /// @param arrived run when the query has reached the container
        SessionQuery.Answer ask(Shed shed, Runnable arrived);
    }

    /// @param limit the longest wait for a shed
    /// @param silent the ids of containers that did not answer the previous query; updated here
    QueryRound(Collection<Shed> sheds, Asking asking, Duration limit, Set<String> silent) {
        this.adaptiveTimeout = new AdaptiveTimeout(limit);
        this.silent = silent;
        this.queries = sheds.stream().map(shed -> new ShedQuery(shed, asking)).toList();
    }

    private final class ShedQuery {
        private final Shed shed;
        private final Thread thread;

        /// Zero until the query is sent.
        private volatile long started;

        /// Zero until the query has reached the container.
        private volatile long arrived;

        private volatile SessionQuery.@Nullable Answer answer;

        ShedQuery(Shed shed, Asking asking) {
            this.shed = shed;
            this.thread = Thread.ofVirtual().name("query-" + shed.name()).unstarted(() -> run(asking));
        }

        private void run(Asking asking) {
            if (!permits.tryAcquire()) {
                try {
                    permits.acquire();
                } catch (InterruptedException _) {
                    return;
                }
            }
            started = System.nanoTime();
            try {
                answer = asking.ask(shed, () -> arrived = System.nanoTime());
                answered.add(this);
            } finally {
                permits.release();
            }
        }

        boolean overdue() {
            long now = System.nanoTime();
            boolean inside = arrived != 0;
            return started != 0
                    && adaptiveTimeout.isOver(inside, inside ? arrived : started, silent.contains(id()), now);
        }

        String id() {
            return shed.container().id();
        }
    }

    /// An answer for each shed, in the given order. For a shed that took too long it is what `otherwise`
    /// returns.
    List<SessionQuery.Answer> answers(Function<Shed, SessionQuery.Answer> otherwise) throws InterruptedException {
        var open = new LinkedHashSet<>(queries);
        queries.forEach(query -> query.thread.start());
        while (!open.isEmpty()) {
            var next = answered.poll(TICK.toNanos(), TimeUnit.NANOSECONDS);
            if (next == null) {
                open.stream().filter(ShedQuery::overdue).toList().forEach(query -> {
                    giveUp(query);
                    open.remove(query);
                });
            } else if (open.remove(next)) {
                take(next);
            }
        }
        return queries.stream()
                .map(query -> requireNonNullElseGet(taken.get(query), () -> otherwise.apply(query.shed)))
                .toList();
    }

    /// Interrupts the query, which releases its permit for those that have not begun.
    private void giveUp(ShedQuery query) {
        silent.add(query.id());
        query.thread.interrupt();
    }

    private void take(ShedQuery query) {
        taken.put(query, requireNonNull(query.answer));
        silent.remove(query.id());
        // A stopped shed answers without being asked, which says nothing about the others.
        if (query.arrived != 0) {
            adaptiveTimeout.answered(query.arrived, System.nanoTime());
        }
    }

    /// Cancels the queries that are still running.
    @Override
    public void close() {
        queries.forEach(query -> query.thread.interrupt());
        try {
            for (var query : queries) {
                query.thread.join(GRACE);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
