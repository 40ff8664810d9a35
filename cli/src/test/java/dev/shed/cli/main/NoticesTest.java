package dev.shed.cli.main;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the client says at a terminal of what ssh tells it, with a script in place of ssh.
class NoticesTest {
    private static final long PATIENCE_SECONDS = 60;

    /// Shows a host key, lets in whom `LOGIN` lets in, and holds a connection over which one forward fails.
    private static final String SSH = """
        #!/bin/sh
        for word; do
            case $word in
                UserKnownHostsFile=*) known=$(echo "$word" | cut -d '"' -f 2) ;;
                ControlPath=*) socket=$(echo "$word" | cut -d '"' -f 2) ;;
            esac
        done
        case " $* " in
            *PreferredAuthentications=none*) echo "[127.0.0.1]:2222 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA==" >"$known"; exit 255 ;;
            *" -O "*) exit 0 ;;
            *" -l dmo "*"ports --"*)
                echo '{"error":{"message":"no dmo","hint":"did you mean: shed ports demo --watch --json'"($SHED_CLIENT)"'"}}'
                exit 66
                ;;
            *"ports --json "*) echo '{"ports":[]}' ;;
            *" -N "*)
                echo 'channel 2: open failed: connect failed: Connection refused' >&2
                echo 'channel 3: open failed: connect failed: Connection refused' >&2
                : >"$socket"
                exec sleep 60
                ;;
            *" info new --json "*) echo '{"error":{"code":"SHED_NOT_FOUND","message":"there is no shed new"}}'; exit 66 ;;
            *" info New --json "*) echo '{"error":{"code":"INVALID_NAME","message":"New","hint":"new"}}'; exit 64 ;;
            *" info old --json "*) echo '{"name":"old"}' ;;
            *" info "*) echo asked >>"$HOME/asked"; exit 255 ;;
            *" version "*) [ "$LOGIN" = yes ] || { echo "me@127.0.0.1: Permission denied (publickey)." >&2; exit 255; } ;;
        esac
        """;

    @TempDir
    Path home;

    private Path said;

    @BeforeEach
    void aScriptInPlaceOfSsh() throws IOException {
        said = home.resolve("said");
        var ssh = Files.writeString(Files.createDirectories(home.resolve("bin")).resolve("ssh"), SSH);
        Files.setPosixFilePermissions(ssh, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /// @param terminals the letters of [dev.shed.cli.call.Terminal]
    private Process start(String terminals, String login, String... words) throws IOException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var line = new ArrayList<>(List.of(java, "-XX:TieredStopAtLevel=1", "-Dshed.terminal=" + terminals, "-cp"));
        line.addAll(List.of(SshConfigTest.classPath(), Shed.class.getName()));
        line.addAll(List.of(words));
        var builder = new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(said.toFile());
        var environment = builder.environment();
        environment.put("HOME", home.toString());
        environment.put("XDG_RUNTIME_DIR", home.toString());
        environment.put("PATH", home.resolve("bin") + File.pathSeparator + environment.get("PATH"));
        environment.put("LOGIN", login);
        environment.remove("SHED_HOME");
        return builder.start();
    }

    private String added(String terminals, String login, String... words) throws Exception {
        var line = new ArrayList<>(List.of("server", "add", "127.0.0.1", "--trust-on-first-use"));
        line.addAll(List.of(words));
        var process = start(terminals, login, line.toArray(String[]::new));
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        return Files.readString(said, UTF_8);
    }

    @Test
    void whoAddsAServerIsToldWhatToDoNext() throws Exception {
        assertThat(added("ioe", "yes", "--name", "gw"))
                .isEqualTo("added gw (default)\nshed: to see its sheds: shed list; to create one: shed create NAME\n");
        assertThat(added("ioe", "yes", "--name", "two"))
                .isEqualTo("added two\nshed: to see its sheds: shed list --server two; to create one: shed create"
                        + " two/NAME\n");
        assertThat(added("", "yes", "--name", "gw")).isEqualTo("added gw (default)\n");
    }

    @Test
    void whoAddsAServerAgainKeepsItsKey() throws Exception {
        var key = Files.writeString(home.resolve("key"), "").toString();
        added("", "yes", "--name", "gw", "--identity", key);
        added("", "yes", "--name", "gw");
        assertThat(Files.readString(home.resolve(".shed/config.yaml"))).contains(key);
        added("", "yes", "--name", "gw", "--port", "2022");
        assertThat(Files.readString(home.resolve(".shed/config.yaml"))).doesNotContain(key);
    }

    @Test
    void aServerThatLetsNobodyInStaysAddedAndSaysSo() throws Exception {
        assertThat(added("", "no", "--name", "gw"))
                .startsWith("added gw (default)\nshed: 'gw' stays added, but no login succeeds yet; to try again:"
                        + " shed version --server gw\nshed: ");
    }

    @ParameterizedTest
    @CsvSource({"ioe, true", "io, false"})
    void whoForwardsIsToldWhatDoesNotListenAndWhatFails(String terminals, boolean atATerminal) throws Exception {
        new Person(home);
        var process = start(terminals, "yes", "forward", "demo", "8080");
        try {
            var failed = "shed: a connection failed in the shed: Connection refused; to see what listens: shed ports"
                    + " demo\n";
            var text = awaitSaid(failed, ":8080");
            assertThat(text).containsOnlyOnce(failed);
            var silent = "shed: nothing listens on port 8080 of demo yet, so connections to it fail until a program"
                    + " does; to see what listens: shed ports demo\n";
            assertThat(atATerminal ? awaitSaid(silent) : text.replace(failed, ""))
                    .matches(shown -> shown.contains("nothing listens on") == atATerminal);
        } finally {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
            assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({"8080, 8080", "3000:8080, 3000:8080", "--all, --all"})
    void whoForwardsFromAShedThatIsNotThereIsTheirOwnCallToPaste(String ports, String pasted) throws Exception {
        new Person(home);
        var process = start("", "yes", "forward", "dmo", ports);
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(said, UTF_8))
                .endsWith("shed: no dmo\nTry:\n  did you mean: shed forward demo " + pasted + "(/)\n");
    }

    /// The alias is written, since the shed may be created later.
    @Test
    void whoMakesAnAliasForAShedThatIsNotThereIsToldSo() throws Exception {
        new Person(home);
        assertThat(aliases("old", "new"))
                .isEqualTo("shed: server 'home' has no shed 'new' yet; to create it: shed create new\nwrote "
                        + home.resolve(".ssh/config") + ": sheds 2\n");
        assertThat(aliases("home/new"))
                .startsWith("shed: server 'home' has no shed 'new' yet; to create it: shed create home/new\n")
                .contains("is up to date");
        assertThat(aliases("old")).isEqualTo(home.resolve(".ssh/config") + " is up to date\n");
        assertThat(aliases("New")).startsWith("shed: New\nTry:\n  new\n");
        assertThat(home.resolve(".ssh/config")).content().contains("Host shed-old", "Host shed-new\n");
    }

    @Test
    void aServerThatDoesNotAnswerIsAskedOnceAboutAliases() throws Exception {
        new Person(home);
        assertThat(aliases("one", "two", "three")).isEqualTo("wrote " + home.resolve(".ssh/config") + ": sheds 3\n");
        assertThat(home.resolve("asked")).hasContent("asked");
    }

    private String aliases(String... sheds) throws Exception {
        var line = new ArrayList<>(List.of("ssh-config", "--install"));
        line.addAll(List.of(sheds));
        var process = start("", "yes", line.toArray(String[]::new));
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        return Files.readString(said, UTF_8);
    }

    private String awaitSaid(String... parts) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (System.nanoTime() < end) {
            var text = Files.readString(said, UTF_8);
            if (List.of(parts).stream().allMatch(text::contains)) {
                return text;
            }
            Thread.sleep(20);
        }
        throw new AssertionError(Files.readString(said, UTF_8));
    }
}
