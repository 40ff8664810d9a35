package dev.shed.gateway.container.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.Await;
import dev.shed.gateway.container.ContainerRuntime;
import dev.shed.gateway.container.ExecSpec;
import dev.shed.gateway.container.ExecSpec.Program;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What remains of a process whose other end went away. Each test marks its processes by a number of seconds
/// that no other one sleeps.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class HangupContract {
    /// What a user is promised.
    protected static final Duration PROMISE = Duration.ofSeconds(5);

    protected ContainerRuntime runtime;
    protected LiveShed shed;
    protected String mark;

    protected abstract LiveShed start() throws Exception;

    @BeforeAll
    void startShed() throws Exception {
        shed = start();
        runtime = shed.access().runtime();
    }

    @AfterAll
    void remove() {
        shed.close();
        shed.access().close();
    }

    @BeforeEach
    void choose() {
        mark = Integer.toString(ThreadLocalRandom.current().nextInt(1_000_000, 10_000_000));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sleep N", "sh -c 'sleep N; true'", "sleep N & wait", "exec yes N"})
    void peerGoneEndsTheProcess(String line) throws Exception {
        assertEnds(shed.spec(new Program.ShellCommand(line.replace("N", mark))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sleep N", "sh -c 'sleep N; true'", "exec yes N", "bash -c 'sleep N'; true"})
    void peerGoneEndsTheTerminalsProcess(String line) throws Exception {
        assertEnds(shed.terminal("xterm", line.replace("N", mark)));
    }

    @Test
    void whatReadsSeesTheEndAndGoesOn() throws Exception {
        assertEnds(shed.spec(new Program.ShellCommand("cat; echo over >/tmp/" + mark)));

        assertThat(shed.sh("cat /tmp/" + mark).out()).isEqualTo("over\n");
    }

    @Test
    void whatWasWrittenBeforeTheCloseIsRead() throws Exception {
        var name = "/tmp/" + mark;
        for (int i = 0; i < 5; i++) {
            var process = runtime.start(shed.spec(
                    new Program.ShellCommand("cat >" + name + i + ".part; mv " + name + i + ".part " + name + i)));
            process.stdin().write(new byte[200_000]);
            process.stdin().close();
            process.close();
        }
        Await.until("all are there", PROMISE, () -> sizes(name).equals("200000\n".repeat(5)));
    }

    private String sizes(String prefix) throws Exception {
        return shed.sh("stat -c %s " + prefix + "[0-4]").out();
    }

    @Test
    void peerGoneDetachesTmuxAndNothingElse() throws Exception {
        var attach = shed.terminal("xterm-256color", "exec tmux new-session -A -s hup 'sleep " + mark + "'");
        try (var process = runtime.start(attach)) {
            Await.until("attached", PROMISE, () -> clients().equals("1"));
            assertThat(process).isNotNull();
        }
        Await.until("detached", PROMISE, () -> clients().equals("0"));
        assertThat(shed.processes("sleep " + mark)).isPositive();
        shed.sh("tmux kill-session -t =hup");
    }

    @Test
    void whatDetachesItselfLives() throws Exception {
        shed.sh("setsid sleep " + mark + " >/dev/null 2>&1 </dev/null &");

        assertThat(shed.processes("sleep " + mark)).isOne();
        shed.sh("pkill -f 'sleep " + mark + "'");
    }

    protected void assertEnds(ExecSpec spec) throws Exception {
        var process = runtime.start(spec);
        var output = Thread.ofVirtual().start(() -> {
            try {
                process.copyOutput(OutputStream.nullOutputStream(), OutputStream.nullOutputStream());
            } catch (IOException _) {
                // Closed below, as a vanished client's channel is.
            }
        });
        Await.until("it runs", PROMISE, () -> shed.processes(mark) > 0);

        process.close();

        Await.until("it is gone", PROMISE, () -> shed.processes(mark) == 0);
        output.join(PROMISE);
    }

    private String clients() throws Exception {
        return shed.sh("tmux display-message -p -t =hup: '#{session_attached}'")
                .out()
                .strip();
    }
}
