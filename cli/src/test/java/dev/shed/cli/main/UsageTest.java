package dev.shed.cli.main;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/// What is wrong with a call is told as the gateway tells it: a line, what would be right, and the exit status.
class UsageTest {
    @TempDir
    Path home;

    private Person person;

    @BeforeEach
    void aPerson() throws IOException {
        person = new Person(home);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "attach|SHED is missing|shed attach --help",
                "console|SHED is missing|shed console --help",
                "open|SHED is missing|shed open --help",
                "exec|exec needs a command|shed exec --help",
                "forward x|no port is given|shed forward --help",
                "forward --all|SHED is missing|shed forward --help",
                "completion|SHELL is missing|shed completion --help",
                "server|the command is missing|shed server --help",
                "server add|HOST is missing|shed server add --help",
                "server remove|SERVER is missing|shed server remove --help",
                "server set-default|SERVER is missing|shed server set-default --help",
                "info|SHED is missing|shed info --help",
                "delete --force|SHED is missing|shed delete --help",
                "sessions kill|SHED is missing|shed sessions kill --help",
                "create|NAME is missing|shed create --help",
                "sessions --bogus|unknown option '--bogus'|shed sessions --help",
                "server list --bogus|unknown option '--bogus'|shed server list --help",
                "list foo|unexpected argument 'foo'|shed list --help",
                "attach a b c|unexpected argument 'c'|shed attach --help",
                "attach a+b c|the session is given twice: 'b' and 'c'|shed attach --help",
                "attach a b -S c|the session is given twice: 'b' and 'c'|shed attach --help",
                "attach a+b -S b|the session is given twice: 'b' and 'b'|shed attach --help",
                "peek a+b -S c|the session is given twice: 'b' and 'c'|shed peek --help",
                "peek a b -S c|the session is given twice: 'b' and 'c'|shed peek --help",
                "sessions kill a -S c b|the session is given twice: 'b' and 'c'|shed sessions --help",
                "rename a b c --session=d|the session is given twice: 'b' and 'd'|shed rename --help",
                "send a b -S c|the session is given twice: 'b' and 'c'|shed send --help",
                "wait a -S|--session needs a NAME|shed wait --help",
                "server add x --port|--port|shed server add --help",
                "sessions --all --server home|--all and --server cannot be combined|shed sessions --help",
                "list --server home -a|--all and --server cannot be combined|shed list --help",
                "list -a -s home|--all and --server cannot be combined|shed list --help",
                "sessions --all home/x|--all asks all servers, but 'home/x' names one|shed sessions --help",
                "attach home/x|attach needs a terminal|shed exec home/x -- COMMAND…",
                "attach x|attach needs a terminal|shed exec x -- COMMAND…",
                "open home/x+s|an editor opens a shed|shed open home/x",
                "ssh-config home/x+s|is not a shed name|shed ssh-config home/x --install",
                "nosuch|there is no verb 'nosuch'|shed --help",
                "ls|there is no verb 'ls'|did you mean: shed list",
                "lst|there is no verb 'lst'|did you mean: shed list",
                "lits|there is no verb 'lits'|did you mean: shed list",
                "peke demo t2|there is no verb 'peke'|did you mean: shed peek demo t2",
                "sesions demo|there is no verb 'sesions'|did you mean: shed sessions demo",
                "atach demo|there is no verb 'atach'|did you mean: shed attach demo",
                "delte demo --force|there is no verb 'delte'|did you mean: shed delete",
                "nosuch|there is no verb 'nosuch'|to log in to a shed of that name: shed attach nosuch",
                "home/my+claude|there is no verb 'home/my+claude'|to log in to a shed of that name: shed attach"
                        + " home/my+claude",
                "help nosuch|there is no verb 'nosuch'|shed --help",
                "help sessions nosuch|there is no verb 'sessions nosuch'|shed sessions --help",
            })
    void aWrongCallIsToldInTheGatewaysShape(String line, String message, String hint) throws Exception {
        var words = line.split(" ", -1);
        assertThat(person.status(words)).as(person.err()).isEqualTo(64);
        assertThat(person.out()).isEmpty();
        assertThat(person.err()).startsWith("shed: ").contains(message).contains("\nTry:\n", "  " + hint + "\n");
        assertThat(person.err().lines().toList().get(1)).isEqualTo("Try:");

        assertThat(person.status((line + " --json").split(" ", -1))).isEqualTo(64);
        assertThat(person.err()).isEmpty();
        assertThat(person.out())
                .startsWith("{\"error\":{\"code\":\"USAGE\",\"message\":\"")
                .contains("\"hint\":\"");
    }

    /// What the cache knows is enough: no server is asked.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "demo|did you mean: shed attach demo",
                "demo+claude|did you mean: shed attach demo+claude",
                "work/demo+claude|did you mean: shed attach work/demo+claude",
                "home/demo|to log in to a shed of that name: shed attach home/demo",
                "demo+a+b|",
                "lst|did you mean: shed attach lst,did you mean: shed list ls",
                "old|did you mean: shed attach old",
                "demo;|",
                "-demo|",
                "Démo|",
            })
    void whoNamesAShedInPlaceOfAVerbIsToldHowToLogIn(String word, String hints) throws Exception {
        person.call().cache().learn("work", List.of("demo", "lst"), Instant.now());
        person.call().cache().learn("home", List.of("old"), Instant.EPOCH);
        assertThat(person.status(word, "ls")).isEqualTo(64);
        var told = Stream.concat(
                Stream.ofNullable(hints).flatMap(all -> Stream.of(all.split(","))), Stream.of("shed --help"));
        assertThat(person.err().lines().skip(2).map(String::strip)).containsExactlyInAnyOrderElementsOf(told.toList());
    }

    @Test
    void aWrongServerIsToldBeforeTheTerminalThatIsMissing() throws Exception {
        assertThat(person.status("attach", "nosuch/x")).isEqualTo(66);
        assertThat(person.err()).startsWith("shed: there is no server 'nosuch'\nTry:\n");
    }

    /// `--json` behind the command's first word is the command's own.
    @Test
    void theWordsOfACommandSayNothingAboutTheClient() throws Exception {
        assertThat(person.status("exec", "nosuch/x", "tool", "--json")).isEqualTo(66);
        assertThat(person.out()).isEmpty();
        assertThat(person.err()).startsWith("shed: there is no server 'nosuch'\nTry:\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"list", "server list", "config", "info x", "ssh-config", "stop x"})
    void aConfigurationThatCannotBeReadIsNamed(String line) throws Exception {
        var file = home.resolve(".shed/config.yaml");
        Files.delete(file);
        Files.createDirectory(file);
        assertThat(person.status(line.split(" ", -1))).as(person.err()).isEqualTo(78);
        assertThat(person.err()).startsWith("shed: " + file + ": ").doesNotContain("Exception");
        assertThat(person.status((line + " --json").split(" ", -1))).isIn(64, 78);
        assertThat(person.out()).startsWith("{\"error\":{\"code\":\"");
        assertThat(person.err()).isEmpty();
    }

    @Test
    void aDirectoryThatIsNoneIsNamed() throws Exception {
        var file = Files.writeString(home.resolve("file"), "");
        person.has("SHED_HOME", file.toString());
        assertThat(person.status("server", "remove", "home")).isEqualTo(66);
        assertThat(person.status("server", "add", "127.0.0.1", "--trust-on-first-use"))
                .isEqualTo(78);
        assertThat(person.err()).startsWith("shed: " + file + ": ").doesNotContain("Exception");
    }

    @Test
    void aFileOfHostKeysThatCannotBeReadIsNamed() throws Exception {
        var file = Files.createDirectory(home.resolve(".shed/known_hosts"));
        assertThat(person.status("server", "remove", "home")).isEqualTo(78);
        assertThat(person.err()).startsWith("shed: " + file + ": ").doesNotContain("Exception");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sessions kill --help", "help sessions kill"})
    void aVerbOfTwoWordsHasHelp(String line) throws Exception {
        assertThat(person.status(line.split(" ", -1))).isZero();
        assertThat(person.out()).startsWith("Usage: shed sessions kill ").contains("End a session");
    }

    static Stream<String> helps() {
        var all = Shed.everything();
        return Stream.concat(Stream.of("--help"), helps(all));
    }

    private static Stream<String> helps(CommandSpec spec) {
        return spec.subcommands().values().stream()
                .map(CommandLine::getCommandSpec)
                .flatMap(part -> Stream.concat(
                        Stream.of(part.qualifiedName(" ").substring("shed ".length()) + " --help"), helps(part)));
    }

    /// Paths, above all: `~/` at the end of a line and `.ssh/config` on the next cannot be pasted.
    @ParameterizedTest
    @MethodSource("helps")
    void noLineOfHelpEndsInsideAWord(String line) throws Exception {
        assertThat(person.status(line.split(" ", -1))).isZero();
        var spec = Shed.everything();
        for (var word : line.replace("--help", "").split(" ", -1)) {
            spec = word.isEmpty()
                    ? spec
                    : Objects.requireNonNull(spec.subcommands().get(word)).getCommandSpec();
        }
        var texts = Stream.of(
                Stream.of(spec.usageMessage().description()),
                spec.args().stream().flatMap(argument -> Stream.of(argument.description())));
        assertThat(person.out().split("\\s+"))
                .contains(texts.flatMap(text -> text)
                        .flatMap(text -> Stream.of(text.replace("%%", "%").split(" ")))
                        .toArray(String[]::new));
    }

    @Test
    void theHelpOfSessionsNamesBothForms() throws Exception {
        assertThat(person.status("sessions", "--help")).isZero();
        assertThat(person.out()).contains("--all", "kill", "[SHED]");
    }
}
