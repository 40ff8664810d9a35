package dev.shed.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.access.Grant.Role;
import dev.shed.gateway.container.Container.State;
import dev.shed.gateway.container.FakeProcess;
import dev.shed.gateway.container.FakeRuntime;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
    @ValueSource(strings = {"kill debug", "rename debug other", "peek debug", "send debug text"})
    void aStoppedShedHasNoSessionsAndIsNotStarted(String line) {
        runtime.with("demo", State.STOPPED);
        assertThat(caller.at("demo", line).status()).isEqualTo(66);
        assertThat(runtime.started()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"kill debug", "rename debug other", "peek debug", "send debug text"})
    void aTmuxThatFailsOtherwiseIsTheShedsTrouble(String line) {
        runtime.in("demo", _ -> FakeProcess.printing("", "server version is too old for client\n", 1));
        assertThat(caller.at("demo", line).status()).isEqualTo(75);
        assertThat(caller.at("demo", line).err()).contains("tmux says: server version is too old");
    }

    @ParameterizedTest
    @ValueSource(strings = {"kill debug", "rename debug other", "send debug text"})
    void aViewerMayNot(String line) {
        assertThat(caller.as(Role.VIEWER).at("demo", line).status()).isEqualTo(77);
        assertThat(runtime.tmux("demo").names()).containsExactly("debug", "default");
    }

    @Test
    void aViewerPeeks() {
        caller.as(Role.VIEWER);
        assertThat(caller.at("demo", "peek debug")).isEqualTo(new Caller.Outcome(0, "\n\n\n", ""));
        assertThat(caller.at("demo+debug", "peek --json").out())
                .isEqualTo("{\"name\":\"debug\",\"shed_name\":\"demo\",\"columns\":20,\"rows\":3,"
                        + "\"cursor\":{\"column\":0,\"row\":0},\"command\":\"bash\",\"title\":\"demo\","
                        + "\"history_lines\":0,\"lines\":[\"\",\"\",\"\"]}\n");
    }

    @ParameterizedTest
    @CsvSource({"-1", "50001", "x"})
    void peekBoundsItsLines(String lines) {
        assertThat(caller.at("demo", "peek debug --lines " + lines).status()).isEqualTo(64);
    }

    @Test
    void sendTypesTheWordsAndPressesEnter() {
        assertThat(caller.at("demo", "send debug run  the 'tests  again'"))
                .isEqualTo(new Caller.Outcome(0, "sent 20 bytes to demo+debug\n", ""));
        assertThat(runtime.tmux("demo").typed("debug")).isEqualTo("run the tests  again\r");
    }

    @Test
    void onAnAddressWithASessionAllWordsAreText() {
        assertThat(caller.at("demo+debug", "send --no-enter default x --json").out())
                .isEqualTo("{\"name\":\"debug\",\"shed_name\":\"demo\",\"pane\":\"%0\",\"bytes\":9,"
                        + "\"enter\":false,\"screen_changed\":true}\n");
        assertThat(runtime.tmux("demo").typed("debug")).isEqualTo("default x");
    }

    @Test
    void sendReadsStdinWithoutItsLastLineFeed() {
        assertThat(caller.sending("one\n\ttwo;\n\n").lobby("send demo debug").status())
                .isZero();
        assertThat(runtime.tmux("demo").typed("debug")).isEqualTo("one\n\ttwo;\n\r");
    }

    @Test
    void sendTypesNothingThatIsMissingOrTooMuchOrNoText() {
        assertThat(caller.at("demo", "send").err()).contains("SESSION is missing");
        assertThat(caller.at("demo", "send debug").err()).contains("there is nothing to type");
        assertThat(caller.at("demo", "send debug --no-enter ''").err()).contains("there is nothing to type");
        assertThat(caller.at("demo", "send debug 'a\u001b[201~b'").err()).contains("control character U+001B");
        assertThat(caller.at("demo", "send debug 'a\u009bb'").err()).contains("control character U+009B");
        assertThat(caller.sending("x".repeat(131_073)).at("demo", "send debug").err())
                .contains("longer than");
        assertThat(caller.typing("").at("demo", "send debug").err()).contains("TEXT is missing");
        assertThat(runtime.tmux("demo").typed("debug")).isEmpty();
    }

    @Test
    void sendRefusesAPasswordPromptAndAnotherProgram() {
        assertThat(caller.at("demo", "send debug --expect claude text").err())
                .startsWith("shed: session 'debug' of shed 'demo' takes no text: 'bash' runs in it, not 'claude'\n");
        runtime.programs(spec -> spec.program().toString().contains("stty")
                ? Optional.of(FakeProcess.printing("isig icanon iexten -echo echoe\n", "", 0))
                : Optional.empty());
        var refused = caller.at("demo", "send debug text --json");
        assertThat(refused.status()).isEqualTo(75);
        assertThat(refused.out()).contains("SESSION_NOT_READY", "it reads a password");
        assertThat(runtime.tmux("demo").typed("debug")).isEmpty();
    }
}
