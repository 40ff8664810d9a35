package dev.shed.gateway.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.shed.gateway.Await;
import dev.shed.gateway.e2e.Run.Result;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// Every verb and option of the client, with two servers that answer.
@Execution(ExecutionMode.CONCURRENT)
@Timeout(300)
class ClientVerbsIT {
    private static TwoServers servers;
    private static Desk desk;
    private static String one;
    private static String two;

    @BeforeAll
    static void start() throws Exception {
        servers = TwoServers.start();
        desk = servers.desk();
        one = servers.shedOfOne();
        two = servers.shedOfTwo();
        Place.inside(one, "tmux", "-u", "new-session", "-d", "-s", "steady").orFail();
    }

    @AfterAll
    static void stop() throws Exception {
        servers.close();
    }

    /// @param status the exit status
    /// @param pattern what stdout and stderr together hold, a regular expression
    private static Result says(int status, String pattern, String... words) throws Exception {
        var result = desk.shed(words);
        assertThat(result.said()).as("%s", String.join(" ", words)).containsPattern(pattern);
        assertThat(result.status()).as(result.said()).isEqualTo(status);
        return result;
    }

    @Test
    @Exercises({
        "create",
        "create --image",
        "create --cpus",
        "create --memory",
        "create --env",
        "create --json",
        "create --repo",
        "create --server",
        "create --branch",
        "create --recurse-submodules",
        "create --label",
        "create --owner",
        "info",
        "info --json",
        "info --server",
        "start",
        "start --json",
        "start --server",
        "stop",
        "stop --json",
        "stop --server",
        "restart",
        "restart --json",
        "restart --server",
        "delete",
        "delete --force",
        "delete --keep-volume",
        "delete --json",
        "delete --server"
    })
    void aShedFromCreateToDelete() throws Exception {
        var shed = servers.two().place().newName("two");
        says(
                0,
                "\"name\":\"" + shed + "\"",
                "create",
                shed,
                "--server",
                "two",
                "--json",
                "--image",
                Place.IMAGE,
                "--cpus",
                "1",
                "--memory",
                "256m",
                "--env",
                "GREETING=a b",
                "--label",
                "com.example.team=red",
                "--owner",
                "SHA256:" + "x".repeat(43));
        says(73, "there is a shed", "create", "two/" + shed);
        says(79, "cannot clone", "create", "two/" + shed + "r", "--repo", "file:///nowhere", "--branch", "other");
        says(64, "--recurse-submodules needs --repo", "create", "two/" + shed + "s", "--recurse-submodules");
        says(0, "a b", "exec", shed, "--", "printenv", "GREETING");
        says(0, "running", "info", shed);
        says(0, "\"name\":\"" + shed + "\"", "info", shed, "--server", "two", "--json");
        says(66, "SHED_NOT_FOUND", "info", "--json", "one/" + shed);

        says(0, "", "exec", shed, "--", "tmux", "new-session", "-d", "-s", "doomed");
        says(0, "1 session", "stop", shed);
        says(73, "SHED_ALREADY_STOPPED", "stop", shed, "--json", "--server", "two");
        says(0, "", "start", shed, "--server=two");
        says(73, "SHED_ALREADY_RUNNING", "start", shed, "--json");
        assertThat(desk.shed("sessions", shed).out()).doesNotContain("doomed");
        says(0, "", "restart", shed, "--json");
        says(0, "", "restart", "--server", "two", shed);

        says(0, "", "exec", shed, "--", "touch", "kept");
        says(64, "--force", "delete", shed);
        says(0, "", "delete", shed, "--force", "--keep-volume", "--json");
        says(66, "no server has a shed", "info", shed);
        says(0, shed, "create", "two/" + shed);
        says(0, "kept", "exec", shed, "ls");
        says(0, "", "delete", "--server", "two", "--force", shed);
    }

    @Test
    @Exercises({
        "list",
        "list --all",
        "list --json",
        "list --server",
        "whoami",
        "whoami --json",
        "whoami --server",
        "status",
        "status --json",
        "status --server",
        "version",
        "version --json",
        "version --server"
    })
    void whatAServerTellsOfItself() throws Exception {
        assertThat(desk.shed("list").orFail()).contains(one).doesNotContain(two);
        assertThat(desk.shed("list", "--server", "two").orFail()).contains(two).doesNotContain(one);
        says(0, "\"name\":\"" + two + "\"", "list", "--server=two", "--json");
        assertThat(desk.shed("list", "--all").orFail())
                .contains("SERVER")
                .containsPattern("one +" + one + " +running")
                .containsPattern("two +" + two + " +running");
        says(0, "\"server\":\"two\",\"name\":\"" + two + "\"", "list", "-a", "--json");
        var one = JSON.std.mapFrom(desk.shed("list", "--json").orFail());
        var all = JSON.std.mapFrom(desk.shed("list", "--all", "--json").orFail());
        assertThat(fields(all))
                .isEqualTo(
                        Stream.concat(Stream.of("server"), fields(one).stream()).toList());
        says(66, "there is no server 'three'", "list", "--server", "three");
        says(0, "desk", "whoami");
        says(0, "\\{.*SHA256:", "whoami", "--server", "two", "--json");
        says(0, "status +ok", "status");
        says(0, "\"problems\":\\[\\]", "status", "--server", "two", "--json");
        says(0, "gateway", "version", "--server", "two");
        says(0, "\"gateway\":", "version", "--json");
    }

    @Test
    @Exercises({
        "recordings",
        "recordings --speed",
        "recordings --idle-limit",
        "recordings --json",
        "recordings --server"
    })
    void recordingsOfAServerThatMakesNone() throws Exception {
        says(0, "NAME.*BEGAN", "recordings", "list", "--server", "two");
        says(0, "\\{\"recordings\":\\[]}", "recordings", "list", "--json");
        says(64, "there is no recording 'x.y'", "recordings", "play", "x.y", "--speed", "4", "--idle-limit", "1s");
    }

    /// Those of the first shed, in their order.
    private static List<String> fields(Map<String, Object> list) {
        var shed = (Map<?, ?>) ((List<?>) requireNonNull(list.get("sheds"))).getFirst();
        return shed.keySet().stream().map(String::valueOf).toList();
    }

    @Test
    @Exercises({
        "sessions",
        "sessions --all",
        "sessions --json",
        "sessions --server",
        "sessions kill",
        "sessions kill --json",
        "sessions kill --server",
        "sessions kill --session",
        "sessions --wide",
        "sessions --explain",
        "kill",
        "kill --json",
        "kill --server",
        "kill --session",
        "rename",
        "rename --json",
        "rename --server",
        "rename --session"
    })
    void sessionsAreListedRenamedAndKilled() throws Exception {
        Place.inside(two, "tmux", "-u", "new-session", "-d", "-s", "first").orFail();
        Place.inside(two, "tmux", "-u", "new-session", "-d", "-s", "second").orFail();
        assertThat(desk.shed("sessions").orFail()).contains("steady").doesNotContain("first");
        assertThat(desk.shed("sessions", "--server", "two").orFail())
                .contains("first")
                .doesNotContain("steady");
        says(0, "\"shed_name\":\"" + two + "\"", "sessions", two, "--json");
        assertThat(desk.shed("sessions", "--all").orFail())
                .contains("SERVER")
                .containsPattern("one +" + one + " +steady +detached")
                .containsPattern("two +" + two + " +first +detached");
        says(0, "\"server\":\"one\",\"name\":\"steady\"", "sessions", "--all", "--json");
        says(66, "no server has a shed 'nosuch'", "sessions", "nosuch", "--all");

        says(0, "COMMAND", "sessions", two, "--wide");
        says(0, "output", "sessions", two, "--explain");

        says(0, "", "rename", two, "first", "renamed");
        says(66, "SESSION_NOT_FOUND", "rename", "-s", "two", "--json", two, "-S", "first", "new");
        says(66, "SESSION_NOT_FOUND", "kill", "--json", "--server=two", two, "first");
        says(64, "SESSION is missing", "kill", two);
        says(0, "", "kill", two, "--session", "renamed");
        says(66, "SESSION_NOT_FOUND", "sessions", "kill", "--json", "--server", "two", two, "first");
        says(0, "", "sessions", "kill", two, "-S", "second");
        assertThat(desk.shed("sessions", two).orFail())
                .doesNotContain("renamed")
                .doesNotContain("second");
    }

    @Test
    @Exercises({
        "peek",
        "peek --lines",
        "peek --join",
        "peek --color",
        "peek --json",
        "peek --server",
        "peek --session",
        "send",
        "send --no-enter",
        "send --expect",
        "send --key",
        "send --wait",
        "send --match",
        "send --until",
        "send --for",
        "send --timeout",
        "send --json",
        "send --server",
        "send --session",
        "wait",
        "wait --match",
        "wait --new",
        "wait --timeout",
        "wait --until",
        "wait --for",
        "wait --json",
        "wait --server",
        "wait --session"
    })
    void aSessionIsSteeredFromOutside() throws Exception {
        Place.inside(one, "tmux", "-u", "new-session", "-d", "-s", "steered").orFail();
        says(0, "", "send", one, "steered", "seq 60; printf '\\033[31mred\\033[m'; echo; echo to''ld");
        says(0, "told", "wait", one, "steered", "--match", "^told", "--timeout", "30s");
        assertThat(desk.shed("peek", one, "steered").orFail()).contains("told").doesNotContain("\n7\n");
        says(0, "\n7\n", "peek", one, "steered", "--lines", "100");
        says(0, "told", "peek", "--join", one + "+steered");
        says(0, "\u001b\\[31mred", "peek", "--color", one + "+steered");
        desk.shed("echo ty''ped".getBytes(UTF_8), "send", one, "steered", "--no-enter")
                .orFail();
        Await.until("it is typed", () -> desk.shed("peek", one, "steered").out().contains("ty''ped"));
        says(0, "pressed enter in", "send", one, "-S", "steered", "--key", "enter");
        says(0, "", "wait", one + "+steered", "--match", "^typed");
        says(75, "TIMED_OUT", "wait", one, "steered", "--match", "nosuch", "--timeout", "1s", "--json");
        says(75, "new output", "wait", one, "steered", "--match", "^typed", "--new", "--timeout", "1s", "--json");
        says(0, "match \\(answer", "send", one, "steered", "--wait", "--match", "^answer", "echo", "answer");
        says(75, "TIMED_OUT", "send", one, "steered", "--wait", "--timeout", "1s", "--json", "true");
        says(0, ": idle", "send", one, "steered", "--wait", "--until", "idle", "--for", "200ms", "true");
        says(0, "", "wait", one, "-S", "steered", "--until", "idle", "--for", "200ms", "--server", "one");
        says(0, "\"screen\"|\"text\"|\"lines\"", "peek", one, "--session=steered", "--json", "--server", "one");
        says(75, "", "send", one, "steered", "--expect", "nosuch", "--json", "--server", "one", "--", "text");
    }

    @Test
    @Exercises({
        "ports",
        "ports --json",
        "ports --server",
        "ports --watch",
        "events",
        "events --json",
        "events --since",
        "events --server"
    })
    void whatHappensAndWhatListens() throws Exception {
        says(0, "PORT", "ports", "--server", "two", two);
        says(0, "\"ports\":", "ports", two, "--json");
        var watch = desk.client("ports", two, "--watch", "--json").start();
        try (var lines = watch.inputReader()) {
            assertThat(Run.line(lines)).contains("\"ports\":");
        } finally {
            watch.destroy();
        }
        var events = desk.client("events", "--server", "one", one, "--json", "--since", "0")
                .start();
        try (var lines = new BufferedReader(new InputStreamReader(events.getInputStream(), UTF_8))) {
            assertThat(until(lines, "\"listening\"")).isNotNull();
            Place.inside(one, "tmux", "-u", "new-session", "-d", "-s", "eventful")
                    .orFail();
            assertThat(until(lines, "eventful")).contains("\"session-created\"", "\"" + one + "\"");
        } finally {
            events.destroy();
        }
        assertThat(events.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }

    /// The first line that holds the text.
    private static @Nullable String until(BufferedReader lines, String text) throws Exception {
        var line = Run.line(lines);
        while (line != null && !line.contains(text)) {
            line = Run.line(lines);
        }
        return line;
    }

    @Test
    @Exercises("sessions --watch")
    void sessionsAreShownAgainAndAgain() throws Exception {
        try (var terminal = desk.shell()) {
            terminal.await("local> ");
            desk.enter(terminal, "sessions", one, "--watch");
            terminal.await("steady");
            Place.inside(one, "tmux", "-u", "new-session", "-d", "-s", "later").orFail();
            terminal.await("later");
            terminal.press("C-c");
            terminal.await("local> ");
            assertThat(terminal.ask("$?")).isEqualTo("130");
        }
    }

    @Test
    @Exercises({"console", "console --server", "exec --cwd", "exec --tty", "exec --no-tty", "exec --server"})
    void aConsoleAndTheDirectoryOfACommand() throws Exception {
        assertThat(desk.shed("echo $0; pwd; exit 3\n".getBytes(UTF_8), "console", two, "--server", "two")
                        .status())
                .isEqualTo(3);
        try (var terminal = desk.terminal("console", one)) {
            terminal.awaitPrompt();
            assertThat(terminal.ask("$TMUX")).isEmpty();
            terminal.enter("exit 5");
            assertThat(terminal.status()).isEqualTo(5);
        }
        says(0, "^/workspace\n", "exec", "-s", "two", two, "pwd");
        says(66, "there is no shed", "exec", two, "--server=one", "pwd");
        says(0, "^/etc\n", "exec", two, "-C", "/etc", "--", "pwd");
        says(0, "^/workspace/src\n", "exec", two, "mkdir -p src; cd src; pwd");
        says(0, "^/workspace/src\n", "exec", "--cwd", "src", two, "pwd");
        says(1, "cannot change to directory /workspace/none", "exec", "--cwd=none", two, "pwd");
        says(0, "^/dev/pts/\\d+\r\n", "exec", "-t", two, "tty");
        says(1, "not a tty", "exec", "-T", two, "tty");
    }

    @Test
    void execRunsWhereTheSessionsOfTheShedStart() throws Exception {
        var shed = servers.one().place().newName("one");
        Place.docker(
                        "run",
                        "-d",
                        "--name",
                        "shed-" + shed,
                        "--label",
                        "shed=true",
                        "--label",
                        "shed.name=" + shed,
                        "--label",
                        "shed.directory=/usr/share",
                        Place.IMAGE,
                        "sleep",
                        "600")
                .orFail();
        says(0, "^/usr/share\n", "exec", shed, "pwd");
        says(0, "^/usr/share/doc\n", "exec", shed, "-C", "doc", "pwd");
    }
}
