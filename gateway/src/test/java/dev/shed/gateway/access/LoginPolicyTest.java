package dev.shed.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.MutableClock;
import dev.shed.gateway.access.AuthDecision.Accepted;
import dev.shed.gateway.access.AuthDecision.Refused;
import dev.shed.gateway.access.AuthDecision.Unknown;
import dev.shed.gateway.access.Grant.Role;
import dev.shed.gateway.access.key.PublicKeyBlob;
import dev.shed.gateway.access.key.TestCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What `CertificatesWireTest` cannot show with OpenSSH's tools.
class LoginPolicyTest {
    private static final InetAddress HOME = InetAddress.ofLiteral("192.0.2.1");
    private static final String LINE = "cert-authority " + TestKeys.OTHER_ED25519;

    @TempDir
    Path directory;

    private final MutableClock clock = new MutableClock(Instant.parse("2026-01-31T12:00:00Z"));
    private LoginPolicy logins;

    @BeforeEach
    void read() throws IOException {
        logins = policy(3072);
        write("ca_keys", "");
        write("principals", "");
    }

    private LoginPolicy policy(int minRsaBits) {
        return new LoginPolicy(
                new LoginPolicy.Sources(
                        directory.resolve("authorized_keys"),
                        Optional.of(directory.resolve("ca_keys")),
                        Optional.of(directory.resolve("principals")),
                        Optional.of(directory.resolve("revoked")),
                        minRsaBits),
                clock);
    }

    private void write(String file, String text) throws IOException {
        var next = Files.writeString(directory.resolve("next"), text);
        Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rw-r--r--"));
        Files.move(next, directory.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }

    private AuthDecision decide(TestCertificate certificate, String login) {
        return logins.decide(certificate.blob(), login, HOME);
    }

    private Grant grant(TestCertificate certificate, String login) {
        return ((Accepted) decide(certificate, login)).identity().grant();
    }

    @Test
    void theIdentityIsWhatTheAuthoritySays() throws IOException {
        write("revoked", "");
        write("authorized_keys", LINE + " the CA");

        assertThat(decide(TestCertificate.of("demo"), "demo+debug"))
                .isInstanceOfSatisfying(Accepted.class, accepted -> {
                    assertThat(accepted.identity().comment()).isEqualTo("key\\tID");
                    assertThat(accepted.identity().fingerprint()).isEqualTo(TestKeys.ED25519_FINGERPRINT);
                    assertThat(accepted.identity().certification())
                            .contains(new Identity.Certification(
                                    "key\\tID", "7", PublicKeyBlob.fingerprint(TestKeys.blob(TestKeys.OTHER_ED25519))));
                });
    }

    /// As with sshd, what stands between two commas is no principal when it is nothing.
    @ParameterizedTest
    @ValueSource(strings = {"", "a,", "a,,b"})
    void anEmptyPrincipalIsNone(String principals) throws IOException {
        write("revoked", "");
        write("authorized_keys", "cert-authority,principals=\"" + principals + "\" " + TestKeys.OTHER_ED25519);
        assertThat(decide(TestCertificate.of(""), "demo")).isInstanceOf(Refused.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "demo      | demo,other   | demo,other",
                "demo+x    | demo,other   | demo,other",
                "other.y   | demo,other   | demo,other",
                "demo      | demo,Alice,* | demo",
                "demo      | demo,shed    | ''",
                "shed      | shed         | ''",
                "shed      | demo         | -",
                "third     | demo,other   | -",
                "demo+a:b  | demo         | -",
                "demo      | demo+x       | -",
                "demo      | DEMO         | -",
                "demo      | *            | -",
            })
    void withoutPrincipalsTheCertificateNamesItsSheds(String login, String principals, String sheds)
            throws IOException {
        write("revoked", "");
        write("authorized_keys", LINE);
        var certificate = TestCertificate.of(principals.split(",", -1));

        if (sheds == null) {
            assertThat(decide(certificate, login)).isInstanceOf(Refused.class);
        } else {
            var expected = sheds.isEmpty() ? List.<String>of() : List.of(sheds.split(",", -1));
            assertThat(grant(certificate, login).sheds()).isEqualTo(expected);
        }
    }

    @Test
    void theLinesShedsAreStillTheMost() throws IOException {
        write("revoked", "");
        write("authorized_keys", "sheds=\"web-*\"," + LINE);

        assertThat(grant(TestCertificate.of("web-1", "demo"), "web-1").sheds()).containsExactly("web-1");
        assertThat(grant(TestCertificate.of("web-1", "shed"), "shed").sheds()).containsExactly("web-*");
        assertThat(decide(TestCertificate.of("demo"), "demo")).isInstanceOf(Refused.class);
    }

    /// Whatever a line says, the certificate takes nothing of it away but what it does not permit itself.
    @Test
    void theLinesOptionsStay() throws Exception {
        write("revoked", "");
        var options = "role=\"user\",sheds=\"demo\",permitopen=\"localhost:80\",command=\"id\"";
        write("authorized_keys", options + ",principals=\"a\"," + LINE);

        assertThat(grant(TestCertificate.of("a"), "demo"))
                .isEqualTo(KeyOptionsParser.parse(options, clock.getZone()).grant());
        var bare = grant(TestCertificate.of("a").withExtensions(List.of()), "demo");
        assertThat(bare)
                .isEqualTo(KeyOptionsParser.parse("restrict," + options, clock.getZone())
                        .grant());
        assertThat(bare.role()).isEqualTo(Role.USER);
        assertThat(grant(TestCertificate.of("a").withCritical("force-command", "id"), "demo")
                        .command())
                .contains("id");
    }

    @Test
    void aCertificateExpiresAtItsSecond() throws IOException {
        write("revoked", "");
        write("authorized_keys", LINE);
        var end = clock.instant().plusSeconds(10);
        var certificate = TestCertificate.of("demo").until(end.getEpochSecond());

        clock.advance(Duration.ofMillis(9999));
        assertThat(decide(certificate, "demo")).isInstanceOf(Accepted.class);
        clock.advance(Duration.ofMillis(1));
        assertThat(decide(certificate, "demo")).isEqualTo(new Refused("the certificate expired at " + end));
    }

    @Test
    void anAuthorityThatIsTrustedNeedsNoAuthorizedKeys() throws IOException {
        write("revoked", "");
        write("ca_keys", TestKeys.OTHER_ED25519);
        write("principals", "role=\"viewer\" alice\n");

        assertThat(grant(TestCertificate.of("alice"), "demo").role()).isEqualTo(Role.VIEWER);
        assertThat(decide(TestCertificate.of("bob"), "demo")).isInstanceOf(Unknown.class);
        write("authorized_keys", "");
        assertThat(decide(TestCertificate.of("bob"), "demo"))
                .isEqualTo(new Refused("the file of principals has none of the certificate's"));
        assertThat(decide(TestCertificate.of("alice").withAuthority(TestKeys.ECDSA_256), "demo"))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.reason()).endsWith(" is not trusted"));
    }

    /// Of somebody who is logged in nothing is said by a file that cannot be read.
    @Test
    void whatCannotBeUsedRefusesNobodyForGood() throws IOException {
        write("authorized_keys", LINE + "\n" + TestKeys.ED25519);
        assertThat(decide(TestCertificate.of("demo"), "demo")).isInstanceOf(Unknown.class);
        assertThat(logins.decide(TestKeys.blob(TestKeys.ED25519), "demo", HOME))
                .isEqualTo(new Unknown("the revoked keys cannot be used: there is no such file"));

        write("revoked", "SSHKRL\n\0");
        assertThat(decide(TestCertificate.of("demo"), "demo")).isInstanceOf(Unknown.class);
        write("revoked", "");
        Files.setPosixFilePermissions(directory.resolve("revoked"), PosixFilePermissions.fromString("rw-rw-rw-"));
        assertThat(decide(TestCertificate.of("demo"), "demo")).isInstanceOf(Unknown.class);
        // What the certificate says of itself holds without any file.
        assertThat(decide(TestCertificate.of("demo").until(1), "demo")).isInstanceOf(Refused.class);
    }

    @Test
    void shortRsaKeysAreRefusedWithTheirSize() throws IOException {
        write("revoked", "");
        write("authorized_keys", TestKeys.RSA_2048 + "\ncert-authority,principals=\"a\" " + TestKeys.RSA_2048);
        var key = TestKeys.blob(TestKeys.RSA_2048);
        var signed = TestCertificate.of("a").withAuthority(TestKeys.RSA_2048);

        assertThat(logins.decide(key, "demo", HOME))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.reason())
                                .startsWith("RSA key of 2048 bits, 3072 are asked for (access.min-rsa-bits)"));
        assertThat(decide(signed, "demo"))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused ->
                                assertThat(refused.reason()).startsWith("certificate authority: RSA key of 2048 bits"));

        logins = policy(2048);
        assertThat(logins.decide(key, "demo", HOME)).isInstanceOf(Accepted.class);
        assertThat(decide(signed, "demo")).isInstanceOf(Accepted.class);
    }
}
