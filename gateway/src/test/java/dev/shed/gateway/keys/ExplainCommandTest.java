package dev.shed.gateway.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shed.gateway.access.LoginPolicy;
import dev.shed.gateway.ssh.key.AuthoritySignature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
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
                new AuthorizedKeysEditor(directory.resolve("authorized_keys"), CLOCK, 3072),
                CLOCK,
                true,
                new CertificateReport(
                        new LoginPolicy(
                                new LoginPolicy.Sources(
                                        directory.resolve("authorized_keys"),
                                        Optional.of(directory.resolve("ca.pub")),
                                        Optional.of(directory.resolve("principals")),
                                        Optional.of(directory.resolve("revoked")),
                                        3072),
                                CLOCK),
                        AuthoritySignature::holds),
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

    private String keygen(String... words) throws Exception {
        var call = new ArrayList<>(List.of("ssh-keygen", "-q"));
        call.addAll(List.of(words));
        var process = new ProcessBuilder(call)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    /// A certificate of the trusted authority, or of the one that authorized_keys has; its file.
    private String certificate(String authority, String principals, String... options) throws Exception {
        if (!Files.exists(directory.resolve("ca"))) {
            keygen("-t", "ed25519", "-N", "", "-C", "", "-f", "ca");
            keygen("-t", "ed25519", "-N", "", "-C", "", "-f", "line");
            keygen("-t", "ed25519", "-N", "", "-f", "eve");
            write("principals", "role=\"viewer\" others\nrole=\"user\",sheds=\"web-*\" team\n");
            write("revoked", "");
            write("authorized_keys", "\ncert-authority,principals=\"ops\",role=\"admin\" " + read("line.pub"));
        }
        var words = new ArrayList<>(List.of("-s", authority, "-I", "eve@example", "-z", "7", "-n", principals));
        words.addAll(List.of(options));
        words.add("eve.pub");
        keygen(words.toArray(String[]::new));
        return directory.resolve("eve-cert.pub").toString();
    }

    private String read(String name) throws IOException {
        return Files.readString(directory.resolve(name));
    }

    private void write(String name, String text) throws IOException {
        var file = Files.writeString(directory.resolve(name), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    }

    @Test
    void aCertificateIsExplainedWithItsAuthorityPrincipalsAndOptions() throws Exception {
        var file = certificate(
                "ca", "dev,team", "-O", "source-address=10.0.0.0/8", "-O", "no-pty", "-V", "20200101:20270101");
        var outcome = explain(file, "web-1", "exec");
        assertThat(outcome.out()).matches("""
                allowed
                certificate eve@example \\(serial 7\\) for SHA256:\\S+
                      signed by        SHA256:\\S+
                      principals       dev,team
                      until            20\\S+
                      restricts        source-address=10.0.0.0/8
                      permits          permit-X11-forwarding,permit-agent-forwarding,permit-port-forwarding,permit-user-rc
                by line 2 of the principals: eve@example
                  ok  verbs            no limit
                  ok  sheds            web-\\*
                  ok  role             user
                  if  visibility       owner: the shed must belong to this key
                """);
        assertThat(outcome.status()).isZero();
        assertThat(explain(read("eve-cert.pub"), "web-1", "exec"))
                .as("as a line")
                .isEqualTo(outcome);
        assertThat(explain(file, "web-1", "attach").out()).contains("no  pty              no; needs pty");
        assertThat(explain(file, "db", "exec").out()).contains("no  sheds            web-*; needs 'db' in sheds=");
        assertThat(explain(file, "web-1", "exec", "--from", "192.0.2.1").out())
                .startsWith("denied\n")
                .endsWith("the certificate is not good from this address (source-address)\n");
    }

    @Test
    void aCertificateOfALineIsExplainedByThatLine() throws Exception {
        var file = certificate("line", "ops", "-O", "force-command=list");
        assertThat(explain(file, "shed", "create").out())
                .startsWith("allowed\n")
                .contains("restricts        force-command=list", "by line 2: eve@example")
                .contains("but command          runs instead: list");
        assertThat(explain(certificate("line", "team"), "shed", "list").out())
                .endsWith("line 2: the certificate has none of the principals of the line\n");
    }

    @Test
    void whyACertificateDoesNotGetInIsSaid() throws Exception {
        assertThat(explain(certificate("ca", "nobody"), "shed", "list").out())
                .endsWith("the file of principals has none of the certificate's\n");
        assertThat(explain(certificate("eve", "team"), "shed", "list").out()).endsWith(" is not trusted\n");
        assertThat(explain(certificate("ca", "team", "-V", "20200101:20210101"), "shed", "list")
                        .out())
                .contains("the certificate expired at ");
        assertThat(explain(certificate("ca", "team", "-O", "critical:tea=no"), "shed", "list")
                        .out())
                .contains("restricts        tea=no")
                .endsWith("the certificate's critical option 'tea' is not supported\n");
        var good = certificate("ca", "team");
        write("revoked", read("eve.pub"));
        var outcome = explain(good, "shed", "list");
        assertThat(outcome.out()).endsWith(" is revoked\n");
        assertThat(outcome.status()).isEqualTo(77);
    }

    @Test
    void aForgedCertificateIsDenied() throws Exception {
        var line = Files.readString(Path.of(certificate("ca", "team"))).split(" ", -1);
        byte[] blob = Base64.getDecoder().decode(line[1]);
        blob[blob.length - 1] ^= 1;
        assertThat(explain(line[0] + " " + Base64.getEncoder().encodeToString(blob), "shed", "list")
                        .out())
                .startsWith("denied\n")
                .endsWith("the certificate's signature is not its authority's\n");
        assertThatThrownBy(() -> explain(line[0] + " AAAA", "shed", "list"))
                .hasMessageContaining("invalid certificate");
    }

    @Test
    void whatIsNoCallShowsHow() {
        assertThatThrownBy(() -> explain("ada", "web-1")).hasMessageContaining("an argument is missing");
        assertThatThrownBy(() -> explain("ada", "web-1", "look")).hasMessageContaining("'look' is neither a verb");
        assertThatThrownBy(() -> explain("ada", "Web", "peek")).hasMessageContaining("is not a shed name");
        assertThatThrownBy(() -> explain("ada", "web-1", "peek", "--from", "home"))
                .hasMessageContaining("is not an address");
    }
}
