package dev.shed.gateway.e2e;

import static dev.shed.gateway.e2e.Place.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shed.gateway.Await;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// What agents are doing, with the real client, engine and tmux, and with programs that tell it as agents do.
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
class AgentStatusIT {
    /// Keeps a record as Claude Code does: each line that it reads is the status, and what it waits for. Enter alone
    /// answers.
    private static final String CLAUDE = """
            #!/bin/sh
            records=${CLAUDE_CONFIG_DIR:-$HOME/.claude}/sessions
            mkdir -p "$records"
            start=$(cut -d' ' -f22 /proc/$$/stat)
            started=9999999999999
            record() {
                printf '{"pid":%s,"procStart":"%s","startedAt":%s,"status":"%s","waitingFor":"%s","statusUpdatedAt":%s}' \\
                    $$ "$start" "$started" "$1" "$2" "$(date +%s%3N)" >"$records/$$.new"
                mv "$records/$$.new" "$records/$$.json"
            }
            record idle
            started=1
            printf '\\033]2;\\342\\234\\263 Claude Code\\007ready\\n'
            while read -r status waiting_for; do
                record "${status:-busy}" "$waiting_for"
                echo "now ${status:-busy}"
            done
            """;

    /// Says what it does in its title, and is a script of another program, as Codex is.
    private static final String CODEX = """
            #!/bin/sh
            while read -r title; do printf '\\033]2;%s\\007' "$title"; done
            """;

    /// Tells what it does as a plugin does: each line that it reads is a state and a message.
    private static final String OPENCODE = """
            #!/bin/sh
            records=${XDG_STATE_HOME:-$HOME/.local/state}/shed/agents
            mkdir -p "$records"
            start=$(cut -d' ' -f22 /proc/$$/stat)
            while read -r state message; do
                printf '{"version":1,"pid":%s,"procStart":"%s","state":"%s","kind":"permission","message":"%s"%s}' \\
                    $$ "$start" "$state" "$message" ',"conversation":"ses_7"' >"$records/new"
                mv "$records/new" "$records/$$.json"
                echo "now $state"
            done
            """;

    private static final ObjectMapper JSON = new ObjectMapper();

    private static LiveGateway gateway;
    private static String shed;

    @BeforeAll
    static void start() throws Exception {
        gateway = LiveGateway.start();
        shed = gateway.place().newShed();
        install("claude", CLAUDE);
        install("codex", CODEX);
        install("opencode", OPENCODE);
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
    }

    private static void install(String name, String script) throws Exception {
        var coded = Base64.getEncoder().encodeToString(utf8(script));
        gateway.ssh(
                        shed + "@gw",
                        "mkdir -p ~/bin; echo " + coded + " | base64 -d >~/bin/" + name + "; chmod +x ~/bin/" + name)
                .orFail();
    }

    /// An agent in a shell of its own, as people start one.
    private static void open(String session, String command) throws Exception {
        gateway.ssh(shed + "@gw", "tmux new-session -d -s " + session).orFail();
        verb(session, "send " + command);
    }

    private static String verb(String session, String line) throws Exception {
        return gateway.ssh("-s", shed + "+" + session + "@gw", line).orFail();
    }

    private static JsonNode row(String session) throws Exception {
        var all = JSON.readTree(Run.whole(() -> gateway.ssh("-s", shed + "@gw", "sessions --json")));
        for (var row : all.get("sessions")) {
            if (row.get("name").asText().equals(session)) {
                return row;
            }
        }
        throw new AssertionError("no session " + session);
    }

    private static void awaitStatus(String session, String status) throws Exception {
        Await.get(
                session + " is " + status,
                Await.PATIENCE,
                () -> row(session).get("status").asText(),
                status::equals);
    }

    @Test
    void anAgentIsWhatItSaysAndNeverWhatItsSilenceSays() throws Exception {
        open("plain", "true");
        open("told", "'~/bin/claude'");
        awaitStatus("told", "idle");

        verb("told", "send busy");
        awaitStatus("told", "working");
        assertThat(row("told").get("agent").asText()).isEqualTo("claude-code");
        assertThat(row("told").get("source").asText()).isEqualTo("record");
        verb("told", "send waiting permission prompt");
        awaitStatus("told", "needs-approval");
        assertThat(row("told").get("message").asText()).isEqualTo("permission prompt");
        assertThat(row("told").get("panes")).hasSize(1);
        assertThat(gateway.ssh("-s", shed + "@gw", "sessions").orFail())
                .containsPattern("told +needs-approval, detached ")
                .containsPattern("plain +detached +");
        verb("told", "send --key ctrl-c");
        awaitStatus("told", "working");
        assertThat(row("told").get("source").asText()).isEqualTo("output");
    }

    /// Whoever is the first process of its pane, and whoever waits for it.
    @Test
    void anAgentNeedsNoShellAtAPrompt() throws Exception {
        verb("first", "run -- /home/dev/bin/claude");
        verb("behind", "run -- sh -c '~/bin/claude; sleep 1000'");
        for (var session : List.of("first", "behind")) {
            awaitStatus(session, "idle");
            verb(session, "send waiting permission prompt");
            awaitStatus(session, "needs-approval");
            assertThat(row(session).get("agent").asText()).isEqualTo("claude-code");
            assertThat(gateway.ssh("-s", shed + "+" + session + "@gw", "send no")
                            .status())
                    .isEqualTo(75);
        }
    }

    @Test
    void aRecordThatWasLeftBehindIsNotBelieved() throws Exception {
        open("stale", "'CLAUDE_CONFIG_DIR=/tmp/stale ~/bin/claude'");
        verb("stale", "send waiting permission prompt");
        awaitStatus("stale", "needs-approval");

        gateway.ssh(shed + "@gw", "sed -i 's/\"procStart\":\"/&9/' /tmp/stale/sessions/*.json")
                .orFail();

        awaitStatus("stale", "unknown");
        assertThat(row("stale").get("source").asText()).isEqualTo("process");
    }

    /// Records stay behind when a container stops. `0` and `9` enclose every process id.
    @Test
    void manyRecordsThatWereLeftBehindHideNothing() throws Exception {
        open("many", "'CLAUDE_CONFIG_DIR=/tmp/many ~/bin/claude'");
        open("zlast", "'CLAUDE_CONFIG_DIR=/tmp/zlast ~/bin/claude'");
        verb("many", "send waiting permission prompt");
        verb("zlast", "send waiting permission prompt");
        awaitStatus("many", "needs-approval");
        awaitStatus("zlast", "needs-approval");

        gateway.ssh(
                        shed + "@gw",
                        "for i in $(seq 1000 1999); do for d in many zlast; do"
                                + " echo '{}' >/tmp/$d/sessions/0$i.json; echo '{}' >/tmp/$d/sessions/99999$i.json;"
                                + " done; done")
                .orFail();

        assertThat(row("many").get("status").asText()).isEqualTo("needs-approval");
        assertThat(row("zlast").get("status").asText()).isEqualTo("needs-approval");
        assertThat(gateway.ssh("-s", shed + "+zlast@gw", "send no").status()).isEqualTo(75);
    }

    @Test
    void whatSaysItInItsTitleIsBelievedThat() throws Exception {
        open("titled", "'~/bin/codex'");
        awaitStatus("titled", "unknown");

        verb("titled", "send '[ ! ] Action Required'");

        awaitStatus("titled", "needs-approval");
        assertThat(row("titled").get("agent").asText()).isEqualTo("codex");
    }

    @Test
    void anAgentIsBelievedWhatItsPluginHasWritten() throws Exception {
        open("plugged", "'~/bin/opencode'");
        awaitStatus("plugged", "unknown");

        verb("plugged", "send working");
        awaitStatus("plugged", "working");
        verb("plugged", "send blocked touch /workspace/x");
        awaitStatus("plugged", "needs-approval");

        var row = row("plugged");
        assertThat(row.get("message").asText()).isEqualTo("touch /workspace/x");
        assertThat(row.get("source").asText()).isEqualTo("hook");
        assertThat(row.get("confidence").asText()).isEqualTo("high");
        assertThat(row.get("conversation").asText()).isEqualTo("ses_7");
        var refused = gateway.ssh("-s", shed + "+plugged@gw", "send no");
        assertThat(refused.status()).isEqualTo(75);
        assertThat(refused.err()).contains("needs-approval: touch /workspace/x (hook of opencode)");
    }

    /// A program that ends takes with it what it told; another process with its number is another program.
    @Test
    void whatAScriptTellsEndsWithIt() throws Exception {
        install("deploy", "#!/bin/sh\nshed-notify blocked --kind question 'go $1 \"on\"?'\nread -r answer\n");
        open("script", "'~/bin/deploy'");
        awaitStatus("script", "needs-input");
        assertThat(row("script").get("message").asText()).isEqualTo("go $1 \"on\"?");
        assertThat(row("script").has("agent")).isFalse();

        verb("script", "send yes");
        awaitStatus("script", "working");
        assertThat(row("script").get("source").asText()).isEqualTo("output");

        verb("script", "send 'shed-notify done built'");
        awaitStatus("script", "done");
        assertThat(row("script").get("message").asText()).isEqualTo("built");
        verb("script", "send 'shed-notify clear'");
        awaitStatus("script", "working");

        verb("script", "send 'TMUX_PANE=%999 shed-notify done; echo status $?'");
        Await.get(
                "the error",
                Await.PATIENCE,
                () -> verb("script", "peek"),
                screen -> screen.contains("shed-notify: not in a pane of tmux (%999)\nstatus 1"));
    }

    /// A file with several lines, however they end, is one record or none.
    @Test
    void aRecordForgesNoPane() throws Exception {
        open("forged", "'~/bin/opencode'");
        verb("forged", "send working ghost");
        awaitStatus("forged", "working");

        gateway.ssh(
                        shed + "@gw",
                        "printf '\\rpane\\t1\\t-\\t$9\\tghost\\t%%9\\t1\\t7\\t\\tclaude\\t\\r'"
                                + " >>$(grep -l ghost ~/.local/state/shed/agents/*.json)")
                .orFail();

        awaitStatus("forged", "unknown");
    }

    @Test
    void eachChangeIsTold() throws Exception {
        open("followed", "'~/bin/claude'");
        awaitStatus("followed", "idle");
        try (var follower = Follower.of(gateway.place(), shed)) {
            verb("followed", "send busy");
            awaitTold(follower, "working");
            verb("followed", "send waiting input needed");
            var asked = awaitTold(follower, "needs-input");
            assertThat(asked.get("message").asText()).isEqualTo("input needed");
            assertThat(asked.get("source").asText()).isEqualTo("record");
            // The record has milliseconds, the field seconds; the machine may be busy.
            assertThat(Duration.between(
                            Instant.parse(asked.get("since").asText()),
                            Instant.parse(asked.get("time").asText())))
                    .isLessThan(Duration.ofSeconds(5));
            assertThat(follower.told()).doesNotContain("session-idle followed");
        }
    }

    private static JsonNode awaitTold(Follower follower, String status) throws Exception {
        return Await.get(
                        "told of " + status,
                        Await.PATIENCE,
                        () -> follower.events().stream()
                                .filter(event -> event.path("event").asText().equals("session-status"))
                                .filter(event -> event.path("session").asText().equals("followed"))
                                .filter(event -> event.path("status").asText().equals(status))
                                .toList(),
                        found -> !found.isEmpty())
                .getFirst();
    }

    /// Enter alone answers the dialog of the fake: text that comes with an Enter must not.
    @Test
    void textIsNotTypedIntoAnAgentThatAsks() throws Exception {
        open("asking", "'~/bin/claude'");
        verb("asking", "send waiting permission prompt");
        awaitStatus("asking", "needs-approval");

        for (var text : List.of("no, do not run this", "''")) {
            var refused = gateway.ssh("-s", shed + "+asking@gw", "send " + text);
            assertThat(refused.status()).isEqualTo(75);
            assertThat(refused.err())
                    .contains("asks something: needs-approval: permission prompt (record of claude-code)")
                    .contains("ssh -s " + shed + "+asking@HOST \"send --key escape\"");
        }
        assertThat(row("asking").get("status").asText()).isEqualTo("needs-approval");
        verb("asking", "send --key enter");
        awaitStatus("asking", "working");
    }

    @Test
    void whoWaitsForAnAgentIsWoken() throws Exception {
        open("waited", "'~/bin/claude'");
        awaitStatus("waited", "idle");
        assertThat(verb("waited", "wait --until done --timeout 50s")).contains(": done (idle (record of claude-code))");

        assertThat(verb("waited", "send --wait --until needs-me --timeout 50s waiting permission prompt"))
                .contains(": needs-me (needs-approval: permission prompt (record of claude-code))");
        assertThat(List.of(gateway.ssh("-s", shed + "+waited@gw", "wait --until done --timeout 1s")
                        .status()))
                .containsExactly(75);
    }
}
