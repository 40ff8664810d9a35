package dev.shed.gateway.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.WireGateway;
import dev.shed.gateway.config.Metrics;
import dev.shed.gateway.container.FakeRuntime;
import dev.shed.gateway.failure.Failure;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a load balancer or a service manager asks.
class ReadinessWireTest {
    private final FakeRuntime runtime = new FakeRuntime().with("demo");
    private final WireGateway gateway = start("127.0.0.1:0");
    private final InetSocketAddress address = gateway.metrics().orElseThrow();

    @TempDir
    Path directory;

    private WireGateway start(String listen) {
        return WireGateway.start(runtime, new Metrics(Optional.of(listen)));
    }

    @AfterEach
    void close() throws IOException {
        gateway.close();
    }

    @Test
    void aGatewayThatServesIsReady() throws IOException {
        assertThat(Http.get(address, "/healthz").body()).isEqualTo("ok\n");
        var ready = Http.get(address, "/readyz");
        assertThat(ready.status()).isEqualTo(200);
        assertThat(ready.body()).isEqualTo("listener ok\nengine ok\nstate ok\n");
    }

    @Test
    void oneWithoutItsEngineIsAliveAndNotReady() throws IOException {
        runtime.failing(Failure.engineUnavailable("unix:///a/secret/place.sock: down", "look at it"));
        assertThat(Http.get(address, "/healthz").status()).isEqualTo(200);
        var ready = Http.get(address, "/readyz");
        assertThat(ready.status()).isEqualTo(503);
        assertThat(ready.body()).isEqualTo("listener ok\nengine failed\nstate ok\n");
    }

    @Test
    void howeverOftenThePageIsAskedTheEngineIsNot() throws IOException {
        Http.get(address, "/readyz");
        int before = runtime.questions();
        for (int i = 0; i < 20; i++) {
            Http.get(address, "/readyz");
        }
        // A busy machine may take longer than an answer counts.
        assertThat(runtime.questions() - before).isLessThanOrEqualTo(10);
    }

    @Test
    void aStateDirectoryThatCannotBeWrittenIsTold() throws IOException {
        var gone = directory.resolve("gone");
        assertThat(new Readiness(() -> true, () -> {}, gone).page().text())
                .isEqualTo("listener ok\nengine ok\nstate failed\n");
        assertThat(new Readiness(() -> true, () -> {}, directory).page().status())
                .isEqualTo(200);
        try (var left = Files.list(directory)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void oneThatStopsIsNotReady() {
        var asked = new AtomicInteger();
        var page = new Readiness(() -> false, asked::incrementAndGet, directory).page();
        assertThat(page.status()).isEqualTo(503);
        assertThat(page.text()).startsWith("listener failed\n");
    }

    @Test
    void withoutTheSettingNothingListens() throws IOException {
        try (var other = WireGateway.start(runtime)) {
            assertThat(other.metrics()).isEmpty();
        }
    }

    /// Logins do not depend on it.
    @Test
    void anAddressInUseKeepsNobodyOut() throws IOException {
        try (var second = start("127.0.0.1:" + address.getPort())) {
            assertThat(second.metrics()).isEmpty();
            assertThat(second.exec("shed", "list").status()).isZero();
        }
    }
}
