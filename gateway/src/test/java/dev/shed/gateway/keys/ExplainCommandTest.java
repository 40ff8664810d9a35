package dev.shed.gateway.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExplainCommandTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-25T12:00:00Z"), ZoneOffset.UTC);

    @TempDir
    Path directory;

    private record Outcome(int status, String out) {}

    private Outcome explain(String... words) throws Exception {
        var out = new ByteArrayOutputStream();
        var command = new ExplainCommand(
                new KeyFile(directory.resolve("authorized_keys"), CLOCK, 3072),
                CLOCK,
                true,
                new PrintStream(out, true, StandardCharsets.UTF_8));
        int status = command.run(List.of(words));
        return new Outcome(status, out.toString(StandardCharsets.UTF_8));
    }

    @BeforeEach
    void authorize() throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        Files.writeString(directory.resolve("authorized_keys"), """
                expiry-time="20250101Z" %s ada
                role="user",sheds="web-*",verbs="peek,exec,forward,attach",permitopen="localhost:80",no-pty %s ada
                role="viewer",from="10.0.0.0/8",command="list" %s ben
                """.formatted(
                        KeysCommandTest.ADA, KeysCommandTest.ADA, KeysCommandTest.BEN));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ada|web-1|peek|0|allowed",
                "ada|web-1|exec|0|if  visibility       owner: the shed must belong to this key",
                "ada|web-1|forward|0|ok  port-forwarding  to localhost:80",
                "ada|web-1|sftp|77|no  verbs            peek,exec,forward,attach; needs 'sftp' in verbs=",
                "ada|db|exec|77|no  sheds            web-*; needs 'db' in sheds=",
                "ada|web-1|create|77|no  role             user; 'create' needs role=\"admin\"",
                "ada|web-1|attach|77|no  pty              no; needs pty",
                "ada|web-1|whoami|0|allowed",
                "ben|web-1|kill|77|no  role             viewer; 'kill' needs role=\"user\"",
                "ben|web-1|attach|0|ok  role             viewer, read-only",
                "ben|shed|list|0|but command          runs instead: list",
                "ben|shed|list|0|if  from             10.0.0.0/8",
                "cleo|web-1|peek|77|no line of ",
            })
    void whichRuleSaysWhat(String key, String shed, String verb, int status, String says) throws Exception {
        var outcome = explain(key, shed, verb);
        assertThat(outcome.status()).isEqualTo(status);
        assertThat(outcome.out())
                .startsWith(status == 0 ? "allowed\n" : "denied\n")
                .contains(says);
    }

    @Test
    void theLinesThatDoNotLetInAreNamed() throws Exception {
        assertThat(explain("ada", "web-1", "peek").out())
                .contains("line 1: the key expired at 2025-01-01T00:00:00Z\nline 2: SHA256:");
        assertThat(explain("ben", "web-1", "peek", "--from", "192.0.2.1"))
                .isEqualTo(new Outcome(77, "denied\nline 3: the key is not good from this address\n"));
        assertThat(explain("ben", "web-1", "peek", "--from", "10.1.2.3").status())
                .isZero();
    }

    @Test
    void aKeyMayBeNamedByItsFile() throws Exception {
        var file = Files.writeString(directory.resolve("ben.pub"), KeysCommandTest.BEN + " whatever\n");
        assertThat(explain(file.toString(), "web-1", "peek").out()).contains("line 3: ");
    }

    @Test
    void whatIsNoCallShowsHow() {
        assertThatThrownBy(() -> explain("ada", "web-1")).hasMessageContaining("an argument is missing");
        assertThatThrownBy(() -> explain("ada", "web-1", "look")).hasMessageContaining("'look' is no verb");
        assertThatThrownBy(() -> explain("ada", "Web", "peek")).hasMessageContaining("is not a shed name");
        assertThatThrownBy(() -> explain("ada", "web-1", "peek", "--from", "home"))
                .hasMessageContaining("is no address");
    }
}
