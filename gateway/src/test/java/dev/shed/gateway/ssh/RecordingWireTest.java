package dev.shed.gateway.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.WireGateway;
import dev.shed.gateway.config.GatewayConfig;
import dev.shed.gateway.container.ExecSpec;
import dev.shed.gateway.container.FakeProcess;
import dev.shed.gateway.container.FakeRuntime;
import dev.shed.gateway.failure.ExitStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Logins whose sessions are recorded.
class RecordingWireTest {
    /// `Ctrl-B d`.
    private static final String DETACH = "\002d";

    private static final String TOLD = "shed: this session is recorded: the gateway keeps what it shows";

    @TempDir
    private Path directory;

    private final FakeRuntime runtime = new FakeRuntime().with("demo").with("other");
    private WireGateway gateway;

    @BeforeEach
    void start() {
        start("continue");
    }

    private void start(String onFailure) {
        gateway = WireGateway.start(
                runtime,
                new GatewayConfig.Recording(
                        List.of("demo"),
                        Optional.of(directory.resolve("recordings")),
                        1 << 20,
                        1 << 24,
                        Duration.ofHours(1),
                        onFailure));
    }

    @AfterEach
    void stop() throws IOException {
        gateway.close();
    }

    private List<Path> files() throws IOException {
        try (var files = Files.list(directory.resolve("recordings"))) {
            return files.toList();
        }
    }

    @Test
    void aSessionIsRecordedAndWhoAttachesIsTold() throws IOException {
        var result = gateway.shell("demo+work", "xterm", Map.of(), "secret" + DETACH);

        assertThat(result.err()).contains(TOLD);
        gateway.stop();
        assertThat(files()).hasSize(1);
        var text = Files.readString(files().getFirst());
        assertThat(text)
                .contains(
                        "\"title\":\"demo+work\"",
                        "\"r\", \"100x40\"",
                        "[work]",
                        "\"m\", \"attached: me@laptop from 127.0.0.1:")
                .contains("\"m\", \"typed: me@laptop", "\"m\", \"left: me@laptop");
    }

    @Test
    void whoLooksOnIsRecordedAsWell() throws IOException {
        runtime.tmux("demo").with("work", Instant.EPOCH, 0, 1);
        var result = gateway.shell("demo+work", "xterm", Map.of("SHED_READ_ONLY", "1"), DETACH);

        assertThat(result.err()).contains(TOLD);
    }

    @Test
    void whatIsNoSessionAndOtherShedsAreNot() throws IOException {
        assertThat(gateway.exec("demo", "make").err()).doesNotContain("recorded");
        assertThat(gateway.shell("other+work", "xterm", Map.of(), DETACH).err()).doesNotContain("recorded");
        gateway.stop();
        assertThat(directory.resolve("recordings")).doesNotExist();
    }

    @Test
    void aLoginThatCannotBeRecordedIsRefusedIfThatIsWanted() throws IOException {
        gateway.close();
        Files.createFile(directory.resolve("recordings"));
        start("refuse");
        var result = gateway.shell("demo+work", "xterm", Map.of(), DETACH);

        assertThat(result.status()).isEqualTo(74);
        assertThat(result.err()).contains(directory.resolve("recordings").toString());
        assertThat(runtime.tmux("demo").names()).isEmpty();
    }

    @Test
    void whoIsNotRecordedAfterAllIsNotToldSo() throws IOException {
        gateway.close();
        Files.createFile(directory.resolve("recordings"));
        start("continue");
        var result = gateway.shell("demo+work", "xterm", Map.of(), DETACH);

        assertThat(result.status()).isZero();
        assertThat(result.err()).doesNotContain("recorded");
        assertThat(runtime.started())
                .filteredOn(spec -> spec.terminal().isPresent())
                .isNotEmpty()
                .allSatisfy(spec -> assertThat(spec.program().toString()).doesNotContain("recorded"));
    }

    @Test
    void whoGetsAPlainShellInsteadIsToldThatItIsNotRecorded() throws IOException {
        runtime.in(
                "demo",
                spec -> spec.program() instanceof ExecSpec.Program.Argv
                        ? new FakeProcess((_, _) -> ExitStatus.of(1))
                        : new FakeProcess((_, _) -> ExitStatus.SUCCESS));
        var result = gateway.shell("demo+work", "xterm", Map.of(), "");

        assertThat(result.err()).contains("this is a plain shell, which is not recorded");
    }
}
