package dev.shed.gateway.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.WireGateway;
import dev.shed.gateway.audit.AuditEvent;
import dev.shed.gateway.config.GatewayConfig;
import dev.shed.gateway.container.ExecSpec.Program;
import dev.shed.gateway.container.FakeProcess;
import dev.shed.gateway.container.FakeRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What becomes of a connection when its certificate does not let in any more, and what is written down of it.
class CertificateEndWireTest {
    private static final String[] ANY_HOST = {"StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null"};

    @TempDir
    private Path directory;

    private OpenSsh openssh;
    private WireGateway gateway;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        openssh = new OpenSsh(directory);
        openssh.keygen("-q", "-t", "ed25519", "-N", "", "-C", "alice", "-f", "alice");
        openssh.keygen("-q", "-t", "ed25519", "-N", "", "-C", "CA", "-f", "ca");
        openssh.put("authorized_keys", "");
        openssh.put("ca_keys", openssh.read("ca.pub"));
        openssh.put("principals", "role=\"user\" developers\n");
        openssh.put("revoked", "");
        var runtime = new FakeRuntime()
                .with("demo")
                .programs(spec -> spec.program() instanceof Program.ShellCommand
                        ? Optional.of(FakeProcess.hanging())
                        : Optional.empty());
        gateway = WireGateway.start(
                runtime,
                new GatewayConfig.Access(
                        directory.resolve("authorized_keys"),
                        Optional.of(directory.resolve("ca_keys")),
                        Optional.of(directory.resolve("principals")),
                        Optional.of(directory.resolve("revoked")),
                        3072,
                        Duration.ofMillis(200)));
    }

    @AfterEach
    void stop() throws IOException {
        gateway.close();
    }

    @Test
    void theLogAndWhoamiNameTheCertificate() throws Exception {
        openssh.keygen("-q", "-s", "ca", "-I", "alice@example.org", "-n", "developers", "-z", "42", "alice.pub");

        var told = OpenSsh.finish(openssh.ssh("alice", gateway.port(), "shed", "whoami --json", ANY_HOST));

        assertThat(told.output())
                .contains("\"identity\":\"alice@example.org\"", "\"key_id\":\"alice@example.org\",\"serial\":\"42\"");
        var fields = gateway.audit().await(AuditEvent.AuthAccepted.class).fields();
        assertThat(fields).containsEntry("key_id", "alice@example.org").containsEntry("serial", "42");
        assertThat((String) fields.get("authority")).startsWith("SHA256:").isNotEqualTo(fields.get("fingerprint"));
    }

    @Test
    void aRevokedCertificateEndsItsConnection() throws Exception {
        openssh.keygen("-q", "-s", "ca", "-I", "id", "-n", "developers", "-z", "42", "alice.pub");
        var client = openssh.ssh("alice", gateway.port(), "demo", "sleep", ANY_HOST);
        gateway.audit().await(AuditEvent.ChannelStarted.class);

        openssh.put("spec", "serial: 42\n");
        openssh.keygen("-q", "-k", "-f", "krl", "-s", "ca.pub", "spec");
        openssh.keygen("-Q", "-f", "krl", "ca.pub");
        Files.move(directory.resolve("krl"), directory.resolve("revoked"), StandardCopyOption.REPLACE_EXISTING);

        assertThat(OpenSsh.finish(client).output()).contains("the certificate is revoked (serial 42)");
        assertThat(gateway.audit().await(AuditEvent.AuthEnded.class).reason())
                .isEqualTo("the certificate is revoked (serial 42)");
    }

    @Test
    void anExpiredCertificateEndsItsConnection() throws Exception {
        openssh.keygen("-q", "-s", "ca", "-I", "id", "-n", "developers", "-V", "-1m:+8s", "alice.pub");
        var client = openssh.ssh("alice", gateway.port(), "demo", "sleep", ANY_HOST);

        assertThat(OpenSsh.finish(client).output()).contains("the certificate expired at ");
        assertThat(gateway.audit().events(AuditEvent.AuthAccepted.class)).hasSize(1);
        assertThat(gateway.audit().await(AuditEvent.AuthEnded.class).reason()).startsWith("the certificate expired");
    }
}
