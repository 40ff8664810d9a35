package dev.shed.gateway.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.audit.AuditEvent;
import dev.shed.gateway.e2e.Run.Result;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// A day with the client: sessions, commands in sheds and in sessions, and two servers.
@Execution(ExecutionMode.CONCURRENT)
@Timeout(300)
class ClientIT {
    private static TwoServers servers;
    private static Desk desk;

    @BeforeAll
    static void start() throws Exception {
        servers = TwoServers.start();
        desk = servers.desk();
    }

    @AfterAll
    static void stop() throws Exception {
        servers.close();
    }

    @Test
    @Exercises({"attach", "attach --session", "attach --new", "attach --read-only", "attach --server"})
    void aSessionFromAttachToStop() throws Exception {
        var shed = servers.shedOfTwo();
        try (var terminal = desk.shell()) {
            terminal.await("local> ");
            var before = terminal.ask("$(stty -g)");
            desk.enter(terminal, "attach", shed);
            terminal.await(":/workspace$ ");
            terminal.enter("MARK=first");
            assertThat(desk.shed("sessions", "--all").orFail()).containsPattern("two +" + shed + " +default +attached");
            terminal.detach();
            terminal.await("local> ");
            assertThat(terminal.ask("$? $(stty -g)")).isEqualTo("0 " + before);
            assertThat(terminal.modes()).isEqualTo("screen=0 mouse=0 keypad=00 margins=0-29 cursor=1");

            desk.enter(terminal, "attach", shed, "-s", "two");
            terminal.await(":/workspace$ ");
            assertThat(terminal.ask("$MARK")).isEqualTo("first");
            terminal.detach();
            terminal.await("local> ");
            desk.enter(terminal, "attach", shed, "--new");
            terminal.await("there is a session 'default'");
            assertThat(terminal.ask("$?")).isEqualTo("73");

            desk.enter(terminal, "attach", shed, "-S", "other", "--new");
            terminal.await(":/workspace$ ");
            assertThat(terminal.ask("$(tmux display -p '#S')")).isEqualTo("other");
            terminal.detach();
            terminal.await("local> ");
            desk.enter(terminal, "attach", "--read-only", shed, "other");
            terminal.await("[other]");
            terminal.enter("touch written");
            terminal.detach();
            terminal.await("local> ");
        }
        assertThat(desk.shed("exec", shed, "ls").orFail()).isEmpty();
        assertThat(desk.shed("sessions", shed).orFail())
                .contains("default", "other")
                .doesNotContain("attached");
        assertThat(desk.shed("attach", shed).status())
                .as("attach without a terminal")
                .isEqualTo(64);

        assertThat(desk.shed("stop", shed).said()).contains("2 sessions");
        desk.shed("start", shed).orFail();
        assertThat(desk.shed("sessions", shed).orFail()).doesNotContain("default", "other");
    }

    @Test
    @Exercises({"run", "run --worktree", "run --json", "run --server", "run --session"})
    void aCommandRunsInASessionOfItsOwn() throws Exception {
        var shed = servers.shedOfOne();
        var program = List.of("--", "sh", "-c", "echo \"<$1>\"; exec sleep 1000", "x", "it's  --json");
        assertThat(run(List.of(shed, "ran"), program).orFail()).isEqualTo("ran\n");
        assertThat(run(List.of("--json", "--server", "one", shed + "+addressed"), program)
                        .orFail())
                .startsWith("{\"name\":\"addressed\"");
        assertThat(desk.shed("wait", shed, "ran", "--match", "<it's  --json>", "--timeout", "30s")
                        .orFail())
                .contains("match");
        assertThat(run(List.of(shed, "ran"), program).status()).isEqualTo(73);
        assertThat(run(List.of(shed, "--worktree", "b"), program).status()).isEqualTo(79);
        assertThat(run(List.of(shed, "ran"), List.of()).err()).contains("COMMAND is missing");
        assertThat(run(List.of(shed, "-S", "chosen"), program).orFail()).isEqualTo("chosen\n");
        for (var session : List.of("ran", "addressed", "chosen")) {
            desk.shed("kill", shed, session).orFail();
        }
    }

    @Test
    @Exercises({"resume", "resume --json", "resume --server", "resume --session"})
    void aConversationIsResumed() throws Exception {
        var shed = servers.shedOfOne();
        var none = desk.shed("resume", shed, "nosuch");
        assertThat(none.status()).isEqualTo(66);
        assertThat(none.err()).contains("shed sessions one/" + shed + "\n");
        assertThat(desk.shed("resume", "--json", "--server", "one", shed + "+nosuch")
                        .out())
                .contains("SESSION_NOT_FOUND");
        assertThat(desk.shed("resume", shed, "-S", "nosuch").status()).isEqualTo(66);
    }

    private static Result run(List<String> before, List<String> program) throws Exception {
        return desk.shed(
                Stream.of(List.of("run"), before, program).flatMap(List::stream).toArray(String[]::new));
    }

    @Test
    @Exercises({"exec", "exec --session"})
    void aCommandIsAsIfItRanHere() throws Exception {
        var shed = servers.shedOfOne();
        var result = desk.shed("in\n".getBytes(UTF_8), "exec", shed, "cat; echo err >&2; exit 7");
        assertThat(result.out()).as(result.said()).isEqualTo("in\n");
        assertThat(result.err()).isEqualTo("err\n");
        assertThat(result.status()).isEqualTo(7);
        assertThat(desk.shed("exec", shed, "kill -TERM $$").status()).isEqualTo(255);
        assertThat(desk.shed("exec", shed, "--", "nosuchprogram").status()).isEqualTo(127);
        assertThat(desk.sh("head -c 300000 /dev/zero | shed exec " + shed + " -- wc -c | tr -d ' '")
                        .orFail())
                .isEqualTo("300000\n");

        assertThat(desk.shed("exec", shed, "--session", "build", "true").status())
                .isEqualTo(66);
        Place.inside(shed, "tmux", "-u", "new-session", "-d", "-s", "build").orFail();
        var inside = desk.shed("exec", shed, "-S", "build", "--", "sh", "-c", "tmux display -p '#S'; pwd; exit 9");
        assertThat(inside.out()).isEqualTo("build\n/home/dev\n");
        assertThat(inside.status()).isEqualTo(9);
        assertThat(desk.shed("exec", shed + "+build", "-C", "/etc", "pwd").orFail())
                .isEqualTo("/etc\n");
    }

    @Test
    void ctrlCReachesACommandWithATerminal() throws Exception {
        var shed = servers.shedOfOne();
        try (var terminal = desk.shell()) {
            terminal.await("local> ");
            // The line that is typed does not have the word that the command prints.
            var command = "trap 'echo caught; exit 4' INT; echo re''ady; while :; do sleep 0.1; done";
            desk.enter(terminal, "exec", shed, command);
            terminal.await("ready");
            terminal.press("C-c");
            terminal.await("caught");
            terminal.await("local> ");
            assertThat(terminal.ask("$?")).isEqualTo("4");
        }
    }

    /// Servers `one` and `two`, both of which show the sheds that are called `both…`.
    private static Desk deskOfBoth() throws Exception {
        var other = Desk.make();
        TwoServers.know(other, servers.one(), "one", "127.0.0.1");
        TwoServers.know(other, servers.two(), "two", "127.0.0.2");
        return other;
    }

    private static void remember(Desk other, String... lines) throws Exception {
        var now = Instant.now().getEpochSecond();
        var text = String.join("\n", lines).replace("NOW", Long.toString(now)) + "\n";
        Files.writeString(other.home().resolve(".shed").resolve("cache"), text);
    }

    @Test
    void aNameThatTwoServersHaveIsAmbiguousForEveryVerb() throws Exception {
        var shed = servers.one().place().newShed("both");
        try (var other = deskOfBoth()) {
            for (var line : List.of(
                    "exec SHED true",
                    "console SHED",
                    "info SHED",
                    "sessions SHED",
                    "peek SHED",
                    "ports SHED",
                    "events SHED",
                    "wait SHED",
                    "send SHED s text",
                    "kill SHED+s",
                    "rename SHED s t",
                    "start SHED",
                    "stop SHED",
                    "restart SHED",
                    "delete SHED --force",
                    "forward SHED 80",
                    "open SHED",
                    "ssh-config SHED --install")) {
                var words = line.replace("SHED", shed);
                var result = other.shed(words.split(" ", -1));
                assertThat(result.status()).as("%s: %s", words, result.said()).isEqualTo(66);
                assertThat(result.err())
                        .startsWith("shed: shed '" + shed + "' is on several servers: one, two\nTry:\n")
                        .contains("\n  shed " + words.replace(shed, "one/" + shed) + "\n")
                        .contains("\n  shed " + words.replace(shed, "two/" + shed) + "\n");
            }
            assertThat(other.shed("stop", shed, "--json").out()).startsWith("{\"error\":{\"code\":\"AMBIGUOUS\"");
            assertThat(other.shed("exec", "two/" + shed, "hostname").orFail()).isEqualTo(shed + "\n");
        }
    }

    /// The report's own case: what is shown is `one`'s, then `two`'s is deleted.
    @Test
    void theCacheAloneDeletesNothing() throws Exception {
        var shed = servers.one().place().newShed("both");
        try (var other = deskOfBoth()) {
            remember(other, "one\t" + shed + "\tNOW", "two\t*\tNOW");
            assertThat(other.shed("exec", shed, "hostname").orFail()).isEqualTo(shed + "\n");
            for (var verb : List.of("stop", "restart", "start", "delete --force", "info")) {
                remember(other, "one\t" + shed + "\tNOW", "two\t*\tNOW");
                assertThat(other.shed((verb + " " + shed).split(" ", -1)).err())
                        .contains("on several servers: one, two");
            }
            assertThat(other.shed("info", "one/" + shed).orFail()).contains("running");
        }
    }

    @Test
    @Exercises("list --all")
    void questionsAndAnswersNameTheServer() throws Exception {
        var shed = servers.shedOfTwo();
        assertThat(desk.shed("list", "--all").orFail()).containsPattern("two +" + Pattern.quote(shed));
        assertThat(desk.shed("info", shed).err()).isEqualTo("shed: on server 'two'\n");
        assertThat(desk.shed("info", "two/" + shed).err()).isEmpty();
        assertThat(desk.shed("info", shed, "--json").err()).isEmpty();
        assertThat(desk.shed("list").err()).isEqualTo("shed: on server 'one'\n");
        assertThat(desk.shed("exec", shed, "true").err()).isEmpty();
        try (var terminal = desk.shell()) {
            terminal.await("local> ");
            desk.enter(terminal, "delete", "two/" + shed);
            assertThat(terminal.await("[y/N]")).contains("shed: on server 'two'");
            terminal.enter("n");
            terminal.await("local> ");
        }
        assertThat(desk.shed("stop", shed).err()).startsWith("shed: on server 'two'\n");
    }

    /// The gateway says what is wrong with a name; nobody else is asked for it, and no such shed is offered.
    @Test
    void aBadNameIsToldWithItsRule() throws Exception {
        var result = desk.shed("info", "Mis-A");
        assertThat(result.status()).isEqualTo(64);
        assertThat(result.err()).startsWith("shed: 'Mis-A' is not a shed name\nTry:\n  a shed name is ");
        assertThat(desk.shed("stop", "Mis-A", "--json").out()).startsWith("{\"error\":{\"code\":\"INVALID_NAME\"");
    }

    /// What the gateway advises can be typed here.
    @Test
    void adviceIsForThisClient() throws Exception {
        var shed = servers.shedOfTwo();
        desk.shed("stop", shed).orFail();
        assertThat(desk.shed("exec", shed, "true").err()).endsWith("Try:\n  shed start two/" + shed + "\n");
        assertThat(desk.shed("console", "two/" + shed).err()).endsWith("\n  shed start two/" + shed + "\n");
        assertThat(desk.shed("stop", shed, "--json").out()).contains("\"hint\":\"shed start two/" + shed + "\"");
        assertThat(desk.shed("info", "two/twonosuch").err()).contains("\n  shed create two/twonosuch\n");
    }

    /// One question to each server before the verb, and none after it.
    @Test
    void aSessionThatIsNotThereStartsNoSearch() throws Exception {
        var shed = servers.shedOfTwo();
        assertThat(desk.shed("peek", shed, "nosuch").status()).isEqualTo(66);
        assertThat(verbs(servers.one(), shed)).containsExactly("info " + shed + " --json");
        assertThat(verbs(servers.two(), shed))
                .containsExactly("create " + shed, "info " + shed + " --json", "peek " + shed + " nosuch");
    }

    /// What a gateway was asked about a shed.
    private static List<String> verbs(LiveGateway gateway, String shed) {
        return gateway.audit().events().stream()
                .filter(AuditEvent.ChannelStarted.class::isInstance)
                .map(event -> ((AuditEvent.ChannelStarted) event).subject().verb())
                .filter(verb -> verb.contains(shed))
                .toList();
    }

    @Test
    void aShedThatMovedIsFoundAgain() throws Exception {
        var shed = servers.shedOfTwo();
        desk.shed("info", shed).orFail();
        var cache = desk.home().resolve(".shed").resolve("cache");
        var now = Instant.now().getEpochSecond();
        Files.writeString(cache, "one\t" + shed + "\t" + now + "\n");
        var healed = desk.shed("info", shed);
        assertThat(healed.out()).contains(shed);
        assertThat(healed.status()).isZero();
    }
}
