package dev.shed.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.Await;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// Tables on terminals of several sizes: by the client, by ssh with a PTY, and in a pipe.
@Execution(ExecutionMode.CONCURRENT)
@Timeout(300)
class ClientTablesIT {
    private static final String WHOLE = "SHED +SESSION +STATUS +CREATED +WINDOWS";
    private static final String NARROW = "SHED +SESSION +STATUS";

    private static TwoServers servers;
    private static Desk desk;
    private static String shed;

    @BeforeAll
    static void start() throws Exception {
        servers = TwoServers.start();
        desk = servers.desk();
        shed = servers.shedOfOne();
        for (int i = 1; i <= 9; i++) {
            make(shed, "session-" + i);
        }
    }

    @AfterAll
    static void stop() throws Exception {
        servers.close();
    }

    private static void make(String place, String session) throws IOException {
        Place.inside(place, "tmux", "-u", "new-session", "-d", "-s", session).orFail();
    }

    /// Waits until the first row of the screen is the head of this table.
    private static void awaitHead(Terminal terminal, String head) throws Exception {
        Await.get("the head " + head, Await.PATIENCE, () -> terminal.rows().getFirst(), row -> row.matches(head));
    }

    /// Waits until a row of the screen is the head of this table.
    private static void awaitTable(Terminal terminal, String head) throws Exception {
        Await.get(
                "the head " + head,
                Await.PATIENCE,
                terminal::rows,
                rows -> rows.stream().anyMatch(row -> row.matches(head)));
    }

    @Test
    @Exercises({
        "inbox",
        "inbox --json",
        "inbox --server",
        "inbox --watch",
        "approve",
        "approve --json",
        "approve --server",
        "deny",
        "deny --json",
        "deny --server",
        "answer",
        "answer --json",
        "answer --option",
        "answer --server"
    })
    void theInboxIsATableAndCanBeWatchedAndWhatIsNotInItIsStale() throws Exception {
        for (var verb : List.of("approve ID", "deny ID", "answer ID --option 2")) {
            var words = (verb.replace("ID", "7q2m0xk4vd --server one") + " --json").split(" ", -1);
            assertThat(desk.shed(words).said()).contains("STALE");
        }
        assertThat(desk.shed("deny", "7q2m0xk4vd", "-s", "one", "no", "--json").err())
                .contains("was not answered", "shed inbox");
        assertThat(desk.shed("inbox", shed).out()).isEqualTo("ID  SHED  SESSION  AGENT  SINCE\n");
        assertThat(desk.shed("inbox", "--json", "--server", "one", shed).out()).startsWith("{\"questions\":[],");
        var watch = desk.client("inbox", shed, "--watch").start();
        try {
            assertThat(watch.waitFor(1, TimeUnit.SECONDS)).isFalse();
        } finally {
            watch.destroy();
        }
    }

    @Test
    @Exercises({"sessions", "sessions --explain", "list"})
    void columnsAreDroppedOnATerminalAndNoneInAPipe() throws Exception {
        try (var terminal = desk.shell(44, 30)) {
            terminal.await("local> ");
            desk.enter(terminal, "sessions", shed);
            terminal.await("session-9");
            awaitTable(terminal, NARROW);
            desk.enter(terminal, "sessions", shed, "--explain");
            awaitTable(terminal, "SHED +SESSION +EVIDENCE");
            terminal.enter("clear; shed sessions " + shed + " | cat");
            terminal.await("WINDOWS");
            terminal.enter("clear; export COLUMNS=20; shed sessions " + shed + " | cat");
            terminal.await("WINDOWS");
            desk.enter(terminal, "list");
            terminal.await("STATUS");
            assertThat(terminal.screen()).doesNotContain("REPO");
        }
    }

    @Test
    void aPtyAndTheVariableSayTheWidth() throws Exception {
        var ssh = "ssh -p " + servers.one().place().port()
                + " -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null"
                + " -o LogLevel=ERROR -o SetEnv=COLUMNS=44 shed@127.0.0.1 sessions " + shed;
        assertThat(desk.sh(ssh).orFail()).containsPattern("^" + NARROW + "\n");
        assertThat(desk.sh(ssh.replace("=44", "=400")).orFail()).containsPattern("^" + WHOLE + "\n");
        try (var terminal = Terminal.open(
                desk, 44, 30, ssh.replace("COLUMNS=44", "COLUMNS=400").replace("ssh ", "ssh -t "))) {
            terminal.await("session-9");
            awaitHead(terminal, NARROW);
        }
    }

    @Test
    @Exercises({"sessions --watch", "sessions --wide"})
    void aWatchedListFitsTheScreenAndFollowsItsSize() throws Exception {
        try (var terminal = desk.shell(100, 6)) {
            terminal.await("local> ");
            desk.enter(terminal, "sessions", shed, "--watch");
            terminal.await("… 6 more");
            awaitHead(terminal, WHOLE);
            terminal.resize(44, 20);
            terminal.await("session-9");
            awaitHead(terminal, NARROW);
            terminal.resize(44, 4);
            terminal.await("… 8 more");
            terminal.press("C-c");
            terminal.await("local> ");
            terminal.resize(100, 30);
            desk.enter(terminal, "sessions", shed, "--watch", "--wide");
            awaitHead(terminal, "SHED +SESSION +STATUS +CREATED +WINDOWS +ACTIVITY.*");
        }
    }

    @Test
    @Exercises({"sessions --watch", "sessions --all"})
    void theListBeforeStaysWhileASlowShedIsAsked() throws Exception {
        var slow = servers.two().place().newShed("two");
        make(slow, "first");
        // Less than the second that a listing waits for one shed once all others have answered.
        var delayed = "printf '#!/bin/sh\\nsleep 0.8\\nexec /usr/bin/tmux \"$@\"\\n' >/usr/local/bin/tmux";
        Place.docker("exec", "-u", "0", "shed-" + slow, "sh", "-c", delayed + "; chmod 755 /usr/local/bin/tmux")
                .orFail();
        try (var terminal = desk.shell()) {
            terminal.await("local> ");
            desk.enter(terminal, "sessions", "--watch", "--all");
            terminal.await("first");
            make(slow, "second");
            var limit = Instant.now().plus(Await.PATIENCE);
            for (var seen = terminal.screen(); !seen.contains("second"); seen = terminal.screen()) {
                assertThat(seen).contains("SERVER", "session-1", "first");
                assertThat(Instant.now()).isBefore(limit);
            }
        }
    }

    /// `--all` shows what the gateway shows, by the clock of each server.
    @Test
    @Exercises({"sessions --all", "sessions --wide", "sessions --explain"})
    void theTableOfAllServersIsTheGatewaysWithTheServer() throws Exception {
        // What is busy may be idle in the next answer.
        var one = Await.get(
                        "idle sessions",
                        Await.PATIENCE,
                        () -> desk.shed("sessions", shed, "--wide").orFail(),
                        text -> !text.contains("busy"))
                .lines()
                .toList();
        var all =
                desk.shed("sessions", "--all", shed, "--wide").orFail().lines().toList();
        assertThat(all.stream().map(line -> line.replaceFirst("^\\S+ +", "").replaceAll("\\d+m ago|just now", "AGE  ")))
                .isEqualTo(one.stream()
                        .map(line -> line.replaceAll("\\d+m ago|just now", "AGE  "))
                        .toList());
        assertThat(desk.shed("sessions", "--all", shed, "--explain").orFail()).contains("ACTIVITY    EVIDENCE");
    }
}
