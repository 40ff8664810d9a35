package dev.shed.gateway.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.WireGateway;
import dev.shed.gateway.audit.AuditEvent;
import dev.shed.gateway.container.Container.State;
import dev.shed.gateway.container.ExecSpec.Program;
import dev.shed.gateway.container.FakeProcess;
import dev.shed.gateway.container.FakeRuntime;
import dev.shed.gateway.failure.ShedException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PickerWireTest {
    private static final String XTERM = "xterm-256color";
    private static final String DETACH = "\u0002d";
    private static final String ENTERED = "\u001b[?1049h";
    private static final String LEFT = "\u001b[?25h\u001b[?1049l";

    private final FakeRuntime runtime = new FakeRuntime().with("demo").with("other");
    private WireGateway gateway = WireGateway.start(runtime);

    @AfterEach
    void stop() throws IOException {
        gateway.close();
    }

    private WireGateway.Result pick(String typed) throws IOException {
        return gateway.shell("shed", XTERM, Map.of(), typed);
    }

    /// Everything is typed at once, before there is a list: Enter has nothing to attach to then.
    @ParameterizedTest
    @ValueSource(strings = {"q", "\u0003", "\u0004", "", "?\u0003", "\rq"})
    void leavingIsSuccessAndRestoresTheTerminal(String typed) throws IOException {
        var result = pick(typed);
        assertThat(result.status()).isZero();
        assertThat(result.out()).startsWith(ENTERED).endsWith(LEFT);
        assertThat(runtime.tmux("demo").names()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "dumb", "eterm-color"})
    void aTerminalThatCannotBeDrawnOnGetsTheHelpText(String term) throws IOException {
        var result = gateway.shell("shed", term, Map.of(), "");
        assertThat(result.status()).isZero();
        assertThat(result.out()).doesNotContain(ENTERED).contains("sessions");
    }

    @Test
    void withoutATerminalThereIsTheHelpText() throws IOException {
        assertThat(gateway.pipedShell("shed", "").out()).doesNotContain(ENTERED).contains("sessions");
    }

    /// A false tmux in a shed.
    @Test
    void whereAShedListsWithoutEndThePickerSaysThatItWasCut() throws Exception {
        for (int i = 0; i < 1500; i++) {
            runtime.tmux("demo").with("s" + i, Instant.EPOCH, 0, 1);
        }
        try (var session = gateway.login("shed")) {
            var picker = new TypedChannel(WireGateway.terminal(session, XTERM));
            picker.await("> demo");
            picker.type("G");
            picker.await("cut: the shed lists more than 1000 sessions");
            picker.type("q");
            assertThat(picker.end()).isZero();
        }
    }

    @Test
    void enterAttachesAndDetachingComesBack() throws Exception {
        runtime.tmux("other").with("build", Instant.EPOCH, 0, 1);
        try (var session = gateway.login("shed")) {
            var picker = new TypedChannel(WireGateway.terminal(session, XTERM));
            picker.await("> demo   -");
            picker.type("/build");
            picker.await("> other");
            // What is typed behind Enter is for the session.
            picker.type("\r\rhello");
            picker.await("[build]");
            picker.await("hello");
            picker.type(DETACH);
            picker.await("detached (from session build)");
            picker.await(ENTERED);
            picker.await("> other");
            picker.type("q");
            assertThat(picker.end()).isZero();
            assertThat(picker.seen()).endsWith(LEFT);
        }
    }

    @Test
    void aNewSessionIsMadeAndStaysChosen() throws Exception {
        runtime.tmux("demo").with("build", Instant.EPOCH, 0, 1);
        try (var session = gateway.login("shed")) {
            var picker = new TypedChannel(WireGateway.terminal(session, XTERM));
            picker.await("> demo   build");
            picker.type("nno such:name\r");
            picker.await("no such:name' is not");
            picker.type("nwork\r");
            picker.await("[work]");
            picker.type(DETACH);
            picker.await("detached (from session work)");
            picker.await("> demo   work");
            picker.type("q");
            assertThat(picker.end()).isZero();
        }
        assertThat(runtime.tmux("demo").names()).containsExactlyInAnyOrder("build", "work");
    }

    @Test
    void killingAsksFirst() throws Exception {
        runtime.tmux("demo").with("build", Instant.EPOCH, 0, 1).with("debug", Instant.EPOCH, 0, 1);
        try (var session = gateway.login("shed")) {
            var picker = new TypedChannel(WireGateway.terminal(session, XTERM));
            picker.await("> demo   build");
            picker.type("jx");
            picker.await("kill demo+debug? [y/N]");
            picker.type("y");
            picker.await("killed demo+debug");
            picker.type("q");
            assertThat(picker.end()).isZero();
        }
        assertThat(runtime.tmux("demo").names()).containsExactly("build");
    }

    @Test
    void whileTheAuditLogCannotBeWrittenNothingIsDoneFromTheListIfThatIsWanted() throws Exception {
        runtime.tmux("demo").with("build", Instant.EPOCH, 0, 1);
        try (var session = gateway.login("shed")) {
            var picker = new TypedChannel(WireGateway.terminal(session, XTERM));
            picker.await("> demo   build");
            gateway.audit()
                    .fill(ShedException.stateUnusable(Path.of("/s/audit.log"), new IOException("No space left")));
            picker.type("xy");
            picker.await("/s/audit.log: No space left");
            picker.type("q");
            assertThat(picker.end()).isZero();
        }
        assertThat(runtime.tmux("demo").names()).containsExactly("build");
    }

    @Test
    void aViewerKillsNothing() throws Exception {
        gateway.close();
        gateway = WireGateway.start(runtime, "role=\"viewer\",sheds=\"demo\"", UnaryOperator.identity());
        runtime.tmux("demo").with("build", Instant.EPOCH, 0, 1);
        try (var session = gateway.login("shed")) {
            var picker = new TypedChannel(WireGateway.terminal(session, XTERM));
            picker.await("> demo  build");
            picker.type("xy");
            picker.await("may not");
            assertThat(picker.seen()).doesNotContain("other");
            picker.type("q");
            assertThat(picker.end()).isZero();
        }
        assertThat(runtime.tmux("demo").names()).containsExactly("build");
    }

    @Test
    void aStoppedShedIsStartedByEnter() throws Exception {
        runtime.with("demo", State.STOPPED);
        try (var session = gateway.login("shed")) {
            var picker = new TypedChannel(WireGateway.terminal(session, XTERM));
            picker.await("stopped");
            picker.type("\r");
            picker.await("[default]");
            assertThat(picker.errors()).contains("shed 'demo' was stopped; starting it");
            picker.type(DETACH);
            picker.await(ENTERED);
            picker.type("q");
            assertThat(picker.end()).isZero();
        }
    }

    /// In `demo` nobody is needed, in `other` an agent asks. With `NO_COLOR` there is no colour.
    @ParameterizedTest
    @CsvSource({"'', '\u001b[7m\u001b[33m> other'", "1, '\u001b[7m> other'"})
    void whereSomebodyIsNeededComesFirstAndIsInColour(String noColor, String line) throws Exception {
        var asks = """
            session\t1769335200\tagent\tclaude\t/workspace\t✳\t@0//1 1769335200* \t\tclaude\t
            pane\t71\t-\t$3\tagent\t%5\t0\t\t\tclaude\t✳
            process\t71\tclaude\t80\t7
            record\t71\t7\t{"procStart":"7","status":"waiting","waitingFor":"permission prompt"}
            """;
        runtime.programs(spec -> spec.container().shed().value().equals("other")
                        && spec.program() instanceof Program.Argv argv
                        && argv.words().contains("shed-sessions")
                ? Optional.of(FakeProcess.printing(asks, "", 0))
                : Optional.empty());
        try (var session = gateway.login("shed")) {
            var channel = WireGateway.terminal(session, XTERM);
            channel.setEnv("NO_COLOR", noColor);
            var picker = new TypedChannel(channel);
            picker.await(line);
            picker.await("needs-approval, detached");
            picker.await("demo");
            picker.type("q");
            assertThat(picker.end()).isZero();
        }
    }

    /// A shed that is too slow to look at its agents: also one of which no session is listed.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "session\t1769335200\tagent\tclaude\t/workspace\t✳\t@0//1 1769335200* \t\tclaude\t\nslow\n",
                "slow\n"
            })
    void aShedThatDoesNotTellWhatItsAgentsDoHasALine(String listing) throws Exception {
        runtime.programs(spec -> spec.container().shed().value().equals("other")
                        && spec.program() instanceof Program.Argv argv
                        && argv.words().contains("shed-sessions")
                ? Optional.of(FakeProcess.printing(listing, "", 0))
                : Optional.empty());
        try (var session = gateway.login("shed")) {
            var picker = new TypedChannel(WireGateway.terminal(session, XTERM));
            picker.await("too slow");
            picker.type("q");
            assertThat(picker.end()).isZero();
        }
    }

    @Test
    void whoGoesInTheMiddleIsGone() throws Exception {
        try (var session = gateway.login("shed")) {
            new TypedChannel(WireGateway.terminal(session, XTERM)).await("> demo");
        }
        assertThat(gateway.audit().await(AuditEvent.ChannelEnded.class).ending().outcome())
                .isEqualTo("peer-gone");
    }
}
