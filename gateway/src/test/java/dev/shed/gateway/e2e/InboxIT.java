package dev.shed.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shed.gateway.Await;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// The questions of agents, with the real client, engine and tmux.
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
class InboxIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static LiveGateway gateway;
    private static String shed;

    @BeforeAll
    static void start() throws Exception {
        gateway = LiveGateway.start();
        gateway.authorize("phone", "role=\"responder\"");
        shed = gateway.place().newShed();
        FakeAgent.install(gateway, shed);
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
    }

    private static void open(String session, String agent, int questions) throws Exception {
        open(session, agent, questions, "");
    }

    private static void open(String session, String agent, int questions, String early) throws Exception {
        var command = "exec ~/bin/" + agent + " " + questions + " " + session + " " + early;
        Place.inside(shed, "tmux", "-u", "new-session", "-d", "-s", session, command)
                .orFail();
    }

    private static Optional<JsonNode> question(String session) throws Exception {
        var all = JSON.readTree(
                gateway.ssh("-s", shed + "@gw-phone", "inbox --json").orFail());
        for (var row : all.get("questions")) {
            if (row.get("session").asText().equals(session)) {
                return Optional.of(row);
            }
        }
        return Optional.empty();
    }

    private static JsonNode awaitQuestion(String session) throws Exception {
        return Await.get("a question of " + session, Await.PATIENCE, () -> question(session), Optional::isPresent)
                .orElseThrow();
    }

    private static String status(String session) throws Exception {
        var all = JSON.readTree(Run.whole(() -> gateway.ssh("-s", shed + "@gw", "sessions --json")));
        for (var row : all.get("sessions")) {
            if (row.get("name").asText().equals(session)) {
                return row.get("status").asText() + " by " + row.get("source").asText();
            }
        }
        return "";
    }

    @Test
    void aQuestionThatAHookHasWrittenIsInTheInboxUntilItIsAnsweredAtTheDesk() throws Exception {
        open("hooked", "hooked", 1);

        var asked = awaitQuestion("hooked");

        assertThat(asked.get("shed_name").asText()).isEqualTo(shed);
        assertThat(asked.get("agent").asText()).isEqualTo("claude-code");
        assertThat(asked.get("detail").asText()).isEqualTo("hooked 1");
        assertThat(asked.get("options")).hasSize(3);
        assertThat(asked.get("source").asText()).isEqualTo("hook");
        assertThat(status("hooked")).isEqualTo("needs-approval by hook");
        assertThat(gateway.ssh("-s", shed + "+hooked@gw", "send no").status()).isEqualTo(75);
        Place.inside(shed, "tmux", "send-keys", "-t", "=hooked:", "y").orFail();
        Await.get("no question", Await.PATIENCE, () -> question("hooked"), Optional::isEmpty);
    }

    @Test
    void aDialogOfAnAgentWithoutAHookIsInTheInbox() throws Exception {
        open("dialog", "claude", 1);

        var asked = awaitQuestion("dialog");

        assertThat(asked.get("title").asText()).isEqualTo("permission prompt");
        assertThat(asked.get("detail").asText())
                .isEqualTo("Bash command touch /workspace/dialog-1 Do you want to proceed?");
        assertThat(asked.get("options")).hasSize(3);
        assertThat(asked.get("source").asText()).isEqualTo("record");
    }

    /// An agent says that it asks, and draws its dialog a moment later.
    @Test
    void aDialogIsListedWhenItIsDrawn() throws Exception {
        open("early", "claude", 1, "0.6");
        gateway.ssh("-s", shed + "+early@gw", "wait --until needs-me --timeout 1m")
                .orFail();

        var asked = question("early").orElseThrow();

        assertThat(asked.get("options")).hasSize(3);
        assertThat(question("early").orElseThrow().get("id")).isEqualTo(asked.get("id"));
    }

    @Test
    void onAPhoneTheWholeIdAndTheQuestionAreSeen() throws Exception {
        open("phone", "hooked", 1);
        var id = awaitQuestion("phone").get("id").asText();
        var command = "ssh -t shed@gw-phone inbox " + shed;

        try (var terminal = Terminal.open(gateway.place(), 40, 12, command)) {
            assertThat(terminal.status()).isZero();
            assertThat(terminal.lines())
                    .anyMatch(line -> line.startsWith(id + "  " + shed + "  "))
                    .contains("  Bash: phone 1", "  1 Yes, 2 Yes, always, 3 No");
        }
    }

    @Test
    void whoWatchesIsToldWhatIsAskedAndWhatIsGone() throws Exception {
        var watch = gateway.place()
                .client("shed@gw-phone", "inbox " + shed + " --watch --json")
                .start();
        try (var lines = watch.inputReader()) {
            open("watched", "hooked", 2);

            var first = next(lines, "watched", "asked");
            assertThat(first.get("detail").asText()).isEqualTo("watched 1");
            Place.inside(shed, "tmux", "send-keys", "-t", "=watched:", "y").orFail();
            assertThat(next(lines, "watched", "gone").get("id")).isEqualTo(first.get("id"));
            assertThat(next(lines, "watched", "asked").get("detail").asText()).isEqualTo("watched 2");
            Place.inside(shed, "tmux", "kill-session", "-t", "=watched").orFail();
            next(lines, "watched", "gone");
        } finally {
            watch.destroy();
        }
        assertThat(watch.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }

    private static JsonNode next(java.io.BufferedReader lines, String session, String event) throws Exception {
        while (true) {
            var line = JSON.readTree(lines.readLine());
            var told = Map.of(
                    "session",
                    line.get("session").asText(),
                    "event",
                    line.get("event").asText());
            if (told.equals(Map.of("session", session, "event", event))) {
                return line;
            }
        }
    }
}
