package dev.shed.gateway.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shed.gateway.container.Container.State;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.ShedName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What every engine promises of the life of a shed.
public abstract class LifecycleContract {
    protected static final Duration GRACE = Duration.ofSeconds(1);

    protected final ShedName name =
            ShedName.parse("life-" + UUID.randomUUID().toString().substring(0, 8));

    protected abstract ContainerEngine engine();

    protected abstract String image();

    protected ContainerSpec marked(String creation) {
        return new ContainerSpec(name, image(), Map.of(Container.CREATION, creation, "shed.owner", "ada"));
    }

    @AfterEach
    protected void removeWhatIsLeft() throws Exception {
        engine().find(name).ifPresent(container -> engine().remove(container, true));
        // What was kept is removed by whoever uses it again.
        if (!engine().workspaceLabels(name).isEmpty()) {
            engine().remove(engine().create(marked("last")), true);
        }
    }

    @Test
    void aShedIsCreatedStartedStoppedAndRemoved() {
        var engine = engine();
        var made = engine.create(marked("one"));
        assertThat(made.state()).isEqualTo(State.STOPPED);
        assertThat(made.image()).isEqualTo(image());
        assertThat(made.workspaceVolume()).isPresent();
        assertThat(made.homeVolume()).isPresent();
        assertThat(made.labels())
                .containsEntry("shed", "true")
                .containsEntry("shed.name", name.value())
                .containsEntry("shed.owner", "ada");
        assertThat(Instant.parse(made.labels().getOrDefault("shed.created", "")))
                .isBeforeOrEqualTo(Instant.now());

        engine.start(made);
        engine.start(made);
        assertThat(state()).contains(State.RUNNING);
        assertThat(engine.list()).extracting(Container::shed).contains(name);
        assertThat(engine.find(name).map(Container::id)).contains(made.id());
        assertThat(engine.details(made).life().started()).isPresent();

        engine.stop(made, GRACE);
        engine.stop(made, GRACE);
        assertThat(state()).contains(State.STOPPED);

        engine.remove(made, true);
        engine.remove(made, true);
        assertThat(state()).isEmpty();
        assertFailure(() -> engine.start(made), Failure.Kind.SHED_NOT_FOUND);
        assertFailure(() -> engine.details(made), Failure.Kind.SHED_NOT_FOUND);
    }

    @Test
    void exactlyOneOfTenCreationsWins() {
        var calls = new ArrayList<Future<Container>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 10; i++) {
                var spec = marked("creation-" + i);
                calls.add(threads.submit(() -> engine().create(spec)));
            }
        }
        assertThat(calls)
                .filteredOn(call -> call.state() == Future.State.SUCCESS)
                .hasSize(1);
        assertThat(calls)
                .filteredOn(call -> call.state() == Future.State.FAILED)
                .allSatisfy(call -> assertThat(call.exceptionNow())
                        .isInstanceOfSatisfying(
                                ShedException.class,
                                e -> assertThat(e.failure().kind()).isEqualTo(Failure.Kind.SHED_ALREADY_EXISTS)));
    }

    @Test
    void onlyTheCreationThatIsMeantIsUndone() {
        engine().create(marked("one"));
        assertThat(engine().undo(name, "two")).isFalse();
        assertThat(state()).contains(State.STOPPED);
        assertThat(engine().undo(name, "one")).isTrue();
        assertThat(state()).isEmpty();
        assertThat(engine().workspaceLabels(name)).isEmpty();
    }

    @Test
    void keptVolumesAreUsedAgainAndKeptWhenThatIsUndone() {
        var kept = engine().remove(engine().create(marked("one")), false);
        assertThat(kept).isEqualTo(new ContainerEngine.Kept(true, true));
        assertThat(state()).isEmpty();
        assertThat(engine().list()).extracting(Container::shed).doesNotContain(name);
        assertThat(engine().workspaceLabels(name)).isNotEmpty();

        engine().create(marked("two"));
        assertFailure(() -> engine().create(marked("three")), Failure.Kind.SHED_ALREADY_EXISTS);
        assertThat(engine().undo(name, "two")).isTrue();
        assertThat(engine().workspaceLabels(name)).isNotEmpty();

        var again = engine().create(marked("four"));
        assertThat(engine().remove(again, true)).isEqualTo(new ContainerEngine.Kept(false, false));
        assertThat(engine().workspaceLabels(name)).isEmpty();
    }

    /// Another shed of the same name is not what was meant.
    @Test
    void aLaterShedOfTheNameIsLeftAlone() {
        var former = engine().create(marked("one"));
        engine().remove(former, true);
        var later = engine().create(marked("two"));
        engine().remove(former, true);
        assertFailure(() -> engine().start(former), Failure.Kind.SHED_NOT_FOUND);
        assertThat(engine().find(name).map(Container::id)).contains(later.id());
    }

    protected Optional<State> state() {
        return engine().find(name).map(Container::state);
    }

    protected static void assertFailure(ThrowingCallable call, Failure.Kind kind) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ShedException.class, e -> assertThat(e.failure().kind()).isEqualTo(kind));
    }
}
