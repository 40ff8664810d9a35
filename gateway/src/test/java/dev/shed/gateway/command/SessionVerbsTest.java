package dev.shed.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.access.Grant.Role;
import dev.shed.gateway.container.Container.State;
import dev.shed.gateway.container.FakeProcess;
import dev.shed.gateway.container.FakeRuntime;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The verbs about one session.
class SessionVerbsTest {
    @TempDir
    Path directory;

    private final FakeRuntime runtime = new FakeRuntime();
    private Caller caller;

    @BeforeEach
    void call() {
        caller = new Caller(runtime, directory);
        runtime.with("demo").tmux("demo").with("debug", Caller.NOW, 0, 2).with("default", Caller.NOW, 1, 1);
    }

    @Test
    void renameTakesTheSessionFromTheArgumentOrTheAddress() {
        assertThat(caller.at("demo", "rename debug fix"))
                .isEqualTo(new Caller.Outcome(0, "renamed demo+debug to fix\n", ""));
        assertThat(caller.at("demo+fix", "rename fix-2 --json").out())
                .isEqualTo("{\"name\":\"fix-2\",\"shed_name\":\"demo\",\"former_name\":\"fix\"}\n");
        assertThat(caller.lobby("rename demo fix-2 fix-3").status()).isZero();
        assertThat(runtime.tmux("demo").names()).containsExactly("default", "fix-3");
    }

    @Test
    void renameNeverAssumesASession() {
        assertThat(caller.at("demo", "rename other").err()).contains("SESSION is missing", "rename SESSION NEW");
        assertThat(caller.at("demo+debug", "rename default other").status()).isEqualTo(64);
        assertThat(runtime.tmux("demo").names()).containsExactly("debug", "default");
    }

    @Test
    void renameTakesNoNameThatIsTaken() {
        var outcome = caller.at("demo", "rename debug default");
        assertThat(outcome.status()).isEqualTo(73);
        assertThat(outcome.err()).startsWith("shed: there is a session 'default' in shed 'demo' already\n");
        assertThat(runtime.tmux("demo").names()).containsExactly("debug", "default");
    }

    @ParameterizedTest
    @ValueSource(strings = {"''", "a.b", "a:b", "'#{pid}'", "-x", "=a", "'a b'"})
    void renameChecksTheNewName(String name) {
        var outcome = caller.at("demo", "rename debug -- " + name);
        assertThat(outcome.status()).isEqualTo(64);
        assertThat(outcome.err()).contains("is not a session name");
        assertThat(runtime.tmux("demo").names()).containsExactly("debug", "default");
        assertThat(runtime.started()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"kill deb", "rename deb other"})
    void sessionsAreNamedExactly(String line) {
        assertThat(caller.at("demo", line).err()).startsWith("shed: there is no session 'deb' in shed 'demo'\n");
        assertThat(caller.at("demo", line).status()).isEqualTo(66);
    }

    @ParameterizedTest
    @ValueSource(strings = {"kill debug", "rename debug other"})
    void aStoppedShedHasNoSessionsAndIsNotStarted(String line) {
        runtime.with("demo", State.STOPPED);
        assertThat(caller.at("demo", line).status()).isEqualTo(66);
        assertThat(runtime.started()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"kill debug", "rename debug other"})
    void aTmuxThatFailsOtherwiseIsTheShedsTrouble(String line) {
        runtime.in("demo", _ -> FakeProcess.printing("", "server version is too old for client\n", 1));
        assertThat(caller.at("demo", line).status()).isEqualTo(75);
        assertThat(caller.at("demo", line).err()).contains("tmux says: server version is too old");
    }

    @ParameterizedTest
    @ValueSource(strings = {"kill debug", "rename debug other"})
    void aViewerMayNot(String line) {
        assertThat(caller.as(Role.VIEWER).at("demo", line).status()).isEqualTo(77);
        assertThat(runtime.tmux("demo").names()).containsExactly("debug", "default");
    }
}
