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
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.shed.session.AttachedClients;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VerbsTest {
    @TempDir
    Path directory;

    private final FakeRuntime runtime = new FakeRuntime();
    private Caller caller;

    @BeforeEach
    void call() {
        caller = new Caller(runtime, directory);
    }

    private void demoWithTwoSessions() {
        runtime.with("demo")
                .tmux("demo")
                .with("debug", Caller.NOW.minus(Duration.ofMinutes(30)), 0, 2)
                .with("default", Caller.NOW.minus(Duration.ofHours(2)), 1, 1);
    }

    @Test
    void limitsThatTheEngineIgnoresAreSaid() {
        runtime.withoutLimits();
        assertThat(caller.lobby("create one --memory 1GiB").err())
                .contains("shed: the engine cannot limit memory on its host: --memory is ignored\n");
        assertThat(caller.lobby("create two --cpus 2 --json").out())
                .contains("{\"progress\":{\"stage\":\"warning\",\"message\":\"the engine cannot limit processors");
        assertThat(caller.lobby("create three").err()).isEmpty();
    }

    @Test
    void sessionsPrintsATable() {
        demoWithTwoSessions();
        var outcome = caller.at("demo", "sessions");
        assertThat(outcome).isEqualTo(new Caller.Outcome(0, """
                SHED    SESSION    STATUS      CREATED    WINDOWS
                demo    debug      detached    30m ago    2
                demo    default    attached    2h ago     1
                """, ""));
    }

    @Test
    void aTableDropsColumnsThatTheTerminalHasNoRoomFor() {
        demoWithTwoSessions();
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
        demoWithTwoSessions();
        assertThat(caller.narrow(columns).at("demo", "sessions").out())
                .startsWith("SHED    SESSION    STATUS      CREATED    WINDOWS\n");
    }

    @Test
    void sessionsPrintsJson() {
        demoWithTwoSessions();
        assertThat(caller.at("demo", "sessions --json").out())
                .isEqualTo("{\"sessions\":["
                        + "{\"name\":\"debug\",\"shed_name\":\"demo\",\"created_at\":\"2026-01-25T11:30:00Z\","
                        + "\"attached\":false,\"window_count\":2,"
                        + "\"activity\":\"idle\",\"activity_at\":\"2026-01-25T11:30:00Z\",\"command\":\"bash\","
                        + "\"cwd\":\"/workspace\",\"title\":\"demo\",\"windows\":[\"bash\",\"bash\"],\"clients\":[]},"
                        + "{\"name\":\"default\",\"shed_name\":\"demo\",\"created_at\":\"2026-01-25T10:00:00Z\","
                        + "\"attached\":true,\"window_count\":1,"
                        + "\"activity\":\"idle\",\"activity_at\":\"2026-01-25T10:00:00Z\",\"command\":\"bash\","
                        + "\"cwd\":\"/workspace\",\"title\":\"demo\",\"windows\":[\"bash\"],\"clients\":["
                        + "{\"identity\":null,\"fingerprint\":null,\"peer\":null,\"read_only\":false,"
                        + "\"attached_at\":\"2026-01-25T10:00:00Z\",\"active_at\":\"2026-01-25T10:00:00Z\","
                        + "\"columns\":80,\"rows\":24,\"terminal\":\"/dev/pts/0\",\"control_mode\":false}]}],"
                        + "\"time\":\"2026-01-25T12:00:00Z\"}\n");
    }

    /// Two servers: of the usual one a session in a group, with iTerm2 attached; of another one a session of its own.
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
        try (var _ = caller.attachedClients().add(runtime.list().getFirst().id(), terminal, who)) {
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
        demoWithTwoSessions();
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
    void shedsOfOthersAreNotListed() {
        demoWithTwoSessions();
        runtime.with("secret", State.PAUSED);
        caller.as(Role.VIEWER, "de*");
        assertThat(caller.lobby("sessions"))
                .matches(outcome -> outcome.status() == 0 && !outcome.err().contains("secret"));
        assertThat(caller.lobby("list").out()).contains("demo").doesNotContain("secret");
    }

    @Test
    void killTakesTheSessionFromTheAddress() {
        demoWithTwoSessions();
        assertThat(caller.at("demo+debug", "kill")).isEqualTo(new Caller.Outcome(0, "killed demo+debug\n", ""));
        assertThat(runtime.tmux("demo").names()).containsExactly("default");
    }

    @Test
    void killNeverAssumesASession() {
        demoWithTwoSessions();
        var outcome = caller.at("demo", "kill");
        assertThat(outcome.status()).isEqualTo(64);
        assertThat(outcome.err()).contains("SESSION is missing", "kill SESSION");
        assertThat(runtime.tmux("demo").names()).hasSize(2);
    }

    @Test
    void killRefusesTwoDifferentSessions() {
        demoWithTwoSessions();
        assertThat(caller.at("demo+debug", "kill default").status()).isEqualTo(64);
        assertThat(runtime.tmux("demo").names()).hasSize(2);
        assertThat(caller.at("demo+debug", "kill debug").status()).isZero();
    }

    @Test
    void killIsExact() {
        demoWithTwoSessions();
        assertThat(caller.at("demo", "kill deb").status()).isEqualTo(66);
        assertThat(runtime.tmux("demo").names()).hasSize(2);
    }

    @Test
    void listPrintsATable() {
        demoWithTwoSessions();
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

    @Test
    void createMakesARunningShed() {
        assertThat(caller.lobby("create demo")).isEqualTo(new Caller.Outcome(0, "created demo\nssh demo@HOST\n", ""));
        assertThat(caller.withClient("gw/").lobby("create third").out())
                .isEqualTo("created third\nshed attach gw/third\n");
        assertThat(caller.lobby("create second --image other:1 --json").out())
                .startsWith("{\"progress\":{\"stage\":\"creating\",\"message\":\"creating second from other:1\"}}\n"
                        + "{\"name\":\"second\",\"status\":\"running\"")
                .contains("\"image\":\"other:1\"", "\"session_count\":0");
    }

    @Test
    void linesEndAsTheTerminalNeedsThem() {
        var outcome = caller.typing("").lobby("create demo");
        assertThat(outcome.err()).isEqualTo("creating demo from shed-base:latest\r\n");
        assertThat(outcome.out()).isEqualTo("created demo\r\nssh demo@HOST\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"''", "-x", "'a b'", "\"a\nb\"", "'#{x}'"})
    void anImageIsChecked(String image) {
        var outcome = caller.lobby("create demo --image=" + image);
        assertThat(outcome.status()).isEqualTo(64);
        assertThat(outcome.err()).contains("is not a name of an image").hasLineCount(3);
        assertThat(runtime.list()).isEmpty();
    }

    @Test
    void theLobbysNameIsNoShed() {
        assertThat(caller.lobby("create shed").err()).contains("'shed' is not a shed name");
    }

    @Test
    void restartSaysWhatItEndsAndStartsWhatIsStopped() {
        demoWithTwoSessions();
        assertThat(caller.at("demo", "restart"))
                .isEqualTo(new Caller.Outcome(
                        0, "restarted demo (ended 2 sessions)\n", "restarting demo ends 2 sessions\n"));
        caller.at("demo", "stop");
        assertThat(caller.lobby("restart demo --json"))
                .isEqualTo(new Caller.Outcome(
                        0,
                        "{\"name\":\"demo\",\"status\":\"running\",\"created_at\":\"2026-01-25T08:00:00Z\","
                                + "\"image\":\"shed-base:latest\",\"repo\":null,\"session_count\":0,"
                                + "\"stopped_on_purpose\":null,\"reason\":null,\"ended_sessions\":0}\n",
                        ""));
    }

    @Test
    void infoTellsWhyAShedDiedAndNotWhyItWasStopped() {
        runtime.with("died", State.STOPPED, Map.of("shed.owner", "ada"));
        assertThat(caller.lobby("info died").out())
                .contains("status       stopped by itself (ended by signal 9, out of memory)\n", "owner        ada\n");
        runtime.with("demo");
        caller.lobby("stop demo");
        assertThat(caller.lobby("info demo").out()).contains("status       stopped\n");
        assertThat(caller.at("demo", "info --json").out())
                .contains("\"stopped_on_purpose\":true,\"reason\":null", "\"exit_code\":137,\"out_of_memory\":true");
    }

    @Test
    void stopSaysWhatItEnds() {
        demoWithTwoSessions();
        assertThat(caller.at("demo", "stop"))
                .isEqualTo(
                        new Caller.Outcome(0, "stopped demo (ended 2 sessions)\n", "stopping demo ends 2 sessions\n"));
        assertThat(caller.at("demo", "stop").status()).isEqualTo(73);
        assertThat(caller.at("demo", "start")).isEqualTo(new Caller.Outcome(0, "started demo\n", ""));
        assertThat(caller.at("demo", "stop --json").out())
                .startsWith("{\"name\":\"demo\",\"status\":\"stopped\"")
                .endsWith("\"session_count\":0,\"stopped_on_purpose\":true,\"reason\":null,\"ended_sessions\":0}\n");
        assertThat(caller.at("demo", "start --json").out()).startsWith("{\"name\":\"demo\",\"status\":\"running\"");
    }

    @Test
    void stopDoesNotNeedToKnowTheSessions() {
        runtime.with("demo").in("demo", _ -> FakeProcess.printing("", "", 127));
        assertThat(caller.typing("").at("demo", "stop"))
                .isEqualTo(new Caller.Outcome(
                        0, "stopped demo (ended its sessions)\r\n", "stopping demo ends its sessions\r\n"));
    }

    @Test
    void deleteRefusesWithoutForceWhereNobodyCanBeAsked() {
        runtime.with("demo");
        var outcome = caller.at("demo", "delete");
        assertThat(outcome.status()).isEqualTo(64);
        assertThat(outcome.err()).contains("--force");
        assertThat(caller.typing("y\r").at("demo", "delete --json").status()).isEqualTo(64);
        assertThat(runtime.list()).hasSize(1);
    }

    @Test
    void deleteByForceDoesNotAsk() {
        runtime.with("demo");
        assertThat(caller.at("demo", "delete --force")).isEqualTo(new Caller.Outcome(0, "deleted demo\n", ""));
        assertThat(runtime.list()).isEmpty();
        assertThat(runtime.volumes()).isEmpty();
    }

    @Test
    void deleteCanKeepTheVolume() {
        runtime.with("demo");
        assertThat(caller.at("demo", "delete --force --keep-volume --json").out())
                .isEqualTo("{\"name\":\"demo\",\"workspace_kept\":true}\n");
        assertThat(runtime.list()).isEmpty();
        assertThat(runtime.volumes()).containsExactly("shed-demo-workspace");
    }

    @Test
    void deleteSaysThatAVolumeInUseStays() {
        runtime.with("demo").usedElsewhere("shed-demo-workspace");
        assertThat(caller.at("demo", "delete --force --json"))
                .isEqualTo(new Caller.Outcome(
                        0,
                        "{\"name\":\"demo\",\"workspace_kept\":true}\n",
                        "its workspace is kept: another container uses the volume\n"));
        assertThat(runtime.volumes()).containsExactly("shed-demo-workspace");
    }

    @ParameterizedTest
    @ValueSource(strings = {"y\r", "yes\r", "Y\n", "nx\u007f\u007fy\r"})
    void deleteAsksOnATerminalAndTakesYes(String keys) {
        demoWithTwoSessions();
        var outcome = caller.typing(keys).at("demo", "delete");
        assertThat(outcome.err())
                .startsWith(
                        "delete demo? 2 sessions and its workspace (volume shed-demo-workspace) will be lost [y/N] ");
        assertThat(outcome.status()).isZero();
        assertThat(runtime.list()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\r",
                "n\r",
                "no\r",
                "y",
                "y\u0003",
                "yes\u0004",
                "yy\r",
                "yes please, everything\r",
                "\u001by\r "
            })
    void anythingElseIsNo(String keys) {
        runtime.with("demo");
        var outcome = caller.typing(keys).at("demo", "delete");
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(runtime.list()).hasSize(1);
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

    @Test
    void whoamiTellsWhatTheKeyMayDo() {
        caller.as(Role.USER, "demo", "team-*");
        assertThat(caller.at("demo+debug", "whoami").out()).isEqualTo("""
                identity       alice@laptop
                fingerprint    SHA256:abc
                role           user
                sheds          demo, team-*
                may            see, watch, answer, attach, type, run, forward, kill-session, rename-session, start, stop
                address        demo+debug
                """);
        assertThat(caller.as(Role.VIEWER).lobby("whoami --json").out())
                .isEqualTo(
                        "{\"identity\":\"alice@laptop\",\"fingerprint\":\"SHA256:abc\",\"role\":\"viewer\","
                                + "\"sheds\":[\"*\"],\"may\":[\"see\",\"watch\"],\"address\":\"shed\",\"verbs\":[\"*\"],\"from\":null,\"expires\":null,\"command\":null,\"pty\":true,\"port_forwarding\":true,\"agent_forwarding\":true,\"permit_open\":[],\"permit_listen\":[]}\n");
    }

    @Test
    void whoamiTellsWhatNarrowsTheKey() {
        var validity = new Identity.Validity(Optional.of("10.0.0.0/8"), Optional.of(Caller.NOW.plusSeconds(60)));
        var grant = new Grant(
                Role.USER,
                List.of(),
                List.of("peek", "forward"),
                false,
                true,
                false,
                List.of("localhost:80", "[::1]:*"),
                Optional.of("whoami"));
        assertThat(caller.holding(grant, validity).lobby("whoami").out()).contains("""
                verbs          only peek, forward
                from           10.0.0.0/8
                expires        2026-01-25T12:01:00Z
                command        whoami
                terminal       none
                forwards       localhost:80, [::1]:*
                agent          none
                address        shed
                """);
        assertThat(caller.lobby("whoami --json").out())
                .contains(
                        "\"verbs\":[\"peek\",\"forward\"],\"from\":\"10.0.0.0/8\",\"expires\":\"2026-01-25T12:01:00Z\"")
                .contains("\"command\":\"whoami\",\"pty\":false,\"port_forwarding\":true,\"agent_forwarding\":false")
                .contains("\"permit_open\":[\"localhost:80\",\"[::1]:*\"],\"permit_listen\":[]");
    }

    @Test
    void versionAnswersWithoutTheEngine() {
        var java = Runtime.version().toString();
        assertThat(caller.lobby("version --json").out())
                .isEqualTo("{\"gateway\":\"0.1.0\",\"java\":\"" + java + "\",\"engine\":\"Fake Engine 1.0\",\"time\":\""
                        + Caller.NOW + "\"}\n");
        runtime.failing(Failure.engineUnavailable("down", "look at it"));
        assertThat(caller.lobby("version").out()).isEqualTo("""
                gateway    0.1.0
                java       %s
                engine     does not answer
                """.formatted(java));
    }

    @Test
    void statusTellsHowTheGatewayIs() {
        runtime.with("demo").with("asleep", State.STOPPED);
        var outcome = caller.lobby("status");
        assertThat(outcome.out()).isEqualTo("""
                status         ok
                version        0.1.0
                uptime         0m, since 2026-01-25T12:00:00Z
                connections    0 logged in, 0 logging in, 0 dropped
                channels       0, and 0 forwards
                engine         answers
                sheds          1 running of 2
                audit log      is written
                recordings     0 failed
                host key       ssh-ed25519 SHA256:abc
                """);
        assertThat(outcome.status()).isZero();
        assertThat(caller.lobby("status --json").out())
                .isEqualTo(
                        "{\"status\":\"ok\",\"problems\":[],\"version\":\"0.1.0\","
                                + "\"started_at\":\"2026-01-25T12:00:00Z\",\"uptime_seconds\":0,\"connections\":{\"logged_in\":0,\"logging_in\":0,\"dropped\":0,\"channels\":0,\"forwards\":0},\"sheds\":{\"running\":1,\"all\":2},\"engine\":{\"reachable\":true,\"problem\":null},\"audit\":{\"writing\":true,\"since\":null,\"problem\":null,\"lost\":0},\"recordings\":{\"failed\":0,\"problem\":null},\"host_keys\":[{\"type\":\"ssh-ed25519\",\"fingerprint\":\"SHA256:abc\",\"certificate_expires_at\":null}],\"time\":\"2026-01-25T12:00:00Z\"}\n");
    }

    @Test
    void statusCountsTheShedsOnlyThatTheKeyMaySee() {
        runtime.with("demo").with("other");
        assertThat(caller.as(Role.ADMIN, "other").lobby("status").out()).contains("sheds          1 running of 1");
    }

    @Test
    void statusAnswersAndIsDegradedWithoutTheEngine() {
        runtime.failing(Failure.engineUnavailable("down", "look at it"));
        var outcome = caller.lobby("status");
        assertThat(outcome.out())
                .startsWith("status         degraded\nproblem        ")
                .contains("engine         does not answer\nsheds          not known\n");
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(caller.lobby("status --json").out()).contains("\"sheds\":null,\"engine\":{\"reachable\":false,");
    }

    @Test
    void helpListsTheVerbsAsJsonToo() {
        assertThat(caller.lobby("help kill --json").out())
                .isEqualTo("{\"verbs\":[{\"verb\":\"kill\",\"description\":\"end a session\",\"synopsis\":["
                        + "\"ssh -s SHED@HOST \\\"kill SESSION\\\"\",\"ssh -s SHED+SESSION@HOST kill\","
                        + "\"ssh shed@HOST kill SHED SESSION\"]}]}\n");
    }
}
