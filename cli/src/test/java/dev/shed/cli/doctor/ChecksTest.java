package dev.shed.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.cli.call.Version;
import dev.shed.cli.main.Person;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChecksTest {
    private static final Instant NOON = Instant.parse("2026-01-25T12:00:00Z");

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "OK|OpenSSH_9.2p1 Debian-2+deb12u6, OpenSSL 3.0.19",
                "OK|OpenSSH_for_Windows_8.6p1, LibreSSL 3.4.3",
                "OK|OpenSSH_10.0p2, LibreSSL 3.3.6",
                "OK|OpenSSH_7.6p1",
                "FAIL|OpenSSH_7.4p1",
                "WARN|Dropbear v2022.83",
            })
    void sshIsJudgedByItsVersion(Check.Verdict verdict, String said) {
        assertThat(SshChecks.version(true, said).verdict()).isEqualTo(verdict);
    }

    @Test
    void noSshIsAFailure() {
        var check = SshChecks.version(false, "No such file");
        assertThat(check.verdict()).isEqualTo(Check.Verdict.FAIL);
        assertThat(check.next()).isNotEmpty();
        assertThat(check.status()).isEqualTo(78);
    }

    @ParameterizedTest
    @CsvSource({"12:00:00,0,OK", "12:00:20,0,OK", "12:00:40,0,WARN", "11:59:10,0,WARN", "12:00:40,30,OK"})
    void aClockMayBeOffByWhatTheAnswerTook(String time, int seconds, Check.Verdict worst) {
        var out = "{\"gateway\":\"" + Version.OWN + "\",\"engine\":\"x\",\"time\":\"2026-01-25T" + time + "Z\"}";
        var checks = ServerChecks.judge("server home", out, NOON, Duration.ofSeconds(seconds));
        assertThat(checks.stream().map(Check::verdict).reduce((_, last) -> last))
                .contains(worst);
    }

    @Test
    void anotherVersionAndASilentEngineAreWarnings() {
        var checks = ServerChecks.judge("s", "{\"gateway\":\"9.9\",\"engine\":null}", NOON, Duration.ZERO);
        assertThat(checks)
                .extracting(Check::verdict)
                .containsOnly(Check.Verdict.WARN)
                .hasSize(2);
        assertThat(ServerChecks.judge("s", "no JSON", NOON, Duration.ZERO)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-SNAPSHOT"})
    void aGatewayOfTheSameVersionIsFine(String suffix) {
        var out = "{\"gateway\":\"" + Version.OWN + suffix + "\",\"time\":\"" + NOON + "\"}";
        assertThat(ServerChecks.judge("s", out, NOON, Duration.ZERO))
                .extracting(Check::verdict)
                .containsOnly(Check.Verdict.OK);
    }

    @Test
    void filesThatOthersMayChangeAreAFailure() throws Exception {
        var person = new Person(directory);
        assertThat(new FileChecks(person.call()).look())
                .extracting(Check::verdict)
                .containsOnly(Check.Verdict.OK);
        Files.setPosixFilePermissions(person.file(".shed/config.yaml"), PosixFilePermissions.fromString("rw-rw-r--"));
        var check = new FileChecks(person.call()).look().getFirst();
        assertThat(check.verdict()).isEqualTo(Check.Verdict.FAIL);
        assertThat(check.next()).containsExactly("chmod go-w " + person.file(".shed/config.yaml"));
    }

    @Test
    void aBrokenConfigIsToldInItsPlaceAndTheRestIsLookedAt() throws Exception {
        var person = new Person(directory);
        Files.writeString(person.file(".shed/config.yaml"), "servers: [a]\n");
        assertThat(person.status("doctor")).isNotZero();
        assertThat(person.out()).contains("fail  files: ", "config.yaml:1: ", "ok    client: ", "terminal: ");
        assertThat(person.status("doctor", "--json")).isNotZero();
        assertThat(person.out()).startsWith("{\"ok\":false,\"checks\":[{\"about\":\"client\",\"status\":\"ok\"");
    }

    @Test
    void aConfigOfSshThatOthersMayWriteIsAFailure() throws IOException, InterruptedException {
        var person = new Person(directory);
        person.write(person.sshConfig(), new byte[0]);
        Files.setPosixFilePermissions(person.sshConfig(), PosixFilePermissions.fromString("rw-rw-rw-"));
        assertThat(new SshConfigChecks(person.call()).look())
                .extracting(Check::verdict)
                .isEqualTo(List.of(Check.Verdict.FAIL));
    }
}
