package dev.shed.gateway.container.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.shed.gateway.container.ContainerEvent;
import dev.shed.gateway.container.ContainerEvent.Kind;
import dev.shed.gateway.container.ContainerObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Engines that speak Docker's API with words of their own: what they say was recorded.
class OtherEnginesTest {
    private static final String PODMAN_EVENT = """
            {"status":"%1$s","id":"c1","from":"i","Type":"container","Action":"%1$s","scope":"local","time":1700000000,
             "timeNano":1700000000000000000,"Actor":{"ID":"c1","Attributes":
             {"containerExitCode":"%2$s","image":"i","name":"shed-demo","shed":"true","shed.name":"demo"}}}
            """;

    private FakeEngine engine;
    private DockerEngine docker;

    @BeforeEach
    void start(@TempDir Path directory) throws IOException {
        engine = new FakeEngine(directory.resolve("s"));
        docker = new DockerEngine(Engines.settings(engine.uri(), "other-engines-test"));
    }

    @AfterEach
    void close() throws IOException {
        docker.close();
        engine.close();
    }

    @Test
    void anEngineIsCalledByItsOwnName() {
        engine.on("GET /version", 200, """
                {"Platform":{"Name":"linux/amd64/debian-12"},"Components":[{"Name":"Podman Engine","Version":"4.3.1"}],
                 "Version":"4.3.1","ApiVersion":"1.41"}
                """);
        assertThat(docker.version()).isEqualTo("Podman Engine 4.3.1 (API 1.41)");

        engine.on("GET /version", 200, """
                {"Components":[{"Name":"Engine"},{"Name":"containerd"}],"Version":"29.0.0","ApiVersion":"1.52"}
                """);
        assertThat(docker.version()).isEqualTo("Docker Engine 29.0.0 (API 1.52)");
    }

    @Test
    void podmansWordsForTheEndAreUnderstood() throws Exception {
        engine.on(
                "GET /events",
                200,
                PODMAN_EVENT.formatted("create", "0")
                        + PODMAN_EVENT.formatted("init", "0")
                        + PODMAN_EVENT.formatted("start", "0")
                        + PODMAN_EVENT.formatted("exec", "0")
                        + PODMAN_EVENT.formatted("died", "137")
                        + PODMAN_EVENT.formatted("remove", "137"));
        assertThat(heard())
                .containsExactly(
                        tuple(Kind.CREATED, 0), tuple(Kind.STARTED, 0), tuple(Kind.ENDED, 137), tuple(Kind.REMOVED, 0));
        assertThat(engine.asked())
                .filteredOn(asked -> asked.startsWith("GET /events"))
                .allSatisfy(asked -> {
                    assertThat(asked).contains("label").doesNotContain("destroy");
                });
    }

    /// It tells of no signal.
    @Test
    void aStopByPodmanIsOne() throws Exception {
        engine.on("GET /events", 200, PODMAN_EVENT.formatted("died", "143"));
        assertThat(heard()).containsExactly(tuple(Kind.SIGNALLED, 15), tuple(Kind.ENDED, 143));
    }

    private List<Tuple> heard() throws Exception {
        engine.on("GET /containers/c1/json", 200, "{\"Image\":\"sha256:i\"}");
        var heard = new Heard();

        try (var _ = docker.watch(Optional.empty(), heard)) {
            assertThat(heard.over.await(20, TimeUnit.SECONDS)).isTrue();
        }

        return heard.events.stream()
                .map(event -> tuple(event.kind(), event.code()))
                .toList();
    }

    private static final class Heard implements ContainerObserver {
        private final List<ContainerEvent> events = new CopyOnWriteArrayList<>();
        private final CountDownLatch over = new CountDownLatch(1);

        @Override
        public void happened(ContainerEvent event) {
            events.add(event);
        }

        @Override
        public void over() {
            over.countDown();
        }
    }
}
