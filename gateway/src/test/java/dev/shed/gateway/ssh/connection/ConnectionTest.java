package dev.shed.gateway.ssh.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.access.LoginPolicy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectionTest {
    private static final String BLOB = "AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    private static final String LINE = "ssh-ed25519 " + BLOB + " me@laptop\n";

    @TempDir
    private Path directory;

    private LoginPolicy logins;
    private Connection connection;

    @BeforeEach
    void logIn() throws IOException {
        var peer = new InetSocketAddress(InetAddress.getLoopbackAddress(), 4711);
        logins = new LoginPolicy(
                new LoginPolicy.Sources(
                        directory.resolve("authorized_keys"),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        3072),
                Clock.systemUTC());
        connection = new Connection("conn-1", peer, Instant.EPOCH, 1);
        write(LINE);
        byte[] blob = Base64.getDecoder().decode(BLOB);
        connection.decided("demo", logins.decide(blob, "demo", peer.getAddress()), blob);
        connection.authenticated();
    }

    private void write(String text) throws IOException {
        var next = Files.writeString(directory.resolve("next"), text);
        Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rw-------"));
        Files.move(next, directory.resolve("authorized_keys"), StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void aKeyThatGetsInAsItDidStays() throws IOException {
        assertThat(connection.objection(logins)).isEmpty();
        write("# another line\n" + LINE);
        assertThat(connection.objection(logins)).isEmpty();
    }

    @Test
    void aKeyThatWasTakenAwayIsObjectedTo() throws IOException {
        write("# nobody\n");
        assertThat(connection.objection(logins)).contains("the key is not authorized");
    }

    @Test
    void aKeyThatHasExpiredIsObjectedTo() throws IOException {
        write("expiry-time=\"20200101Z\" " + LINE);
        assertThat(connection.objection(logins).orElseThrow()).startsWith("line 1: the key expired at 2020-");
    }

    @Test
    void aKeyWithOtherOptionsIsObjectedTo() throws IOException {
        write("sheds=\"web-*\" " + LINE);
        assertThat(connection.objection(logins)).contains("the key's options have changed");
    }

    @Test
    void whileNobodyGetsInEverybodyStays() throws IOException {
        Files.delete(directory.resolve("authorized_keys"));
        assertThat(connection.objection(logins)).isEmpty();
        write(LINE);
        Files.setPosixFilePermissions(
                directory.resolve("authorized_keys"), PosixFilePermissions.fromString("rw-rw-rw-"));
        assertThat(connection.objection(logins)).isEmpty();
    }
}
