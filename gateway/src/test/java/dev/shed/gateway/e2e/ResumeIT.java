package dev.shed.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.Await;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The same conversation after its session has ended, with agents that keep records as the real ones do.
@Timeout(180)
@Execution(ExecutionMode.CONCURRENT)
class ResumeIT {
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

    private static String newShed() throws IOException {
        return FakeAgents.newShed(gateway);
    }

    private static String inside(String shed, String line) throws IOException {
        return gateway.ssh(shed + "@gw", line).orFail();
    }

    private static String lobby(String line) throws IOException {
        return gateway.ssh("shed@gw", line).orFail();
    }

    private static void awaitShown(String shed, String session, String text) throws Exception {
        FakeAgents.awaitShown(gateway, shed, session, text);
    }

    /// In the session `agent`, in a directory of its own.
    private static String withConversation() throws Exception {
        var shed = newShed();
        inside(
                shed,
                "mkdir -p '/workspace/my project'; tmux new-session -d -s agent -c '/workspace/my project' claude");
        awaitShown(shed, "agent", "conversation " + ID);
        return shed;
    }

    private static void assertResumed(String shed) throws Exception {
        assertThat(lobby("sessions " + shed)).containsPattern(shed + " +agent +resumable +- +-");
        assertThat(lobby("sessions " + shed + " --json"))
                .contains("\"sessions\":[],\"resumable\":[{\"name\":\"agent\",\"shed_name\":\"" + shed
                        + "\",\"agent\":\"claude-code\",\"directory\":\"/workspace/my project\",\"conversation\":\""
                        + ID
                        + "\"}]");
        assertThat(lobby("resume " + shed)).isEqualTo("agent\n");
        awaitShown(shed, "agent", "conversation " + ID + " in /workspace/my project, called with: --resume " + ID);
        assertThat(lobby("sessions " + shed)).doesNotContain("resumable");
        assertThat(gateway.ssh("shed@gw", "resume " + shed + " agent").status()).isEqualTo(73);
        lobby("kill " + shed + " agent");
        assertThat(gateway.ssh("shed@gw", "resume " + shed + " agent").status()).isEqualTo(66);
        assertThat(inside(shed, "ls ~/.claude/sessions ~/.local/state/shed/sessions"))
                .doesNotContain(".json");
    }

    @Test
    void afterStopAndStart() throws Exception {
        var shed = withConversation();
        lobby("stop " + shed);
        assertThat(gateway.ssh("shed@gw", "resume " + shed).status()).isEqualTo(75);
        lobby("start " + shed);
        assertThat(inside(shed, "ls ~/.claude/sessions")).isEmpty();
        assertThat(inside(shed, "stat -c %a ~/.local/state/shed/sessions ~/.local/state/shed/sessions/agent.json"))
                .isEqualTo("700\n600\n");
        assertResumed(shed);
    }

    @Test
    void afterAnEndWithoutWarning() throws Exception {
        var shed = withConversation();
        Place.docker("kill", "shed-" + shed).orFail();
        lobby("start " + shed);
        assertResumed(shed);
    }

    /// Before it keeps a record again, as while it asks whether to trust the directory.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void ofAnAgentThatWasAboutToStart(boolean stopped) throws Exception {
        var shed = withConversation();
        lobby("stop " + shed);
        lobby("start " + shed);
        inside(shed, "touch ~/slow");
        lobby("resume " + shed);
        awaitShown(shed, "agent", "starting");
        if (stopped) {
            lobby("stop " + shed);
        } else {
            Place.docker("kill", "shed-" + shed).orFail();
        }
        lobby("start " + shed);
        inside(shed, "rm ~/slow");
        assertResumed(shed);
    }

    /// Its own record counts from then on.
    @Test
    void theNoteIsGoneOnceTheAgentKeepsARecord() throws Exception {
        var shed = withConversation();
        lobby("restart " + shed);
        lobby("resume " + shed);
        Await.until(
                "the note is gone",
                () -> !inside(shed, "ls ~/.local/state/shed/sessions").contains("agent.json"));
        inside(shed, "tmux send-keys -t agent C-c");
        Await.until("the session has ended", () -> !lobby("sessions " + shed).contains("detached"));
        assertThat(lobby("sessions " + shed)).doesNotContain("resumable");
    }

    @Test
    void inAnotherImage() throws Exception {
        var shed = withConversation();
        lobby("delete " + shed + " --force --keep-volume");
        lobby("create " + shed);
        assertResumed(shed);
    }

    @Test
    void ofAnAgentWhosePluginKeepsARecord() throws Exception {
        var shed = newShed();
        inside(shed, "tmux new-session -d -s plain 'sleep 1000'; tmux new-session -d -s open opencode");
        awaitShown(shed, "open", "called with:");
        lobby("restart " + shed);
        assertThat(lobby("sessions " + shed)).contains("resumable").doesNotContain("plain");
        assertThat(gateway.ssh("-s", shed + "+open@gw", "resume --json").orFail())
                .contains("\"agent\":\"opencode\",\"directory\":\"/home/dev\",\"conversation\":\"ses_4f\"");
        awaitShown(shed, "open", "called with: -s ses_4f");
    }

    @Test
    void ofAPluginAfterAnEndWithoutWarning() throws Exception {
        var shed = newShed();
        inside(shed, "tmux new-session -d -s open -c /workspace opencode");
        awaitShown(shed, "open", "called with:");
        Place.docker("kill", "shed-" + shed).orFail();
        lobby("start " + shed);
        assertThat(gateway.ssh("-s", shed + "+open@gw", "resume --json").orFail())
                .contains("\"agent\":\"opencode\",\"directory\":\"/workspace\",\"conversation\":\"ses_4f\"");
        awaitShown(shed, "open", "called with: -s ses_4f");
    }

    private static void awaitRecords(String shed, int count) throws Exception {
        var list = "grep -l '\"since\":1}' ~/.local/state/shed/agents/*.json || true";
        Await.until("the records of plugins", () -> inside(shed, list).lines().count() == count);
    }

    @Test
    void aSessionThatWasKilledIsNotResumableWhateverItsAgent() throws Exception {
        var shed = newShed();
        inside(shed, "tmux new-session -d -s open opencode; tmux split-window -t open opencode");
        inside(shed, "tmux new-session -d -s agent claude; tmux new-session -d -s other opencode");
        for (var session : List.of("open", "agent", "other")) {
            awaitShown(shed, session, "called with:");
        }
        awaitRecords(shed, 3);
        lobby("kill " + shed + " open");
        lobby("kill " + shed + " agent");

        assertThat(lobby("sessions " + shed)).contains("other").doesNotContain("resumable");
        Place.docker("kill", "shed-" + shed).orFail();
        lobby("start " + shed);
        assertThat(lobby("resume " + shed)).isEqualTo("other\n");
    }

    @Test
    void norIsOneWhoseAgentIsSuspended() throws Exception {
        var shed = newShed();
        inside(shed, "tmux new-session -d -s other opencode; tmux new-session -d -s open");
        inside(shed, "tmux send-keys -t =open: opencode Enter");
        awaitShown(shed, "open", "called with:");
        inside(shed, "tmux send-keys -t =open: C-z");
        awaitShown(shed, "open", "Stopped");
        awaitRecords(shed, 2);
        lobby("kill " + shed + " open");

        assertThat(lobby("sessions " + shed)).doesNotContain("resumable");
        Place.docker("kill", "shed-" + shed).orFail();
        lobby("start " + shed);
        assertThat(lobby("resume " + shed)).isEqualTo("other\n");
    }

    /// Neither by the record from before the stop, whose number another process has by now; whether the agent was
    /// resumed or there is a new session.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void norByTheRecordOfAnEarlierProcess(boolean resumed) throws Exception {
        var shed = newShed();
        inside(shed, "tmux new-session -d -s open opencode; tmux new-session -d -s other opencode");
        awaitShown(shed, "open", "called with:");
        awaitShown(shed, "other", "called with:");
        lobby("stop " + shed);
        lobby("start " + shed);
        inside(shed, "cd ~/.local/state/shed/agents; mv $(grep -l '\"open\"' *.json) 1.json");
        if (resumed) {
            lobby("resume " + shed + " open");
            awaitShown(shed, "open", "called with: -s ses_4f");
            assertThat(gateway.ssh(shed + "@gw", "test -e ~/.local/state/shed/agents/1.json")
                            .status())
                    .isEqualTo(1);
        } else {
            inside(shed, "tmux new-session -d -s open");
        }
        lobby("kill " + shed + " open");

        assertThat(lobby("resume " + shed)).isEqualTo("other\n");
        Place.docker("kill", "shed-" + shed).orFail();
        lobby("start " + shed);
        assertThat(lobby("resume " + shed)).isEqualTo("other\n");
    }

    @Test
    void whatIsNoRecordIsNotRunAndHoldsUpNothing() throws Exception {
        var shed = newShed();
        inside(shed, """
                mkdir -p ~/.local/state/shed/sessions ~/.claude/sessions; cd ~/.local/state/shed/sessions
                echo '{"agent":"claude-code","conversation":"-x;touch /tmp/ran","directory":"/"}' >one.json
                echo '{"agent":"sh","conversation":"a","directory":"/"}' >two.json
                mkfifo three.json; ln -s /dev/zero four.json; head -c 1000000 /dev/zero >five.json
                echo '{"procStart":"1","sessionId":"a","cwd":"/","tmux":"$(touch /tmp/ran):@0.%0"}' >~/.claude/sessions/9.json
                echo '{"agent":"codex","conversation":"a1","directory":"/tmp"}' >good.json
                tmux new-session -d -s here
                """);
        assertThat(lobby("sessions " + shed))
                .containsPattern("here +detached")
                .containsPattern("good +resumable")
                .doesNotContain("one", "two", "three", "four", "five");
        assertThat(gateway.ssh("shed@gw", "resume " + shed + " one").status()).isEqualTo(66);
        assertThat(gateway.ssh(shed + "@gw", "test -e /tmp/ran").status()).isEqualTo(1);
    }

    /// With what `run` was given, and as Claude Code is called then.
    private static final String GIVEN =
            "claude --model opus --permission-mode plan --continue \"'--verbose; touch /tmp/ran'\"";

    private static final String WITH_OPTIONS = "called with: --resume " + ID + " --model opus --permission-mode plan\n";

    @Test
    void theOptionsOfAnAgentAreKept() throws Exception {
        var shed = newShed();
        lobby("run " + shed + " agent -- " + GIVEN);
        awaitShown(shed, "agent", "conversation " + ID);
        lobby("restart " + shed);
        lobby("resume " + shed);
        awaitShown(shed, "agent", WITH_OPTIONS);

        Place.docker("kill", "shed-" + shed).orFail();
        lobby("start " + shed);
        lobby("resume " + shed);
        awaitShown(shed, "agent", WITH_OPTIONS);
        assertThat(gateway.ssh(shed + "@gw", "test -e /tmp/ran").status()).isEqualTo(1);
        assertThat(gateway.audit().events().toString()).doesNotContain("opus");
    }

    /// The longest that are kept take 6 KB.
    @Test
    void soAreLongOnesInManyBytes() throws Exception {
        var shed = newShed();
        var prompt = "漢".repeat(2000);
        lobby("run " + shed + " agent -- claude --append-system-prompt " + prompt);
        awaitCalled(shed, "--append-system-prompt " + prompt);
        Place.docker("kill", "shed-" + shed).orFail();
        lobby("start " + shed);
        assertThat(gateway.ssh("shed@gw", "resume " + shed).err()).isEmpty();
        awaitCalled(shed, "--resume " + ID + " --append-system-prompt " + prompt);
        lobby("restart " + shed);
        lobby("resume " + shed);
        awaitCalled(shed, "--resume " + ID + " --append-system-prompt " + prompt);
    }

    /// Forgets what it has read.
    private static void awaitCalled(String shed, String words) throws Exception {
        Await.get(
                "called with " + words.length() + " characters",
                Await.PATIENCE,
                () -> inside(shed, "cat ~/called 2>/dev/null || :"),
                called -> called.equals(words + "\n"));
        inside(shed, "rm ~/called");
    }

    @Test
    void whoeverStartsAnAgentIsToldThatItsOptionsAreNotKept() throws Exception {
        var shed = newShed();
        var run = gateway.ssh("shed@gw", "run " + shed + " agent -- claude --verbose --settings " + "x".repeat(2048));
        assertThat(run.out()).isEqualTo("agent\n");
        assertThat(run.err())
                .isEqualTo(
                        "shed: `resume` will start it without its options: only up to 64 words and 2048 characters are"
                                + " kept, without control characters\n");
        awaitCalled(shed, "--verbose --settings " + "x".repeat(2048));
        Place.docker("kill", "shed-" + shed).orFail();
        lobby("start " + shed);
        var resume = gateway.ssh("shed@gw", "resume " + shed);
        assertThat(resume.out()).isEqualTo("agent\n");
        assertThat(resume.err())
                .isEqualTo(
                        "shed: it is started without the options that it had: only up to 64 words and 2048 characters"
                                + " are kept, without control characters\n");
        awaitCalled(shed, "--resume " + ID);
    }

    @Test
    void thoseOfAnAgentThatSomebodyHasTypedAreKept() throws Exception {
        var shed = newShed();
        inside(shed, "tmux new-session -d -s open 'exec opencode -m mock/one --agent plan --prompt hello'");
        awaitShown(shed, "open", "called with:");
        lobby("stop " + shed);
        lobby("start " + shed);
        assertThat(inside(shed, "cat ~/.local/state/shed/sessions/open.json"))
                .contains("\"options\":[\"-m\",\"mock/one\",\"--agent\",\"plan\"]")
                .doesNotContain("hello");
        lobby("resume " + shed);
        awaitShown(shed, "open", "called with: -s ses_4f -m mock/one --agent plan\n");
    }

    /// A process with the number of an earlier one is not started with the options of that.
    @Test
    void theOptionsOfAnotherProcessAreNotTaken() throws Exception {
        var shed = newShed();
        inside(shed, "tmux new-session -d -s agent 'exec claude --effort high'");
        awaitShown(shed, "agent", "conversation " + ID);
        inside(shed, """
                cd ~/.local/state/shed/agents 2>/dev/null || { mkdir -p ~/.local/state/shed/agents && cd $_; }
                pid=$(basename ~/.claude/sessions/*.json .json)
                echo '{"version":1,"agent":"claude-code","procStart":"1","options":["--model","opus"]}' >$pid.run
                """);
        Place.docker("kill", "shed-" + shed).orFail();
        lobby("start " + shed);
        lobby("resume " + shed);
        awaitShown(shed, "agent", "called with: --resume " + ID + "\n");
    }
}
