package dev.shed.gateway.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shed.gateway.failure.ShedException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeysCommandTest {
    static final String ADA = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGN97l1pg/0Tqt4T42XDN5VnXN4QW2Ygh2uNwJYYzMoj";
    static final String BEN = "ssh-ed25519 " + key(1);
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-25T12:00:00Z"), ZoneOffset.UTC);

    @TempDir
    Path directory;

    private Path file;

    /// The base64 of some Ed25519 key.
    static String key(int number) {
        var blob = new byte[51];
        System.arraycopy(new byte[] {0, 0, 0, 11}, 0, blob, 0, 4);
        System.arraycopy("ssh-ed25519".getBytes(StandardCharsets.US_ASCII), 0, blob, 4, 11);
        blob[18] = 32;
        blob[19] = (byte) number;
        blob[20] = (byte) (number >> 8);
        return Base64.getEncoder().encodeToString(blob);
    }

    @BeforeEach
    void authorize() throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        file = directory.resolve("authorized_keys");
    }

    private record Outcome(int status, String out) {}

    private Outcome keys(String input, String... words) throws Exception {
        var out = new ByteArrayOutputStream();
        var github = GithubKeys.of(directory.resolve("github"));
        var command = new KeysCommand(
                new AuthorizedKeysEditor(file, CLOCK, 3072),
                github,
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                new PrintStream(out, true, StandardCharsets.UTF_8));
        int status = command.run(List.of(words));
        return new Outcome(status, out.toString(StandardCharsets.UTF_8));
    }

    private String has() throws Exception {
        return Files.readString(file);
    }

    private void has(String text) throws Exception {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    }

    @Test
    void aKeyIsAddedWithItsOptions() throws Exception {
        var outcome = keys(
                ADA + " ada@home\n",
                "add",
                "--role=user",
                "--sheds",
                "web-*,db",
                "--verbs",
                "peek,attach",
                "--from",
                "10.0.0.0/8",
                "--expiry",
                "20270101Z",
                "--restrict",
                "-");
        assertThat(outcome.status()).isZero();
        assertThat(outcome.out()).startsWith("added SHA256:").endsWith(" ada@home\n");
        assertThat(has())
                .isEqualTo("role=\"user\",sheds=\"web-*,db\",verbs=\"peek,attach\",from=\"10.0.0.0/8\","
                        + "expiry-time=\"20270101Z\",restrict " + ADA + " ada@home\n");
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void whatIsThereStaysByteForByte() throws Exception {
        has("# the team\r\n\nbroken\n" + ADA + " ada");
        Files.write(file, new byte[] {(byte) 0xe9}, StandardOpenOption.APPEND);
        byte[] before = Files.readAllBytes(file);
        keys(BEN + " ben", "add", "--role", "viewer", "-");
        byte[] after = Files.readAllBytes(file);
        assertThat(after).startsWith(before);
        assertThat(new String(after, before.length, after.length - before.length, StandardCharsets.UTF_8))
                .isEqualTo("\nrole=\"viewer\" " + BEN + " ben\n");
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-r-----"));
        assertThat(directory).isDirectoryNotContaining("glob:**.lock");
    }

    @Test
    void aLinkStaysALink() throws Exception {
        var real = Files.createDirectory(directory.resolve("real")).resolve("keys");
        Files.setPosixFilePermissions(real.getParent(), PosixFilePermissions.fromString("rwx------"));
        Files.writeString(real, "");
        Files.createSymbolicLink(file, real);
        keys(ADA, "add", "--role", "user", "-");
        assertThat(file).isSymbolicLink();
        assertThat(real).content().contains(ADA);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "KEY x|--role=root|role= is not admin",
                "KEY x|--role=user --sheds=Web|sheds= is not",
                "KEY x|--role=user --verbs=look|verbs= has 'look'",
                "KEY x|--role=user --from=10.0.0.1/8|from= has a network",
                "KEY x|--role=user --expiry=tomorrow|expiry-time= is not",
                "KEY x|--role=user --sheds=a\",command=\"x|contains a quote",
                "KEY x|--sheds=web|--role is missing",
                "KEY x|--role=user --nonsense|unknown option '--nonsense'",
                "KEY x|--role=user --role=admin|--role is given twice",
                "role=\"admin\" KEY x|--role=user|it has options of its own",
                "ssh-rsa AAAA x|--role=user|cut off",
                "ssh-dss AAAA x|--role=user|no key of a type",
                "# nothing|--role=user|there is no public key in it",
                "-----BEGIN OPENSSH PRIVATE KEY-----|--role=user|no key of a type",
                "KEY old|--role=user|is already in the file",
            })
    void whatTheGatewayWouldNotUseIsRefusedAndNothingChanges(String key, String options, String why) throws Exception {
        has("# mine\n" + ADA + " old\n");
        var line = key.replace("KEY", key.endsWith("old") ? ADA : BEN);
        var words = Stream.of("add " + options + " -").flatMap(all -> Stream.of(all.split(" ", -1)));
        assertThatThrownBy(() -> keys(line, words.toArray(String[]::new)))
                .isInstanceOf(ShedException.class)
                .hasMessageContaining(why);
        assertThat(has()).isEqualTo("# mine\n" + ADA + " old\n");
        assertThat(directory).isDirectoryNotContaining("glob:**.lock");
    }

    @Test
    void aKeyOnALineThatIsNotUsedIsThereAlready() throws Exception {
        has("nonsense " + ADA + "\n#" + BEN + "\n");
        assertThatThrownBy(() -> keys(ADA, "add", "--role", "user", "-"))
                .hasMessageContaining("on a line that the gateway does not use");
        assertThat(keys(BEN, "add", "--role", "user", "-").status()).isZero();
    }

    @Test
    void aFileThatTheGatewayDoesNotUseIsNotChanged() throws Exception {
        has(ADA + " ada\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw----"));
        assertThatThrownBy(() -> keys(BEN, "add", "--role", "user", "-")).hasMessageContaining("group or others");
        assertThat(keys("", "check"))
                .isEqualTo(new Outcome(
                        78,
                        file
                                + ": all logins are refused: group or others can write it, or it belongs to neither root nor the"
                                + " gateway's user\n"));
        assertThat(has()).isEqualTo(ADA + " ada\n");
    }

    @Test
    void listShowsWhatApplies() throws Exception {
        has("# team\n" + ADA + " ada\nrole=\"viewer\",sheds=\"web-*\",no-pty,command=\"list\" " + BEN
                + " ben b\u001b\nnonsense x\n");
        assertThat(keys("", "list").out()).matches("""
                LINE    FINGERPRINT +ROLE      COMMENT +LIMITS
                2       SHA256:\\S+    admin     ada +-
                3       SHA256:\\S+    viewer    ben b\\\\x1b +sheds=web-\\* command=list no-pty
                4       - +- +- +not used: there is no key of a type that is accepted
                """);
        assertThat(keys("", "list", "--json").out())
                .startsWith("{\"keys\":[{\"line\":2,\"fingerprint\":\"SHA256:")
                .contains(
                        "\"role\":\"viewer\",\"limits\":[\"sheds=web-*\",\"command=list\",\"no-pty\"],\"refused\":null}")
                .contains("{\"line\":4,\"fingerprint\":null");
    }

    @Test
    void listMarksTheKeysOfAuthoritiesWithTheirPrincipals() throws Exception {
        has("cert-authority,principals=\"ops,dev\",role=\"user\" " + ADA + " ca\ncert-authority " + BEN
                + " other ca\n");
        assertThat(keys("", "list").out().lines().skip(1).map(line -> line.replaceAll(".* ca +", "")))
                .containsExactly("cert-authority principals=ops,dev", "cert-authority");
        assertThat(keys("", "list", "--json").out()).contains("\"limits\":[\"cert-authority\",\"principals=ops,dev\"]");
    }

    @Test
    void removeTakesTheKeyThatIsNamedAndNoOther() throws Exception {
        has("# team\n" + ADA + " ada\n" + BEN + " ada\n\n" + "ssh-ed25519 " + key(2) + " ada lovelace\n");
        assertThatThrownBy(() -> keys("", "remove", "ada")).hasMessageContaining("several keys have the comment 'ada'");
        assertThatThrownBy(() -> keys("", "remove", "lovelace")).hasMessageContaining("no key has the fingerprint");
        assertThatThrownBy(() -> keys("", "remove", "SHA256:")).hasMessageContaining("no key has the fingerprint");
        assertThat(keys("", "remove", "ada lovelace").out()).startsWith("removed SHA256:");
        assertThat(has()).isEqualTo("# team\n" + ADA + " ada\n" + BEN + " ada\n\n");
        var fingerprint =
                keys("", "list").out().lines().skip(2).findFirst().orElseThrow().split(" +", -1)[1];
        keys("", "remove", fingerprint);
        assertThat(has()).isEqualTo("# team\n" + ADA + " ada\n\n");
    }

    @Test
    void checkNamesEachLineThatIsNotUsed() throws Exception {
        has(ADA + " ada\n");
        assertThat(keys("", "check")).isEqualTo(new Outcome(0, file + ": 1 key, which is used\n"));
        has(ADA + " ada\nrole=\"root\" " + BEN + "\n");
        assertThat(keys("", "check"))
                .isEqualTo(new Outcome(78, file + ":2: not used: role= is not admin, user, responder or viewer\n"));
    }

    @Test
    void twoAtATimeLoseNothing() throws Exception {
        has("");
        try (var pool = Executors.newFixedThreadPool(8)) {
            var calls = IntStream.range(0, 24)
                    .<Callable<Outcome>>mapToObj(
                            i -> () -> keys("ssh-ed25519 " + key(i) + " k" + i, "add", "--role", "user", "-"))
                    .toList();
            for (var call : pool.invokeAll(calls)) {
                assertThat(call.get().status()).isZero();
            }
        }
        assertThat(has().lines()).hasSize(24);
        assertThat(keys("", "check").status()).isZero();
    }

    @Test
    void aLockThatSomebodyLeftIsNamed() throws Exception {
        has("");
        Files.createFile(directory.resolve("authorized_keys.lock"));
        assertThatThrownBy(() -> keys(ADA, "add", "--role", "user", "-"))
                .hasMessageContaining("authorized_keys.lock: the file exists");
        assertThat(directory.resolve("authorized_keys.lock")).exists();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "add",
                "add a b",
                "list x",
                "remove",
                "remove a b",
                "check x",
                "import",
                "import x"
            })
    void aWrongCallShowsHow(String line) {
        assertThatThrownBy(() -> keys("", line.isEmpty() ? new String[0] : line.split(" ", -1)))
                .isInstanceOfSatisfying(
                        ShedException.class, e -> assertThat(e.failure().hint()).contains("shed-gateway keys"));
    }
}
