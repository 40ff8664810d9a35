package dev.shed.gateway.container.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shed.gateway.Await;
import dev.shed.gateway.container.ContainerEvent;
import dev.shed.gateway.container.ContainerEvent.Kind;
import dev.shed.gateway.container.ContainerObserver;
import dev.shed.gateway.container.ContainerSpec;
import dev.shed.gateway.name.ShedName;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

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
    void aServerThatIsAwayEndsIt() throws Exception {
        try (var _ = engine.watch(Optional.empty(), observer)) {
            awaitWatches();
            cluster.close();
            Await.until("it is over", PROMISE, over::get);
        }
    }
}
