package dev.shed.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.audit.AuditEvent;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The lobby's picker, with the real client on a real terminal.
@Execution(ExecutionMode.CONCURRENT)
class PickerIT {
    private LiveGateway gateway;
    private String shed;

    @BeforeEach
    void start() throws Exception {
        gateway = LiveGateway.start(LiveGateway::impatient);
        shed = gateway.place().newShed();
        // Whatever else the engine has is not to be seen here.
        gateway.authorize("own", "sheds=\"" + shed + "\"");
        for (var session : List.of("build", "debug")) {
            Place.inside(shed, "tmux", "new-session", "-d", "-s", session).orFail();
        }
    }

    @AfterEach
    void stop() throws Exception {
        gateway.close();
    }

    /// A shell with the picker in it, so that what it leaves behind can be seen.
    private Terminal picker(int columns, int rows) throws Exception {
        return picker("own", columns, rows);
    }

    private Terminal picker(String key, int columns, int rows) throws Exception {
        var line = "echo before; ssh shed@gw-" + key + "; echo status=$?";
        var terminal = Terminal.open(gateway.place(), columns, rows, line);
        terminal.await("> " + shed + "  build");
        return terminal;
    }

    private static String trimmed(Terminal terminal) throws IOException {
        return terminal.screen().stripTrailing();
    }

    @ParameterizedTest
    @CsvSource({"100, 30", "40, 12", "20, 5"})
    void itWorksAtEverySize(int columns, int rows) throws Exception {
        try (var terminal = picker(columns, rows)) {
            var lines = terminal.lines();
            assertThat(lines.getFirst()).startsWith("shed: 1 shed, 2 ses");
            assertThat(trimmed(terminal).lines().count()).isEqualTo(rows);
            terminal.press("j");
            terminal.await("> " + shed + "  debug");
            terminal.press("Enter");
            terminal.await("$");
            terminal.detach();
            terminal.await("> " + shed + "  debug");
            terminal.press("q");
            assertThat(terminal.await("status=0")).contains("before").doesNotContain("> " + shed);
        }
    }

    @Test
    void theWholeScreen() throws Exception {
        try (var terminal = picker(70, 8)) {
            assertThat(trimmed(terminal)).isEqualTo("""
                    shed: 1 shed, 2 sessions
                      SHED         SESSION  STATUS    ACTIVE    CREATED   WINDOWS
                    > %1$s  build    detached  just now  just now  1
                      %1$s  debug    detached  just now  just now  1



                    Enter attach  n new  / filter  x kill  ? help  q quit""".formatted(shed));
            terminal.resize(30, 6);
            terminal.await("Enter attach  n new  / filter…");
            assertThat(trimmed(terminal)).isEqualTo("""
                    shed: 1 shed, 2 sessions
                    > %1$s  build
                      %1$s  debug


                    Enter attach  n new  / filter…""".formatted(shed));
            terminal.resize(100, 20);
            terminal.await("WINDOWS");
            terminal.press("C-c");
            terminal.await("status=0");
        }
    }

    @Test
    void aSessionThatEndsUnderTheCursorIsGone() throws Exception {
        try (var terminal = picker(80, 12)) {
            terminal.press("j", "x");
            terminal.await("kill " + shed + "+debug? [y/N]");
            Place.inside(shed, "tmux", "kill-session", "-t", "=debug").orFail();
            terminal.await("that session has ended");
            terminal.press("y");
            assertThat(terminal.await("> " + shed + "  build")).doesNotContain("debug");
            terminal.press("q");
            terminal.await("status=0");
        }
        Place.inside(shed, "tmux", "has-session", "-t", "=build").orFail();
    }

    @Test
    void aSessionIsMadeRenamedAndKilledFromItAndTheAuditLogHasIt() throws Exception {
        try (var terminal = picker(80, 12)) {
            terminal.press("n");
            terminal.enter("fresh");
            terminal.awaitPrompt();
            terminal.detach();
            terminal.await("  fresh");
            terminal.press("/");
            terminal.enter("fresh");
            terminal.await("> " + shed + "  fresh");
            terminal.press("m");
            terminal.enter("bad.name");
            terminal.await("'bad.name' is not a session name");
            terminal.press("m");
            terminal.enter("refreshed");
            terminal.await("renamed " + shed + "+fresh to refreshed");
            terminal.await("> " + shed + "  refreshed");
            terminal.press("x", "y");
            terminal.await("killed " + shed + "+refreshed");
            terminal.press("q");
            terminal.await("status=0");
        }
        assertThat(Place.inside(shed, "tmux", "has-session", "-t", "=refreshed").status())
                .isNotZero();
        assertThat(deeds())
                .containsExactly(
                        "attach fresh: begun",
                        "attach fresh: done",
                        "rename fresh bad.name: INVALID_NAME",
                        "rename fresh refreshed: done",
                        "kill refreshed: done");
    }

    @Test
    void theChosenSessionIsSeenInTheLowerHalf() throws Exception {
        Place.inside(shed, "tmux", "send-keys", "-t", "=build:", "echo seen-$((40+2))", "Enter")
                .orFail();
        Place.inside(shed, "tmux", "send-keys", "-t", "=debug:", "echo other-$((40+3))", "Enter")
                .orFail();
        try (var terminal = picker(100, 30)) {
            assertThat(terminal.await("seen-42"))
                    .contains("── " + shed + "+build ──")
                    .doesNotContain("other-43");
            terminal.press("j");
            assertThat(terminal.await("other-43"))
                    .contains("── " + shed + "+debug ──")
                    .doesNotContain("seen-42");
            // It is live.
            Place.inside(shed, "tmux", "send-keys", "-t", "=debug:", "echo later-$((40+4))", "Enter")
                    .orFail();
            terminal.await("later-44");
            terminal.press("q");
            terminal.await("status=0");
        }
    }

    @Test
    void aShedIsMadeStoppedAndStartedFromIt() throws Exception {
        var other = gateway.place().newName();
        gateway.authorize("both", "sheds=\"" + shed + "," + other + "\"");
        try (var terminal = picker("both", 100, 30)) {
            terminal.press("c");
            terminal.enter("Not-A-Name");
            terminal.await("'Not-A-Name' is not a shed name");
            terminal.press("c");
            terminal.enter(other);
            terminal.await("created " + other);
            terminal.await("> " + other + "  -        running");
            terminal.press("/");
            terminal.enter(other);
            terminal.await("> " + other);
            terminal.press("s");
            terminal.await("stop " + other + " and end 0 sessions? [y/N]");
            terminal.press("y");
            terminal.await("> " + other + "  -        stopped");
            terminal.press("s");
            terminal.await("started " + other);
            terminal.await("> " + other + "  -        running");
            terminal.press("q");
            assertThat(terminal.await("status=0")).contains("created " + other, "stopped " + other);
        }
        assertThat(deeds())
                .containsExactly(
                        "create : begun",
                        "create : INVALID_NAME",
                        "create : begun",
                        "create : done",
                        "stop : begun",
                        "stop : done",
                        "start : begun",
                        "start : done");
    }

    private List<String> deeds() {
        return gateway.audit().events().stream()
                .filter(AuditEvent.PickerDeed.class::isInstance)
                .map(AuditEvent.PickerDeed.class::cast)
                .map(event -> event.deed().kind() + " " + event.deed().session()
                        + (event.deed().name().isEmpty()
                                ? ""
                                : " " + event.deed().name()) + ": " + event.outcome())
                .toList();
    }

    @Test
    void aLostLinkInTheMiddleLeavesNothingBehind() throws Exception {
        try (var terminal = picker(80, 12)) {
            var client = terminal.process();
            client.destroyForcibly();
            terminal.await("status=137");
            gateway.audit()
                    .await(
                            AuditEvent.ChannelEnded.class,
                            ended -> ended.ending().outcome().equals("peer-gone"));
        }
    }
}
