package dev.shed.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.access.Grant;
import dev.shed.gateway.access.Grant.Role;
import dev.shed.gateway.access.Identity;
import dev.shed.gateway.container.Container.State;
import dev.shed.gateway.container.ExecSpec.Program;
import dev.shed.gateway.container.FakeProcess;
import dev.shed.gateway.container.FakeRuntime;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.shed.session.AttachedClients;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What `sessions` and `list` print.
class ListingVerbsTest {
    @TempDir
    Path directory;

    private final FakeRuntime runtime = new FakeRuntime();
    private Caller caller;

    @BeforeEach
    void call() {
        caller = new Caller(runtime, directory);
    }

    @Test
    void sessionsPrintsATable() {
        caller.demoWithTwoSessions();
        var outcome = caller.at("demo", "sessions");
        assertThat(outcome).isEqualTo(new Caller.Outcome(0, """
            SHED    SESSION    STATUS      CREATED    WINDOWS
            demo    debug      detached    30m ago    2
            demo    default    attached    2h ago     1
            """, ""));
    }

    @Test
    void aTableDropsColumnsThatTheTerminalHasNoRoomFor() {
        caller.demoWithTwoSessions();
        assertThat(caller.narrow("40").at("demo", "sessions").out()).isEqualTo("""
            SHED    SESSION    STATUS      CREATED
            demo    debug      detached    30m ago
            demo    default    attached    2h ago
            """);
        assertThat(caller.narrow("38").at("demo", "sessions").out()).isEqualTo("""
            SHED    SESSION    STATUS      CREATED
            demo    debug      detached    30m ago
            demo    default    attached    2h ago
            """);
        assertThat(caller.narrow("37").at("demo", "sessions").out()).startsWith("SHED    SESSION    STATUS\n");
        assertThat(caller.narrow("40").at("demo", "sessions --wide").out())
                .startsWith("SHED    SESSION    STATUS      ACTIVITY\n");
        assertThat(caller.narrow("10").at("demo", "sessions").out()).isEqualTo("""
            SHED    S…
            demo    d…
            demo    d…
            """);
        assertThat(caller.narrow("30").lobby("list").out()).startsWith("SHED    STATUS     SESSIONS\n");
        assertThat(caller.narrow("26").lobby("list").out()).startsWith("SHED    STATUS\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-5", "40000000000", "x", "4 0", ""})
    void aWidthThatIsNoneLimitsNothing(String columns) {
        caller.demoWithTwoSessions();
        assertThat(caller.narrow(columns).at("demo", "sessions").out())
                .startsWith("SHED    SESSION    STATUS      CREATED    WINDOWS\n");
    }

    @Test
    void sessionsPrintsJson() {
        caller.demoWithTwoSessions();
        assertThat(caller.at("demo", "sessions --json").out())
                .isEqualTo("{\"sessions\":["
                        + "{\"name\":\"debug\",\"shed_name\":\"demo\",\"created_at\":\"2026-01-25T11:30:00Z\","
                        + "\"attached\":false,\"window_count\":2,"
                        + "\"activity\":\"idle\",\"activity_at\":\"2026-01-25T11:30:00Z\",\"status\":\"idle\","
                        + "\"since\":\"2026-01-25T11:30:00Z\",\"source\":\"output\",\"confidence\":\"low\","
                        + "\"command\":\"bash\","
                        + "\"cwd\":\"/workspace\",\"title\":\"demo\",\"windows\":[\"bash\",\"bash\"],\"clients\":[]},"
                        + "{\"name\":\"default\",\"shed_name\":\"demo\",\"created_at\":\"2026-01-25T10:00:00Z\","
                        + "\"attached\":true,\"window_count\":1,"
                        + "\"activity\":\"idle\",\"activity_at\":\"2026-01-25T10:00:00Z\",\"status\":\"idle\","
                        + "\"since\":\"2026-01-25T10:00:00Z\",\"source\":\"output\",\"confidence\":\"low\","
                        + "\"command\":\"bash\","
                        + "\"cwd\":\"/workspace\",\"title\":\"demo\",\"windows\":[\"bash\"],\"clients\":["
                        + "{\"identity\":null,\"fingerprint\":null,\"peer\":null,\"read_only\":false,"
                        + "\"attached_at\":\"2026-01-25T10:00:00Z\",\"active_at\":\"2026-01-25T10:00:00Z\","
                        + "\"columns\":80,\"rows\":24,\"terminal\":\"/dev/pts/0\",\"control_mode\":false}]}],"
                        + "\"time\":\"2026-01-25T12:00:00Z\"}\n");
    }

    /// Two servers: of the usual one a session in a group, with iTerm2 attached; of another one a session of
    /// its own.
    private void demoWithAGroupAndAnotherServer() {
        var base = """
            session\t1769335200\tbase\tbash\t/workspace\tdemo\t1769335200* \tpair\tbash\t
            client\tbase\t1\t0\t/dev/pts/6\t1769335200\t1769335200\t80\t
            """;
        var elsewhere = "session\t1769335200\telsewhere\tbash\t/workspace\tdemo\t1769335200* \t\tbash\t\n";
        runtime.with("demo")
                .programs(spec -> spec.program() instanceof Program.Argv argv
                                && argv.words().contains("shed-sessions")
                        ? Optional.of(FakeProcess.printing(base + "socket\tother\n" + elsewhere, "", 0))
                        : Optional.empty());
    }

    @Test
    void groupsSocketsAndControlModeAreShownWhereThereAreSome() {
        demoWithAGroupAndAnotherServer();
        assertThat(caller.at("demo", "sessions").out()).isEqualTo("""
            SHED    SESSION      STATUS      CREATED    WINDOWS    GROUP    SOCKET
            demo    base         attached    2h ago     1          pair     -
            demo    elsewhere    detached    2h ago     1          -        other
            """);
        assertThat(caller.at("demo", "sessions --wide").out()).contains("/dev/pts/6 by hand (control mode)");
        assertThat(caller.at("demo", "sessions --json").out())
                .contains("\"control_mode\":true}],\"group\":\"pair\"}", "\"clients\":[],\"socket\":\"other\"}");
        assertThat(caller.at("demo", "info --json").out()).contains("\"session_count\":2", "\"sessions\":[\"base\"]");
    }

    @Test
    void sessionsShowWhatAnAgentIsDoing() {
        var claude = """
            session\t1769335200\tagent\tclaude\t/workspace\t✳\t@0//1 1769335200* \t\tclaude\t
            pane\t71\t-\t$3\tagent\t%5\t0\t\t\tclaude\t✳
            process\t71\tclaude\t80\t7
            record\t71\t7\t{"procStart":"7","status":"waiting","waitingFor":"permission prompt","statusUpdatedAt":1769335201500}
            """;
        runtime.with("demo")
                .programs(spec -> spec.program() instanceof Program.Argv argv
                                && argv.words().contains("shed-sessions")
                        ? Optional.of(FakeProcess.printing(claude, "", 0))
                        : Optional.empty());

        assertThat(caller.at("demo", "sessions").out()).isEqualTo("""
            SHED    SESSION    STATUS                      CREATED    WINDOWS
            demo    agent      needs-approval, detached    2h ago     1
            """);
        var status = "\"status\":\"needs-approval\",\"message\":\"permission prompt\","
                + "\"since\":\"2026-01-25T10:00:01Z\",\"agent\":\"claude-code\",\"source\":\"record\","
                + "\"confidence\":\"high\"";
        assertThat(caller.at("demo", "sessions --json").out())
                .contains("\"activity_at\":\"2026-01-25T10:00:00Z\"," + status + ",\"command\"")
                .contains("\"panes\":[{\"pane\":\"%5\"," + status + "}]");
        assertThat(caller.at("demo", "sessions --explain").out())
                .contains("needs-approval: permission prompt (record of claude-code); no output for 7200 s");
        assertThat(caller.narrow("36").at("demo", "sessions").out()).isEqualTo("""
            SHED    SESSION    STATUS
            demo    agent      needs-approval, …
            """);
    }

    @Test
    void aSessionOfAnotherServerIsCountedAndSaidHowToReach() {
        demoWithAGroupAndAnotherServer();
        assertThat(caller.at("demo", "kill elsewhere")).isEqualTo(new Caller.Outcome(66, "", """
            shed: there is no session 'elsewhere' in shed 'demo'; the tmux server on its socket 'other' has one
            Try:
              ssh -t demo@HOST "tmux -L other attach -t elsewhere"
            """));
        assertThat(caller.at("demo", "send elsewhere x").err()).contains("tmux -L other attach -t elsewhere");
        assertThat(caller.at("demo", "peek elsewhere").err()).contains("tmux -L other attach -t elsewhere");
        assertThat(caller.at("demo", "kill nowhere").err()).doesNotContain("socket");
        assertThat(caller.lobby("stop demo").out()).isEqualTo("stopped demo (ended 2 sessions)\n");
    }

    @Test
    void sessionsToldWideNameWhoIsAttached() {
        runtime.with("demo").tmux("demo").with("default", Caller.NOW.minus(Duration.ofHours(2)), 2, 1);
        var terminal = new FakeProcess((_, _) -> ExitStatus.SUCCESS).at("/dev/pts/1");
        var who = new AttachedClients.Who("alice@laptop", "SHA256:abc", "10.0.0.7:50122");
        var alice = new Identity("alice@laptop", "SHA256:abc", Grant.ALL);
        try (var _ = caller.attachedClients().add(runtime.list().getFirst(), terminal, who, alice)) {
            assertThat(caller.at("demo", "sessions --wide --explain").out()).isEqualTo("""
                SHED    SESSION    STATUS      CREATED    WINDOWS    ACTIVITY    SINCE     COMMAND    DIRECTORY     CLIENTS                                                             TITLES    EVIDENCE
                demo    default    attached    2h ago     1          idle        2h ago    bash       /workspace    /dev/pts/0 by hand, alice@laptop from 10.0.0.7:50122 (read-only)    bash      no output for 7200 s
                """);
            assertThat(caller.at("demo", "sessions --json").out())
                    .contains("{\"identity\":\"alice@laptop\",\"fingerprint\":\"SHA256:abc\","
                            + "\"peer\":\"10.0.0.7:50122\",\"read_only\":true");
        }
        assertThat(caller.at("demo", "sessions --wide").out()).doesNotContain("alice");
        assertThat(caller.at("demo", "sessions --explain").out()).contains("idle        no output for 7200 s");
    }

    @Test
    void namesMadeByHandDoNoHarmToATable() {
        runtime.with("demo").tmux("demo").with("漢字 🙂", Caller.NOW, 0, 1).with("x\u202ey", Caller.NOW, 0, 1);
        assertThat(caller.at("demo", "sessions").out()).isEqualTo("""
            SHED    SESSION     STATUS      CREATED     WINDOWS
            demo    x\\u202ey    detached    just now    1
            demo    漢字 🙂     detached    just now    1
            """);
        assertThat(caller.at("demo", "sessions --json").out()).contains("\"x\\u202ey\"", "\"漢字 🙂\"");
    }

    @ParameterizedTest
    @CsvSource({"RUNNING", "STOPPED"})
    void noSessionsIsAnEmptyListAndSuccess(State state) {
        runtime.with("demo", state);
        assertThat(caller.at("demo", "sessions --json"))
                .isEqualTo(new Caller.Outcome(0, "{\"sessions\":[],\"time\":\"2026-01-25T12:00:00Z\"}\n", ""));
        assertThat(caller.at("demo", "sessions").out()).isEqualTo("SHED    SESSION    STATUS    CREATED    WINDOWS\n");
    }

    @Test
    void aShedThatDoesNotAnswerIsReportedAndTheOthersListed() {
        caller.demoWithTwoSessions();
        runtime.with("asleep", State.PAUSED)
                .with("off", State.STOPPED)
                .with("bare")
                .in("bare", _ -> FakeProcess.printing("", "", 127));
        var text = caller.lobby("sessions");
        assertThat(text.out()).hasLineCount(3).contains("debug", "default");
        assertThat(text.err()).isEqualTo("""
            shed: asleep: shed 'asleep' is not ready: it is paused
            shed: bare: the image of shed 'bare' has no tmux
            """);
        assertThat(text.status()).isEqualTo(75);
        var json = caller.lobby("sessions --json");
        assertThat(json.status()).isEqualTo(75);
        assertThat(json.err()).isEmpty();
        assertThat(json.out())
                .contains("\"name\":\"debug\"")
                .endsWith("],\"errors\":[{\"shed_name\":\"asleep\",\"code\":\"SHED_NOT_READY\","
                        + "\"message\":\"shed 'asleep' is not ready: it is paused\"},"
                        + "{\"shed_name\":\"bare\",\"code\":\"TMUX_MISSING\","
                        + "\"message\":\"the image of shed 'bare' has no tmux\"}],"
                        + "\"time\":\"2026-01-25T12:00:00Z\"}\n");
    }

    @Test
    void aShedThatIsTooSlowToTellWhatItsAgentsDoIsReportedAndItsSessionsListed() {
        caller.demoWithTwoSessions();
        var listing = "session\t1769342400\tclaude\tnode\t/\t✳ proj\t1769342400* \t\tnode\t\nslow\n";
        runtime.with("loaded").in("loaded", _ -> FakeProcess.printing(listing, "", 0));
        var error = "shed: loaded: shed 'loaded' is not ready: it is too slow to tell what its agents do\n";
        assertThat(caller.at("loaded", "sessions")).isEqualTo(new Caller.Outcome(75, """
            SHED      SESSION    STATUS               CREATED     WINDOWS
            loaded    claude     unknown, detached    just now    1
            """, error));
        var all = caller.lobby("sessions");
        assertThat(all.out()).hasLineCount(4).contains("debug", "default", "unknown, detached");
        assertThat(all.err()).isEqualTo(error);
        assertThat(all.status()).isEqualTo(75);
        var json = caller.lobby("sessions --json");
        assertThat(json.status()).isEqualTo(75);
        assertThat(json.out())
                .contains("\"status\":\"unknown\",\"source\":\"process\",\"confidence\":\"low\"")
                .contains(
                        "\"errors\":[{\"shed_name\":\"loaded\",\"code\":\"SHED_NOT_READY\",\"message\":\"shed 'loaded' is"
                                + " not ready: it is too slow to tell what its agents do\"}]");
        assertThat(caller.lobby("list").status()).isZero();
    }

    @Test
    void shedsOfOthersAreNotListed() {
        caller.demoWithTwoSessions();
        runtime.with("secret", State.PAUSED);
        caller.as(Role.VIEWER, "de*");
        assertThat(caller.lobby("sessions"))
                .matches(outcome -> outcome.status() == 0 && !outcome.err().contains("secret"));
        assertThat(caller.lobby("list").out()).contains("demo").doesNotContain("secret");
    }

    @Test
    void listPrintsATable() {
        caller.demoWithTwoSessions();
        runtime.with("asleep", State.PAUSED)
                .with("cloned", State.STOPPED, Map.of("shed.repo", "owner/repo"))
                .with("wreck", State.BROKEN);
        assertThat(caller.lobby("list")).isEqualTo(new Caller.Outcome(0, """
            SHED      STATUS                                                  CREATED    REPO          SESSIONS
            asleep    paused                                                  4h ago     -             -
            cloned    stopped by itself (ended by signal 9, out of memory)    4h ago     owner/repo    0
            demo      running                                                 4h ago     -             2
            wreck     broken                                                  4h ago     -             -
            """, ""));
    }

    @Test
    void listPrintsJson() {
        runtime.with("asleep", State.PAUSED).with("demo", State.RUNNING, Map.of("shed.repo", "owner/repo"));
        assertThat(caller.lobby("list --json").out())
                .isEqualTo("{\"sheds\":[{\"name\":\"asleep\",\"status\":\"paused\","
                        + "\"created_at\":\"2026-01-25T08:00:00Z\",\"image\":\"shed-base:latest\",\"repo\":null,"
                        + "\"session_count\":null,\"stopped_on_purpose\":null,\"reason\":null},"
                        + "{\"name\":\"demo\",\"status\":\"running\",\"created_at\":\"2026-01-25T08:00:00Z\","
                        + "\"image\":\"shed-base:latest\",\"repo\":\"owner/repo\",\"session_count\":0,"
                        + "\"stopped_on_purpose\":null,\"reason\":null}],\"time\":\"2026-01-25T12:00:00Z\"}\n");
    }

    @Test
    void noShedsIsAnEmptyList() {
        assertThat(caller.lobby("list --json"))
                .isEqualTo(new Caller.Outcome(0, "{\"sheds\":[],\"time\":\"2026-01-25T12:00:00Z\"}\n", ""));
        assertThat(caller.lobby("sessions --json"))
                .isEqualTo(new Caller.Outcome(0, "{\"sessions\":[],\"time\":\"2026-01-25T12:00:00Z\"}\n", ""));
    }

    /// A false tmux in a shed.
    @Test
    void whatAShedListsIsBoundedAndThatIsSaid() {
        runtime.with("demo");
        for (int i = 0; i < 1500; i++) {
            runtime.tmux("demo").with("s" + i, Caller.NOW, 0, 1);
        }
        var table = caller.at("demo", "sessions");
        assertThat(table.out().lines().filter(line -> line.startsWith("demo "))).hasSize(1000);
        assertThat(table.err()).isEqualTo("shed: demo: cut: the shed lists more than 1000 sessions\n");
        assertThat(table.status()).isZero();
        assertThat(caller.lobby("sessions demo --json").out()).contains("],\"cut\":[\"demo\"],\"time\":");
        runtime.with("quiet").tmux("quiet").with("one", Caller.NOW, 0, 1);
        assertThat(caller.at("quiet", "sessions --json").out())
                .contains("\"one\"")
                .doesNotContain("\"cut\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sessions", "inbox"})
    void theHelpSaysWhatAnIncompleteListEndsWith(String verb) {
        assertThat(caller.lobby(verb + " --help").out()).contains("""

            Exit status:
              75   a shed does not answer, or is too slow to tell all;""");
    }
}
