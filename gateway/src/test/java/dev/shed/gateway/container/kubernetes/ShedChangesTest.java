package dev.shed.gateway.container.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shed.gateway.container.ContainerEvent;
import dev.shed.gateway.container.ContainerObserver;
import dev.shed.gateway.name.ShedName;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ShedChangesTest {
    private static final ShedName DEMO = ShedName.parse("demo");
    private static final Duration NEVER = Duration.ofHours(1);
    private static final Duration AT_ONCE = Duration.ofMillis(1);

    private static final ContainerObserver NOBODY = new ContainerObserver() {
        @Override
        public void happened(ContainerEvent event) {}

        @Override
        public void over() {}
    };

    private static JsonNode object(String kind, String uid) throws IOException {
        return new ObjectMapper().readTree("""
                {"kind": "%s", "metadata": {"name": "shed-demo", "uid": "%s", "labels":
                {"shed": "true", "shed.name": "demo"}}}""".formatted(kind, uid));
    }

    /// Each of these would wait for an hour if it were not told.
    @Test
    void whoWaitsIsWokenByWhatTheWatchSees() throws Exception {
        var changes = new ShedChanges(NEVER, NEVER);
        var seen = new Seen(NOBODY, changes);
        try (var wait = changes.of(DEMO)) {
            seen.pods().is(object("Pod", "1"));
            wait.untilChanged();
            seen.pods().isGone(object("Pod", "1"));
            wait.untilChanged();
            seen.claims().is(object("PersistentVolumeClaim", "2"));
            seen.claims().isGone(object("PersistentVolumeClaim", "2"));
            wait.untilChanged();
        }
    }

    @Test
    void allWhoWaitForTheShedAreWoken() {
        var changes = new ShedChanges(NEVER, NEVER);
        try (var one = changes.of(DEMO);
                var two = changes.of(DEMO)) {
            changes.changed(DEMO);
            one.untilChanged();
            two.untilChanged();
        }
        changes.changed(DEMO);
    }

    @Test
    void withoutAWatchItIsLookedAgainSooner() {
        var changes = new ShedChanges(NEVER, AT_ONCE);
        changes.watchBegins();
        changes.watchEnds();
        try (var wait = changes.of(DEMO)) {
            wait.untilChanged();
        }
    }
}
