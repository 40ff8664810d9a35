package dev.shed.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shed.gateway.failure.ShedException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Where the configuration file is, who may write it, and the file that is shipped.
class ConfigPlacesTest extends ConfigFixture {
    @Test
    void aFileThatCannotBeReadIsNamed() throws IOException {
        var binary = Files.write(directory.resolve("binary"), new byte[] {'s', (byte) 0xff});
        var control = Files.writeString(directory.resolve("control"), "state: \u0001");
        var none = directory.resolve("none");
        var large = Files.write(directory.resolve("large"), new byte[(1 << 20) + 1]);

        assertThat(problemAt(none, failureOf(none))).isEqualTo("there is no such file");
        assertThat(problemAt(directory, failureOf(directory))).isEqualTo("cannot be read: Is a directory");
        assertThat(problemAt(binary, failureOf(binary))).isEqualTo("not UTF-8");
        assertThat(problemAt(control, failureOf(control))).startsWith("not YAML: ");
        assertThat(problemAt(large, failureOf(large))).startsWith("cannot be read: larger than ");
    }

    @Test
    void theGivenFileWinsThenTheSystemsThenTheUsers() throws IOException {
        var given = write(directory.resolve("given.yaml"), "listen: {port: 1}");
        var users = write(roots.home().resolve(".config/shed/gateway.yaml"), "listen: {port: 3}");
        assertThat(load(Optional.of(given)).listen().port()).isEqualTo(1);
        assertThat(load(Optional.empty()).listen().port()).isEqualTo(3);
        assertThat(load(Optional.empty()).access().authorizedKeys()).isEqualTo(users.resolveSibling("authorized_keys"));

        var systems = write(roots.configuration().resolve("gateway.yaml"), "listen: {port: 2}");
        assertThat(load(Optional.empty()).listen().port()).isEqualTo(2);
        assertThat(load(Optional.empty()).access().authorizedKeys())
                .isEqualTo(systems.resolveSibling("authorized_keys"));
    }

    @Test
    void withoutAFileThePlacesAreTheUsersUnlessTheSystemsCanBeWritten() throws IOException {
        var users = load(Optional.empty());
        assertThat(users.state()).isEqualTo(roots.home().resolve(".local/state/shed"));
        assertThat(users.access().authorizedKeys()).isEqualTo(roots.home().resolve(".config/shed/authorized_keys"));

        Files.createDirectories(roots.state());
        var systems = load(Optional.empty());
        assertThat(systems.state()).isEqualTo(roots.state());
        assertThat(systems.access().authorizedKeys())
                .isEqualTo(roots.configuration().resolve("authorized_keys"));
    }

    @Test
    void theShippedFileEqualsTheBuiltInDefaults() throws IOException {
        var shipped = read(shipped());

        assertThat(shipped).isEqualTo(read(""));
    }

    @Test
    void theShippedFileHasEveryKeyAndTheSystemsPlaces() throws IOException {
        var text = shipped().replaceAll("(?m)^( *)#(?=[a-z])", "$1");
        var builtIn = read("");

        assertThat(read(text))
                .isEqualTo(new GatewayConfig(
                        new GatewayConfig.Listen("127.0.0.1", 2222, Optional.of("gw.example.org:2222"), List.of()),
                        Path.of("/var/lib/shed"),
                        new GatewayConfig.Access(
                                Path.of("/etc/shed/authorized_keys"),
                                Optional.of(Path.of("/etc/shed/user_ca.pub")),
                                Optional.of(Path.of("/etc/shed/principals")),
                                Optional.of(Path.of("/etc/shed/revoked_keys")),
                                3072,
                                builtIn.access().recheck()),
                        builtIn.ssh(),
                        builtIn.strangers(),
                        builtIn.algorithms(),
                        builtIn.forwarding(),
                        kubernetes(builtIn.engine()),
                        builtIn.shed(),
                        new GatewayConfig.Create(
                                builtIn.create().forge(),
                                builtIn.create().hostKeys(),
                                builtIn.create().mounts(),
                                Optional.of(Path.of("/etc/shed/env"))),
                        builtIn.agents(),
                        builtIn.audit(),
                        new GatewayConfig.Recording(
                                builtIn.recording().sheds(),
                                Optional.of(Path.of("/var/lib/shed/recordings")),
                                builtIn.recording().maxSize(),
                                builtIn.recording().maxTotal(),
                                builtIn.recording().keep(),
                                builtIn.recording().onFailure()),
                        new Notifications(
                                List.of(),
                                Optional.of(URI.create("https://ntfy.example.org/a-topic-that-nobody-guesses")),
                                Optional.of(Path.of("/etc/shed/notify-token")),
                                Optional.of("gw.example.org:2222"),
                                builtIn.notifications().ofSheds(),
                                builtIn.notifications().statuses(),
                                builtIn.notifications().dwell(),
                                builtIn.notifications().cooldown(),
                                builtIn.notifications().quiet(),
                                builtIn.notifications().attached()),
                        new Metrics(Optional.of("127.0.0.1:9464"))));
        for (var path : Keys.PATHS) {
            var wrong = Keys.LISTS.contains(path) ? "x" : "[]";
            assertThatThrownBy(() -> read(with(text, path, wrong))).as(path).hasMessageContaining(path);
        }
    }

    private static GatewayConfig.Engine kubernetes(GatewayConfig.Engine builtIn) {
        var cluster = builtIn.kubernetes();
        return new GatewayConfig.Engine(
                builtIn.kind(),
                builtIn.host(),
                builtIn.timeout(),
                new Kubernetes(
                        Optional.of(Path.of("/etc/shed/kubeconfig")),
                        Optional.of("production"),
                        Optional.of("sheds"),
                        Optional.of("fast"),
                        cluster.size(),
                        cluster.userId(),
                        Optional.of("/home/dev"),
                        cluster.nodeSelector(),
                        cluster.tolerations(),
                        Optional.of("250m"),
                        cluster.memoryRequest(),
                        cluster.pullSecrets(),
                        Optional.of(Path.of("/etc/shed/pod.yaml")),
                        cluster.startTimeout()));
    }

    /// The text with another value of this key; other sections may have keys of the same name.
    private static String with(String text, String path, String value) {
        int dot = path.lastIndexOf('.');
        var before = dot < 0
                ? "^"
                : "^ *" + path.substring(path.lastIndexOf('.', dot - 1) + 1, dot) + ":\\n(?: .*\\n|\\n)*? +";
        return text.replaceFirst("(?m)(" + before + path.substring(dot + 1) + ": ).*", "$1" + value);
    }

    /// Whoever can change it is as good as the gateway.
    @Test
    void aFileThatOthersCanWriteIsRefusedAndTheLineThatMendsItIsSaid() throws IOException {
        var file = write(file(), "listen: {port: 3}");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-r--"));
        assertThatThrownBy(() -> read("listen: {port: 3}"))
                .hasMessageContaining("gateway.yaml: group or others can write it")
                .isInstanceOfSatisfying(
                        ShedException.class, e -> assertThat(e.failure().hint()).endsWith(":\nchmod go-w " + file));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(read("listen: {port: 3}").listen().port()).isEqualTo(3);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxr-x"));
        assertThatThrownBy(() -> read("listen: {port: 3}"))
                .hasMessageContaining("group or others can write its directory")
                .isInstanceOfSatisfying(
                        ShedException.class,
                        e -> assertThat(e.failure().hint()).endsWith(":\nchmod go-w " + directory));
    }

    private static String shipped() throws IOException {
        return Files.readString(Path.of("..", "config", "gateway.yaml"));
    }
}
