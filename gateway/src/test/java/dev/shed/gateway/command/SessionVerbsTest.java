package dev.shed.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.access.Grant.Role;
import dev.shed.gateway.container.Container.State;
import dev.shed.gateway.container.ExecSpec.Program;
import dev.shed.gateway.container.FakeProcess;
import dev.shed.gateway.container.FakeRuntime;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
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
        assertThat(caller.at("demo", "rename other").err()).contains("SESSION or NEW is missing", "rename SESSION NEW");
        assertThat(caller.at("demo+debug", "rename default other").status()).isEqualTo(64);
        assertThat(runtime.tmux("demo").names()).containsExactly("debug", "default");
    }

    @ParameterizedTest
    @ValueSource(strings = {"kill", "rename other", "peek", "send", "wait"})
    void whoNamesNoSessionIsToldHowToListThem(String line) {
        var hint = "to list its sessions: ssh -s demo@HOST sessions";
        assertThat(caller.at("demo", line).err())
                .startsWith("shed: SESSION ")
                .contains(" is missing\nTry:\n  " + hint + "\n  ssh -s SHED@HOST ");
        assertThat(caller.at("demo", line + " --json").out()).contains("\"hint\":\"" + hint + "\\n");
        var limited = caller.limitedTo(line.split(" ", 2)[0]).at("demo", line);
        assertThat(limited.err()).contains(" is missing\nTry:\n").doesNotContain("to list");
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
        assertThat(caller.at("demo", line).err()).isEqualTo("""
            shed: there is no session 'deb' in shed 'demo'
            Try:
              ssh -s demo@HOST sessions
            """);
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
        assertThat(caller.at("demo", "peek debug")).isEqualTo(new Caller.Outcome(0, "", ""));
        assertThat(caller.at("demo+debug", "peek --json").out())
                .isEqualTo("{\"name\":\"debug\",\"shed_name\":\"demo\",\"columns\":20,\"rows\":3,"
                        + "\"cursor\":{\"column\":0,\"row\":0},\"command\":\"bash\",\"title\":\"demo\","
                        + "\"history_lines\":0,\"lines\":[\"\",\"\",\"\"]}\n");
    }

    @Test
    void peekJoinsWhatTheTerminalHasWrapped() {
        var pane = "%0\t7\t/dev/pts/0\t20\t3\t0\t0\t0\t0\t0\t0\t0\t60\tbash\tdemo\n";
        runtime.in("demo", spec -> {
            boolean joined = spec.program() instanceof Program.Argv(var argv, var _) && argv.contains("-peJ");
            return FakeProcess.printing(pane + (joined ? "ab  \n\n" : "a\nb\n\n"), "", 0);
        });

        assertThat(caller.at("demo", "peek debug")).isEqualTo(new Caller.Outcome(0, "a\nb\n", ""));
        assertThat(caller.at("demo", "peek debug --join")).isEqualTo(new Caller.Outcome(0, "ab\n", ""));
        assertThat(caller.at("demo+debug", "peek --join --json").out()).endsWith(",\"lines\":[\"ab\",\"\"]}\n");
    }

    @Test
    void peekEndsWithTheLastLineOfText() {
        var pane = "%0\t7\t/dev/pts/0\t20\t6\t0\t0\t0\t0\t0\t0\t0\t60\tbash\tdemo\n";
        runtime.in("demo", _ -> FakeProcess.printing(pane + "\na\n\n\nb\n\n", "", 0));

        assertThat(caller.at("demo", "peek debug").out()).isEqualTo("\na\n\n\nb\n");
        assertThat(caller.at("demo", "peek debug --color").out()).isEqualTo("\na\n\n\nb\n\n\u001b[0m");
        assertThat(caller.at("demo", "peek debug --json").out())
                .endsWith("\"lines\":[\"\",\"a\",\"\",\"\",\"b\",\"\"]}\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 |''|''",
                "1 127|''|'shed: the command has ended already with status 127; to see what it printed: ssh -s"
                        + " demo+x@HOST peek'",
                "1 |''|'shed: the command has ended already by a signal; to see what it printed: ssh -s demo+x@HOST"
                        + " peek'",
                "''|can't find pane: x|shed: the command has ended already, and its session 'x' with it",
                "''|unknown format|''",
            })
    void aCommandThatEndsAtOnceIsReported(String out, String err, String notice) {
        runtime.in("demo", spec -> {
            var argv = spec.program() instanceof Program.Argv(var words, var _) ? words : List.<String>of();
            if (argv.contains("has-session")) {
                return FakeProcess.printing("", "can't find session: x", 1);
            }
            return argv.contains("#{pane_dead} #{pane_dead_status}")
                    ? FakeProcess.printing(out, err, err.isEmpty() ? 0 : 1)
                    : FakeProcess.printing("", "", 0);
        });

        assertThat(caller.at("demo", "run x -- true"))
                .isEqualTo(new Caller.Outcome(0, "x\n", notice.isEmpty() ? "" : notice + "\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"peek deb", "send deb text"})
    void aMissingSessionCanBeStarted(String line) {
        var hint =
                "  to start it: ssh demo+deb@HOST\n  to start a command in it: ssh -s demo+deb@HOST \"run -- COMMAND\"";

        assertThat(caller.at("demo", line).err()).contains(hint);
        assertThat(caller.withClient("/").at("demo", line).err())
                .contains("to start it: shed attach demo+deb\n", "shed run demo+deb -- COMMAND\n");
        assertThat(caller.as(Role.VIEWER).at("demo", "peek deb").err()).endsWith("Try:\n  shed sessions demo\n");
    }

    @ParameterizedTest
    @CsvSource({"-1", "50001", "x"})
    void peekBoundsItsLines(String lines) {
        assertThat(caller.at("demo", "peek debug --lines " + lines).status()).isEqualTo(64);
    }

    /// For whom a notification is held back.
    @Test
    void whoSendsHasTyped() {
        FakeChannel.TYPED.clear();
        assertThat(caller.at("demo", "send debug x").status()).isZero();
        assertThat(caller.at("demo+debug", "send --key enter").status()).isZero();
        assertThat(caller.at("demo", "send debug --expect vim x").status()).isNotZero();
        assertThat(FakeChannel.TYPED).containsExactly("demo+debug", "demo+debug");
    }

    @Test
    void sendTypesTheWordsAndPressesEnter() {
        assertThat(caller.at("demo", "send debug run  the 'tests  again'"))
                .isEqualTo(new Caller.Outcome(0, "sent 20 bytes to demo+debug\n", ""));
        assertThat(runtime.tmux("demo").typed("debug")).isEqualTo("run the tests  again\r");
    }

    @Test
    void onAnAddressWithASessionAllWordsAreText() {
        assertThat(caller.at("demo+debug", "send --no-enter --json default x").out())
                .isEqualTo("{\"name\":\"debug\",\"shed_name\":\"demo\",\"pane\":\"%0\",\"bytes\":9,"
                        + "\"enter\":false,\"screen_changed\":true,\"keys\":[]}\n");
        assertThat(runtime.tmux("demo").typed("debug")).isEqualTo("default x");
    }

    @ParameterizedTest
    @CsvSource({
        "demo, send debug make -j4 test, make -j4 test",
        "demo, send --no-enter debug - [ ] item, - [ ] item",
        "demo, send debug ls --help --json --no-enter, ls --help --json --no-enter",
        "demo, send debug a -- b, a -- b",
        "demo, send debug -- --help, --help",
        "demo, send -- debug --help, --help",
        "demo, send debug --expect bash --help, ''",
        "demo, send debug --expect=bash vim --help, vim --help",
        "demo+debug, send make -j4 test, make -j4 test",
        "demo+debug, send -- -x, -x",
        "shed, send demo debug make -j4 test, make -j4 test",
        "shed, send demo --no-enter debug make --no-enter, make --no-enter"
    })
    void optionsEndAtTheFirstWordOfTheText(String address, String line, String typed) {
        assertThat(caller.at(address, line).status()).isZero();
        assertThat(runtime.tmux("demo").typed("debug").replace("\r", "")).isEqualTo(typed);
    }

    @Test
    void anOptionInTheTextDoesNotTurnItsFailureIntoJson() {
        var failed = caller.at("demo", "send none text --json");
        assertThat(failed.err()).startsWith("shed: there is no session 'none'");
        assertThat(failed.out()).isEmpty();
        assertThat(caller.at("demo", "send none --json text").out()).contains("SESSION_NOT_FOUND");
    }

    @Test
    void sendPressesKeys() {
        assertThat(caller.at("demo", "send debug --key Up --key 2 --key enter"))
                .isEqualTo(new Caller.Outcome(0, "pressed up, 2, enter in demo+debug\n", ""));
        assertThat(runtime.tmux("demo").typed("debug")).isEqualTo("\u001b[A2\r");
        assertThat(caller.at("demo+default", "send --json --key=ctrl-c").out())
                .isEqualTo("{\"name\":\"default\",\"shed_name\":\"demo\",\"pane\":\"%1\",\"bytes\":0,"
                        + "\"enter\":false,\"screen_changed\":true,\"keys\":[\"ctrl-c\"]}\n");
        assertThat(runtime.tmux("demo").typed("default")).isEqualTo("\u0003");
    }

    @Test
    void aTextThatLooksLikeAnOptionIsShownHowItIsSent() {
        var option = caller.at("demo", "send debug -x");
        assertThat(option.status()).isEqualTo(64);
        assertThat(option.err()).contains("unknown option '-x'", "send [OPTIONS] SESSION [OPTIONS] [--] [TEXT...]");
        assertThat(caller.at("demo", "send debug -- -x").out()).startsWith("sent 2 bytes");
    }

    @Test
    void keysAreNamedAndStandAlone() {
        var unknown = caller.at("demo", "send debug --key hyper");
        assertThat(unknown.status()).isEqualTo(64);
        assertThat(unknown.err()).contains("there is no key 'hyper'; keys are enter, escape, tab,");
        assertThat(caller.at("demo", "send debug --key enter text").err())
                .contains("--key cannot be combined with TEXT");
        assertThat(caller.at("demo", "send debug --key up --no-enter").err())
                .contains("--key cannot be combined with --no-enter");
        assertThat(caller.at("demo", "send debug --key").status()).isEqualTo(64);
        assertThat(caller.at("demo", "send debug " + "--key up ".repeat(33)).err())
                .contains("more than 32 keys");
        assertThat(runtime.tmux("demo").typed("debug")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"enter, 75", "y, 75", "up, 75", "escape, 0", "ctrl-c, 0", "ctrl-d, 0", "ctrl-j, 75"})
    void aPasswordPromptTakesOnlyKeysThatLeadOut(String key, int status) {
        runtime.programs(spec -> spec.program().toString().contains("stty")
                ? Optional.of(FakeProcess.printing("isig icanon iexten -echo echoe\n", "", 0))
                : Optional.empty());
        assertThat(caller.at("demo", "send debug --key " + key).status()).isEqualTo(status);
        assertThat(runtime.tmux("demo").typed("debug").isEmpty()).isEqualTo(status != 0);
    }

    @Test
    void sendWaitsOnlyWhenItIsAskedTo() {
        assertThat(caller.at("demo+debug", "send --match x text").err())
                .contains("--until, --match, --for and --timeout need --wait");
        assertThat(caller.at("demo+debug", "send --wait --until match text").err())
                .contains("--match REGEX is missing");
        assertThat(caller.at("demo+debug", "send --wait --match ( text").status())
                .isEqualTo(64);
        assertThat(runtime.tmux("demo").typed("debug")).isEmpty();
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
                .startsWith(
                        "shed: session 'debug' of shed 'demo' does not accept text: 'bash' runs in it, not 'claude'\n");
        runtime.programs(spec -> spec.program().toString().contains("stty")
                ? Optional.of(FakeProcess.printing("isig icanon iexten -echo echoe\n", "", 0))
                : Optional.empty());
        var refused = caller.at("demo", "send debug --json text");
        assertThat(refused.status()).isEqualTo(75);
        assertThat(refused.out()).contains("SESSION_NOT_READY", "it reads a password");
        assertThat(runtime.tmux("demo").typed("debug")).isEmpty();
    }

    /// What runs in the pane, with each of these as the status of Claude Code in turn, and then with the last
    /// one.
    private void claude(String... statuses) {
        var left = new ArrayDeque<>(List.of(statuses));
        runtime.programs(spec -> {
            if (!spec.program().toString().contains("shed-agents")) {
                return Optional.empty();
            }
            var status = left.size() > 1 ? left.poll() : left.peek();
            return Optional.of(FakeProcess.printing("""
                pane\t71\t-\t$0\tdebug\t%%0\t0\t\t\tclaude\t✳
                process\t71\tclaude\t80\t7
                record\t71\t7\t{"procStart":"7","status":"%s","waitingFor":"permission prompt"}
                end
                """.formatted(status), "", 0));
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"send debug no", "send debug --no-enter no", "send debug ''"})
    void textIsNoAnswerToAnAgentThatAsks(String line) {
        claude("waiting");

        assertThat(caller.at("demo", line)).isEqualTo(new Caller.Outcome(75, "", """
            shed: session 'debug' of shed 'demo' does not accept text: its agent asks something: \
            needs-approval: permission prompt (record of claude-code)
            Try:
              ssh shed@HOST inbox
              ssh shed@HOST approve ID
              ssh -s demo+debug@HOST peek
              ssh -s demo+debug@HOST "send --key escape"
            """));
        assertThat(runtime.tmux("demo").typed("debug")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"send debug --key enter", "send debug --key down --key 2", "send debug --key escape"})
    void keysAnswerAnAgentThatAsks(String line) {
        claude("waiting");

        assertThat(caller.at("demo", line).status()).isZero();
        assertThat(runtime.tmux("demo").typed("debug")).isNotEmpty();
    }

    @Test
    void enterIsNotPressedWhenAnAgentBeginsToAskAfterThePaste() {
        claude("busy", "waiting");

        var refused = caller.at("demo", "send debug text");

        assertThat(refused.status()).isEqualTo(75);
        assertThat(refused.err()).contains("asks something", "; the text is typed, Enter is not");
        assertThat(runtime.tmux("demo").typed("debug")).isEqualTo("text");
    }

    @ParameterizedTest
    @ValueSource(strings = {"idle", "busy", "flying"})
    void anAgentThatAsksNothingTakesText(String status) {
        claude(status);

        assertThat(caller.at("demo", "send debug text").status()).isZero();
        assertThat(runtime.tmux("demo").typed("debug")).isEqualTo("text\r");
    }
}
