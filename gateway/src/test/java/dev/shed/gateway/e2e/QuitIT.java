package dev.shed.gateway.e2e;

import static dev.shed.gateway.e2e.Place.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.Await;
import java.io.IOException;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Which agents can be resumed, and which have ended by themselves, or are killed when they have ended.
@Timeout(180)
@Execution(ExecutionMode.CONCURRENT)
class QuitIT {
    /// Keeps a record as the hook of Codex and the plugin of OpenCode do, until `/quit` or `/crash` is typed. It ends
    /// without an error when it is hung up. With a file `alone` nothing in the image looks at its end. When it is
    /// resumed, it has no conversation before it is talked to, and with a file `silent` no record, as Codex, which
    /// calls no hook before.
    private static final String AGENT = """
            #!/bin/sh
            trap 'exit 0' HUP TERM
            began() {
                sed 's/.*) //' "/proc/$1/stat" | cut -d' ' -f20
            }
            records=$HOME/.local/state/shed/agents server=$(tmux display-message -p '#{pid}')
            [ $# -gt 0 ] || conversation='"conversation":"c-1",'
            mkdir -p "$records"
            record() {
                printf '{"version":1,"agent":"%s","pid":%s,"procStart":"%s","pane":"%s","state":"idle","since":1,%s' \\
                    "${0##*/}" $$ "$(began $$)" "$TMUX_PANE" "$conversation" >"$records/$$.json"
                printf '"session":"%s","server":"%s","directory":"%s"}' \\
                    "$(tmux display-message -p -t "$TMUX_PANE" '#{session_name}')" "$server $(began "$server")" "$PWD" \\
                    >>"$records/$$.json"
                [ -e ~/alone ] || setsid --fork sh /usr/local/lib/shed/agent-end $$
            }
            [ -e ~/silent ] && [ $# -gt 0 ] || record
            echo "called with: $*"
            while read -r line; do
                case $line in /quit) exit 0 ;; /crash) exit 7 ;; esac
            done
            """;

    private static LiveGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        gateway = LiveGateway.start();
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
    }

    private static String newShed() throws IOException {
        var shed = gateway.place().newShed();
        var coded = Base64.getEncoder().encodeToString(utf8(AGENT));
        inside(shed, "cd ~/.local/bin; echo " + coded + " | base64 -d >codex; chmod +x codex; ln -s codex opencode");
        return shed;
    }

    private static String inside(String shed, String line) throws IOException {
        return gateway.ssh(shed + "@gw", line).orFail();
    }

    private static String lobby(String line) throws IOException {
        return gateway.ssh("shed@gw", line).orFail();
    }

    private static int status(String line) throws IOException {
        return gateway.ssh("shed@gw", line).status();
    }

    private static void awaitShown(String shed, String session, String text) throws Exception {
        Await.get(
                session + " shows " + text,
                Await.PATIENCE,
                () -> gateway.ssh("shed@gw", "peek " + shed + " " + session + " --join")
                        .out(),
                screen -> screen.contains(text));
    }

    /// In the session `agent`.
    private static String withAgent(String agent, String how) throws Exception {
        var shed = newShed();
        begin(shed, agent, how);
        return shed;
    }

    private static void begin(String shed, String agent, String how) throws Exception {
        switch (how) {
            case "shell" -> {
                inside(shed, "tmux new-session -d -s agent; tmux send-keys -t =agent: " + agent + " Enter");
            }
            case "tmux" -> inside(shed, "tmux new-session -d -s agent " + agent);
            default -> lobby("run " + shed + " agent -- " + agent);
        }
        awaitShown(shed, "agent", "called with:");
    }

    private static void type(String shed, String line) throws IOException {
        inside(shed, "tmux send-keys -t =agent: " + line + " Enter");
    }

    private static void killContainer(String shed) throws IOException {
        Place.docker("kill", "shed-" + shed).orFail();
        lobby("start " + shed);
    }

    private static void awaitNoRecord(String shed) throws Exception {
        Await.until(
                "no record",
                () -> !inside(shed, "ls ~/.local/state/shed/agents").contains(".json"));
    }

    /// Whatever looks at the end of agents has looked.
    private static void awaitLooked(String shed) throws Exception {
        Await.until(
                "it has looked", () -> inside(shed, "pgrep -f [a]gent-end || :").isEmpty());
    }

    private static void assertGone(String shed) throws IOException {
        assertThat(lobby("sessions " + shed)).doesNotContain("resumable");
        assertThat(status("resume " + shed + " agent")).isEqualTo(66);
    }

    @ParameterizedTest
    @CsvSource({"codex, shell", "opencode, shell", "codex, run", "opencode, run", "codex, tmux"})
    void whatWasQuitDoesNotComeBack(String agent, String how) throws Exception {
        var shed = withAgent(agent, how);
        type(shed, "/quit");
        awaitNoRecord(shed);
        assertThat(lobby("sessions " + shed)).doesNotContain("resumable");
        killContainer(shed);
        assertGone(shed);
    }

    /// The image looks seconds later.
    @ParameterizedTest
    @ValueSource(strings = {"shell", "run"})
    void norDoesItIfTheShedIsStoppedAtOnce(String how) throws Exception {
        var shed = newShed();
        inside(shed, "touch alone");
        begin(shed, "codex", how);
        var pid =
                inside(shed, "basename ~/.local/state/shed/agents/*.json .json").strip();
        type(shed, "/quit");
        Await.until(
                "it has ended",
                () -> gateway.ssh(shed + "@gw", "test -e /proc/" + pid).status() == 1);
        lobby("stop " + shed);
        lobby("start " + shed);
        assertGone(shed);
    }

    /// The note of an agent that starts is all that is left of its conversation, until it keeps a record of that.
    @Test
    void norDoesAnAgentThatWasResumedAndQuit() throws Exception {
        var shed = withAgent("opencode", "run");
        killContainer(shed);
        lobby("resume " + shed);
        awaitShown(shed, "agent", "called with: -s c-1");
        assertThat(inside(shed, "cat ~/.local/state/shed/sessions/agent.json")).contains("\"starting\":true");
        type(shed, "/quit");
        awaitNoRecord(shed);
        assertGone(shed);
    }

    /// Codex calls its hooks at the first prompt.
    @Test
    void norDoesOneThatWasResumedAndHasRunNoHook() throws Exception {
        var shed = newShed();
        inside(shed, "touch silent");
        begin(shed, "codex", "run");
        killContainer(shed);
        lobby("resume " + shed);
        awaitShown(shed, "agent", "called with: resume c-1");
        type(shed, "/quit");
        Await.until(
                "the note is gone",
                () -> inside(shed, "ls ~/.local/state/shed/sessions").isEmpty());
        assertGone(shed);
        killContainer(shed);
        assertGone(shed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"stop", "docker stop", "docker kill", "docker restart -t 0"})
    void whatEndsWithItsContainerIsResumable(String ending) throws Exception {
        var shed = withAgent("codex", "run");
        if (ending.equals("stop")) {
            lobby("stop " + shed);
        } else {
            Place.docker((ending.substring("docker ".length()) + " shed-" + shed).split(" "))
                    .orFail();
        }
        gateway.ssh("shed@gw", "start " + shed);
        assertThat(lobby("resume " + shed)).isEqualTo("agent\n");
        awaitShown(shed, "agent", "called with: resume c-1");
    }

    @Test
    void soIsWhatEndsWithItsTmuxServer() throws Exception {
        var shed = withAgent("codex", "run");
        inside(shed, "kill -9 $(tmux display-message -p '#{pid}')");
        awaitLooked(shed);
        assertThat(lobby("resume " + shed)).isEqualTo("agent\n");
    }

    @Test
    void soIsWhatHasFailed() throws Exception {
        var shed = withAgent("codex", "run");
        type(shed, "/crash");
        awaitLooked(shed);
        assertThat(lobby("sessions " + shed)).contains("failed");
        lobby("restart " + shed);
        assertThat(lobby("resume " + shed)).isEqualTo("agent\n");
    }

    @Test
    void killForgetsWhatIsOnlyResumable() throws Exception {
        var shed = withAgent("codex", "run");
        lobby("restart " + shed);
        assertThat(lobby("kill " + shed + " agent")).isEqualTo("forgot the conversation of " + shed + "+agent\n");
        assertGone(shed);
        assertThat(status("kill " + shed + " agent")).isEqualTo(66);
        assertThat(inside(shed, "ls ~/.local/state/shed/agents ~/.local/state/shed/sessions"))
                .doesNotContain(".json");
        assertThat(gateway.audit().events().toString()).contains("kill " + shed + " agent");

        begin(shed, "codex", "run");
        killContainer(shed);
        assertThat(gateway.ssh("-s", shed + "+agent@gw", "kill --json").orFail())
                .isEqualTo("{\"name\":\"agent\",\"shed_name\":\"" + shed + "\",\"ended\":false}\n");
        killContainer(shed);
        assertGone(shed);
    }
}
