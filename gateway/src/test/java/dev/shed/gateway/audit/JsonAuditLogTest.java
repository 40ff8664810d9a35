package dev.shed.gateway.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.shed.gateway.MutableClock;
import dev.shed.gateway.failure.ShedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonAuditLogTest {
    private static final AuditEvent.Origin ORIGIN = new AuditEvent.Origin("conn-1", "192.0.2.1:4711");

    @TempDir
    private Path directory;

    private static AuditEvent refused(String login) {
        return new AuditEvent.AuthRefused(ORIGIN, login, "", "no key offered");
    }

    private List<JsonNode> lines() throws IOException {
        var json = new JsonMapper();
        var parsed = new ArrayList<JsonNode>();
        for (var line : Files.readAllLines(directory.resolve("audit.log"))) {
            parsed.add(json.readTree(line));
        }
        return parsed;
    }

    @Test
    void aLineIsAnEvent() throws IOException {
        try (var log = JsonAuditLog.open(directory, false, new MutableClock(Instant.parse("2026-01-31T12:00:00Z")))) {
            log.record(refused("de\nmo"));
        }
        assertThat(Files.readString(directory.resolve("audit.log")))
                .isEqualTo("{\"time\":\"2026-01-31T12:00:00Z\",\"event\":\"auth-refused\",\"conn\":\"conn-1\","
                        + "\"peer\":\"192.0.2.1:4711\",\"login\":\"de\\nmo\",\"fingerprint\":\"\","
                        + "\"outcome\":\"no key offered\"}\n");
    }

    /// JSON itself lets through what some terminals take for the beginning of an escape sequence, and what turns lines
    /// around.
    @Test
    void whoLooksAtTheFileOnATerminalIsSafe() throws IOException {
        var login = "\u009b2J\u007f\u202e\u2028ü\ud83d\ude00";
        try (var log = JsonAuditLog.open(directory, false, Clock.systemUTC())) {
            log.record(refused(login));
        }
        assertThat(Files.readString(directory.resolve("audit.log")))
                .contains("\\u009b2J\\u007f\\u202e\\u2028ü\ud83d\ude00")
                .doesNotContain("\u009b", "\u007f", "\u202e", "\u2028");
        assertThat(lines().getFirst().get("login").asText()).isEqualTo(login);
    }

    @Test
    void noValueIsLongerThanItsLimit() throws IOException {
        try (var log = JsonAuditLog.open(directory, false, Clock.systemUTC())) {
            log.record(refused("x".repeat(1000)));
            log.record(refused("x".repeat(250_000)));
            log.record(refused("x".repeat(999) + "😀😀"));
        }
        assertThat(lines())
                .extracting(line -> line.get("login").asText())
                .containsExactly("x".repeat(1000), "x".repeat(1000) + "…", "x".repeat(999) + "…");
    }

    /// In a process whose files cannot grow beyond 4 KiB, which cuts a line as a full disk does.
    private int recordUntilFull(String whenFull) throws IOException, InterruptedException {
        var process = new ProcessBuilder(
                        "bash",
                        "-c",
                        "ulimit -f 4; exec \"$@\"",
                        "bash",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:-UsePerfData",
                        "-cp",
                        System.getProperty("java.class.path"),
                        FullDisk.class.getName(),
                        directory.toString(),
                        whenFull)
                .redirectErrorStream(true)
                .start();
        var said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(said)
                .containsOnlyOnce("the audit log cannot be written")
                .containsPattern(
                        "State\\[lost=[1-9][0-9]*, outage=Optional\\[Outage\\[since=20.*problem=File too large]]]")
                .containsPattern("State\\[lost=[1-9][0-9]*, outage=Optional.empty]");
        return process.exitValue();
    }

    @Test
    void onAFullDiskLinesAreWholeAndWhatIsMissingIsCounted() throws IOException, InterruptedException {
        assertThat(recordUntilFull("continue")).isZero();

        var written = Files.readString(directory.resolve("full"));
        assertThat(written).endsWith("}\n").hasSizeLessThanOrEqualTo(4096);
        var lines = lines();
        assertThat(lines).extracting(line -> line.get("event").asText()).containsExactly("lines-lost", "auth-refused");
        assertThat(written.lines().count() + lines.getFirst().get("count").asLong())
                .isEqualTo(100);
    }

    @Test
    void onAFullDiskNothingNewMayHappenIfThatIsWanted() throws IOException, InterruptedException {
        assertThat(recordUntilFull("refuse")).isEqualTo(74);
    }

    @Test
    void aDirectoryThatCannotBeWrittenIsRefusedAtOnce() {
        assertThatThrownBy(() -> JsonAuditLog.open(directory.resolve("none"), false, Clock.systemUTC()))
                .isInstanceOf(ShedException.class)
                .hasMessageContaining("audit.log");
    }

    /// Records a hundred events, then one more when there is room again; ends with the status that somebody got who was
    /// refused in between.
    static final class FullDisk {
        private FullDisk() {}

        public static void main(String[] arguments) throws IOException {
            var directory = Path.of(arguments[0]);
            int status = 0;
            try (var log = JsonAuditLog.open(directory, arguments[1].equals("refuse"), Clock.systemUTC())) {
                for (int i = 0; i < 100; i++) {
                    log.record(refused("login-" + i));
                }
                try {
                    log.requireWritable();
                } catch (ShedException e) {
                    status = e.failure().exitStatus().code();
                }
                System.out.println(log.state());
                Files.move(directory.resolve("audit.log"), directory.resolve("full"));
                System.out.println(log.state());
                log.record(refused("after"));
                log.requireWritable();
            }
            System.exit(status);
        }
    }
}
