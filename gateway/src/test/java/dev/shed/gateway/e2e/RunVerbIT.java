package dev.shed.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shed.gateway.Await;
import dev.shed.gateway.e2e.Run.Result;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// `run`: a command in a session of its own, with the real engine, tmux and git.
@Timeout(120)
class RunVerbIT {
    private static final Pattern MISSING_FAILED = Pattern.compile("missing +failed, detached");
    private static final ObjectMapper JSON = new ObjectMapper();

    private static LiveGateway gateway;
    private static String shed;

    @BeforeAll
    static void start() throws Exception {
        gateway = LiveGateway.start();
        shed = gateway.place().newShed();
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
    }

    private static Result run(String words) throws IOException {
        return gateway.ssh("shed@gw", "run " + shed + " " + words);
    }

    private static String inside(String line) throws IOException {
        return gateway.ssh(shed + "@gw", line).orFail();
    }

    private static String peek(String session) throws IOException {
        return gateway.ssh("shed@gw", "peek " + shed + " " + session + " --join")
                .orFail();
    }

    private static void awaitShown(String session, String text) throws Exception {
        Await.get(session + " shows " + text, Await.PATIENCE, () -> peek(session), screen -> screen.contains(text));
    }

    @Test
    void theWordsArriveAsTheyAre() throws Exception {
        var started = run("words -- sh -c 'printf \"[%s]\" \"$@\"; exec sleep 1000' x 'a  b;' ';' '\\;' 'e\\;'"
                + " '#{pid}' '$HOME' '' -t --json");
        assertThat(started.orFail()).isEqualTo("words\n");
        awaitShown("words", "[a  b;][;][\\;][e\\;][#{pid}][$HOME][][-t][--json]");
        assertThat(inside("tmux list-panes -t =words -F '#{pane_current_command} #{pane_current_path}'"))
                .isEqualTo("sleep /workspace\n");
        assertThat(inside("tmux list-clients -t =words")).isEmpty();
    }

    /// The arguments of a tmux server are those of the client that has started it.
    @Test
    void theFirstCommandOfAShedIsNotKeptByTheServer() throws Exception {
        var fresh = gateway.place().newShed();
        gateway.ssh("shed@gw", "run " + fresh + " first -- sh -c 'echo ready; exec sleep 1000' x private-words")
                .orFail();

        var server = "tr '\\0' ' ' </proc/$(tmux display-message -p '#{pid}')/cmdline";
        assertThat(gateway.ssh(fresh + "@gw", server).orFail()).isEqualTo("tmux -u start-server ");
    }

    @Test
    void oneWordIsNoLineOfAShell() throws Exception {
        run("line -- 'echo x; sleep 1000'").orFail();
        awaitShown("line", "echo x; sleep 1000: not found");
    }

    @Test
    void withoutASessionThereIsAFreeName() throws Exception {
        assertThat(run("-- /bin/sleep 1001").orFail()).isEqualTo("sleep\n");
        assertThat(gateway.ssh("-s", shed + "@gw", "run --json -- sleep 1002").orFail())
                .isEqualTo("{\"name\":\"sleep-2\",\"shed_name\":\"" + shed
                        + "\",\"directory\":\"/workspace\",\"branch\":null}\n");
        assertThat(gateway.ssh("-s", shed + "+named@gw", "run -- sleep 1003").orFail())
                .isEqualTo("named\n");
    }

    @Test
    void aSessionThatIsThereIsLeftAlone() throws Exception {
        run("taken -- sleep 1004").orFail();
        var refused = run("taken -- sh -c 'exit 3'");
        assertThat(refused.status()).isEqualTo(73);
        assertThat(refused.err()).contains("there is a session 'taken' in shed '" + shed + "' already");
        assertThat(inside("tmux list-panes -s -t =taken -F '#{pane_current_command}'"))
                .isEqualTo("sleep\n");
    }

    @Test
    void whatFailsStaysWithItsWordsAndWhatSucceedsEnds() throws Exception {
        run("missing -- no-such-program").orFail();
        awaitShown("missing", "no-such-program: not found");
        awaitSessions(shed, table -> MISSING_FAILED.matcher(table).find());

        inside("mkfifo ~/go");
        run("short -- sh -c 'read -r _ <~/go'").orFail();
        inside("echo >~/go");
        awaitSessions(shed, table -> !table.contains("short"));
    }

    @Test
    void aSessionWhoseProgramHasFailedNamesTheWayOn() throws Exception {
        run("failing -- no-such-program").orFail();
        awaitShown("failing", "C-b x ends it");
        assertThat(inside("tmux list-windows -t =failing -F '#{window_name}'")).isEqualTo("no-such-program\n");
        var call = "ssh -s " + shed + "+failing@HOST ";
        for (var refused : List.of(run("failing -- true"), gateway.ssh("-s", shed + "@gw", "resume failing"))) {
            assertThat(refused.status()).isEqualTo(73);
            assertThat(refused.err())
                    .contains("its program has ended with status 127; to see what it printed: " + call + "peek\n")
                    .contains("to end the session: " + call + "kill\n");
        }
        assertThat(gateway.ssh("-s", shed + "@gw", "wait failing --until exit").orFail())
                .contains("its program has failed: exit 127");
        gateway.ssh("-s", shed + "@gw", "kill failing").orFail();
        run("failing -- sleep 1005").orFail();
    }

    /// While the helper of libutempter runs, tmux 3.3a does not notice that a program ends, if it has noticed
    /// before that nobody has the terminal any more. This helper runs for a second.
    @Test
    void theEndThatTmuxHasMissedIsFoundOut() throws Exception {
        var slow = gateway.place().newShed();
        gateway.ssh(
                        slow + "@gw",
                        "mkfifo ~/fails ~/ends; printf '#!/bin/sh\\nsleep 1\\n' >~/helper; chmod 755 ~/helper;"
                                + " for helper in /usr/lib/*/utempter/utempter; do sudo mv ~/helper \"$helper\"; done")
                .orFail();
        var ends = "run " + slow + " ends -- sh -c 'read -r _ <~/ends'";
        gateway.ssh("shed@gw", "run " + slow + " fails -- sh -c 'read -r _ <~/fails; exit 3'")
                .orFail();
        gateway.ssh("shed@gw", ends).orFail();

        end(slow, "fails");
        awaitSessions(slow, table -> table.contains("failed, detached"));
        end(slow, "ends");
        assertThat(gateway.ssh("shed@gw", ends).orFail()).isEqualTo("ends\n");
        end(slow, "ends");
        awaitSessions(slow, table -> !table.contains("ends"));
    }

    private static void end(String slow, String session) throws Exception {
        gateway.ssh(slow + "@gw", "echo >~/" + session).orFail();
        var look = "tmux list-panes -t =" + session + " -F '#{pane_dead}'";
        Await.get(
                session + " has no program any more",
                Await.PATIENCE,
                () -> gateway.ssh(slow + "@gw", look).said(),
                panes -> !panes.equals("0\n"));
    }

    private static void awaitSessions(String where, Predicate<String> wanted) throws Exception {
        Await.get(
                "the sessions are right",
                Await.PATIENCE,
                () -> gateway.ssh("-s", where + "@gw", "sessions").orFail(),
                wanted);
    }

    @Test
    void theCommandIsNotLogged() throws Exception {
        run("logged --json -- sh -c 'true my-secret'").orFail();
        assertThat(gateway.audit().events().toString())
                .contains("run " + shed + " logged --json -- …")
                .doesNotContain("my-secret");
    }

    @Test
    void wrongCallsStartNothing() throws Exception {
        for (var words : new String[] {"", "x", "x --", "x -- ''", "a b -- true"}) {
            var refused = run(words);
            assertThat(refused.status()).as(words).isEqualTo(64);
        }
        var tooLong = run("x -- echo " + "y".repeat(20_000));
        assertThat(tooLong.status()).isEqualTo(64);
        assertThat(tooLong.err()).contains("the command is too long: tmux takes about 15500 bytes");
        assertThat(run("x --worktree -b -- true").err()).contains("'-b' is not a branch");
        assertThat(run("x --worktree new -- true").err())
                .contains("cannot make a worktree of 'new': ", "not a git repository");
        assertThat(inside("tmux has-session -t =x 2>/dev/null && echo there || true"))
                .isEmpty();
    }

    @Test
    void aStoppedShedStaysStopped() throws Exception {
        var other = gateway.place().newShed();
        gateway.ssh("shed@gw", "stop " + other).orFail();
        var refused = gateway.ssh("shed@gw", "run " + other + " -- true");
        assertThat(refused.status()).isEqualTo(75);
        assertThat(refused.err()).contains("shed '" + other + "' is stopped");
    }

    @Test
    void aWorktreeIsMadeBesideTheRepositoryAndUsedAgain() throws Exception {
        var other = gateway.place().newShed();
        var git = "git -c user.name=a -c user.email=a@b -C /workspace/demo ";
        gateway.ssh(
                        other + "@gw",
                        "git init -q -b main /workspace/demo && " + git + "commit -q --allow-empty -m first && " + git
                                + "branch known")
                .orFail();
        var call = "run " + other + " --worktree ";
        assertThat(gateway.ssh("shed@gw", call + "fix/login#1 --json -- sleep 1000")
                        .orFail())
                .isEqualTo("{\"name\":\"fix-login-1\",\"shed_name\":\"" + other
                        + "\",\"directory\":\"/workspace/demo-fix-login-1\",\"branch\":\"fix/login#1\"}\n");
        assertThat(gateway.ssh("shed@gw", call + "known -- sleep 1000").orFail())
                .isEqualTo("known\n");
        assertThat(gateway.ssh("shed@gw", call + "known -- sleep 1000").orFail())
                .isEqualTo("known-2\n");
        assertThat(gateway.ssh(
                                other + "@gw",
                                "tmux list-panes -a -F '#{session_name} #{pane_current_path}'; "
                                        + "git -C /workspace/demo-fix-login-1 branch --show-current")
                        .orFail())
                .isEqualTo("""
                        fix-login-1 /workspace/demo-fix-login-1
                        known /workspace/demo-known
                        known-2 /workspace/demo-known
                        fix/login#1
                        """);

        var refused = gateway.ssh("shed@gw", call + "main -- true");
        assertThat(refused.status()).isEqualTo(79);
        assertThat(refused.err()).contains("cannot make a worktree of 'main': fatal: 'main' is already");
    }

    private static JsonNode row(String session) throws Exception {
        var listing = JSON.readTree(Run.whole(() -> gateway.ssh("-s", shed + "@gw", "sessions --json")));
        for (var row : listing.get("sessions")) {
            if (row.get("name").asText().equals(session)) {
                return row;
            }
        }
        return JSON.createObjectNode();
    }

    private static JsonNode awaitStatus(String session, String status) throws Exception {
        return Await.get(
                session + " is " + status,
                Await.PATIENCE,
                () -> row(session),
                row -> row.path("status").asText().equals(status));
    }

    @Test
    void whatAScriptTellsItsTerminalIsTheStatus() throws Exception {
        run("""
                told -- sh -c 'printf "\\033]7501;state=blocked:kind=question:msg=drop it?\\033\\\\"; read line; \
                printf "\\033]7501;state=done:msg=%s\\a" "$(printf "42 tests" | base64)"; read line'""").orFail();
        var asks = awaitStatus("told", "needs-input");
        assertThat(asks.path("message").asText()).isEqualTo("drop it?");
        assertThat(asks.path("source").asText()).isEqualTo("osc");
        assertThat(asks.path("confidence").asText()).isEqualTo("high");
        assertThat(Instant.parse(asks.path("since").asText()))
                .isBefore(Instant.now().plusSeconds(60));
        gateway.ssh("-s", shed + "+told@gw", "send yes").orFail();
        assertThat(awaitStatus("told", "done").path("message").asText()).isEqualTo("42 tests");
        gateway.ssh("-s", shed + "+told@gw", "kill").orFail();
        assertThat(inside("ls ~/.local/state/shed/agents")).doesNotContain(".relay");
    }

    @Test
    void behindARelayAPasswordIsStillSeen() throws Exception {
        run("secret -- sh -c 'stty -echo; echo secret?; read line'").orFail();
        awaitShown("secret", "secret?");
        var refused = gateway.ssh("-s", shed + "+secret@gw", "send text");
        assertThat(refused.status()).isEqualTo(75);
        assertThat(refused.err()).contains("it reads a password");
    }
}
