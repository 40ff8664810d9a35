package dev.shed.gateway.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.Await;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Somebody sits at a terminal: where a login lands, and what is on the screen.
class InteractiveIT {
    private static final String SESSION = "$(tmux display-message -p '#{session_name}')";

    private static LiveGateway gateway;
    private static String shed;

    @BeforeAll
    static void start() throws Exception {
        gateway = LiveGateway.start();
        shed = gateway.place().newShed();
        gateway.authorize("viewer", "role=\"viewer\"");
        gateway.authorize("nopty", "no-pty");
        gateway.authorize("forced", "command=\"echo forced; exit 9\"");
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
    }

    private static Terminal ssh(String... arguments) throws IOException {
        return Terminal.ssh(gateway.place(), arguments);
    }

    private static List<String> tmux(String... words) throws IOException {
        var all = Stream.concat(Stream.of("tmux", "-u"), Stream.of(words));
        return Place.inside(shed, all.toArray(String[]::new)).out().lines().toList();
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void theShedAloneIsTheSessionDefault() throws Exception {
        try (var terminal = ssh(shed + "@gw")) {
            terminal.awaitPrompt();

            assertThat(terminal.ask(SESSION)).isEqualTo("default");
            assertThat(terminal.ask("$PWD")).isEqualTo("/workspace");
            assertThat(terminal.ask("$(id -un) $TERM $COLORTERM")).isEqualTo("dev tmux-256color truecolor");
            terminal.enter("echo caf\u00e9-\u2603");
            terminal.await("\ncaf\u00e9-\u2603");
        }
    }

    /// As after a link that has stalled: with tmux's default the prefix in it is taken for part of a paste.
    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void keysThatComeInOneBurstAreKeys() throws Exception {
        var client = gateway.place().client("-tt", shed + "+burst@gw").start();
        try (var keys = client.getOutputStream()) {
            Await.until(
                    "a prompt",
                    () -> tmux("capture-pane", "-p", "-t", "=burst:").toString().contains("$"));
            keys.write("a\u0002d".getBytes(UTF_8));
            keys.flush();

            assertThat(client.waitFor(20, TimeUnit.SECONDS)).isTrue();
        } finally {
            client.destroyForcibly();
        }
        assertThat(client.exitValue()).isZero();
        assertThat(tmux("list-clients", "-t", "=burst")).isEmpty();
        assertThat(tmux("capture-pane", "-p", "-t", "=burst:").getFirst()).endsWith("$ a");
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void theStatusLineHasTheWholeName() throws Exception {
        var name = "a-session-of-30-characters-long";
        try (var terminal = ssh(shed + "+" + name + "@gw")) {
            terminal.await("[" + name + "] ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"+", "."})
    @Execution(ExecutionMode.CONCURRENT)
    void aSeparatorSelectsASession(String separator) throws Exception {
        var session = separator.equals("+") ? "plus" : "dot";
        try (var terminal = ssh(shed + separator + session + "@gw")) {
            terminal.awaitPrompt();

            assertThat(terminal.ask(SESSION)).isEqualTo(session);
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void shedSessionSelectsASession() throws Exception {
        try (var sent = Terminal.open(
                        gateway.place(), 100, 30, "env SHED_SESSION=sent ssh -o SendEnv=SHED_SESSION " + shed + "@gw");
                var set = ssh("-o", "SetEnv=SHED_SESSION=set", shed + "@gw");
                var lobby = ssh("-o", "SetEnv=SHED_SESSION=" + shed + "+lobby", "shed@gw")) {
            sent.awaitPrompt();
            set.awaitPrompt();
            lobby.awaitPrompt();

            assertThat(sent.ask(SESSION)).isEqualTo("sent");
            assertThat(set.ask(SESSION)).isEqualTo("set");
            assertThat(lobby.ask(SESSION)).isEqualTo("lobby");
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void theLoginNameGoesBeforeShedSession() throws Exception {
        try (var terminal = ssh("-o", "SetEnv=SHED_SESSION=loses", shed + "+wins@gw")) {
            terminal.awaitPrompt();

            assertThat(terminal.ask(SESSION)).isEqualTo("wins");
            assertThat(tmux("list-sessions", "-F", "#{session_name}")).doesNotContain("loses");
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void leavingTheLastShellEndsWithStatusZero() throws Exception {
        try (var terminal = ssh(shed + "+leave@gw")) {
            terminal.awaitPrompt();
            terminal.enter("exit 5");

            assertThat(terminal.status()).isZero();
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void aSecondLoginSeesTheSameScreen() throws Exception {
        try (var first = ssh(shed + "+shared@gw")) {
            first.awaitPrompt();
            first.enter("echo sha''red");
            first.await("\nshared");
            try (var second = ssh(shed + "+shared@gw")) {
                second.await("\nshared");
                second.enter("echo ba''ck");
                first.await("\nback");
                second.detach();
                assertThat(second.status()).isZero();
            }
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void aViewerWatchesAndCannotType() throws Exception {
        try (var owner = ssh(shed + "+watched@gw")) {
            owner.awaitPrompt();
            try (var viewer = ssh(shed + "+watched@gw-viewer")) {
                owner.enter("echo see''n");
                viewer.await("\nseen");
                viewer.enter("touch /tmp/viewer-typed");
                owner.enter("echo on''wards");
                viewer.await("\nonwards");
                viewer.detach();
                assertThat(viewer.status()).isZero();
            }
            assertThat(owner.screen()).doesNotContain("viewer-typed");
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void aKeyWithoutPtyGetsAPlainShell() throws Exception {
        try (var terminal = ssh(shed + "@gw-nopty")) {
            terminal.await("PTY allocation request failed");
            terminal.enter("tty; echo \"[$TMUX]\"; exit 6");
            terminal.await("not a tty\n[]");

            assertThat(terminal.status()).isEqualTo(6);
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void aForcedCommandTakesThePlaceOfTheSession() throws Exception {
        try (var terminal = ssh(shed + "@gw-forced")) {
            terminal.await("forced");

            assertThat(terminal.status()).isEqualTo(9);
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void anInteractiveLoginWakesAShedThatWasStoppedOnPurpose() throws Exception {
        var sleeper = gateway.place().newShed();
        gateway.ssh("-s", sleeper + "@gw", "stop").orFail();
        try (var terminal = ssh(sleeper + "@gw")) {
            terminal.awaitPrompt();

            assertThat(terminal.ask(SESSION)).isEqualTo("default");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-s SHED@gw console", "shed@gw console SHED"})
    @Execution(ExecutionMode.CONCURRENT)
    void aConsoleIsAShellOnTheTerminal(String words) throws Exception {
        try (var terminal = Terminal.open(gateway.place(), 100, 30, "ssh -t " + words.replace("SHED", shed))) {
            terminal.awaitPrompt();

            assertThat(terminal.ask("[$TMUX] $0 $(stty size)")).isEqualTo("[] -bash 30 100");
            terminal.resize(91, 27);
            terminal.enter("(echo be''gun; exec sleep 100)");
            terminal.await("begun");
            terminal.press("C-c");
            assertThat(terminal.ask("interrupted $?")).isEqualTo("interrupted 130");
            assertThat(terminal.ask("$(stty size)")).isEqualTo("27 91");
            terminal.enter("exit 6");
            assertThat(terminal.status()).isEqualTo(6);
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void theLobbyExplainsItself() throws Exception {
        try (var terminal = ssh("-tt", "shed@gw", "help")) {
            terminal.await("ssh shed@HOST help VERB shows the help for one.");

            assertThat(terminal.status()).isZero();
            // Line ends are the terminal's: no staircase.
            assertThat(terminal.lines())
                    .anyMatch(line -> line.matches("kill +end a session, or forget a resumable one"));
        }
    }

    @Test
    void sessionsMadeByHandAreListedAndDoNoHarm() throws Exception {
        var names = List.of(
                "two words",
                "dot.and:colon",
                "\ud83d\ude80 launch",
                "##{pane_pid}",
                "it's \"quoted\" $(id) `id`",
                "-flag");
        var other = gateway.place().newShed();
        for (var name : names) {
            Place.inside(other, "tmux", "-u", "new-session", "-d", "-s", name).orFail();
        }
        // As tmux itself tells them, one a line.
        var known = Place.inside(other, "tmux", "-u", "list-sessions", "-F", "#{session_name}")
                .orFail()
                .lines()
                .toList();
        assertThat(known).hasSize(names.size()).contains("two words", "\ud83d\ude80 launch", "#{pane_pid}");

        var table = gateway.ssh("-s", other + "@gw", "sessions").orFail();
        var json = gateway.ssh("-s", other + "@gw", "sessions --json").orFail();

        for (var name : known) {
            assertThat(table.lines())
                    .anyMatch(line -> line.matches(other + " {4,}" + Pattern.quote(name) + " +detached +just now +1"));
            assertThat(json).contains("{\"name\":\"" + name.replace("\"", "\\\"") + "\",\"shed_name\"");
        }
        assertThat(json.split("\"shed_name\"", -1)).hasSize(known.size() + 1);
        assertThat(gateway.ssh("-s", other + "@gw", "kill two").status()).isEqualTo(66);
        assertThat(gateway.ssh("-s", other + "@gw", "sessions").orFail()).isEqualTo(table);
    }

    @Test
    @Timeout(300)
    void exactlyOneOfTwoNewSessionsWins() throws Exception {
        var racers = new ArrayList<Thread>();
        var results = Collections.synchronizedList(new ArrayList<String>());
        for (int lane = 0; lane < 5; lane++) {
            int first = lane * 10;
            racers.add(Thread.startVirtualThread(() -> {
                for (int round = first; round < first + 10; round++) {
                    results.add(race("race-" + round));
                }
            }));
        }
        for (var racer : racers) {
            racer.join();
        }

        assertThat(results).hasSize(50).containsOnly("0 73 SESSION_ALREADY_EXISTS");
    }

    /// Two clients want the same new session at once; whoever wins leaves by its last shell.
    private static String race(String session) {
        try {
            var clients = new ArrayList<Process>();
            for (int i = 0; i < 2; i++) {
                clients.add(gateway.place()
                        .client("-tt", "-o", "SetEnv=SHED_NEW=1", shed + "+" + session + "@gw")
                        .start());
            }
            var outputs = clients.stream()
                    .map(client -> Run.read(client.getInputStream()))
                    .toList();
            var errors = clients.stream()
                    .map(client -> Run.read(client.getErrorStream()))
                    .toList();
            try {
                Await.until("the loser of " + session, () -> clients.stream().anyMatch(client -> !client.isAlive()));
                int winner = clients.get(0).isAlive() ? 0 : 1;
                try (var stdin = clients.get(winner).getOutputStream()) {
                    stdin.write(Place.utf8("exit\n"));
                    stdin.flush();
                    Await.until(
                            "the winner of " + session,
                            () -> !clients.get(winner).isAlive());
                }
                var said = new String(errors.get(1 - winner).get(), UTF_8);
                boolean told = said.contains("there is a session '" + session + "' in shed '" + shed + "' already");
                outputs.get(winner).get();
                return clients.get(winner).exitValue() + " "
                        + clients.get(1 - winner).exitValue() + (told ? " SESSION_ALREADY_EXISTS" : said);
            } finally {
                clients.forEach(Process::destroyForcibly);
            }
        } catch (Exception | AssertionError e) {
            return e.toString();
        }
    }
}
