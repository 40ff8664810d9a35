package dev.shed.gateway.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.WireGateway;
import dev.shed.gateway.config.GatewayConfig;
import dev.shed.gateway.container.ContainerProcess;
import dev.shed.gateway.container.ExecSpec;
import dev.shed.gateway.container.ExecSpec.Program;
import dev.shed.gateway.container.FakeProcess;
import dev.shed.gateway.container.FakeRuntime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Certificates and revocation as OpenSSH has them: its own client logs in with what its own ssh-keygen has made.
/// `scripts/certificates` runs the same table against Debian's sshd.
class CertificatesWireTest {
    private static final Path TABLE =
            Path.of(System.getProperty("shed.project", ".."), "gateway/src/test/certificates/table.sh");

    @TempDir
    private Path directory;

    /// A shell that knows `echo` only.
    private static Optional<ContainerProcess> shell(ExecSpec spec) {
        return spec.program() instanceof Program.ShellCommand(var line)
                ? Optional.of(FakeProcess.printing(line.toString().replace("echo ", ""), "", 0))
                : Optional.empty();
    }

    @ParameterizedTest
    @CsvSource({
        "lines_of_authorized_keys, 19",
        "validity,                  6",
        "critical_options,         14",
        "extensions,               11",
        "kinds_of_keys,             8",
        "trusted_authorities,      15",
        "revocation,               27",
    })
    @Timeout(value = 240, unit = TimeUnit.SECONDS)
    void everyRowOfTheTableIsAsExpected(String group, int rows) throws Exception {
        var runtime = new FakeRuntime().with("demo").programs(CertificatesWireTest::shell);
        try (var gateway = WireGateway.start(runtime, access())) {
            var lines = table(gateway.port(), group);
            assertThat(lines).hasSize(rows);
            assertThat(lines).allSatisfy(line -> {
                var fields = line.split("\t", -1);
                assertThat(fields[3]).as(fields[0]).isEqualTo(fields[2]);
            });
        }
    }

    private GatewayConfig.Access access() {
        return new GatewayConfig.Access(
                directory.resolve("authorized_keys"),
                Optional.of(directory.resolve("ca_keys")),
                Optional.of(directory.resolve("principals")),
                Optional.of(directory.resolve("revoked")),
                3072,
                Duration.ofMinutes(5));
    }

    private List<String> table(int port, String group) throws IOException, InterruptedException {
        var process = new ProcessBuilder(
                        "bash", TABLE.toString(), directory.toString(), Integer.toString(port), "demo", group)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (var out = process.inputReader(StandardCharsets.UTF_8)) {
            var lines = out.lines().toList();
            assertThat(process.waitFor()).isZero();
            return lines;
        } finally {
            process.destroy();
        }
    }
}
