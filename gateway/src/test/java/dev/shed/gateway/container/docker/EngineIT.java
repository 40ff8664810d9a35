package dev.shed.gateway.container.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shed.gateway.Await;
import dev.shed.gateway.container.docker.engine.EngineClient;
import dev.shed.gateway.container.docker.engine.EngineRefusedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// How many connections the real engine sees, whatever it was asked.
@Execution(ExecutionMode.CONCURRENT)
class EngineIT {
    private static final int MANY = 32;

    private Relay relay;
    private EngineClient engine;

    @BeforeEach
    void connect(@TempDir Path directory) throws IOException {
        var socket = directory.resolve("s");
        relay = new Relay(socket);
        engine = new EngineClient(socket, Engines.LONG);
    }

    @AfterEach
    void disconnect() throws IOException {
        engine.close();
        relay.close();
    }

    private void assertFewStayOpen() throws Exception {
        Await.until("no more than the places stay open", Engines.LONG, () -> relay.connected() <= EngineClient.PLACES);
    }

    @Test
    void manyQuestionsAtOnceLeaveFewConnections() throws Exception {
        var together = new CyclicBarrier(MANY);
        var answers = new ArrayList<Future<String>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < MANY; i++) {
                answers.add(threads.submit(() -> engine.ask(docker -> {
                    await(together);
                    return String.valueOf(docker.versionCmd().exec().getVersion());
                })));
            }
        }
        for (var answer : answers) {
            assertThat(answer.get())
                    .isNotEqualTo("null")
                    .isEqualTo(answers.getFirst().get());
        }
        assertFewStayOpen();
        assertThat(relay.connected()).isPositive();
    }

    private static void await(CyclicBarrier together) {
        try {
            together.await();
        } catch (InterruptedException | BrokenBarrierException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whatTheEngineRefusesLeavesNoConnection() throws Exception {
        for (int i = 0; i < MANY; i++) {
            assertThatThrownBy(() -> engine.ask(docker -> docker.listContainersCmd()
                            .withFilter("nosuchfilter", List.of("x"))
                            .exec()))
                    .isInstanceOfSatisfying(
                            EngineRefusedException.class,
                            e -> assertThat(e.status()).isEqualTo(EngineRefusedException.BAD_REQUEST));
        }
        assertFewStayOpen();
    }
}
