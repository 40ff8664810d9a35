package dev.shed.gateway.container.kubernetes.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PemTest {
    static byte[] resource(String name) throws IOException {
        try (var in = PemTest.class.getResourceAsStream("/kubernetes/" + name)) {
            return java.util.Objects.requireNonNull(in, name).readAllBytes();
        }
    }

    private static PrivateKey key(String name) throws IOException {
        return Pem.privateKey(resource(name));
    }

    @Test
    void theFormsOfOneKeyAreTheSameKey() throws Exception {
        assertThat(((ECPrivateKey) key("ec-sec1.pem")).getS()).isEqualTo(((ECPrivateKey) key("ec-pkcs8.pem")).getS());
        assertThat(key("rsa-pkcs1.pem")).isEqualTo(key("rsa-pkcs8.pem"));

        var certificate = Pem.certificates(resource("certificate.pem")).getFirst();
        var signer = Signature.getInstance("SHA256withECDSA");
        signer.initSign(key("ec-sec1.pem"));
        signer.update((byte) 1);
        var signature = signer.sign();
        signer.initVerify(certificate);
        signer.update((byte) 1);
        assertThat(signer.verify(signature)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----",
                "-----BEGIN EC PRIVATE KEY-----\nMIT//w==\n-----END EC PRIVATE KEY-----",
                "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----",
                "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
                "-----BEGIN PRIVATE KEY-----\n%%%\n-----END PRIVATE KEY-----",
                "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----"
            })
    void whatIsNoKeyIsAnError(String text) {
        assertThatThrownBy(() -> Pem.privateKey(text.getBytes(UTF_8))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> Pem.certificates(text.getBytes(UTF_8))).isInstanceOf(IOException.class);
    }
}
