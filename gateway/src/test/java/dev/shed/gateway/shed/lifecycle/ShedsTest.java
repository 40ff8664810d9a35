package dev.shed.gateway.shed.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.shed.gateway.Await;
import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.Container.State;
import dev.shed.gateway.container.FakeRuntime;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.ShedName;
import dev.shed.gateway.shed.Shed;
import dev.shed.gateway.shed.create.NewShed;
import dev.shed.gateway.shed.create.SilentOnlooker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
        return TestSheds.of(runtime, directory);
    }

    private Shed create() throws IOException, InterruptedException {
        return sheds.create(new NewShed(DEMO), new SilentOnlooker(runtime));
    }

    private static void assertFails(String code, ThrowingCallable call) {
        assertThatExceptionOfType(ShedException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.failure().code()).isEqualTo(code));
    }

    @Test
    void aNewShedRuns() throws Exception {
        assertThat(create().running()).isTrue();
        assertThat(sheds.find(DEMO).container().image()).isEqualTo(FakeRuntime.IMAGE);
        assertFails("SHED_ALREADY_EXISTS", () -> create());
    }

    /// They would be lost: an agent removes its own record when its terminal is closed.
    @Test
    void aHomeIsNotKeptWithoutNotesOfTheConversationsInIt() throws Exception {
        create();
        runtime.in("demo", _ -> {
            throw new ShedException(Failure.shedNotReady("demo", "it did not answer within 10 s"));
        });
        assertThatExceptionOfType(ShedException.class)
                .isThrownBy(() -> sheds.delete(DEMO, true))
                .satisfies(e -> {
                    assertThat(e.failure().code()).isEqualTo("SHED_NOT_READY");
                    assertThat(e.failure().hint())
                            .startsWith("try again in a moment\nssh shed@HOST delete demo --force --keep-volume\n")
                            .contains("`resume` then does not find");
                });
        assertThat(sheds.find(DEMO).running()).isTrue();
        assertThat(sheds.delete(DEMO, false).workspace()).isFalse();
    }

    @Test
    void aShedThatDoesNotStartIsNotLeftBehind() throws Exception {
        runtime.failingStarts(Failure.shedNotReady("demo", "no space left"));
        assertFails("SHED_NOT_READY", () -> create());
        assertThat(sheds.list()).isEmpty();
    }

    @Test
    void aShedThatDoesNotStayUpIsNotMade() {
        runtime.endingAtOnce("sleep: invalid time interval 'infinity'\nTry 'sleep --help'\n");
        assertThatExceptionOfType(ShedException.class)
                .isThrownBy(() -> create())
                .withMessageContaining("its main program ended at once (ended by signal 9, out of memory): "
                        + "sleep: invalid time interval 'infinity'; Try 'sleep --help'");
        assertThat(runtime.list()).isEmpty();
    }

    /// One that was not made has no log any more, and one that somebody else made any name.
    @Test
    void whoIsToldOfSuchAnEndIsShownWhatTellsMore() {
        runtime.with("demo");
        sheds.stop(DEMO);
        runtime.endingAtOnce("no");
        var id = sheds.find(DEMO).container().shortId();
        assertHint("read the log of " + id, () -> sheds.start(DEMO));
        runtime.remove(sheds.find(DEMO).container(), true);
        assertHint("try " + FakeRuntime.IMAGE, () -> create());
    }

    @Test
    void aPausedShedIsNotStarted() {
        runtime.with("demo", State.PAUSED);
        var id = sheds.find(DEMO).container().shortId();
        assertFails("SHED_NOT_READY", () -> sheds.start(DEMO));
        assertHint("wake " + id, () -> sheds.start(DEMO));
    }

    private static void assertHint(String hint, ThrowingCallable call) {
        assertThatExceptionOfType(ShedException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.failure().hint()).isEqualTo(hint));
    }

    @Test
    void aShedThatDoesNotStayUpIsStoppedAgain() {
        runtime.with("demo");
        sheds.stop(DEMO);
        runtime.endingAtOnce("no");
        assertFails("SHED_NOT_READY", () -> sheds.start(DEMO));
        assertThat(sheds.find(DEMO).container().state()).isEqualTo(State.STOPPED);
        assertThat(sheds.find(DEMO).stoppedOnPurpose()).isTrue();
    }

    /// What an engine makes after nobody waited for it any more is removed when it shows.
    @Test
    void whatIsMadeTooLateIsRemoved() throws Exception {
        var mark = abandon();
        sheds.undoAbandoned();
        runtime.with("demo", State.STOPPED, Map.of(Container.CREATION, mark));
        assertThat(sheds.list().getFirst().unfinished()).isTrue();
        Await.until("it is removed", () -> runtime.list().isEmpty());
        assertThat(runtime.list()).isEmpty();
        assertThat(runtime.volumes()).isEmpty();
        assertThat(create().running()).isTrue();
    }

    @Test
    void whatIsLeftOfACreationIsDeletedByItsNameAndForgotten() throws Exception {
        var mark = abandon();
        runtime.with("demo", State.STOPPED, Map.of(Container.CREATION, mark));
        assertThat(sheds.delete(DEMO, false).any()).isFalse();
        assertThat(runtime.list()).isEmpty();
        assertThat(directory.resolve("creating")).isEmptyDirectory();
        assertThat(create().running()).isTrue();
    }

    @Test
    void whatIsLeftOfACreationIsSaidToBeSo() throws Exception {
        var mark = abandon();
        runtime.with("demo", State.STOPPED, Map.of(Container.CREATION, mark));
        assertThatExceptionOfType(ShedException.class)
                .isThrownBy(() -> sheds.find(DEMO))
                .withMessageContaining("its creation was interrupted, and its remains are being removed");
        Await.until("it is removed", () -> runtime.list().isEmpty());
        assertFails("SHED_NOT_FOUND", () -> sheds.find(DEMO));
    }

    @Test
    void oneWhoseClientHasGoneIsSaidToBeRemoved() throws Exception {
        var begun = new CountDownLatch(1);
        var engine = new CountDownLatch(1);
        var ended = new CompletableFuture<Throwable>();
        var client = Thread.ofVirtual()
                .start(() -> ended.complete(catchThrowable(() ->
                        sheds.create(new NewShed(DEMO), new SilentOnlooker(runtime) {
                            @Override
                            public void begins(Stage stage, String what) throws IOException {
                                begun.countDown();
                                awaitEngine(engine);
                            }
                        }))));
        assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
        assertThatExceptionOfType(ShedException.class)
                .isThrownBy(() -> sheds.delete(DEMO, false))
                .withMessageContaining("it is being created");
        client.interrupt();
        Await.until("it was cut short", () -> told().contains("its creation was interrupted"));
        engine.countDown();
        assertThat(ended.get(10, TimeUnit.SECONDS)).isInstanceOfAny(IOException.class, InterruptedException.class);
        assertFails("SHED_NOT_FOUND", () -> sheds.find(DEMO));
    }

    private static void awaitEngine(CountDownLatch engine) throws IOException {
        try {
            engine.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private String told() {
        try {
            return sheds.find(DEMO).toString();
        } catch (ShedException e) {
            return e.failure().message();
        }
    }

    /// Has a creation fail in a way after which the engine may make the container yet.
    private String abandon() throws IOException {
        runtime.failingCreates(Failure.engineUnavailable("no answer within 30 s", "look at it"));
        assertFails("ENGINE_UNAVAILABLE", () -> create());
        runtime.failingCreates(null);
        try (var notes = Files.list(directory.resolve("creating"))) {
            return notes.findFirst().orElseThrow().getFileName().toString().replace("demo.", "");
        }
    }

    /// The next life of the gateway knows of it too.
    @Test
    void whatIsMadeTooLateIsRemovedByTheNextGateway() throws Exception {
        runtime.failingCreates(Failure.engineUnavailable("no answer within 30 s", "look at it"));
        assertFails("ENGINE_UNAVAILABLE", () -> create());
        runtime.failingCreates(null);
        try (var notes = Files.list(directory.resolve("creating"))) {
            assertThat(notes).hasSize(1);
        }
        assertThat(sheds().create(new NewShed(DEMO), new SilentOnlooker(runtime))
                        .running())
                .isTrue();
    }

    @Test
    void aKeptWorkspaceOutlivesACreateThatFails() throws Exception {
        create();
        sheds.delete(DEMO, true);
        runtime.failingStarts(Failure.shedNotReady("demo", "no space left"));
        assertFails("SHED_NOT_READY", () -> create());
        assertThat(runtime.volumes()).containsOnly("shed-demo-workspace", "shed-demo-home");
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
        runtime.failing(Failure.engineUnavailable("down", "look at it"));
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
    void aNewShedOfAnOldNameWasNotStopped() throws Exception {
        runtime.with("demo");
        sheds.stop(DEMO);
        sheds.delete(DEMO, false);
        assertThat(create().stoppedOnPurpose()).isFalse();
    }
}
