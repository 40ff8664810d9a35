package dev.shed.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Completion and manual pages as they are installed, with real shells and real servers.
@Execution(ExecutionMode.CONCURRENT)
class CompletionIT {
    private static TwoServers servers;
    private static String one;
    private static String two;

    @BeforeAll
    static void start() throws Exception {
        servers = TwoServers.start();
        one = servers.shedOfOne();
        two = servers.shedOfTwo();
        for (var session : List.of("debug", "deploy")) {
            Place.inside(two, "tmux", "-u", "new-session", "-d", "-s", session).orFail();
        }
    }

    @AfterAll
    static void stop() throws Exception {
        servers.close();
    }

    private static Path share(String name) {
        return InstalledClient.prefix().resolve("share").resolve(name);
    }

    /// `ONE` and `TWO` stand for the sheds, with `~` for the first letters of their names.
    private static String named(String text) {
        return text.replace("ONE~", begun(one))
                .replace("TWO~", begun(two))
                .replace("ONE", one)
                .replace("TWO", two);
    }

    private static String begun(String name) {
        return name.substring(0, name.length() - 1);
    }

    /// A program of somebody who waits for an answer longer than people do: the machine may be busy.
    private static ProcessBuilder program(String... words) {
        var program = servers.desk().program(words);
        program.environment().put("SHED_COMPLETION_PATIENCE", "30");
        return program;
    }

    /// What bash would offer for the last of these words.
    private static List<String> bash(String... words) throws IOException {
        var script = "source '" + share("bash-completion/completions/shed")
                + "'; COMP_WORDS=(\"$@\") COMP_CWORD=$(($# - 1)); _shed; printf '%s\\n' \"${COMPREPLY[@]}\"";
        var all = Stream.concat(Stream.of("bash", "--norc", "-uc", script, "-"), Stream.of(words));
        return Run.run(program(all.toArray(String[]::new)), new byte[0])
                .orFail()
                .lines()
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "shed att|attach",
                "shed attach ONE~|ONE",
                "shed attach two/TWO~|two/TWO",
                "shed attach TWO+de|TWO+debug TWO+deploy",
                "shed kill two/TWO deb|debug",
                "shed sessions kill TWO deb|debug",
                "shed attach TWO --session dep|deploy",
                "shed attach TWO dep|deploy",
                "shed peek TWO -S dep|deploy",
                "shed attach TWO --session = dep|deploy",
                "shed sessions --server t|two",
                "shed server rem|remove",
                "shed server remove o|one",
                "shed exec --no|--no-tty",
                "shed help cons|console",
                "shed sessions ki|kill",
                "shed help sessions ki|kill",
                "shed completion z|zsh",
            })
    void bashOffersWordsAndLiveNames(String line, String offered) throws Exception {
        assertThat(bash(named(line).split(" ", -1)))
                .containsExactly(named(offered).split(" ", -1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nosuch ",
                "attach nosuch/",
                "attach TWO x",
                "exec TWO ls -",
                "peek -- -",
                "attach ../",
                "kill $(id) "
            })
    void whereNothingIsKnownNothingIsOffered(String line) throws Exception {
        assertThat(servers.desk()
                        .shed(Stream.concat(
                                        Stream.of("__complete"),
                                        Stream.of(named(line).split(" ", -1)))
                                .toArray(String[]::new)))
                .isEqualTo(new Run.Result(0, java.nio.ByteBuffer.allocate(0), ""));
    }

    @Test
    @Exercises("completion")
    void theScriptsAreTheInstalledOnes() throws Exception {
        for (var shell : List.of("bash", "zsh", "fish")) {
            var script = servers.desk().shed("completion", shell).orFail();
            var place = shell.equals("zsh")
                    ? "zsh/site-functions/_shed"
                    : shell.equals("fish") ? "fish/vendor_completions.d/shed.fish" : "bash-completion/completions/shed";
            assertThat(share(place)).hasContent(script);
        }
        assertThat(servers.desk().shed("completion", "tcsh").status()).isEqualTo(64);
    }

    @Test
    void bashCompletesAtThePrompt() throws Exception {
        try (var terminal = servers.desk().shell()) {
            terminal.await("local> ");
            terminal.enter("export SHED_COMPLETION_PATIENCE=30; source <(shed completion bash); clear");
            terminal.press("s", "h", "e", "d", "Space", "p", "e", "e", "Tab");
            terminal.await("shed peek ");
            terminal.type("--server=t");
            terminal.press("Tab");
            terminal.await("--server=two ");
            terminal.type(two + "+dep");
            terminal.press("Tab");
            terminal.await(two + "+deploy ");
        }
    }

    @Test
    void zshCompletesAtThePrompt() throws Exception {
        var line = "SHED_COMPLETION_PATIENCE=30 ZDOTDIR=/nonexistent PS1='local> ' zsh -f -i";
        try (var terminal = Terminal.open(servers.desk(), 100, 30, line)) {
            terminal.await("local> ");
            terminal.enter("fpath=('" + share("zsh/site-functions")
                    + "' $fpath); autoload -U compinit; compinit -u -D; clear");
            terminal.type("shed att");
            terminal.press("Tab");
            terminal.await("shed attach ");
            terminal.type(two + "+deb");
            terminal.press("Tab");
            terminal.await(two + "+debug ");
            terminal.type("--no-");
            terminal.press("Tab");
            terminal.await("--no-reconnect ");
        }
    }

    private static List<String> fish(String line) throws IOException {
        var program = program("fish", "-c", "complete -C '" + line + "'");
        program.environment().put("XDG_DATA_DIRS", share("").toString() + ":/usr/share");
        return Run.run(program, new byte[0]).orFail().lines().toList();
    }

    @Test
    void fishOffersWordsWithTheirMeaning() throws Exception {
        assertThat(fish("shed att")).singleElement().asString().startsWith("attach\tAttach to a session");
        assertThat(fish("shed kill " + two + " de")).containsExactly("debug", "deploy");
        assertThat(fish("shed attach ")).contains(one, two);
        assertThat(fish("shed sessions --server=t")).containsExactly("--server=two");
    }

    /// A shell that asks is never held up for long, and gets what was known before.
    @Test
    void aServerThatHangsHoldsUpNobody() throws Exception {
        try (var hangs = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                var laptop = Desk.make()) {
            var home = Files.createDirectories(laptop.home().resolve(".shed"));
            Files.writeString(
                    home.resolve("config.yaml"),
                    "servers:\n  dead:\n    host: 127.0.0.1\n    port: " + hangs.getLocalPort() + "\n");
            Files.writeString(home.resolve("cache"), "dead\tremembered\t1000\n");
            long start = System.nanoTime();
            assertThat(laptop.shed("__complete", "attach", "").orFail()).isEqualTo("remembered\n");
            assertThat(laptop.shed("__complete", "attach", "remembered+").orFail())
                    .isEmpty();
            assertThat((System.nanoTime() - start) / 1_000_000_000L).isLessThan(20);
        }
    }

    /// What a server says never becomes more than a name.
    @Test
    void aHostileServerOffersOnlyNames() throws Exception {
        try (var laptop = Desk.make()) {
            laptop.script("ssh", """
                    cat <<'END'
                    {"sheds":[{"name":"good"},{"name":"$(touch x)"},{"name":"a b"},{"name":"x\\ny"},{"name":"\\u001b[31m"},
                     {"name":"-oProxyCommand=x"},{"name":""},{"name":7},{"name":{}}],
                     "sessions":[{"name":"one"},{"name":"`id`"},{"name":"a\\tb"},{"name":";reboot"}]}
                    END
                    """);
            var home = Files.createDirectories(laptop.home().resolve(".shed"));
            Files.writeString(home.resolve("config.yaml"), "servers:\n  evil:\n    host: evil.example.org\n");
            assertThat(laptop.shed("__complete", "attach", "").orFail().lines()).containsExactly("7", "good");
            assertThat(laptop.shed("__complete", "kill", "good", "").orFail().lines())
                    .containsExactly("one");
        }
    }

    @Test
    void manualPagesAreSoundAndWhole() throws Exception {
        try (var pages = Files.list(share("man/man1"))) {
            for (var page : pages.toList()) {
                var lint = Run.run(List.of("mandoc", "-Tlint", page.toString()));
                assertThat(lint.said()).as("%s", page).isEmpty();
                assertThat(lint.status()).isZero();
            }
        }
        var attach = servers.desk()
                .program("man", "-l", share("man/man1/shed-attach.1").toString());
        attach.environment().put("MANWIDTH", "100");
        assertThat(Run.run(attach, new byte[0]).orFail())
                .contains(
                        "--no-reconnect",
                        "shed attach home/myproj+debug --read-only",
                        "The session is created if it does not exist");
    }

    /// Everything that was installed goes again.
    @Test
    void uninstallLeavesNothing() throws Exception {
        var installed = InstalledClient.prefix().resolve("lib/shed-cli/installed");
        assertThat(Files.readAllLines(installed))
                .contains("bin/shed", "share/man/man1/shed.1", "share/fish/vendor_completions.d/shed.fish")
                .allSatisfy(name ->
                        assertThat(InstalledClient.prefix().resolve(name)).isRegularFile());
        var copy = servers.desk().path("copy");
        Run.run(List.of("cp", "-r", InstalledClient.prefix().toString(), copy.toString()))
                .orFail();
        var script = InstalledClient.project().resolve("scripts/install-cli").toString();
        Run.run(List.of(script, "--prefix", copy.toString(), "--uninstall")).orFail();
        try (var left = Files.walk(copy)) {
            assertThat(left.filter(Files::isRegularFile)).isEmpty();
        }
    }
}
