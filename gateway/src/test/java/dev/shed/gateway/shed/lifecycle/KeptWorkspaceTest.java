package dev.shed.gateway.shed.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.shed.gateway.container.ContainerProcess;
import dev.shed.gateway.container.ContainerSpec.Limits;
import dev.shed.gateway.container.ExecSpec;
import dev.shed.gateway.container.ExecSpec.Program;
import dev.shed.gateway.container.FakeProcess;
import dev.shed.gateway.container.FakeRuntime;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.ShedName;
import dev.shed.gateway.shed.Shed;
import dev.shed.gateway.shed.create.NewShed;
import dev.shed.gateway.shed.create.ShedCreator;
import dev.shed.gateway.shed.create.SilentOnlooker;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A shed that is made with the workspace of one that was removed.
class KeptWorkspaceTest {
    private static final ShedName DEMO = ShedName.parse("demo");
    private static final String OURS = "https://github.com/o/r.git";
    private static final String OTHER = "https://me:secret@github.com/other/r.git";

    @TempDir
    Path directory;

    private final FakeRuntime runtime = new FakeRuntime();
    private final List<String> commands = new ArrayList<>();
    private final List<String> said = new ArrayList<>();

    /// By directory, where the clone in it came from.
    private final Map<String, String> origins = new HashMap<>();

    private String branch = "main\n";
    private String tags = "";
    private Sheds sheds;

    @BeforeEach
    void makeSheds() {
        sheds = TestSheds.of(runtime, directory);
        runtime.programs(spec -> Optional.of(git(spec)));
    }

    private synchronized ContainerProcess git(ExecSpec spec) {
        var words = ((Program.Argv) spec.program()).words();
        if (words.getFirst().equals("sh")) {
            return FakeProcess.printing("", "", 0); // no session whose conversation could be resumed
        }
        var verb = words.get(1).startsWith("--git-dir=") ? words.get(2) : words.get(1);
        commands.add(verb);
        return switch (verb) {
            case "config" -> answer(origins.getOrDefault(words.get(3).replace("/.git/config", ""), ""));
            case "symbolic-ref" -> answer(branch);
            case "for-each-ref" -> FakeProcess.printing(tags, "", 0);
            case "clone" -> FakeProcess.printing("", "", 0);
            default -> throw new AssertionError(words);
        };
    }

    private static ContainerProcess answer(String line) {
        return FakeProcess.printing(line, "", line.isEmpty() ? 1 : 0);
    }

    private Shed create(Optional<NewShed.Source> source) throws IOException, InterruptedException {
        var wanted = new NewShed(DEMO, Optional.empty(), source, Limits.NONE, Map.of(), Map.of(), "", "");
        return sheds.create(wanted, new SilentOnlooker(runtime) {
            @Override
            public void warns(String what) {
                said.add(what);
            }
        });
    }

    private static Optional<NewShed.Source> source(String repository) {
        return Optional.of(new NewShed.Source(repository, Optional.empty(), false));
    }

    private static Optional<NewShed.Source> branch(String branch) {
        return Optional.of(new NewShed.Source("o/r", Optional.of(branch), false));
    }

    /// Of a shed that was made with `o/r`, and removed.
    private void keep() throws IOException, InterruptedException {
        create(source("o/r"));
        assertThat(commands).containsExactly("config", "clone");
        origins.put("/workspace/r", OURS);
        sheds.delete(DEMO, true);
        commands.clear();
    }

    @Test
    void oneThatHasTheRepositoryIsUsedAsItIs() throws Exception {
        keep();
        assertThat(create(source("o/r")).running()).isTrue();
        assertThat(commands).doesNotContain("clone");
        assertThat(said).isEmpty();
    }

    @Test
    void itKnowsWhatIsInIt() throws Exception {
        keep();
        assertThat(create(Optional.empty()).container().labels())
                .containsEntry("shed.repo", "git@github.com:o/r.git")
                .containsEntry("shed.directory", "/workspace/r");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {"other, other", "a&b, 'a&b'", "it's, 'it'\\''s'"})
    void anotherBranchIsNotCheckedOutAndThatIsSaid(String wanted, String quoted) throws Exception {
        keep();
        create(branch(wanted));
        assertThat(said)
                .containsExactly("--branch is ignored: the workspace has main checked out; to switch:"
                        + " git -C /workspace/r checkout " + quoted);
    }

    @Test
    void theBranchThatIsCheckedOutNeedsNoWord() throws Exception {
        keep();
        create(branch("main"));
        assertThat(said).isEmpty();
    }

    @Test
    void aTagIsCheckedOutWhereItsCommitIs() throws Exception {
        keep();
        branch = "";
        tags = "v1\nv1.0\n";
        create(branch("v1.0"));
        assertThat(said).isEmpty();
        sheds.delete(DEMO, true);
        create(branch("v2"));
        assertThat(said).singleElement().asString().contains("has no branch checked out", "checkout v2");
    }

    @Test
    void anotherOfTheSameNameIsRefused() throws Exception {
        keep();
        origins.put("/workspace/r", OTHER);
        assertThatExceptionOfType(ShedException.class)
                .isThrownBy(() -> create(source("o/r")))
                .satisfies(e -> assertThat(e.failure())
                        .isEqualTo(Failure.otherRepository(
                                "demo",
                                "git@github.com:o/r.git",
                                "https://***@github.com/other/r.git",
                                "/workspace/r")));
        assertNothingIsMade();
    }

    @Test
    void anotherBesideTheOneThatIsThereIsRefused() throws Exception {
        keep();
        assertThatExceptionOfType(ShedException.class)
                .isThrownBy(() -> create(source("o/else")))
                .withMessage("OTHER_REPOSITORY: the workspace of 'demo' was kept and has " + OURS
                        + " in /workspace/r, not git@github.com:o/else.git");
        assertNothingIsMade();
    }

    private void assertNothingIsMade() {
        assertThat(commands).doesNotContain("clone");
        assertThat(runtime.list()).isEmpty();
        assertThat(runtime.volumes()).containsOnly("shed-demo-workspace", "shed-demo-home");
    }

    /// Whoever gets a kept home gets the logins in it.
    @Test
    void whereUsersSeeTheirOwnShedsTheVolumesAreForTheirOwnersOnly() throws Exception {
        var settings = TestSheds.settings();
        var ownersOnly = new ShedCreator.Settings(
                settings.image(),
                settings.workspace(),
                settings.forge(),
                settings.hostKeys(),
                settings.binds(),
                settings.envFile(),
                settings.limits(),
                settings.network(),
                true,
                settings.watch());
        ownedBy("SHA256:a,SHA256:b");
        sheds.delete(DEMO, true);
        sheds.reconfigure(ownersOnly, Duration.ofSeconds(1));

        for (var other : List.of("SHA256:c", "SHA256:a", "SHA256:a,SHA256:b,SHA256:c")) {
            assertThatExceptionOfType(ShedException.class)
                    .isThrownBy(() -> ownedBy(other))
                    .satisfies(e -> assertThat(e.failure()).isEqualTo(Failure.otherOwner("demo", "SHA256:a,SHA256:b")));
        }
        assertThat(runtime.list()).isEmpty();
        assertThat(runtime.volumes()).containsOnly("shed-demo-workspace", "shed-demo-home");

        assertThat(ownedBy("SHA256:b,SHA256:a").running()).isTrue();
    }

    private Shed ownedBy(String keys) throws IOException, InterruptedException {
        var wanted = new NewShed(
                DEMO, Optional.empty(), Optional.empty(), Limits.NONE, Map.of(), Map.of(), "somebody", keys);
        return sheds.create(wanted, new SilentOnlooker(runtime));
    }

    /// Somebody has emptied it.
    @Test
    void oneThatHasNoRepositoryAnyMoreTakesAnother() throws Exception {
        keep();
        origins.clear();
        create(source("o/else"));
        assertThat(commands).contains("clone");
    }
}
