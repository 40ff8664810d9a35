package dev.shed.gateway.shed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.shed.gateway.container.Container.State;
import dev.shed.gateway.container.FakeRuntime;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.ShedName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShedsTest {
    private static final ShedName DEMO = ShedName.parse("demo");

    @TempDir
    Path directory;

    private final FakeRuntime runtime = new FakeRuntime();
    private Sheds sheds;

    @BeforeEach
    void makeSheds() {
        sheds = sheds();
    }

    private Sheds sheds() {
        return new Sheds(
                runtime,
                new StoppedSheds(directory.resolve("stopped")),
                new Sheds.Defaults(FakeRuntime.IMAGE, Duration.ofSeconds(1)));
    }

    private static void assertFails(String code, ThrowingCallable call) {
        assertThatExceptionOfType(ShedException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.failure().code()).isEqualTo(code));
    }

    @Test
    void aNewShedRuns() {
        assertThat(sheds.create(DEMO, Optional.empty()).running()).isTrue();
        assertThat(sheds.find(DEMO).container().image()).isEqualTo(FakeRuntime.IMAGE);
        assertFails("SHED_ALREADY_EXISTS", () -> sheds.create(DEMO, Optional.empty()));
    }

    @Test
    void aShedThatDoesNotStartIsNotLeftBehind() {
        runtime.failingStarts(new Failure.ShedNotReady("demo", "no space left"));
        assertFails("SHED_NOT_READY", () -> sheds.create(DEMO, Optional.empty()));
        assertThat(sheds.list()).isEmpty();
    }

    @Test
    void aKeptWorkspaceOutlivesACreateThatFails() {
        sheds.create(DEMO, Optional.empty());
        sheds.delete(DEMO, true);
        runtime.failingStarts(new Failure.ShedNotReady("demo", "no space left"));
        assertFails("SHED_NOT_READY", () -> sheds.create(DEMO, Optional.empty()));
        assertThat(runtime.volumes()).containsExactly("shed-demo-workspace");
    }

    @Test
    void whatIsStoppedOnPurposeIsRememberedAcrossRestarts() {
        runtime.with("demo");
        sheds.stop(DEMO);
        assertThat(sheds().find(DEMO).stoppedOnPurpose()).isTrue();
        sheds().start(DEMO);
        assertThat(sheds.find(DEMO).stoppedOnPurpose()).isFalse();
    }

    @Test
    void whatStopsByItselfIsNotStoppedOnPurpose() {
        runtime.with("demo", State.STOPPED);
        assertThat(sheds.find(DEMO).stoppedOnPurpose()).isFalse();
    }

    @Test
    void aStopThatFailsIsNotRemembered() {
        runtime.with("demo");
        var shed = sheds.find(DEMO);
        runtime.failing(new Failure.EngineUnavailable("down"));
        assertFails("ENGINE_UNAVAILABLE", () -> sheds.stop(DEMO));
        runtime.failing(null);
        assertThat(sheds.find(shed.name()).stoppedOnPurpose()).isFalse();
    }

    @Test
    void conflictsAreNamed() {
        runtime.with("demo");
        assertFails("SHED_ALREADY_RUNNING", () -> sheds.start(DEMO));
        sheds.stop(DEMO);
        assertFails("SHED_ALREADY_STOPPED", () -> sheds.stop(DEMO));
        sheds.delete(DEMO, false);
        assertFails("SHED_NOT_FOUND", () -> sheds.find(DEMO));
        assertFails("SHED_NOT_FOUND", () -> sheds.delete(DEMO, false));
    }

    @Test
    void aNewShedOfAnOldNameWasNotStopped() {
        runtime.with("demo");
        sheds.stop(DEMO);
        sheds.delete(DEMO, false);
        assertThat(sheds.create(DEMO, Optional.empty()).stoppedOnPurpose()).isFalse();
    }
}
