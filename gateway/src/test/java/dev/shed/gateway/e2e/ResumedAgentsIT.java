package dev.shed.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.Await;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Which agents come back in a session that is resumed, and with which conversation.
@Timeout(180)
class ResumedAgentsIT {
    private static final String ID = FakeAgents.CONVERSATION;

    private static LiveGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        gateway = LiveGateway.start();
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
    }

    private static String inside(String shed, String line) throws IOException {
        return gateway.ssh(shed + "@gw", line).orFail();
    }

    private static String lobby(String line) throws IOException {
        return gateway.ssh("shed@gw", line).orFail();
    }

    private static void awaitShown(String shed, String text) throws Exception {
        FakeAgents.awaitShown(gateway, shed, "agent", text);
    }

    /// Each in a window of its own.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void allAgentsOfASessionComeBack(boolean stopped) throws Exception {
        var shed = FakeAgents.newShed(gateway);
        inside(shed, "tmux new-session -d -s agent claude; tmux split-window -t agent -c /workspace opencode");
        var records = "cat ~/.claude/sessions/*.json ~/.local/state/shed/agents/*.json 2>/dev/null || :";
        Await.until(
                "both have records", () -> inside(shed, records).matches("(?s).*\"updatedAt\":\\d+}.*\"since\":1}.*"));
        if (stopped) {
            lobby("stop " + shed);
        } else {
            Place.docker("kill", "shed-" + shed).orFail();
        }
        lobby("start " + shed);
        assertThat(lobby("resume " + shed)).isEqualTo("agent\n");
        var panes =
                "for pane in $(tmux list-panes -s -t agent -F '#{pane_id}'); do tmux capture-pane -pJ -t $pane; done";
        Await.until(
                "both are back",
                () -> inside(shed, panes).contains("called with: --resume " + ID)
                        && inside(shed, panes).contains("called with: -s ses_4f"));
        assertThat(inside(shed, "tmux list-windows -t agent -F '#{window_active} #{window_panes}'"))
                .isEqualTo("1 1\n0 1\n");
        assertThat(lobby("sessions " + shed)).doesNotContain("resumable");
        lobby("kill " + shed + " agent");
        Place.docker("kill", "shed-" + shed).orFail();
        lobby("start " + shed);
        assertThat(lobby("sessions " + shed)).doesNotContain("resumable");
    }

    /// Nothing is lost then: it had said nothing.
    @Test
    void whoeverWasNotTalkedToBeginsANewConversation() throws Exception {
        var shed = FakeAgents.newShed(gateway);
        inside(shed, "touch untold");
        lobby("run " + shed + " agent -- claude --model opus");
        awaitShown(shed, "conversation " + ID);
        Place.docker("kill", "shed-" + shed).orFail();
        lobby("start " + shed);
        var resume = gateway.ssh("shed@gw", "resume " + shed);
        assertThat(resume.out()).isEqualTo("agent\n");
        assertThat(resume.err())
                .isEqualTo("shed: it is started with a new conversation: of that one nothing is stored, as before the"
                        + " first prompt\n");
        awaitShown(shed, "called with: --model opus\n");

        lobby("restart " + shed);
        assertThat(lobby("resume " + shed + " --json")).doesNotContain("conversation");
        awaitShown(shed, "called with: --model opus\n");
    }
}
