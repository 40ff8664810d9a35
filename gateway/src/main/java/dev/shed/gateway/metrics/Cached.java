package dev.shed.gateway.metrics;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A value that is determined when somebody asks for it, on a thread of its own. However many ask, that is done at
/// most once in a given time, and never twice at once.
final class Cached<T> {
    private static final Logger LOG = LoggerFactory.getLogger(Cached.class);

    private final String what;
    private final Supplier<T> source;
    private final Duration validity;
    private final Duration patience;
    private final LongSupplier nanoTime;

    /// The last value, or the next one. Guarded by `this`, as is the field below.
    private CompletableFuture<T> last = CompletableFuture.failedFuture(new IllegalStateException("not asked yet"));

    private long begun;
    private boolean asked;

    /// @param what its name, for threads and the log
    /// @param validity how long a value is used
    /// @param patience how long a caller waits for a new one
    Cached(String what, Duration validity, Duration patience, Supplier<T> source) {
        this(what, validity, patience, source, System::nanoTime);
    }

    Cached(String what, Duration validity, Duration patience, Supplier<T> source, LongSupplier nanoTime) {
        this.what = what;
        this.source = source;
        this.validity = validity;
        this.patience = patience;
        this.nanoTime = nanoTime;
    }

    /// The value; empty if it could not be determined, or not in time.
    Optional<T> get() {
        try {
            return Optional.of(recent().get(patience.toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException | ExecutionException e) {
            LOG.atDebug().addKeyValue("what", what).setCause(e).log("not determined");
            return Optional.empty();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private synchronized CompletableFuture<T> recent() {
        long now = nanoTime.getAsLong();
        boolean old = !asked || now - begun >= validity.toNanos();
        if (old && (last.isDone() || !asked)) {
            var next = new CompletableFuture<T>();
            Thread.ofVirtual().name("metrics/" + what).start(() -> determine(next));
            last = next;
            begun = now;
            asked = true;
        }
        return last;
    }

    private void determine(CompletableFuture<T> next) {
        try {
            next.complete(source.get());
        } catch (RuntimeException e) {
            next.completeExceptionally(e);
        }
    }
}
