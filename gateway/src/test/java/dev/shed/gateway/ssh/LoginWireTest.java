package dev.shed.gateway.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.WireGateway;
import dev.shed.gateway.audit.AuditEvent;
import dev.shed.gateway.container.Container.State;
import dev.shed.gateway.container.ExecSpec;
import dev.shed.gateway.container.ExecSpec.Program;
import dev.shed.gateway.container.FakeProcess;
import dev.shed.gateway.container.FakePrograms;
import dev.shed.gateway.container.FakeRuntime;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.FailureText;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Where a login leads.
class LoginWireTest {
    private static final String XTERM = "xterm-256color";

    /// `Ctrl-B d`, which the fake tmux understands.
    private static final String DETACH = "\u0002d";

    private final FakeRuntime runtime = new FakeRuntime().with("demo").programs(FakePrograms::announced);
    private WireGateway gateway = WireGateway.start(runtime);

    @AfterEach
    void stop() throws IOException {
        gateway.close();
    }

    @ParameterizedTest
    @CsvSource({
        "demo+build,           ",
        "demo.build,           ",
        "demo,            build",
        "demo+build,      other",
        "shed,       demo+build",
        "shed,       demo.build",
    })
    void aCommandForASessionRunsInsideIt(String userName, String variable) throws IOException {
        runtime.tmux("demo").with("build", Instant.EPOCH, 0, 1);
        var variables = variable == null ? Map.<String, String>of() : Map.of("SHED_SESSION", variable);
        var result = gateway.exec(userName, "make -j4", variables, "");
        assertThat(result.out()).isEqualTo("ran make -j4 in build");
        assertThat(result.status()).isEqualTo(3);
    }

    @Test
    void aCommandForNoSessionStaysOutside() throws IOException {
        runtime.tmux("demo").with("default", Instant.EPOCH, 0, 1);
        assertThat(gateway.exec("demo", "make").out()).isEqualTo("ran make");
        assertThat(gateway.exec("shed", "make", Map.of("SHED_SESSION", "demo"), "")
                        .out())
                .isEqualTo("ran make");
    }

    @Test
    void aSessionForACommandMustBeThere() throws IOException {
        runtime.tmux("demo").with("build", Instant.EPOCH, 0, 1);
        var result = gateway.exec("demo+bui", "make");
        assertThat(result.status()).isEqualTo(66);
        assertThat(result.err()).contains("there is no session 'bui' in shed 'demo'");
        assertThat(runtime.tmux("demo").names()).containsExactly("build");
    }

    @ParameterizedTest
    @CsvSource({
        "demo,            , default",
        "demo+debug,      , debug",
        "demo.debug,      , debug",
        "demo,       build, build",
        "demo+debug, build, debug",
        "shed,  demo+build, build",
        "shed,  demo      , default",
    })
    void aShellOnATerminalAttaches(String userName, String variable, String session) throws IOException {
        var variables = variable == null ? Map.<String, String>of() : Map.of("SHED_SESSION", variable);
        var result = gateway.shell(userName, XTERM, variables, DETACH);
        assertThat(result.out()).contains("[" + session + "]", "detached (from session " + session + ")");
        assertThat(result.status()).isZero();
        assertThat(runtime.tmux("demo").names()).containsExactly(session);
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo+bad:name", "demo+", "+x", "Demo", "shed+x"})
    void aNameThatBreaksItsRuleIsRefusedWithTheRule(String userName) throws IOException {
        var result = gateway.exec(userName, "id");
        assertThat(result.status()).isEqualTo(64);
        assertThat(result.err()).startsWith("shed: '").contains("\nTry:\n");
        assertThat(result.out()).isEmpty();
        assertThat(runtime.started()).isEmpty();
    }

    /// Which of these a client sends depends on the client and its version, so no client is asked.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "#S",
                "#{pane_pid}",
                "#(id)",
                "$HOME",
                "`id`",
                "$(id)",
                "'",
                "\"",
                "\\",
                ";",
                "&",
                "|",
                "<",
                ">",
                "(",
                "{",
                "*",
                "-oops",
                "a b",
                "a -x",
                "two\nlines",
                "\r",
                "\t",
                "\u0007\u001b[31m",
                "\u007f",
                "\u0080",
                "\u2028",
                "ü",
                "%h",
                "\u0000"
            })
    void aNameThatClientsRefuseIsRefusedWithTheRuleAndShownEscaped(String name) throws IOException {
        for (var userName : List.of("demo+" + name, name)) {
            var result = gateway.exec(userName, "id");
            assertThat(result.status()).as(userName).isEqualTo(64);
            assertThat(result.err()).startsWith("shed: '").contains(FailureText.printable(name), "\nTry:\n");
            assertThat(result.err().replace("\n", "")).doesNotContainPattern("\\p{Cntrl}");
            assertThat(result.err()).hasLineCount(3);
            assertThat(result.out()).isEmpty();
        }
        assertThat(runtime.started()).isEmpty();
    }

    @Test
    void aNameOfEightyCharactersIsRefused() throws IOException {
        assertThat(gateway.exec("x".repeat(80), "id").status()).isEqualTo(64);
    }

    @Test
    void aLoginToAMisspeltShedIsAdvisedOfTheNearestName() throws IOException {
        var result = gateway.exec("dmeo+work", "id");
        assertThat(result.status()).isEqualTo(66);
        assertThat(result.err()).contains("Try:\n  did you mean: ssh demo+work@HOST\n");
        assertThat(runtime.started()).isEmpty();
    }

    @Test
    void theSessionIsNotToExistWithShedNew() throws IOException {
        var first = gateway.shell("demo+one", XTERM, Map.of("SHED_NEW", "1"), DETACH);
        assertThat(first.status()).isZero();
        var second = gateway.shell("demo+one", XTERM, Map.of("SHED_NEW", "1"), DETACH);
        assertThat(second.status()).isEqualTo(73);
        assertThat(second.err()).contains("there is a session 'one' in shed 'demo' already");
    }

    /// A mistyped value is not taken for another one.
    @ParameterizedTest
    @CsvSource({"SHED_NEW, 2", "SHED_NEW, yes", "SHED_READ_ONLY, true"})
    void aVariableOfOursHasOneOfItsValues(String variable, String value) throws IOException {
        var refused = gateway.shell("demo+one", XTERM, Map.of(variable, value), DETACH);
        assertThat(refused.status()).isEqualTo(64);
        assertThat(refused.err())
                .contains(variable + "=" + value + " is not 0 or 1", "SetEnv=" + variable + "=1 demo+one@HOST");
        assertThat(runtime.tmux("demo").names()).isEmpty();
        assertThat(gateway.shell("demo+one", XTERM, Map.of(variable, ""), DETACH)
                        .status())
                .isZero();
    }

    @Test
    void theSessionIsToExistWithShedNewZero() throws IOException {
        var first = gateway.shell("demo+one", XTERM, Map.of("SHED_NEW", "0"), DETACH);
        assertThat(first.status()).isEqualTo(66);
        assertThat(runtime.tmux("demo").names()).isEmpty();
        assertThat(gateway.shell("demo+one", XTERM, Map.of(), DETACH).status()).isZero();
        assertThat(gateway.shell("demo+one", XTERM, Map.of("SHED_NEW", "0"), DETACH)
                        .status())
                .isZero();
    }

    @Test
    void readOnlyIsForASessionThatIsThere() throws IOException {
        var readOnly = Map.of("SHED_READ_ONLY", "1");
        assertThat(gateway.shell("demo+one", XTERM, readOnly, DETACH).status()).isEqualTo(66);
        assertThat(gateway.shell("demo+one", XTERM, Map.of(), DETACH).status()).isZero();
        assertThat(gateway.shell("demo+one", XTERM, readOnly, DETACH).status()).isZero();
        assertThat(runtime.started()).anyMatch(spec -> spec.toString().contains("attach-session, -r"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"dumb", "", "unknown", "eterm-color"})
    void aTerminalThatCannotDrawGetsAPlainShell(String term) throws IOException {
        assertThat(gateway.shell("demo", term, Map.of(), "").out()).isEqualTo("shell, terminal true");
        assertThat(runtime.tmux("demo").names()).isEmpty();
    }

    @Test
    void aShellWithoutATerminalIsAPlainShell() throws IOException {
        assertThat(gateway.pipedShell("demo+debug", "").out()).isEqualTo("shell, terminal false");
    }

    @Test
    void aConsoleIsALoginShellWithoutTmux() throws Exception {
        assertThat(gateway.subsystem("demo+debug", "console").out()).isEqualTo("shell, terminal false");
        assertThat(gateway.subsystem("shed", "console demo").out()).isEqualTo("shell, terminal false");
        assertThat(gateway.exec("shed", "console demo").out()).isEqualTo("shell, terminal false");
        assertThat(runtime.tmux("demo").names()).isEmpty();
        assertThat(gateway.audit().await(AuditEvent.ChannelEnded.class, 3))
                .allMatch(event -> event.ending().outcome().equals("exit"))
                .extracting(event -> event.subject().verb())
                .containsExactly("console", "console demo", "console demo");
    }

    @Test
    void aCommandRunsOutsideTmuxExactlyAsSent() throws IOException {
        var line = "echo \"$HOME\" '*'\n\ttrue # \u00e9\u2713";
        assertThat(gateway.exec("demo", line).out()).isEqualTo("ran " + line);
        assertThat(runtime.tmux("demo").names()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bad_Name", "demo+", "-demo"})
    void aCommandForAnInvalidNameIsNotLogged(String name) throws Exception {
        assertThat(gateway.exec(name, "secret").err()).contains("is not a");
        assertThat(gateway.subsystem(name, "send secret").err()).contains("is not a");
        assertThat(gateway.audit().await(AuditEvent.ChannelEnded.class, 2))
                .allMatch(event -> event.ending().outcome().equals("INVALID_NAME"))
                .extracting(event -> event.subject().verb())
                .containsExactly("", "send …");
    }

    @Test
    void theLobbysShellIsTheHelpTextWhereNothingCanBeDrawn() throws IOException {
        assertThat(gateway.shell("shed", "dumb", Map.of(), "").out()).contains("sessions", "kill", "\r\n");
        assertThat(gateway.pipedShell("shed", "").out()).contains("sessions", "kill");
    }

    @Test
    void theTerminalIsAsTheClientSaid() throws IOException {
        gateway.shell("demo", "xterm-kitty", Map.of("COLORTERM", "truecolor"), DETACH);
        var spec = runtime.started().getFirst();
        var terminal = spec.terminal().orElseThrow();
        assertThat(terminal.term()).isEqualTo("xterm-kitty");
        assertThat(terminal.size().rows()).isEqualTo(40);
        assertThat(terminal.size().columns()).isEqualTo(100);
        // The end of the modes, and before it five bytes for each (RFC 4254, section 8).
        assertThat(terminal.modes().bytes().length % 5).isOne();
        assertThat(((Program.Argv) spec.program()).words()).containsSubsequence("tmux", "-u", "-T", "RGB");
    }

    @Test
    void aTableIsAsWideAsTheClientSaysAndNoProcessIsTold() throws IOException {
        var narrow = Map.of("COLUMNS", "26");
        assertThat(gateway.exec("shed", "list", narrow, "").out()).startsWith("SHED    STATUS\n");
        assertThat(gateway.exec("shed", "list").out()).startsWith("SHED    STATUS     CREATED");
        gateway.exec("demo", "id", narrow, "");
        assertThat(runtime.started().getLast().environment()).doesNotContainKey("COLUMNS");
    }

    @Test
    void theEnvironmentIsWhatSshdWouldSet() throws IOException {
        gateway.exec("demo", "id", Map.of("LC_TIME", "de_DE.UTF-8", "LD_PRELOAD", "x.so", "SHED_CWD", "/srv"), "");
        var spec = runtime.started().getFirst();
        assertThat(spec.environment())
                .containsEntry("LANG", "C.UTF-8")
                .containsEntry("LC_TIME", "de_DE.UTF-8")
                .containsKeys("SSH_CONNECTION", "SSH_CLIENT")
                .doesNotContainKeys("LD_PRELOAD", "SHED_CWD");
        assertThat(spec.environment().get("SSH_CONNECTION")).matches("127\\.0\\.0\\.1 \\d+ 127\\.0\\.0\\.1 \\d+");
        assertThat(spec.directory()).contains(ExecSpec.Directory.required("/srv"));
    }

    @Test
    void theWorkspaceIsADirectoryThatCanBeNamed() throws IOException {
        gateway.exec("demo", "id", Map.of("SHED_CWD", "@workspace"), "");
        gateway.exec("demo", "id", Map.of("SHED_CWD", "@workspace/src"), "");

        assertThat(runtime.started())
                .extracting(spec -> spec.directory().orElseThrow())
                .containsExactly(
                        new ExecSpec.Directory("/workspace", false), ExecSpec.Directory.required("/workspace/src"));
    }

    @Test
    void aTmuxThatFailsAtOnceLeavesAShell() throws IOException {
        runtime.in(
                "demo",
                spec -> spec.program() instanceof Program.Argv
                        ? FakeProcess.printing("open terminal failed", "", 1)
                        : FakeProcess.printing("a shell", "", 0));
        var result = gateway.shell("demo", XTERM, Map.of(), "");
        assertThat(result.out()).contains("a shell");
        assertThat(result.err()).contains("tmux ended at once with status 1").endsWith("\r\n");
        assertThat(result.status()).isZero();
    }

    @Test
    void anImageWithoutTmuxIsTold() throws IOException {
        runtime.in("demo", _ -> FakeProcess.printing("", "", 127));
        assertThat(gateway.shell("demo", XTERM, Map.of(), "").status()).isEqualTo(76);
    }

    @Test
    void anImageWithoutSftpServerIsTold() throws IOException {
        runtime.in("demo", _ -> FakeProcess.printing("", "", 127));
        assertThat(gateway.subsystem("demo", "sftp").status()).isEqualTo(76);
    }

    @Test
    void anUnknownShedIsNotFound() throws IOException {
        assertThat(gateway.exec("nobody", "id").status()).isEqualTo(66);
    }

    @Test
    void aSilentEngineIsTold() throws IOException {
        runtime.failing(Failure.engineUnavailable("connection refused", "look at it"));
        var result = gateway.exec("demo", "id");
        assertThat(result.status()).isEqualTo(69);
        assertThat(result.err()).contains("connection refused");
    }

    @Test
    void aShedThatStoppedByItselfIsStartedByAnyLogin() throws IOException {
        runtime.with("demo", State.STOPPED);
        var result = gateway.exec("demo", "id");
        assertThat(result.out()).isEqualTo("ran id");
        assertThat(result.err()).contains("shed 'demo' was stopped; starting it");
    }

    @Test
    void aShedStoppedOnPurposeIsWokenByAnInteractiveLoginOnly() throws IOException {
        assertThat(gateway.subsystem("demo", "stop").status()).isZero();
        assertThat(gateway.exec("demo", "id").status()).isEqualTo(75);
        assertThat(gateway.pipedShell("demo", "").status()).isEqualTo(75);
        // An editor's shell, reconnecting in the background.
        assertThat(gateway.shell("demo", "dumb", Map.of(), "").status()).isEqualTo(75);
        var interactive = gateway.shell("demo", XTERM, Map.of(), DETACH);
        assertThat(interactive.status()).isZero();
        assertThat(interactive.err()).isEqualTo("shed: shed 'demo' was stopped; starting it\r\n");
        assertThat(gateway.exec("demo", "id").status()).isZero();
    }

    @Test
    void aPausedShedIsNotReady() throws IOException {
        runtime.with("demo", State.PAUSED);
        assertThat(gateway.shell("demo", XTERM, Map.of(), "").status()).isEqualTo(75);
    }
}
