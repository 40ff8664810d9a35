package dev.shed.gateway.picker;

import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.FailureLog;
import dev.shed.gateway.failure.ShedException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.MDC;

/// Reads the inventory at intervals, and runs requests that take long, on a thread of its own.
final class InventoryPoller implements AutoCloseable {
    private static final Duration EVERY = Duration.ofSeconds(2);
    private static final int MAX_REQUESTS = 16;

    /// How long `close` waits for the thread, which may be blocked in a call that cannot be interrupted.
    private static final Duration FAREWELL = Duration.ofSeconds(1);

    private final Inventory inventory;
    private final BlockingQueue<Runnable> requests = new ArrayBlockingQueue<>(MAX_REQUESTS);
    private final AtomicReference<Optional<News>> news = new AtomicReference<>(Optional.empty());
    private final AtomicReference<Optional<Item>> chosen = new AtomicReference<>(Optional.empty());
    private final Runnable peek = this::peek;
    private volatile Preview preview = Preview.NONE;
    private final Thread thread;

    /// The failure that was logged last. Used by the poller's thread only.
    private Optional<Failure> logged = Optional.empty();

    /// A change to the view, made by a new list or a finished request.
    interface News {
        View on(View view);
    }

    InventoryPoller(Inventory inventory) {
        this.inventory = inventory;
        // For the log: it is the same caller.
        var context = Optional.ofNullable(MDC.getCopyOfContextMap()).orElseGet(Map::of);
        this.thread = Thread.ofVirtual()
                .name(Thread.currentThread().getName() + "/look")
                .start(() -> {
                    MDC.setContextMap(context);
                    run();
                });
    }

    /// All changes since the last call; empty if there are none.
    Optional<News> news() {
        return news.getAndSet(Optional.empty());
    }

    /// The screen of the chosen session, as far as it is known.
    Preview preview() {
        return preview;
    }

    /// Sets the session to preview; empty for none.
    void choose(Optional<Item> item) {
        var before = chosen.getAndSet(item);
        boolean same = item.map(now -> before.filter(now::sameAs).isPresent()).orElseGet(before::isEmpty);
        if (!same && !requests.contains(peek)) {
            request(peek);
        }
    }

    /// Reads the list at once.
    void lookNow() {
        request(() -> {});
    }

    /// Kills a session, and reads the list again.
    void kill(Item item) {
        request(() -> {
            inventory.kill(item);
            tell(view -> view.saying("killed " + item.address()));
        });
    }

    /// Renames a session, and reads the list again.
    void rename(Item item, String name) {
        request(() -> {
            inventory.rename(item, name);
            tell(view -> view.renamed(item, name));
        });
    }

    /// Queues a request. If the queue is full, because a key is held down, the request is dropped.
    private void request(Runnable request) {
        requests.offer(request);
    }

    private void run() {
        try {
            while (true) {
                look();
                peek();
                untilItIsTime();
            }
        } catch (InterruptedException | InterruptedIOException _) {
            // closed
        }
    }

    /// Updates the preview whenever another session is chosen. Returns when the list is due, or after another
    /// request.
    private void untilItIsTime() throws InterruptedException {
        long end = System.nanoTime() + EVERY.toNanos();
        var request = requests.poll(EVERY.toNanos(), TimeUnit.NANOSECONDS);
        while (peek.equals(request)) {
            peek();
            request = requests.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        }
        if (request != null) {
            carryOut(request);
        }
    }

    private void look() throws InterruptedIOException {
        try {
            var items = inventory.look();
            tell(view -> view.with(items));
        } catch (ShedException e) {
            say(e);
        }
    }

    private void peek() {
        preview = chosen.get()
                .filter(item -> item.session().isPresent())
                .map(this::screen)
                .orElse(Preview.NONE);
    }

    private Preview screen(Item item) {
        try {
            return new Preview(Optional.of(item), inventory.screen(item));
        } catch (ShedException e) {
            logOnce(e);
            return new Preview(Optional.of(item), List.of(e.failure().message()));
        }
    }

    private void carryOut(Runnable request) {
        try {
            request.run();
        } catch (ShedException e) {
            say(e);
        }
    }

    private void say(ShedException e) {
        logOnce(e);
        tell(view -> view.saying(e.failure().message()));
    }

    /// Logs a failure unless it is the same as the last one: the poller may see the same failure every other
    /// second.
    private void logOnce(ShedException e) {
        if (!Optional.of(e.failure()).equals(logged)) {
            logged = Optional.of(e.failure());
            FailureLog.told(e);
        }
    }

    /// Adds a change to those that [#news] has not returned yet.
    private void tell(News more) {
        news.updateAndGet(waiting -> Optional.of(
                waiting.<News>map(before -> view -> more.on(before.on(view))).orElse(more)));
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(FAREWELL);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
