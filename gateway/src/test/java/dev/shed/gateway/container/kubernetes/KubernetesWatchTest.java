package dev.shed.gateway.container.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shed.gateway.Await;
import dev.shed.gateway.container.ContainerEvent;
import dev.shed.gateway.container.ContainerEvent.Kind;
import dev.shed.gateway.container.ContainerObserver;
import dev.shed.gateway.container.ContainerSpec;
import dev.shed.gateway.failure.LoggedFailures;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.ShedName;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class KubernetesWatchTest {
    private static final Duration PROMISE = Duration.ofSeconds(10);

    private final FakeCluster cluster = new FakeCluster();
    private final KubernetesEngine engine = cluster.engine();
    private final List<Kind> events = new CopyOnWriteArrayList<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private final ContainerSpec spec = new ContainerSpec(ShedName.parse("demo"), "image", Map.of());

    private final ContainerObserver observer = new ContainerObserver() {
        @Override
        public void happened(ContainerEvent event) {
            events.add(event.kind());
        }

        @Override
        public void over() {
            over.set(true);
        }
    };

    KubernetesWatchTest() throws IOException {}

    @AfterEach
    void close() throws IOException {
        engine.close();
        cluster.close();
    }

    private void awaitWatches() throws Exception {
        Await.until("both are watched", PROMISE, () -> cluster.watches() == 2);
    }

    private void awaitEvents(Kind... kinds) throws Exception {
        Await.until("events " + List.of(kinds), PROMISE, () -> events.equals(List.of(kinds)));
        events.clear();
    }

    @Test
    void theLifeOfAShedIsTold() throws Exception {
        try (var _ = engine.watch(Optional.empty(), observer)) {
            awaitWatches();
            var made = engine.create(spec);
            awaitEvents(Kind.CREATED);
            engine.start(made);
            awaitEvents(Kind.STARTED);
            cluster.change("/pods/shed-demo", pod -> terminated(pod, 137, "OOMKilled"));
            awaitEvents(Kind.OUT_OF_MEMORY, Kind.ENDED);
            cluster.change("/pods/shed-demo", FakeCluster::run);
            awaitEvents(Kind.STARTED);
            cluster.change(
                    "/pods/shed-demo",
                    pod -> ((ObjectNode) pod.path("metadata")).put("deletionTimestamp", "2026-11-29T10:00:00Z"));
            cluster.remove("/pods/shed-demo");
            awaitEvents(Kind.SIGNALLED, Kind.ENDED);
            engine.remove(made, true);
            awaitEvents(Kind.REMOVED);
        }
        assertThat(over).isTrue();
    }

    private static void terminated(ObjectNode pod, int code, String reason) {
        var status = pod.putObject("status").put("phase", "Running");
        status.putArray("containerStatuses")
                .addObject()
                .put("name", "shed")
                .putObject("state")
                .putObject("terminated")
                .put("exitCode", code)
                .put("reason", reason);
    }

    /// What happens while nobody is told is found by comparing.
    @Test
    void aCutMissesNothing() throws Exception {
        try (var _ = engine.watch(Optional.empty(), observer)) {
            awaitWatches();
            cluster.cutWatches();
            var made = engine.create(spec);
            engine.start(made);
            awaitWatches();
            Await.until("all is told", PROMISE, () -> events.size() == 2);
            assertThat(events).containsExactlyInAnyOrder(Kind.CREATED, Kind.STARTED);
            assertThat(over).isFalse();
        }
    }

    @Test
    void aVersionThatIsGoneIsListedAgain() throws Exception {
        cluster.forgetVersions();
        try (var _ = engine.watch(Optional.empty(), observer)) {
            awaitWatches();
            engine.create(spec);
            awaitEvents(Kind.CREATED);
        }
    }

    @Test
    void watchesThatFailAreOneWarningUntilTheyWork() throws Exception {
        var asked = new AtomicInteger();
        var allowed = new AtomicBoolean();
        var says = "pods is forbidden: User \"g\" cannot watch resource \"pods\" in API group \"\"";
        cluster.server.on("GET \\S*/pods\\S*watch=true", (_, exchange) -> {
            asked.incrementAndGet();
            if (allowed.get()) {
                exchange.begin();
                exchange.line("{\"type\":\"BOOKMARK\",\"object\":{\"metadata\":{\"resourceVersion\":\"9\"}}}");
                exchange.in().read();
            } else {
                exchange.refuse(403, "Forbidden", says);
            }
        });
        try (var log = new Logged();
                var _ = engine.watch(Optional.empty(), observer)) {
            Await.until("it was tried again", PROMISE, () -> asked.get() > 4);
            assertThat(log.lines())
                    .singleElement()
                    .asString()
                    .startsWith("WARN the cluster cannot be watched")
                    .contains("pods is forbidden", "lacks the verb watch for pods", "docs/kubernetes.md");
            allowed.set(true);
            Await.until("it works", PROMISE, () -> log.lines().size() == 2);
            assertThat(log.lines().getLast()).startsWith("INFO the cluster is watched again");
        }
    }

    /// As behind a proxy that passes on no answer that does not end.
    @Test
    void watchesThatEndAtOnceAreAWarning() throws Exception {
        cluster.server.on("GET \\S*watch=true", (_, exchange) -> {
            exchange.begin();
            throw new IOException("the end");
        });
        try (var log = new Logged();
                var _ = engine.watch(Optional.empty(), observer)) {
            Await.until("it is told", PROMISE, () -> !log.lines().isEmpty());
            assertThat(log.lines().getFirst()).startsWith("WARN").contains("a watch ended at once");
        }
    }

    /// Whoever opens them again does so every second.
    @Test
    void listsThatFailAreOneWarning() throws Exception {
        cluster.server.on("GET \\S*/pods\\?", (_, exchange) -> exchange.refuse(403, "Forbidden", "no"));
        try (var log = new Logged()) {
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> engine.watch(Optional.empty(), observer))
                        .isInstanceOf(ShedException.class);
            }
            assertThat(log.lines()).hasSize(1);
        }
    }

    @Test
    void cutsThatAreMendedAreNoWarning() throws Exception {
        engine.start(engine.create(spec));
        try (var log = new Logged();
                var _ = engine.watch(Optional.empty(), observer)) {
            awaitWatches();
            for (int i = 0; i < 4; i++) {
                cluster.cutWatches();
                awaitWatches();
                cluster.change("/persistentvolumeclaims/shed-demo", claim -> claim.put("cut", true));
                cluster.change("/pods/shed-demo", pod -> pod.put("cut", true));
            }
            assertThat(log.lines()).isEmpty();
        }
    }

    /// A pod's token is replaced every hour, and a version is forgotten after minutes.
    @Test
    void whatAnotherTryCuresIsNoWarning() throws Exception {
        var asked = new AtomicInteger();
        try (var log = new Logged()) {
            cluster.server.on("GET \\S*/pods\\S*watch=true", (_, exchange) -> {
                switch (asked.incrementAndGet()) {
                    case 1 -> exchange.refuse(401, "Unauthorized", "Unauthorized");
                    case 2 -> exchange.refuse(410, "Expired", "too old");
                    default -> {
                        exchange.begin();
                        exchange.in().read();
                    }
                }
            });
            try (var _ = engine.watch(Optional.empty(), observer)) {
                Await.until("it works", PROMISE, () -> asked.get() == 3);
            }
            assertThat(log.lines()).isEmpty();
        }
    }

    /// What the log gets about watches.
    private static final class Logged implements AutoCloseable {
        private static final Logger LOG = (Logger) LoggerFactory.getLogger(WatchHealth.class);

        private final List<String> lines = new CopyOnWriteArrayList<>();
        private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                lines.add(LoggedFailures.line(event));
            }
        };

        Logged() {
            appender.start();
            LOG.setLevel(Level.INFO);
            LOG.setAdditive(false);
            LOG.addAppender(appender);
        }

        List<String> lines() {
            return List.copyOf(lines);
        }

        @Override
        public void close() {
            LOG.detachAppender(appender);
            LOG.setAdditive(true);
            LOG.setLevel(null);
        }
    }

    @Test
    void aServerThatIsAwayEndsIt() throws Exception {
        try (var _ = engine.watch(Optional.empty(), observer)) {
            awaitWatches();
            cluster.close();
            Await.until("it is over", PROMISE, over::get);
        }
    }
}
