package dev.shed.gateway.container.kubernetes.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shed.gateway.MutableClock;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KubeConfigTest {
    @TempDir
    Path directory;

    private Path write(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    private Cluster load(String user) throws IOException {
        return load(user, Clock.systemUTC());
    }

    private Cluster load(String user, Clock clock) throws IOException {
        Files.write(directory.resolve("ca.crt"), PemTest.resource("certificate.pem"));
        Files.write(directory.resolve("client.key"), PemTest.resource("ec-sec1.pem"));
        return KubeConfig.load(write("config", """
                apiVersion: v1
                kind: Config
                current-context: main
                contexts:
                - {name: other, context: {cluster: c, user: nobody}}
                - {name: main, context: {cluster: c, user: u, namespace: sheds}}
                clusters:
                - {name: c, cluster: {server: "https://example.org:6443", certificate-authority: ca.crt}}
                users:
                - {name: nobody, user: {}}
                - {name: u, user: %s}
                """.formatted(user)), Optional.empty(), clock);
    }

    @Test
    void theCurrentContextNamesTheClusterAndTheUser() throws IOException {
        var cluster = load("{token: secret}");
        assertThat(cluster.server()).hasToString("https://example.org:6443");
        assertThat(cluster.namespace()).isEqualTo("sheds");
        assertThat(cluster.credential().token()).contains("secret");
        assertThat(cluster.toString()).doesNotContain("secret");

        var other = KubeConfig.load(directory.resolve("config"), Optional.of("other"), Clock.systemUTC());
        assertThat(other.namespace()).isEqualTo("default");
        assertThat(other.credential().token()).isEmpty();
    }

    @Test
    void aCertificateComesFromFilesOrFromTheFileItself() throws IOException {
        var data = Base64.getEncoder().encodeToString(PemTest.resource("certificate.pem"));
        assertThat(load("{client-certificate-data: " + data + ", client-key: client.key}")
                        .credential()
                        .token())
                .isEmpty();
        assertThat(load("{client-certificate: ca.crt, client-key: client.key}").tls())
                .isNotNull();
    }

    @Test
    void aTokenFileIsReadAgain() throws IOException {
        var file = write("token", "one\n");
        var credential = load("{tokenFile: token}").credential();
        assertThat(credential.token()).contains("one");
        Files.writeString(file, "two\n");
        assertThat(credential.token()).contains("two");
        Files.writeString(file, "");
        assertThatThrownBy(credential::token).hasMessageEndingWith("token is empty");
        Files.delete(file);
        assertThatThrownBy(credential::token).hasMessageStartingWith("there is no file ");
    }

    private String plugin(String script) throws IOException {
        var file = write("plugin", "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        return "{exec: {apiVersion: client.authentication.k8s.io/v1, command: ./plugin, args: [a],"
                + " env: [{name: WORD, value: w}], provideClusterInfo: true}}";
    }

    @Test
    void aPluginRunsAgainWhenItsTokenHasExpired() throws IOException {
        var clock = new MutableClock(Instant.parse("2026-11-29T10:00:00Z"));
        var user = plugin("""
                echo "$1 $WORD $KUBERNETES_EXEC_INFO" >> "${0%/*}/calls"
                n=$(wc -l < "${0%/*}/calls" | tr -d ' ')
                echo "{\\"status\\":{\\"token\\":\\"t$n\\",\\"expirationTimestamp\\":\\"2026-11-29T10:05:00Z\\"}}"
                """);
        var credential = load(user, clock).credential();
        assertThat(credential.token()).contains("t1");
        assertThat(credential.token()).contains("t1");
        assertThat(Files.readString(directory.resolve("calls")))
                .startsWith("a w {\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\"")
                .contains("\"server\":\"https://example.org:6443\"", "certificate-authority-data");
        credential.renew();
        assertThat(credential.token()).contains("t2");
        clock.advance(Duration.ofMinutes(5));
        assertThat(credential.token()).contains("t3");
    }

    @Test
    void aPluginThatFailsSaysWhy() throws IOException {
        var credential = load(plugin("echo not logged in >&2; exit 7")).credential();
        assertThatThrownBy(credential::token)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("ended with status 7: not logged in");
        var other = load(plugin("echo '{}'")).credential();
        assertThatThrownBy(other::token).hasMessageContaining("no ExecCredential with a token");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{client-certificate: nowhere, client-key: k} | there is no file",
                "{client-certificate: ca.crt} | no client-key",
                "{client-certificate: ca.crt, client-key: ca.crt} | no private key",
                "{username: u, password: p} | username is not supported",
                "{auth-provider: {name: gcp}} | auth-provider",
                "{exec: {apiVersion: v9, command: x}} | apiVersion 'v9' is none of",
                "{exec: {apiVersion: client.authentication.k8s.io/v1}} | there is no command",
            })
    void whatCannotBeUsedIsAnError(String user, String message) {
        assertThatThrownBy(() -> load(user)).isInstanceOfSatisfying(ShedException.class, e -> {
            assertThat(e.failure().kind()).isEqualTo(Failure.Kind.CONFIG);
            assertThat(e.failure().message()).contains(message);
        });
    }

    @Test
    void whatIsNoKubeconfigIsAnError() throws IOException {
        for (var text : new String[] {"", "a: [", "current-context: x", "&a [*a]"}) {
            var file = write("config", text);
            assertThatThrownBy(() -> KubeConfig.load(file, Optional.empty(), Clock.systemUTC()))
                    .as(text)
                    .isInstanceOf(ShedException.class);
        }
    }

    @Test
    void aPodHasAServiceAccount() throws IOException {
        Files.write(directory.resolve("ca.crt"), PemTest.resource("certificate.pem"));
        write("token", "t");
        write("namespace", "sheds");
        var environment = Map.of("KUBERNETES_SERVICE_HOST", "fd00::1", "KUBERNETES_SERVICE_PORT", "6443");
        var cluster = KubeConfig.ofPod(environment, directory);
        assertThat(cluster.server()).hasToString("https://[fd00::1]:6443");
        assertThat(cluster.namespace()).isEqualTo("sheds");
        assertThat(cluster.credential().token()).contains("t");
        assertThatThrownBy(() -> KubeConfig.ofPod(Map.of(), directory)).hasMessageContaining("not a pod of Kubernetes");
    }
}
