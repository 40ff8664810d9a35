package dev.shed.gateway.shed.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.Container.State;
import dev.shed.gateway.container.FakeRuntime;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.ShedName;
import dev.shed.gateway.shed.create.CreateProgress;
import dev.shed.gateway.shed.create.NewShed;
import dev.shed.gateway.shed.create.SilentOnlooker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What becomes of sheds while the gateway cannot write down what it has to remember.
class UnusableStateTest {
    private static final ShedName DEMO = ShedName.parse("demo");

    @TempDir
    Path directory;

    private final FakeRuntime runtime = new FakeRuntime();

    private Sheds sheds() {
        return TestSheds.of(runtime, directory);
    }

    /// A file where a directory is expected: nothing can be written below it, whoever runs this test.
    private void block(String name) throws IOException {
        Files.createFile(directory.resolve(name));
    }

    private void assertUnusable(Sheds sheds, CreateProgress createProgress) {
        assertThatExceptionOfType(ShedException.class)
                .isThrownBy(() -> sheds.create(new NewShed(DEMO), createProgress))
                .satisfies(e -> assertThat(e.failure().kind()).isEqualTo(Failure.Kind.STATE_UNUSABLE))
                .withMessageContaining(directory.resolve("creating").toString());
        assertThat(runtime.list()).isEmpty();
        assertThat(runtime.volumes()).isEmpty();
    }

    @Test
    void aShedIsStoppedThoughThatCannotBeWrittenDown() throws Exception {
        block("stopped");
        runtime.with("demo");
        var sheds = sheds();
        sheds.stop(DEMO);
        assertThat(sheds.find(DEMO).container().state()).isEqualTo(State.STOPPED);
        assertThat(sheds.find(DEMO).stoppedOnPurpose()).isTrue();
        assertThat(sheds.start(DEMO).running()).isTrue();
        assertThat(sheds.find(DEMO).stoppedOnPurpose()).isFalse();
        sheds.delete(DEMO, false);
        assertThat(runtime.list()).isEmpty();
    }

    @Test
    void whatCouldNotBeWrittenDownIsWrittenDownAsSoonAsThatIsPossible() throws Exception {
        block("stopped");
        runtime.with("demo").with("other");
        var sheds = sheds();
        sheds.stop(DEMO);
        Files.delete(directory.resolve("stopped"));
        sheds.stop(ShedName.parse("other"));
        assertThat(sheds().find(DEMO).stoppedOnPurpose()).isTrue();
    }

    /// On a disk that became read-only the note stays, and counts no more.
    @Test
    void aShedIsStartedThoughItsNoteCannotBeRemoved() throws Exception {
        runtime.with("demo");
        var sheds = sheds();
        sheds.stop(DEMO);
        try (var notes = Files.list(directory.resolve("stopped"))) {
            makeUndeletable(notes.findFirst().orElseThrow());
        }
        assertThat(sheds.start(DEMO).running()).isTrue();
        runtime.stop(runtime.list().getFirst(), Duration.ZERO);
        assertThat(sheds.find(DEMO).stoppedOnPurpose()).isFalse();
    }

    @Test
    void aShedIsMadeThoughNothingCanBeWrittenOfStoppedOnes() throws Exception {
        block("stopped");
        assertThat(sheds().create(new NewShed(DEMO), new SilentOnlooker(runtime))
                        .running())
                .isTrue();
    }

    @Test
    void nothingIsBegunThatCannotBeWrittenDown() throws Exception {
        var sheds = sheds();
        block("creating");
        assertUnusable(sheds, new SilentOnlooker(runtime));
        Files.delete(directory.resolve("creating"));
        assertThat(sheds.create(new NewShed(DEMO), new SilentOnlooker(runtime)).running())
                .isTrue();
    }

    /// The next start of the gateway would remove the shed, with whatever somebody has worked on by then.
    @Test
    void aShedThatWouldStayUnfinishedIsUndone() throws Exception {
        var sheds = sheds();
        var spoiling = new SilentOnlooker(runtime) {
            @Override
            public void begins(Stage stage, String what) {
                var mark = runtime.list().getFirst().labels().get(Container.CREATION);
                makeUndeletable(directory.resolve("creating").resolve("demo." + mark));
            }
        };
        assertUnusable(sheds, spoiling);
        assertThat(sheds.create(new NewShed(DEMO), new SilentOnlooker(runtime)).running())
                .isTrue();
    }

    @Test
    void aFileInPlaceOfTheCreationsIsTold() throws Exception {
        block("creating");
        assertThatExceptionOfType(ShedException.class)
                .isThrownBy(this::sheds)
                .satisfies(e -> assertThat(e.failure().code()).isEqualTo("STATE_UNUSABLE"))
                .satisfies(e -> assertThat(e.failure().exitStatus().code()).isEqualTo(74))
                .withMessageContaining(directory.resolve("creating") + ": ");
    }

    @Test
    void whatIsNoNoteOfACreationIsLeftAlone() throws Exception {
        var stray = Files.createDirectories(directory.resolve("creating")).resolve("-." + "0".repeat(32));
        Files.createFile(stray);
        assertThat(sheds().list()).isEmpty();
        assertThat(stray).exists();
    }

    private static void makeUndeletable(Path file) {
        try {
            Files.delete(file);
            Files.createDirectory(file);
            Files.createFile(file.resolve("full"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
