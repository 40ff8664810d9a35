package dev.shed.gateway.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.Await;
import dev.shed.gateway.e2e.Run.Result;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A real dockerd with live-restore is killed, or restarted, under logins that go on: no session is lost, nobody is
/// cut off, whoever cannot be let in is told why, and afterwards everything is as it was.
class EngineRestartIT {
    private static OwnEngine engine;
    private static LiveGateway gateway;
    private static String shed;
    private static String untouched;

    /// Ends the engine in some way.
    private interface Ending {
        void run() throws Exception;
    }

    @BeforeAll
    static void start() throws Exception {
        engine = OwnEngine.start();
        gateway = LiveGateway.start(LiveGateway::impatient, engine.uri());
        shed = gateway.place().newShed();
        // Nobody has logged in to it yet, so no porter is there that could answer in the engine's place.
        untouched = gateway.place().newShed();
    }

    @AfterAll
    static void stop() throws Exception {
        try (var _ = engine) {
            gateway.close();
        }
    }

    @Test
    void aKilledEngineCostsNothing() throws Exception {
        costsNothing("killed", engine::kill);
    }

    @Test
    void anEngineThatIsRestartedCostsNothing() throws Exception {
        costsNothing("restarted", engine::stop);
    }

    private void costsNothing(String session, Ending ending) throws Exception {
        try (var terminal = Terminal.ssh(gateway.place(), shed + "+" + session + "@gw");
                var command = new Command()) {
            terminal.awaitPrompt();
            terminal.enter("shell=$$; echo at-$shell");
            command.echoes("before");
            var began = startedAt();

            ending.run();

            terminal.enter("echo works-$shell");
            var shell = terminal.ask("$shell");
            terminal.await("\nworks-" + shell);
            command.echoes("without an engine");
            whoeverCannotBeLetInIsTold();

            engine.startAgain();

            terminal.enter("echo again-$shell");
            terminal.await("\nagain-" + shell);
            command.echoes("with an engine again");
            assertThat(command.end()).isZero();
            terminal.detach();
            assertThat(terminal.status()).isZero();
            assertThat(startedAt()).as("the container is the same").isEqualTo(began);
            theNextLoginsWork(session, shell);
        }
    }

    private static void whoeverCannotBeLetInIsTold() throws IOException {
        assertUnavailable(gateway.ssh(untouched + "@gw", "true"));
        assertUnavailable(gateway.ssh("-tt", untouched + "@gw"));
        assertUnavailable(gateway.ssh("shed@gw", "list"));
        assertUnavailable(gateway.ssh("shed@gw", "create " + gateway.place().newName()));
        // A porter that answers is proof enough that its shed is there.
        assertThat(gateway.ssh(shed + "@gw", "echo let in").orFail()).isEqualTo("let in\n");
    }

    private static void assertUnavailable(Result result) {
        assertThat(result.said()).contains("shed: the container engine does not answer: ");
        assertThat(result.status()).isEqualTo(69);
    }

    private static void theNextLoginsWork(String session, String shell) throws Exception {
        assertThat(gateway.ssh(shed + "@gw", "echo new").orFail()).isEqualTo("new\n");
        assertThat(gateway.ssh(untouched + "@gw", "echo new").orFail()).isEqualTo("new\n");
        assertThat(gateway.ssh("-s", shed + "@gw", "sessions").orFail()).contains(session + " ");
        try (var second = Terminal.ssh(gateway.place(), shed + "+" + session + "@gw")) {
            second.await("at-" + shell);
            assertThat(second.ask("$shell")).isEqualTo(shell);
            second.detach();
            assertThat(second.status()).isZero();
        }
        // For the next test it is to be as if nobody had been there.
        gateway.ssh("shed@gw", "stop " + untouched).orFail();
        gateway.ssh("shed@gw", "start " + untouched).orFail();
    }

    private static String startedAt() throws IOException {
        return engine.docker("inspect", "--format", "{{.State.StartedAt}} {{.State.Pid}}", "shed-" + shed)
                .orFail();
    }

    /// A command in the shed that repeats what it is told, over a client of its own.
    private static final class Command implements AutoCloseable {
        private final Process client;
        private final BufferedReader out;

        Command() throws IOException {
            client = gateway.place()
                    .client(shed + "@gw", "cat")
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            out = new BufferedReader(new InputStreamReader(client.getInputStream(), UTF_8));
        }

        void echoes(String text) throws IOException {
            client.getOutputStream().write((text + "\n").getBytes(UTF_8));
            client.getOutputStream().flush();
            assertThat(Run.line(out)).isEqualTo(text);
        }

        int end() throws Exception {
            client.getOutputStream().close();
            assertThat(client.waitFor(Await.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            return client.exitValue();
        }

        @Override
        public void close() {
            client.destroyForcibly();
        }
    }
}
