package dev.shed.gateway.container.porter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shed.gateway.Await;
import dev.shed.gateway.container.BareExec;
import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerSocket;
import dev.shed.gateway.container.Endpoint;
import dev.shed.gateway.container.ProcessLostException;
import dev.shed.gateway.container.docker.Engines;
import dev.shed.gateway.container.docker.LiveShed;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// What happens when a porter, a container or a gateway is killed.
class PorterDeathIT extends PorterFixture {
    private static final Duration SOON = Duration.ofSeconds(5);

    @Test
    void aKilledPorterIsSaidAndReplaced() throws Exception {
        try (var process = access.runtime().start(shed.argv("sleep", mark))) {
            Await.until("it runs", SOON, () -> shed.processes(mark) > 0);
            engine.exec()
                    .start(
                            shed.container(),
                            BareExec.ROOT,
                            List.of("pkill", "-KILL", "-f", "^/run/shed/porter"),
                            Map.of());

            assertThatThrownBy(() -> LiveShed.drain(process))
                    .isInstanceOf(ProcessLostException.class)
                    .hasMessage("the connection into its container was lost");
        }
        assertThat(shed.sh("echo again").out()).isEqualTo("again\n");
    }

    @Test
    void aKilledIdleWorkerIsNotNoticed() throws Exception {
        shed.sh("true");
        for (int i = 0; i < 5; i++) {
            // Waited for: a late one would hit the worker that has the next task.
            docker("exec", "-u", "0", shed.container().id(), "pkill", "-KILL", "-n", "-f", "^/run/shed/porter");
            assertThat(shed.sh("echo " + i).out()).isEqualTo(i + "\n");
        }
    }

    @Test
    void aKilledContainerIsSaid() throws Exception {
        try (var process = access.runtime().start(shed.argv("sleep", mark))) {
            Await.until("it runs", SOON, () -> shed.processes(mark) > 0);
            docker("kill", shed.container().id());

            assertThatThrownBy(() -> LiveShed.drain(process))
                    .isInstanceOf(ProcessLostException.class)
                    .hasMessage("its container stopped");
        }
        assertThatThrownBy(() -> shed.sh("true"))
                .isInstanceOfSatisfying(
                        ShedException.class, e -> assertThat(e.failure().kind()).isEqualTo(Failure.Kind.SHED_STOPPED));
        access.engine().start(shed.container());
        assertThat(shed.sh("echo again").out()).isEqualTo("again\n");
    }

    /// The other end is on another machine, as far as the container knows: nothing of it ends with the container.
    @Test
    void aKilledContainersConnectionsEnd() throws Exception {
        try (var server = new ServerSocket(0)) {
            var to = new Endpoint.Tcp(bridge(), server.getLocalPort());
            var ended = new CompletableFuture<Boolean>();
            var connected = new CompletableFuture<Boolean>();
            try (var socket = access.runtime().dial(shed.container(), to)) {
                Thread.ofVirtual().start(() -> receive(socket, connected, ended));
                assertThat(connected.get(20, TimeUnit.SECONDS)).isTrue();
                docker("kill", shed.container().id());

                assertThat(ended.get(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    private String bridge() throws Exception {
        var process = new ProcessBuilder(
                        "docker",
                        "inspect",
                        "--format",
                        "{{range .NetworkSettings.Networks}}{{.Gateway}}{{end}}",
                        shed.container().id())
                .start();
        return new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    }

    private static void receive(
            ContainerSocket socket, CompletableFuture<Boolean> connected, CompletableFuture<Boolean> ended) {
        try {
            socket.receive(new ContainerSocket.Receiver() {
                @Override
                public void connected() {
                    connected.complete(true);
                }

                @Override
                public void data(byte[] source, int offset, int length) {}

                @Override
                public void pause() {}
            });
            ended.complete(true);
        } catch (IOException e) {
            connected.completeExceptionally(e);
            ended.completeExceptionally(e);
        }
    }

    @Test
    void aContainerThatDoesNotRunIsNeverTakenForOneThatDoes() throws Exception {
        var id = shed.container().id();
        var name = shed.container().shed();
        shed.sh("true");
        assertThat(access.engine().find(name).map(Container::state)).contains(Container.State.RUNNING);
        docker("pause", id);
        assertThat(access.engine().find(name).map(Container::state)).contains(Container.State.PAUSED);
        docker("unpause", id);
        assertThat(shed.sh("echo again").out()).isEqualTo("again\n");
        assertThat(access.engine().find(name).map(Container::state)).contains(Container.State.RUNNING);
        docker("kill", id);
        assertThat(access.engine().find(name).map(Container::state)).contains(Container.State.STOPPED);
        docker("rm", id);
        assertThat(access.engine().find(name)).isEmpty();
    }

    /// An interrupt closes the channel that it finds a thread at, and the porter has one that everything hangs on.
    @Test
    void aLoginThatIsBrokenOffDoesNotTakeThePorterAlong() throws Exception {
        var name = shed.container().shed();
        assertThat(access.engine().find(name)).isPresent();
        try (var process = access.runtime().start(shed.argv("sleep", mark))) {
            for (int i = 0; i < 50; i++) {
                var login = Thread.ofVirtual()
                        .start(() -> assertThatThrownBy(() -> access.engine().find(name))
                                .isInstanceOf(ShedException.class));
                login.interrupt();
                login.join();
            }
            assertThat(shed.processes(mark)).isEqualTo(1);
            assertThat(process).isNotNull();
        }
    }

    /// The gateway is another JVM here, and killed.
    @Test
    void whatAKilledGatewayStartedIsEndedAndTheNextOneWorks() throws Exception {
        access.close();
        var gateway = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        DoomedGateway.class.getName(),
                        directory.toString(),
                        shed.container().shed().value(),
                        mark)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            access = PorterSheds.over(Engines.engine("porter-it-stranger"), PorterSheds.directory());
            shed = new LiveShed(access, shed.container());
            Await.until("both run", Engines.LONG, () -> shed.processes("sleep " + mark) >= 2);
        } finally {
            gateway.destroyForcibly().waitFor();
        }
        access.close();

        access = PorterSheds.access("porter-it", directory);
        shed = new LiveShed(access, shed.container());
        access.runtime().takeOver();
        Await.until(
                "a porter is there before anybody asks",
                SOON,
                () -> access.runtime().starter(shed.container()).isPresent());
        assertThat(shed.sh("echo again").out()).isEqualTo("again\n");
        Await.until("both ended", SOON, () -> shed.processes("sleep " + mark) == 0);
        Await.until("one porter", SOON, () -> shed.processes("/run/shed/porter") <= 2 + Porter.IDLE);
    }

    private static void docker(String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("docker"));
        command.addAll(List.of(arguments));
        run(command.toArray(String[]::new));
    }

    private static void run(String... command) throws Exception {
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
    }
}
