package dev.shed.gateway.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shed.gateway.WireGateway;
import dev.shed.gateway.container.FakeRuntime;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.ssh.key.HostCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A client that trusts an authority instead of keys.
class HostCertificateWireTest {
    @TempDir
    private Path directory;

    private final WireGateway gateway = WireGateway.start(new FakeRuntime());
    private OpenSsh openssh;

    @BeforeEach
    void makeKeys() throws IOException, InterruptedException {
        openssh = new OpenSsh(directory);
        openssh.keygen("-q", "-t", "ed25519", "-N", "", "-C", "nobody", "-f", "nobody");
        openssh.keygen("-q", "-t", "ed25519", "-N", "", "-C", "CA", "-f", "ca");
        openssh.put("known_hosts", "@cert-authority * " + openssh.read("ca.pub"));
    }

    @AfterEach
    void stop() throws IOException {
        gateway.close();
    }

    private void sign(String hostKey, String... options) throws IOException, InterruptedException {
        Files.copy(gateway.state().resolve(hostKey + ".pub"), directory.resolve(hostKey + ".pub"));
        var arguments = new ArrayList<>(List.of("-q", "-s", "ca", "-I", "gateway", "-h"));
        arguments.addAll(List.of(options));
        arguments.add(hostKey + ".pub");
        openssh.keygen(arguments.toArray(String[]::new));
        Files.move(directory.resolve(hostKey + "-cert.pub"), gateway.state().resolve(hostKey + "-cert.pub"));
    }

    /// What a client says of the host that knows nothing but the authority. Its own key lets nobody in.
    private String said(String... options) throws IOException, InterruptedException {
        var all = new ArrayList<>(
                List.of("StrictHostKeyChecking=yes", "UserKnownHostsFile=" + directory.resolve("known_hosts")));
        all.addAll(List.of(options));
        return OpenSsh.finish(openssh.ssh("nobody", gateway.port(), "shed", "id", all.toArray(String[]::new)))
                .output();
    }

    @ParameterizedTest
    @ValueSource(strings = {"host_ed25519 ssh-ed25519", "host_rsa rsa-sha2-512", "host_rsa rsa-sha2-256"})
    void aCertificateIsOfferedFromTheNextConnectionOn(String keyAndAlgorithm) throws Exception {
        var words = keyAndAlgorithm.split(" ", 2);
        assertThat(said()).contains("Host key verification failed");

        sign(words[0], "-n", "127.0.0.1");

        assertThat(said("HostKeyAlgorithms=" + words[1] + "-cert-v01@openssh.com"))
                .contains("Permission denied (publickey)");
    }

    @Test
    void oneThatHasExpiredIsNotOffered() throws Exception {
        sign("host_ed25519", "-n", "127.0.0.1", "-V", "20200101:20200102");

        assertThat(said()).contains("Host key verification failed").doesNotContain("expired");
        assertThat(said("HostKeyAlgorithms=ssh-ed25519-cert-v01@openssh.com"))
                .contains("no matching host key type found");
    }

    @Test
    void clientsWithoutAnAuthorityKnowTheKeysAsBefore() throws Exception {
        sign("host_ed25519", "-n", "127.0.0.1");
        openssh.put(
                "known_hosts",
                "[127.0.0.1]:" + gateway.port() + " "
                        + Files.readString(gateway.state().resolve("host_ed25519.pub")));

        assertThat(said("LogLevel=DEBUG1"))
                .contains("Permission denied (publickey)", "server-sig-algs=<ssh-ed25519,sk-ssh-ed25519@openssh.com,")
                .doesNotContainPattern("server-sig-algs=<.*-cert-");
        assertThat(gateway.exec("shed", "version").status()).isZero();
    }

    @Test
    void oneForAnotherKeyIsToldAtTheStart() throws IOException, InterruptedException, GeneralSecurityException {
        var key = KeyUtils.generateKeyPair(KeyPairProvider.SSH_ED25519, 256);
        openssh.keygen("-q", "-s", "ca", "-I", "gateway", "-h", "nobody.pub");
        var file = directory.resolve("nobody-cert.pub");

        assertThatThrownBy(() -> new HostCertificate(file, key, Clock.systemUTC()).load())
                .isInstanceOf(ShedException.class)
                .hasMessageContaining("the certificate is for another key");
        openssh.keygen("-q", "-s", "ca", "-I", "somebody", "-n", "a", "nobody.pub");
        assertThatThrownBy(() -> new HostCertificate(file, key, Clock.systemUTC()).load())
                .hasMessageContaining("the certificate is not a host certificate");
        openssh.put("nobody-cert.pub", "nonsense\n");
        assertThatThrownBy(() -> new HostCertificate(file, key, Clock.systemUTC()).load())
                .isInstanceOf(ShedException.class);
        Files.delete(file);
        var none = new HostCertificate(file, key, Clock.systemUTC());
        none.load();
        assertThat(none.current()).isEmpty();
    }
}
