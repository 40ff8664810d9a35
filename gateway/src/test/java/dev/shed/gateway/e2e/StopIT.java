package dev.shed.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.Await;
import dev.shed.gateway.e2e.Run.Result;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// What runs in a shed that is stopped, restarted or deleted is told, and has the grace period (two seconds here).
@Execution(ExecutionMode.CONCURRENT)
class StopIT {
    /// Of a second, to put things in order.
    private static final String NEEDS_A_MOMENT =
            "trap 'sleep 1; echo $0 >>/workspace/told; exit' TERM HUP; touch /workspace/up-$0; while :; do sleep 0.1; done";

    private static LiveGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        gateway = LiveGateway.start();
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
    }

    @Test
    void stopTellsSessionsAndCommandsAndWaits() throws Exception {
        var shed = gateway.place().newShed();
        begin(shed);
        try (var terminal = Terminal.ssh(gateway.place(), shed + "+attached@gw")) {
            terminal.awaitPrompt();

            assertThat(lobby("stop", shed).out()).contains("ended 2 sessions");
            assertThat(terminal.status()).isEqualTo(75);
            assertThat(terminal.screen()).contains("it is being stopped");
        }
        lobby("start", shed);
        assertThat(told(shed)).isEqualTo("command\nsession\n");
    }

    @Test
    void restartDoesSoToo() throws Exception {
        var shed = gateway.place().newShed();
        begin(shed);
        lobby("restart", shed);

        assertThat(told(shed)).isEqualTo("command\nsession\n");
    }

    @Test
    void deleteDoesSoToo() throws Exception {
        var shed = gateway.place().newShed();
        begin(shed);
        try (var terminal = Terminal.ssh(gateway.place(), shed + "+attached@gw")) {
            terminal.awaitPrompt();
            lobby("delete", "--force", "--keep-volume", shed);
            assertThat(terminal.status()).isEqualTo(75);
            assertThat(terminal.screen()).contains("it is being deleted").doesNotContain("try again");
        }
        lobby("create", shed);

        assertThat(told(shed)).isEqualTo("command\nsession\n");
    }

    @Test
    void whatIgnoresItIsKilledAfterTheGracePeriodAndAnIdleShellHoldsNothingUp() throws Exception {
        var shed = gateway.place().newShed();
        try (var terminal = Terminal.ssh(gateway.place(), "-t", "shed@gw", "console " + shed)) {
            terminal.awaitPrompt();
            long idle = timeOf(() -> lobby("restart", shed));
            gateway.ssh(shed + "@gw", "tmux new -d -s deaf \"trap '' TERM HUP; while :; do sleep 0.1; done\"")
                    .orFail();
            long deaf = timeOf(() -> lobby("restart", shed));

            assertThat(Duration.ofNanos(deaf - idle)).isBetween(Duration.ofMillis(500), Duration.ofSeconds(20));
            assertThat(gateway.ssh("-s", shed + "@gw", "sessions").orFail()).doesNotContain("deaf");
        }
    }

    /// In somebody else's container what its main program has started is left to that program.
    @Test
    void inAContainerOfSomebodyElseTheSessionsAreTold() throws Exception {
        var shed = gateway.place().newName();
        var main =
                "trap 'sleep 0.3; exit 0' TERM; sh -c 'trap \"echo worker >>/workspace/told; exit\" TERM; touch /workspace/up-worker;"
                        + " while :; do sleep 0.1; done' & while :; do sleep 0.1; done";
        adopt(shed, List.of(), List.of("setsid", "-w", "sh", "-c", main));
        begin(shed);
        lobby("restart", shed);

        assertThat(told(shed)).contains("session\n").doesNotContain("worker");
    }

    /// With all processes of this machine in sight, and among them a terminal.
    @Test
    void inAContainerThatSeesTheHostsProcessesItsOwnAreTold() throws Exception {
        var shed = gateway.place().newName();
        adopt(shed, List.of("--pid=host"), List.of("sleep", "infinity"));
        begin(shed);
        try (var terminal = Terminal.open(gateway.place(), 80, 24, "bash --norc")) {
            assertThat(terminal.ask("before")).isEqualTo("before");
            lobby("restart", shed);
            assertThat(terminal.ask("after")).isEqualTo("after");
        }
        assertThat(told(shed)).contains("session\n");
    }

    private static void adopt(String shed, List<String> options, List<String> main) throws IOException {
        var words = new ArrayList<>(List.of("run", "-d", "--name", "shed-" + shed));
        words.addAll(List.of("--label", "shed=true", "--label", "shed.name=" + shed));
        words.addAll(List.of("--volume", "shed-" + shed + ":/workspace"));
        words.addAll(options);
        words.add(Place.IMAGE);
        words.addAll(main);
        Place.docker(words.toArray(String[]::new)).orFail();
    }

    /// Starts what needs a moment in a session, and behind a client that is gone.
    private static void begin(String shed) throws Exception {
        var argument = NEEDS_A_MOMENT.replace("'", "'\\''");
        gateway.ssh(
                        shed + "@gw",
                        "tmux new -d -s agent \"sh -c '"
                                + NEEDS_A_MOMENT.replace("'", "'\\\\''").replace("$", "\\$")
                                + "' session\"; setsid sh -c '" + argument + "' command >/dev/null 2>&1 </dev/null &")
                .orFail();
        Await.until(
                "both are up",
                () -> Place.inside(shed, "sh", "-c", "ls /workspace/up-session /workspace/up-command")
                                .status()
                        == 0);
    }

    private static String told(String shed) throws IOException {
        return gateway.ssh(shed + "@gw", "sort -u /workspace/told").orFail();
    }

    private static Result lobby(String verb, String... words) throws IOException {
        var result = gateway.ssh("shed@gw", verb + " " + String.join(" ", words));
        result.orFail();
        return result;
    }

    private interface Action {
        void run() throws Exception;
    }

    private static long timeOf(Action action) throws Exception {
        long begin = System.nanoTime();
        action.run();
        return System.nanoTime() - begin;
    }
}
