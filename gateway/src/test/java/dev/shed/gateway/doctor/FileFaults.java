package dev.shed.gateway.doctor;

import static dev.shed.gateway.doctor.Fault.error;
import static dev.shed.gateway.doctor.Fault.warning;
import static dev.shed.gateway.doctor.Fault.write;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.shed.gateway.access.LoginPolicy;
import dev.shed.gateway.config.ConfigFile;
import dev.shed.gateway.keys.AuthorizedKeysEditor;
import dev.shed.gateway.ssh.key.HostIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Faults of files.
final class FileFaults {
    static final String KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGN97l1pg/0Tqt4T42XDN5VnXN4QW2Ygh2uNwJYYzMoj ada\n";

    /// The value of a variable or token, which must not be shown.
    static final String SECRET = "s3cr3t-value";

    private static final int MIN_RSA_BITS = 3072;
    private static final int SOMEBODY = 12345;

    private FileFaults() {}

    static Stream<Fault> all() {
        return Stream.of(configuration(), keys(), certificates(), hostKeys(), secrets(), mounts())
                .flatMap(List::stream);
    }

    private static List<Fault> configuration() {
        return List.of(
                error(
                        "syntax error",
                        d -> configuration(d, "listen: [\n", "rw-r--r--"),
                        "gateway.yaml:",
                        "check-config"),
                error(
                        "unknown key",
                        d -> configuration(d, "listen: {prot: 1}\n", "rw-r--r--"),
                        "listen.prot: unknown key",
                        "# expected: listen.port"),
                error(
                        "missing configuration",
                        d -> new ConfigurationCheck(Optional.of(d.resolve("none.yaml"))),
                        "there is no such file",
                        "check-config --config DIR/none.yaml"),
                error(
                        "configuration that others can write",
                        d -> configuration(d, "listen: {port: 1}\n", "rw-rw-rw-"),
                        "group or others can write it",
                        "chmod go-w DIR/gateway.yaml"));
    }

    static Check configuration(Path directory, String text, String mode) throws Exception {
        return new ConfigurationCheck(Optional.of(write(directory.resolve("gateway.yaml"), text, mode)));
    }

    private static List<Fault> keys() {
        return List.of(
                error("no file of keys", d -> keys(d.resolve("none")), "so nobody can log in", "keys add --role admin"),
                error("no key", d -> keys(d, "# none yet\n"), "no key that may log in", "--config /c ~/.ssh/"),
                error(
                        "expired key",
                        d -> keys(d, "expiry-time=\"20200101Z\" " + KEY),
                        "no key that may log in (the key expired",
                        "keys add --role admin"),
                warning(
                        "line that is not used",
                        d -> keys(d, KEY + "ssh-ed25519 AAAA\n"),
                        "k:2 is not used: it is cut off",
                        "shed-gateway keys check --config /c"),
                error(
                        "keys that all can write",
                        d -> keys(write(d.resolve("k"), KEY, "rw-rw-rw-")),
                        "all logins are refused",
                        "chmod go-w DIR/k"),
                error("keys of another user", FileFaults::foreignKeys, "all logins are refused", "DIR/k"));
    }

    private static Check foreignKeys(Path directory) throws Exception {
        var file = write(directory.resolve("k"), KEY, "rw-------");
        assumeTrue(Files.getAttribute(file, "unix:uid").equals(0), "only root gives files away");
        Files.setAttribute(file, "unix:uid", SOMEBODY);
        return keys(file);
    }

    static Check keys(Path directory, String text) throws Exception {
        return keys(write(directory.resolve("k"), text, "rw-------"));
    }

    private static Check keys(Path file) {
        var editor = new AuthorizedKeysEditor(file, Clock.systemUTC(), MIN_RSA_BITS);
        return new AuthorizedKeysCheck(editor, Clock.systemUTC(), " --config /c", false);
    }

    private static List<Fault> certificates() {
        return List.of(
                error(
                        "authorities that are none",
                        d -> certificates(d, "garbage\n", "role=\"user\" developers\n", ""),
                        "ca: it has no line that can be used",
                        "ssh-keygen -l -f DIR/ca"),
                error(
                        "principals that are none",
                        d -> certificates(d, KEY, "", ""),
                        "principals: it has no line",
                        "echo 'role=\"user\" developers' >>DIR/principals"),
                error(
                        "revocation list that is none",
                        d -> certificates(d, KEY, "developers\n", "garbage\n"),
                        "the revoked keys cannot be used: line 1",
                        "ssh-keygen -k -f revoked.new"),
                error(
                        "missing revocation list",
                        d -> new CertificatesCheck(sources(d, Optional.of(d.resolve("revoked"))), Clock.systemUTC()),
                        "there is no such file",
                        "install -m 0644 /dev/null DIR/revoked"));
    }

    static Check certificates(Path directory, String authority, String principals, String revoked) throws Exception {
        write(directory.resolve("ca"), authority, "rw-r--r--");
        write(directory.resolve("principals"), principals, "rw-r--r--");
        var list = write(directory.resolve("revoked"), revoked, "rw-r--r--");
        var files = new LoginPolicy.Sources(
                directory.resolve("k"),
                Optional.of(directory.resolve("ca")),
                Optional.of(directory.resolve("principals")),
                Optional.of(list),
                MIN_RSA_BITS);
        return new CertificatesCheck(files, Clock.systemUTC());
    }

    private static LoginPolicy.Sources sources(Path directory, Optional<Path> revoked) {
        return new LoginPolicy.Sources(
                directory.resolve("k"), Optional.empty(), Optional.empty(), revoked, MIN_RSA_BITS);
    }

    private static List<Fault> hostKeys() {
        return List.of(
                error(
                        "host key that all can read",
                        d -> hostKeys(d, "x", "rw-r--r--"),
                        "the host key can be read by others",
                        "chmod 600 DIR/state/host_ed25519"),
                error(
                        "host key that is none",
                        d -> hostKeys(d, "garbage\n", "rw-------"),
                        "host_ed25519: ",
                        "mv DIR/state/host_ed25519 DIR/state/host_ed25519.old"));
    }

    private static Check hostKeys(Path directory, String text, String mode) throws Exception {
        write(directory.resolve("state/host_ed25519"), text, mode);
        var file = write(directory.resolve("gateway.yaml"), "state: " + directory.resolve("state") + "\n", "rw-r--r--");
        var config = ConfigFile.load(Optional.of(file));
        return new HostKeysCheck(() -> HostIdentity.examine(config, Clock.systemUTC()));
    }

    private static List<Fault> secrets() {
        return List.of(
                warning(
                        "env-file that all can read",
                        d -> environment(d, "A=" + SECRET + "\n", "rw-r--r--"),
                        "others on this host can read it",
                        "chmod 600 DIR/env"),
                error(
                        "env-file that others can write",
                        d -> environment(d, "A=" + SECRET + "\n", "rw--w----"),
                        "group or others can write it",
                        "chmod go-w DIR/env"),
                error(
                        "env-file with another line",
                        d -> environment(d, SECRET + "\n", "rw-------"),
                        "env:1: this is not a variable",
                        "# expected: NAME=VALUE"),
                error(
                        "missing env-file",
                        d -> new SecretFilesCheck(Optional.of(d.resolve("env")), Optional.empty()),
                        "it cannot be read",
                        "install -m 0600 /dev/null DIR/env"),
                error(
                        "token that all can read",
                        d -> new SecretFilesCheck(
                                Optional.empty(), Optional.of(write(d.resolve("token"), SECRET, "rw-r--r--"))),
                        "group or others can read it",
                        "chmod 600 DIR/token"),
                error(
                        "token of another form",
                        d -> new SecretFilesCheck(
                                Optional.empty(), Optional.of(write(d.resolve("token"), "two\nlines", "rw-------"))),
                        "this is not one line with a token",
                        "# one line with the token, and nothing else:"));
    }

    static Check environment(Path directory, String text, String mode) throws Exception {
        return new SecretFilesCheck(Optional.of(write(directory.resolve("env"), text, mode)), Optional.empty());
    }

    private static List<Fault> mounts() {
        return List.of(
                error(
                        "missing mount",
                        d -> new MountsCheck(List.of(d.resolve("data"))),
                        "there is no such file",
                        "install -d -m 0755 DIR/data"),
                error(
                        "mount that all can write",
                        d -> mount(d, "rwxrwxrwx"),
                        "everybody on this host can write it",
                        "chmod o-w DIR/data"),
                warning(
                        "mount that its group can write",
                        d -> mount(d, "rwxrwxr-x"),
                        "its group can write it",
                        "chmod g-w DIR/data"));
    }

    static Check mount(Path directory, String mode) throws Exception {
        var data = Files.createDirectory(directory.resolve("data"));
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString(mode));
        return new MountsCheck(List.of(data));
    }
}
