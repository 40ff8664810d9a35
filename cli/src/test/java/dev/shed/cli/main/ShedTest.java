package dev.shed.cli.main;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.shed.cli.call.Call;
import dev.shed.cli.call.Outcome;
import dev.shed.cli.call.Terminal;
import dev.shed.cli.failure.CliFailure;
import dev.shed.cli.file.Home;
import dev.shed.cli.server.Server;
import dev.shed.cli.server.Settings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the words of a call come to, without running it.
class ShedTest {
    @TempDir
    Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private Terminal terminal = new Terminal(true, true, true);

    @BeforeEach
    void oneServer() throws IOException {
        call().save(Settings.EMPTY.with(new Server("home", "gw.example.org", 2222)));
    }

    private Call call(String... variables) {
        var environment = new java.util.HashMap<>(Map.of("SHED_HOME", directory.toString()));
        for (int i = 0; i < variables.length; i += 2) {
            environment.put(variables[i], variables[i + 1]);
        }
        return new Call(Home.of(environment), environment, terminal, stream(out), stream(err));
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, UTF_8);
    }

    private Outcome outcome(String... words) throws InterruptedException {
        return new Shed(call()).outcome(List.of(words));
    }

    private List<String> argv(String... words) throws InterruptedException {
        return switch (outcome(words)) {
            case Outcome.Done(int status) -> throw new AssertionError("done with " + status + ": " + err);
            case Outcome.Replace(var command) -> command.words();
            case Outcome.Watch(var command, var _) -> command.words();
            case Outcome.Keep(var command, var _) -> command.words();
        };
    }

    @Test
    void attachIsALoginThatIsKept() throws Exception {
        assertThat(outcome("attach", "myproj", "-S", "debug")).isInstanceOf(Outcome.Keep.class);
        assertThat(argv("attach", "myproj+debug"))
                .contains("-t", "StrictHostKeyChecking=yes", "GlobalKnownHostsFile=/dev/null", "ControlPath=none")
                .endsWith("-l", "myproj+debug", "--", "gw.example.org");
        assertThat(argv("attach", "myproj", "debug")).endsWith("-l", "myproj+debug", "--", "gw.example.org");
        assertThat(outcome("attach", "myproj", "--no-reconnect")).isInstanceOf(Outcome.Replace.class);
    }

    @Test
    void attachSaysWhatTheSessionMustBe() throws Exception {
        var made = (Outcome.Keep) outcome("attach", "myproj", "--new");
        var id = made.log().getFileName().toString().replaceAll("\\D", "");
        assertThat(made.command().environment())
                .isEqualTo(Map.of("SHED_NEW", "1", "SHED_ATTACH_ID", id, "SHED_CLIENT", "/"));
        var watched = (Outcome.Keep) outcome("attach", "myproj", "--read-only");
        assertThat(watched.command().environment())
                .containsEntry("SHED_READ_ONLY", "1")
                .containsKey("SHED_ATTACH_ID");
        var once = (Outcome.Replace) outcome("attach", "myproj", "--no-reconnect");
        assertThat(once.command().environment()).doesNotContainKey("SHED_ATTACH_ID");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "ls -l|myproj,--,ls -l",
                "ls -l 'a file'|myproj,--,ls,-l,a file",
                "ls -l|myproj,ls,-l",
                "make -t|myproj,--session,build,make,-t",
                "echo '$(id)' 'it'\\''s' -- -n|myproj,--,echo,$(id),it's,--,-n",
                "''|myproj,--,",
            })
    void execQuotesEachArgumentOnceAndLeavesALineAsItIs(String expected, String words) throws Exception {
        var all = new java.util.ArrayList<>(List.of("exec"));
        all.addAll(List.of(words.split(",", -1)));
        assertThat(argv(all.toArray(String[]::new))).endsWith("-l", "shed", "--", "gw.example.org", expected);
    }

    @Test
    void execRunsInTheWorkspaceOrInTheSession() throws Exception {
        var plain = (Outcome.Replace) outcome("exec", "myproj", "true");
        assertThat(plain.command().environment())
                .isEqualTo(Map.of("SHED_SESSION", "myproj", "SHED_CWD", "@workspace", "SHED_CLIENT", "/"));
        var inside = (Outcome.Replace) outcome("exec", "myproj", "-S", "build", "make");
        assertThat(inside.command().environment())
                .isEqualTo(Map.of("SHED_SESSION", "myproj+build", "SHED_CLIENT", "/"));
    }

    @Test
    void execHasATerminalWhenBothEndsAreOne() throws Exception {
        assertThat(argv("exec", "myproj", "top")).contains("-t");
        assertThat(argv("exec", "-T", "myproj", "top")).contains("-T");
        terminal = new Terminal(false, true, true);
        assertThat(argv("exec", "myproj", "top")).contains("-T");
        assertThat(argv("exec", "-t", "myproj", "top")).contains("-tt");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "kill myproj debug|kill,myproj,debug",
                "kill myproj debug|sessions,kill,home/myproj,debug",
                "delete --force myproj|delete,--force,myproj",
                "create --image img/x myproj --env A=b|create,--image,img/x,myproj,--env,A=b",
                "peek myproj --new-option x|peek,myproj,--new-option,x",
                "send myproj debug 'two words' '' '$x'|send,myproj,debug,two words,,$x",
                "send myproj debug make -j4 --help --server x|send,myproj,debug,make,-j4,--help,--server,x",
                "send myproj debug - --json|send,--server=home,myproj,debug,-,--json",
                "send myproj debug --key down --key enter|send,myproj,debug,--key,down,--server,home,--key,enter",
                "sessions myproj --json|sessions,--json,myproj",
                "list --json|list,--json",
                "events|events",
                "events myproj|events,myproj",
                "stop myproj|stop,myproj,--server,home",
            })
    void verbsGoToTheLobbyAsTheyAre(String line, String words) throws Exception {
        assertThat(argv(words.split(",", -1)))
                .contains("ControlMaster=auto")
                .endsWith("-l", "shed", "--", "gw.example.org", line);
    }

    @Test
    void aVerbAboutASessionIsASubsystem() throws Exception {
        var kill = (Outcome.Watch) outcome("kill", "myproj+debug");
        assertThat(kill.command().words()).contains("-s").endsWith("kill");
        assertThat(kill.command().environment()).isEqualTo(Map.of("SHED_SESSION", "myproj+debug", "SHED_CLIENT", "/"));
    }

    /// The option is the same as `+SESSION`, wherever it is among the arguments before a text or command.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "peek my -S s|peek",
                "peek -S s --lines 5 my|peek --lines 5",
                "peek --session=s home/my --json|peek --json",
                "kill my -S s|kill",
                "sessions kill -S s my|kill",
                "wait my --match x -S s|wait --match x",
                "rename my new -S s|rename new",
                "rename my -S s new|rename new",
                "resume my -S s|resume",
                "send my -S s|send",
                "send my -S s ls -S x|send ls -S x",
                "send my --session=s --key up|send --key up",
                "send my -S s -- --server x|send -- --server x",
                "run my -S s -- ls -S x|run -- ls -S x",
            })
    void anOptionNamesTheSession(String words, String line) throws Exception {
        var command = outcome(words.split(" ")) instanceof Outcome.Watch(var watched, var _)
                ? watched
                : ((Outcome.Replace) outcome(words.split(" "))).command();
        assertThat(command.words()).contains("-s").endsWith("-l", "shed", "--", "gw.example.org", line);
        assertThat(command.environment()).containsEntry("SHED_SESSION", "my+s");
    }

    /// Only words that the client passes on.
    @ParameterizedTest
    @ValueSource(strings = {"send my s text -S x", "send my+s text -S x", "run my s -- ls -S x", "info my -S x"})
    void anotherWordIsNoSession(String words) throws Exception {
        assertThat(argv(words.split(" ")).getLast()).endsWith(" -S x");
    }

    @Test
    void aSessionThatIsGivenTwiceIsRefused() throws Exception {
        for (var words : List.of("exec my+s -S t ls", "send my+s -S t ls", "send my s -S t ls")) {
            err.reset();
            assertThat(outcome(words.split(" "))).as(words).isEqualTo(new Outcome.Done(64));
            assertThat(err.toString(UTF_8)).startsWith("shed: the session is given twice: 's' and 't'\n");
        }
    }

    @Test
    void whatBelongsToTextOrCommandIsNoOption() throws Exception {
        var send = (Outcome.Watch) outcome("send", "myproj+debug", "ls", "--help", "--server", "x");
        assertThat(send.command().words().getLast()).isEqualTo("send ls --help --server x");
        for (var words : List.of(
                List.of("send", "none/my", "s", "text", "--json"),
                List.of("send", "none/my+s", "text", "--json"),
                List.of("exec", "none/my", "ls", "--json"))) {
            out.reset();
            assertThat(new Shed(call()).outcome(words)).as("%s", words).isEqualTo(new Outcome.Done(66));
            assertThat(out.toString(UTF_8)).as("%s", words).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-oProxyCommand=x",
                "home/-oProxyCommand=x",
                "-oProxyCommand=x/myproj",
                "a b",
                "a\nb",
                "a\tb",
                "",
                "a@b",
                "my+-x",
                "my+a b",
                "a\u0007b",
                "`id`",
                "$(id)",
                "a;b"
            })
    void aHostileNameIsRefused(String name) throws Exception {
        for (var words : List.of(
                List.of("attach", "--", name),
                List.of("console", "--", name),
                List.of("exec", "--", name, "true"),
                List.of("kill", "--", name, "x"),
                List.of("peek", "--", name))) {
            assertThat(new Shed(call()).outcome(words)).as("%s", words).isEqualTo(new Outcome.Done(64));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-oProxyCommand=x", "a b", "a\nb", "", "a@b", "$(id)"})
    void aHostileSessionOrHostIsRefused(String name) throws Exception {
        assertThat(outcome("attach", "my", "--session=" + name)).isEqualTo(new Outcome.Done(64));
        assertThat(outcome("exec", "my", "--session=" + name, "true")).isEqualTo(new Outcome.Done(64));
        assertThat(outcome("server", "add", "--name=x", "--", name)).isEqualTo(new Outcome.Done(64));
    }

    @Test
    void aHostInTheFileIsCheckedAsWell() throws Exception {
        java.nio.file.Files.writeString(
                directory.resolve("config.yaml"), "servers:\n  home:\n    host: \"-oProxyCommand=x\"\n");
        assertThat(outcome("list")).isEqualTo(new Outcome.Done(64));
    }

    @Test
    void whatAllServersSaidAMomentAgoWillDo() throws Exception {
        call().save(call().settings().with(new Server("work", "work.example.org", 22)));
        call().cache().learn("work", List.of("myproj"), Instant.now());
        call().cache().learn("home", List.of("other"), Instant.now());
        assertThat(argv("attach", "myproj")).endsWith("--", "work.example.org");
        assertThat(argv("attach", "home/myproj")).endsWith("--", "gw.example.org");
    }

    @ParameterizedTest
    @ValueSource(strings = {"attach x", "exec x true", "console x", "stop x", "list", "events", "send x y z"})
    void theKeyOfAServerGoesAlong(String line) throws Exception {
        var key = Path.of("/home/me/my key 50%");
        call().save(Settings.EMPTY.with(new Server("home", "gw.example.org", 2222, Optional.of(key))));
        assertThat(argv(line.split(" ", -1))).contains("IdentityFile=\"/home/me/my key 50%%\"", "IdentitiesOnly=yes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"relative", "/a\\b", "/${HOME}/x", "/'\n"})
    void aKeyThatSshWouldMisunderstandIsRefused(String name) {
        assertThatExceptionOfType(CliFailure.class)
                .isThrownBy(() -> new Server("home", "gw", 2222, Optional.of(Path.of(name))));
    }

    @Test
    void aServerWithoutAnExistingKeyIsNotAdded() throws Exception {
        assertThat(outcome(
                        "server",
                        "add",
                        "127.0.0.1",
                        "--identity",
                        directory.resolve("none").toString()))
                .isEqualTo(new Outcome.Done(64));
        assertThat(err.toString(UTF_8)).contains("there is no file " + directory.resolve("none"));
    }

    @Test
    void noServerIsAnErrorThatSaysWhatToDo() throws Exception {
        call().save(Settings.EMPTY);
        assertThat(outcome("list", "--json")).isEqualTo(new Outcome.Done(66));
        assertThat(out.toString(UTF_8)).contains("\"code\":\"SERVER_NOT_FOUND\"", "shed server add HOST");
        assertThat(outcome("list")).isEqualTo(new Outcome.Done(66));
        assertThat(err.toString(UTF_8)).startsWith("shed: no server has been added yet\nTry:\n  shed server add HOST");
    }

    @Test
    void everyVerbAnswersHelpWithAnExample() throws Exception {
        terminal = new Terminal(false, false, false);
        for (var name : dev.shed.cli.verb.Verbs.names()) {
            out.reset();
            assertThat(outcome(name, "--help")).isEqualTo(Outcome.SUCCESS);
            assertThat(out.toString(UTF_8)).contains("Usage: shed " + name);
        }
        assertThat(outcome("--help")).isEqualTo(Outcome.SUCCESS);
        assertThat(out.toString(UTF_8)).contains("Usage: shed", "attach", "sessions", "server");
    }

    @Test
    void theLauncherGetsALineOfShell() throws Exception {
        var line = outcome("exec", "myproj", "--", "echo", "it's").line();
        assertThat(line)
                .startsWith(
                        "export SHED_CLIENT=/; export SHED_CWD=@workspace; export SHED_SESSION=myproj; replace ssh ");
        assertThat(line).endsWith(" 'echo '\\''it'\\''\\'\\'''\\''s'\\'''");
        assertThat(outcome("stop", "myproj").line()).startsWith("export SHED_CLIENT=/; watch '255' ssh ");
    }
}
