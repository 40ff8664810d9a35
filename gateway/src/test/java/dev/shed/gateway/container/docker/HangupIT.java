package dev.shed.gateway.container.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.Await;
import dev.shed.gateway.container.ExecSpec.Program;
import dev.shed.gateway.container.docker.engine.EngineClient;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class HangupIT extends HangupContract {
    @Override
    protected LiveShed start() {
        return LiveShed.start(Engines.withoutPorters("hangup-it"));
    }

    @Test
    void whatIgnoresTheHangupIsKilled() throws Exception {
        assertEnds(shed.spec(new Program.ShellCommand("trap '' HUP; sleep " + mark)));
    }

    @Test
    void closeRightAfterStartLeavesNothing() throws Exception {
        for (int i = 0; i < 10; i++) {
            runtime.start(i % 2 == 0 ? shed.argv("sleep", mark) : shed.terminal("xterm", "sleep " + mark))
                    .close();
        }
        // The last ones may not even exist yet: nothing is left once the engine knows of no exec.
        Await.until("no exec left", Duration.ofSeconds(20), () -> execs().isEmpty());
        assertThat(shed.processes("sleep " + mark)).isZero();
    }

    @Test
    void closingTheRuntimeEndsItsProcesses() throws Exception {
        var other = Engines.withoutPorters("hangup-it-closing");
        other.runtime().start(shed.argv("sleep", mark));
        other.runtime().start(shed.terminal("xterm", "sleep " + mark));
        Await.until("both run", PROMISE, () -> shed.processes("sleep " + mark) >= 2);

        other.close();

        assertThat(shed.processes("sleep " + mark)).isZero();
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().startsWith("docker-java"));
    }

    @Test
    void abandonedProcessesAreEndedByTheNextLifeOnly() throws Exception {
        var crashed = Engines.withoutPorters("hangup-it-crashed");
        crashed.runtime().start(shed.argv("sleep", mark));
        crashed.runtime().start(shed.terminal("xterm", "sleep " + mark));
        Await.until("both run", PROMISE, () -> shed.processes("sleep " + mark) >= 2);
        long running = shed.processes("sleep " + mark);

        crashed.runtime().takeOver();
        try (var stranger = Engines.withoutPorters("hangup-it-stranger")) {
            stranger.runtime().takeOver();
        }
        assertThat(shed.processes("sleep " + mark)).isEqualTo(running);

        try (var nextLife = Engines.withoutPorters("hangup-it-crashed")) {
            nextLife.runtime().takeOver();
            Await.until("both ended", PROMISE, () -> shed.processes("sleep " + mark) == 0);
        }
        crashed.close();
    }

    private List<String> execs() {
        return new Containers(
                        new EngineClient(Engines.settings(Engines.HOST, "x").socket(), Duration.ofSeconds(10)), "/x")
                .execIds(shed.container());
    }
}
