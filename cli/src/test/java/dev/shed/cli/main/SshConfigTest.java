package dev.shed.cli.main;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.jr.ob.JSON;
import dev.shed.cli.server.Server;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `shed ssh-config` on all kinds of files.
class SshConfigTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private Person person;

    @BeforeEach
    void somebody() throws IOException {
        person = new Person(directory);
    }

    private void write(String text) throws IOException {
        person.write(person.sshConfig(), text.getBytes(ISO_8859_1));
    }

    private String read() throws IOException {
        return Files.readString(person.sshConfig(), ISO_8859_1);
    }

    static Stream<String> originals() {
        return Stream.of(
                "",
                "\n",
                "User bob\n",
                "Host *\n  User bob",
                "# a comment\r\nHost *\r\n\tUser bob\r\n",
                "# mixed\nHost a\r\n  User b\n",
                "# no UTF-8: \u00ff\u00fe\u0080\nHost *\n",
                "Host x\n  Port 1\n\n\n   \n",
                "Host line\n  Port 7\n".repeat(5_000));
    }

    @ParameterizedTest
    @MethodSource("originals")
    void uninstallGivesTheOriginalBytesBack(String original) throws Exception {
        write(original);
        assertThat(person.status("ssh-config", "one", "two", "--install"))
                .as(person.err())
                .isZero();
        assertThat(read()).endsWith(original).contains("Host shed-one").isNotEqualTo(original);
        assertThat(person.status("ssh-config", "three", "--install")).isZero();
        assertThat(person.status("ssh-config", "--uninstall")).isZero();
        assertThat(read()).isEqualTo(original);
    }

    @Test
    void aMissingFileIsMadePrivateAndIsMissingAgainAfterwards() throws Exception {
        assertThat(person.status("ssh-config", "one", "--install")).isZero();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(person.sshConfig())))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(person.file(".ssh"))))
                .isEqualTo("rwx------");
        assertThat(person.status("ssh-config", "--uninstall")).isZero();
        assertThat(person.sshConfig()).doesNotExist();
        assertThat(person.status("ssh-config", "--uninstall")).isZero();
    }

    @Test
    void whoSitsAtATerminalIsToldTheAliasesAndHowToLogIn() throws Exception {
        person.status("ssh-config", "one", "--install");
        assertThat(person.out()).isEqualTo("wrote " + person.sshConfig() + ": sheds 1\n");
        assertThat(person.err()).isEmpty();
        person.sitsAtATerminal();
        person.status("ssh-config", "two", "--install");
        assertThat(person.out()).isEqualTo("wrote " + person.sshConfig() + ": sheds 2\n");
        assertThat(person.err())
                .isEqualTo("shed: ssh, scp, rsync and editors now know shed-two, shed-one; to log in: ssh shed-two\n");
        person.status("ssh-config", "one", "--install");
        assertThat(person.out()).contains("is up to date");
        assertThat(person.err()).endsWith("know shed-one, shed-two; to log in: ssh shed-one\n");
        person.status("ssh-config", "a", "b", "c", "d", "e", "f", "g", "--install");
        assertThat(person.err()).contains("shed-g, shed-one and 1 more; to log in: ssh shed-a\n");
        person.status("ssh-config", "x", "--install", "--dry-run");
        assertThat(person.err()).isEmpty();
        person.status("ssh-config", "--uninstall");
        assertThat(person.err()).isEmpty();
    }

    @Test
    void aFileThatWasMadeForTheBlockStaysWhenSomethingWasAddedToIt() throws Exception {
        person.status("ssh-config", "one", "--install");
        Files.writeString(person.sshConfig(), read() + "Host mine\n");
        person.status("ssh-config", "two", "--install");
        assertThat(person.status("ssh-config", "--uninstall")).isZero();
        assertThat(read()).isEqualTo("Host mine\n");
    }

    @Test
    void theBlockHasTheLineEndsOfTheFile() throws Exception {
        write("Host *\r\n  User bob\r\n");
        person.status("ssh-config", "one", "--install");
        assertThat(read().lines()).allSatisfy(line -> assertThat(line).doesNotContain("\r"));
        assertThat(read().replace("\r\n", "")).doesNotContain("\n");
        assertThat(person.status("ssh-config", "one", "--install")).isZero();
        assertThat(person.out()).contains("is up to date");
    }

    @Test
    void aLinkAndTheModeOfItsTargetStay() throws Exception {
        var real = person.write(person.file("dots/ssh"), "Host *\n".getBytes(UTF_8));
        Files.setPosixFilePermissions(real, PosixFilePermissions.fromString("rw-r-----"));
        Files.createDirectories(person.file(".ssh"));
        Files.createSymbolicLink(person.sshConfig(), Path.of("../dots/ssh"));
        assertThat(person.status("ssh-config", "one", "--install")).isZero();
        assertThat(person.sshConfig()).isSymbolicLink();
        assertThat(Files.readString(real)).contains("Host shed-one").endsWith("Host *\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(real)))
                .isEqualTo("rw-r-----");
        person.status("ssh-config", "--uninstall");
        assertThat(real).hasContent("Host *\n");
    }

    @Test
    void aLinkToNothingGetsItsTarget() throws Exception {
        Files.createDirectories(person.file(".ssh"));
        Files.createDirectories(person.file("dots"));
        Files.createSymbolicLink(person.sshConfig(), Path.of("../dots/ssh"));
        assertThat(person.status("ssh-config", "one", "--install")).isZero();
        assertThat(person.sshConfig()).isSymbolicLink();
        assertThat(person.file("dots/ssh")).content().contains("Host shed-one");
        assertThat(person.status("ssh-config", "--uninstall")).isZero();
        assertThat(person.sshConfig()).isSymbolicLink();
        assertThat(person.file("dots/ssh")).doesNotExist();
    }

    @Test
    void aLinkInACircleIsAnError() throws Exception {
        Files.createDirectories(person.file(".ssh"));
        Files.createSymbolicLink(person.sshConfig(), Path.of("config"));
        assertThat(person.status("ssh-config", "one", "--install")).isNotZero();
        assertThat(person.sshConfig()).isSymbolicLink();
    }

    /// For root as well, who may write to it.
    @Test
    void aReadOnlyFileIsLeftAlone() throws Exception {
        write("Host *\n");
        Files.setPosixFilePermissions(person.sshConfig(), PosixFilePermissions.fromString("r--r--r--"));
        assertThat(person.status("ssh-config", "one", "--install")).isEqualTo(78);
        assertThat(person.err()).contains("read-only", "nothing was changed", "chmod u+w");
        assertThat(read()).isEqualTo("Host *\n");
        try (var files = Files.list(person.file(".ssh"))) {
            assertThat(files).containsExactly(person.sshConfig());
        }
        assertThat(person.status("ssh-config", "one", "--dry-run")).isZero();
    }

    @Test
    void aDirectoryThatCannotBeWrittenToIsAnError() throws Exception {
        Files.writeString(person.file(".ssh"), "no directory");
        assertThat(person.status("ssh-config", "one", "--install")).isEqualTo(78);
        assertThat(person.err()).contains("nothing was changed");
        assertThat(person.file(".ssh")).hasContent("no directory");
    }

    @Test
    void aBlockThatWasEditedIsNotReplacedUnasked() throws Exception {
        write("Host *\n");
        person.status("ssh-config", "one", "--install");
        var edited = read().replace("Port 2222\n", "Port 2222\n    ForwardAgent yes\n");
        write(edited);
        for (var words : List.of(
                List.of("ssh-config", "two", "--install"),
                List.of("ssh-config", "two", "--dry-run"),
                List.of("ssh-config", "--uninstall"))) {
            assertThat(person.status(words.toArray(String[]::new))).isEqualTo(78);
            assertThat(person.err()).contains("edited by hand", "--force");
            assertThat(read()).isEqualTo(edited);
        }
        assertThat(person.status("ssh-config", "two", "--install", "--force")).isZero();
        assertThat(read()).contains("Host shed-one", "Host shed-two").doesNotContain("ForwardAgent");
        person.status("ssh-config", "--uninstall");
        assertThat(read()).isEqualTo("Host *\n");
    }

    @Test
    void otherLineEndsAreNoEdit() throws Exception {
        write("Host *\n");
        person.status("ssh-config", "one", "--install");
        write(read().replace("\n", "\r\n"));
        assertThat(person.status("ssh-config", "--uninstall")).isZero();
        assertThat(read()).isEqualTo("Host *\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {">>>", "<<<"})
    void aLostMarkIsAnErrorThatNamesTheLine(String mark) throws Exception {
        write("Host *\n");
        person.status("ssh-config", "one", "--install");
        var torn = String.join(
                "\n",
                read().lines().filter(line -> !line.startsWith("# " + mark)).toList());
        write(torn);
        assertThat(person.status("ssh-config", "--uninstall", "--force")).isEqualTo(78);
        assertThat(person.err()).contains("nothing was changed").containsPattern("line [0-9]+");
        assertThat(read()).isEqualTo(torn);
    }

    @Test
    void theBlockGoesBackToTheTop() throws Exception {
        person.status("ssh-config", "one", "--install");
        write("Host *\n  User bob\n" + read() + "Host last\n");
        person.status("ssh-config", "two", "--install");
        assertThat(read()).startsWith("# >>> shed ssh-config").endsWith("<<<\nHost *\n  User bob\nHost last\n");
    }

    @Test
    void whatWouldChangeIsShownAndNotDone() throws Exception {
        write("User bob\n");
        assertThat(person.status("ssh-config", "one", "--dry-run")).isZero();
        assertThat(person.out())
                .startsWith("--- " + person.sshConfig() + "\n+++ " + person.sshConfig() + "\n@@ -1,1 +1,")
                .contains("\n+Host shed-one\n", "\n User bob\n");
        assertThat(read()).isEqualTo("User bob\n");
        person.status("ssh-config", "one", "--install");
        person.status("ssh-config", "--uninstall", "--dry-run");
        assertThat(person.out()).contains("\n-Host shed-one\n");
        person.status("ssh-config", "one", "--dry-run");
        assertThat(person.out()).isEmpty();
    }

    @Test
    void withoutAnOptionTheBlockIsPrinted() throws Exception {
        assertThat(person.status("ssh-config", "one")).isZero();
        assertThat(person.out())
                .startsWith("# >>> shed")
                .contains("Host shed-one\n")
                .endsWith("<<<\n");
        assertThat(person.sshConfig()).doesNotExist();
    }

    /// Other bytes than UTF-8 come out of the diff as they are in the file.
    @Test
    void theDiffKeepsBytes() throws Exception {
        write("# \u00ff\n");
        person.status("ssh-config", "one", "--dry-run");
        assertThat(new String(person.outBytes(), ISO_8859_1)).contains("\n # \u00ff\n");
    }

    @Test
    void runsAtTheSameTimeLoseNothing() throws Exception {
        write("Host *\n  User bob\n");
        var running = new ArrayList<Process>();
        for (int i = 0; i < 6; i++) {
            running.add(start("ssh-config", "shed" + i, "--install"));
        }
        for (var process : running) {
            assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        }
        for (int i = 0; i < 6; i++) {
            assertThat(read()).contains("Host shed-shed" + i + "\n");
        }
        person.status("ssh-config", "--uninstall");
        assertThat(read()).isEqualTo("Host *\n  User bob\n");
    }

    private Process start(String... words) throws IOException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var line = new ArrayList<>(List.of(java, "-XX:TieredStopAtLevel=1", "-cp", classPath(), Shed.class.getName()));
        line.addAll(List.of(words));
        var builder = new ProcessBuilder(line).redirectErrorStream(true);
        builder.redirectOutput(directory.resolve("said-" + words[1]).toFile());
        builder.environment().put("HOME", directory.toString());
        builder.environment().remove("SHED_HOME");
        return builder.start();
    }

    static String classPath() {
        return Stream.of(Shed.class, picocli.CommandLine.class, JSON.class, JsonFactory.class)
                .map(type ->
                        type.getProtectionDomain().getCodeSource().getLocation().getPath())
                .collect(Collectors.joining(File.pathSeparator));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a\nProxyCommand x",
                "-oProxyCommand=x",
                "a*",
                "!a",
                "a,b",
                "a%h",
                "a#b",
                "a?",
                "my+debug",
                "a.b",
                ""
            })
    void aNameThatIsMoreThanANameIsRefused(String name) throws Exception {
        assertThat(person.status("ssh-config", "--install", "--", name)).isEqualTo(64);
        assertThat(person.sshConfig()).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gw#x", "gw*", "gw?x", "g,w", "gw=x", "gw!"})
    void aHostThatIsMoreThanAHostIsRefused(String host) throws Exception {
        Files.writeString(person.file(".shed/config.yaml"), "servers:\n  home:\n    host: \"" + host + "\"\n");
        assertThat(person.status("ssh-config", "one", "--install")).isEqualTo(78);
        assertThat(person.sshConfig()).doesNotExist();
    }

    @Test
    void whatExcludesEachOtherIsRefused() throws Exception {
        assertThat(person.status("ssh-config", "--install", "--uninstall")).isEqualTo(64);
        assertThat(person.status("ssh-config", "--all", "one")).isEqualTo(64);
        assertThat(person.status("ssh-config", "--uninstall", "one")).isEqualTo(64);
    }

    @Test
    void entriesOfForgottenServersGo() throws Exception {
        person.knows(new Server("work", "work.example.org", 22));
        person.status("ssh-config", "home/one", "work/two", "--install");
        assertThat(read()).contains("Host shed-one shed-one.home\n", "Host shed-two shed-two.work\n");
        person.call().save(person.call().settings().without("work"));
        person.status("ssh-config", "three", "--install");
        assertThat(read()).contains("Host shed-one\n", "Host shed-three\n").doesNotContain("shed-two");
    }
}
