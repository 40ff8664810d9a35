package dev.shed.gateway.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.WireGateway;
import dev.shed.gateway.container.FakeRuntime;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// What others think of the algorithms that are offered.
class AlgorithmsIT {
    private static final Path REPORT = Path.of("..", "docs", "ssh-audit.txt");

    /// The last report that was made, to be put in the place of an old one.
    private static final Path NEWEST = Path.of("target", "ssh-audit.txt");

    @Test
    void sshAuditFindsNoFailureAndItsReportIsTheOneInTheDocs() throws Exception {
        try (var gateway = WireGateway.start(new FakeRuntime())) {
            var audit = new ProcessBuilder(
                            "ssh-audit", "--no-colors", "--port", Integer.toString(gateway.port()), "127.0.0.1")
                    .redirectErrorStream(true)
                    .start();
            try (var out = audit.getInputStream()) {
                var text = new String(out.readAllBytes(), UTF_8);
                assertThat(audit.waitFor(30, TimeUnit.SECONDS)).isTrue();
                assertThat(text).contains("(kex) curve25519-sha256").doesNotContain("[fail]");
                Files.writeString(NEWEST, comparable(text));
                assertThat(algorithms(text))
                        .as("docs/ssh-audit.txt is of other algorithms: cp gateway/target/ssh-audit.txt docs/")
                        .hasSizeGreaterThan(15)
                        .isEqualTo(algorithms(Files.readString(REPORT)));
            } finally {
                audit.destroyForcibly();
            }
        }
    }

    /// What is said about them differs from one version of ssh-audit to the next.
    private static List<String> algorithms(String report) {
        return report.lines()
                .filter(line -> line.matches("\\((kex|key|enc|mac)\\) .*"))
                .map(line -> line.replaceFirst(" *-- .*", "").stripTrailing())
                .toList();
    }

    /// Without what differs from host to host: the keys' fingerprints.
    private static String comparable(String report) {
        return report.lines()
                .filter(line -> !line.startsWith("(fin)"))
                .map(String::stripTrailing)
                .collect(Collectors.joining("\n", "", "\n"));
    }
}
