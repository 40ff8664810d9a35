package dev.shed.gateway.container.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shed.gateway.container.ContainerObserver;
import dev.shed.gateway.container.kubernetes.api.ApiClient;
import dev.shed.gateway.container.kubernetes.api.ApiRefusedException;
import dev.shed.gateway.container.kubernetes.api.Watch;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Follows the claims and pods of a namespace: lists them, then takes the changes from that version
/// on. Where a stream ends, is cut, or begins too far back (410), they are listed again and
/// compared, so that nothing is missed. If they cannot be listed, the watch is over, and whoever
/// wants to know opens another one. [WatchHealth] is told what fails.
final class KubernetesWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KubernetesWatch.class);

    /// After this time the server ends a stream, and at twice this time it is taken for lost.
    private static final Duration LIMIT = Duration.ofMinutes(4);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    /// A stream that has told nothing and ends before this time has failed.
    private static final Duration EARLY = Duration.ofSeconds(10);

    /// So many failures in a row are reported. One or two are usual: a server that restarts, a
    /// token that has expired, a version that is gone.
    private static final int FAILURES = 3;

    private final ApiClient api;
    private final Told told;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicBoolean over = new AtomicBoolean();
    private final Seen seen;

    /// Who is told.
    ///
    /// @param observer of events
    /// @param health of what fails
    /// @param changes of what others wait for
    record Told(ContainerObserver observer, WatchHealth health, ShedChanges changes) {}

    private KubernetesWatch(ApiClient api, Told told) {
        this.api = api;
        this.told = told;
        this.seen = new Seen(told.observer(), told.changes());
    }

    static KubernetesWatch start(ApiClient api, ShedObjects objects, Told told) {
        var watch = new KubernetesWatch(api, told);
        var claims = watch.new Stream(objects.claims() + Names.SELECTOR, watch.seen.claims());
        var pods = watch.new Stream(objects.pods() + Names.SELECTOR, watch.seen.pods());
        claims.list(true);
        pods.list(true);
        told.changes().watchBegins();
        Thread.ofVirtual().name("watch-claims").start(claims::run);
        Thread.ofVirtual().name("watch-pods").start(pods::run);
        return watch;
    }

    @Override
    public void close() {
        closed.countDown();
        end();
    }

    private void end() {
        closed.countDown();
        if (over.compareAndSet(false, true)) {
            told.changes().watchEnds();
            told.observer().over();
        }
    }

    /// The changes of one kind of object.
    private final class Stream {
        private final String path;
        private final Seen.Kind kind;
        private String version = "";
        private Duration pause = FIRST_PAUSE;

        /// In a row.
        private int failures;

        private volatile @Nullable Watch open;

        Stream(String path, Seen.Kind kind) {
            this.path = path;
            this.kind = kind;
        }

        /// @param silently whether this is the first list, which others compare with what they know
        void list(boolean silently) {
            var list = listed();
            version = list.path("metadata").path("resourceVersion").asText("");
            kind.listed(list.path("items"), silently);
        }

        private JsonNode listed() {
            try {
                return api.get(path);
            } catch (ShedException e) {
                report(e.failure());
                throw e;
            }
        }

        /// What fails because the watch is closed is no failure.
        private void report(Failure failure) {
            if (closed.getCount() > 0 && !Thread.currentThread().isInterrupted()) {
                told.health().fails(path, failure);
            }
        }

        void run() {
            Thread.ofVirtual().name("watch-close").start(this::closeInTheEnd);
            try {
                do {
                    follow();
                } while (!closed.await(pause.toMillis(), TimeUnit.MILLISECONDS) && again());
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            } finally {
                end();
            }
        }

        private void closeInTheEnd() {
            try {
                closed.await();
                close(open);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }

        private boolean again() {
            try {
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
                list(false);
                return true;
            } catch (ShedException e) {
                LOG.atDebug().addKeyValue("path", path).setCause(e).log("cannot be listed");
                return false;
            }
        }

        private void follow() {
            try (var watch = api.watch(path, version, LIMIT)) {
                follow(watch);
            } catch (ShedException e) {
                LOG.atDebug().addKeyValue("path", path).setCause(e).log("cannot be watched");
                failed(e.failure());
            } catch (IOException e) {
                LOG.atDebug().addKeyValue("path", path).setCause(e).log("the watch is not closed");
            }
        }

        /// Takes the changes until the stream ends.
        private void follow(Watch watch) {
            open = watch;
            var limit = Thread.ofVirtual().name("watch-limit").start(() -> closeLater(watch));
            long began = System.nanoTime();
            boolean something = false;
            try {
                while (closed.getCount() > 0) {
                    take(watch.next());
                    something = true;
                    worked();
                }
            } catch (IOException e) {
                LOG.atDebug().addKeyValue("path", path).setCause(e).log("the watch ended");
                if (!something && System.nanoTime() - began < EARLY.toNanos()) {
                    failed(ApiClient.unavailable("a watch ended at once: " + e.getMessage()));
                } else {
                    worked();
                }
            } finally {
                open = null;
                limit.interrupt();
            }
        }

        private void worked() {
            pause = FIRST_PAUSE;
            failures = 0;
            told.health().works(path);
        }

        private void failed(Failure failure) {
            failures++;
            if (failures >= FAILURES) {
                report(failure);
            }
        }

        /// Closes a stream that neither ends nor says anything.
        private void closeLater(Watch watch) {
            try {
                Thread.sleep(LIMIT.multipliedBy(2));
                close(watch);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }

        private void close(@Nullable Watch watch) {
            try {
                if (watch != null) {
                    watch.close();
                }
            } catch (IOException e) {
                LOG.atDebug().setCause(e).log("not closed");
            }
        }

        private void take(JsonNode change) throws IOException {
            var object = change.path("object");
            switch (change.path("type").asText("")) {
                case "ADDED", "MODIFIED" -> kind.is(object);
                case "DELETED" -> kind.isGone(object);
                case "BOOKMARK" -> {} // its version counts
                default -> {
                    // An ERROR with a Status: mostly 410, the version is too old.
                    boolean gone = object.path("code").asInt() == ApiRefusedException.GONE;
                    throw new IOException(
                            gone
                                    ? "the version is gone"
                                    : object.path("message").asText("an error"));
                }
            }
            var next = object.path("metadata").path("resourceVersion").asText("");
            version = next.isEmpty() ? version : next;
        }
    }
}
