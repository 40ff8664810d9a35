package dev.shed.gateway.picker;

import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.FailureLog;
import dev.shed.gateway.failure.ShedException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/// Looks at what there is every now and then, and carries out what takes long, on a thread of its own that ends
/// with it.
final class InventoryPoller implements AutoCloseable {
    private static final Duration EVERY = Duration.ofSeconds(2);
    private static final int MAX_REQUESTS = 16;

    /// An interrupted look ends at once, or hangs where nobody can help it.
    private static final Duration FAREWELL = Duration.ofSeconds(1);

    private final Inventory inventory;
    private final BlockingQueue<Runnable> requests = new ArrayBlockingQueue<>(MAX_REQUESTS);
    private final AtomicReference<Optional<News>> news = new AtomicReference<>(Optional.empty());
    private final AtomicReference<Optional<Item>> chosen = new AtomicReference<>(Optional.empty());
    private final Runnable peek = this::peek;
    private volatile Preview preview = Preview.NONE;
    private final Thread thread;

    /// The failure that was logged last; of the thread alone.
    private Optional<Failure> logged = Optional.empty();

    /// What a look, or a deed, makes of the view.
    interface News {
        View on(View view);
    }

    InventoryPoller(Inventory inventory) {
        this.inventory = inventory;
        this.thread = Thread.ofVirtual()
                .name(Thread.currentThread().getName() + "/look")
                .start(this::run);
    }

    /// The newest, once.
    Optional<News> news() {
        return news.getAndSet(Optional.empty());
    }

    /// What the session that was chosen last shows, as far as it is known.
    Preview preview() {
        return preview;
    }

    /// What is to be shown from now on; empty where nothing is.
    void choose(Optional<Item> item) {
        var before = chosen.getAndSet(item);
        boolean same = item.map(now -> before.filter(now::sameAs).isPresent()).orElseGet(before::isEmpty);
        if (!same && !requests.contains(peek)) {
            request(peek);
        }
    }

    /// Looks at once instead of when it is time.
    void lookNow() {
        request(() -> {});
    }

    /// Ends the session, then looks.
    void kill(Item item) {
        request(() -> {
            inventory.kill(item);
            tell(view -> view.saying("killed " + item.address()));
        });
    }

    /// Gives the session another name, then looks.
    void rename(Item item, String name) {
        request(() -> {
            inventory.rename(item, name);
            tell(view -> view.renamed(item, name));
        });
    }

    /// More requests than the queue holds are somebody leaning on a key.
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

    /// Peeks whenever something else is chosen, and comes back to look when it is time, or when a request was carried
    /// out.
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

    /// It looks every other second, and may see the same each time.
    private void logOnce(ShedException e) {
        if (!Optional.of(e.failure()).equals(logged)) {
            logged = Optional.of(e.failure());
            FailureLog.told(e);
        }
    }

    /// Adds to what was not taken yet.
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
