package dev.shed.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shed.gateway.access.key.Certificate;
import dev.shed.gateway.access.key.MalformedException;
import dev.shed.gateway.access.key.PublicKeyBlob;
import dev.shed.gateway.access.key.TestCertificate;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CertificateTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                TestKeys.ED25519,
                TestKeys.ECDSA_256,
                TestKeys.ECDSA_384,
                TestKeys.ECDSA_521,
                TestKeys.RSA_2048,
                TestKeys.SK_ED25519,
                TestKeys.SK_ECDSA
            })
    void certificatesOfAllKindsOfKeysAreRead(String key) throws MalformedException {
        var certificate =
                Certificate.parse(TestCertificate.of("a", "b").withKey(key).blob());

        assertThat(certificate.key().bytes()).isEqualTo(TestKeys.blob(key));
        assertThat(certificate.authority().bytes()).isEqualTo(TestKeys.blob(TestKeys.OTHER_ED25519));
        assertThat(certificate.principals()).containsExactly("a", "b");
        assertThat(certificate.serial()).hasToString("7");
        assertThat(LoginPolicy.fingerprint(TestCertificate.of("a").withKey(key).blob()))
                .isEqualTo(PublicKeyBlob.fingerprint(TestKeys.blob(key)));
    }

    @Test
    void whatFollowsTheEndIsRefused() {
        byte[] blob = TestCertificate.of("a").blob();
        assertThatThrownBy(() -> Certificate.parse(Arrays.copyOf(blob, blob.length + 1)))
                .hasMessageContaining("data after the end of the certificate");
    }

    @Test
    void aCertificateOfACertificateIsNone() {
        var one = TestCertificate.of("a").blob();
        var text = Base64.getEncoder().encodeToString(one);
        assertThatThrownBy(() -> Certificate.parse(TestCertificate.of("a")
                        .withAuthority("ssh-ed25519-cert-v01@openssh.com " + text)
                        .blob()))
                .hasMessage("keys of this type are not accepted");
    }

    @Test
    void principalsAreCountedAndMustBeText() {
        var many = Collections.nCopies(257, "a").toArray(String[]::new);
        assertThatThrownBy(() -> Certificate.parse(TestCertificate.of(many).blob()))
                .hasMessage("the certificate has more than 256 principals");
        assertThatThrownBy(() -> Certificate.parse(TestCertificate.of("a\0b").blob()))
                .hasMessage("there is a NUL in a text");
        assertThatThrownBy(() -> Certificate.parse(TestCertificate.of("\ufffd").blob()))
                .hasMessage("a principal is not UTF-8");
    }

    @Test
    void optionsThatMeanTheSameTwiceAreRefused() throws MalformedException {
        var command = TestCertificate.option("force-command", "id");
        var twice = new TestCertificate(
                TestKeys.ED25519, TestKeys.ED25519, 1, List.of("a"), 0, -1, List.of(command, command), List.of());
        var certificate = Certificate.parse(twice.blob());
        assertThatThrownBy(() -> CertificateOptions.of(certificate)).hasMessageContaining("several options");
    }

    /// Whatever somebody sends, it is read or refused, and nothing else happens.
    @Test
    void garbageIsRefusedOrRead() {
        var random = new Random(42);
        byte[] good =
                TestCertificate.of("a").withCritical("force-command", "id").blob();
        for (int i = 0; i < 20_000; i++) {
            byte[] bad = Arrays.copyOf(good, random.nextInt(good.length + 1));
            for (int flips = random.nextInt(4); flips >= 0 && bad.length > 0; flips--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            try {
                CertificateOptions.of(Certificate.parse(bad));
            } catch (MalformedException e) {
                assertThat(e.reason()).isNotEmpty();
            }
        }
    }
}
