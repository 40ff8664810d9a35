package dev.shed.gateway.access;

import static dev.shed.gateway.access.TestKeys.ED25519;
import static dev.shed.gateway.access.TestKeys.ED25519_FINGERPRINT;
import static dev.shed.gateway.access.TestKeys.OTHER_ED25519;
import static dev.shed.gateway.access.TestKeys.blob;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.shed.gateway.access.AuthDecision.Accepted;
import dev.shed.gateway.access.AuthDecision.Refused;
import dev.shed.gateway.access.AuthDecision.Unknown;
import dev.shed.gateway.access.key.MalformedException;
import dev.shed.gateway.access.key.PublicKeyBlob;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class AuthorizedKeysTest {
    private static final InetAddress HOME = InetAddress.ofLiteral("192.0.2.1");
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-31T12:00:00Z"), ZoneOffset.UTC);

    @TempDir
    Path directory;

    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private long writes;

    @BeforeEach
    void listen() {
        logged.start();
        var log = (Logger) LoggerFactory.getLogger(AuthorizedKeys.class);
        log.setLevel(Level.INFO);
        log.addAppender(logged);
    }

    @AfterEach
    void stopListening() {
        var log = (Logger) LoggerFactory.getLogger(AuthorizedKeys.class);
        log.setLevel(null);
        log.detachAppender(logged);
    }

    @Test
    void aKeyInTheFileGetsInWithItsCommentAndFingerprint() throws IOException {
        write("# people\n\n" + OTHER_ED25519 + " bob\r\n" + ED25519 + " ada\r\n");

        assertThat(decide(keys(), ED25519))
                .isEqualTo(new Accepted(new Identity("ada", ED25519_FINGERPRINT, Grant.ALL), "line 4"));
        assertThat(decide(keys(), TestKeys.ECDSA_256)).isEqualTo(new Refused("the key is not authorized"));
        assertThat(LoginPolicy.fingerprint(blob(ED25519))).isEqualTo(ED25519_FINGERPRINT);
    }

    @Test
    void aByteOrderMarkAndAnotherEncodingDoNoHarm() throws IOException {
        write("\ufeff" + ED25519 + " Zo\u00eb\n" + OTHER_ED25519 + " bob", StandardCharsets.UTF_8);
        assertThat(decide(keys(), ED25519)).isInstanceOf(Accepted.class);

        write(ED25519 + " Zo\u00eb\n" + OTHER_ED25519 + " bob", StandardCharsets.ISO_8859_1);
        assertThat(decide(keys(), ED25519)).isInstanceOf(Accepted.class);
        assertThat(decide(keys(), OTHER_ED25519)).isInstanceOf(Accepted.class);
    }

    @Test
    void ofSeveralLinesWithAKeyTheFirstThatLetsItInCounts() throws IOException {
        write("from=\"10.0.0.1\",role=\"admin\" " + ED25519 + " a\n" + "role=\"viewer\" " + ED25519 + " b\n" + ED25519);

        assertThat(decide(keys(), ED25519))
                .extracting(decision -> ((Accepted) decision).identity().comment())
                .isEqualTo("b");
    }

    @Test
    void theReasonOfTheLastLineIsToldWhenNoneLetsItIn() throws IOException {
        write("from=\"10.0.0.1\" " + ED25519 + "\nexpiry-time=\"20250101Z\" " + ED25519 + "\n");

        assertThat(decide(keys(), ED25519)).isEqualTo(new Refused("line 2: the key expired at 2025-01-01T00:00:00Z"));
    }

    @Test
    void aBareCarriageReturnBeginsNoLine() throws IOException {
        write(ED25519 + " ada\r" + OTHER_ED25519 + "\n");

        assertThat(decide(keys(), OTHER_ED25519)).isInstanceOf(Refused.class);
    }

    @Test
    void aChangeIsSeenAtOnce() throws IOException {
        var keys = keys();
        write(ED25519);
        assertThat(decide(keys, ED25519)).isInstanceOf(Accepted.class);

        write(OTHER_ED25519);
        assertThat(decide(keys, ED25519)).isInstanceOf(Refused.class);
        assertThat(decide(keys, OTHER_ED25519)).isInstanceOf(Accepted.class);

        var next = Files.writeString(directory.resolve("next"), ED25519);
        Files.setLastModifiedTime(next, Files.getLastModifiedTime(file()));
        Files.move(next, file(), StandardCopyOption.REPLACE_EXISTING);
        assertThat(decide(keys, ED25519)).isInstanceOf(Accepted.class);

        Files.delete(file());
        assertThat(decide(keys, ED25519)).isInstanceOf(Unknown.class);
    }

    @Test
    void anUnchangedFileIsNotReadAgain() throws IOException {
        var keys = keys();
        write(ED25519);

        decide(keys, ED25519);
        decide(keys, ED25519);

        assertThat(messages(Level.INFO)).containsExactly("authorized keys read keys=\"1\"");
    }

    @Test
    void aMissingFileLetsNobodyInAndWarnsOnce() throws IOException {
        var keys = keys();
        var refused = new Unknown("the authorized keys cannot be used: there is no such file");

        assertThat(decide(keys, ED25519)).isEqualTo(refused);
        assertThat(decide(keys, ED25519)).isEqualTo(refused);
        assertThat(messages(Level.WARN))
                .containsExactly(
                        "all logins are refused reason=\"the authorized keys cannot be used: there is no such file\"");

        write(ED25519);
        assertThat(decide(keys, ED25519)).isInstanceOf(Accepted.class);
        Files.delete(file());
        assertThat(decide(keys, ED25519)).isEqualTo(refused);
        assertThat(messages(Level.WARN)).hasSize(2);
    }

    @Test
    void aFileThatOthersCanWriteLetsNobodyInUntilItIsMended() throws IOException {
        var keys = keys();
        write(ED25519);
        mode(file(), "rw-rw-r--");

        assertThat(decide(keys, ED25519)).isInstanceOf(Unknown.class);
        assertThat(decide(keys, ED25519)).isInstanceOf(Unknown.class);
        assertThat(messages(Level.WARN))
                .singleElement()
                .asString()
                .contains("all logins are refused", "group or others can write it");

        mode(file(), "rw-r--r--");
        assertThat(decide(keys, ED25519)).isInstanceOf(Accepted.class);
    }

    @Test
    void aDirectoryThatOthersCanWriteLetsNobodyInEvenBehindALink() throws IOException {
        var open = Files.createDirectory(directory.resolve("open"));
        Files.writeString(open.resolve("keys"), ED25519);
        Files.createSymbolicLink(file(), open.resolve("keys"));
        var keys = keys();
        assertThat(decide(keys, ED25519)).isInstanceOf(Accepted.class);

        mode(open, "rwxrwxrwx");
        assertThat(decide(keys, ED25519))
                .isInstanceOfSatisfying(
                        Unknown.class,
                        refused -> assertThat(refused.reason()).contains("group or others can write its directory"));
    }

    @Test
    void aDirectoryFurtherUpThatOthersCanWriteLetsNobodyIn() throws IOException {
        var open = Files.createDirectory(directory.resolve("open"));
        var inner = Files.createDirectory(open.resolve("inner"));
        Files.writeString(inner.resolve("keys"), ED25519);
        Files.createSymbolicLink(file(), inner.resolve("keys"));
        var keys = keys();
        assertThat(decide(keys, ED25519)).isInstanceOf(Accepted.class);

        mode(open, "rwxrwxrwx");
        assertThat(decide(keys, ED25519))
                .isInstanceOfSatisfying(
                        Unknown.class,
                        refused -> assertThat(refused.reason())
                                .contains("group or others can write the directory " + open + " above it"));
    }

    @Test
    void aDirectoryInPlaceOfTheFileLetsNobodyIn() throws IOException {
        Files.createDirectory(file());

        assertThat(decide(keys(), ED25519))
                .isEqualTo(new Unknown("the authorized keys cannot be used: it is not a regular file"));
    }

    @Test
    void aLineWithAnErrorIsSkippedAndNamedOncePerLoad() throws IOException {
        var keys = keys();
        write("nonsense " + OTHER_ED25519 + "\n" + TestKeys.RSA_2048 + "\n" + ED25519);

        assertThat(decide(keys, ED25519)).isInstanceOf(Accepted.class);
        assertThat(decide(keys, OTHER_ED25519)).isInstanceOf(Refused.class);
        assertThat(messages(Level.WARN))
                .containsExactly(
                        "line of authorized keys skipped line=\"1\" reason=\"unknown option 'nonsense'\"",
                        "line of authorized keys skipped line=\"2\" reason=\"RSA key of 2048 bits, 3072 are asked for"
                                + " (access.min-rsa-bits); make another one with: ssh-keygen -t ed25519\"");
    }

    @Test
    void manyLoginsAtOnceReadTheFileOnce() throws Exception {
        var keys = keys();
        write(ED25519);
        List<Callable<AuthDecision>> logins = IntStream.range(0, 100)
                .<Callable<AuthDecision>>mapToObj(_ -> () -> decide(keys, ED25519))
                .toList();

        try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var login : tasks.invokeAll(logins)) {
                assertThat(login.get()).isInstanceOf(Accepted.class);
            }
        }
        assertThat(messages(Level.INFO)).hasSize(1);
    }

    private AuthorizedKeys keys() {
        return new AuthorizedKeys(file(), CLOCK, 3072);
    }

    private Path file() {
        return directory.resolve("authorized_keys");
    }

    private static AuthDecision decide(AuthorizedKeys keys, String key) {
        try {
            return keys.decide(PublicKeyBlob.of(blob(key)), HOME);
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
    }

    private void write(String text) throws IOException {
        write(text, StandardCharsets.UTF_8);
    }

    /// Two writes may fall into one tick of the file system's clock; an operator's do not.
    private void write(String text, Charset charset) throws IOException {
        Files.write(file(), text.getBytes(charset));
        mode(file(), "rw-r--r--");
        Files.setLastModifiedTime(file(), FileTime.fromMillis(1_000_000_000_000L + 1000 * writes++));
    }

    private static void mode(Path path, String permissions) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    private List<String> messages(Level level) {
        return logged.list.stream()
                .filter(event -> event.getLevel().equals(level))
                .map(event -> event.getMessage()
                        + event.getKeyValuePairs().stream()
                                .filter(pair -> !pair.key.equals("file"))
                                .map(pair -> " " + pair)
                                .collect(Collectors.joining()))
                .toList();
    }
}
