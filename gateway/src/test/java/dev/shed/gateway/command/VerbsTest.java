package dev.shed.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.access.Grant;
import dev.shed.gateway.access.Grant.Role;
import dev.shed.gateway.access.Identity;
import dev.shed.gateway.container.Container.State;
import dev.shed.gateway.container.FakeRuntime;
import dev.shed.gateway.failure.Failure;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerbsTest {
    @TempDir
    Path directory;

    private final FakeRuntime runtime = new FakeRuntime();
    private Caller caller;

    @BeforeEach
    void call() {
        caller = new Caller(runtime, directory);
    }

    @Test
    void killTakesTheSessionFromTheAddress() {
        caller.demoWithTwoSessions();
        assertThat(caller.at("demo+debug", "kill")).isEqualTo(new Caller.Outcome(0, "killed demo+debug\n", ""));
        assertThat(runtime.tmux("demo").names()).containsExactly("default");
    }

    @Test
    void killNeverAssumesASession() {
        caller.demoWithTwoSessions();
        var outcome = caller.at("demo", "kill");
        assertThat(outcome.status()).isEqualTo(64);
        assertThat(outcome.err()).contains("SESSION is missing", "kill SESSION");
        assertThat(runtime.tmux("demo").names()).hasSize(2);
    }

    @Test
    void killRefusesTwoDifferentSessions() {
        caller.demoWithTwoSessions();
        assertThat(caller.at("demo+debug", "kill default").status()).isEqualTo(64);
        assertThat(runtime.tmux("demo").names()).hasSize(2);
        assertThat(caller.at("demo+debug", "kill debug").status()).isZero();
    }

    @Test
    void killIsExact() {
        caller.demoWithTwoSessions();
        assertThat(caller.at("demo", "kill deb").status()).isEqualTo(66);
        assertThat(runtime.tmux("demo").names()).hasSize(2);
    }

    @Test
    void linesEndAsTheTerminalNeedsThem() {
        var outcome = caller.typing("").lobby("create demo");
        assertThat(outcome.err()).isEqualTo("creating demo from shed-base:latest\r\n");
        assertThat(outcome.out()).isEqualTo("created demo\r\nssh demo@HOST\r\n");
    }

    @Test
    void whoamiTellsWhatTheKeyMayDo() {
        caller.as(Role.USER, "demo", "team-*");
        assertThat(caller.at("demo+debug", "whoami").out()).isEqualTo("""
                identity       alice@laptop
                fingerprint    SHA256:abc
                role           user
                sheds          demo, team-*
                may            see, watch, answer, attach, type, run, shell, transfer, resume, forward, kill-session, rename-session, start, stop, restart
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
        caller.demoWithTwoSessions();
        runtime.with("asleep", State.STOPPED);
        var outcome = caller.lobby("status");
        assertThat(outcome.out()).isEqualTo("""
                status         ok
                version        0.1.0
                uptime         0m, since 2026-01-25T12:00:00Z
                connections    0 logged in, 0 logging in, 0 dropped
                channels       0, and 0 forwards
                last minute    0 logins, 0 refused, 0 channels, 0 bytes received, 0 bytes sent
                engine         answers
                sheds          1 running of 2
                sessions       1 attached of 2
                audit log      is written
                recordings     0 failed
                host key       ssh-ed25519 SHA256:abc
                """);
        assertThat(outcome.status()).isZero();
        assertThat(caller.lobby("status --json").out())
                .isEqualTo(
                        "{\"status\":\"ok\",\"problems\":[],\"version\":\"0.1.0\","
                                + "\"started_at\":\"2026-01-25T12:00:00Z\",\"uptime_seconds\":0,\"connections\":{\"logged_in\":0,\"logging_in\":0,\"dropped\":0,\"channels\":0,\"forwards\":0},\"last_minute\":{\"logins\":0,\"logins_refused\":0,\"channels\":0,\"bytes_received\":0,\"bytes_sent\":0},\"sheds\":{\"running\":1,\"all\":2},\"sessions\":{\"attached\":1,\"all\":2,\"unknown\":0},\"engine\":{\"reachable\":true,\"problem\":null},\"audit\":{\"writing\":true,\"since\":null,\"problem\":null,\"lost\":0},\"recordings\":{\"failed\":0,\"problem\":null},\"host_keys\":[{\"type\":\"ssh-ed25519\",\"fingerprint\":\"SHA256:abc\",\"certificate_expires_at\":null}],\"time\":\"2026-01-25T12:00:00Z\"}\n");
    }

    @Test
    void statusCountsTheShedsOnlyThatTheKeyMaySee() {
        caller.demoWithTwoSessions();
        runtime.with("other");
        assertThat(caller.as(Role.ADMIN, "other").lobby("status").out())
                .contains("sheds          1 running of 1\nsessions       0 attached of 0\n");
    }

    @Test
    void statusAnswersAndIsDegradedWithoutTheEngine() {
        runtime.failing(Failure.engineUnavailable("down", "look at it"));
        var outcome = caller.lobby("status");
        assertThat(outcome.out())
                .startsWith("status         degraded\nproblem        ")
                .contains("engine         does not answer\nsheds          not known\nsessions       not known\n");
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(caller.lobby("status --json").out())
                .contains("\"sheds\":null,\"sessions\":null,\"engine\":{\"reachable\":false,");
    }

    @Test
    void helpListsTheVerbsAsJsonToo() {
        assertThat(caller.lobby("help kill --json").out())
                .isEqualTo(
                        "{\"verbs\":[{\"verb\":\"kill\",\"description\":\"end a session, or forget a resumable one\",\"synopsis\":["
                                + "\"ssh -s SHED@HOST \\\"kill SESSION\\\"\",\"ssh -s SHED+SESSION@HOST kill\","
                                + "\"ssh shed@HOST kill SHED SESSION\"]}]}\n");
    }
}
