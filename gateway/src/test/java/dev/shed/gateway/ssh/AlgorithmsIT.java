package dev.shed.gateway.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.WireGateway;
import dev.shed.gateway.container.FakeRuntime;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// What others think of the algorithms that are offered.
class AlgorithmsIT {
    @Test
    void sshAuditFindsNoFailure() throws Exception {
        try (var gateway = WireGateway.start(new FakeRuntime())) {
            var audit = new ProcessBuilder(
                            "ssh-audit", "--no-colors", "--port", Integer.toString(gateway.port()), "127.0.0.1")
                    .redirectErrorStream(true)
                    .start();
            try (var out = audit.getInputStream()) {
                var text = new String(out.readAllBytes(), StandardCharsets.UTF_8);
                assertThat(audit.waitFor(30, TimeUnit.SECONDS)).isTrue();
                assertThat(text).contains("(kex) curve25519-sha256").doesNotContain("[fail]");
            } finally {
                audit.destroyForcibly();
            }
        }
    }
}
