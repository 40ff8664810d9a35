package dev.shed.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.container.ContainerProcess;
import dev.shed.gateway.container.ExecSpec;
import dev.shed.gateway.container.ExecSpec.Program;
import dev.shed.gateway.container.FakeProcess;
import dev.shed.gateway.container.FakeRuntime;
import dev.shed.gateway.name.ShedName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `create --repo`, over a git that the test makes up.
class CloneTest {
    private static final String CREATE = "create demo --repo http://t0ken@git.example:8080/o/r.git";

    @TempDir
    Path directory;

    private final FakeRuntime runtime = new FakeRuntime().programs(this::git);
    private final List<ExecSpec> clones = new ArrayList<>();
    private String said = "";
    private int status;

    private synchronized Optional<ContainerProcess> git(ExecSpec spec) {
        var words = spec.program() instanceof Program.Argv argv ? argv.words() : List.<String>of();
        if (words.contains("clone")) {
            clones.add(spec);
            return Optional.of(FakeProcess.printing("", said, status));
        }
        return words.contains("remote.origin.url") ? Optional.of(FakeProcess.printing("", "", 1)) : Optional.empty();
    }

    @Test
    void aLoginIsAVariableOfGitAndNothingElse() {
        var caller = new Caller(runtime, directory);
        var made = caller.lobby(CREATE);
        assertThat(made.err()).isEqualTo("cloning http://***@git.example:8080/o/r.git\n");

        var clone = clones.getFirst();
        assertThat(clone.environment()).containsEntry("SHED_GIT_USER", "t0ken").containsEntry("SHED_GIT_PASSWORD", "");
        assertThat(((Program.Argv) clone.program()).words())
                .contains("credential.http://git.example:8080.helper=", "http://git.example:8080/o/r.git")
                .noneMatch(word -> word.contains("t0ken"));
        assertThat(runtime.find(ShedName.parse("demo")).orElseThrow().labels())
                .containsEntry("shed.repo", "http://git.example:8080/o/r.git")
                .noneSatisfy((_, value) -> assertThat(value).contains("t0ken"));
        assertThat(caller.lobby("info demo --json").out()).doesNotContain("t0ken");
        assertThat(caller.lobby("list").out()).doesNotContain("t0ken");
    }

    @Test
    void withoutALoginGitAsksNobody() {
        new Caller(runtime, directory).lobby("create demo --repo http://git.example/o/r.git");
        assertThat(((Program.Argv) clones.getFirst().program()).words()).startsWith("git", "clone");
        assertThat(clones.getFirst().environment()).doesNotContainKey("SHED_GIT_USER");
    }

    /// An earlier gateway wrote the address down as it was.
    @Test
    void aLabelWithALoginIsShownWithoutIt() {
        runtime.with(
                "demo",
                dev.shed.gateway.container.Container.State.RUNNING,
                java.util.Map.of("shed.repo", "http://t0ken@h/@scope/x"));
        var caller = new Caller(runtime, directory);
        for (var line : List.of("list", "list --json", "info demo", "info demo --json")) {
            assertThat(caller.lobby(line).out())
                    .as(line)
                    .doesNotContain("t0ken")
                    .contains("http://***@h/@scope/x");
        }
    }

    @Test
    void whatAServerSaysMovesNoCursor() {
        said =
                "Cloning into 'r'...\nremote: \u001b]0;owned\u0007\u001b[2J\u001b[31mhello\u001b[0m\r\n\ttabs\u009b1A\u202e\nend";
        assertThat(new Caller(runtime, directory).lobby(CREATE).err()).isEqualTo("""
                        cloning http://***@git.example:8080/o/r.git
                        Cloning into 'r'...
                        remote: hello
                         tabs1A
                        end
                        """);
    }

    @Test
    void norInAFailure() {
        said = "fatal: \u001b]0;owned\u0007unable to access 'http://t0ken@git.example/': \u001b[5mno\n";
        status = 128;
        var failed = new Caller(runtime, directory).lobby(CREATE);
        assertThat(failed.status()).isEqualTo(79);
        assertThat(failed.err())
                .contains("cannot clone http://***@git.example:8080/o/r.git: ")
                .contains("unable to access 'http://***@git.example/': no");
        assertThat(failed.err().lines().skip(2)).noneMatch(line -> line.contains("owned") || line.contains("t0ken"));
        assertThat(failed.err()).doesNotContain("\u001b").doesNotContain("owned");
    }
}
