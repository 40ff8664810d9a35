package dev.shed.gateway.container.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shed.gateway.Await;
import dev.shed.gateway.container.BareExec;
import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.Container.State;
import dev.shed.gateway.container.ContainerEngine;
import dev.shed.gateway.container.ContainerEvent;
import dev.shed.gateway.container.ContainerEvent.Kind;
import dev.shed.gateway.container.ContainerObserver;
import dev.shed.gateway.container.ContainerSpec;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.ShedName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Two gateways, each with a namespace of one cluster: a shed of one does not exist for the other.
/// All verbs ask the engine for sheds.
abstract class NamespacesContract {
    static final Duration GRACE = Duration.ofSeconds(1);

    final ShedName name = ShedName.parse("ns-" + UUID.randomUUID().toString().substring(0, 8));

    abstract ContainerEngine first();

    abstract ContainerEngine second();

    abstract String image();

    final ContainerSpec spec() {
        return new ContainerSpec(name, image(), Map.of(Container.CREATION, "test"));
    }

    static Container running(ContainerEngine engine, ContainerSpec spec) {
        var made = engine.create(spec);
        engine.start(made);
        return made;
    }

    @AfterEach
    void removeWhatIsLeft() throws Exception {
        for (var engine : List.of(first(), second())) {
            engine.find(name).ifPresent(shed -> engine.remove(shed, true));
            if (!engine.workspaceLabels(name).isEmpty()) {
                engine.remove(engine.create(spec()), true);
            }
        }
    }

    private Optional<State> state(ContainerEngine engine) {
        return engine.find(name).map(Container::state);
    }

    @Test
    void oneNameIsAShedInEach() {
        var ours = first().create(spec());
        var theirs = second().create(spec());
        assertThat(ours.id()).isNotEqualTo(theirs.id());
        assertThat(first().list()).extracting(Container::id).contains(ours.id()).doesNotContain(theirs.id());
        assertThat(second().list())
                .extracting(Container::id)
                .contains(theirs.id())
                .doesNotContain(ours.id());

        first().start(ours);
        assertThat(state(second())).contains(State.STOPPED);
        second().start(theirs);
        first().markStopped(ours, true);
        first().stop(ours, GRACE);
        assertThat(state(first())).contains(State.STOPPED);
        assertThat(state(second())).contains(State.RUNNING);
        assertThat(second().find(name).orElseThrow().labels()).doesNotContainKey(Container.STOPPED);

        first().remove(ours, true);
        assertThat(first().find(name)).isEmpty();
        assertThat(second().find(name).map(Container::id)).contains(theirs.id());
        assertThat(state(second())).contains(State.RUNNING);
    }

    @Test
    void aShedOfTheOtherIsNotFound() {
        var theirs = running(second(), spec());
        var engine = first();
        assertThat(engine.find(name)).isEmpty();
        assertThat(engine.list()).extracting(Container::shed).doesNotContain(name);
        assertThat(engine.workspaceLabels(name)).isEmpty();
        assertThat(engine.homeLabels(name)).isEmpty();
        assertThat(engine.trouble(theirs)).isEmpty();
        assertThat(engine.undo(name, "test")).isFalse();
        assertNotFound(() -> engine.details(theirs));
        assertNotFound(() -> engine.start(theirs));
        assertNotFound(() -> engine.stop(theirs, GRACE));
        assertNotFound(() -> engine.markStopped(theirs, true));
        assertNotFound(() -> engine.exec().start(theirs, BareExec.ROOT, List.of("true"), Map.of()));
        assertNotFound(() -> engine.exec().put(theirs, "/tmp/porter", new byte[] {1}));
        assertThat(engine.remove(theirs, true)).isEqualTo(new ContainerEngine.Kept(false, false));
        assertThat(state(second())).contains(State.RUNNING);
    }

    private static void assertNotFound(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ShedException.class,
                        e -> assertThat(e.failure().kind()).isEqualTo(Failure.Kind.SHED_NOT_FOUND));
    }

    @Test
    void whatTheOtherHasKeptIsNotUsed() {
        second().remove(second().create(spec()), false);
        assertThat(first().workspaceLabels(name)).isEmpty();
        var ours = first().create(spec());
        assertThat(second().workspaceLabels(name)).isNotEmpty();
        assertThat(first().remove(ours, true)).isEqualTo(new ContainerEngine.Kept(false, false));
        assertThat(second().workspaceLabels(name)).isNotEmpty();
    }

    /// What happened to whom, as one engine tells it.
    private static final class Told implements ContainerObserver {
        private final List<ContainerEvent> events = new CopyOnWriteArrayList<>();

        @Override
        public void happened(ContainerEvent event) {
            events.add(event);
        }

        @Override
        public void over() {}

        void await(Container shed, Kind kind) throws Exception {
            Await.until(
                    kind + " is told",
                    () -> events.stream()
                            .anyMatch(each -> each.containerId().equals(shed.id()) && each.kind() == kind));
        }

        void assertNotAbout(Container shed) {
            assertThat(events).extracting(ContainerEvent::containerId).doesNotContain(shed.id());
        }
    }

    @Test
    void eventsOfTheOtherAreNotTold() throws Exception {
        var toFirst = new Told();
        var toSecond = new Told();
        try (var _ = first().watch(Optional.empty(), toFirst);
                var _ = second().watch(Optional.empty(), toSecond)) {
            var theirs = running(second(), spec());
            toSecond.await(theirs, Kind.STARTED);
            var ours = running(first(), spec());
            toFirst.await(ours, Kind.STARTED);
            second().remove(theirs, true);
            toSecond.await(theirs, Kind.REMOVED);
            first().remove(ours, true);
            toFirst.await(ours, Kind.REMOVED);
            toFirst.assertNotAbout(theirs);
            toSecond.assertNotAbout(ours);
        }
    }
}
