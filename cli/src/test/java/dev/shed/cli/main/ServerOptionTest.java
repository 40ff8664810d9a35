package dev.shed.cli.main;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.cli.call.Outcome;
import dev.shed.cli.server.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `--server NAME`, or `-s NAME`: every verb that talks to a server takes it.
class ServerOptionTest {
    /// These are about this machine; `server` names its servers itself.
    private static final Set<String> LOCAL = Set.of("config", "completion", "server");

    @TempDir
    Path directory;

    private Person person;

    @BeforeEach
    void twoServers() throws IOException {
        person = new Person(directory);
        person.knows(new Server("work", "work.example.org", 22));
        person.has("PATH", person.file("bin").toString());
        var zed = person.write(person.file("bin/zed"), new byte[0]);
        Files.setPosixFilePermissions(zed, PosixFilePermissions.fromString("rwx------"));
    }

    private List<String> argv(String... words) throws InterruptedException {
        return switch (person.calls(words)) {
            case Outcome.Done(int status) -> throw new AssertionError("done with " + status + ": " + person.err());
            case Outcome.Replace(var command) -> command.words();
            case Outcome.Watch(var command, var _) -> command.words();
            case Outcome.Keep(var command, var _) -> command.words();
        };
    }

    @Test
    void everyVerbThatTalksToAServerHasIt() {
        Shed.everything()
                .subcommands()
                .forEach((name, line) -> assertThat(
                                line.getCommandSpec().optionsMap().keySet().containsAll(List.of("-s", "--server")))
                        .as(name)
                        .isEqualTo(!LOCAL.contains(name)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "exec -s work x true",
                "exec x -s work -- true",
                "exec x --server=work true",
                "console -s work x",
                "console x --server work",
                "open -s work x -C /x",
                "sessions -s work",
                "sessions x -s work",
                "sessions --server=work x",
                "sessions kill -s work x y",
                "list -s work",
                "list --server=work --json",
                "info -s work x",
                "delete x -s work --force",
                "stop x --server=work",
                "kill x y -s work",
                "kill x+y -s work",
                "send x -s work y text",
                "send -s work x y text",
                "send x+y -s work text",
                "send x y -s work",
                "create x -s work --memory 1g",
                "create x --new-option -s work",
                "events -s work",
                "events x -s work",
                "whoami -s work",
                "version --server work",
                "peek work/x -s work",
            })
    void theServerIsTheOneThatWasNamed(String line) throws Exception {
        var words = argv(line.split(" ", -1));
        assertThat(String.join(" ", words)).contains("work.example.org").doesNotContain(" -s work", "--server");
    }

    @Test
    void attachTakesItAsWell() throws Exception {
        person.sitsAtATerminal();
        assertThat(argv("attach", "-s", "work", "x")).endsWith("-l", "x", "--", "work.example.org");
        assertThat(argv("attach", "x+y", "--server=work")).endsWith("-l", "x+y", "--", "work.example.org");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "exec home/x ls -s work|ls -s work",
                "exec home/x -- -s work|-s work",
                "send home/x y text -s work|send x y text -s work",
                "send home/x+y text --server=work|send text --server=work",
                "send home/x y -- -s work|send x y -- -s work",
            })
    void inACommandOrATextItIsNotOurs(String line, String sent) throws Exception {
        assertThat(argv(line.split(" ", -1))).endsWith("gw.example.org", sent);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "exec home/x -s work true",
                "console home/x -s work",
                "stop home/x -s work",
                "open home/x -s work -C /x",
                "forward home/x -s work 80",
                "ssh-config home/x -s work"
            })
    void twoServersAreRefused(String line) throws Exception {
        assertThat(person.status(line.split(" ", -1))).isEqualTo(64);
        assertThat(person.err()).contains("two servers named: 'home' and 'work'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"info x -s", "list --server", "stop x --server", "send x -s"})
    void aNameHasToFollow(String line) throws Exception {
        assertThat(person.status(line.split(" ", -1))).isEqualTo(64);
        assertThat(person.err()).contains("--server");
    }

    @ParameterizedTest
    @ValueSource(strings = {"info x -s nosuch", "list --server nosuch", "doctor -s nosuch", "ssh-config -s nosuch"})
    void aServerHasToBeKnown(String line) throws Exception {
        assertThat(person.status(line.split(" ", -1))).isEqualTo(66);
        assertThat(person.said()).contains("there is no server 'nosuch'");
    }
}
