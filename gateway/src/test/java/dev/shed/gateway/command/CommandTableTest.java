package dev.shed.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.cli.main.Shed;
import dev.shed.gateway.access.Action;
import dev.shed.gateway.access.Grant.Role;
import dev.shed.gateway.container.Container.State;
import dev.shed.gateway.container.FakeRuntime;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.name.LoginName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandTableTest {
    private static final Pattern OPTION = Pattern.compile("(?m)^ +(?:-\\w, +)?(--[a-z-]+)");

    @TempDir
    Path directory;

    private final FakeRuntime runtime = new FakeRuntime().with("demo").with("other");
    private Caller caller;

    @BeforeEach
    void call() {
        caller = new Caller(runtime, directory);
        runtime.tmux("demo").with("debug", Caller.NOW, 0, 1);
    }

    @Test
    void whoForgetsAQuoteSeesTheSynopsis() {
        for (var line : List.of("kill 'demo", "kill demo\\")) {
            var outcome = caller.lobby(line);
            assertThat(outcome.status()).isEqualTo(64);
            assertThat(outcome.err()).contains("kill SHED SESSION");
        }
    }

    @Test
    void theTableHasTheVerbsOfTheSpec() {
        assertThat(caller.table().entries())
                .extracting(Entry::verb)
                .containsExactly(
                        "sessions",
                        "kill",
                        "rename",
                        "run",
                        "resume",
                        "console",
                        "ports",
                        "peek",
                        "send",
                        "wait",
                        "events",
                        "inbox",
                        "approve",
                        "deny",
                        "answer",
                        "list",
                        "create",
                        "start",
                        "stop",
                        "restart",
                        "info",
                        "delete",
                        "recordings",
                        "status",
                        "whoami",
                        "version",
                        "help");
    }

    @Test
    void everyVerbAnswersHelpEverywhere() {
        for (var entry : caller.table().entries()) {
            for (var address : List.of("shed", "demo", "demo+debug")) {
                var outcome = caller.at(address, entry.verb() + " --help");
                assertThat(outcome.status()).as(entry.verb()).isZero();
                assertThat(outcome.err()).isEmpty();
                assertThat(outcome.out())
                        .startsWith(entry.verb() + ": ")
                        .contains("\nUsage:\n  ssh ", "--json", "-h, --help", "\nExample:\n  ssh ")
                        .doesNotContain("\u001b");
                assertThat(outcome.out().lines())
                        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
            }
        }
    }

    /// docs/cli.md: the gateway's verbs with the gateway's words.
    @Test
    void theClientKnowsEveryVerbAndOption() {
        for (var entry : caller.table().entries()) {
            var help = caller.at("shed", entry.verb() + " --help").out();
            // A console has no answer that could be JSON.
            var options = OPTION.matcher(help)
                    .results()
                    .map(match -> match.group(1))
                    .filter(option -> !(entry.verb() + option).equals("console--json"));
            if (entry.verb().equals("help")) {
                continue; // The client's own help is about the client's verbs.
            }
            var known = Optional.ofNullable(Shed.everything().subcommands().get(entry.verb()))
                    .orElseThrow()
                    .getCommandSpec();
            assertThat(options)
                    .as(entry.verb())
                    .isNotEmpty()
                    .allSatisfy(
                            option -> assertThat(known.optionsMap().keySet()).contains(option));
        }
    }

    @Test
    void everyVerbIsExplainedByHelp() {
        for (var entry : caller.table().entries()) {
            assertThat(caller.lobby("help " + entry.verb()).out())
                    .isEqualTo(caller.lobby(entry.verb() + " -h").out());
            assertThat(caller.lobby("help").out()).contains("\n" + entry.verb() + " ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"help nonsense", "nonsense", "", "   "})
    void whatIsNoVerbIsAUsageError(String line) {
        var outcome = caller.lobby(line);
        assertThat(outcome.status()).isEqualTo(64);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err()).startsWith("shed: ").contains("Try:\n  ssh shed@HOST help");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kill",
                "rename",
                "run",
                "run demo",
                "run demo work claude -- x",
                "resume",
                "resume demo work more",
                "kill demo debug more",
                "kill demo debug --nonsense",
                "create",
                "create new --image",
                "delete",
                "start",
                "stop demo other",
                "list demo",
                "status demo",
                "whoami me",
                "version 2"
            })
    void usageErrorsShowTheSynopsis(String line) {
        var outcome = caller.lobby(line);
        assertThat(outcome.status()).isEqualTo(64);
        assertThat(outcome.err())
                .containsPattern("^shed: .+\nTry:\n  ssh ")
                .contains("ssh shed@HOST " + line.split(" ", 2)[0]);
        assertThat(runtime.started()).isEmpty();
    }

    @Test
    void aSubsystemOnAShedPutsItsNameFirst() {
        assertThat(caller.at("demo", "kill debug").status()).isZero();
        assertThat(runtime.tmux("demo").names()).isEmpty();
    }

    @Test
    void aCommandInTheLobbyNamesTheShedFirst() {
        assertThat(caller.lobby("kill demo debug").status()).isZero();
        assertThat(runtime.tmux("demo").names()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--json kill demo debug",
                "kill --json demo debug",
                "kill demo --json debug",
                "kill 'demo' de\"bug\" --json"
            })
    void optionsMayStandAnywhereAfterTheVerb(String line) {
        var outcome = caller.lobby(line);
        if (line.startsWith("--")) {
            assertThat(outcome.out()).contains("\"code\":\"USAGE\"");
        } else {
            assertThat(outcome.out()).isEqualTo("{\"name\":\"debug\",\"shed_name\":\"demo\",\"ended\":true}\n");
        }
    }

    @ParameterizedTest
    @CsvSource({"list", "create new", "create", "status"})
    void verbsOfTheLobbySayWhereTheyLive(String line) {
        var outcome = caller.at("demo", line);
        assertThat(outcome.status()).isEqualTo(64);
        assertThat(outcome.err()).contains("is a verb of the lobby", "ssh shed@HOST " + line.split(" ", 2)[0]);
    }

    @ParameterizedTest
    @CsvSource({
        "kill Demo debug, INVALID_NAME, 64",
        "kill demo a:b, INVALID_NAME, 64",
        "kill demo, USAGE, 64",
        "nonsense, USAGE, 64",
        "kill 'demo, USAGE, 64",
        "kill demo deb, SESSION_NOT_FOUND, 66",
        "kill nowhere debug, SHED_NOT_FOUND, 66",
        "create demo, SHED_ALREADY_EXISTS, 73",
        "create new --image nowhere:1, IMAGE_NOT_FOUND, 66",
        "start demo, SHED_ALREADY_RUNNING, 73",
        "sessions asleep, SHED_NOT_READY, 75"
    })
    void errorsAreTextOrJsonWithTheSameStatus(String line, String code, int status) {
        runtime.with("asleep", State.PAUSED);
        var text = caller.lobby(line);
        var json = caller.lobby(line + " --json");
        assertThat(text.status()).isEqualTo(status);
        assertThat(text.out()).isEmpty();
        assertThat(json.status()).isEqualTo(status);
        assertThat(json.err()).isEmpty();
        assertThat(json.out())
                .startsWith("{\"error\":{\"code\":\"" + code + "\",\"message\":\"")
                .endsWith("\"}}\n");
        assertThat(json.out()).contains("\"hint\":\"").hasLineCount(1);
    }

    @Test
    void anEngineThatDoesNotAnswerIsNamed() {
        runtime.failing(Failure.engineUnavailable("no such socket", "look at it"));
        assertThat(caller.lobby("list").status()).isEqualTo(69);
        assertThat(caller.lobby("list --json").out()).contains("ENGINE_UNAVAILABLE");
    }

    /// Parsing them would take a processor for seventeen seconds.
    @ParameterizedTest
    @CsvSource({
        "ADMIN, sessions, 64, more than 1000 words",
        "ADMIN, send debug, 64, more than 10000 words",
        "VIEWER, send debug, 77, may not type"
    })
    void wordsWithoutEndAreNotParsed(Role role, String verb, int status, String why) {
        var outcome = caller.as(role).at("demo", verb + " x".repeat(120_000));
        assertThat(outcome.status()).isEqualTo(status);
        assertThat(outcome.err()).contains(why);
    }

    @ParameterizedTest
    @CsvSource({
        "kill, true",
        "kill debug, true",
        "'  sessions --json', true",
        "kill \"x, true",
        "sftp, false",
        "'', false",
        "sesions --json, true",
        "netconf, false",
        "killer, false"
    })
    void aSubsystemIsAnsweredByItsFirstWord(String line, boolean answered) {
        assertThat(caller.table().answers(line)).isEqualTo(answered);
    }

    @ParameterizedTest
    @CsvSource({
        "kill, ssh -s demo@HOST kill",
        "kill debug, 'ssh -s demo@HOST \"kill debug\"'",
        "'  sessions --json', 'ssh -s demo@HOST \"sessions --json\"'",
        "send debug $(id), ssh -s demo@HOST send",
        "kill \"x, ssh -s demo@HOST kill",
        "create new, ssh shed@HOST create new",
        "whoami, ssh shed@HOST whoami",
        "sftp,",
        "'',",
        "killer,",
        "list; kill,",
        "/usr/bin/kill,"
    })
    void aCommandWhoseFirstWordIsAVerbIsAdvisedToBeOne(String line, String call) {
        var verb = line.strip().split(" ", 2)[0];
        assertThat(caller.advice("demo", line, 127))
                .isEqualTo(Optional.ofNullable(call).map(to -> "'" + verb + "' is a verb of the gateway: " + to));
    }

    @ParameterizedTest
    @CsvSource({
        "peek, 127, ssh -s demo+debug@HOST peek",
        "list, 127, ssh shed@HOST list",
        "list, 1,",
        "wait, 0, ssh -s demo+debug@HOST wait",
        "help, 0, ssh shed@HOST help",
        "kill, 2, ssh -s demo+debug@HOST kill",
        "kill 12, 0,"
    })
    void theAdviceKeepsTheSessionOfTheAddress(String line, int status, String call) {
        var verb = line.split(" ", 2)[0];
        assertThat(caller.advice("demo+debug", line, status))
                .isEqualTo(Optional.ofNullable(call).map(to -> "'" + verb + "' is a verb of the gateway: " + to));
    }

    /// A security defect if it ever comes back: picocli reads arguments from files unless told not to.
    @Test
    void anAtSignNamesNoFileOfTheGateway() throws Exception {
        var secret = Files.writeString(directory.resolve("secret"), "demo debug");
        var outcome = caller.lobby("kill @" + secret);
        assertThat(outcome.status()).isEqualTo(64);
        assertThat(outcome.err()).contains("'@" + secret + "' is not a shed name");
        assertThat(runtime.tmux("demo").names()).containsExactly("debug");
    }

    @Test
    void nothingInALineIsExpanded() {
        var outcome = caller.lobby("kill demo '${sys:user.home}' --json");
        assertThat(outcome.out()).contains("'${sys:user.home}' is not a session name");
    }

    @Test
    void echoedInputIsEscaped() {
        assertThat(caller.lobby("'\u001b]0;x\u0007'").err())
                .contains("\\x1b]0;x\\x07")
                .doesNotContain("\u001b");
        assertThat(caller.lobby("'\u009b31m' --json").out())
                .contains("\\u009b31m")
                .doesNotContain("\u009b");
    }

    @Test
    void linesEndAsATerminalNeedsThem() {
        var outcome = caller.typing("").lobby("help");
        assertThat(outcome.out()).contains("\r\n").doesNotContainPattern("[^\r]\n");
    }

    /// docs/spec.md says so: "When a client vanishes".
    @Test
    void theVerbsForViewersAndTwoMoreEndWithTheirClient() {
        assertThat(caller.table().entries())
                .filteredOn(entry ->
                        CommandTable.endsWithClient(entry, entry.command().get()))
                .filteredOn(entry -> !isForViewers(entry))
                .extracting(Entry::verb)
                .containsExactly("create", "recordings");
        assertThat(caller.table().entries())
                .filteredOn(CommandTableTest::isForViewers)
                .isNotEmpty()
                .allMatch(entry ->
                        CommandTable.endsWithClient(entry, entry.command().get()));
    }

    /// A verb that `LoggedVerb` does not know is logged with all of its line.
    @Test
    void theTextOfAVerbIsNotLogged() {
        var lobby = LoginName.parse("shed");
        assertThat(caller.table().entries())
                .filteredOn(
                        entry -> entry.command().get().wordsBeforeText(lobby).isPresent())
                .extracting(Entry::verb)
                .contains("send")
                .allSatisfy(verb -> assertThat(LoggedVerb.of(Optional.empty(), verb + " demo debug my secret"))
                        .doesNotContain("secret"));
    }

    private static boolean isForViewers(Entry entry) {
        return entry.rule().map(Action::least).equals(Optional.of(Role.VIEWER));
    }
}
